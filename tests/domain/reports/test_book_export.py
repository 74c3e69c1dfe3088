"""The journal as a file says exactly what the books say, and another program's checker accepts it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from decimal import Decimal

import pytest
import sqlalchemy as sa
from beancount import loader
from beancount.core.data import Open, Transaction

from domain.reports import book_export
from domain.words import plain_amount
from models import Agreement, Balance, Business, JournalEntry, JournalLine, LedgerAccount, db
from tests.fixtures.agreements import open_agreement_for
from tests.fixtures.books import fill_books

HOSTILE = (
    'L-"1" ; "quoted"', "L\\1\\", "L\n2026-01-01 close Assets:Bank", "L 1 ^other #tag", "-=1+1", "é" * 64, "a/b_c.d-9",
)  # fmt: skip


@pytest.fixture
def filled(house):
    books = fill_books(house)
    with house.app.app_context():
        yield books


def text_of(form: str) -> str:
    return "".join(book_export.FORMATS[form](db.session))


def loaded(text: str) -> list[Transaction]:
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    return [entry for entry in entries if isinstance(entry, Transaction)]


def in_beancount(code: str) -> str:
    kind = db.session.get_one(LedgerAccount, code).type
    root = {
        "asset": "Assets",
        "liability": "Liabilities",
        "equity": "Equity",
        "income": "Income",
        "expense": "Expenses",
    }
    return f"{root[kind]}:{''.join(part.capitalize() for part in code.split('_'))}"


def our_sums() -> dict[str, Decimal]:
    query = sa.select(JournalLine.account, sa.func.sum(JournalLine.amount_minor)).group_by(
        JournalLine.account
    )
    return {in_beancount(code): Decimal(int(total)).scaleb(-2) for code, total in db.session.execute(query)}


def test_beancount_accepts_it_and_agrees_on_every_account(filled) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for entry in loaded(text_of("beancount")):
        for posting in entry.postings:
            assert posting.units.currency == "USD"
            sums[posting.account] += posting.units.number
    assert dict(sums) == our_sums()


@pytest.mark.database("sqlite")
def test_beancount_agrees_on_every_balance_of_every_agreement(filled) -> None:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in loaded(text_of("beancount")):
        if not entry.links:
            assert "agreement" not in entry.meta
            continue
        (link,) = entry.links
        assert entry.meta["agreement"] == link
        for posting in entry.postings:
            sums[link, posting.account] += posting.units.number
    kept = db.session.execute(
        sa.select(Agreement.number, Balance.account, Balance.amount_minor).join(
            Agreement, Agreement.id == Balance.agreement_id
        )
    )
    ours = {(number, in_beancount(code)): Decimal(amount).scaleb(-2) for number, code, amount in kept}
    assert dict(sums) == ours
    assert len({number for number, _ in ours}) == 3


@pytest.mark.database("sqlite")
def test_every_account_is_open_even_when_nothing_is_on_it(filled) -> None:
    entries, _, _ = loader.load_string(text_of("beancount"))
    opened = {entry.account for entry in entries if isinstance(entry, Open)}
    assert opened == {in_beancount(code) for code in db.session.scalars(sa.select(LedgerAccount.code))}


@pytest.mark.database("sqlite")
def test_the_rows_of_the_table_sum_to_the_same(filled) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of("csv"))))
    assert len(rows) == db.session.scalar(sa.select(sa.func.count()).select_from(JournalLine))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[in_beancount(row["account"])] += Decimal(row["amount"])
    assert dict(sums) == our_sums()
    assert sum(sums.values()) == 0


def test_the_lines_of_json_hold_all_that_the_hash_covers(filled) -> None:
    from datetime import date, datetime

    from domain.records.books import content_hash

    said = [json.loads(line) for line in text_of("json").splitlines()]
    rows = {row.id: row for row in db.session.scalars(sa.select(JournalEntry))}
    assert {one["id"] for one in said} == set(rows)
    for one in said:
        row = rows[one["id"]]
        header = {
            name: getattr(row, name) for name in ("agreement_id", "position", "payment_id", "reverses_id")
        }
        header |= {
            name: one[name] for name in ("key", "cause", "currency", "recorded_by", "note", "previous_hash")
        }
        header |= {
            "effective_on": date.fromisoformat(one["effective_on"]),
            "recorded_at": datetime.fromisoformat(one["recorded_at"]),
        }
        assert content_hash(header, [tuple(line) for line in one["lines"]]) == one["hash"]


@pytest.mark.database("sqlite")
def test_hostile_numbers_and_titles_stay_words(house) -> None:
    from domain.transaction import transaction

    with transaction() as session:
        session.execute(sa.update(Business).values(name='Harbor "M\\otors"\noption "title" "x"'))
    for number in HOSTILE:
        open_agreement_for(house, None, number=number, title=f"{number}\n; note")
    with house.app.app_context():
        entries = loaded(text_of("beancount"))
        assert len(entries) == len(HOSTILE)
        flat = {re.sub(r"[\x00-\x1f]", " ", number) for number in HOSTILE}
        assert {entry.meta["agreement"] for entry in entries} == flat
        assert {link for entry in entries for link in entry.links} == {"a/b_c.d-9"}
        rows = list(csv.DictReader(io.StringIO(text_of("csv"))))
        assert {row["agreement"] for row in rows} == {*HOSTILE} - {"-=1+1"} | {"'-=1+1"}
        assert {row["amount"] for row in rows} == {"9000.00", "-9000.00"}
        assert {json.loads(line)["agreement"] for line in text_of("json").splitlines()} == set(HOSTILE)


@pytest.mark.database("sqlite")
def test_currencies_without_cents_and_with_mils_keep_their_places(house) -> None:
    open_agreement_for(house, None, number="J-1", currency="JPY", principal_minor=500_000)
    open_agreement_for(house, None, number="K-1", currency="KWD", principal_minor=500_001)
    with house.app.app_context():
        text = text_of("beancount")
        numbers = {
            (posting.units.number, posting.units.currency)
            for entry in loaded(text)
            for posting in entry.postings
        }
        assert numbers >= {(Decimal(500_000), "JPY"), (Decimal("500.001"), "KWD")}
        assert plain_amount(500_001, "KWD") + " KWD" in text


@pytest.mark.database("sqlite")
def test_an_empty_journal_is_a_valid_file(house) -> None:
    with house.app.app_context():
        assert loaded(text_of("beancount")) == []
        assert list(csv.reader(io.StringIO(text_of("csv")))) == [list(book_export.CSV_HEADER)]
        assert text_of("json") == ""
