"""The reader's own payments that a question is about, each with why it stands so and what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from domain.access import Scope
from domain.reports.payment_story import tell
from domain.reports.payments import NEWEST_FIRST, Line, lines
from domain.reports.shown_states import WENT_BACK
from domain.rules.payment_states import ON_ITS_WAY
from domain.words import Sentence
from models import Payment, db

DAYS = 90
MOST = 5
_FAILED = ("failed", *WENT_BACK)


@dataclass(frozen=True, slots=True)
class Told:
    """One payment: where it stands, what that means, what to do; `code` is the bank's or card's own, "" without one."""

    line: Line
    headline: Sentence
    more: list[Sentence]
    todo: Sentence | None
    code: str


def answers(scope: Scope, which: str, on: date) -> list[Told]:
    """The newest payments of the last 90 days that "failed", are "pending", or all ("lately", "missing")."""
    since = Payment.begun_on >= on - timedelta(days=DAYS)
    rows = db.session.execute(lines(scope).where(since).order_by(*NEWEST_FIRST))
    found = [line for row in rows if _meant(line := Line(*row), which)]
    return [_told(line, on) for line in found[:MOST]]


def _meant(line: Line, which: str) -> bool:
    if which == "failed":
        return line.shown in _FAILED
    return which != "pending" or line.state in ON_ITS_WAY


def _told(line: Line, on: date) -> Told:
    headline, more, todo, _variant = tell(line, on)
    code = "" if line.return_code == "reversed" else line.return_code or line.failure_code
    return Told(line, headline, list(more), todo, code)
