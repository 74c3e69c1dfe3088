"""An account by an agreement's number, on the pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Agreement, db


@pytest.fixture
def number(app, house, open_agreement) -> str:
    ref = open_agreement("bo")
    with app.app_context():
        return db.session.scalar(select(Agreement.number).where(Agreement.ref == ref))


def test_it_is_linked_from_where_people_look_for_it(client, house):
    for page in ("/", "/sign-in", "/claim"):
        assert 'href="/register"' in client.get(page).text


@pytest.mark.safety("A14")
def test_the_answer_says_nothing_of_who_is_known_and_everything_of_what_to_do(client, house, number, mails):
    page = client.post("/register", data={"number": number})
    assert page.status_code == 200
    assert "bo@example.org" not in page.text
    assert "b•••" not in page.text
    for said in (
        "Harbor Motors, portal@",
        "spam folder",
        "sent again from",
        "+1 555 0100",
        "customer number",
    ):
        assert said in page.text
    assert [mail.to_address for mail in mails("second_claim")] == ["bo@example.org"]


def test_it_can_be_sent_again_from_the_page(client, house, number):
    page = client.post("/register", data={"number": number}).text
    assert 'action="/register"' in page
    assert f'<input type="hidden" name="number" value="{number}">' in page


@pytest.mark.parametrize("number", ["", "x" * 41])
def test_a_form_that_cannot_be_read_is_answered_with_the_form(client, house, number):
    page = client.post("/register", data={"number": number})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
