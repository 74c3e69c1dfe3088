"""How much one debit of an autopay contract takes. Pure. Verbs: `amount_of`, `limit_of`, `differs`.

Never above what is owed, less what is on its way already. What was paid by hand for the same period, is on its way or
stands as credit is taken off first, so money is never asked for twice; a fixed amount above what is due is taken in
full unless nothing more is owed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.rules.money import round_ratio
from domain.words import N_, Money, Sentence, Step, Trace

if TYPE_CHECKING:
    from domain.rules.autopay import Contract

RULE = "autopay.amount"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Owing:
    """What is owed for one debit, in minor units, as of the day through which it pays.

    * `due_minor`: what is due through that day and still open, with arrears and fees, before any credit;
    * `owed_minor`: the most that may be taken: what is owed in all, or falls due by then, before any credit;
    * `credit_minor`: the customer's credit; `on_its_way_minor`: payments under way that are not posted yet;
    * `met_minor`: what was paid already of what fell due in this period;
    * `minimum_minor`, `statement_minor`: what is open of the minimum and of the balance of the last statement, None
      where there are no statements;
    * `own_minor`: what this payer paid of the period or has on its way themselves, for a share;
    * `standard_minor`: the regular payment (the rent) now; `whole`: less than the full amount must not be taken.
    """

    due_minor: int
    owed_minor: int
    credit_minor: int = 0
    on_its_way_minor: int = 0
    met_minor: int = 0
    minimum_minor: int | None = None
    statement_minor: int | None = None
    own_minor: int = 0
    standard_minor: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """What the debit takes, and why. `code`: "" for the plain amount, "limited", or why nothing is taken by itself:
    "nothing_due", "skipped" (above the limit, and the contract says skip), "over_limit" and "rent_rise" (ask first).

    `wanted_minor` is the amount before the limit; `before_credit_minor` the one before credit and money on its way.
    """

    minor: int
    code: str
    trace: Trace
    wanted_minor: int = 0
    before_credit_minor: int = 0

    @property
    def asks(self) -> bool:
        """Whether the person has to say yes before anything is taken."""
        return self.code in ("over_limit", "rent_rise")


def amount_of(contract: Contract, owing: Owing, *, approved: bool = False) -> Amount:
    """What the contract takes of what is owed. `approved`: the person said yes to an amount above the limit."""
    base, words = _base(contract, owing)
    covered = max(owing.credit_minor, 0) + owing.on_its_way_minor
    steps = [Step(Sentence(words, _said(contract)), base)]
    wanted = min(_left(contract, owing, base, covered), max(owing.owed_minor - covered, 0))
    wanted = max(wanted, 0)
    if wanted < base:
        steps.append(
            Step(Sentence(N_("Less what is paid, credit or on its way; never above what is owed.")), wanted)
        )
    if not wanted:
        nothing = Step(Sentence(N_("Nothing is owed for it any more, so nothing is taken.")), 0)
        return Amount(0, "nothing_due", _trace([*steps, nothing]), 0, base)
    minor, code, more = _limited(contract, owing, wanted, approved)
    return Amount(minor, code, _trace([*steps, *more]), wanted, base)


def _base(contract: Contract, owing: Owing) -> tuple[int, str]:
    """The amount by the contract's own rule before anything is taken off, and the words for it."""
    rule = contract.amount_rule
    if rule == "minimum" and owing.minimum_minor is not None:
        return owing.minimum_minor, N_("The minimum payment.")
    if rule == "statement" and owing.statement_minor is not None:
        return owing.statement_minor, N_("The statement balance.")
    if rule == "fixed":
        return contract.amount_minor, N_("The fixed amount agreed on.")
    if rule == "due_plus":
        return owing.due_minor + contract.amount_minor, N_("All that is due, and %(extra)s more.")
    if rule == "share":
        return share_of(contract, owing), N_("A share of %(percent)s %% of what is due.")
    return owing.due_minor, N_("All that is due.")


def share_of(contract: Contract, owing: Owing) -> int:
    """The payer's share of what fell due in the period, whoever paid of it meanwhile, half a minor unit rounded up."""
    return round_ratio((owing.due_minor + owing.met_minor) * contract.share_bp, 10_000)


def _left(contract: Contract, owing: Owing, base: int, covered: int) -> int:
    """What is left to take of the amount once what came already is taken off."""
    due_left = max(owing.due_minor - covered, 0)
    if contract.amount_rule == "fixed":
        if contract.cadence != "due":
            return base
        # What is paid by hand fills first what the fixed amount would have left open.
        return min(base, max(owing.due_minor + owing.met_minor, base) - owing.met_minor - covered)
    if contract.amount_rule == "due_plus":
        return due_left + contract.amount_minor
    if contract.amount_rule == "share":
        return min(base - owing.own_minor, due_left)
    return base - covered


def _limited(contract: Contract, owing: Owing, wanted: int, approved: bool) -> tuple[int, str, list[Step]]:
    """(amount, code, steps) once limit and rise of the rent were looked at."""
    if approved:
        return wanted, "", [Step(Sentence(N_("You said yes to this amount.")), wanted)]
    rise = _rise(contract, owing)
    if rise is not None:
        return 0, "rent_rise", [Step(rise, 0)]
    limit = limit_of(contract, owing.standard_minor)
    if limit is None or wanted <= limit:
        return wanted, "", []
    said = {"limit": Money(limit, contract.currency)}
    if contract.above_limit == "pay_limit" and not owing.whole:
        return (
            limit,
            "limited",
            [Step(Sentence(N_("Above your limit of %(limit)s: the limit is taken."), said), limit)],
        )
    if contract.above_limit == "ask":
        words = N_("Above your limit of %(limit)s: nothing is taken before you say yes.")
        return 0, "over_limit", [Step(Sentence(words, said), 0)]
    return 0, "skipped", [Step(Sentence(N_("Above your limit of %(limit)s: nothing is taken."), said), 0)]


def limit_of(contract: Contract, standard_minor: int | None) -> int | None:
    """The limit that counts now: it grows with a rent that the contract follows. None: no limit."""
    if contract.limit_minor is None or not contract.follow_rent_bp:
        return contract.limit_minor
    before = contract.standard_minor
    if before is None or standard_minor is None:
        return contract.limit_minor
    return contract.limit_minor + max(standard_minor - before, 0)


def _rise(contract: Contract, owing: Owing) -> Sentence | None:
    """Why the rent has risen further than the contract follows; None where it has not."""
    before, now = contract.standard_minor, owing.standard_minor
    if not contract.follow_rent_bp or before is None or now is None or now <= before:
        return None
    if (now - before) * 10_000 <= before * contract.follow_rent_bp:
        return None
    words = N_(
        "The regular payment rose from %(before)s to %(now)s, above the %(percent)s %% you allowed. We ask first."
    )
    return Sentence(
        words,
        {
            "before": Money(before, contract.currency), "now": Money(now, contract.currency),
            "percent": percent(contract.follow_rent_bp),
        },
    )  # fmt: skip


def differs(contract: Contract, minor: int, last_minor: int | None) -> bool:
    """Whether the payer must be told 10 days before (12 CFR 1005.10(d)): another amount than the last one, and outside
    the range they agreed on. The first debit was told of with the contract itself.
    """
    if last_minor is None or minor == last_minor:
        return False
    low, high = contract.range_min_minor, contract.range_max_minor
    if low is None and high is None:
        return True
    return not (low or 0) <= minor <= (high if high is not None else minor)


STEP_DAYS = {"weekly": 7, "biweekly": 14, "semimonthly": 16, "monthly": 31}
"""How far a debit of a cadence of one's own reaches at most: to the next one."""


def horizon_of(cadence: str, debit_on: date, due_days: Iterable[date]) -> date:
    """The day through which a debit of a cadence of one's own pays ahead: the next due day, or what falls due before
    the next debit, whichever is later.
    """
    following = next((day for day in due_days if day >= debit_on), debit_on)
    return max(following, debit_on + timedelta(days=STEP_DAYS[cadence] - 1))


def percent(basis_points: int) -> str:
    """Basis points as people write a percentage: 3333 is "33.33", 5000 is "50"."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def _said(contract: Contract) -> dict[str, object]:
    return {"extra": Money(contract.amount_minor, contract.currency), "percent": percent(contract.share_bp)}


def _trace(steps: list[Step]) -> Trace:
    return Trace(RULE, VERSION, tuple(steps))
