"""The portfolio as of a day: how much is owed, at which rate, for how much longer, what it earns and loses. Read-only.

By kind and branch, or agreement by agreement (`by` "agreement"). Balances are the books': receivables less credit. The
rate is weighted by principal and purchases, the remaining term by balance. The yield is the interest, finance charges
and fees that became owed in the twelve months through the day, by the average daily balance of principal and purchases
in these months; losses are what was charged off in them, less what came back. Figures behind it: `portfolio_facts`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.access import Scope
from domain.records.accounts import CHARGE_OFF, RECOVERIES
from domain.reports.ledger_lines import lines_within
from domain.reports.narrowed import NO_BRANCH, again, agreements, named
from domain.reports.policies import KIND_WORDS
from domain.reports.portfolio_facts import Earned, Fact, earned, earned_by_agreement, facts, year_before
from domain.reports.roll_rates import share
from domain.reports.sheet import Asked, Column, Row, Sheet, Value
from domain.rules.money import round_minor
from domain.words import N_, Sentence

TITLE = Sentence(N_("Portfolio"))
CHOICES = {"by": {"": N_("Kind and branch"), "agreement": N_("Agreement")}}
_FIGURES = (
    Column("balance", Sentence(N_("Balance")), "money"),
    Column("principal", Sentence(N_("Principal and purchases")), "money", hidden=True),
    Column("rate", Sentence(N_("Rate, weighted")), "percent"),
    Column("months", Sentence(N_("Months left, weighted")), "number"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
_YEAR = (
    Column("earned", Sentence(N_("Interest and fees, 12 months")), "money"),
    Column("yield", Sentence(N_("Yield")), "percent"),
    Column("lost", Sentence(N_("Charged off, 12 months")), "money"),
    Column("recovered", Sentence(N_("Came back")), "money"),
    Column("loss_rate", Sentence(N_("Net loss")), "percent"),
)
_GROUPS = (
    Column("group", Sentence(N_("Kind"))),
    Column("branch", Sentence(N_("Branch"))),
    Column("count", Sentence(N_("Agreements")), "number"),
    *_FIGURES[:-1],
    *_YEAR,
    _FIGURES[-1],
)
_LINES = (
    Column("agreement", Sentence(N_("Agreement"))),
    Column("place", Sentence(N_("Unit")), hidden=True),
    Column("who", Sentence(N_("Who"))),
    *_FIGURES[:-1],
    *(one for one in _YEAR if one.end and one.kind == "money"),
    _FIGURES[-1],
)
_NOTES = (
    Sentence(
        N_(
            "Counted are agreements with a balance. Yield and net loss are for twelve months, of the average daily "
            "balance of principal and purchases."
        )
    ),
)
Key = tuple[str, str, str]


@dataclass(slots=True)
class Sums:
    """Figures of many agreements of one currency; `rate` and `months` are sums of figure times weight."""

    count: int = 0
    balance: int = 0
    principal: int = 0
    rated: int = 0
    rate: Fraction = Fraction(0)
    timed: int = 0
    months: Fraction = Fraction(0)

    def add(self, one: Fact) -> None:
        self.count += 1
        self.balance += one.balance_minor
        self.principal += one.principal_minor
        if one.rate is not None:
            self.rated += one.principal_minor
            self.rate += Fraction(one.rate) * one.principal_minor
        if one.months is not None:
            self.timed += one.balance_minor
            self.months += one.months * one.balance_minor

    @property
    def values(self) -> dict[str, Value]:
        return {
            "count": self.count, "balance": self.balance, "principal": self.principal,
            "rate": _rounded(self.rate / self.rated, 2) if self.rated > 0 else None,
            "months": _rounded(self.months / self.timed, 1) if self.timed > 0 else None,
        }  # fmt: skip


def make(scope: Scope, asked: Asked) -> Sheet:
    """The portfolio as of `asked.on`."""
    some = agreements(scope, asked)
    if asked.by == "agreement":
        came = earned_by_agreement(scope, asked.on, agreements=some)
        found = facts(scope, asked.on, today=asked.today, agreements=some, also=came)
        return Sheet("portfolio", TITLE, asked, _LINES, _each(found, came), _feet(found, came), _NOTES)
    found = facts(scope, asked.on, today=asked.today, agreements=some)
    groups: dict[Key, Sums] = defaultdict(Sums)
    for one in found.values():
        groups[one.currency, one.kind, one.branch].add(one)
    made = earned(scope, asked.on, agreements=some)
    keys = sorted({*groups, *(key for key, one in made.items() if one.told)})
    rows = []
    for currency, kind, branch in keys:
        opens = {"group": again("portfolio", asked, by="agreement", kind=kind, branch=branch or NO_BRANCH)}
        values = {
            "group": Sentence(KIND_WORDS[kind]), "branch": branch, "currency": currency,
            **groups[currency, kind, branch].values, **_told(made.get((currency, kind, branch), Earned())),
        }  # fmt: skip
        rows.append(Row(values, opens=opens))
    return Sheet("portfolio", TITLE, asked, _GROUPS, rows, _totals(asked, found, made), _NOTES)


def _told(one: Earned) -> dict[str, Value]:
    net = one.lost_minor - one.recovered_minor
    return {
        "earned": one.earned_minor, "yield": share(one.earned_minor, one.average_minor), "lost": one.lost_minor,
        "recovered": one.recovered_minor, "loss_rate": share(net, one.average_minor),
    }  # fmt: skip


def _totals(asked: Asked, found: dict[int, Fact], made: dict[Key, Earned]) -> list[Row]:
    sums: dict[str, Sums] = defaultdict(Sums)
    for one in found.values():
        sums[one.currency].add(one)
    rows = []
    everything = not (asked.kind or asked.property_ref or asked.branch == NO_BRANCH)
    branch = {"branch": asked.branch} if asked.branch else {}
    since = year_before(asked.on)
    for currency in sorted({*sums, *(key[0] for key in made)}):
        whole = Earned.of([one for key, one in made.items() if key[0] == currency])
        opens = {
            name: lines_within(account, currency, since, asked.on, **branch)
            for name, account in (("lost", CHARGE_OFF), ("recovered", RECOVERIES))
            if everything
        }
        # What nothing stands against (late fees of rentals) is no yield.
        lent = _told(
            Earned.of([one for key, one in made.items() if key[0] == currency and one.average_minor])
        )
        values = {
            "group": Sentence(N_("Total")), "currency": currency, **sums[currency].values, **_told(whole),
            "yield": lent["yield"], "loss_rate": lent["loss_rate"],
        }  # fmt: skip
        rows.append(Row(values, kind="total", opens=opens))
    return rows


def _each(found: dict[int, Fact], came: dict[int, Earned]) -> list[Row]:
    about = named(found, "office.journal")
    rows = []
    for key, one in sorted(found.items(), key=lambda pair: (pair[1].currency, about[pair[0]].number)):
        sums = Sums()
        sums.add(one)
        told = {**_told(came.get(key, Earned())), **sums.values}
        rows.append(Row({**about[key].values, **told, "currency": one.currency}, about[key].link))
    return rows


def _feet(found: dict[int, Fact], came: dict[int, Earned]) -> list[Row]:
    rows = []
    for currency in sorted({one.currency for one in found.values()}):
        sums = Sums()
        mine = {key: one for key, one in found.items() if one.currency == currency}
        for one in mine.values():
            sums.add(one)
        whole = _told(Earned.of([came[key] for key in mine if key in came]))
        words = Sentence(N_("Total"))
        rows.append(Row({"agreement": words, **whole, **sums.values, "currency": currency}, kind="total"))
    return rows


def _rounded(value: Fraction, places: int) -> Decimal:
    return Decimal(round_minor(value * 10**places)).scaleb(-places)
