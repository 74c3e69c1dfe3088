"""Dana lets a flat: rent, deposit, parking, increases, concessions, and who pays which share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.fixtures.forms import fields_of
from tests.fixtures.openings import NEW, RENTAL, contract, flat_of, opened, send, start
from tests.fixtures.rentals import let_flat


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def flat(house) -> str:
    return flat_of(house)


def test_a_flat_is_let_with_its_deposit_and_parking_and_the_first_rent_says_why(app, dana, flat, house):
    """1,200 from 10 January by the days of the month: 22/31 = 851.61."""
    form = start(dana, "rental", RENTAL | {"unit": flat})
    preview = send(dana, "rental", "preview", form)
    assert "$851.61" in preview.text
    assert "$2,387.09" in preview.text  # 851.61 + parking 35.48 + deposit 1,500.00
    why = send(dana, "rental", "why/first_rent", form, headers={"HX-Request": "true"})
    assert "22/31" in why.text
    ref = send(dana, "rental", "open", form).location.rsplit("/", 1)[1]
    terms = contract(app, ref).terms
    assert [(row.type, row.name, row.amount_minor) for row in terms.lines] == [
        ("rent", "Rent", 120_000), ("addon", "Parking", 5_000)]  # fmt: skip
    page = dana.get(f"/office/agreements/{ref}").text
    assert "RENT-" in page


def test_a_flat_that_is_let_is_refused_at_the_unit(app, house, dana):
    let = let_flat(house, "tess")
    answer = send(
        dana, "rental", "review", start(dana, "rental", RENTAL | {"unit": let.unit, "from_on": "2030-01-01"})
    )
    assert answer.status_code == 422
    assert 'href="#unit"' in answer.text
    assert "is let by" in answer.text
    assert len(opened(app)) == 1


def test_increases_concessions_and_shares_reach_the_terms(app, house, dana, flat):
    form = start(dana, "rental", RENTAL | {
        "unit": flat, "increases-0-from_on": "2027-01-10", "increases-0-amount": "1236", "concessions-0-kind": "free",
        "concessions-0-from_on": "2026-02-01", "concessions-0-until_on": "2026-02-28",
        "holders-0-ref": house.person("tess"), "holders-0-keep": "y", "holders-0-percent": "60",
        "holders-0-role": "customer", "holders-1-ref": house.person("bo"), "holders-1-keep": "y",
        "holders-1-percent": "40", "holders-1-role": "joint",
    })  # fmt: skip
    ref = send(dana, "rental", "open", form).location.rsplit("/", 1)[1]
    terms = contract(app, ref).terms
    rents = [(row.amount_minor, row.from_on, row.until_on) for row in terms.lines if row.type == "rent"]
    assert rents == [(120_000, None, date(2027, 1, 9)), (123_600, date(2027, 1, 10), None)]
    assert [(one.kind, one.from_on) for one in terms.concessions] == [("free", date(2026, 2, 1))]
    assert [share.percent for share in terms.shares] == [Decimal(60), Decimal(40)]
    page = dana.get(f"/office/agreements/{ref}").text
    assert "Tess Okafor" in page
    assert "Joint holder" in page


def test_shares_of_more_than_everything_are_refused(app, house, dana, flat):
    form = start(dana, "rental", RENTAL | {
        "unit": flat, "holders-0-ref": house.person("tess"), "holders-0-keep": "y", "holders-0-percent": "70",
        "holders-0-role": "customer", "holders-1-ref": house.person("bo"), "holders-1-keep": "y",
        "holders-1-percent": "40", "holders-1-role": "joint",
    })  # fmt: skip
    answer = send(dana, "rental", "review", form)
    assert answer.status_code == 422
    assert "add up to more than 100" in answer.text
    assert opened(app) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"to_on": "2026-01-01"}, "before it begins"),
        ({"due_day": "40"}, "1 to 31"),
        ({"unit": ""}, "Choose the unit"),
        ({"rent": "0"}, "The rent must be above zero."),
        ({"lines-0-name": ""}, "Each line of rent needs a name."),
        ({"lines-0-name": "Rent"}, "named alike"),
        ({"increases-0-from_on": "2025-01-01", "increases-0-amount": "5"}, "Increases come after"),
        ({"bill_from": "2025-12-01"}, "at the earliest"),
        ({"lines-0-amount": "x"}, "Row 1"),
    ],
)
def test_a_rental_that_cannot_be_is_refused(app, dana, flat, wrong, said):
    answer = send(dana, "rental", "review", start(dana, "rental", RENTAL | {"unit": flat} | wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert opened(app) == []


def test_more_rows_come_with_everything_typed_and_empty_ones_mean_nothing(dana, flat):
    form = start(dana, "rental", RENTAL | {"unit": flat})
    page = send(dana, "rental", "", form | {"more": "lines"})
    grown = fields_of(page.text, f"{NEW}/rental/review")
    assert {name: grown[name] for name in RENTAL} == RENTAL
    assert "lines-3-name" in grown
    assert "$851.61" in send(dana, "rental", "preview", grown).text


def test_a_rental_without_a_name_is_called_by_its_unit_and_counts_no_payments_of_a_plan(app, dana, flat):
    form = start(dana, "rental", RENTAL | {"unit": flat})
    review = send(dana, "rental", "review", form)
    assert "Name: Parking" in review.text
    page = dana.get(send(dana, "rental", "open", form).location).text
    assert "Harbor House · 1A" in page
    assert "of the plan paid" not in page


def test_somebody_new_is_added_where_they_are_typed_and_stands_on_the_agreement(app, house, dana, flat):
    form = start(
        dana, "rental", RENTAL | {"unit": flat, "new_name": "Noor Haddad", "new_email": "noor@example.org"}
    )
    forgotten = send(dana, "rental", "review", form)
    assert (forgotten.status_code, "Add this person" in forgotten.text) == (422, True)
    taken = send(dana, "rental", "people", form | {"new": "yes", "new_email": house.email("tess")})
    assert (taken.status_code, "has this address" in taken.text) == (422, True)
    page = send(dana, "rental", "people", form | {"new": "yes"})
    chosen = fields_of(page.text, f"{NEW}/rental/review")
    assert (chosen["new_name"], chosen["new_email"]) == ("", "")
    ref = send(dana, "rental", "open", chosen).location.rsplit("/", 1)[1]
    assert "Noor Haddad" in dana.get(f"/office/agreements/{ref}").text
