"""A book comes in whole or not at all, once, while others work; on both databases."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.actions import imports
from domain.actions.imports_live import opening_lines
from domain.records.books import content_hash
from domain.words import Conflict, Refused
from models import (
    Agreement,
    AgreementParty,
    AuditEvent,
    Balance,
    ImportBatch,
    ImportRow,
    JournalEntry,
    JournalLine,
    Loan,
    Person,
    Standing,
    db,
)
from tests.fixtures.sheets import (
    AS_OF,
    HEADINGS,
    NOW,
    TODAY,
    bring,
    count,
    line,
    options,
    state,
    uploaded,
    write,
)

Sheet = Callable[..., Path]


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """Write a sheet of these lines and return its path."""

    return partial(write, tmp_path / "book.csv")


@pytest.mark.parametrize(
    "figures",
    [
        (100_000, 10_000, 9_000, 1_000, 0, 91_000),
        (100_000, 10_000, 8_000, 1_000, 50, 91_500),
        (0, 0, 0, 0, 0, 500_000),
        (500_000, 400_000, 399_000, 900, 100, 0),
        (0, 0, 0, 0, 0, 0),
        (7, 3, 9, 1, 1, 2),
    ],
)
def test_an_opening_entry_balances_and_ends_at_the_balance_of_the_file(figures: tuple[int, ...]) -> None:
    lines = opening_lines(*figures)
    assert sum(amount for _, amount in lines) == 0
    assert all(amount for _, amount in lines)
    assert sum(amount for account, amount in lines if account == "loan_principal") == figures[-1]
    assert sum(amount for account, amount in lines if account == "interest_income") == -figures[3]


def test_what_a_line_says_becomes_an_agreement_its_terms_and_an_opening_entry(sheet: Sheet) -> None:
    report = bring(sheet(line("A-1", split="88.85,79.00,9.85", who="Bo Rivera,Bo@Example.org,+1 555 0101")))
    assert (report.accepted, report.refused, report.balance) == (1, 0, 75_000)
    agreement = db.session.scalars(select(Agreement)).one()
    assert (agreement.number, agreement.kind, agreement.status) == ("A-1", "loan", "active")
    assert (agreement.currency, agreement.opened_on) == ("USD", date(2026, 6, 30))
    loan = db.session.scalars(select(Loan)).one()
    assert (loan.principal_minor, loan.annual_rate_percent, loan.count) == (100_000, Decimal("12"), 12)
    assert loan.opening_met_minor == 6 * 8_885
    assert loan.opening_interest_from == date(2026, 6, 15)
    standing = db.session.scalars(select(Standing)).one()
    assert standing.installments_met_minor == loan.opening_met_minor
    entry = db.session.scalars(select(JournalEntry)).one()
    assert (entry.cause, entry.effective_on, entry.recorded_by) == ("opening", date(2026, 6, 30), "dana")
    assert entry.key.startswith("opening:A-1")
    assert (standing.entries, standing.head_hash) == (1, entry.hash)
    header = {column.name: getattr(entry, column.name) for column in JournalEntry.__table__.columns}
    assert content_hash(header, [(row.account, row.amount_minor) for row in entry.lines]) == entry.hash
    assert dict(db.session.execute(select(Balance.account, Balance.amount_minor)).all()) == {
        "loan_principal": 75_000, "interest_income": -985, "opening_balances": -(82_900 - 8_885)
        + (82_900 - 7_900 - 75_000),
    }  # fmt: skip
    person = db.session.scalars(select(Person)).one()
    assert (person.name, person.email, person.email_folded) == (
        "Bo Rivera",
        "Bo@Example.org",
        "bo@example.org",
    )
    assert db.session.scalars(select(AgreementParty.person_id)).all() == [person.id]


@pytest.mark.safety("J20")
def test_a_dry_run_reports_and_writes_nothing(sheet: Sheet) -> None:
    _book, report = imports.dry_run(sheet(line("A-1"), line("A-2", balance="x")), "duebook", options())
    assert (report.read, report.accepted, report.refused) == (2, 1, 1)
    assert [count(model) for model in (ImportBatch, ImportRow, Agreement, JournalEntry, AuditEvent)] == [
        0
    ] * 5


@pytest.mark.safety("W19")
def test_the_same_file_a_second_time_brings_nothing(sheet: Sheet) -> None:
    path = sheet(line("A-1"), line("A-2"))
    bring(path)
    report = bring(path)
    assert (report.accepted, report.already) == (0, 2)
    assert (count(Agreement), count(JournalEntry), count(ImportBatch)) == (2, 2, 1)


@pytest.mark.safety("W19")
def test_only_what_is_new_comes_in_from_a_longer_file(sheet: Sheet) -> None:
    bring(sheet(line("A-1"), line("A-2")))
    report = bring(sheet(line("A-3"), line("A-1"), line("A-2")))
    assert (report.accepted, report.already) == (1, 2)
    assert count(Agreement) == 3


def test_a_number_that_stands_with_other_content_is_refused(sheet: Sheet) -> None:
    bring(sheet(line("A-1")))
    report = bring(sheet(line("A-1", balance="700.00"), line("A-2")))
    assert (report.accepted, report.refused) == (1, 1)
    assert "here already, with other content" in str(report.problems[0][1].sentence)
    assert report.problems[0][1].column == "number"


def test_a_file_of_refused_lines_leaves_nothing_behind(sheet: Sheet) -> None:
    report = bring(sheet(line("A-1", balance="-3")))
    assert report.refused == 1
    assert [count(model) for model in (ImportBatch, ImportRow, Agreement)] == [0] * 3


def test_a_loan_of_which_nothing_is_left_is_closed_and_one_without_figures_has_no_entry(sheet: Sheet) -> None:
    bring(sheet(line("A-1", balance="0", split="88.85,88.00,0.85"), line("A-2", balance="0")))
    assert db.session.scalars(select(Agreement.status)).all() == ["closed", "closed"]
    assert count(JournalEntry) == 1
    assert sorted(db.session.scalars(select(Standing.entries))) == [0, 1]


def test_people_of_the_same_name_and_mail_are_one_person(sheet: Sheet) -> None:
    bring(
        sheet(
            line("A-1", who="Bo Rivera,bo@example.org,"),
            line("A-2", who="bo rivera,BO@example.org,"),
            line("A-3", who="Bo Rivera,other@example.org,"),
            line("A-4", who="Tess Okafor,,+1 555 0102"),
            line("A-5", who="Tess Okafor,,+1 555 0102"),
            line("A-6", who="John Smith,,"),
            line("A-7", who="John Smith,,"),
            line("A-8"),
        )
    )
    assert (count(Person), count(AgreementParty)) == (5, 7)
    assert len(set(db.session.scalars(select(Person.number)))) == 5
    bring(sheet(line("B-1", who="Bo Rivera,bo@example.org,"), line("B-2", who="Tess Okafor,,+1 555 0102")))
    assert (count(Person), count(AgreementParty)) == (5, 9)


def test_checking_keeps_the_problems_and_makes_no_agreement(sheet: Sheet) -> None:
    ref = uploaded(sheet(line("A-1"), line("A-2", balance="x")))
    batch = db.session.scalars(select(ImportBatch)).one()
    assert (batch.state, batch.rows_read, batch.accepted, batch.refused) == ("checked", 2, 1, 1)
    assert batch.totals["money"]["balance"] == 75_000
    row = db.session.scalars(select(ImportRow)).one()
    assert (row.line, row.outcome, row.prepared, row.problems[0]["column"]) == (3, "refused", {}, "balance")
    assert count(Agreement) == 0
    imports.bring_in(ref, by="dana", now=NOW)
    assert (state(ref), count(Agreement)) == ("live", 1)
    imports.bring_in(ref, by="dana", now=NOW)
    assert count(Agreement) == 1


def test_a_file_that_cannot_be_read_fails_with_its_sentence_and_may_be_answered(sheet: Sheet) -> None:
    ref = uploaded(sheet(line("A-1"), headings=HEADINGS.replace("balance", "balance,balance")))
    assert state(ref) == "failed"
    assert "stands twice" in db.session.scalar(select(ImportBatch.problem))
    ref = uploaded(sheet(line("A-1"), headings=HEADINGS.replace("balance", "Rest")))
    assert state(ref) == "checked"
    imports.bring_in(ref, by="dana", now=NOW)
    assert state(ref) == "checked"
    imports.answer(ref, {"balance": "Rest"}, AS_OF, 1, "", "")
    imports.check(ref, now=NOW)
    imports.bring_in(ref, by="dana", now=NOW)
    assert (state(ref), count(Agreement)) == ("live", 1)
    with pytest.raises(Conflict):
        imports.answer(ref, {}, None, 1, "", "")
    with pytest.raises(Conflict):
        imports.abandon(ref, by="dana", now=NOW)


def test_a_file_changed_after_its_check_is_not_brought_in(sheet: Sheet) -> None:
    path = sheet(line("A-1"))
    ref = uploaded(path)
    path.write_text(path.read_text().replace("750.00", "9.00"))
    imports.bring_in(ref, by="dana", now=NOW)
    assert (state(ref), count(Agreement)) == ("failed", 0)
    assert "was changed since" in db.session.scalar(select(ImportBatch.problem))


def test_an_uploaded_file_is_gone_once_it_is_live_or_put_aside(sheet: Sheet) -> None:
    path = sheet(line("A-1"))
    imports.bring_in(uploaded(path), by="dana", now=NOW)
    assert not path.exists()
    path = sheet(line("A-2"))
    imports.abandon(uploaded(path), by="dana", now=NOW)
    assert not path.exists()
    assert count(ImportBatch) == 1


def test_the_trial_balance_is_zero_and_equals_the_lines(sheet: Sheet) -> None:
    bring(sheet(*(line(f"A-{number}", split="90.00,80.00,9.00") for number in range(25))))
    assert db.session.scalar(select(func.sum(Balance.amount_minor))) == 0
    by_line = select(JournalLine.account, func.sum(JournalLine.amount_minor)).group_by(JournalLine.account)
    by_balance = select(Balance.account, func.sum(Balance.amount_minor)).group_by(Balance.account)
    assert dict(db.session.execute(by_line).all()) == dict(db.session.execute(by_balance).all())


@pytest.mark.slow
def test_a_real_book_stands_in_ours_to_the_cent(peer_data) -> None:
    path = peer_data("loan_portfolio/auto_worldomni_7572.csv")
    report = bring(path, imports.Options(today=TODAY), "auto_worldomni")
    assert (report.read, report.accepted, report.refused) == (7_572, 7_572, 0)
    with path.open() as file:
        said = {row["loan_no"]: int(Decimal(row["balance_end"]) * 100) for row in csv.DictReader(file)}
    kept = dict(
        db.session.execute(
            select(Agreement.number, Balance.amount_minor)
            .join(Balance, Balance.agreement_id == Agreement.id)
            .where(Balance.account == "loan_principal")
        ).all()
    )
    assert kept == said
    assert sum(kept.values()) == 18_450_636_768
    assert db.session.scalar(select(func.sum(Balance.amount_minor))) == 0
    assert bring(path, imports.Options(today=TODAY), "auto_worldomni").already == 7_572
    assert (count(Agreement), count(JournalEntry)) == (7_572, 7_572)


def test_a_file_nobody_can_read_raises_before_anything_is_written(sheet: Sheet, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\0\1\2")
    with pytest.raises(Refused):
        bring(path)
    assert count(ImportBatch) == 0
