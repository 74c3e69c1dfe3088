"""What the demo's people wrote to each other: a question with its answer, one that waits, a repair, an announcement,
two answers that are ready. So that every page of it opens with something to look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from domain.access import Scope
from domain.actions import announcements, canned_answers, repairs, threads
from domain.records.names import new_ref
from domain.rules.repairs import Report
from domain.transaction import transaction
from models import Agreement

READY = (
    (
        "Where to see what is due",
        "Hello %(first_name)s, what is due on %(agreement)s stands on your first page, with the reason of each amount. "
        "Write here if anything in it surprises you.",
    ),
    (
        "A payment that came back",
        "Hello %(first_name)s, your bank sent the payment back. Nothing is lost: choose another account on your page "
        "and pay again. If the bank made a mistake, tell us and we look at the fee together.",
    ),
)
"""(name, text) of the answers that are ready."""
NO_FILES = Path()
"""Where files would be kept; nobody in the demo sends one."""


def fill(users: Mapping[str, Scope], now: datetime) -> None:
    """Write all of it, as these users, on the days before `now`."""
    with transaction() as session:
        agreements = {row.number: row.ref for row in session.scalars(select(Agreement))}
    for title, text in READY:
        canned_answers.keep(new_ref(), title, text, "en", who=users["dana"], now=now - timedelta(days=30))
    news = announcements.Draft(
        "Closed on the first day of the year",
        "The counter is closed on **1 January**. Payments on these pages work on every day.",
        now - timedelta(days=1),
        now + timedelta(days=60),
    )
    announcements.keep(new_ref(), news, who=users["dana"], now=now - timedelta(days=1))
    _answered(users, agreements["L-10042"], now - timedelta(days=6))
    asked = threads.Opening(
        "Second key for the front door", "Could we have a second key? My sister moves in with me for the winter.",
        "home", agreements["RENT-10047"], to_owner=True,
    )  # fmt: skip
    threads.open_thread(asked, new_ref(), who=users["tess"], now=now - timedelta(hours=3), uploads=NO_FILES)
    _repair(users, agreements["RENT-10047"], now - timedelta(days=2))


def _answered(users: Mapping[str, Scope], agreement: str, at: datetime) -> None:
    ref = new_ref()
    asked = threads.Opening(
        "Paying a little more",
        "If I pay 50 more each time, when am I done with the car?",
        "payment",
        agreement,
    )
    threads.open_thread(asked, ref, who=users["bo"], now=at, uploads=NO_FILES)
    said = (
        "Hello Bo, every dollar above the payment lowers what you owe at once, so you finish sooner and pay less "
        "interest. The page of the car works it out for any amount: open “Payoff” there."
    )
    threads.say(ref, said, new_ref(), who=users["dana"], now=at + timedelta(hours=1), uploads=NO_FILES)
    threads.say(
        ref, "Found it, thank you!", new_ref(), who=users["bo"], now=at + timedelta(hours=2), uploads=NO_FILES
    )
    threads.close(ref, who=users["dana"], now=at + timedelta(hours=3))


def _repair(users: Mapping[str, Scope], agreement: str, at: datetime) -> None:
    ref = new_ref()
    broken = Report(
        "Kitchen tap drips", "It drips all night, also when it is closed hard.", "Kitchen", "normal", True,
        "Weekdays after 4",
    )  # fmt: skip
    repairs.report(
        agreement, broken, ref, who=users["tess"], today=at.date(), now=at, uploads=NO_FILES,
    )  # fmt: skip
    step = repairs.Move(
        "planned", note="The plumber brings a new cartridge.", vendor="Quay Plumbing",
        planned_for=at.date() + timedelta(days=4), planned_words="10 to 12",
    )  # fmt: skip
    repairs.move(
        ref,
        step,
        new_ref(),
        who=users["dana"],
        today=at.date(),
        now=at + timedelta(hours=4),
        uploads=NO_FILES,
    )
