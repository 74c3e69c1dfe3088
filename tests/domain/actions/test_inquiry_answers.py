"""Two people act on one question at the same moment, on both databases: one of them does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.actions import inquiries as acts
from domain.actions import inquiry_answers as decisions
from domain.rules.inquiries import Asked
from domain.words import DomainError
from tests.fixtures.agreements import scope_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
ON = date(2026, 3, 2)


def at_once(app: Any, *works: Callable[[], object]) -> list[str]:
    """What became of each work, all begun together."""
    gate, outcomes = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait(10)
            try:
                work()
                outcomes.append("done")
            except DomainError as refused:
                outcomes.append(type(refused).__name__)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


def test_a_charge_is_asked_about_once_and_taken_off_once(house, app, open_rental, charges_of):
    home = open_rental()
    charge = charges_of(home)[0].id
    tess, dana = scope_of(house, "tess"), scope_of(house, "dana")
    uploads = Path(house.app.config["SETTINGS"].uploads)

    def ask(ref: str) -> Callable[[], object]:
        question = acts.Question(Asked("charge", "It was cold.", 20_000), "Rent", charge)
        return lambda: acts.ask(home, question, ref, who=tess, today=ON, now=house.now, uploads=uploads)

    assert at_once(app, ask("one"), ask("two")) == ["Refused", "done"]
    (ref,) = [one for one in ("one", "two") if _there(app, one)]

    def relieve(key: str) -> Callable[[], object]:
        relief = decisions.Relief(20_000, "waive", "You are right.")
        return lambda: decisions.relieve(home, ref, relief, key, who=dana, today=ON, now=house.now)

    assert at_once(app, relieve("a"), relieve("b")) == ["Conflict", "done"]
    assert charges_of(home)[0].lowered_minor == 20_000


def _there(app: Any, ref: str) -> bool:
    from models import Inquiry, db

    with app.app_context():
        return db.session.query(Inquiry).filter_by(ref=ref).count() == 1
