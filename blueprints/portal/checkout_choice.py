"""What was chosen when several agreements are paid in one go, as it travels sealed from step to step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_login import current_user

from blueprints.shared.fields import seal_ref
from blueprints.shared.signed_in import scope
from domain.actions.checkouts import ref_of
from domain.reports import checkouts as report

REVIEW = "checkout of a choice"


@dataclass(frozen=True)
class Choice:
    """What the review asks about: the checkout, the method, (agreement's ref, amount) of each, the fee of each for
    paying so, and the later day if one was chosen. Amounts are minor units.
    """

    checkout: str
    method: str
    wishes: tuple[tuple[str, int], ...]
    fees: tuple[int, ...] = ()
    on: date | None = None

    def sealed(self) -> str:
        pairs = zip(self.wishes, self.fees, strict=True)
        asked = (f"{ref}={amount}={fee}" for (ref, amount), fee in pairs)
        parts = [self.checkout, self.method, self.on.isoformat() if self.on else "", *asked]
        return seal_ref(REVIEW, ":".join(parts), current_user.user_ref)

    def begun(self) -> set[str]:
        """The agreements whose payment was begun already."""
        return begun_of(self.checkout, [ref for ref, _amount in self.wishes])


def opened(text: str | None) -> Choice | None:
    """The choice that was sealed as this text."""
    if not text:
        return None
    checkout, method, on, *parts = text.split(":")
    asked = [part.split("=") for part in parts]
    wishes = tuple((ref, int(amount)) for ref, amount, _fee in asked)
    fees = tuple(int(fee) for _ref, _amount, fee in asked)
    return Choice(checkout, method, wishes, fees, date.fromisoformat(on) if on else None)


def begun_of(checkout: str, agreement_refs: list[str]) -> set[str]:
    """Those of the agreements whose payment within the checkout was begun already."""
    refs = {ref_of(checkout, ref): ref for ref in agreement_refs}
    return {refs[ref] for ref in report.begun(scope(), refs)}
