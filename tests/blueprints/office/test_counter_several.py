"""Bo pays two agreements at the counter in one go: ticked, reviewed with the change, taken together or not at all."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def two(open_agreement):
    return open_agreement("bo", number="L-1", age_days=14), open_agreement("bo", number="L-2", age_days=14)


def payments(app) -> list[tuple[int, bool]]:
    from models import Payment, db

    with app.app_context():
        rows = db.session.query(Payment).order_by(Payment.amount_minor).all()
        assert len({row.checkout_ref for row in rows}) <= 1
        return [(row.amount_minor, row.payer_named) for row in rows]


def reviewed(house, dana, **wishes: str):
    base = f"/office/people/{house.person('bo')}/payments"
    form = fields_of(dana.get(f"{base}/new").text, f"{base}/review")
    return dana.get(f"{base}/review", query_string=form | wishes)


def amounts(two, first: str, second: str) -> dict[str, str]:
    return {f"of-{two[0]}-amount": first, f"of-{two[1]}-amount": second}


def test_two_agreements_are_taken_together_and_each_has_its_receipt(app, house, dana, two, mails) -> None:
    assert "Take a payment for several" in dana.get(f"/office/people/{house.person('bo')}").text
    review = reviewed(house, dana, **amounts(two, "100", "50"), given="200")
    assert "Give back $50.00." in review.text
    assert payments(app) == []
    base = f"/office/people/{house.person('bo')}/payments"
    sent = fields_of(review.text, base)
    first, second = (dana.post(base, data=sent) for _ in range(2))
    assert first.status_code == 303
    assert first.location == second.location
    assert payments(app) == [(5_000, True), (10_000, True)]
    page = dana.get(first.location).text
    assert "$100.00" in page
    assert "L-2" in page
    assert len(mails("counter_receipt")) == 2


def test_what_is_due_is_filled_in_and_only_what_is_ticked_is_taken(app, house, dana, two) -> None:
    base = f"/office/people/{house.person('bo')}/payments"
    form = fields_of(dana.get(f"{base}/new").text, f"{base}/review")
    assert form[f"of-{two[0]}-amount"] == "155.97"
    del form[f"of-{two[1]}-pay"]
    review = dana.get(f"{base}/review", query_string=form)
    dana.post(base, data=fields_of(review.text, base))
    assert payments(app) == [(15_597, True)]


@pytest.mark.parametrize(("first", "wishes", "words"), [
    ("0", {}, "Enter an amount above zero"), ("1,2,3", {}, "not an amount"), ("", {}, "Enter an amount above zero"),
    ("100", {"given": "149.99"}, "is less than the $150.00"), ("100", {"instrument": "check"}, "number of the check"),
    ("100", {"day": "2999-01-01"}, "has not come"), ("100", {"form_ref": "x"}, "out of date"),
])  # fmt: skip
def test_what_cannot_be_taken_is_said_and_keeps_what_was_typed(
    app, house, dana, two, first, wishes, words
) -> None:
    answer = reviewed(house, dana, **({"note": "for May"} | amounts(two, first, "50") | wishes))
    assert answer.status_code == 422
    assert words in answer.text
    assert "for May" in answer.text
    assert payments(app) == []


@pytest.mark.parametrize("change", [
    {"wishes": ""}, {"wishes": "x=1"}, {"wishes": "x"}, {"form_ref": "y"}, {"given_minor": "1"}, {"instrument": "gold"},
])  # fmt: skip
def test_a_review_changed_on_its_way_takes_nothing_at_all(app, house, dana, two, change) -> None:
    base = f"/office/people/{house.person('bo')}/payments"
    sent = fields_of(reviewed(house, dana, **amounts(two, "100", "50")).text, base)
    assert dana.post(base, data=sent | change).status_code in (404, 422)
    assert payments(app) == []


def test_the_same_check_for_both_again_is_asked_about_before_it_is_taken(app, house, dana, two) -> None:
    base = f"/office/people/{house.person('bo')}/payments"
    check = amounts(two, "100", "50") | {"instrument": "check", "number": "1042"}
    assert dana.post(base, data=fields_of(reviewed(house, dana, **check).text, base)).status_code == 303
    asked = dana.post(base, data=fields_of(reviewed(house, dana, **check).text, base))
    assert asked.status_code == 409
    assert "Take it again?" in asked.text
    assert len(payments(app)) == 2
    assert dana.post(base, data=fields_of(asked.text, base)).status_code == 303
