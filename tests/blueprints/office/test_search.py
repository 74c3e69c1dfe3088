"""One box: a whole number leads straight there, anything else lists what fits."""

from __future__ import annotations

import pytest


@pytest.fixture
def dana(house):
    return house.client("dana")


def test_a_whole_number_leads_straight_to_its_page(dana, house, open_agreement, pay, days_pass):
    agreement = open_agreement("bo", number="L-10042")
    payment = pay("bo", agreement, 1_000)
    days_pass(5)
    for words, where in (
        ("l-10042", f"/office/agreements/{agreement}"),
        (" c-10004 ", f"/office/people/{house.person('bo')}"),
        (payment, f"/office/payments/{payment}"),
        ("R-000001", f"/office/payments/{payment}"),
    ):
        answer = dana.get("/office/search", query_string={"q": words})
        assert answer.status_code == 302, words
        assert answer.location == where


def test_words_list_people_agreements_and_payments(dana, open_agreement, pay):
    agreement = open_agreement("bo", number="L-1", title="Camry")
    pay("bo", agreement, 12_345)
    page = dana.get("/office/search?q=rivera").text
    assert "Bo Rivera" in page
    assert ">L-1<" in page
    assert "$123.45" in dana.get("/office/search?q=123.45").text


def test_nothing_found_and_nothing_asked_are_said(dana):
    assert "Nothing fits" in dana.get("/office/search?q=zzzz").text
    assert "What are you looking for" in dana.get("/office/search").text


@pytest.mark.parametrize("q", ["%", "_", "'", "\x00", "a" * 5000, "R-99999999999999999999", "1,2,3", "<b>"])
def test_odd_words_find_nothing_and_break_nothing(dana, open_agreement, q):
    open_agreement("bo", number="L-1", title="Camry")
    answer = dana.get("/office/search", query_string={"q": q})
    assert answer.status_code == 200
    assert "<b>”" not in answer.text


def test_a_landlord_does_not_search_the_business(house):
    assert house.client("lena").get("/office/search?q=bo").status_code == 403
