"""An agreement named by its number, as the command line does, and whether its books can be told for a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func

from domain.access import Scope
from domain.reports.agreements import WITH_TERMS
from domain.words import N_, Gone, Refused, Sentence
from models import Agreement, JournalEntry, db


def numbered(scope: Scope, number: str) -> Agreement:
    """The agreement of that number, with its terms. Raises Gone."""
    query = scope.select(Agreement).where(Agreement.number == number).options(*WITH_TERMS)
    found = db.session.scalars(query).unique().first()
    if found is None:
        raise Gone(Sentence(N_("There is no agreement %(number)s."), {"number": number[:64]}))
    return found


def check_not_before_books(scope: Scope, agreement: Agreement, on: date, today: date) -> None:
    """Refuse a day before the newest entry that counts by today: the books are not told backwards. Names the first day
    that can be told.
    """
    query = scope.select(JournalEntry, func.max(JournalEntry.effective_on)).where(
        JournalEntry.agreement_id == agreement.id, JournalEntry.effective_on <= today
    )
    newest = db.session.scalar(query)
    if newest is not None and on < newest:
        words = N_("The books of %(number)s go through %(newest)s. Give that day or a later one.")
        raise Refused(Sentence(words, {"number": agreement.number, "newest": newest}), "on")
