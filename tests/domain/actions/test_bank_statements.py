"""Statements of the bank: each movement once, whatever files hold it; a file that is wrong writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.actions import bank_statements
from domain.banking.csv_layout import Layout, look
from domain.banking.reading import MOST_BYTES, placed, read_statements
from domain.records.tasks import Task
from domain.reports import bank_files as reports
from domain.reports.bank_files import dry_run
from domain.transaction import nothing_open, transaction
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import BankFile, BankLine, BankMatch, BankStatement, db
from tests.domain.actions.paying import Till, at_once
from tests.domain.banking.samples import ofx, ofx_line

NOW = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)
FIRST = ofx(ofx_line("150.00", "F1") + ofx_line("-20.00", "F2", "WATER"), closing="1130.00")


@dataclass
class Bank:
    """Dana's files of the bank. `name` is whoever hands them in."""

    till: Till
    folder: Path

    def receive(self, content: str, name: str = "dana") -> str:
        return bank_statements.receive(
            content.encode(), "november.ofx", folder=self.folder, who=self.till.who(name), now=NOW
        )

    def take(self, ref: str) -> list[str]:
        return bank_statements.bring_in(ref, folder=self.folder, who=self.till.who("dana"), now=NOW)

    def bring_in(self, content: str) -> list[str]:
        return self.take(self.receive(content))

    def learn(self, ref: str, layout: Layout) -> None:
        bank_statements.learn(
            ref, layout, "First Bank", folder=self.folder, who=self.till.who("dana"), now=NOW
        )

    def kept(self, ref: str) -> bytes | None:
        return bank_statements.kept(ref, folder=self.folder, who=self.till.who("dana"))

    def lines(self) -> list[tuple[int, str, str]]:
        with self.till.house.app.app_context():
            query = select(BankLine.amount_minor, BankLine.bank_ref, BankLine.state).order_by(BankLine.id)
            return [tuple(row) for row in db.session.execute(query)]

    def file(self, ref: str) -> BankFile:
        with self.till.house.app.app_context():
            return db.session.scalars(select(BankFile).where(BankFile.ref == ref)).one()

    def count_of(self, model: type) -> int:
        with self.till.house.app.app_context():
            return db.session.scalar(select(func.count()).select_from(model))

    def open_tasks(self) -> list[str]:
        with self.till.house.app.app_context():
            return list(db.session.scalars(select(Task.kind).where(Task.closed_at.is_(None))))


@pytest.fixture
def bank_desk(till: Till, tmp_path: Path) -> Bank:
    return Bank(till, tmp_path / "kept")


def test_a_file_brings_its_lines_in_once_however_often_it_comes(bank_desk: Bank) -> None:
    refs = bank_desk.bring_in(FIRST)
    assert bank_desk.bring_in(FIRST) == refs
    assert bank_desk.lines() == [(15_000, "F1", "open"), (-2_000, "F2", "open")]
    assert (bank_desk.count_of(BankFile), bank_desk.count_of(BankStatement)) == (1, 1)


def test_a_statement_that_overlaps_adds_only_what_is_new(bank_desk: Bank) -> None:
    bank_desk.bring_in(FIRST)
    later = ofx(ofx_line("-20.00", "F2", "WATER") + ofx_line("5.00", "F3"), closing="1135.00")
    bank_desk.bring_in(later)
    assert [ref for _amount, ref, _state in bank_desk.lines()] == ["F1", "F2", "F3"]


@pytest.mark.safety("J20")
def test_the_dry_run_says_what_then_happens(bank_desk: Bank) -> None:
    bank_desk.bring_in(FIRST)
    ref = bank_desk.receive(
        ofx(ofx_line("-20.00", "F2", "WATER") + ofx_line("5.00", "F3"), closing="1135.00")
    )
    with bank_desk.till.house.app.app_context():
        (planned,) = dry_run(db.session, bank_desk.file(ref), bank_desk.kept(ref)).planned
    assert (planned.new, planned.known, planned.begins) == (1, 1, False)
    bank_desk.bring_in(FIRST)
    assert len(bank_desk.lines()) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (FIRST[:-40], "ends in the middle"),
        ("Date,Text,Amount,Balance\n2026-11-02,a,5.00,10.00\n2026-11-03,b,5.00,99.00\n", None),
        (FIRST.replace("<CURDEF>USD", "<CURDEF>EUR"), "in EUR"),
        ("<html>sign in</html>", "not a bank statement"),
    ],
)
def test_a_wrong_file_is_kept_for_a_look_and_nothing_else_is_written(
    bank_desk: Bank, content: str, says: str | None
) -> None:
    ref = bank_desk.receive(content)
    kept = bank_desk.file(ref)
    assert bank_desk.kept(ref) == content.encode()
    if says is not None:
        assert kept.state == "refused"
        assert says in kept.problem["msgid"] % kept.problem["params"]
    with pytest.raises((Refused, Conflict)):
        bank_desk.take(ref)
    assert (bank_desk.count_of(BankStatement), bank_desk.lines()) == (0, [])


def test_the_columns_of_a_csv_are_explained_once(bank_desk: Bank) -> None:
    csv = "Date,Text,Amount,Balance\n2026-11-02,rent,5.00,10.00\n"
    ref = bank_desk.receive(csv)
    with pytest.raises(Conflict, match="what the columns"):
        bank_desk.take(ref)
    with placed(csv.encode()) as path:
        guess = look(path).guess
    with pytest.raises(Refused, match="of which account"):
        bank_desk.learn(ref, guess)
    said = Layout(guess.mapping, guess.decimal, guess.date_order, account="5550001")
    bank_desk.learn(ref, said)
    assert len(bank_desk.take(ref)) == 1
    bank_desk.bring_in(csv + "2026-11-03,more,1.00,11.00\n")
    assert [amount for amount, _ref, _state in bank_desk.lines()] == [500, 100]


def test_what_two_balances_do_not_explain_is_a_task_until_the_gap_is_filled(bank_desk: Bank) -> None:
    bank_desk.bring_in(FIRST)
    later = ofx(ofx_line("5.00", "F4", day="20261105"), closing="1145.00")
    later = later.replace("<DTEND>20261103", "<DTEND>20261105").replace(
        "<DTASOF>20261103", "<DTASOF>20261105"
    )
    bank_desk.bring_in(later)
    assert bank_desk.open_tasks() == ["missing"]
    bank_desk.bring_in(later.replace("<STMTTRN>", ofx_line("10.00", "F3", day="20261104") + "<STMTTRN>", 1))
    assert bank_desk.open_tasks() == []


def test_a_statement_is_taken_out_again_and_may_come_back(bank_desk: Bank) -> None:
    (ref,) = bank_desk.bring_in(FIRST)
    dana = bank_desk.till.who("dana")
    assert bank_statements.undo(ref, who=dana, now=NOW) == 2
    assert bank_statements.undo(ref, who=dana, now=NOW) == 0
    assert {state for _amount, _ref, state in bank_desk.lines()} == {"undone"}
    assert bank_desk.bring_in(FIRST) != [ref]
    assert sum(state == "open" for _amount, _ref, state in bank_desk.lines()) == 2


def test_what_others_rely_on_is_not_taken_out(bank_desk: Bank) -> None:
    (ref,) = bank_desk.bring_in(FIRST)
    (later,) = bank_desk.bring_in(
        ofx(ofx_line("-20.00", "F2", "WATER") + ofx_line("5.00", "F3"), closing="1135.00")
    )
    dana = bank_desk.till.who("dana")
    with pytest.raises(Conflict, match="Take that one out first"):
        bank_statements.undo(ref, who=dana, now=NOW)
    with transaction() as session:
        line_id = session.scalar(select(BankLine.id).where(BankLine.bank_ref == "F3"))
        session.add(
            BankMatch(ref="m", line_id=line_id, kind="other", amount_minor=500, made_at=NOW, made_by="x")
        )
        session.flush()
    with pytest.raises(Conflict, match="Undo those matches first"):
        bank_statements.undo(later, who=dana, now=NOW)


@pytest.mark.parametrize("name", ["bo", "lena"])
def test_who_has_no_business_with_the_bank_does_nothing(bank_desk: Bank, name: str) -> None:
    with pytest.raises(NotAllowed):
        bank_desk.receive(FIRST, name)
    assert bank_desk.count_of(BankFile) == 0


def test_what_is_not_there_is_gone(bank_desk: Bank) -> None:
    with pytest.raises(Gone):
        bank_desk.take("nowhere")


def test_a_file_lies_sealed_and_shows_nobody_what_it_holds(bank_desk: Bank) -> None:
    bank_desk.receive(FIRST)
    [place] = bank_desk.folder.iterdir()
    assert b"BORROWER" not in place.read_bytes()
    assert (place.name.rpartition(".")[2], place.stat().st_mode & 0o777) == ("sealed", 0o600)


def test_a_file_is_read_while_no_transaction_is_open(bank_desk: Bank, monkeypatch) -> None:
    asked = []

    def reading(path: Path, *arguments: object) -> object:
        nothing_open()
        asked.append(path)
        return read_statements(path, *arguments)

    monkeypatch.setattr(reports, "read_statements", reading)
    bank_desk.bring_in(FIRST)
    assert len(asked) == 2


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(bank_desk: Bank) -> None:
    with pytest.raises(Refused, match="larger than"):
        bank_desk.receive("x" * (MOST_BYTES + 1))
    assert bank_desk.count_of(BankFile) == 0
    assert not bank_desk.folder.exists()


def test_a_file_that_was_lost_is_there_again_once_it_is_handed_in_again(bank_desk: Bank) -> None:
    ref = bank_desk.receive(FIRST)
    next(bank_desk.folder.iterdir()).unlink()
    with pytest.raises(Refused, match="Hand it in again"):
        bank_desk.take(ref)
    assert bank_desk.receive(FIRST) == ref
    assert len(bank_desk.take(ref)) == 1


def test_the_same_file_at_the_same_instant_is_kept_once(bank_desk: Bank) -> None:
    refs = at_once(4, lambda _: bank_desk.receive(FIRST))
    assert len(set(refs)) == 1
    assert bank_desk.kept(refs[0]) == FIRST.encode()
    assert (bank_desk.count_of(BankFile), len(list(bank_desk.folder.iterdir()))) == (1, 1)
