"""`flask import`: what the operator reads, and the exit codes scripts rely on."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

SHEET = """number,principal,rate,count,first_due,balance
A-1,1000.00,12,12,2026-01-15,750.00
A-2,1000.00,12,12,2026-01-15,x
A-3,1000.00,12,12,2026-01-15,1750.00
"""


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "book.csv"
    path.write_text(SHEET)
    return str(path)


def agreements(app) -> int:
    from models import Agreement, db

    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Agreement))


def test_without_commit_it_only_reports(app, runner, book: str) -> None:
    from models import ImportBatch, db

    result = runner.invoke(args=["import", book, "--profile", "duebook", "--as-of", "2026-06-30"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[:6] == [
        "Balances are taken as of 2026-06-30.",
        "rows read: 3",
        "accepted: 2",
        "warned: 1",
        "refused: 1",
        "already here: 0",
    ]
    assert "3,balance,refused,x is not an amount. Write it like 1234.50." in lines
    assert "4,balance,warned,The balance is above the amount of the loan." in lines
    assert "loan: 2 (active 2)" in lines
    assert "balance: 2500.00 USD" in lines
    assert lines[-1] == "Nothing was written. Add --commit to bring the book in."
    assert agreements(app) == 0
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ImportBatch)) == 0


@pytest.mark.safety("J20")
def test_with_commit_it_brings_in_what_it_reported_once(app, runner, book: str) -> None:
    arguments = ["import", book, "--profile", "duebook", "--as-of", "2026-06-30", "--commit"]
    result = runner.invoke(args=arguments)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "Brought in: 2 agreements."
    assert agreements(app) == 2
    again = runner.invoke(args=arguments)
    assert again.exit_code == 0
    assert "already here: 2" in again.output
    assert agreements(app) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.csv", "--profile", "duebook"], "There is no file nothing.csv."),
        (["BOOK", "--profile", "nonsense"], "nonsense is not a profile."),
        (["BOOK", "--profile", "lendingclub"], "Give that day. Use --as-of YYYY-MM-DD."),
        (["BOOK", "--profile", "auto_worldomni"], "These columns are missing: loan_no"),
        (["BOOK", "--profile", "duebook", "--as-of", "30/06/2026"], "30/06/2026 is not a date."),
        (["BOOK", "--profile", "duebook", "--due-day", "40"], "1 to 31."),
        (["BOOK", "--profile", "duebook", "--due-day", "x"], "1 to 31."),
        (["BOOK", "--profile", "duebook", "--map", "balance"], "Write --map as FIELD=HEADING"),
        (["BOOK", "--profile", "duebook", "--map", "balance=", "--commit"], "The column balance is missing."),
        (["FOLDER", "--profile", "duebook"], "There is no file"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_one(
    app, runner, book: str, tmp_path: Path, arguments: list[str], said: str
) -> None:
    places = {"BOOK": book, "FOLDER": str(tmp_path)}
    result = runner.invoke(args=["import", *(places.get(word, word) for word in arguments)])
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.splitlines()) == 1
    assert agreements(app) == 0


def test_wrong_usage_is_exit_code_two(runner, book: str) -> None:
    assert runner.invoke(args=["import", book]).exit_code == 2
    assert runner.invoke(args=["import", book, "--profile", "duebook", "--decimal", "dot"]).exit_code == 2


def test_a_file_of_which_no_line_can_come_in_fails(app, runner, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(SHEET.splitlines()[0] + "\nA-1,-1,12,12,2026-01-15,1\n")
    result = runner.invoke(args=["import", str(path), "--profile", "duebook", "--commit"])
    assert result.exit_code == 1
    assert "Nothing was written." in result.output
    assert agreements(app) == 0


def test_a_heading_can_be_mapped_and_a_spelling_settled(app, runner, tmp_path: Path) -> None:
    path = tmp_path / "de.csv"
    path.write_text("number;principal;rate;count;first_due;Rest\nA-1;1.234;12;12;04/12/2026;1.000\n")
    said = ["--map", "balance=Rest", "--decimal", "comma", "--date-order", "day"]
    result = runner.invoke(args=["import", str(path), "--profile", "duebook", "--commit", *said])
    assert result.exit_code == 0, result.output
    assert "balance: 1000.00 USD" in result.output
    assert agreements(app) == 1


def test_what_a_cell_says_is_no_formula_in_the_report(runner, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("=cmd()," + SHEET.splitlines()[0] + "\n1,A-1,=2+5,12,12,2026-01-15,1\n")
    output = runner.invoke(args=["import", str(path), "--profile", "duebook"]).output
    assert "2,principal,refused,'=2+5 is not an amount." in output


def test_a_run_that_breaks_leaves_nothing_to_clean_up(app, runner, book: str, monkeypatch) -> None:
    from domain.actions import imports_live
    from models import ImportBatch, ImportRow, db

    def broken(*_arguments, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr(imports_live, "make", broken)
    result = runner.invoke(args=["import", book, "--profile", "duebook", "--commit"])
    assert result.exit_code == 1
    with app.app_context():
        for model in (ImportBatch, ImportRow):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0
    assert agreements(app) == 0
