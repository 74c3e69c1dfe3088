"""Tess has left, her deposit is held: the desk is told of the deadline, until the move-out is recorded."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from domain.actions import deposit_watch, legal_days
from domain.actions.move_outs import MoveOut
from domain.rules.legal_days import LegalDays
from domain.words import Refused
from tests.domain.actions.changing import moment
from tests.fixtures.agreements import scope_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-01")
FIRST, LAST, AFTER = date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)
LAW = LegalDays("", "deposit", date(2026, 1, 1), 21, "Civil code, section 1950.5", date(2026, 1, 2))


def look(on: date) -> int:
    return deposit_watch.look(today=on, now=moment(on))


def tasks(desk) -> list:
    from models import Task, db

    with desk.house.app.app_context():
        query = select(Task.kind, Task.due_on, Task.closed_at).order_by(Task.id)
        return [(kind, due, closed is None) for kind, due, closed in db.session.execute(query)]


def test_a_deposit_of_somebody_who_left_is_a_task_until_it_is_settled(desk, open_rental) -> None:
    who = scope_of(desk.house, "adam")
    for _twice in range(2):
        legal_days.add(LAW, who=who, today=FIRST, now=moment(FIRST))
    ref = open_rental("tess", deposit_minor=150_000, to_on=LAST)
    desk.take(ref, 270_000, FIRST)
    assert look(LAST) == 0
    assert (look(AFTER), look(AFTER)) == (1, 0)
    assert tasks(desk) == [("deposit_due", date(2026, 4, 21), True)]
    desk.change(ref, MoveOut(LAST, (), 21, LAW.source), AFTER)
    look(AFTER)
    assert tasks(desk) == [("deposit_due", date(2026, 4, 21), False)]


def test_the_law_of_a_day_is_one_figure(desk) -> None:
    from dataclasses import replace

    who = scope_of(desk.house, "adam")
    legal_days.add(LAW, who=who, today=FIRST, now=moment(FIRST))
    with pytest.raises(Refused, match="already: 21 days") as refused:
        legal_days.add(replace(LAW, days=30), who=who, today=FIRST, now=moment(FIRST))
    assert refused.value.field == "effective_from"
