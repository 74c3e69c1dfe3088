"""Entries of no agreement stand in one chain of their own, which is proved and sealed like the others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from domain.records.accounts import BANK, PROCESSING_FEES, UNDEPOSITED, clearing
from domain.records.books import Draft, Unbalanced, content_hash
from domain.records.house_entries import post_house, reverse_house
from domain.records.seals import add_seal, heads_hash
from domain.reports.book_check import check
from domain.transaction import transaction
from models import Balance, JournalEntry, JournalLine, db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


def payout(key: str, gross: int = 10_000, fees: int = 300) -> Draft:
    lines = ((BANK, gross - fees), (PROCESSING_FEES, fees), (clearing("sandbox"), -gross))
    return Draft(key, "payout.matched", "USD", DAY, lines)


def post(said: Draft) -> int:
    with transaction() as session:
        return post_house(session, said, now=NOW, by="test")


def entries() -> list[JournalEntry]:
    query = select(JournalEntry).where(JournalEntry.agreement_id.is_(None)).order_by(JournalEntry.position)
    return list(db.session.scalars(query))


def test_each_follows_the_one_before_it_and_no_balance_is_kept(house) -> None:
    post(payout("a"))
    post(payout("b"))
    with house.app.app_context():
        first, second = entries()
        assert (first.position, second.position, second.previous_hash) == (1, 2, first.hash)
        assert db.session.scalars(select(Balance)).first() is None
        assert check(db.session).differences == []


def test_what_was_posted_is_taken_back_by_its_opposite_once(house) -> None:
    first = post(payout("a"))
    with transaction() as session:
        reverse_house(session, first, "a:undone", on=DAY - timedelta(days=3), note={}, now=NOW, by="test")
    with house.app.app_context():
        undone = entries()[-1]
        sums = {}
        for account, amount in db.session.execute(select(JournalLine.account, JournalLine.amount_minor)):
            sums[account] = sums.get(account, 0) + amount
        assert set(sums.values()) == {0}
        assert (undone.reverses_id, undone.effective_on) == (first, DAY)
    with pytest.raises(IntegrityError):
        post(payout("a:undone"))


def test_what_does_not_balance_is_not_posted(house) -> None:
    with pytest.raises(Unbalanced):
        post(Draft("a", "x", "USD", DAY, ((BANK, 5), (UNDEPOSITED, -4))))
    with house.app.app_context():
        assert entries() == []


def test_an_entry_put_in_past_the_door_is_found(house) -> None:
    """Canary: the header is written with a hash that does not follow."""
    post(payout("a"))
    with transaction() as session:
        forged = {
            "key": "forged", "cause": "x", "agreement_id": None, "position": 2, "payment_id": None,
            "reverses_id": None, "currency": "USD", "effective_on": DAY, "recorded_at": NOW, "recorded_by": "me",
            "note": {}, "previous_hash": "",
        }  # fmt: skip
        lines = [(BANK, 1), (UNDEPOSITED, -1)]
        forged["hash"] = content_hash(forged, lines)
        entry = JournalEntry(id=900, **forged)
        sqlite = session.get_bind().dialect.name == "sqlite"
        rows = [JournalLine(entry_id=900, account=account, amount_minor=minor) for account, minor in lines]
        for one in (rows, [entry]) if sqlite else ([entry], rows):
            session.add_all(one)
            session.flush()
    with house.app.app_context():
        assert any("does not follow" in said for said in check(db.session).differences)


def test_the_seal_covers_them(house) -> None:
    post(payout("a"))
    with house.app.app_context():
        first = heads_hash(db.session, 10)
    post(payout("b"))
    with transaction() as session:
        assert add_seal(session, DAY, NOW)
    with house.app.app_context():
        assert heads_hash(db.session, 10) != first
        assert check(db.session).differences == []
