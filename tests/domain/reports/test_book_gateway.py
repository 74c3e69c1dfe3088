"""The processor's own record is the other side: what it took and we do not know of is found, and the reverse."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.reports.book_check import GatewayUnread, check
from gateways import registry
from gateways.base import GatewaySilent
from models import Attempt, Payment, db
from tests.fixtures.books import fill_books

COLUMNS = "ref, amount_minor, currency, token, begun_on, at, return_url, state"

# what differs, the statement in the processor's record, and what the check must say
DIFFERENCES: list[tuple[str, str, str]] = [
    ("a charge nobody asked for",
     f"INSERT INTO charges (id, key, {COLUMNS}) SELECT 'x', 'stray', {COLUMNS} FROM charges"
     " WHERE ref = 'card-1'", "sandbox: it has a charge stray that we never asked for"),
    ("a second charge under our key",
     f"INSERT INTO charges (id, key, {COLUMNS}) SELECT 'x', key, {COLUMNS} FROM charges"
     " WHERE ref = 'card-1'", "payment card-1: sandbox charged it 2 times"),
    ("a charge less", "DELETE FROM charges WHERE ref = 'card-1'", "payment card-1: we call it settled, sandbox has no"),
    ("another amount", "UPDATE charges SET amount_minor = 1 WHERE ref = 'card-1'",
     "payment card-1: sandbox has 1 USD, we 31194"),
    ("another currency", "UPDATE charges SET currency = 'EUR' WHERE ref = 'card-1'",
     "payment card-1: sandbox has 31194 EUR, we 31194"),
    ("declined there, settled here", "UPDATE charges SET state = 'declined' WHERE ref = 'card-1'",
     "payment card-1: sandbox says declined, we say settled"),
    ("unconfirmed there, settled here", "UPDATE charges SET state = 'needs_confirmation' WHERE ref = 'card-1'",
     "payment card-1: sandbox says needs_confirmation, we say settled"),
    ("not settled there, settled here", "UPDATE charges SET state = 'accepted' WHERE ref = 'card-1'",
     "payment card-1: sandbox says accepted, we say settled"),
    ("settled there, returned here", "UPDATE charges SET state = 'settled' WHERE ref = 'bank-1'",
     "payment bank-1: sandbox says settled, we say returned"),
]  # fmt: skip


@pytest.fixture
def record(house) -> Iterator[sqlite3.Connection]:
    """The processor's own database, with two charges in it."""
    fill_books(house)
    with house.app.app_context():
        connection = sqlite3.connect(house.app.config["SANDBOX_DATABASE"])
        connection.execute("PRAGMA foreign_keys=OFF")
        yield connection
        connection.close()


@pytest.mark.safety("M22")
def test_every_difference_from_the_processors_record_is_found_and_named(record) -> None:
    before = sqlite3.connect(":memory:")
    record.backup(before)
    missed = {}
    for name, statement, said in DIFFERENCES:
        assert record.execute(statement).rowcount, name
        record.commit()
        found = check(db.session).differences
        if not any(said in line for line in found):
            missed[name] = found
        before.backup(record)
    assert missed == {}
    assert check(db.session).differences == []


@pytest.mark.database("sqlite")
def test_a_settlement_or_return_that_we_have_not_read_yet_is_no_difference(
    house, open_agreement, pay, days_pass
) -> None:
    loan = open_agreement("bo")
    refs = [pay("bo", loan, amount, method=slug) for amount, slug in ((9_000, "bank_r01"), (9_001, "card"))]
    refs.append(pay("bo", loan, 9_002, method="bank_declined"))
    with house.app.app_context():
        day = house.app.extensions["clock"].today()
        for number in range(1, 8):
            registry.default().advance(on=day + timedelta(days=number), now=house.now)
            assert check(db.session).differences == []
        states = dict(db.session.execute(sa.select(Payment.ref, Payment.state)).all())
        assert [states[ref] for ref in refs] == ["pending", "settled", "failed"]
    days_pass(1)
    with house.app.app_context():
        assert check(db.session).differences == []


@pytest.mark.database("sqlite")
def test_our_own_attempt_without_a_charge_is_found(house, record) -> None:
    from domain.transaction import transaction

    with transaction() as session:
        session.execute(sa.update(Attempt).where(Attempt.key.like("%card-1%")).values(key="elsewhere"))
    found = check(db.session).differences
    assert any("card-1: we call it settled, sandbox has no such charge" in line for line in found), found


@pytest.mark.database("sqlite")
def test_a_silent_processor_is_said_and_never_taken_for_agreement(house, record, monkeypatch, runner) -> None:
    def silent(*_):
        raise GatewaySilent("nothing")

    monkeypatch.setattr(type(registry.default()), "charges", silent)
    with pytest.raises(GatewayUnread):
        check(db.session)
    done = runner.invoke(args=["books", "verify"])
    assert (done.exit_code, done.output.strip()) == (
        1,
        "Error: A gateway does not answer, so its record could not be compared.",
    )
