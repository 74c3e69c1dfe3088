"""Who sees what belongs to autopay, notices, promises and the ladder: one's own, the office all, a stranger nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from domain.access import STRANGER, Scope
from domain.transaction import transaction
from models import (
    AddressTrouble,
    Agreement,
    Autopay,
    AutopayDebit,
    BellNotice,
    CalendarFeed,
    ContactConsent,
    LadderAct,
    LadderStep,
    NoticeText,
    NoticeWish,
    Promise,
    PushDevice,
    ReminderDay,
    RunDecision,
    db,
)
from tests.fixtures.agreements import scope_of

OWN = (
    Autopay, AutopayDebit, BellNotice, CalendarFeed, ContactConsent, NoticeWish, Promise, ReminderDay,
)  # fmt: skip
"""What a customer sees their own of, and the office all."""
OF_THE_OFFICE = (AddressTrouble, LadderAct, LadderStep, NoticeText, RunDecision)
OF_TELLING = (*OWN, *OF_THE_OFFICE, PushDevice)
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)
pytestmark = pytest.mark.database("sqlite")


def rows_of(who: Scope, agreement: int, mark: str) -> list[Any]:
    person, by = who.person_id, {"person_id": who.person_id, "agreement_id": agreement}
    return [
        Autopay(ref=f"a{mark}", **by, state="prepared", amount_rule="due", starts_on=TODAY, created_at=NOW,
                created_by="x"),
        BellNotice(ref=f"b{mark}", dedupe_key=mark, person_id=person, event="fee_posted", at=NOW),
        CalendarFeed(ref=f"c{mark}", person_id=person, token_hash=mark, made_at=NOW),
        ContactConsent(person_id=person, channel="sms", address=mark, agreed=True, source="x", at=NOW, by="x"),
        NoticeWish(person_id=person, event="fee_posted", channel="sms", wanted=True, changed_at=NOW, changed_by="x"),
        Promise(ref=f"p{mark}", **by, type="promise", state="open", amount_minor=1, currency="USD", until_on=TODAY,
                made_on=TODAY, made_at=NOW, made_by="x"),
        ReminderDay(**by, days=1, changed_at=NOW),
        PushDevice(ref=f"d{mark}", user_id=who.user_id, endpoint_hash=mark, subscription_sealed="x", created_at=NOW),
        AddressTrouble(channel="sms", address=mark, first_at=NOW, last_at=NOW),
        NoticeText(ref=f"n{mark}", event=mark, channel="sms", language="en", version=1, written_at=NOW, written_by="x"),
        RunDecision(ref=f"r{mark}", key=mark, agreement_id=agreement, decision="hold", reason="x", decided_at=NOW,
                    decided_by="x"),
    ]  # fmt: skip


@pytest.fixture
def told(house, open_agreement):
    """One row of each for Bo and for Tess."""
    for name in ("bo", "tess"):
        ref, who = open_agreement(name), scope_of(house, name)
        with transaction() as session:
            agreement = session.scalar(select(Agreement.id).where(Agreement.ref == ref)) or 0
            session.add_all(rows_of(who, agreement, name))
            step = LadderStep(ref=name, name=name, version=1, days_late=5, act="call", effective_from=TODAY,
                              recorded_at=NOW, recorded_by="x")  # fmt: skip
            session.add(step)
            session.flush()
            contract = session.scalar(select(Autopay.id).where(Autopay.ref == f"a{name}")) or 0
            session.add_all([
                AutopayDebit(ref=name, autopay_id=contract, agreement_id=agreement, period="2026-03-02",
                             due_on=TODAY, debit_on=TODAY, send_on=TODAY, state="planned"),
                LadderAct(agreement_id=agreement, step_id=step.id, step_name=name, late_since=TODAY, done_on=TODAY,
                          done_at=NOW),
            ])  # fmt: skip
    return house


def seen(scope: Scope, model: type) -> int:
    return len(db.session.scalars(scope.select(model)).all())


def test_a_customer_sees_their_own_and_nothing_of_another_or_of_the_office(told) -> None:
    with told.app.app_context():
        for name, count in (("bo", 1), ("tess", 1), ("stan", 0)):
            who = scope_of(told, name)
            for model in (*OWN, PushDevice):
                assert seen(who, model) == count, (name, model)
            for model in OF_THE_OFFICE:
                assert seen(who, model) == 0, (name, model)


def test_the_office_sees_all_but_the_browsers_of_others(told) -> None:
    with told.app.app_context():
        for name in ("dana", "adam"):
            who = scope_of(told, name)
            for model in (*OWN, *OF_THE_OFFICE):
                assert seen(who, model) == 2, (name, model)
            assert seen(who, PushDevice) == 0


def test_landlords_and_strangers_see_none(told) -> None:
    with told.app.app_context():
        for who in (scope_of(told, "lena"), STRANGER, Scope("customer")):
            for model in OF_TELLING:
                assert seen(who, model) == 0, (who.role, model)
