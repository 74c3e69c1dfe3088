"""`flask import --profile purchases`: what the operator reads, and the exit codes scripts rely on."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select


def posted(app) -> int:
    from models import Charge, db

    with app.app_context():
        return db.session.scalar(select(func.count()).where(Charge.type == "purchase").select_from(Charge))


@pytest.fixture
def till(app, open_line, clock, tmp_path: Path) -> str:
    from models import Agreement, db

    ref = open_line("bo")
    with app.app_context():
        number = db.session.scalars(select(Agreement.number).where(Agreement.ref == ref)).one()
    path = tmp_path / "till.csv"
    today = clock("dana")["today"]
    path.write_text(f"agreement,day,what,amount\n{number},{today},Tyres,412.50\nCR-0,{today},Oil,3\n")
    return str(path)


def test_without_commit_nothing_is_posted_and_with_it_each_line_once(app, runner, till: str) -> None:
    dry = runner.invoke(args=["import", till, "--profile", "purchases"])
    assert dry.exit_code == 0, dry.output
    assert dry.output.splitlines()[:4] == ["rows read: 2", "accepted: 1", "refused: 1", "already here: 0"]
    assert "3,agreement,There is no such agreement." in dry.output
    assert posted(app) == 0
    assert runner.invoke(args=["import", till, "--profile", "purchases", "--commit"]).exit_code == 0
    again = runner.invoke(args=["import", till, "--profile", "purchases", "--commit"])
    assert again.exit_code == 0
    assert "already here: 1" in again.output
    assert posted(app) == 1


def test_a_file_that_is_no_list_ends_with_one_line_and_code_1(app, runner, tmp_path: Path) -> None:
    path = tmp_path / "no.csv"
    path.write_text("a,b\n1,2\n")
    result = runner.invoke(args=["import", str(path), "--profile", "purchases"])
    assert result.exit_code == 1
    assert "agreement, day, what, amount" in result.output
    assert posted(app) == 0
