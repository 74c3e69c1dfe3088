"""Copies made while others pay, each put back in a scratch place: every one is a moment at which the books agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import psycopg
import pytest

from config import Settings
from domain.actions import counter, payments
from domain.reports.copy_check import differences
from domain.words import DomainError
from keeping import databases, instances, nights
from tests.domain.actions.paying import NOW, TODAY, Till
from tests.torture import broken
from tests.torture.lives import Lives

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
PAYING = 3


class Business:
    """Customers who pay and a clerk who takes cash, in processes of their own, until the day is over."""

    def __init__(self, till: Till, loans: list[str], method: str, over: Path) -> None:
        self.till, self.loans, self.method, self.over = till, loans, method, over
        self.bo, self.clerk = till.who("bo"), till.who("dana")

    def pay(self, name: int) -> None:
        for number in count():
            if self.over.exists():
                return
            ref, loan = f"pay-{name}-{number}", self.loans[number % len(self.loans)]
            try:
                if number % 2:
                    counter.take(loan, 100 + number, "cash", ref, who=self.clerk, today=TODAY, now=NOW)
                else:
                    payments.start(
                        loan, 100 + number, self.method, ref, who=self.bo, today=TODAY, now=NOW, again=True
                    )
            except DomainError:
                continue

    def copies(self, lives: Lives, settings: Settings, folder: Path, rounds: int) -> tuple[list[str], int]:
        """What is wrong in any of the copies, and how many payments came in while they were made."""
        before = self.till.total("undeposited")
        children = [lives.begin(lambda name=name: self.pay(name)) for name in range(PAYING)]
        wrong = []
        try:
            for number in range(rounds):
                copy = folder / f"copy-{number}.tar.gz"
                instances.keep(settings, copy, now=NOW)
                wrong += nights.prove(settings, copy, differences)
                copy.unlink()
        finally:
            self.over.touch()
            for child in children:
                lives.end(child)
        return wrong, self.till.total("undeposited") - before


@pytest.fixture
def proving(app) -> Iterator[Settings]:
    ours: Settings = app.config["SETTINGS"]
    if databases.is_sqlite(ours.database_url):
        yield ours
        return
    address = ours.database_url.replace("+psycopg", "", 1)
    name = f"{address.rpartition('/')[2]}_proof"
    with psycopg.connect(address, autocommit=True) as door:
        door.execute(f'CREATE DATABASE "{name}"')
        try:
            yield replace(ours, proof_url=f"{ours.database_url}_proof")
        finally:
            door.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def business(till: Till, open_agreement, save_method, tmp_path: Path) -> Business:
    loans = [open_agreement("bo", principal_minor=90_000_000) for _ in range(4)]
    return Business(till, loans, save_method("bo", "card"), tmp_path / "over")


@pytest.mark.safety("O1", "J10")
def test_every_copy_made_under_load_can_be_put_back_and_its_books_agree(
    business: Business, proving: Settings, app, rounds, tmp_path: Path
) -> None:
    wrong, came_in = business.copies(Lives(app), proving, tmp_path, rounds(3, 100))
    assert wrong == []
    assert came_in > 0


@pytest.mark.database("sqlite")
def test_canary_a_copy_of_the_file_alone_is_found_out(
    business: Business, proving: Settings, app, tmp_path: Path, monkeypatch
) -> None:
    broken.copy_the_file_alone(monkeypatch)
    found: list[str] = []
    try:
        found, _ = business.copies(Lives(app), proving, tmp_path, 3)
    except databases.CannotKeep as problem:
        found = [str(problem)]
    assert found
