"""People are reminded of what is still due, on the days they chose, once; and not while something takes care of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.access import Scope
from domain.actions import holds, notice_wishes, reminders
from domain.records.mandates import Accepted, keep_mandate
from domain.transaction import transaction
from models import Agreement, Autopay, Business, Outbox, Person, Promise, ReminderLook, User

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", DUEBOOK_TIMEZONE="UTC")
DAY = timedelta(days=1)
DUE = date(2026, 3, 16)
"""The third installment of `open_agreement`; the first two were paid elsewhere in these tests."""


class Reminded:
    def __init__(self, house) -> None:
        self.house = house

    def run(self, on: date) -> int:
        return reminders.remind(today=on, now=datetime(on.year, on.month, on.day, 15, tzinfo=UTC)).reminders

    def said(self, event: str | None = None) -> list[tuple[str, str, int, str]]:
        with transaction() as session:
            rows = session.scalars(
                sa.select(Outbox).where(Outbox.event.startswith("reminder")).order_by(Outbox.id)
            )
            return [
                (row.to_address, row.event, row.data["amount_minor"], row.data["on"])
                for row in rows
                if event is None or row.event == event
            ]

    def who(self, name: str) -> Scope:
        with transaction() as session:
            user = session.scalars(sa.select(User).where(User.ref == self.house.user(name))).one()
            return Scope("customer", user.id, user.person_id)

    def house_days(self, *days: int) -> None:
        with transaction() as session:
            session.execute(sa.update(Business).values(reminder_days=list(days)))

    def add(self, *rows) -> None:
        with transaction() as session:
            session.add_all(rows)


@pytest.fixture
def reminded(house) -> Reminded:
    return Reminded(house)


@pytest.fixture
def loan(house, open_agreement) -> str:
    """One whose first two installments are met: the next, 155.97, falls due on 16 March."""
    return open_agreement(
        "bo", met_minor=2 * 15597, opening_principal_minor=880000, interest_from=date(2026, 3, 2)
    )


def agreement_id(ref: str) -> int:
    with transaction() as session:
        return session.scalars(sa.select(Agreement.id).where(Agreement.ref == ref)).one()


def test_the_days_of_the_business_count_where_nobody_chose(reminded, loan):
    reminded.house_days(3, 0)
    for day in range(2, 20):
        reminded.run(date(2026, 3, day))
        reminded.run(date(2026, 3, day))
    assert reminded.said() == [
        ("bo@example.org", "reminder_before", 15597, "2026-03-16"),
        ("bo@example.org", "reminder_due", 15597, "2026-03-16"),
    ]


def test_a_person_s_own_days_replace_them_several_if_wanted(reminded, loan):
    notice_wishes.set_reminder_days(loan, [5, 1, -2], who=reminded.who("bo"), now=reminded.house.now)
    days = [day for day in range(2, 22) if reminded.run(date(2026, 3, day))]
    assert days == [11, 15, 18]
    assert [event for _, event, _, _ in reminded.said()] == [
        "reminder_before",
        "reminder_before",
        "reminder_late",
    ]


def test_no_days_at_all_is_a_choice_too_and_can_be_taken_back(reminded, loan):
    notice_wishes.set_reminder_days(loan, [], who=reminded.who("bo"), now=reminded.house.now)
    assert reminded.run(DUE - 3 * DAY) == 0
    notice_wishes.set_reminder_days(loan, None, who=reminded.who("bo"), now=reminded.house.now)
    assert reminded.run(DUE - 3 * DAY) == 1


def test_what_is_paid_or_on_its_way_is_not_reminded_of(reminded, loan, pay):
    reminded.run(date(2026, 3, 2))
    pay("bo", loan, 15597, method="bank")
    assert [reminded.run(date(2026, 3, day)) for day in range(3, 17)] == [0] * 14


def test_only_what_is_left_is_asked_for(reminded, loan, pay):
    pay("bo", loan, 10000, method="bank")
    assert reminded.run(DUE - 3 * DAY) == 1
    assert reminded.said()[0][2] == 5597


def test_a_hold_and_a_promise_keep_us_quiet(reminded, loan, house):
    admin = Scope("admin", reminded.who("adam").user_id, 0)
    hold = holds.place(loan, "other", "court", "h1", who=admin, today=date(2026, 3, 2), now=house.now)
    assert reminded.run(DUE - 3 * DAY) == 0
    holds.lift(loan, hold, who=admin, today=date(2026, 3, 2), now=house.now)
    reminded.add(
        Promise(
            ref="p1", agreement_id=agreement_id(loan), person_id=reminded.who("bo").person_id, type="promise",
            state="open", amount_minor=15597, currency="USD", until_on=DUE + 5 * DAY, made_on=date(2026, 3, 2),
            made_at=house.now, made_by="t",
        )
    )  # fmt: skip
    with transaction() as session:
        session.execute(sa.delete(ReminderLook))
    assert reminded.run(DUE - 2 * DAY) == 0


def autopay(reminded, ref: str, **values) -> Autopay:
    person = reminded.who("bo").person_id
    given = Accepted(scheme="ach", text="I allow it.", version="1", class_code="WEB", strength="password")
    with transaction() as session:
        mandate = keep_mandate(
            session.connection(), given, method_id=None, person_id=person, agreement_id=None, by="t",
            today=date(2026, 3, 1), now=reminded.house.now,
        )  # fmt: skip
    return Autopay(
        **{
            "ref": "ap", "agreement_id": agreement_id(ref), "person_id": person, "state": "active",
            "amount_rule": "due", "starts_on": date(2026, 3, 1), "created_at": reminded.house.now, "created_by": "t",
            "mandate_id": mandate, "next_debit_on": DUE, "next_due_on": DUE, "next_period": DUE.isoformat(), **values,
        }
    )  # fmt: skip


def test_autopay_people_are_not_nagged(reminded, loan):
    reminded.add(autopay(reminded, loan))
    assert [reminded.run(date(2026, 3, day)) for day in range(2, 18)] == [0] * 16


def test_autopay_that_will_not_pay_it_is_no_reason_to_be_quiet(reminded, loan):
    reminded.add(autopay(reminded, loan, limit_minor=10000))
    assert reminded.run(DUE - 3 * DAY) == 1


def test_each_roommate_is_reminded_of_their_own_share(reminded, house):
    from tests.fixtures.four_kinds import bill_through, shared_rental

    shared_rental(house)
    bill_through(house, date(2026, 3, 2))
    reminded.house_days(-1)
    assert reminded.run(date(2026, 3, 2)) == 2
    amounts = {to: amount for to, _, amount, _ in reminded.said()}
    assert amounts["bo@example.org"] > amounts["tess@example.org"]


def test_time_grows_with_what_is_due_only_agreements_whose_turn_it_is_are_looked_at(reminded, open_agreement):
    for number in range(4):
        open_agreement("bo", number=f"L-{number}", age_days=0, first_due_on=date(2026, 3, 12 + number))
    first = reminders.remind(today=date(2026, 3, 2), now=reminded.house.now)
    assert first.looked == 4
    assert reminders.remind(today=date(2026, 3, 2), now=reminded.house.now).looked == 0
    assert reminders.remind(today=date(2026, 3, 9), now=reminded.house.now).looked == 1


def test_somebody_without_an_address_is_told_on_their_pages_alone(reminded, loan):
    with transaction() as session:
        session.execute(sa.update(Person).where(Person.ref == reminded.house.person("bo")).values(email=""))
    assert reminded.run(DUE - 3 * DAY) == 1
    assert reminded.said() == []


def test_ten_runs_at_once_tell_each_reminder_once(reminded, loan):
    from tests.domain.actions.paying import at_once

    at_once(10, lambda _: reminded.run(DUE - 3 * DAY))
    assert len(reminded.said()) == 1


def test_a_fee_is_told_on_its_day_by_its_own_notice_alone(reminded, loan, house):
    from domain.actions import charges

    fee = charges.Wanted("fee", "Paper copy", 2_500, DUE - 5 * DAY)
    adam = Scope("admin", reminded.who("adam").user_id, 0)
    charges.add(loan, fee, "f-1", who=adam, today=DUE - 5 * DAY, now=house.now)
    assert reminded.run(DUE - 5 * DAY) == 0
    assert reminded.run(DUE - 3 * DAY) == 1
    assert reminded.said()[0][2] == 15597


def test_what_is_late_is_told_once_a_day_by_the_ladder_or_by_a_reminder(reminded, open_agreement, house):
    from domain.actions import ladder

    late = open_agreement("bo")
    admin = Scope("admin", reminded.who("adam").user_id, 0)
    ladder.start(who=admin, today=date(2026, 3, 2), now=house.now)
    notice_wishes.set_reminder_days(late, [-14], who=reminded.who("bo"), now=house.now)
    assert ladder.climb(today=date(2026, 3, 2), now=house.now).notice == 1
    assert reminded.run(date(2026, 3, 2)) == 0


def test_what_the_next_debit_takes_soon_is_not_asked_for(reminded, open_agreement, house):
    late = open_agreement("bo")
    notice_wishes.set_reminder_days(late, [-14], who=reminded.who("bo"), now=house.now)
    reminded.add(autopay(reminded, late, next_debit_on=date(2026, 3, 6)))
    assert reminded.run(date(2026, 3, 2)) == 0
