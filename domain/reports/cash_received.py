"""Cash received: what came in less what came back, by day, method, person or one by one. Read-only.

Read from the lines of the books on the accounts where money arrives, in entries that payments caused, by the day for
which they count: so the report comes to what the ledger says, and a payment told again cannot count twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_

from domain.access import Scope
from domain.records.accounts import BANK, UNDEPOSITED
from domain.reports.journal import CAUSE_WORDS
from domain.reports.narrowing import carried, of_entries
from domain.reports.report_choices import METHOD_WORDS
from domain.reports.sheet import Asked, Chart, Column, Link, Row, Series, Sheet
from domain.words import N_, Money, Sentence
from models import Agreement, JournalEntry, JournalLine, Payment, Person, db

TITLE = Sentence(N_("Cash received"))
WHAT = Sentence(N_("Money that came in less what came back, by day, method or person."))
FILTERS = ("period", "by", "method", "kind", "property_ref", "branch")
CHOICES = {
    "by": {"": N_("Day"), "method": N_("Paid with"), "person": N_("Person"), "payment": N_("One by one")}
}
MONEY = (
    Column("count", Sentence(N_("Payments")), "number"),
    Column("received", Sentence(N_("Received")), "money"),
    Column("back", Sentence(N_("Came back")), "money"),
    Column("net", Sentence(N_("Kept")), "money"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
ONE_BY_ONE = (
    Column("day", Sentence(N_("Day")), "day"),
    Column("what", Sentence(N_("What"))),
    Column("person", Sentence(N_("Person"))),
    Column("agreement", Sentence(N_("Agreement"))),
    Column("method", Sentence(N_("Paid with"))),
    Column("net", Sentence(N_("Amount")), "money"),
    Column("gateway", Sentence(N_("Processor")), hidden=True),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
NOTES = (Sentence(N_("By the day for which a payment counts; fees for the way of paying are in it. Money that came "
                     "back stands on the day it went.")),)  # fmt: skip
LONGEST_CHART = 62
NOBODY = Sentence(N_("Nobody named"))
_AMOUNT = JournalLine.amount_minor
_SUMS = (
    func.sum(case((JournalEntry.cause.in_(("payment.settled", "payment.restored")), 1), else_=0)),
    func.sum(case((_AMOUNT > 0, _AMOUNT), else_=0)),
    func.sum(case((_AMOUNT < 0, -_AMOUNT), else_=0)),
)


def arrives() -> ColumnElement[bool]:
    """Lines on the accounts where money of customers stands first."""
    return or_(JournalLine.account.in_((BANK, UNDEPOSITED)), JournalLine.account.startswith("clearing_"))


def make(scope: Scope, asked: Asked) -> Sheet:
    """What came in from `since` to `until`, grouped by `asked.by`."""
    totals = _totals(scope, asked)
    lead = [
        (Money(int(str(row.values["net"])), str(row.values["currency"])), Sentence(N_("received and kept")))
        for row in totals
    ]
    if asked.by == "payment":
        rows = _one_by_one(scope, asked)
        return Sheet("cash_received", TITLE, asked, ONE_BY_ONE, rows, totals, NOTES, lead=lead)
    grouped = {"method": _by_method, "person": _by_person}.get(asked.by, _by_day)(scope, asked)
    first = Column(
        "group", Sentence(CHOICES["by"].get(asked.by, CHOICES["by"][""])), "text" if asked.by else "day"
    )
    return Sheet(
        "cash_received", TITLE, asked, (first, *MONEY), grouped, totals, NOTES, _chart(asked, grouped), lead=lead
    )  # fmt: skip


def _query(scope: Scope, asked: Asked, *columns: Any) -> Select[Any]:
    query = (
        scope.select(JournalEntry, JournalEntry.currency, *columns)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .join(Payment, Payment.id == JournalEntry.payment_id)
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .where(JournalEntry.effective_on.between(asked.since, asked.until), arrives())
    )
    if asked.method:
        query = query.where(Payment.instrument == asked.method)
    if asked.person_ref:
        query = query.join(Person, Person.id == Payment.person_id).where(Person.ref == asked.person_ref)
    return of_entries(scope, query, asked)


def _totals(scope: Scope, asked: Asked) -> list[Row]:
    query = _query(scope, asked, *_SUMS).group_by(JournalEntry.currency).order_by(JournalEntry.currency)
    total = Sentence(N_("Total"))
    return [
        Row({"group": total, "day": total, **_figures(currency, *sums)}, kind="total")
        for currency, *sums in db.session.execute(query)
    ]


def _figures(currency: str, count: int, received: int, back: int) -> dict[str, Any]:
    return {
        "count": int(count), "received": int(received), "back": int(back) or None,
        "net": int(received) - int(back), "currency": currency,
    }  # fmt: skip


def _opens(asked: Asked, **more: str) -> Link:
    """The same money one by one."""
    days = {"since": asked.since.isoformat(), "until": asked.until.isoformat()}
    given = {
        "name": "cash_received",
        "by": "payment",
        **days,
        "method": asked.method,
        **carried(asked),
        **more,
    }
    return "office.report", {name: value for name, value in given.items() if value}


def _by_day(scope: Scope, asked: Asked) -> list[Row]:
    day = JournalEntry.effective_on
    query = _query(scope, asked, day, *_SUMS).group_by(day, JournalEntry.currency)
    return [
        Row(
            {"group": on, **_figures(currency, *sums)},
            _opens(asked, since=on.isoformat(), until=on.isoformat()),
        )
        for currency, on, *sums in db.session.execute(query.order_by(day, JournalEntry.currency))
    ]


def _by_method(scope: Scope, asked: Asked) -> list[Row]:
    query = _query(scope, asked, Payment.instrument, *_SUMS).group_by(
        Payment.instrument, JournalEntry.currency
    )
    return [
        Row({"group": Sentence(METHOD_WORDS[how]), **_figures(currency, *sums)}, _opens(asked, method=how))
        for currency, how, *sums in db.session.execute(
            query.order_by(Payment.instrument, JournalEntry.currency)
        )
    ]


def _by_person(scope: Scope, asked: Asked) -> list[Row]:
    query = _query(scope, asked, Payment.person_id, *_SUMS).group_by(Payment.person_id, JournalEntry.currency)
    found = db.session.execute(query).all()
    named = scope.select(Person, Person.id, Person.ref, Person.name)
    wanted = {one.person_id for one in found}
    people = {row.id: row for row in db.session.execute(named.where(Person.id.in_(wanted)))} if wanted else {}
    rows = []
    for currency, person, *sums in found:
        known = people.get(person)
        link = _opens(asked, person_ref=known.ref) if known else None
        rows.append(Row({"group": known.name if known else NOBODY, **_figures(currency, *sums)}, link))
    return sorted(rows, key=lambda row: (str(row.values["group"]).casefold(), str(row.values["currency"])))


def _one_by_one(scope: Scope, asked: Asked) -> Iterator[Row]:
    query = _query(
        scope, asked, JournalEntry.effective_on, JournalEntry.cause, JournalLine.amount_minor, Payment.ref,
        Payment.instrument, Payment.gateway, Agreement.number, Agreement.ref.label("agreement_ref"), Payment.person_id,
    ).order_by(JournalEntry.effective_on, JournalEntry.id, JournalLine.id)  # fmt: skip
    names: dict[int, str] = {}
    for line in db.session.execute(query.execution_options(yield_per=500)):
        if line.person_id and line.person_id not in names:
            person = scope.select(Person, Person.name).where(Person.id == line.person_id)
            names[line.person_id] = db.session.scalar(person) or ""
        values = {
            "day": line.effective_on, "what": Sentence(CAUSE_WORDS.get(line.cause, line.cause)),
            "person": names.get(line.person_id) or NOBODY, "agreement": line.number,
            "method": Sentence(METHOD_WORDS[line.instrument]), "net": line.amount_minor, "gateway": line.gateway,
            "currency": line.currency,
        }  # fmt: skip
        opens = {"agreement": ("office.journal", {"ref": line.agreement_ref})}
        yield Row(values, ("office.payment", {"ref": line.ref}), opens=opens)


def _chart(asked: Asked, rows: list[Row]) -> Chart | None:
    """What was kept day by day, where the days fit and there is one currency."""
    currencies = {str(row.values["currency"]) for row in rows}
    length = (asked.until - asked.since).days + 1
    if asked.by or len(currencies) != 1 or length > LONGEST_CHART:
        return None
    kept: dict[date, int] = defaultdict(int)
    for row in rows:
        kept[row.values["group"]] += int(str(row.values["net"]))  # type: ignore[index]
    days = [asked.since + timedelta(days=number) for number in range(length)]
    series = Series(Sentence(N_("Kept")), [kept.get(day, 0) for day in days])
    return Chart(Sentence(N_("Cash received by day")), days, [series], currencies.pop())
