"""The delinquency report as a sheet: the columns that collectors' reports print between them, one row an agreement.

`make` gives all of it, for files; `page` the rows of one page, for the screen; `lines_of` what one row is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from domain.access import Scope
from domain.reports import delinquency
from domain.reports.as_of import Figures, Open, bucket_of
from domain.reports.delinquency import LATE, STATES, Cover
from domain.reports.delinquency_facts import STATUS_WORDS, Facts, facts
from domain.reports.sheet import Asked, Chart, Column, Link, Row, Series, Sheet, Value
from domain.rules.planned import called_by
from domain.words import N_, Sentence

TITLE = Sentence(N_("Delinquency"))
TOTAL = Sentence(N_("Past due"))
WHAT = Sentence(N_("Who is late as of a day, how much for how long, and what is done about it."))
CHOICES = {"status": STATES, "late": LATE}
FILTERS = ("on", "property_ref", "kind", "branch", "late", "status")
PER_PAGE = 50
BUCKET_WORDS = (N_("0–30 days"), N_("31–60 days"), N_("61–90 days"), N_("91 days or more"))
COLUMNS = (
    Column("number", Sentence(N_("Agreement"))),
    Column("property", Sentence(N_("Property"))),
    Column("unit", Sentence(N_("Unit"))),
    Column("tenants", Sentence(N_("Tenant or customer"))),
    Column("status", Sentence(N_("Status"))),
    Column("phone", Sentence(N_("Phone"))),
    Column("email", Sentence(N_("E-mail")), hidden=True),
    Column("currency", Sentence(N_("Currency")), hidden=True),
    Column("total", TOTAL, "money"),
    Column("rent", Sentence(N_("of it rent or installments")), "money", hidden=True),
    Column("fees", Sentence(N_("of it fees")), "money", hidden=True),
    Column("other", Sentence(N_("of it other")), "money", hidden=True),
    Column("deposit", Sentence(N_("of it deposits")), "money", hidden=True),
    Column("subsidy", Sentence(N_("of it subsidy")), "money", hidden=True),
    *(Column(f"b{place}", Sentence(words), "money") for place, words in enumerate(BUCKET_WORDS)),
    Column("not_yet_due", Sentence(N_("Not yet due")), "money", hidden=True),
    Column("prepaid", Sentence(N_("Prepaid")), "money", hidden=True),
    Column("balance", Sentence(N_("Balance")), "money", hidden=True),
    Column("unposted", Sentence(N_("Interest not in the books yet")), "money", hidden=True),
    Column("days", Sentence(N_("Days late")), "number"),
    Column("paid_on", Sentence(N_("Last payment")), "day"),
    Column("paid", Sentence(N_("Last payment, amount")), "money", hidden=True),
    Column("promise", Sentence(N_("Promise"))),
    Column("step", Sentence(N_("Next step"))),
    Column("notice_on", Sentence(N_("Last notice")), "day", hidden=True),
    Column("hold", Sentence(N_("Hold"))),
    Column("note", Sentence(N_("Note"))),
)
NOTES = (
    Sentence(
        N_(
            "Amounts count from the day for which they were posted. Each open charge or installment stands in the "
            "bucket of its own due day, and money paid ahead is never taken off it."
        )
    ),
    Sentence(
        N_(
            "What is due on the day is late once the day is over: until then it stands with what is not yet due."
        )
    ),
    Sentence(
        N_("People, promises, holds, notes and the next step are today's, whatever day the amounts are of.")
    ),
)
_PLANNED = {
    "installment": N_("Installment"),
    "minimum_payment": N_("Minimum payment"),
    "credit": N_("Credit that was used and went back"),
}
_SUMS = ("total", "rent", "fees", "other", "deposit", "b0", "b1", "b2", "b3")
_STAFF_ONLY = ("phone", "email", "promise", "step", "notice_on", "note")
_MORE_SUMS = ("not_yet_due", "prepaid", "balance", "unposted")


class _Whole(Sequence[Row]):
    """The sums of the whole book, and its `rows`: looked up when they are read, and not where only columns matter."""

    def __init__(self, scope: Scope, asked: Asked):
        self.scope, self.asked = scope, asked

    @cached_property
    def late(self) -> Sequence[Figures]:
        return delinquency.whole(self.scope, self.asked)

    @cached_property
    def sums(self) -> Sequence[Row]:
        return _totals(self.late)

    def rows(self) -> Iterator[Row]:
        yield from _rows(self.scope, self.asked, self.late)

    def __getitem__(self, place: Any) -> Any:
        return self.sums[place]

    def __len__(self) -> int:
        return len(self.sums)


def make(scope: Scope, asked: Asked) -> Sheet:
    """All that are past due, however large the book is."""
    whole = _Whole(scope, asked)
    return _sheet(scope, asked, whole.rows(), whole)


def page(scope: Scope, asked: Asked, cover: Cover, number: int) -> Sheet:
    """The rows of one page (from 1) of what was looked at; the totals are of all that was looked at."""
    shown = cover.late[(number - 1) * PER_PAGE : number * PER_PAGE]
    totals = _totals(cover.late)
    return _sheet(scope, asked, _rows(scope, asked, shown), totals, _chart(totals))


def _sheet(
    scope: Scope, asked: Asked, rows: Iterable[Row], totals: Sequence[Row], chart: Chart | None = None
) -> Sheet:
    columns = COLUMNS if scope.staff else tuple(one for one in COLUMNS if one.key not in _STAFF_ONLY)
    return Sheet("delinquency", TITLE, asked, columns, rows, totals, NOTES, chart)


def _chart(totals: Sequence[Row]) -> Chart | None:
    """The buckets as bars, where all is in one currency."""
    if len(totals) != 1:
        return None
    sums = totals[0].values
    amounts = [int(str(sums[f"b{place}"])) for place in range(len(BUCKET_WORDS))]
    labels = [Sentence(words) for words in BUCKET_WORDS]
    return Chart(Sentence(N_("Past due by age")), labels, (Series(TOTAL, amounts),), str(sums["currency"]))


def _rows(scope: Scope, asked: Asked, late: Sequence[Figures]) -> Iterator[Row]:
    for some in delinquency.batched(late, 200):
        known = facts(scope, [one.agreement_id for one in some], asked.today)
        yield from (_row(asked, one, known[one.agreement_id]) for one in some if one.agreement_id in known)


def _row(asked: Asked, one: Figures, fact: Facts) -> Row:
    values: dict[str, Value] = {
        "number": fact.number, "property": fact.place, "unit": fact.unit or fact.title,
        "tenants": fact.tenants, "status": Sentence(STATUS_WORDS.get(fact.status, fact.status)),
        "phone": fact.phone, "email": fact.email, "days": one.days_late, "paid_on": fact.paid_on,
        "paid": fact.paid_minor, "promise": fact.promised, "step": fact.step, "notice_on": fact.notice_on,
        "hold": fact.held, "note": fact.note,
    }  # fmt: skip
    values |= amounts(one, fact.agencies)
    opens: dict[str, Link] = {"total": ("office.delinquent", {"ref": fact.ref, "on": asked.on.isoformat()})}
    if fact.promise is not None:
        opens["promise"] = ("office.promise", {"ref": fact.promise.ref})
    return Row(values, ("office.agreement", {"ref": fact.ref}), opens=opens)


def amounts(one: Figures, agencies: Iterable[str] = ()) -> dict[str, Value]:
    """The money of a row. `rent`, `fees`, `other`, `deposit` and `subsidy` make up `total`, and so do the buckets."""
    theirs = set(agencies)
    parts = {"rent": one.rent_minor, "fees": one.fees_minor, "other": one.other_minor,
             "deposit": one.deposit_minor, "subsidy": 0}  # fmt: skip
    for line in one.open:
        if line.payer in theirs and line.payer and line.due_on < one.on:
            parts[line.part] -= line.open_minor
            parts["subsidy"] += line.open_minor
    buckets = {f"b{place}": amount for place, amount in enumerate(one.aging)}
    return {
        "currency": one.currency, "total": one.past_due_minor, **parts, **buckets,
        "not_yet_due": one.not_yet_due_minor, "prepaid": one.prepaid_minor, "balance": one.balance_minor,
        "unposted": one.unposted_minor,
    }  # fmt: skip


def _totals(late: Sequence[Figures]) -> list[Row]:
    """One row for each currency. Subsidies stand with the rent here."""
    rows = []
    for currency, some in delinquency.totals(late).items():
        told: list[dict[str, Any]] = [dict(amounts(one)) for one in some]
        sums = {key: sum(one[key] for one in told) for key in (*_SUMS, *_MORE_SUMS)}
        words = Sentence(N_("%(count)s in all"), {"count": len(some)})
        rows.append(Row({"number": words, "currency": currency, **sums}, kind="total"))
    return rows


@dataclass(frozen=True, slots=True)
class Line:
    """Something open of one agreement: `what` it is. `bucket` is -1 where it is not yet due; `words` say its bucket."""

    open: Open
    what: str | Sentence
    days: int
    bucket: int
    words: Sentence


def lines_of(one: Figures) -> list[Line]:
    """What is open of an agreement, the oldest first: what its row is made of."""
    told = []
    for line in one.open:
        days = (one.on - line.due_on).days
        bucket = bucket_of(days) if days > 0 else -1
        words = BUCKET_WORDS[bucket] if days > 0 else N_("Not yet due") if days else N_("Due on the day")
        told.append(Line(line, _called(line), max(days, 0), bucket, Sentence(words)))
    return told


def _called(line: Open) -> str | Sentence:
    if line.type in _PLANNED:
        return Sentence(_PLANNED[line.type])
    return called_by(line.name, line.type)
