"""A rental: rent in advance on each due day, add-ons, fees. Answers the questions of `domain.kinds.base.Kind`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

from domain.kinds import charged, charged_figures, rental_facts
from domain.kinds.base import (
    Application,
    Due,
    Figure,
    Installment,
    Missed,
    Part,
    Position,
    Progress,
    Quote,
)
from domain.kinds.closing import Closing
from domain.rules.allocation import Profile
from domain.rules.calendar import add_months
from domain.rules.documents import from_document
from domain.rules.late_fees import LateCharge
from domain.rules.planned import PlannedCharge
from domain.rules.rent import Plan, RentTerms, moved_out
from domain.rules.rent_terms import FOREVER, in_force
from domain.words import N_, Sentence, Step, Trace
from models import Agreement

STATEMENTS: bool = False
PLAN_COLUMNS: tuple[str, ...] = ("name", "period")
CHARGES: tuple[str, ...] = ("one_off", "utility", "fee")
CHANGES: tuple[str, ...] = (
    "rent", "add_on", "end_add_on", "concession", "renewal", "notice", "notice_back", "transfer", "move_out",
    "move_out_back",
)  # fmt: skip
WORDS: Mapping[str, str] = {
    "due": N_("Due now"),
    "next": N_("Next rent"),
    "nothing": N_("Nothing falls due any more."),
    "owed": N_("Owed in all"),
    "credit": N_("Paid ahead"),
    **dict.fromkeys(("close", "to_go", "percent"), ""),
    "plan": N_("Your rent"),
    "ahead": N_("Still to pay"),
    "done": N_("Rent and charges paid"),
}
AHEAD_MONTHS = 12
"""How far the plan of a tenancy without an end is shown."""


@dataclass(frozen=True)
class Contract:
    """The stored terms of a rental. `ended_on` is the last day of the stay, once it is known.

    `payer`: only what this payer may know of, the shares of others left out; "" for all of it. `alone`: only this
    payer's own share.
    """

    terms: RentTerms
    profile: Profile
    ended_on: date | None
    payer: str = ""
    alone: bool = False

    @property
    def last_on(self) -> date:
        return min(self.terms.last_on, self.ended_on or date.max)

    @cached_property
    def plan(self) -> Plan:
        """The terms, ready to be asked; made once, since billing asks them twice."""
        return Plan(self.terms)


def read(agreement: Agreement) -> Contract:
    """The contract of a stored agreement."""
    document = agreement.terms
    if document is None:
        raise LookupError(f"agreement {agreement.number} has no rental terms")
    terms = from_document(RentTerms, document["terms"])
    return Contract(terms, from_document(Profile, document.get("allocation", {})), agreement.ended_on)


def of_payer(contract: Contract, payer: str, alone: bool = False) -> Contract:
    if not payer or not (alone or contract.terms.shares):
        return contract
    return replace(contract, payer=payer, alone=alone)


def _asks(contract: Contract, through: date, after: date | None) -> tuple[PlannedCharge, ...]:
    """What the terms ask for after a day and through another; free periods have nothing to collect."""
    last = min(through, contract.last_on)
    if contract.ended_on is not None and contract.ended_on < contract.terms.from_on:
        return ()
    seen = charged.keys_seen(contract.payer, contract.alone)
    return tuple(
        charge
        for charge in contract.plan.charges(last, after)
        if charge.amount_minor and (not contract.payer or charge.payer in seen)
    )


_asked = lru_cache(maxsize=256)(_asks)
"""The same, for pages, which ask for one contract again and again."""


def _horizon(contract: Contract, on: date) -> date:
    """The last due day the plan shows: the end of the lease, or a year ahead."""
    ahead = add_months(max(on, contract.terms.from_on), AHEAD_MONTHS)
    return (
        min(contract.last_on, ahead)
        if contract.terms.to_on is None or contract.terms.goes_on
        else contract.last_on
    )


def schedule(contract: Contract, position: Position, on: date) -> Sequence[Installment]:
    return charged.plan(_asked(contract, _horizon(contract, on), None), position, on)


def planned(contract: Contract, position: Position, through: date) -> Sequence[PlannedCharge]:
    return _asks(contract, through, position.billed_through)


def next_planned_on(contract: Contract, position: Position) -> date | None:
    after = position.billed_through
    start = max(contract.terms.from_on, (after or contract.terms.from_on))
    last = min(contract.last_on, add_months(start, 62))  # a period is at most five years long
    if last >= contract.terms.from_on and (day := contract.plan.next_on(after, last)):
        return day
    # Nothing falls due any more: on its last day the stay is looked at once more, and ends when nothing is owed.
    last = contract.last_on
    return last if last < FOREVER and (after is None or after < last) else None


def due_days(contract: Contract, position: Position, since: date, through: date) -> Sequence[date]:
    asked = _asked(contract, through, since - timedelta(days=1))
    return tuple(dict.fromkeys(charge.due_on for charge in asked))


def due(contract: Contract, position: Position, on: date) -> Due:
    through = add_months(on, 2)
    return charged.due(position, _asked(contract, through, position.billed_through), on)


falls_due = charged.summed(due)


def apply(
    contract: Contract,
    position: Position,
    amount_minor: int,
    on: date,
    *,
    extra: str | date = "ahead",
    payer: str = "",
) -> Application:
    return charged.apply(position, amount_minor, on, contract.profile, payer)


def close(contract: Contract, position: Position, on: date) -> Quote:
    """What is owed when the stay ends on a day: open charges and what falls due through it, less credit.

    What was billed for the days after it is taken back.
    """
    coming = sum(charge.amount_minor for charge in _asked(contract, on, position.billed_through))
    back = 0
    if position.billed_through is not None and contract.ended_on is None and on >= contract.terms.from_on:
        lately = _asked(contract, position.billed_through, add_months(on, -AHEAD_MONTHS))
        back = sum(credit.amount_minor for credit in moved_out(contract.terms, on, lately))
    return settled_quote(position, on, coming, back)


def settled_quote(position: Position, on: date, coming_minor: int, back_minor: int = 0) -> Quote:
    """A quote of everything owed in charges through a day."""
    owed = max(position.fees_minor + coming_minor - back_minor, 0)
    total = max(owed - position.credit_minor, 0)
    steps = (
        Step(Sentence(N_("Charges not yet paid.")), position.fees_minor),
        Step(Sentence(N_("Charges that fell due and are not posted yet.")), coming_minor),
        Step(Sentence(N_("Billed for days after that day: taken back.")), -back_minor),
        Step(Sentence(N_("Credit is taken off.")), -min(position.credit_minor, owed)),
    )
    return Quote(
        on=on,
        principal_minor=0,
        interest_minor=0,
        fees_minor=owed,
        credit_minor=min(position.credit_minor, owed),
        total_minor=total,
        per_diem_minor=0,
        trace=Trace("charges.close", 1, tuple(step for step in steps if step.amount_minor)),
    )


def payable(contract: Contract, position: Position, on: date) -> int:
    """What is owed, and what will fall due as far as the plan is shown: rent may be paid ahead."""
    coming = _asked(contract, _horizon(contract, on), position.billed_through)
    return max(position.fees_minor + sum(c.amount_minor for c in coming) - position.credit_minor, 0)


def closing(contract: Contract, position: Position, on: date, key: str) -> Closing | None:
    """None: nobody buys a rental by paying it; a stay ends by moving out."""
    return None


def finished(contract: Contract, position: Position) -> bool:
    """Over, billed to its end, and nothing owed either way."""
    if contract.ended_on is None and (contract.terms.to_on is None or contract.terms.goes_on):
        return False
    billed = position.billed_through or contract.terms.from_on - timedelta(days=1)
    over = not _asked(contract, contract.last_on, billed)
    return over and billed >= contract.last_on and not position.charges and position.credit_minor == 0


def credit_parts(contract: Contract, position: Position, on: date) -> Sequence[Part]:
    return charged.credit_parts(position, on, contract.profile)


def standard_payment(contract: Contract, on: date) -> int:
    """The rent of a whole period around the day, without what comes with it."""
    return sum(
        row.amount_minor
        for row in contract.terms.lines
        if row.type == "rent" and (row.from_on or date.min) <= on <= (row.until_on or date.max)
    )


def late_lines(
    contract: Contract, position: Position, since: date, on: date
) -> Sequence[tuple[LateCharge, int]] | None:
    """None: every charge is posted with its own due day."""
    return None


def missed(
    contract: Contract, position: Position, restored_minor: int, since: date, covered_to: date, on: date
) -> Missed:
    return charged.nothing_missed(position, "rental.missed")


def explain(contract: Contract, position: Position, on: date, number: int) -> Trace:
    return charged.explained(_asked(contract, _horizon(contract, on), None), position, number)


def check_charge(
    contract: Contract, position: Position, type_: str, amount_minor: int, due_on: date, today: date
) -> None:
    charged.check_added(CHARGES, type_, amount_minor, due_on, today)


def check_correction(contract: Contract, type_: str) -> None:
    """Any month of a rental may be taken back: what was posted stays posted, so the rent does not come again."""


statement_open = charged.no_statement


def payers(contract: Contract, on: date) -> Sequence[str]:
    """Whoever has a share of the rent on the day, in the order in which the terms name them."""
    shares = [share.payer for share in contract.terms.shares if in_force(share, on) and share.payer]
    return tuple(dict.fromkeys(shares))


def facts(contract: Contract) -> Sequence[rental_facts.Fact]:
    """The terms as label and value pairs for the agreement's page; values are formatted by the page."""
    return rental_facts.facts(contract.terms, contract.ended_on)


def progress(contract: Contract, position: Position, on: date) -> Progress:
    """Through which day the rent is paid, money paid ahead included; nothing to count in percent."""
    paid_through = _paid_through(contract, position, on)
    if paid_through is None:
        return Progress(0, 0)
    return Progress(0, 0, (Sentence(N_("Rent paid through %(day)s"), {"day": paid_through}),))


def _paid_through(contract: Contract, position: Position, on: date) -> date | None:
    """The last day before the first period whose rent is not wholly paid; None while none is paid."""
    unpaid = [charge.due_on for charge in position.charges if charge.type == "rent"]
    after = min(unpaid) - timedelta(days=1) if unpaid else position.billed_through
    standing = {(charge.rule, charge.period): charge.open_minor for charge in position.charges}
    credit = max(position.credit_minor, 0)
    for charge in _asked(contract, _horizon(contract, on), after):
        posted = position.billed_through is not None and charge.due_on <= position.billed_through
        left = standing.get((charge.rule, charge.key), 0) if posted else charge.amount_minor
        credit, left = max(credit - left, 0), max(left - credit, 0)
        if left and charge.type == "rent":
            before = charge.period_from - timedelta(days=1)
            return before if before >= contract.terms.from_on else None
    return contract.last_on if contract.last_on < date.max and not unpaid else None


def figures(contract: Contract, position: Position, on: date) -> Sequence[Figure]:
    return charged_figures.owed_figures(position)
