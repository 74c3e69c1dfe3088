"""What money has to hold in all of the portal, beside what the tests of each part show of it."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.mailbox import FileMailbox
from domain.actions import methods, outbox, payment_watch, reconciling, refund_watch, refunds, scheduled
from domain.actions.payment_limits import Wanted
from domain.rules.money import split_evenly
from domain.rules.payment_states import ON_ITS_WAY
from domain.transaction import nothing_open, transaction
from domain.words import Refused
from gateways import registry
from models import PAYMENT_STATES, Attempt, Business, db
from tests.domain.actions.conftest import bank, card, loan, till
from tests.domain.actions.paying import DAY, HOUR, INSTALLMENT, NOW, TODAY, Till
from tests.domain.actions.test_payments_door import begun

__all__ = ["bank", "card", "loan", "till"]

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
OWED = 30_000
CALLS = (
    "charge",
    "look_up",
    "refund",
    "look_up_refund",
    "events",
    "charges",
    "payouts",
    "begin_setup",
    "setup",
)


@pytest.mark.safety("M1")
def test_a_hundred_thousand_amounts_split_anyhow_add_up() -> None:
    dice = random.Random(20_261_123)
    for _ in range(100_000):
        minor, count = dice.randint(-(10**9), 10**9), dice.choice((1, 2, 3, 7, 12, 36, 60, 360))
        parts = split_evenly(minor, count)
        assert (sum(parts), len(parts)) == (minor, count)
        assert {type(part) for part in parts} == {int}


@pytest.mark.safety("M4")
@pytest.mark.parametrize("state", PAYMENT_STATES)
def test_in_every_state_money_is_posted_or_held_back_or_free_again(
    till: Till, open_agreement, bank, state
) -> None:
    small = open_agreement(
        "bo", principal_minor=OWED, annual_rate_percent=Decimal(0), interest="period", count=3
    )
    begun(till, small, bank, state)
    posted, held_back = state == "settled", state in ON_ITS_WAY
    assert till.owes(small) == {"loan_principal": OWED - INSTALLMENT * posted}
    most = OWED - INSTALLMENT * (posted or held_back)
    with pytest.raises(Refused):
        till.pay(small, most + 1, bank)
    assert till.pay(small, most, bank)


def attempt_again(**changed: Any) -> None:
    """Put in a second attempt like the first but for its number, past all our code."""
    with transaction() as session:
        row = dict(session.execute(select(Attempt.__table__)).one()._mapping)
        del row["id"]
        session.execute(insert(Attempt).values(row | {"number": row["number"] + 1} | changed))


@pytest.mark.safety("M7", "M11")
def test_the_database_takes_no_key_twice_and_no_second_attempt_under_way(till: Till, loan, bank) -> None:
    begun(till, loan, bank, "unknown")
    with till.house.app.app_context():
        first = db.session.query(Attempt).one()
    assert first.key == f"{first.obligation}:{first.number}"
    another = f"{first.obligation}:2"
    for changed in ({"state": "answered"}, {"key": another}):
        with pytest.raises(IntegrityError):
            attempt_again(**changed)
    attempt_again(key=another, state="answered")
    assert till.count(Attempt) == 2


@pytest.fixture
def guarded(till: Till, monkeypatch) -> list[str]:
    """The calls that were made to the gateway and to the mail server; none may come inside a transaction."""
    made: list[str] = []

    def guard(thing: object, name: str) -> None:
        real = getattr(thing, name)

        def call(*given: Any, **named: Any) -> Any:
            nothing_open()
            made.append(name)
            return real(*given, **named)

        monkeypatch.setattr(thing, name, call)

    for name in CALLS:
        if hasattr(registry.default(), name):
            guard(registry.default(), name)
    guard(FileMailbox, "deliver")
    return made


@pytest.mark.safety("J9", "J13")
def test_in_a_whole_day_no_gateway_and_no_mail_server_is_called_inside_a_transaction(
    till: Till, loan, bank, card, save_method, guarded
) -> None:
    till.pay(loan, INSTALLMENT, bank, wanted=Wanted(on=TODAY + DAY))
    till.pay(loan, 402, bank)  # its answer is lost
    paid = till.pay(loan, 5_000, card)
    refunds.start(
        paid, refunds.Wanted(1_000, "gateway", "test"), "r-1", who=till.who("dana"), today=TODAY, now=NOW
    )
    methods.begin(name="Harbor Motors", return_url="http://localhost/methods/return", now=NOW)
    later = NOW + DAY
    assert scheduled.send_due(today=TODAY + DAY, now=later).sent == 1
    payment_watch.resolve_unknown(today=TODAY + DAY, now=later)
    payment_watch.read_events(today=TODAY + DAY, now=later)
    refund_watch.resolve(today=TODAY + DAY, now=later)
    with till.house.app.app_context():
        reconciling.reconcile_once(db.session, today=TODAY + DAY, now=later)
    assert outbox.deliver(till.house.app.extensions["post"], now=later) > 0
    assert {"charge", "look_up", "refund", "events", "charges", "deliver"} <= set(guarded)


@pytest.mark.safety("J7")
def test_a_clock_that_jumps_charges_nobody_twice(till: Till, loan, bank, card) -> None:
    refs = [
        till.pay(loan, 1_500, card),
        till.pay(loan, 402, bank),  # charged, and its answer is lost
        till.pay(loan, 1_700, bank, wanted=Wanted(on=TODAY + DAY)),
    ]
    for jump in (-HOUR, timedelta(0), DAY, -DAY, 365 * DAY, -HOUR, 2 * DAY):
        now, today = NOW + jump, (NOW + jump).date()
        scheduled.send_due(today=today, now=now)
        payment_watch.resolve_unknown(today=today, now=now)
        payment_watch.read_events(today=today, now=now)
        for ref, amount, method in zip(refs, (1_500, 402), (card, bank), strict=False):
            assert till.pay(loan, amount, method, ref, today=today, now=now) == ref
    assert sorted(ref for ref, _, _ in till.charges()) == sorted(refs)


@pytest.mark.safety("J19")
def test_while_payments_are_paused_no_planned_payment_is_sent_though_its_run_began_before(
    till: Till, loan, bank, monkeypatch
) -> None:
    ref = till.pay(loan, INSTALLMENT, bank, wanted=Wanted(on=TODAY + DAY))
    claim = scheduled.claim_one

    def paused_meanwhile(session, *given, **named):
        session.execute(update(Business).values(payments_paused=True))
        return claim(session, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(scheduled, "claim_one", paused_meanwhile)
        assert scheduled.send_due(today=TODAY + DAY, now=NOW + DAY).sent == 0
    assert scheduled.send_due(today=TODAY + DAY, now=NOW + DAY).sent == 0
    assert (till.state(ref), till.charges()) == ("scheduled", [])
    till.change(update(Business).values(payments_paused=False))
    assert scheduled.send_due(today=TODAY + DAY, now=NOW + DAY).sent == 1
