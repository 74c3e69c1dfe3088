"""Dana takes a charge back, and what was paid of it becomes credit."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def dana(house):
    return house.client("dana")


def typed(dana, address: str, **wishes: str) -> dict[str, str]:
    start = fields_of(dana.get(f"{address}/new").text, f"{address}/review")
    return start | {"amount": "0", "reason": "charged twice"} | wishes


def test_a_charge_is_taken_back_after_its_credit_was_shown(dana, open_rental, charges_of, clock):
    from domain.actions import counter

    home = open_rental()
    counter.take(home, 50_000, "cash", "cash-1", **clock())
    address = f"/office/agreements/{home}/charges/{charges_of(home)[0].id}/corrections"
    review = dana.get(f"{address}/review", query_string=typed(dana, address))
    for words in (
        "charged twice",
        "Unapplied customer credit",
        "Rent income",
        "The customer's credit",
        "$500.00",
    ):
        assert words in review.text
    assert dana.post(address, data=fields_of(review.text, address)).status_code == 303
    (rent,) = charges_of(home)
    assert (rent.stands_minor, rent.paid_minor) == (0, 0)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"amount": "1200"}, "less than it is now"), ({"amount": ""}, "Enter an amount"),
        ({"amount": "-1"}, "-1"), ({"reason": " "}, "Say why"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_422_and_takes_nothing_back(dana, open_rental, charges_of, wishes, words):
    home = open_rental()
    address = f"/office/agreements/{home}/charges/{charges_of(home)[0].id}/corrections"
    for answer in (
        dana.get(f"{address}/review", query_string=typed(dana, address, **wishes)),
        dana.post(address, data=typed(dana, address, **wishes)),
    ):
        assert answer.status_code == 422
        assert words in answer.text
    assert charges_of(home)[0].lowered_minor == 0


def test_what_the_kind_refuses_is_said_above_the_form(dana, open_lease, charges_of):
    lease = open_lease()
    address = f"/office/agreements/{lease}/charges/{charges_of(lease)[0].id}/corrections"
    answer = dana.get(f"{address}/review", query_string=typed(dana, address))
    assert answer.status_code == 422
    assert "part of its price" in answer.text


def test_nobody_else_takes_back(house, open_rental, charges_of):
    home = open_rental()
    address = f"/office/agreements/{home}/charges/{charges_of(home)[0].id}/corrections"
    for name, code in (("lena", 403), ("tess", 404)):
        client = house.client(name)
        assert client.get(f"{address}/new").status_code == code
        assert client.post(address).status_code == code
