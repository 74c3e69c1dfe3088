"""Customers without an account: who they are, and the link for several at once."""

from __future__ import annotations

import pytest

from domain.actions import people

pytestmark = pytest.mark.database("sqlite")
PAGE = "/office/people/unclaimed"


@pytest.fixture
def nora(house, open_agreement) -> str:
    return with_an_agreement(house, open_agreement, "Nora Vance", "nora@example.org")


def with_an_agreement(house, open_agreement, name: str, email: str) -> str:
    ref = people.create_person(name, email, by="test", now=house.now)
    loan = open_agreement(None, number=f"L-{name[:1]}")
    people.assign(loan, by="test", today=house.now.date(), now=house.now, person_ref=ref)
    return ref


def test_only_customers_with_an_agreement_and_no_account_are_listed(house, nora, open_agreement) -> None:
    open_agreement("bo", number="L-7")
    people.create_person("Idle Hand", "idle@example.org", by="test", now=house.now)
    page = house.client("dana").get(PAGE).text.partition("<main")[2]
    assert "Nora Vance" in page
    assert "Bo Rivera" not in page
    assert "Idle Hand" not in page


def test_those_ticked_are_mailed_and_a_second_click_mails_nobody(house, nora, mails) -> None:
    dana = house.client("dana")
    for _ in range(2):
        assert dana.post(PAGE, data={"person": nora}).status_code == 303
    assert [mail.to_address for mail in mails("claim")] == ["nora@example.org"]
    page = dana.get(PAGE).text
    assert "1 link was mailed." in page
    assert "1 person got none" in page


def test_who_has_no_address_cannot_be_ticked(house, open_agreement) -> None:
    with_an_agreement(house, open_agreement, "Pia Wren", "")
    page = house.client("dana").get(PAGE).text
    assert "no e-mail address" in page
    assert "disabled" in page


def test_nobody_ticked_is_said_and_mails_nobody(house, nora, mails) -> None:
    dana = house.client("dana")
    dana.post(PAGE)
    assert "Tick at least one person." in dana.get(PAGE).text
    assert mails("claim") == []
