"""Progress as pictures, with the same figures as tables."""

from __future__ import annotations

import re

from tests.fixtures.four_kinds import open_rental_for


def test_a_loan_shows_its_balance_with_a_title_words_and_the_same_as_a_table(
    house, open_agreement, pay
) -> None:
    ref = open_agreement("bo")
    pay("bo", ref, 200_000, method="card")
    page = house.client("bo").get(f"/agreements/{ref}/progress").text
    assert page.count('<svg class="chart"') == 2
    for words in (
        "By the plan",
        "Really owed",
        "As it will go",
        'aria-labelledby="balance-title balance-words"',
    ):
        assert words in page
    assert re.search(r'<path class="line one projected"[^>]* d="M\d+ \d+H', page)
    assert "$7,144.99" in page, "what is really owed after the payment stands in the table"
    assert "style=" not in page


def test_a_kind_without_a_balance_by_plan_and_a_stranger_find_no_such_page(house, open_agreement) -> None:
    rental = open_rental_for(house, "bo")
    assert house.client("bo").get(f"/agreements/{rental}/progress").status_code == 404
    assert house.client("stan").get(f"/agreements/{open_agreement('bo')}/progress").status_code == 404
