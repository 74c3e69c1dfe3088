"""What the review at the counter says, and what Back shows afterwards, is true of the agreement as it stands."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of
from tests.fixtures.paying import payments_of


@pytest.fixture
def dana(house):
    return house.client("dana")


def typed(dana, agreement: str, **wishes: str) -> dict[str, str]:
    page = dana.get(f"/office/agreements/{agreement}/payments/new").text
    return fields_of(page, f"/office/agreements/{agreement}/payments/review") | wishes


def review(dana, agreement: str, wishes: dict[str, str]) -> str:
    return dana.get(f"/office/agreements/{agreement}/payments/review", query_string=wishes).text


def test_back_after_all_that_was_due_was_taken_says_so_although_that_is_no_choice_any_more(
    dana, open_agreement
):
    ref = open_agreement("bo", age_days=40)
    wishes = typed(dana, ref, choice="due")
    address = f"/office/agreements/{ref}/payments"
    assert dana.post(address, data=fields_of(review(dana, ref, wishes), address)).status_code == 303
    again = review(dana, ref, wishes)
    assert "Taken already" in again
    assert "Nothing has moved yet" not in again


def test_a_rental_that_owes_nothing_any_more_is_not_called_closed(dana, open_rental):
    ref = open_rental("tess")
    page = review(dana, ref, typed(dana, ref, choice="other", amount="99999"))
    assert "Nothing has moved yet" in page
    assert "the agreement is closed" not in page


def test_a_rental_has_no_number_of_payments_left(dana, open_agreement, open_rental):
    rental, loan = open_rental("tess"), open_agreement("bo")
    wishes = typed(dana, rental, choice="other", amount="20")
    assert "Owed in all" in review(dana, rental, wishes)
    assert "Payments left" not in review(dana, rental, wishes)
    assert "Payments left" in review(dana, loan, typed(dana, loan, choice="other", amount="20"))


def test_who_pays_is_told_where_more_than_one_could(dana, open_agreement, open_rental):
    alone, shared = open_agreement("bo"), open_rental(("tess", "bo"))
    wishes = {"choice": "other", "amount": "20"}
    assert "whoever brought it" not in review(dana, alone, typed(dana, alone, **wishes))
    assert "whoever brought it" in review(dana, shared, typed(dana, shared, **wishes))


def test_the_same_check_again_is_asked_about_before_it_is_taken(app, dana, open_agreement):
    ref = open_agreement("bo")
    address = f"/office/agreements/{ref}/payments"
    check = {"choice": "other", "amount": "50", "instrument": "check", "number": "1042"}

    def confirmed() -> dict[str, str]:
        return fields_of(review(dana, ref, typed(dana, ref, **check)), address)

    assert dana.post(address, data=confirmed()).status_code == 303
    asked = dana.post(address, data=confirmed())
    assert (asked.status_code, payments_of(app)) == (409, 1)
    for words in ("Take it again?", "#1042 of $50.00 was taken on", "See the first payment"):
        assert words in asked.text
    assert dana.post(address, data=fields_of(asked.text, address)).status_code == 303
    assert payments_of(app) == 2
