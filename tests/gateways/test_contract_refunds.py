"""What every gateway that answers on line holds to when money is given back; see `test_contract`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateways.base import GatewayRefused
from tests.gateways.conftest import NOW, TODAY, Bench


def refund(bench: Bench, name: str, amount_minor: int, charge: str = "1"):
    return bench.gateway.refund(
        key=bench.key(name), charge_key=bench.key(charge), amount_minor=amount_minor, on=TODAY, now=NOW
    )


@pytest.mark.safety("M20")
def test_refunds_never_exceed_the_charge_and_each_key_refunds_once(bench: Bench) -> None:
    bench.charge(token="sbx_card")
    first = refund(bench, "back-1", 6_000)
    assert (first.state, first.on) == ("settled", TODAY)
    assert refund(bench, "back-1", 6_000) == first
    with pytest.raises(GatewayRefused) as refusal:
        refund(bench, "back-2", 4_001)
    assert refusal.value.code == "refund_too_much"
    refund(bench, "back-2", 4_000)
    assert bench.gateway.look_up(bench.key("back-1"), "") == first
    assert [kind for kind, _, _ in bench.happened()] == ["settled", "refunded", "refunded"]


def test_only_a_settled_charge_can_be_refunded(bench: Bench) -> None:
    bench.charge()
    with pytest.raises(GatewayRefused) as refusal:
        refund(bench, "back", 100)
    assert refusal.value.code == "not_settled"
    with pytest.raises(GatewayRefused) as refusal:
        refund(bench, "back", 100, charge="never-made")
    assert refusal.value.code == "unknown_charge"


@pytest.mark.safety("M20")
def test_twenty_refunds_at_once_give_back_no_more_than_was_paid(bench: Bench) -> None:
    bench.charge(token="sbx_card")

    def one(number: int) -> int:
        try:
            refund(bench, f"back-{number}", 1_500)
        except GatewayRefused:
            return 0
        return 1_500

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(one, range(20))) == 9_000
