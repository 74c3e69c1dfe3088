"""What every gateway must keep, in this process or in another one. A new gateway is added to the `bench` fixture."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from gateways.base import GatewayRefused, GatewaySilent
from tests.gateways.conftest import NOW, TODAY, Bench

MONDAY = date(2026, 7, 6)
TUESDAY = date(2026, 7, 7)


def test_a_bank_debit_is_accepted_and_settles_after_two_business_days(bench: Bench) -> None:
    first = bench.charge()
    assert (first.state, first.expected_settlement_on) == ("accepted", MONDAY)
    bench.gateway.advance(on=MONDAY - timedelta(days=1), now=NOW)
    assert bench.look_up().state == "accepted"
    bench.gateway.advance(on=MONDAY, now=NOW)
    settled = bench.look_up()
    assert (settled.state, settled.on, settled.gateway_ref) == ("settled", MONDAY, first.gateway_ref)


def test_a_card_settles_at_once(bench: Bench) -> None:
    outcome = bench.charge(token="sbx_card")
    assert (outcome.state, outcome.on, outcome.expected_settlement_on) == ("settled", TODAY, None)


def test_the_same_key_gives_the_first_answer_and_one_charge(bench: Bench) -> None:
    first = bench.charge()
    later = bench.charge(on=TODAY + timedelta(days=1), now=NOW + timedelta(hours=23, minutes=59))
    assert later == first
    assert bench.recorded() == [(bench.key(), 10_000, "accepted")]


def test_the_first_answer_is_given_again_even_after_the_charge_moved_on(bench: Bench) -> None:
    first = bench.charge()
    bench.gateway.advance(on=TUESDAY, now=NOW)
    assert bench.charge() == first
    assert bench.look_up().state == "settled"


@pytest.mark.safety("M8")
@pytest.mark.parametrize(
    "changed",
    [{"amount_minor": 10_001}, {"currency": "EUR"}, {"token": "sbx_bank_second"}, {"ref": "another"}],
    ids=lambda changed: next(iter(changed)),
)
def test_the_same_key_with_other_details_is_refused(bench: Bench, changed: dict[str, object]) -> None:
    bench.charge()
    with pytest.raises(GatewayRefused) as refusal:
        bench.charge(**changed)
    assert refusal.value.code == "key_reused"
    assert len(bench.recorded()) == 1


def test_a_key_is_forgotten_after_a_day_so_that_sending_it_again_charges_again(bench: Bench) -> None:
    first = bench.charge()
    second = bench.charge(now=NOW + timedelta(hours=24))
    assert second.gateway_ref != first.gateway_ref
    assert len(bench.recorded()) == 2
    assert bench.look_up().gateway_ref == first.gateway_ref


def test_look_up_finds_by_reference_alone_and_never_makes_a_charge(bench: Bench) -> None:
    assert bench.look_up().state == "not_found"
    made = bench.charge()
    assert bench.gateway.look_up("", f"ref-{bench.key()}") == made
    assert bench.gateway.look_up(bench.key(), "") == made
    assert bench.gateway.look_up("", "").state == "not_found"
    assert len(bench.recorded()) == 1


def test_look_up_of_a_second_attempt_does_not_answer_with_the_first(bench: Bench) -> None:
    bench.charge("1", ref="one-payment", amount_minor=201)
    assert bench.gateway.look_up(bench.key("2"), "one-payment").state == "not_found"


def test_a_declined_charge_says_why_and_moves_nothing(bench: Bench) -> None:
    outcome = bench.charge(token="sbx_card_insufficient")
    assert (outcome.state, outcome.code) == ("declined", "insufficient_funds")
    bench.gateway.advance(on=TUESDAY, now=NOW)
    assert bench.look_up().state == "declined"
    assert bench.happened() == [("declined", TODAY, "insufficient_funds")]


def test_a_settled_debit_can_come_back(bench: Bench) -> None:
    bench.charge(token="sbx_bank_r01")
    bench.gateway.advance(on=TUESDAY, now=NOW)
    back = bench.look_up()
    assert (back.state, back.code, back.on) == ("returned", "R01", TUESDAY)
    assert bench.happened() == [
        ("accepted", TODAY, ""),
        ("settled", MONDAY, ""),
        ("returned", TUESDAY, "R01"),
    ]


def test_a_card_payment_can_be_disputed(bench: Bench) -> None:
    bench.charge("lost", token="sbx_card_disputed")
    bench.charge("won", token="sbx_card_dispute_won")
    bench.gateway.advance(on=TODAY + timedelta(days=13), now=NOW)
    kinds = [kind for kind, _, _ in bench.happened()]
    assert kinds == ["settled", "settled", "disputed", "disputed", "dispute_lost", "dispute_won"]


def test_a_silent_gateway_that_did_not_act_has_no_record(bench: Bench) -> None:
    with pytest.raises(GatewaySilent):
        bench.charge(amount_minor=401)
    assert bench.look_up().state == "not_found"
    assert bench.recorded() == []


def test_a_silent_gateway_that_acted_is_found_by_look_up_and_answers_the_same_key(bench: Bench) -> None:
    with pytest.raises(GatewaySilent):
        bench.charge(amount_minor=402)
    found = bench.look_up()
    assert found.state == "accepted"
    assert bench.charge(amount_minor=402) == found
    assert bench.recorded() == [(bench.key(), 402, "accepted")]
    assert [kind for kind, _, _ in bench.happened()] == ["accepted"]


@pytest.mark.safety("M9")
@pytest.mark.parametrize("amount_minor", [404, 405, 406, 407, 408])
def test_every_kind_of_bad_answer_is_silence(bench: Bench, amount_minor: int) -> None:
    with pytest.raises(GatewaySilent):
        bench.charge(amount_minor=amount_minor)
    acted = amount_minor in (404, 406, 408)
    assert (bench.look_up().state == "accepted") is acted


def test_a_slow_answer_is_an_answer(bench: Bench) -> None:
    assert bench.charge(amount_minor=403).state == "accepted"


def test_a_payment_that_needs_a_yes_moves_when_it_is_given(bench: Bench) -> None:
    asked = bench.charge(token="sbx_card_confirm", return_url="http://localhost:8000/payments/7")
    assert asked.state == "needs_confirmation"
    assert bench.look_up() == asked == bench.charge(token="sbx_card_confirm")
    assert bench.post(asked.redirect_url, {"decision": "approve"}) == (
        303,
        "http://localhost:8000/payments/7",
    )
    bench.gateway.advance(on=TUESDAY, now=NOW)
    assert bench.look_up().state == "settled"
    assert [kind for kind, _, _ in bench.happened()] == ["needs_confirmation", "settled"]


def test_a_debit_that_was_confirmed_settles_like_any_other(bench: Bench) -> None:
    asked = bench.charge(amount_minor=301)
    bench.post(asked.redirect_url, {"decision": "approve"})
    assert bench.look_up().state == "accepted"
    bench.gateway.advance(on=date(2026, 12, 31), now=NOW)
    assert bench.look_up().state == "settled"


def test_a_payment_that_needs_a_yes_is_declined_when_refused_or_forgotten(bench: Bench) -> None:
    refused = bench.charge("refused", amount_minor=301)
    assert bench.post(refused.redirect_url, {"decision": "decline"})[0] == 200
    assert bench.look_up("refused").code == "confirmation_refused"
    bench.charge("forgotten", amount_minor=301)
    bench.gateway.advance(on=TODAY + timedelta(days=1), now=NOW)
    assert bench.look_up("forgotten").code == "confirmation_lapsed"


def test_a_question_that_was_withdrawn_takes_nothing_however_it_is_answered(bench: Bench) -> None:
    asked = bench.charge(token="sbx_card_confirm")
    for _ in range(2):
        closed = bench.gateway.expire(bench.key(), f"ref-{bench.key()}")
        assert (closed.state, closed.code) == ("declined", "confirmation_lapsed")
    bench.post(asked.redirect_url, {"decision": "approve"})
    assert bench.look_up().code == "confirmation_lapsed"
    assert [kind for kind, _, _ in bench.happened()] == ["needs_confirmation", "declined"]


def test_what_has_settled_cannot_be_withdrawn(bench: Bench) -> None:
    settled = bench.charge(token="sbx_card")
    assert bench.gateway.expire(bench.key(), f"ref-{bench.key()}").gateway_ref == settled.gateway_ref
    assert bench.look_up().state == "settled"


def test_a_method_is_chosen_on_the_hosted_page_and_can_be_charged(bench: Bench) -> None:
    setup_ref = bench.pick("bank")
    details = bench.gateway.read_method(setup_ref)
    assert details is not None
    assert (details.kind, details.label, details.last4) == ("bank", "First Test Bank ••6789", "6789")
    assert bench.charge(token=details.token).state == "accepted"
    assert bench.gateway.read_method("nobody-has-been-here-before") is None


def test_a_card_says_when_it_expires(bench: Bench) -> None:
    details = bench.gateway.read_method(bench.pick("card"))
    assert details is not None
    assert (details.kind, details.expires) == ("card", "2032-12")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"token": "sbx_nothing"}, "unknown_method"),
        ({"token": "4242424242424242"}, "unknown_method"),
        ({"amount_minor": 0}, "bad_amount"),
        ({"amount_minor": -5}, "bad_amount"),
        ({"amount_minor": 10**12}, "bad_amount"),
        ({"currency": "usd"}, "bad_currency"),
        ({"key": ""}, "bad_key"),
        ({"ref": "r" * 201}, "bad_ref"),
        ({"return_url": "https://elsewhere.example/"}, "bad_return_url"),
    ],
)
def test_a_wrong_request_is_refused_with_a_sentence_and_charges_nothing(
    bench: Bench, changed: dict[str, object], code: str
) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        bench.charge(**changed)
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")
    assert bench.recorded() == []


def test_events_are_read_in_order_from_any_point_and_never_twice(bench: Bench) -> None:
    for name in "abcdefghij":
        bench.charge(name, token="sbx_card")
    everything = bench.gateway.events("", 1000)
    ids = [event.id for event in everything]
    assert ids == sorted(set(ids))
    middle = len(ids) // 2
    assert [event.id for event in bench.gateway.events(ids[middle], 1000)] == ids[middle + 1 :]
    assert bench.gateway.events(ids[-1], 10) == []
    with pytest.raises(GatewayRefused):
        bench.gateway.events("yesterday", 10)


def test_an_event_carries_what_the_charge_was_made_with(bench: Bench) -> None:
    outcome = bench.charge(token="sbx_card", currency="JPY")
    event = next(event for event in bench.gateway.events("", 1000) if event.key == bench.key())
    assert (event.ref, event.gateway_ref) == (f"ref-{bench.key()}", outcome.gateway_ref)
    assert (event.amount_minor, event.currency, event.on, event.at) == (10_000, "JPY", TODAY, NOW)


def test_fifty_threads_with_one_key_make_one_charge(bench: Bench) -> None:
    with ThreadPoolExecutor(50) as threads:
        outcomes = set(threads.map(lambda _: bench.charge(), range(50)))
    assert len(outcomes) == 1
    assert bench.recorded() == [(bench.key(), 10_000, "accepted")]


def test_advancing_twice_or_from_two_sides_makes_each_thing_happen_once(bench: Bench) -> None:
    for number in range(40):
        bench.charge(str(number), token="sbx_bank_r01")
    with ThreadPoolExecutor(4) as threads:
        happened = sum(threads.map(lambda _: bench.gateway.advance(on=TUESDAY, now=NOW), range(4)))
    kinds = [kind for kind, _, _ in bench.happened()]
    assert (kinds.count("settled"), kinds.count("returned")) == (40, 40)
    assert happened >= 80
    assert bench.gateway.advance(on=TUESDAY, now=NOW) == 0


def test_a_bank_debit_can_return_for_sixty_days_and_a_card_cannot(bench: Bench) -> None:
    assert bench.gateway.returnable_until("bank", MONDAY) == date(2026, 9, 4)
    assert bench.gateway.returnable_until("card", MONDAY) is None
    assert bench.gateway.live is False
