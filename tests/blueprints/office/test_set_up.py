"""A new installation asks its administrator a few questions, and each can be answered again later."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain.transaction import transaction
from models import Business, Outbox, db
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def adam(house):
    return house.client("adam")


@pytest.fixture
def empty(app) -> None:
    """Nobody has said yet whose portal this is."""
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(Business))
    app.extensions["business_memory"].clear()


def answer(client, step: str, **typed: str):
    """Send the form of a question as it stands, with what is typed."""
    page = f"/office/set-up/{step}"
    return client.post(page, data=fields_of(client.get(page).text, page) | typed)


def business(app) -> Business | None:
    with app.app_context():
        return db.session.scalars(sa.select(Business)).first()


def test_an_administrator_of_an_empty_portal_goes_from_question_to_question_to_the_desk(
    app, adam, empty
) -> None:
    assert adam.get("/office").headers["Location"] == "/office/set-up"
    assert adam.get("/office/set-up").headers["Location"] == "/office/set-up/business"
    first = answer(adam, "business", name="Elm Row", email="hello@elmrow.example", hours="Always")
    assert first.headers["Location"] == "/office/set-up/money"
    second = answer(
        adam, "money", currency="EUR", language="es", area_unit="m2", returned_payment_fee_minor="7.50"
    )
    assert second.headers["Location"] == "/office/set-up/ways"
    assert "Test mode" in adam.get("/office/set-up/ways").text
    assert adam.get("/office/set-up/first").status_code == 200
    assert answer(adam, "first").headers["Location"] == "/office"
    row = business(app)
    assert (row.name, row.currency, row.language, row.area_unit) == ("Elm Row", "EUR", "es", "m2")
    assert row.returned_payment_fee_minor == 750
    assert row.set_up_at is not None
    assert adam.get("/office").status_code == 200
    assert adam.get("/office/set-up").headers["Location"] == "/office/set-up/first"


@pytest.mark.parametrize(
    ("step", "typed", "words"),
    [
        ("business", {"name": " "}, "Write the name of your business."),
        ("business", {"name": "Elm", "email": "elm"}, "This is not a whole mail address"),
        ("money", {"currency": "XXX"}, "Not a valid choice"),
        ("money", {"returned_payment_fee_minor": "abc"}, "abc"),
    ],
)
def test_a_bad_answer_is_said_beside_its_field_and_changes_nothing(app, adam, step, typed, words) -> None:
    before = {column: getattr(business(app), column) for column in ("name", "email", "currency")}
    refused = answer(adam, step, **typed)
    assert refused.status_code == 422
    assert words in refused.text
    assert {column: getattr(business(app), column) for column in before} == before


def test_the_currency_stays_once_somebody_owes_in_it(app, adam, open_agreement) -> None:
    open_agreement("bo")
    refused = answer(adam, "money", currency="EUR")
    assert refused.status_code == 422
    assert "There are agreements already." in refused.text
    assert business(app).currency == "USD"


def test_a_test_mail_goes_to_whoever_asks_and_not_for_ever(app, adam) -> None:
    for _ in range(6):
        assert answer(adam, "mail").status_code == 303
    refused = answer(adam, "mail")
    assert refused.status_code == 422
    assert "Enough tests were sent." in refused.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Outbox.template == "notice_test")) >= 1


def test_nothing_can_be_finished_before_the_business_has_a_name(app, adam, empty) -> None:
    assert answer(adam, "first").headers["Location"] == "/office/set-up/business"
    assert business(app) is None


def test_staff_without_the_duty_are_refused(house) -> None:
    assert house.client("dana").get("/office/set-up/business").status_code == 403
