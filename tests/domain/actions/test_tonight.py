"""Tonight's run: what it says is what the run then does, row by row, and looking at it changes nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from domain.actions import payments, run_decisions, tonight
from domain.actions.day import run_day
from domain.actions.payment_limits import Wanted
from domain.actions.run_decisions import Wish
from domain.reports.run_rows import made_since, marks
from domain.reports.tonight import Row, narrowed, totals
from domain.transaction import rehearsal
from domain.words import Money, Refused
from models import AuditEvent, Charge, JournalEntry, Outbox, Payment, PaymentEvent, Statement
from tests.fixtures.agreements import save_method_for, scope_of
from tests.fixtures.billed import ZONE, local
from tests.stories.autopay_year import Year
from tests.torture.years import Years

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-01-01")

FIRST, FEB = date(2026, 1, 1), date(2026, 2, 1)
DAY = timedelta(days=1)
ANSWERS = {
    "payment_sent", "payment_settled", "payment_failed", "payment_returned", "autopay_retry", "autopay_stopped",
    "fee_posted", "autopay_missed",
}  # fmt: skip
"""What people are told once a processor has answered."""


def rehearsed(on: date, first: date | None = None, **more) -> list[Row]:
    now = more.pop("now", local(on, time(0, 30)))
    found = tonight.rehearse(on, first=first or on, now=now, zone=ZONE)
    return [*found.rows[on]] if not more.pop("held", False) else found.last


def happened(on: date, now=None) -> list[Row]:
    """What a run of the day writes down, by the same reading. What processors answer is not foreseen."""
    with rehearsal() as seen:
        at = marks(seen)
    run_day(on, now=now or local(on, time(0, 30)), zone=ZONE)
    with rehearsal() as seen:
        return [row for row in made_since(seen, at, on) if not answered(row)]


def answered(row: Row) -> bool:
    """Whether it follows from what somebody outside answered."""
    if row.group == "charge":
        return "returned payment" in str(row.what)
    if row.fate == "debit_given_up":
        return len(row.why.steps) == 1  # for a code of the processor, not for a reason of our own
    return row.event in ANSWERS


def differences(said: list[Row], did: list[Row]) -> list[str]:
    before = Counter(row.identity for row in said if not answered(row))
    after = Counter(row.identity for row in did)
    return [f"- {row}" for row in (before - after)] + [f"+ {row}" for row in (after - before)]


class Nights(Years):
    """The same lives, each night foreseen first; some payments are planned for later days."""

    compared = 0

    def live(self, last: date) -> None:
        day = self.first
        while day <= last:
            said = rehearsed(day)
            did = happened(day)
            assert differences(said, did) == [], day
            self.compared += len(did)
            self.pay(day)
            self.plan(day)
            day += DAY
        self.prove(last)

    def plan(self, day: date) -> None:
        ref, names = self.dice.choice(list(self.people.items()))
        due, most = self.figures(ref, day)
        amount = min(due or 5_000, most)
        if amount <= 0 or self.dice.random() > 0.5:
            return
        self.forms += 1
        try:
            payments.start(
                ref, amount, self.method(names[0], self.dice.choice(("bank", "card"))), f"plan-{self.forms}",
                who=scope_of(self.house, names[0]), today=day, now=local(day), again=True,
                wanted=Wanted(on=day + self.dice.randrange(1, 20) * DAY),
            )  # fmt: skip
        except Refused:
            return


class AutopayNights(Year):
    """A book on autopay with ways to pay that fail, each night foreseen first."""

    seen: Counter

    def live(self, last: date) -> None:
        self.seen, day = Counter(), self.first
        while day <= last:
            said = rehearsed(day)
            did = happened(day)
            assert differences(said, did) == [], day
            self.seen.update(row.group for row in did)
            day += DAY


@pytest.mark.safety("J20")
@pytest.mark.database("sqlite")
def test_debits_and_notices_of_autopay_are_foreseen_row_by_row(ledger, rounds) -> None:
    nights = AutopayNights(ledger, 9, rounds(12, 60), FIRST)
    nights.live(FIRST + rounds(40, 300) * DAY)
    assert min(nights.seen[group] for group in ("charge", "debit", "notice")) > 3
    assert nights.problems() == []


@pytest.mark.safety("J20")
@pytest.mark.database("sqlite")
def test_the_run_does_what_tonights_run_said_row_by_row(ledger, rounds) -> None:
    nights = Nights(ledger, FIRST, seed=5)
    nights.live(FIRST + rounds(45, 500) * DAY)
    assert nights.compared > 25


@pytest.mark.safety("J20")
def test_the_run_does_what_was_said_in_the_evening_before_on_both_databases(ledger) -> None:
    ledger.add_policy()
    refs = [ledger.open_rental("tess", on=FIRST), ledger.open_lease("bo", on=FIRST, count=9)]
    refs.append(ledger.open_credit_line("stan", on=FIRST))
    ledger.buy(refs[-1], 33_333, FIRST)
    run_day(FIRST, now=local(FIRST), zone=ZONE)
    groups, day = set(), FIRST + DAY
    while day <= FEB + 8 * DAY:
        said = rehearsed(day, now=local(day - DAY, time(22)))
        did = happened(day, now=local(day, time(23, 59)))
        assert differences(said, did) == [], day
        groups |= {row.group for row in did}
        day += DAY
    assert groups >= {"charge", "fee", "statement"}


def money(rows) -> list:
    """The rows without what people are told of."""
    return [row for row in rows if row.group != "notice"]


def test_looking_changes_nothing_and_calls_nobody(ledger) -> None:
    ledger.add_policy()
    ref = ledger.open_rental("tess", on=FIRST)
    run_day(FIRST, now=local(FIRST), zone=ZONE)
    bank = save_method_for(ledger.house, "tess", "bank")
    made = payments.start(
        ref, 50_000, bank, "form", who=scope_of(ledger.house, "tess"), today=FIRST, now=local(FIRST), again=True,
        wanted=Wanted(on=FIRST + 3 * DAY),
    )  # fmt: skip
    tables = (Charge, JournalEntry, Payment, PaymentEvent, Outbox, AuditEvent, Statement)

    def all_rows() -> list:
        return [ledger.rows(sa.select(table.__table__).order_by(table.id)) for table in tables]

    before = all_rows()
    found = tonight.rehearse(FEB, first=FIRST, now=local(FIRST), zone=ZONE)
    assert all_rows() == before
    sent = [row for row in found.rows[FIRST + 3 * DAY] if row.group == "planned"]
    assert [(row.amount_minor, row.gateway, row.fate) for row in sent] == [(50_000, "sandbox", "")]
    assert [row.group for row in money(found.rows[FIRST + 4 * DAY])] == ["fee"]
    assert [row.amount_minor for row in money(found.rows[FEB])] == [120_000]
    assert made


def test_a_plan_that_nothing_is_owed_for_any_more_is_said_not_to_be_sent(ledger) -> None:
    ref = ledger.open_rental("tess", on=FIRST, to_on=FIRST + 20 * DAY)
    run_day(FIRST, now=local(FIRST), zone=ZONE)
    bank = save_method_for(ledger.house, "tess", "bank")
    owed = ledger.position(ref).owed_minor
    payments.start(
        ref, owed, bank, "form", who=scope_of(ledger.house, "tess"), today=FIRST, now=local(FIRST), again=True,
        wanted=Wanted(on=FIRST + DAY),
    )  # fmt: skip
    ledger.take(ref, owed, FIRST)
    (row,) = [row for row in rehearsed(FIRST + DAY) if row.group == "planned"]
    assert row.fate == "not_sent"
    assert "Nothing was owed" in str(row.why.steps[-1].sentence)
    assert totals([row])[0].sums == ()


def test_what_is_held_is_shown_with_who_held_it_and_is_not_in_the_totals(ledger) -> None:
    ref = ledger.open_rental("tess", on=FIRST)
    other = ledger.open_rental("bo", on=FIRST)
    run_day(FIRST, now=local(FIRST), zone=ZONE)
    (mine,) = [row for row in money(rehearsed(FEB, FIRST)) if row.agreement_ref == ref]
    clock = {"who": scope_of(ledger.house, "dana"), "today": FIRST, "now": local(FIRST)}
    run_decisions.decide(Wish(mine.key, "hold", "the flat is empty"), "form-1", **clock)
    found = tonight.rehearse(FEB, first=FIRST, now=local(FIRST), zone=ZONE)
    assert [row.agreement_ref for row in money(found.rows[FEB])] == [other]
    (held,) = found.held
    assert (held.agreement_ref, held.amount_minor, held.fate) == (ref, 120_000, "held")
    assert (held.decided.decision, held.decided.reason) == ("hold", "the flat is empty")
    assert [(total.group, total.count, total.sums) for total in totals(money(found.last))] == [
        ("charge", 1, (Money(120_000, "USD"),))
    ]
    later = tonight.rehearse(FEB + 3 * DAY, first=FIRST + 9 * DAY, now=local(FIRST), zone=ZONE)
    assert [row.key for row in later.held] == [mine.key]


def test_a_day_too_far_ahead_or_gone_is_refused(ledger) -> None:
    for on in (FIRST - DAY, FIRST + 32 * DAY):
        with pytest.raises(Refused):
            tonight.rehearse(on, first=FIRST, now=local(FIRST), zone=ZONE)


def test_rows_are_found_by_group_and_words_and_only_those_one_may_see() -> None:
    rows = [
        Row("charge", 1, "a", "L-1", "Rent", FIRST, 100, "USD"),
        Row("fee", 2, "b", "L-2", "Late fee", FIRST, 5, "EUR", fate="waived"),
        Row("notice", None, "", "", "Statement ready"),
    ]
    assert [row.agreement_id for row in narrowed(rows, "", "", None)] == [1, 2, None]
    assert narrowed(rows, "fee", "l-2", {1, 2}) == [rows[1]]
    assert narrowed(rows, "", "", {2}) == [rows[1]]
    assert [(total.group, total.sums) for total in totals(rows)] == [
        ("charge", (Money(100, "USD"),)), ("fee", ()), ("notice", ()),
    ]  # fmt: skip


def test_a_late_fee_that_is_only_proposed_stands_in_the_run_and_is_approved_or_waived_there(ledger) -> None:
    ledger.add_policy(posting="propose")
    refs = [ledger.open_rental(name, on=FIRST) for name in ("tess", "bo")]
    ledger.bill(FIRST)
    day = FIRST + 4 * DAY
    fees = {row.agreement_ref: row for row in rehearsed(day) if row.group == "fee"}
    assert [row.fate for row in fees.values()] == ["proposed", "proposed"]
    assert set(fees) == set(refs)
    assert [total.sums for total in totals(list(fees.values()))] == [()]
    for ref, choice in zip(refs, ("approve", "waive"), strict=True):
        wish = Wish(fees[ref].key, choice, "looked at it")
        run_decisions.decide(
            wish, f"form-{choice}", who=scope_of(ledger.house, "dana"), today=day, now=local(day)
        )
    assert {row.agreement_ref: row.fate for row in rehearsed(day) if row.group == "fee"} == {
        refs[0]: "", refs[1]: "waived"
    }  # fmt: skip
    ledger.bill(day)
    assert [ledger.fees(ref) for ref in refs] == [[(day, 5_000)], [(day, 5_000), (day, -5_000)]]
