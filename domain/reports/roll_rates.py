"""How balances roll from one aging bucket to the next between two days. Read-only.

An agreement stands in the bucket of its oldest open due day, with its whole balance. Each row is a bucket on the first
day; its columns say what share of that balance stood in which bucket on the last, was charged off, or was paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from domain.access import Scope
from domain.reports.as_of import Figures, bucket_of, figures
from domain.reports.narrowed import again, agreements, named
from domain.reports.sheet import Asked, Column, Link, Row, Sheet, Value
from domain.rules.money import round_ratio
from domain.words import N_, Sentence
from models import JournalEntry, db

TITLE = Sentence(N_("Roll rates"))
CURRENT, OFF, PAID = "current", "off", "paid"
BUCKETS: Mapping[str, str] = {
    CURRENT: N_("Not late"),
    "b0": N_("0–30 days"),
    "b1": N_("31–60 days"),
    "b2": N_("61–90 days"),
    "b3": N_("91 days or more"),
}
ENDS: Mapping[str, str] = {**BUCKETS, OFF: N_("Charged off"), PAID: N_("Nothing owed any more")}
_COLUMNS = (
    Column("bucket", Sentence(N_("On the first day"))),
    Column("count", Sentence(N_("Agreements")), "number"),
    Column("balance", Sentence(N_("Balance then")), "money"),
    *(Column(name, Sentence(words), "percent") for name, words in ENDS.items()),
    Column("worse", Sentence(N_("Rolled on")), "percent"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
_LINES = (
    Column("agreement", Sentence(N_("Agreement"))),
    Column("place", Sentence(N_("Unit"))),
    Column("who", Sentence(N_("Who"))),
    Column("from", Sentence(N_("On the first day"))),
    Column("to", Sentence(N_("On the last day"))),
    Column("balance", Sentence(N_("Balance then")), "money"),
    Column("after", Sentence(N_("Balance on the last day")), "money"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
_NOTE = N_(
    "From the evening of %(first)s to the evening of %(last)s. The shares are of the balance on the first day; "
    '"rolled on" is what stood in a later bucket or was charged off.'
)


@dataclass(frozen=True, slots=True)
class Roll:
    """One agreement: its bucket and balance (minor units) on the first day, and on the last."""

    agreement_id: int
    currency: str
    was: str
    now: str
    balance_minor: int
    after_minor: int


def rolled(scope: Scope, asked: Asked) -> tuple[date, date, list[Roll]]:
    """The two days (the evening before `asked.since`, and `asked.until` or today), and every agreement that owed."""
    first, last = asked.since - timedelta(days=1), min(asked.until, asked.today)
    last = max(first, last)
    some = agreements(scope, asked)
    before = figures(scope, first, today=asked.today, agreements=some)
    after = figures(scope, last, today=asked.today, agreements=some)
    off = set(
        db.session.scalars(
            select(JournalEntry.agreement_id).where(
                JournalEntry.cause == "charge_off",
                JournalEntry.effective_on > first,
                JournalEntry.effective_on <= last,
            )
        )
    )
    rolls = [
        Roll(
            key, one.currency, _bucket(one), _end(after.get(key), key in off), one.balance_minor,
            after[key].balance_minor if key in after else 0,
        )
        for key, one in before.items()
        if one.balance_minor > 0
    ]  # fmt: skip
    return first, last, rolls


def _bucket(one: Figures) -> str:
    return f"b{bucket_of(one.days_late)}" if one.past_due_minor else CURRENT


def _end(one: Figures | None, charged_off: bool) -> str:
    if charged_off:
        return OFF
    return _bucket(one) if one is not None and one.balance_minor > 0 else PAID


def make(scope: Scope, asked: Asked) -> Sheet:
    """The shares by bucket; with a bucket asked for (`status`, `what`), the agreements themselves."""
    first, last, rolls = rolled(scope, asked)
    note = (Sentence(_NOTE, {"first": first, "last": last}),)
    if asked.status or asked.what:
        return Sheet("roll_rates", TITLE, asked, _LINES, _lines(asked, rolls), (), note)
    rows: list[Row] = []
    totals = []
    for currency in sorted({one.currency for one in rolls}):
        mine = [one for one in rolls if one.currency == currency]
        for bucket in BUCKETS:
            some = [one for one in mine if one.was == bucket]
            if some:
                opens = {"count": again("roll_rates", asked, status=bucket)}
                rows.append(_row(asked, Sentence(BUCKETS[bucket]), some, currency, opens, bucket))
        totals.append(_row(asked, Sentence(N_("Total")), mine, currency, {}, ""))
    return Sheet("roll_rates", TITLE, asked, _COLUMNS, rows, totals, note)


def _row(
    asked: Asked, words: Sentence, some: list[Roll], currency: str, opens: dict[str, Link], bucket: str
) -> Row:
    balance = sum(one.balance_minor for one in some)
    ends: dict[str, int] = defaultdict(int)
    for one in some:
        ends[one.now] += one.balance_minor
    worse = sum(one.balance_minor for one in some if _rank(one.now) > _rank(one.was))
    values: dict[str, Value] = {
        "bucket": words, "count": len(some), "balance": balance, "worse": share(worse, balance),
        "currency": currency,
    }  # fmt: skip
    for name, amount in ends.items():
        values[name] = share(amount, balance)
        opens = {**opens, name: again("roll_rates", asked, status=bucket, what=name)}
    return Row(values, kind="line" if bucket else "total", opens=opens)


def _rank(bucket: str) -> int:
    """How bad a bucket is; what was paid is the best."""
    return -1 if bucket == PAID else list(ENDS).index(bucket)


def share(part: int, whole: int) -> Decimal | None:
    """Percent with two decimals, rounded half up; None of nothing."""
    return Decimal(round_ratio(part * 10_000, whole, "half-up")).scaleb(-2) if whole else None


def _lines(asked: Asked, rolls: list[Roll]) -> list[Row]:
    some = [
        one for one in rolls
        if (not asked.status or one.was == asked.status) and (not asked.what or one.now == asked.what)
    ]  # fmt: skip
    about = named(one.agreement_id for one in some)
    return [
        Row(
            {
                **about[one.agreement_id].values, "from": Sentence(ENDS[one.was]), "to": Sentence(ENDS[one.now]),
                "balance": one.balance_minor, "after": one.after_minor, "currency": one.currency,
            },
            about[one.agreement_id].link,
        )
        for one in sorted(some, key=lambda one: (one.currency, about[one.agreement_id].number))
    ]  # fmt: skip
