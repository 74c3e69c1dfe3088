"""Asking somebody else to pay by a link."""

from __future__ import annotations

import re

import pytest

from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def loan(open_agreement) -> str:
    return open_agreement("bo")


def make(client, loan: str, **wishes: str):
    address = f"/agreements/{loan}/pay-links"
    return client.post(address, data=fields_of(client.get(address).text, address) | wishes)


def test_a_customer_hands_on_a_link_that_shows_nothing_of_them(bo, app, loan, house) -> None:
    answer = make(bo, loan, amount="100", note="For Bo's car")
    page = bo.get(answer.headers["Location"])
    address = re.search(r"/pay-link/[0-9a-f]{40}", page.text).group()
    assert "$100.00" in app.test_client().get(address).text
    assert house.client("stan").get(answer.headers["Location"]).status_code == 404
    assert "Open" in bo.get(f"/agreements/{loan}/pay-links").text


@pytest.mark.parametrize("amount", ["", "0", "-1", "99999999", "ten"])
def test_an_amount_that_cannot_be_paid_is_refused_beside_its_field(bo, loan, amount) -> None:
    answer = make(bo, loan, amount=amount)
    assert answer.status_code == 422
    assert 'id="amount-error"' in answer.text


def test_the_form_of_another_visitor_makes_nothing(bo, loan, house, open_agreement) -> None:
    address = f"/agreements/{loan}/pay-links"
    form = fields_of(bo.get(address).text, address) | {"amount": "10"}
    stan = house.client("stan")
    assert stan.post(address, data=form).status_code == 404
    other = open_agreement("stan")
    assert stan.post(f"/agreements/{other}/pay-links", data=form).status_code == 422


def test_one_can_be_withdrawn_until_it_is_used(bo, app, loan) -> None:
    page = make(bo, loan, amount="100").headers["Location"]
    shown = bo.get(page).text
    address = re.search(r"/pay-link/[0-9a-f]{40}", shown).group()
    bo.post(f"{page}/revoke", data=fields_of(shown, f"{page}/revoke"))
    assert app.test_client().get(address).status_code == 410
