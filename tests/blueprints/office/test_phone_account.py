"""An account that a caller names is typed by Dana: checked, sealed, never shown again, and good for this payment."""

from __future__ import annotations

import pytest

from tests.fixtures.ach import ACH
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(**ACH)
NUMBER = "000123456789"


@pytest.fixture
def dana(house):
    return house.client("dana")


def send(house, dana, ref: str, **wishes):
    address = f"/office/agreements/{ref}/phone/account/ach_file"
    form = fields_of(dana.get(f"{address}?person={house.person('bo')}").text, address)
    typed = {
        "checks": ["address", "last_payment"], "routing": "021000021", "number": NUMBER, "again": NUMBER,
        "account_type": "checking",
    }  # fmt: skip
    return dana.post(address, data=form | typed | wishes)


def methods(app) -> list[tuple[str, bool]]:
    from models import PaymentMethod, db

    with app.app_context():
        return [(row.last4, row.kept) for row in db.session.query(PaymentMethod).all()]


@pytest.mark.settings(**ACH, DUEBOOK_ACH_VERIFY="none")
def test_the_account_is_kept_for_this_payment_and_chosen_on_the_way_back(
    app, house, dana, open_agreement, mails
) -> None:
    ref = open_agreement("bo")
    answer = send(house, dana, ref)
    assert answer.status_code == 303
    assert methods(app) == [("6789", False)]
    back = dana.get(answer.location).text
    form = fields_of(back, f"/office/agreements/{ref}/phone/review")
    assert form["method"] in answer.location
    assert NUMBER not in back


@pytest.mark.settings(**ACH, DUEBOOK_ACH_VERIFY="prenote")
def test_an_account_that_must_be_confirmed_first_is_not_debited_in_this_call(
    house, dana, open_agreement
) -> None:
    ref = open_agreement("bo")
    back = dana.get(send(house, dana, ref).location).text
    assert "It has to be confirmed before the first debit" in back
    assert fields_of(back, f"/office/agreements/{ref}/phone/review")["method"] == "link"


@pytest.mark.parametrize(("wishes", "words"), [
    ({"again": "1"}, "The two numbers differ"), ({"routing": "021000022"}, "not a routing number"),
    ({"number": "4242 4242 4242 4242", "again": "4242 4242 4242 4242"}, "number of a card"),
    ({"holder": "Max Mustermann"}, "The name on the account is not Bo Rivera"), ({"checks": []}, "at least 2"),
    ({"holder": ""}, "Enter the name on the account"), ({"form_ref": "x"}, "out of date"),
])  # fmt: skip
def test_a_wrong_account_is_refused_and_its_numbers_are_not_shown_again(
    app, house, dana, open_agreement, wishes, words
) -> None:
    answer = send(house, dana, open_agreement("bo"), **wishes)
    assert answer.status_code == 422
    assert words in answer.text
    assert NUMBER not in answer.text
    assert methods(app) == []


def test_a_gateway_that_is_not_here_or_takes_no_typed_account_is_not_found(
    house, dana, open_agreement
) -> None:
    ref = open_agreement("bo")
    for name in ("sandbox", "sepa_file", "bacs_file", "nobody"):
        address = f"/office/agreements/{ref}/phone/account/{name}?person={house.person('bo')}"
        assert dana.get(address).status_code == 404
