"""Dana takes back what was entered by mistake, and presents a returned debit again."""

from __future__ import annotations

import pytest

from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def taken(house, open_agreement) -> str:
    from domain.actions import counter

    return counter.take(
        open_agreement("bo"), 20_000, "cash", "cash-1", who=scope_of(house, "dana"), today=clock_today(house),
        now=house.now,
    )  # fmt: skip


def test_a_mistake_is_shown_then_taken_back_once(dana, taken, house):
    address = f"/office/payments/{taken}/reversals"
    assert f"{address}/new" in dana.get(f"/office/payments/{taken}").text
    form = fields_of(dana.get(f"{address}/new").text, f"{address}/review") | {
        "reason": "the neighbour's money"
    }
    review = dana.get(f"{address}/review", query_string=form)
    assert "Undeposited" in review.text or "Counter money" in review.text
    sent = fields_of(review.text, address)
    for _ in range(2):
        assert dana.post(address, data=sent).status_code == 303
    page = dana.get(f"/office/payments/{taken}").text
    assert "Taken back" in page
    assert f"{address}/new" not in page
    assert "entered by mistake and taken back" in house.client("bo").get(f"/payments/{taken}").text


def test_what_was_taken_back_is_no_money_of_the_counter_any_more(dana, taken):
    assert "1 payment<" in dana.get("/office/counter").text
    address = f"/office/payments/{taken}/reversals"
    form = fields_of(dana.get(f"{address}/new").text, f"{address}/review") | {"reason": "a mistake"}
    dana.post(address, data=fields_of(dana.get(f"{address}/review", query_string=form).text, address))
    page = dana.get("/office/counter").text
    assert "1 payment<" not in page
    assert "Taken back" in page, "it is still listed"


def test_it_needs_a_reason(dana, taken):
    address = f"/office/payments/{taken}/reversals"
    form = fields_of(dana.get(f"{address}/new").text, f"{address}/review")
    assert dana.get(f"{address}/review", query_string=form).status_code == 422


@pytest.fixture
def back(open_agreement, pay, days_pass) -> str:
    """A debit that came back with R01 some days ago."""
    ref = pay("bo", open_agreement("bo"), 30_000, "bank_r01")
    days_pass(5)
    return ref


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
def test_a_returned_debit_is_presented_again_by_one_button(dana, house, back):
    page = dana.get(f"/office/payments/{back}").text
    assert "Returned" in page
    action = f"/office/payments/{back}/representments"
    if action not in page:
        # The test's clock stands still: it came back today or later, so the rules say why not.
        assert "Not on the day on which it came back." in page
        sent = {"form_ref": "x"}
    else:
        sent = fields_of(page, action)
    assert dana.post(action, data=sent).status_code == 303


def test_a_stranger_does_neither(house, taken):
    for name, code in (("lena", 403), ("tess", 404)):
        client = house.client(name)
        for address in (
            f"/office/payments/{taken}/reversals/new",
            f"/office/payments/{taken}/reversals/review",
        ):
            assert client.get(address).status_code in (code, 404)
        assert client.post(f"/office/payments/{taken}/representments").status_code == code
