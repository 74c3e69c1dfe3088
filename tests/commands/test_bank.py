"""`flask bank import`: says what would happen, brings it in when asked, and refuses with one line."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models import BankLine, db
from tests.domain.banking.samples import ofx, ofx_line

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def statement(tmp_path):
    path = tmp_path / "november.ofx"
    path.write_text(ofx(ofx_line("150.00", "F1") + ofx_line("-20.00", "F2"), closing="1130.00"))
    return path


def lines(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(BankLine))


def test_without_commit_it_only_tells(house, runner, statement):
    done = runner.invoke(args=["bank", "import", str(statement)])
    assert done.exit_code == 0, done.output
    assert (
        "Account ••0001, 2026-10-31 to 2026-11-03: 2 new movements, 0 known, balance 1130.00 USD."
        in done.output
    )
    assert "Nothing was written" in done.output
    assert lines(house.app) == 0


def test_with_commit_it_is_brought_in_once(house, runner, statement):
    first = runner.invoke(args=["bank", "import", str(statement), "--commit"])
    assert first.exit_code == 0, first.output
    again = runner.invoke(args=["bank", "import", str(statement), "--commit"])
    assert "0 new movements, 2 known" in again.output
    assert lines(house.app) == 2
    assert statement.is_file()


def test_what_cannot_be_taken_is_refused_in_one_line(house, runner, statement, tmp_path):
    cut = tmp_path / "cut.ofx"
    cut.write_text(statement.read_text()[:-30])
    csv = tmp_path / "bank.csv"
    csv.write_text("Date,Text,Amount\n2026-11-02,rent,5.00\n")
    for path, words in (
        (cut, "ends in the middle"),
        (csv, "Hand it in once"),
        (tmp_path / "none", "There is no file"),
    ):
        done = runner.invoke(args=["bank", "import", str(path), "--commit"])
        assert done.exit_code == 1
        assert words in done.output
    assert lines(house.app) == 0
