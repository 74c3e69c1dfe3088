"""The holds of an agreement: what its payer is told, what the counter is told, and what is on its way all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.access import Scope
from domain.records.holds import told_to_clerk, why_held
from domain.reports.actors import Name, names_of
from domain.reports.payments import Line, lines, read
from domain.rules.payment_states import ON_ITS_WAY
from domain.words import N_, Sentence
from models import Agreement, Hold, Payment, db

TYPE_WORDS = {
    "eviction": N_("Eviction"),
    "certified_funds": N_("Certified funds only"),
    "other": N_("Other"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A hold that stands: `why` is what the payer reads, `clerk` what the counter should watch for."""

    ref: str
    type: str
    what: Sentence
    why: Sentence
    clerk: Sentence
    reason: str
    placed_at: datetime
    placed_by: Name


def standing(scope: Scope, agreement: Agreement) -> list[Held]:
    """The holds on an agreement, the first placed first."""
    rows = db.session.scalars(
        scope.select(Hold)
        .where(Hold.agreement_id == agreement.id, Hold.lifted_at.is_(None))
        .order_by(Hold.id)
    ).all()
    names = names_of(row.placed_by for row in rows)
    return [
        Held(
            row.ref, row.type, Sentence(TYPE_WORDS[row.type]), why_held(row.type, row.reason),
            told_to_clerk(row.type, row.reason), row.reason, row.placed_at, names[row.placed_by],
        )
        for row in rows
    ]  # fmt: skip


def on_its_way(scope: Scope, agreement: Agreement) -> Sequence[Line]:
    """Payments that were begun and have not arrived: a hold does not stop them."""
    return read(lines(scope).where(Payment.agreement_id == agreement.id, Payment.state.in_(ON_ITS_WAY)))
