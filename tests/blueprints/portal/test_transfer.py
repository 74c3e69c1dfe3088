"""Paying by bank transfer: the account, the reference and the code; nothing where the business takes no transfers."""

from __future__ import annotations

import re

import pytest

from domain.rules.transfer_references import references_in

EURO = pytest.mark.settings(
    DUEBOOK_TRANSFER_NAME="Lena Lets B.V.",
    DUEBOOK_TRANSFER_BANK="First Bank",
    DUEBOOK_TRANSFER_IBAN="NL41MOCK0000000001",
)
DOLLAR = pytest.mark.settings(
    DUEBOOK_TRANSFER_NAME="Lena Lets LLC",
    DUEBOOK_TRANSFER_ROUTING="021000021",
    DUEBOOK_TRANSFER_ACCOUNT="000123456",
)


@pytest.fixture
def bo(house):
    return house.client("bo")


def named_in(page: str) -> list[int]:
    """The agreements whose references stand on the page."""
    return [
        found for text in re.findall(r"<code>([^<]+)</code>", page) for found in references_in(text).values()
    ]


def id_of(house, ref: str) -> int:
    from models import Agreement, db

    with house.app.app_context():
        return db.session.query(Agreement).filter_by(ref=ref).one().id


@EURO
def test_the_page_has_the_account_the_reference_and_a_code_for_banking_apps(
    house, bo, open_agreement
) -> None:
    ref = open_agreement("bo", currency="EUR")
    answer = bo.get(f"/agreements/{ref}/transfer")
    assert answer.status_code == 200
    for words in ("Lena Lets B.V.", "NL41 MOCK 0000 0000 01", "First Bank", "Reference", "business day"):
        assert words in answer.text
    assert named_in(answer.text) == [id_of(house, ref)]
    assert 'src="data:image/svg+xml' in answer.text
    assert re.search(r'<img src="data:[^"]+"[^>]*alt="QR code', answer.text)


@EURO
def test_each_agreement_has_a_reference_of_its_own(house, bo, open_agreement) -> None:
    refs = [open_agreement("bo", currency="EUR") for _ in range(2)]
    pages = [bo.get(f"/agreements/{ref}/transfer").text for ref in refs]
    assert [named_in(page) for page in pages] == [[id_of(house, ref)] for ref in refs]


@EURO
def test_another_amount_can_be_asked_for_but_none_that_is_not_owed(bo, open_agreement) -> None:
    ref = open_agreement("bo", currency="EUR")
    usual = bo.get(f"/agreements/{ref}/transfer").text
    assert "€50.00" in bo.get(f"/agreements/{ref}/transfer?amount=5000").text
    for wrong in ("0", "-1", "x", "99999999999", "\u0665", "1" * 40):
        shown = bo.get(f"/agreements/{ref}/transfer", query_string={"amount": wrong}).text
        assert re.findall(r"€[\d,.]+", shown) == re.findall(r"€[\d,.]+", usual)


@DOLLAR
def test_where_no_standard_for_codes_exists_there_is_text_alone(bo, open_agreement) -> None:
    page = bo.get(f"/agreements/{open_agreement('bo')}/transfer").text
    assert "021000021" in page
    assert "000123456" in page
    assert "data:image/svg+xml" not in page


def test_without_an_account_the_page_says_so_and_leads_to_the_other_ways(bo, open_agreement) -> None:
    ref = open_agreement("bo")
    page = bo.get(f"/agreements/{ref}/transfer").text
    assert "Bank transfers are not set up here" in page
    assert f'href="/agreements/{ref}/payments/new"' in page


@EURO
def test_an_agreement_in_another_currency_has_no_account(bo, open_agreement) -> None:
    assert "not set up" in bo.get(f"/agreements/{open_agreement('bo')}/transfer").text


@DOLLAR
def test_somebody_elses_agreement_is_not_there(house, open_agreement) -> None:
    ref = open_agreement("bo")
    assert house.client("stan").get(f"/agreements/{ref}/transfer").status_code == 404


def test_an_installation_with_a_mistyped_account_does_not_start() -> None:
    from zoneinfo import ZoneInfo

    from gateways.configured import by_settings

    given = {"DUEBOOK_TRANSFER_NAME": "Lena", "DUEBOOK_TRANSFER_IBAN": "NL42MOCK0000000001"}
    with pytest.raises(ValueError, match="DUEBOOK_TRANSFER_IBAN"):
        by_settings(given, ZoneInfo("UTC"), [])


@EURO
def test_the_link_to_it_stands_only_where_transfers_are_taken(house) -> None:
    with house.app.test_request_context():
        render = house.app.jinja_env.get_template("portal/pay/_transfer.html").render
        assert "/agreements/abc/transfer" in render(view={"currency": "EUR", "ref": "abc"})
        assert render(view={"currency": "USD", "ref": "abc"}).strip() == ""
