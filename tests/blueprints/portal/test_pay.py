"""Paying, step by step."""

from __future__ import annotations

import re

import pytest

from tests.fixtures.forms import fields_of
from tests.fixtures.paying import first_step, last_step, payments_of, review


@pytest.fixture
def bo(house):
    return house.client("bo")


def test_the_amounts_worth_paying_are_offered(bo, open_agreement, save_method) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    page = bo.get(f"/agreements/{ref}/payments/new").text
    for words in (
        "Everything due now",
        "Only what is past due",
        "That and the next payment",
        "Pay it all off",
    ):
        assert words in page
    for amount in ("$311.94", "$155.97", "$467.91", "$9,144.99"):
        assert amount in page
    assert "First Test Bank ••6789" in page


def test_the_review_says_what_it_pays_and_moves_nothing(bo, app, open_agreement, save_method) -> None:
    ref = open_agreement("bo", age_days=14)
    save_method("bo")
    page = review(bo, ref, choice="other", amount="300.00").text
    assert "Nothing has moved yet." in page
    assert "$300.00" in page
    assert "$155.97" in page  # the payment that is due
    assert "Owed after this payment: " in page
    assert "I allow Harbor Motors to take $300.00 from First Test Bank ••6789 once, on" in page
    assert payments_of(app) == 0


@pytest.mark.safety("M12")
def test_paying_leads_to_the_payment_and_charges_once_for_two_clicks(
    bo, app, open_agreement, save_method
) -> None:
    from gateways import registry

    ref = open_agreement("bo")
    save_method("bo")
    form = last_step(bo, ref, choice="due")
    answers = [bo.post(f"/agreements/{ref}/payments", data=form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert payments_of(app) == 1
    assert [charge.amount_minor for charge in registry.default().charges()] == [31194]
    page = bo.get(answers[0].headers["Location"]).text
    assert "Sent to your bank, expected to settle" in page


@pytest.mark.safety("M12")
def test_going_back_to_the_first_form_finds_the_same_payment(bo, app, open_agreement, save_method) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    first = first_step(bo, ref, choice="due")
    paid = []
    for _ in range(2):
        page = bo.post(f"/agreements/{ref}/payments/review", data=first, follow_redirects=True).text
        if "Nothing has moved yet" in page:
            form = fields_of(page, f"/agreements/{ref}/payments") | {"agree": "y"}
            paid.append(bo.post(f"/agreements/{ref}/payments", data=form).headers["Location"])
    assert payments_of(app) == 1
    assert len(set(paid)) == 1


def test_the_same_amount_again_within_minutes_is_asked_about(bo, app, open_agreement, save_method) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    wishes = {"choice": "other", "amount": "50"}
    bo.post(f"/agreements/{ref}/payments", data=last_step(bo, ref, **wishes))
    again = bo.post(f"/agreements/{ref}/payments", data=last_step(bo, ref, **wishes))
    assert again.status_code == 409
    assert "Do you want to pay this twice?" in again.text
    assert payments_of(app) == 1
    yes = bo.post(f"/agreements/{ref}/payments", data=fields_of(again.text, f"/agreements/{ref}/payments"))
    assert yes.status_code == 303
    assert payments_of(app) == 2


def test_without_the_tick_the_review_stays_with_a_sentence(bo, app, open_agreement, save_method) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    form = last_step(bo, ref, choice="due")
    del form["agree"]
    answer = bo.post(f"/agreements/{ref}/payments", data=form)
    assert answer.status_code == 422
    assert "Tick the box to allow this payment." in answer.text
    assert payments_of(app) == 0
    ticked = fields_of(answer.text, f"/agreements/{ref}/payments") | {"agree": "y"}
    assert bo.post(f"/agreements/{ref}/payments", data=ticked).status_code == 303


def test_an_amount_in_yen_is_read_in_yen(bo, open_agreement, save_method) -> None:
    ref = open_agreement("bo", currency="JPY")
    save_method("bo")
    page = review(bo, ref, choice="other", amount="5000").text
    assert "Pay ¥5,000<" in page
    assert "¥500,000" not in page


def test_without_a_saved_method_a_card_can_be_paid_with_and_the_way_to_add_one_is_shown(
    bo, open_agreement
) -> None:
    ref = open_agreement("bo")
    page = bo.get(f"/agreements/{ref}/payments/new").text
    assert "Or save a way to pay." in page
    assert "Card, on the page of the payment processor" in page
    assert fields_of(page, "/methods/new")["next"] == f"/agreements/{ref}/payments/new"


def test_the_effect_is_told_while_typing(bo, app, open_agreement, save_method) -> None:
    ref = open_agreement("bo", age_days=14)
    save_method("bo")
    form = first_step(bo, ref, choice="other", amount="1000")
    part = bo.post(f"/agreements/{ref}/payments/preview", data=form, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert re.search(r"You finish \d+ payments earlier\.", part.text)
    assert "in interest" in part.text
    assert "<html" not in part.text
    wrong = bo.post(
        f"/agreements/{ref}/payments/preview",
        data=form | {"amount": "99999999"},
        headers={"HX-Request": "true"},
    )
    assert wrong.status_code == 422
    assert "That is more than you owe." in wrong.text
    assert payments_of(app) == 0


def test_what_is_on_its_way_cannot_be_paid_again(bo, open_agreement, pay, save_method) -> None:
    ref = open_agreement("bo", age_days=14)
    pay("bo", ref, 15597)
    page = bo.get(f"/agreements/{ref}/payments/new").text
    assert "$155.97 is already on its way" in page
    assert "Everything due now" not in page
    assert "That and the next payment" in page
    answer = review(bo, ref, choice="other", amount="9,000.00")
    assert "is already on its way, so at most" in answer.text


def test_paying_it_all_off_is_never_chosen_already(bo, open_agreement, pay, save_method) -> None:
    ref = open_agreement("bo", age_days=14)
    pay("bo", ref, 3 * 15597)
    page = bo.get(f"/agreements/{ref}/payments/new").text
    assert "Pay it all off" in page
    assert fields_of(page, f"/agreements/{ref}/payments/review")["choice"] != "payoff"


def test_paying_it_all_off_leaves_nothing(bo, app, open_agreement, save_method) -> None:
    ref = open_agreement("bo")
    save_method("bo", "card")
    page = review(bo, ref, choice="payoff")
    assert "After this payment nothing is left to pay." in page.text
    form = fields_of(page.text, f"/agreements/{ref}/payments") | {"agree": "y"}
    paid = bo.post(f"/agreements/{ref}/payments", data=form).headers["Location"]
    assert "Settled" in bo.get(paid).text
    assert "Nothing is left to pay." in bo.get("/dashboard").text
    assert "There is nothing to pay" in bo.get(f"/agreements/{ref}/payments/new").text


def test_when_payments_are_paused_the_form_says_so(bo, app, open_agreement, save_method) -> None:
    from domain.transaction import transaction
    from models import Business

    ref = open_agreement("bo")
    save_method("bo")
    form = last_step(bo, ref, choice="due")
    with transaction() as session:
        session.get_one(Business, 1).payments_paused = True
    app.extensions["business_memory"].clear()
    assert "Payments are paused" in bo.get(f"/agreements/{ref}/payments/new").text
    assert bo.post(f"/agreements/{ref}/payments", data=form).status_code == 422
    assert payments_of(app) == 0


def test_the_way_to_pay_leads_straight_to_the_only_agreement_or_asks(bo, open_agreement) -> None:
    assert "There is nothing to pay" in bo.get("/pay-now").text
    one = open_agreement("bo")
    assert bo.get("/pay-now").headers["Location"] == f"/agreements/{one}/payments/new"
    open_agreement("bo", title="A boat")
    assert "Pay A boat" in bo.get("/pay-now").text


def test_somebody_without_an_agreement_is_told_what_will_be_here(house) -> None:
    stan = house.client("stan")
    assert "There is nothing to pay yet" in stan.get("/pay-now").text
    history = stan.get("/payments").text
    assert "When an agreement is linked to your account" in history
    assert '<a class="button" href="/pay-now">' not in history


def test_the_button_says_what_it_checks_and_the_review_when_it_settles(
    bo, open_agreement, save_method
) -> None:
    ref = open_agreement("bo")
    save_method("bo", "card")
    assert ">Check this payment</button>" in bo.get(f"/agreements/{ref}/payments/new").text
    page = review(bo, ref).text
    assert "<dt>Settles</dt>" in page
    assert "at once</dd>" in page


def test_what_more_money_shall_do_is_asked_told_each_way_and_kept(
    bo, app, open_agreement, save_method
) -> None:
    from models import Payment, db

    ref = open_agreement("bo", age_days=14)
    save_method("bo", "card")
    form = first_step(bo, ref, choice="other", amount="1000", extra="smaller")
    part = bo.post(f"/agreements/{ref}/payments/preview", data=form, headers={"HX-Request": "true"}).text
    for words in ("End sooner", "Smaller payments", "Pay ahead", "The coming payments become"):
        assert words in part
    page = review(bo, ref, choice="other", amount="1000", extra="smaller").text
    assert "The coming payments become" in page
    assert "Extra, makes the payments smaller" in page
    sent = fields_of(page, f"/agreements/{ref}/payments") | {"agree": "y"}
    assert bo.post(f"/agreements/{ref}/payments", data=sent | {"extra": "ahead"}).status_code == 422
    assert payments_of(app) == 0, "what was reviewed is what is paid"
    assert bo.post(f"/agreements/{ref}/payments", data=sent).status_code == 303
    with app.app_context():
        assert db.session.query(Payment).one().extra == "smaller"


def test_a_kind_without_that_choice_does_not_ask(house, bo, save_method) -> None:
    from tests.fixtures.four_kinds import open_rental_for

    ref = open_rental_for(house, "bo")
    save_method("bo")
    page = bo.get(f"/agreements/{ref}/payments/new").text
    assert 'name="extra"' not in page
    assert "As much as the rent" in page
    assert "Pay it all off" not in page


def test_a_lease_is_bought_by_the_amount_offered_for_it(house, bo, app, save_method) -> None:
    from models import Agreement, Payment, db
    from tests.fixtures.four_kinds import open_lease_for

    ref = open_lease_for(house, "bo")
    save_method("bo", "card")
    page = review(bo, ref, choice="payoff").text
    assert "After this payment nothing is left to pay, and it is yours." in page
    sent = fields_of(page, f"/agreements/{ref}/payments") | {"agree": "y"}
    assert bo.post(f"/agreements/{ref}/payments", data=sent).status_code == 303
    with app.app_context():
        assert db.session.query(Payment).one().extra == "close"
        assert db.session.query(Agreement).filter_by(ref=ref).one().status == "closed"


def test_rent_paid_ahead_is_credit_on_the_review_the_receipt_and_the_page_and_never_below_zero(
    house, bo, save_method
) -> None:
    """600.00 deposit and three months of 1,250.00 are due: 4,350.00; 6,000.00 is paid."""
    from tests.fixtures.four_kinds import open_rental_for

    ref = open_rental_for(house, "bo")
    save_method("bo", "card")
    before = review(bo, ref, choice="other", amount="6000.00")
    assert "Your credit after this payment: $1,650.00." in before.text
    assert "The next payment falls due on" not in before.text, "what falls due next is paid by it"
    all_due = review(bo, ref, choice="due").text
    assert "Owed after this payment: $0.00. The next payment falls due on" in all_due
    sent = last_step(bo, ref, choice="other", amount="6000.00")
    receipt = bo.post(f"/agreements/{ref}/payments", data=sent, follow_redirects=True).text
    assert re.search(r'Your credit after this payment</dt><dd class="money">\$1,650.00', receipt)
    page, why = bo.get(f"/agreements/{ref}").text, bo.get(f"/agreements/{ref}/why/balance").text
    assert re.search(r"<dt>Paid ahead</dt><dd[^>]*><a[^>]*>\$1,650.00", page)
    assert "Paid, and not used for anything yet." in why
    for said in (before.text, receipt, page):
        assert not re.search("[-\u2212]\\$", said)
