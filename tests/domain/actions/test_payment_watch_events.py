"""What the gateways say happened since: read in order, once, and never held up by one event."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from domain.actions import notices, payment_consequences, payment_watch
from gateways import registry
from models import GatewayCursor, PaymentReturn
from tests.domain.actions.paying import DAY, HOUR, INSTALLMENT, NOW, TODAY, not_answering

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def resolve(at) -> int:
    return payment_watch.resolve_unknown(today=TODAY, now=at)


def read() -> int:
    return payment_watch.read_events(today=TODAY, now=NOW)


@pytest.mark.safety("M18")
def test_events_that_were_lost_are_read_the_next_time(till, loan, bank) -> None:
    ref = till.pay(loan, INSTALLMENT, bank)
    till.days(2, read=False)
    with not_answering("events"):
        assert read() == 0
    assert till.state(ref) == "pending"
    assert read() == 1
    assert till.state(ref) == "settled"
    assert read() == 0
    assert till.differences() == []


@pytest.mark.safety("M16", "M18")
def test_events_read_again_from_the_first_change_nothing(till, loan, bank) -> None:
    till.charge_for_returns(2_500)
    till.pay(loan, 101, bank)
    till.days(6)
    stands = till.balances(loan)
    for _ in range(10):
        till.change(update(GatewayCursor).values(after=""))
        assert read() == 0
    assert till.balances(loan) == stands
    assert till.audits("payment.unexpected_event") == 0
    assert till.count(PaymentReturn) == 1


@pytest.mark.safety("M18")
def test_more_events_than_one_page_are_read_to_the_end(till, loan, card, monkeypatch) -> None:
    monkeypatch.setattr(payment_watch, "PAGE", 3)
    for amount in range(1_000, 1_010):
        till.pay(loan, amount, card)
    assert read() == 0
    with till.house.app.app_context():
        assert GatewayCursor.query.one().after == "evt_000000000010"


def test_an_event_of_a_payment_that_is_not_ours_is_passed_over(till, loan, bank) -> None:
    registry.default().charge(
        key="somebody-else:1",
        ref="x",
        amount_minor=900,
        currency="USD",
        token="sbx_card",
        on=TODAY,
        now=NOW,
    )
    ref = till.pay(loan, INSTALLMENT, bank)
    till.days(2)
    assert till.state(ref) == "settled"
    assert till.differences() == ["sandbox: it has a charge somebody-else:1 that we never asked for"]


@pytest.mark.safety("M14", "J18")
@pytest.mark.parametrize("wrong", [{"amount_minor": 1}, {"amount_minor": 0}, {"currency": "EUR"}])
def test_an_event_with_another_amount_changes_nothing_and_blocks_nothing(
    till, loan, bank, monkeypatch, wrong
) -> None:
    odd, fine = till.pay(loan, INSTALLMENT, bank), till.pay(loan, INSTALLMENT, bank)
    till.days(2, read=False)
    events = registry.default().events

    def bent(after: str, limit: int):
        return [
            dataclasses.replace(each, **wrong) if each.ref == odd else each for each in events(after, limit)
        ]

    monkeypatch.setattr(registry.default(), "events", bent)
    assert read() == 1
    assert (till.state(odd), till.state(fine)) == ("pending", "settled")
    assert till.audits("payment.mismatch") == 2
    assert till.total("clearing_sandbox") == INSTALLMENT


@pytest.mark.safety("J18")
def test_an_event_that_fails_blocks_no_other_and_heals_later(till, open_agreement, bank, monkeypatch) -> None:
    poor, rich = open_agreement("bo"), open_agreement("bo")
    refs = [till.pay(loan, INSTALLMENT, bank) for loan in (poor, rich)]
    till.days(2, read=False)
    broken = till.agreement(poor).id
    allocate = payment_consequences.settlement.allocate

    def fails(session, facts, *given, **named):
        if facts.agreement_id == broken:
            raise ZeroDivisionError
        return allocate(session, facts, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(payment_consequences.settlement, "allocate", fails)
        assert read() == 1
        assert [till.state(ref) for ref in refs] == ["pending", "settled"]
        assert till.audits("payment.event_failed") == 1
        assert resolve(NOW + HOUR) == 0
    assert read() == 0
    assert resolve(NOW + 2 * HOUR) == 1
    assert [till.state(ref) for ref in refs] == ["settled", "settled"]
    assert till.differences() == []


def test_a_return_that_fails_heals_later(till, loan, bank, monkeypatch) -> None:
    ref = till.pay(loan, 101, bank)
    till.days(2)

    def fails(*_given, **_named):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(payment_consequences.reversing, "reverse", fails)
        till.days(4, TODAY + 2 * DAY)
    assert till.count(PaymentReturn) == 0
    assert resolve(NOW + HOUR) == 1
    assert till.count(PaymentReturn) == 1
    assert till.row(ref).next_look_at is None
    assert till.differences() == []


@pytest.mark.safety("M18")
def test_a_database_that_does_not_answer_passes_nothing_over(till, loan, bank, monkeypatch) -> None:
    ref = till.pay(loan, INSTALLMENT, bank)
    till.days(2, read=False)

    def gone(*_given, **_named):
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(notices, "pass_the_door", gone)
        with pytest.raises(OperationalError):
            read()
    assert read() == 1
    assert till.state(ref) == "settled"


def test_the_cursor_never_moves_back(till) -> None:
    payment_watch._move_cursor("sandbox", "evt_000000000009")
    payment_watch._move_cursor("sandbox", "evt_000000000004")
    with till.house.app.app_context():
        assert GatewayCursor.query.one().after == "evt_000000000009"
