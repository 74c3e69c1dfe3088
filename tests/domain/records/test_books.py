"""An entry is posted whole, balanced, once, and chained to the one before it."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.records.books import Draft, Head, Unbalanced, _chained, content_hash, lock, post, post_many, save
from domain.reports.book_check import check
from domain.transaction import transaction
from domain.words import canonical_json
from models import Agreement, Balance, JournalEntry, JournalLine, Standing, db

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, UTC)
DAY = date(2026, 3, 1)


def draft(key: str, *amounts: int, **more) -> Draft:
    accounts = ("loan_principal", "opening_balances", "loan_interest", "interest_income")
    lines = tuple(zip(accounts, amounts, strict=False))
    return Draft(key=key, cause="test", currency="USD", effective_on=DAY, lines=lines, **more)


@pytest.fixture
def agreement_id(house, open_agreement) -> int:
    ref = open_agreement("bo", number="L-1")
    with house.app.app_context():
        return db.session.scalars(sa.select(Agreement.id).where(Agreement.ref == ref)).one()


def post_one(agreement_id: int, said: Draft) -> int:
    with transaction() as session:
        head = lock(session, agreement_id)
        entry_id = post(session, head, said, now=NOW, by="test")
        save(session, head)
    return entry_id


def chain(agreement_id: int) -> list[JournalEntry]:
    query = (
        sa.select(JournalEntry)
        .where(JournalEntry.agreement_id == agreement_id)
        .order_by(JournalEntry.position)
    )
    return list(db.session.scalars(query))


@pytest.mark.safety("M2")
@pytest.mark.parametrize(
    "amounts", [(5,), (5, -4), (0, 0), (5, -5, 0), (), (10**18, -(10**18), 1)], ids=str
)  # fmt: skip
def test_what_does_not_balance_is_not_posted(house, agreement_id, amounts) -> None:
    with pytest.raises(Unbalanced):
        post_one(agreement_id, draft("one", *amounts))
    with house.app.app_context():
        assert len(chain(agreement_id)) == 1


def test_an_entry_keeps_everything_that_was_said(house, agreement_id) -> None:
    note = {
        "rule": "x",
        "steps": [{"msgid": "ü %(day)s", "params": {"day": {"day": "2026-01-01"}}, "amount_minor": 3}],
    }
    first = post_one(agreement_id, draft("one", 700, -700, note=note))
    second = post_one(agreement_id, draft("two", -700, 700, reverses_id=first))
    with house.app.app_context():
        row, reversal = db.session.get(JournalEntry, first), db.session.get(JournalEntry, second)
        assert (row.key, row.cause, row.currency, row.effective_on) == ("one", "test", "USD", DAY)
        assert (row.recorded_at, row.recorded_by, row.note) == (NOW, "test", note)
        assert [(line.account, line.amount_minor) for line in row.lines] == [
            ("loan_principal", 700),
            ("opening_balances", -700),
        ]
        assert reversal.reverses_id == first
        assert check(db.session).differences == []


def test_the_same_key_is_refused_and_nothing_of_its_transaction_is_kept(house, agreement_id) -> None:
    post_one(agreement_id, draft("one", 700, -700))

    def post_two_more() -> None:
        with transaction() as session:
            head = lock(session, agreement_id)
            post(session, head, draft("two", 1, -1), now=NOW, by="test")
            post(session, head, draft("one", 9, -9), now=NOW, by="test")
            save(session, head)

    with pytest.raises(sa.exc.IntegrityError):
        post_two_more()
    with house.app.app_context():
        assert [entry.key for entry in chain(agreement_id)] == ["opening:L-1", "one"]
        assert check(db.session).differences == []


@pytest.mark.safety("M24")
def test_each_entry_follows_the_one_before_it_by_its_hash(house, agreement_id) -> None:
    for number in range(5):
        post_one(agreement_id, draft(f"entry {number}", number + 1, -number - 1))
    with house.app.app_context():
        entries = chain(agreement_id)
        standing = db.session.get(Standing, agreement_id)
        assert [entry.position for entry in entries] == [1, 2, 3, 4, 5, 6]
        assert entries[0].previous_hash == ""
        assert all(later.previous_hash == earlier.hash for earlier, later in pairwise(entries))
        assert len({entry.hash for entry in entries}) == 6
        assert (standing.entries, standing.head_hash) == (6, entries[-1].hash)


def test_a_missing_save_is_seen_by_the_check_of_the_books(house, agreement_id) -> None:
    with transaction() as session:
        post(session, lock(session, agreement_id), draft("one", 5, -5), now=NOW, by="test")
    with house.app.app_context():
        assert any("the standing names another last entry" in line for line in check(db.session).differences)


def test_many_entries_come_back_in_the_order_they_were_given(house, open_agreement) -> None:
    refs = [open_agreement(None) for _ in range(3)]
    with house.app.app_context():
        ids = list(
            db.session.scalars(sa.select(Agreement.id).where(Agreement.ref.in_(refs)).order_by(Agreement.id))
        )
    drafts = [
        (place, draft(f"{place}:{number}", 1 + number, -1 - number)) for number in range(4) for place in ids
    ]
    with transaction() as session:
        heads = {place: lock(session, place) for place in ids}
        made = post_many(session, [(heads[place], said) for place, said in drafts], now=NOW, by="test")
        assert post_many(session, [], now=NOW, by="test") == []
        for head in heads.values():
            save(session, head)
    with house.app.app_context():
        rows = {row.id: (row.agreement_id, row.key) for row in db.session.scalars(sa.select(JournalEntry))}
        assert [rows[entry_id] for entry_id in made] == [(place, said.key) for place, said in drafts]
        assert check(db.session).differences == []


def test_kept_balances_are_the_sums_of_the_lines(house, agreement_id) -> None:
    for number, amount in enumerate((100, -30, 7, -77)):
        post_one(agreement_id, draft(str(number), amount, -amount, 2 * amount, -2 * amount))
    with house.app.app_context():
        query = (
            sa.select(JournalLine.account, sa.func.sum(JournalLine.amount_minor))
            .join(JournalEntry)
            .where(JournalEntry.agreement_id == agreement_id)
            .group_by(JournalLine.account)
        )
        kept = sa.select(Balance.account, Balance.amount_minor).where(Balance.agreement_id == agreement_id)
        assert dict(db.session.execute(query).all()) == dict(db.session.execute(kept).all())


def test_an_agreement_without_a_standing_cannot_be_posted_to(house) -> None:
    with transaction() as session, pytest.raises(LookupError, match="no standing"):
        lock(session, 4711)


@pytest.mark.safety("J12")
def test_threads_that_post_to_one_agreement_keep_one_chain(house, agreement_id, rounds) -> None:
    each, threads = rounds(5, 100), 6
    problems: list[str] = []

    def work(name: int) -> None:
        try:
            for number in range(each):
                post_one(agreement_id, draft(f"{name}:{number}", 1 + name, -1 - name))
        except Exception as problem:
            problems.append(repr(problem))

    running = [threading.Thread(target=work, args=(name,)) for name in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(300)
    assert problems == []
    with house.app.app_context():
        entries = chain(agreement_id)
        assert [entry.position for entry in entries] == list(range(1, 2 + each * threads))
        assert all(later.previous_hash == earlier.hash for earlier, later in pairwise(entries))
        moved = each * sum(range(1, threads + 1))
        assert db.session.get(Balance, (agreement_id, "loan_principal")).amount_minor == 900_000 + moved
        assert check(db.session).differences == []


HEADER = {
    "key": "k", "cause": "c", "agreement_id": 1, "position": 2, "payment_id": None, "reverses_id": None,
    "currency": "USD", "effective_on": DAY, "recorded_at": NOW, "recorded_by": "b", "note": {"a": 1},
    "previous_hash": "p",
}  # fmt: skip
LINES = (("loan_principal", 5), ("opening_balances", -5))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("key", "K"), ("cause", "d"), ("agreement_id", 2), ("position", 3), ("payment_id", 1), ("reverses_id", 1),
        ("currency", "EUR"), ("effective_on", date(2026, 3, 2)), ("recorded_at", NOW.replace(microsecond=123457)),
        ("recorded_by", "c"), ("note", {"a": 2}), ("previous_hash", "q"),
    ],
)  # fmt: skip
def test_the_hash_covers_everything_an_entry_says(name, other) -> None:
    assert content_hash({**HEADER, name: other}, LINES) != content_hash(HEADER, LINES)


@pytest.mark.parametrize(
    "lines",
    [
        LINES[::-1],
        LINES[:1],
        (("bank", 5), LINES[1]),
        (("loan_principal", 6), LINES[1]),
        (*LINES, ("bank", 1)),
    ],
)
def test_the_hash_covers_every_line_and_their_order(lines) -> None:
    assert content_hash(HEADER, lines) != content_hash(HEADER, LINES)


@given(st.lists(st.integers(-(10**15), 10**15), max_size=8))
@settings(max_examples=200, deadline=None)
def test_exactly_the_balanced_drafts_without_a_zero_line_get_a_header(amounts) -> None:
    said = Draft("k", "c", "USD", DAY, tuple(("bank", amount) for amount in amounts))
    head = Head(1, 4, "before", 0, DAY)
    if amounts and all(amounts) and sum(amounts) == 0:
        assert _chained(head, said, NOW, "b")["previous_hash"] == "before"
        assert head.entries == 5
    else:
        with pytest.raises(Unbalanced):
            _chained(head, said, NOW, "b")
        assert (head.entries, head.head_hash) == (4, "before")


@given(
    st.text(max_size=20),
    st.lists(st.tuples(st.text(max_size=5), st.integers()), max_size=3),
    st.none() | st.integers(),
)
@settings(max_examples=100, deadline=None)
def test_what_is_hashed_is_one_array_in_canonical_json(words, lines, number) -> None:
    header = HEADER | {
        "key": words,
        "previous_hash": words,
        "note": {"b": words, "a": [1]},
        "payment_id": number,
    }
    said = [
        words, "c", 1, 2, number, None, "USD", DAY.isoformat(), NOW.isoformat(timespec="microseconds"), "b",
        {"b": words, "a": [1]}, [list(line) for line in lines], words,
    ]  # fmt: skip
    assert content_hash(header, lines) == hashlib.sha256(canonical_json(said).encode()).hexdigest()
