"""Dana takes a call: she makes sure who it is, reads the words aloud, takes one debit; for a card she sends a link."""

from __future__ import annotations

import pytest

from tests.fixtures.ach import ACH
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(**ACH)
HEARD = ["address", "last_payment"]


@pytest.fixture
def dana(house):
    return house.client("dana")


def payments(app) -> list[tuple[str, int, str]]:
    from models import Payment, db

    with app.app_context():
        return [(row.channel, row.amount_minor, row.state) for row in db.session.query(Payment).all()]


def typed(dana, ref: str, **wishes):
    page = dana.get(f"/office/agreements/{ref}/phone").text
    return fields_of(page, f"/office/agreements/{ref}/phone/review") | {"checks": HEARD} | wishes


def reviewed(dana, ref: str, **wishes):
    return dana.get(f"/office/agreements/{ref}/phone/review", query_string=typed(dana, ref, **wishes))


def said(dana, ref: str, **wishes) -> dict[str, str]:
    return fields_of(reviewed(dana, ref, **wishes).text, f"/office/agreements/{ref}/phone")


def test_each_choice_says_the_amount_that_it_takes(dana, open_agreement, ach_account) -> None:
    ref, _method = open_agreement("bo", age_days=14), ach_account("bo")
    assert '<span class="money">$155.97</span>' in dana.get(f"/office/agreements/{ref}/phone").text


def test_one_debit_is_taken_after_the_words_were_read_and_the_caller_said_yes(
    app, dana, open_agreement, ach_account, mails
) -> None:
    ref, method = open_agreement("bo", number="L-1"), ach_account("bo")
    review = reviewed(dana, ref, method=method, choice="other", amount="20")
    assert "Harbor Motors to take $20.00 from Checking ••6789 by one ACH debit" in review.text
    assert "Do you agree?" in review.text
    sent = fields_of(review.text, f"/office/agreements/{ref}/phone")
    refused = dana.post(f"/office/agreements/{ref}/phone", data=sent)
    assert refused.status_code == 422
    assert "Only with the caller" in refused.text
    assert payments(app) == []
    first, second = (
        dana.post(f"/office/agreements/{ref}/phone", data=sent | {"said": "y"}) for _ in range(2)
    )
    assert first.status_code == 303
    assert first.location == second.location
    assert payments(app) == [("phone", 2_000, "scheduled")]
    kept = dana.get(first.location).text
    for words in ("The caller said yes", "Dana Ortiz", "Named the address on file", "Do you agree?"):
        assert words in kept
    assert len(mails("permission")) == 1
    page = dana.get(first.location.removesuffix("/said")).text
    assert "By telephone with" in page


@pytest.mark.parametrize(("wishes", "words"), [
    ({"checks": ["address"]}, "at least 2 of these have to be right"), ({"checks": []}, "at least 2"),
    ({"checks": ["address", "nice"]}, "not a valid choice"), ({"choice": "other", "amount": ""}, "above zero"),
    ({"choice": "other", "amount": "1,2,3"}, "1,2,3 is not an amount"), ({"method": "no-such"}, "Not a valid choice"),
    ({"choice": "other", "amount": "9999999999999"}, "too large"), ({"form_ref": "x"}, "out of date"),
])  # fmt: skip
def test_a_call_that_cannot_be_taken_is_422_and_nothing_is_kept(
    app, dana, open_agreement, wishes, words
) -> None:
    ref = open_agreement("bo")
    answer = reviewed(dana, ref, **({"method": "link"} | wishes))
    assert answer.status_code == 422
    assert words in answer.text
    assert payments(app) == []


@pytest.mark.parametrize("change", [
    {"amount_minor": "-5"}, {"amount_minor": "x"}, {"form_ref": "y"}, {"method": "no-such"}, {"checks": "address"},
    {"amount_minor": "99999999"}, {"text_hash": "other words"}, {"fee_minor": "300"},
])  # fmt: skip
def test_a_review_changed_on_its_way_takes_nothing(app, dana, open_agreement, ach_account, change) -> None:
    ref, method = open_agreement("bo"), ach_account("bo")
    sent = said(dana, ref, method=method, choice="other", amount="20")
    answer = dana.post(f"/office/agreements/{ref}/phone", data=sent | {"said": "y"} | change)
    assert answer.status_code in (409, 422)
    assert payments(app) == []


def test_the_same_amount_minutes_later_is_asked_about_first(app, dana, open_agreement, ach_account) -> None:
    ref, method = open_agreement("bo"), ach_account("bo")
    for number in range(2):
        sent = said(dana, ref, method=method, choice="other", amount="20") | {"said": "y"}
        answer = dana.post(f"/office/agreements/{ref}/phone", data=sent)
        assert answer.status_code == (303, 409)[number]
    assert "Twice?" in answer.text
    again = fields_of(answer.text, f"/office/agreements/{ref}/phone") | {"said": "y"}
    assert dana.post(f"/office/agreements/{ref}/phone", data=again).status_code == 303
    assert len(payments(app)) == 2


def test_for_a_card_a_link_is_sent_during_the_call_and_the_page_says_whether_it_was_paid(
    app, dana, open_agreement, mails
) -> None:
    ref = open_agreement("bo")
    sent = said(dana, ref, method="link", choice="other", amount="20")
    first, second = (dana.post(f"/office/agreements/{ref}/phone", data=sent) for _ in range(2))
    assert first.location == second.location
    page = dana.get(first.location).text
    assert "/pay-link/" in page
    assert "Not paid yet" in page
    assert 'hx-trigger="every 5s"' in page
    part = dana.get(first.location, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="link-state"')
    send = fields_of(page, f"{first.location}/send")
    assert dana.post(f"{first.location}/send", data=send | {"way": "pigeon"}).status_code == 422
    assert dana.post(f"{first.location}/send", data=send).status_code == 303
    assert mails("pay_link")[0].to_address == "bo@example.org"
    assert payments(app) == []


def test_who_calls_is_chosen_and_must_be_on_the_agreement(house, dana, open_agreement) -> None:
    from tests.fixtures.four_kinds import shared_rental

    ref = shared_rental(house)
    page = dana.get(f"/office/agreements/{ref}/phone").text
    assert "Bo Rivera" in page
    assert "Tess Okafor" in page
    call = dana.get(f"/office/agreements/{ref}/phone?person={house.person('tess')}")
    assert "t•••@example.org" in call.text
    for stranger in (house.person("stan"), "nobody"):
        assert dana.get(f"/office/agreements/{ref}/phone?person={stranger}").status_code == 404


def test_a_link_of_another_agreement_and_a_payment_that_was_not_by_phone_are_not_found(
    house, dana, open_agreement, pay
) -> None:
    one, other = open_agreement("bo"), open_agreement("bo")
    link = dana.post(
        f"/office/agreements/{one}/phone", data=said(dana, one, method="link", choice="other", amount="20")
    ).location
    assert dana.get(link.replace(one, other)).status_code == 404
    assert dana.get(f"/office/payments/{pay('bo', one, 2_000)}/said").status_code == 404
    assert house.client("lena").get(f"/office/agreements/{one}/phone").status_code == 403
