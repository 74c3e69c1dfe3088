"""What may go wrong on the way to a payment, and that nothing is paid then."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of
from tests.fixtures.paying import first_step, last_step, payments_of, review


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.mark.safety("M13")
@pytest.mark.parametrize(
    "changed", [{"amount": "100"}, {"method": "other"}, {"ref": "forged"}, {"amount": "1e9"}]
)
def test_a_changed_hidden_field_pays_nothing(bo, app, open_agreement, save_method, changed) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    answer = bo.post(f"/agreements/{ref}/payments", data=last_step(bo, ref, choice="due") | changed)
    assert answer.status_code == 422
    assert "Nothing was paid." in answer.text
    assert payments_of(app) == 0


@pytest.mark.safety("M13")
def test_a_form_sealed_for_one_agreement_opens_nothing_on_another(
    bo, app, open_agreement, save_method
) -> None:
    one, other = open_agreement("bo"), open_agreement("bo")
    save_method("bo")
    answer = bo.post(f"/agreements/{other}/payments", data=last_step(bo, one, choice="due"))
    assert answer.status_code == 422
    assert payments_of(app) == 0


def test_a_changed_address_of_the_review_shows_the_first_step_again(
    bo, app, open_agreement, save_method
) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    address = bo.post(f"/agreements/{ref}/payments/review", data=first_step(bo, ref, choice="due")).headers[
        "Location"
    ]
    assert bo.get(address).status_code == 200
    assert bo.get(address.replace("amount=31194", "amount=100")).status_code == 422
    assert bo.get(f"/agreements/{ref}/payments/review").status_code == 422
    assert payments_of(app) == 0


def test_the_review_of_what_cannot_be_paid_any_more_leads_to_the_first_step(
    bo, open_agreement, save_method, pay
) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    form = first_step(bo, ref, choice="payoff")
    address = bo.post(f"/agreements/{ref}/payments/review", data=form).headers["Location"]
    pay("bo", ref, 15597, method="card")
    assert bo.get(address).headers["Location"] == f"/agreements/{ref}/payments/new"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter an amount above zero."),
        ("0", "Enter an amount above zero."),
        ("-5", "amount"),
        ("abc", "amount"),
        ("1.234.567", "amount"),
        ("99999999", "That is more than you owe."),
        ("9" * 40, "amount"),
        ("5\x00", "amount"),
    ],
)  # fmt: skip
def test_an_amount_that_cannot_be_paid_says_why_and_stays(
    bo, app, open_agreement, save_method, typed, words
) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    answer = review(bo, ref, choice="other", amount=typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert fields_of(answer.text, f"/agreements/{ref}/payments/review")["choice"] == "other"
    if typed and "\x00" not in typed:
        assert f'value="{typed}"' in answer.text
    assert payments_of(app) == 0


def test_a_refused_step_is_a_page_of_its_own_to_which_back_leads(bo, open_agreement, save_method) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    sent = first_step(bo, ref, choice="other", amount="99999999")
    answer = bo.post(f"/agreements/{ref}/payments/review", data=sent)
    assert answer.status_code == 303
    for _time in range(2):
        page = bo.get(answer.location)
        assert page.status_code == 422
        again = fields_of(page.text, f"/agreements/{ref}/payments/review")
        assert {name: again[name] for name in ("choice", "amount", "method", "ref")} == {
            name: sent[name] for name in ("choice", "amount", "method", "ref")
        }
    onward = bo.post(f"/agreements/{ref}/payments/review", data=again | {"amount": "20"})
    assert bo.get(onward.location).status_code == 200


def test_junk_in_the_other_amount_does_not_matter_when_it_is_not_chosen(
    bo, open_agreement, save_method
) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    assert review(bo, ref, choice="due", amount="junk").status_code == 200


@pytest.mark.parametrize("missing", ["choice", "method", "ref"])
def test_a_step_with_something_missing_is_asked_again(bo, open_agreement, save_method, missing) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    form = first_step(bo, ref)
    del form[missing]
    answer = bo.post(f"/agreements/{ref}/payments/review", data=form, follow_redirects=True)
    assert answer.status_code == 422
    assert "Please check this" in answer.text


@pytest.mark.safety("M13")
def test_somebody_elses_method_cannot_be_chosen(bo, app, open_agreement, save_method) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    theirs = save_method("stan")
    assert review(bo, ref, choice="due", method=theirs).status_code == 422
    assert payments_of(app) == 0


def test_a_method_removed_meanwhile_is_refused_with_a_sentence(
    bo, app, house, open_agreement, save_method
) -> None:
    from domain.actions import methods
    from tests.fixtures.agreements import scope_of

    ref = open_agreement("bo")
    method = save_method("bo")
    form = last_step(bo, ref, choice="due")
    methods.remove(method, who=scope_of(house, "bo"), now=house.now)
    answer = bo.post(f"/agreements/{ref}/payments", data=form)
    assert answer.status_code == 422
    assert "Choose a way to pay that is saved in your account." in answer.text
    assert payments_of(app) == 0


@pytest.mark.parametrize("path", ["payments/new", "payments/review", "payments/preview", "payments"])
def test_a_stranger_finds_nothing(house, app, open_agreement, path) -> None:
    ref = open_agreement("bo")
    stan = house.client("stan")
    if path.endswith(("/new", "/review")):
        assert stan.get(f"/agreements/{ref}/{path}").status_code == 404
    if not path.endswith("/new"):
        assert stan.post(f"/agreements/{ref}/{path}").status_code == 404
    assert payments_of(app) == 0


def test_a_session_lost_on_the_way_pays_nothing(house, app, open_agreement, save_method) -> None:
    client = house.client("bo")
    ref = open_agreement("bo")
    save_method("bo")
    form = last_step(client, ref, choice="due")
    client.delete_cookie("duebook")
    answer = client.post(f"/agreements/{ref}/payments", data=form)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]
    assert payments_of(app) == 0


@pytest.mark.csrf
def test_a_form_from_another_site_is_refused(house, app, open_agreement, save_method) -> None:
    client = house.client("bo")
    ref = open_agreement("bo")
    save_method("bo")
    form = last_step(client, ref, choice="due")
    form.pop("csrf_token")
    assert client.post(f"/agreements/{ref}/payments", data=form).status_code == 400
    assert payments_of(app) == 0


def test_silence_of_the_bank_is_said_and_blocks_a_second_try(house, app, open_agreement, save_method) -> None:
    client = house.client("bo")
    ref = open_agreement("bo")
    save_method("bo", "bank_silent")
    paid = client.post(f"/agreements/{ref}/payments", data=last_step(client, ref, choice="due")).headers[
        "Location"
    ]
    page = client.get(paid).text
    assert "We are asking the bank." in page
    assert "Please do not pay again" in page
