"""How well is collected what fell due, and which promises were kept. Read-only. Verbs: `make`, `make_promises`.

The collections effectiveness index of a period is (past due before + fell due - past due after) / (past due before +
fell due - not yet 31 days late after). What cannot be late is left out of it, so it comes to

    collected / (collected + what is 31 or more days late at the end)

where collected is what payments of the period paid of what was due by its end. Source: the usual definition of credit
managers (CEI), with "current" taken as 0 to 30 days from the due day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func

from domain.access import Scope
from domain.reports.as_of import Figures, figures
from domain.reports.narrowed import again, agreements, named
from domain.reports.policies import KIND_WORDS
from domain.reports.promises import STATE_WORDS
from domain.reports.roll_rates import share
from domain.reports.sheet import Asked, Column, Row, Sheet, Value
from domain.words import N_, Sentence
from models import Agreement, Allocation, Charge, JournalEntry, Promise, db

TITLE = Sentence(N_("Collections effectiveness"))
PROMISES_TITLE = Sentence(N_("Promises kept"))
CHOICES = {"by": {"": N_("Kind"), "agreement": N_("Agreement")}}
_AMOUNTS = (
    Column("before", Sentence(N_("Past due before")), "money"),
    Column("fell_due", Sentence(N_("Fell due")), "money"),
    Column("collected", Sentence(N_("Collected")), "money"),
    Column("after", Sentence(N_("Past due after")), "money"),
    Column("older", Sentence(N_("of it 31 days or more")), "money"),
    Column("index", Sentence(N_("Index")), "percent"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
_BY_KIND = (Column("group", Sentence(N_("Kind"))), *_AMOUNTS)
_BY_AGREEMENT = (
    Column("agreement", Sentence(N_("Agreement"))),
    Column("place", Sentence(N_("Unit"))),
    Column("who", Sentence(N_("Who"))),
    *_AMOUNTS,
)
_NOTES = (
    Sentence(
        N_(
            "Index: what was collected of what was due, by that and what is 31 or more days late at the end. At 100 "
            "nothing is that late."
        )
    ),
    Sentence(N_("Fell due is less what was paid ahead, waived or charged off.")),
)
_PROMISE_COLUMNS = (
    Column("agreement", Sentence(N_("Agreement"))),
    Column("who", Sentence(N_("Who"))),
    Column("made", Sentence(N_("Made")), "day"),
    Column("until", Sentence(N_("By")), "day"),
    Column("state", Sentence(N_("State"))),
    Column("amount", Sentence(N_("Promised")), "money"),
    Column("came", Sentence(N_("Came in by then")), "money"),
    Column("kept", Sentence(N_("Kept")), "percent"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)


@dataclass(slots=True)
class Sums:
    """Amounts in minor units of one currency."""

    before: int = 0
    collected: int = 0
    after: int = 0
    older: int = 0

    @property
    def told(self) -> dict[str, Value]:
        return {
            "before": self.before, "fell_due": self.after - self.before + self.collected,
            "collected": self.collected, "after": self.after, "older": self.older,
            "index": share(self.collected, self.collected + self.older),
        }  # fmt: skip


def collected(scope: Scope, asked: Asked, since: date, until: date) -> dict[int, int]:
    """Agreement id -> what was paid from one day through another of what was due by then, less what went back."""
    due = func.coalesce(Allocation.due_on, Charge.due_on)
    query = (
        scope.select(JournalEntry, JournalEntry.agreement_id, func.sum(Allocation.amount_minor))
        .join(Allocation, Allocation.entry_id == JournalEntry.id)
        .outerjoin(Charge, Charge.id == Allocation.charge_id)
        .where(JournalEntry.effective_on.between(since, until), due <= until)
        .where(Allocation.bucket.not_in(("credit", "recovery")))
        .where(JournalEntry.agreement_id.in_(agreements(scope, asked)))
        .group_by(JournalEntry.agreement_id)
    )
    return {key: int(amount) for key, amount in db.session.execute(query)}


def make(scope: Scope, asked: Asked) -> Sheet:
    """The index by kind of agreement, or (`by` "agreement") what each agreement adds to it."""
    until = max(min(asked.until, asked.today), asked.since)
    some = agreements(scope, asked)
    before = figures(scope, asked.since - timedelta(days=1), today=asked.today, agreements=some)
    after = figures(scope, until, today=asked.today, agreements=some)
    came = collected(scope, asked, asked.since, until)
    kinds = {
        row.id: row for row in db.session.execute(_kinds(scope, some)) if row.id in {*before, *after, *came}
    }
    each = {key: _sums(before.get(key), after.get(key), came.get(key, 0)) for key in kinds}
    totals: dict[str, Sums] = defaultdict(Sums)
    groups: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for key, one in each.items():
        for sums in (totals[kinds[key].currency], groups[kinds[key].currency, kinds[key].kind]):
            _add(sums, one)
    if asked.by == "agreement":
        about = named(each)
        rows = [
            Row({**about[key].values, **one.told, "currency": kinds[key].currency}, about[key].link)
            for key, one in sorted(each.items(), key=lambda pair: about[pair[0]].number)
            if any((one.before, one.after, one.collected))
        ]
    else:
        rows = [
            Row(
                {"group": Sentence(KIND_WORDS[kind]), **sums.told, "currency": currency},
                again("collections", asked, by="agreement", kind=kind),
            )
            for (currency, kind), sums in sorted(groups.items())
        ]
    feet = [
        Row(
            {
                "group": Sentence(N_("Total")),
                "agreement": Sentence(N_("Total")),
                **sums.told,
                "currency": currency,
            },
            kind="total",
        )
        for currency, sums in sorted(totals.items())
    ]
    columns = _BY_AGREEMENT if asked.by == "agreement" else _BY_KIND
    return Sheet("collections", TITLE, asked, columns, rows, feet if rows else (), _NOTES)


def _kinds(scope: Scope, some: object):  # type: ignore[no-untyped-def]
    return scope.select(Agreement, Agreement.id, Agreement.kind, Agreement.currency).where(
        Agreement.id.in_(some)  # type: ignore[arg-type]
    )


def _sums(before: Figures | None, after: Figures | None, came: int) -> Sums:
    older = sum(after.aging[1:]) if after else 0
    return Sums(before.past_due_minor if before else 0, came, after.past_due_minor if after else 0, older)


def _add(sums: Sums, one: Sums) -> None:
    sums.before += one.before
    sums.collected += one.collected
    sums.after += one.after
    sums.older += one.older


def make_promises(scope: Scope, asked: Asked) -> Sheet:
    """The promises whose day lies in the period, and how many of those that are over were kept."""
    query = (
        scope.select(Promise)
        .where(Promise.type == "promise", Promise.until_on.between(asked.since, asked.until))
        .where(Promise.agreement_id.in_(agreements(scope, asked)))
        .order_by(Promise.until_on, Promise.id)
    )
    if asked.status:
        query = query.where(Promise.state == asked.status)
    found = list(db.session.scalars(query))
    about = named(one.agreement_id for one in found)
    rows = [
        Row(
            {
                **about[one.agreement_id].values, "made": one.made_on, "until": one.until_on,
                "state": Sentence(STATE_WORDS[one.state]), "amount": one.amount_minor, "came": one.kept_minor,
                "currency": one.currency,
            },
            about[one.agreement_id].link,
            opens={"state": ("office.promise", {"ref": one.ref})},
        )
        for one in found
    ]  # fmt: skip
    totals = []
    for currency in sorted({one.currency for one in found}):
        mine = [one for one in found if one.currency == currency]
        over = [one for one in mine if one.state in ("kept", "broken")]
        kept = sum(one.state == "kept" for one in over)
        words = Sentence(N_("%(kept)s of %(count)s kept"), {"kept": kept, "count": len(over)})
        values: dict[str, Value] = {
            "agreement": Sentence(N_("Total")), "state": words, "amount": sum(one.amount_minor for one in mine),
            "came": sum(one.kept_minor for one in mine), "kept": share(kept, len(over)), "currency": currency,
        }  # fmt: skip
        totals.append(Row(values, kind="total"))
    note = Sentence(N_("Counted by number; promises that still stand or were taken back are not counted."))
    return Sheet("promises_kept", PROMISES_TITLE, asked, _PROMISE_COLUMNS, rows, totals, (note,))
