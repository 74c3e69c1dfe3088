"""Dana looks up at the processor what became of a payment that nobody answered for, and says so once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.transaction import transaction
from models import AuditEvent, Payment
from tests.fixtures.forms import fields_of

NOTE = "Looked it up in the list of charges."


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def unknown(open_agreement, pay) -> str:
    """Bo's payment of two days ago that the processor never answered for."""
    ref = pay("bo", open_agreement("bo"), 10_000, method="card_silent")
    begun = datetime.now(UTC) - timedelta(days=2)
    with transaction() as session:
        session.execute(update(Payment).where(Payment.ref == ref).values(begun_at=begun))
    return ref


def decide(dana, ref: str, **wishes: str):
    address = f"/office/payments/{ref}/outcome"
    form = fields_of(dana.get(address).text, address)
    return dana.post(address, data=form | {"decision": "taken", "note": NOTE} | wishes)


def state(ref: str) -> str:
    with transaction() as session:
        return session.scalars(select(Payment.state).where(Payment.ref == ref)).one()


def test_what_was_found_is_written_down_once(dana, unknown) -> None:
    page = dana.get(f"/office/payments/{unknown}/outcome").text
    assert "$100.00" in page
    assert unknown in page
    assert decide(dana, unknown).status_code == 303
    assert state(unknown) == "settled"
    assert dana.get(f"/office/payments/{unknown}/outcome").status_code == 404
    with transaction() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "payment.decided")).one()
    assert told.detail["note"] == NOTE


def test_nothing_taken_lets_the_customer_pay_again(dana, unknown) -> None:
    assert decide(dana, unknown, decision="not_taken").status_code == 303
    assert state(unknown) == "failed"


@pytest.mark.parametrize(
    ("wishes", "words"),
    [({"decision": ""}, "Say whether"), ({"note": ""}, "where you looked"), ({"on": "2099-01-01"}, "has not come"),
     ({"on": "soon"}, "day")],
)  # fmt: skip
def test_a_wrong_form_is_422_and_decides_nothing(dana, unknown, wishes, words) -> None:
    answer = decide(dana, unknown, **wishes)
    assert answer.status_code == 422
    assert words in answer.text
    assert state(unknown) == "unknown"


def test_a_payment_that_is_still_asked_about_is_not_for_a_person(dana, open_agreement, pay) -> None:
    ref = pay("bo", open_agreement("bo"), 10_000, method="card_silent")
    answer = decide(dana, ref)
    assert answer.status_code in (409, 422)
    assert state(ref) == "unknown"


def test_nobody_else_decides(house, unknown) -> None:
    assert house.client("bo").get(f"/office/payments/{unknown}/outcome").status_code in (403, 404)
    assert house.client("dana").get("/office/payments/no-such/outcome").status_code == 404
