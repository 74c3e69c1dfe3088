"""Why this amount?"""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("what", ["due", "payoff", "balance", "interest", "installment-1", "installment-78"])
def test_every_figure_has_its_reason(house, open_agreement, pay, what) -> None:
    ref = open_agreement("bo")
    pay("bo", ref, 15597, method="card")
    page = house.client("bo").get(f"/agreements/{ref}/why/{what}")
    assert page.status_code == 200
    for words in ("How it comes about", "What went in", "The entries behind it", "version 1"):
        assert words in page.text


def test_the_reason_comes_alone_for_the_panel(house, open_agreement) -> None:
    ref = open_agreement("bo")
    part = house.client("bo").get(f"/agreements/{ref}/why/due", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "$311.94" in part


def test_the_entries_behind_a_balance_are_told_from_the_customers_side(house, open_agreement, pay) -> None:
    ref = open_agreement("bo")
    pay("bo", ref, 15597, method="card")
    page = house.client("bo").get(f"/agreements/{ref}/why/balance").text
    for words in ("Payment received", "Interest that became owed", "Opening balance", "Principal you owe"):
        assert words in page
    assert "+$9,000.00" in page
    assert "\u2212$144.99" in page  # 28 days of interest, paid


@pytest.mark.parametrize(
    "what", ["nothing", "installment-0", "installment-79", "installment-x", "installment-²"]
)
def test_an_unknown_figure_is_not_found(house, open_agreement, what) -> None:
    ref = open_agreement("bo")
    assert house.client("bo").get(f"/agreements/{ref}/why/{what}").status_code == 404


def test_a_stranger_finds_nothing(house, open_agreement) -> None:
    ref = open_agreement("bo")
    assert house.client("stan").get(f"/agreements/{ref}/why/due").status_code == 404
