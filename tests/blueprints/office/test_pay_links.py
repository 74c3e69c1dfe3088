"""Links to pay, made at the desk."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import PayLink, db
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def loan(open_agreement) -> str:
    return open_agreement("bo", number="L-10042")


def make(client, loan: str, **wishes: str):
    address = f"/office/agreements/{loan}/pay-links"
    form = fields_of(client.get(address).text, address) | wishes
    return client.post(address, data=form), form


def links(app) -> int:
    with app.app_context():
        return len(db.session.scalars(select(PayLink)).all())


def test_a_link_is_made_once_and_shown_with_its_picture(dana, app, loan) -> None:
    answer, form = make(dana, loan, amount="155.97", note="Payment for March")
    again = dana.post(f"/office/agreements/{loan}/pay-links", data=form)
    assert answer.status_code == again.status_code == 303
    assert answer.headers["Location"] == again.headers["Location"]
    assert links(app) == 1
    page = dana.get(answer.headers["Location"]).text
    address = re.search(r"http://\S+/pay-link/[0-9a-f]{40}", page)
    assert address
    assert 'src="data:image/svg+xml' in page
    opened = app.test_client().get(address.group().partition("localhost")[2])
    assert "Payment for March" in opened.text
    assert "$155.97" in opened.text


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"amount": ""}, "Enter an amount above zero."),
        ({"amount": "-5"}, ""),
        ({"amount": "999999999"}, "That is more than you owe"),
        ({"amount": "10", "days": "0"}, "Let it work for 1 to 90 days."),
        ({"amount": "10", "days": "9000"}, "Let it work for 1 to 90 days."),
        ({"amount": "10", "note": "x" * 121}, "Use at most 120 characters."),
    ],
)
def test_what_no_link_can_be_made_of_is_refused_and_what_was_typed_stays(
    dana, app, loan, wishes, words
) -> None:
    answer, _form = make(dana, loan, **wishes)
    assert answer.status_code == 422
    assert words in answer.text
    assert all(value in answer.text for value in wishes.values())
    assert links(app) == 0


def test_it_goes_to_the_address_on_file_and_the_outbox_holds_it_sealed(dana, loan, mails) -> None:
    page = make(dana, loan, amount="10")[0].headers["Location"]
    form = fields_of(dana.get(page).text, f"{page}/send")
    for _ in range(2):
        assert dana.post(f"{page}/send", data=form | {"way": "email"}).status_code == 303
    (mail,) = mails("pay_link")
    assert mail.to_address == "bo@example.org"
    assert "/pay-link/" in mail.secret["link"]
    assert "/pay-link/" not in str(mail.data)


def test_the_mail_is_composed_and_names_the_amount(dana, loan, app, house) -> None:
    from datetime import UTC, datetime

    from domain.actions import outbox

    page = make(dana, loan, amount="10", note="Rent")[0].headers["Location"]
    form = fields_of(dana.get(page).text, f"{page}/send")
    dana.post(f"{page}/send", data=form | {"way": "email"})
    assert outbox.deliver(app.extensions["post"], now=datetime.now(UTC)) >= 1


def test_a_withdrawn_link_pays_nothing_any_more(dana, app, loan) -> None:
    page = make(dana, loan, amount="10")[0].headers["Location"]
    shown = dana.get(page).text
    public = re.search(r"/pay-link/[0-9a-f]{40}", shown).group()
    dana.post(f"{page}/revoke", data=fields_of(shown, f"{page}/revoke"))
    assert "Withdrawn" in dana.get(page).text
    assert app.test_client().get(public).status_code == 410
    assert "Withdrawn" in dana.get(f"/office/agreements/{loan}/pay-links").text
