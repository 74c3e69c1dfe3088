"""Reminders when the process that writes them is ended."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from domain.actions import reminders
from domain.transaction import transaction
from models import Outbox, ReminderLook
from tests.torture.lives import Lives

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", DUEBOOK_TIMEZONE="UTC")
POINTS = ("reminders.before_commit",)
DUE = date(2026, 3, 2)
LOANS = 6


def remind() -> None:
    reminders.remind(today=DUE, now=datetime(DUE.year, DUE.month, DUE.day, 15, tzinfo=UTC))


def counted() -> tuple[int, int]:
    """(Reminders by mail, agreements that were looked at.)"""
    with transaction() as session:
        mails = session.scalar(
            select(func.count(Outbox.id)).where(Outbox.event == "reminder_due", Outbox.channel == "email")
        )
        return mails or 0, session.scalar(select(func.count(ReminderLook.agreement_id))) or 0


@pytest.mark.safety("J8", "J17", "M23")
def test_ended_before_its_commit_nothing_was_said_and_the_next_run_says_all_of_it_once(
    house, open_agreement
) -> None:
    for _ in range(LOANS):
        open_agreement("bo")
    lives = Lives(house.app)
    for name in POINTS:
        assert lives.live(remind, at=name), f"nothing was at {name}"
        assert counted() == (0, 0)
    remind()
    remind()
    assert counted() == (LOANS, LOANS)
