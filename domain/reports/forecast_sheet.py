"""The debits of the next 30 days as a report: the figures of `domain.reports.debit_forecast`. Read-only."""

from __future__ import annotations

from domain.access import Scope
from domain.reports.debit_forecast import forecast
from domain.reports.sheet import Asked, Chart, Column, Link, Row, Series, Sheet
from domain.words import N_, Sentence

TITLE = Sentence(N_("Expected debits"))
_COLUMNS = (
    Column("day", Sentence(N_("Day")), "day"),
    Column("autopay", Sentence(N_("By autopay")), "number"),
    Column("autopay_minor", Sentence(N_("Autopay, amount")), "money"),
    Column("unknown", Sentence(N_("of it not known yet")), "number"),
    Column("planned", Sentence(N_("Planned")), "number"),
    Column("planned_minor", Sentence(N_("Planned, amount")), "money"),
    Column("total", Sentence(N_("In all")), "money"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)


def make(scope: Scope, asked: Asked) -> Sheet:
    """The debits expected from today on, by day and currency."""
    found = forecast(scope, asked.today)
    page: Link = ("office.debit_forecast", {})
    rows = [
        Row(
            {
                "day": day.on, "autopay": day.autopay, "autopay_minor": day.autopay_minor, "unknown": day.unknown,
                "planned": day.planned, "planned_minor": day.planned_minor, "total": day.minor,
                "currency": day.currency,
            },
            page,
        )
        for day in found.days
    ]  # fmt: skip
    totals = [
        Row({"day": Sentence(N_("Total")), "total": amount, "currency": currency}, kind="total")
        for currency, amount in found.sums
    ]
    chart = None
    if len(found.sums) == 1:
        amounts = Series(Sentence(N_("In all")), [day.minor for day in found.days])
        chart = Chart(TITLE, [day.on for day in found.days], [amounts], found.sums[0][0])
    note = Sentence(N_("Amounts that nobody can know yet are not in the sums."))
    return Sheet("expected_debits", TITLE, asked, _COLUMNS, rows, totals, (note,), chart)
