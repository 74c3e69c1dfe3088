"""What a line becomes: an agreement to be made, as plain JSON, and the figures the report adds up.

`Opening` are the amounts of the opening entry; which account each one meets is decided where it is posted. The checks
of an opening that every profile shares stand here too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from domain.portfolio.cells import Cells
from domain.portfolio.standing import Level, Stand
from domain.words import N_, Money, Sentence


class Opening(NamedTuple):
    """Minor units: the balance before the last payment, that payment and its parts, the balance now (the file's)."""

    before: int
    paid: int
    principal: int
    interest: int
    fees: int
    balance: int

    @property
    def split_difference(self) -> int:
        """What the parts of the payment leave of it."""
        return self.paid - self.principal - self.interest - self.fees

    @property
    def balance_difference(self) -> int:
        """What the balance is above the one that the payment's principal gives."""
        return self.balance - (self.before - self.principal)


def check_opening(cells: Cells, opening: Opening, names: dict[str, str], amount_minor: int) -> None:
    """Warn of parts that do not add up, of a balance they do not explain, and of one above the amount of the loan."""
    if opening.split_difference:
        cells.warn(
            names["paid"],
            Sentence(
                N_(
                    "The parts of the payment do not add up to it; %(amount)s goes to the opening difference."
                ),
                {"amount": Money(opening.split_difference, cells.currency)},
            ),
        )
    if opening.balance_difference:
        cells.warn(
            names["balance"],
            Sentence(
                N_("The balance is not what the payment leaves; %(amount)s goes to the opening difference."),
                {"amount": Money(opening.balance_difference, cells.currency)},
            ),
        )
    if opening.balance > amount_minor:
        cells.warn(names["balance"], Sentence(N_("The balance is above the amount of the loan.")))


def prepared(
    number: str,
    title: str,
    status: str,
    level: Level,
    stand: Stand,
    opening: Opening,
    person: dict[str, str] | None = None,
    details: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The agreement to be made, as it is staged: plain JSON with dates as ISO text and amounts in minor units."""
    terms = level.terms
    made: dict[str, Any] = {
        "number": number,
        "title": title,
        "status": status,
        "start": terms.start_on.isoformat(),
        "principal": terms.principal_minor,
        "rate": format(terms.annual_rate_percent, "f"),
        "count": terms.count,
        "frequency": terms.frequency,
        "first_due": terms.first_due_on.isoformat(),
        "interest": terms.interest,
        "day_count": terms.day_count,
        "payment_rounding": terms.payment_rounding,
        "payment": terms.payment_minor,
        "met": stand.met_minor,
        "interest_from": stand.interest_from.isoformat(),
        "past_due": stand.past_due_minor,
        "opening": list(opening),
    }
    if person:
        made["person"] = person
    if details:
        made["details"] = details
    return made
