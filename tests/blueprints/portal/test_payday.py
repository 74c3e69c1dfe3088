"""Pay by payday: amounts and days that meet the contract, and autopay from them."""

from __future__ import annotations

import re
from html import unescape

import pytest

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def loan(open_agreement, save_method) -> str:
    save_method("bo")
    return open_agreement("bo", age_days=14, frequency="monthly")


def test_it_asks_for_the_payday_and_says_nothing_yet(bo, loan) -> None:
    page = bo.get(f"/agreements/{loan}/payday").text
    assert "How often are you paid?" in page
    assert "On each payday" not in page


def test_amounts_days_and_interest_come_out_and_lead_into_the_wizard(bo, loan) -> None:
    page = bo.get(f"/agreements/{loan}/payday?cadence=biweekly&anchor=2026-03-06").text
    for words in ("On each payday", "How each due date is met", "in interest"):
        assert words in page
    address = unescape(re.search(r'href="([^"]*/autopay/new\?[^"]*)"', page).group(1))
    assert "rule=fixed" in address
    wizard = bo.get(address).text
    assert "Step 3 of 4." in wizard
    check = bo.get(address.replace("step=methods", "step=check"))
    assert check.status_code == 422 or "Every two weeks from Friday, 6 March 2026" in check.text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("cadence=biweekly&anchor=", "Choose your next payday."),
        ("cadence=biweekly&anchor=2026-01-01", "This day has gone."),
        ("cadence=never&anchor=2026-03-06", "Not a valid choice"),
        ("cadence=semimonthly&anchor=2026-03-06&second=40", "from 1 to 31"),
        ("cadence=weekly&anchor=soon", "year-month-day"),
    ],
)
def test_what_makes_no_sense_is_said(bo, loan, asked, words) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = bo.get(f"/agreements/{loan}/payday?{asked}", headers=headers)
        assert answer.status_code == 422
        assert words in answer.text


def test_a_stranger_finds_nothing(house, loan) -> None:
    assert house.client("stan").get(f"/agreements/{loan}/payday").status_code == 404
