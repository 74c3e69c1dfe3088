"""What the books offer for a movement: by reference, number, name, payout and deposit; certain only when alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.actions import certain_matches
from domain.reports.bank_suggestions import Shown, suggestions
from domain.rules.transfer_references import reference_for
from domain.transaction import transaction
from models import Agreement, BankLine, BankStatement, GatewayPayout, Payment, Person, db
from tests.fixtures.agreements import clock_today, scope_of

NOW = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def loans(house, open_agreement: Callable[..., str]) -> dict[str, int]:
    """Number -> id of Bo's and Tess's loans."""
    for name, number in (("bo", "L-7"), ("tess", "L-8")):
        open_agreement(name, number=number)
    with house.app.app_context():
        return dict(db.session.execute(select(Agreement.number, Agreement.id)).all())


def put(house, minor: int, text: str = "", name: str = "") -> str:
    today = clock_today(house)
    with transaction() as session:
        count = len(session.scalars(select(BankLine.id)).all())
        statement = BankStatement(
            ref=f"s{count}", account="••1", account_key="k", format="ofx", name="x", file_hash=f"{count}",
            currency="USD", from_on=today, to_on=today, imported_at=NOW, imported_by="test",
        )  # fmt: skip
        session.add(statement)
        session.flush()
        session.add(
            BankLine(
                ref=f"l{count}",
                statement_id=statement.id,
                number=1,
                account_key="k",
                line_hash=f"{count}",
                booked_on=today,
                amount_minor=minor,
                currency="USD",
                name=name,
                text=text,
                state="open",
            )  # fmt: skip
        )
        session.flush()
    return f"l{count}"


def offered(house, ref: str) -> list[Shown]:
    with house.app.app_context():
        line = db.session.scalars(select(BankLine).where(BankLine.ref == ref)).one()
        return suggestions(scope_of(house, "dana"), line, clock_today(house))


def payout(house, payout_id: str, minor: int) -> None:
    with transaction() as session:
        session.add(
            GatewayPayout(
                gateway="sandbox",
                payout_id=payout_id,
                amount_minor=minor,
                fees_minor=0,
                currency="USD",
                arrives_on=clock_today(house) + timedelta(days=1),
                keys=[],
                heard_at=NOW,
            )  # fmt: skip
        )
        session.flush()


def match_all(house, count: int) -> int:
    who, today = scope_of(house, "dana"), clock_today(house)
    with house.app.app_context():
        refs = [f"s{number}" for number in range(count)]
        return certain_matches.match_certain(refs, who=who, today=today, now=datetime.now(UTC))


def test_an_agreement_is_found_by_reference_number_and_name(house, loans) -> None:
    with house.app.app_context():
        bo = db.session.scalars(select(Person.name).where(Person.email.like("bo@%"))).one()
    by_reference = offered(house, put(house, 500, f"rent {reference_for(loans['L-8'])}"))
    by_number = offered(house, put(house, 500, "loan l 7 november"))
    by_name = offered(house, put(house, 500, name=bo.upper()))
    assert [str(found[0].title)[:16] for found in (by_reference, by_number, by_name)] == [
        "Transfer for L-8", "Transfer for L-7", "Transfer for L-7",
    ]  # fmt: skip
    assert by_reference[0].score >= 95 > by_number[0].score
    assert all(one.reasons for one in (*by_reference, *by_number, *by_name))


def test_a_reference_with_a_wrong_digit_names_nobody(house, loans) -> None:
    right = reference_for(loans["L-8"])
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert offered(house, put(house, 500, wrong)) == []


def test_what_is_certain_is_matched_and_the_rest_waits(house, loans) -> None:
    payout(house, "po_12345", 9_700)
    put(house, 500, f"rent {reference_for(loans['L-7'])}")
    put(house, 9_700, "PAYOUT PO_12345")
    put(house, 500, "loan L-7")
    put(house, 9_701, "PAYOUT PO_12345")
    assert match_all(house, 4) == 2
    assert match_all(house, 4) == 0
    with house.app.app_context():
        states = list(db.session.scalars(select(BankLine.state).order_by(BankLine.id)))
        assert states == ["matched", "matched", "open", "open"]
        assert db.session.scalars(select(Payment.amount_minor)).all() == [500]


def test_where_two_things_fit_a_person_decides(house, loans) -> None:
    payout(house, "po_12345", 500)
    ref = put(house, 500, f"PO_12345 {reference_for(loans['L-7'])}")
    assert {one.kind for one in offered(house, ref)} == {"transfer", "payout"}
    assert match_all(house, 1) == 0
