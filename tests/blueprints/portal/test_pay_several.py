"""Choosing several agreements to pay in one go."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of
from tests.fixtures.paying import payments_of
from tests.fixtures.paying_several import choose, chosen, last_step, new_form, typed, untick


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def two(open_agreement, save_method) -> tuple[str, str]:
    """Bo's Camry, a payment of 155.97 of it due today, and a boat of which nothing is due yet."""
    save_method("bo")
    return open_agreement("bo", age_days=14), open_agreement("bo", title="A boat", age_days=3)


def test_it_is_offered_where_more_than_one_agreement_can_be_paid(bo, open_agreement) -> None:
    open_agreement("bo", age_days=14)
    assert "/checkouts/new" not in bo.get("/dashboard").text
    open_agreement("bo", title="A boat", age_days=14)
    for path in ("/dashboard", "/pay-now"):
        assert 'href="/checkouts/new"' in bo.get(path).text


def test_what_is_due_is_ticked_and_filled_in_and_the_rest_is_not_ticked(bo, two) -> None:
    page = bo.get("/checkouts/new").text
    form = fields_of(page, "/checkouts/review")
    assert form[typed(two[0])] == "155.97"
    assert form[f"of-{two[0]}-pay"] == "y"
    assert f"of-{two[1]}-pay" not in form
    assert form[typed(two[1])] == "155.97"  # its next payment
    assert "First Test Bank ••6789" in page
    assert "2021 Toyota Camry" in page
    assert "A boat" in page


def test_the_review_says_each_amount_what_it_pays_and_the_total_and_moves_nothing(bo, app, two) -> None:
    page = choose(bo, {two[0]: "155.97", two[1]: "200"})
    assert page.status_code == 200
    for words in (
        "Nothing has moved yet.", "$355.97", "$155.97", "$200.00", "2021 Toyota Camry", "A boat", "What is due",
        "Owed after this payment: ", "First Test Bank ••6789", "2 payments, one for each agreement",
        "I allow Harbor Motors to take $355.97 in all from First Test Bank ••6789, as 2 separate payments.",
    ):  # fmt: skip
        assert words in page.text
    assert payments_of(app) == 0


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("", "Enter an amount above zero."),
        ("0", "Enter an amount above zero."),
        ("-5", "amount"),
        ("abc", "amount"),
        ("99999999", "That is more than you owe."),
        ("9" * 40, "amount"),
    ],
)
def test_a_bad_amount_on_one_refuses_all_with_the_sentence_at_its_row(bo, app, two, amount, words) -> None:
    page = choose(bo, {two[0]: "120.00", two[1]: amount})
    assert page.status_code == 422
    field = f"of-{two[1]}-amount"
    assert words in page.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert f'id="of-{two[0]}-amount-error"' not in page.text
    form = fields_of(page.text, "/checkouts/review")
    assert form[typed(two[0])] == "120.00"
    assert form[field] == amount
    assert form[f"of-{two[0]}-pay"] == form[f"of-{two[1]}-pay"] == "y"
    assert payments_of(app) == 0


def test_a_refused_step_is_a_page_of_its_own_that_back_and_reload_can_show(bo, two) -> None:
    refused = bo.post("/checkouts/review", data=chosen(bo, {two[0]: "abc"}))
    assert refused.status_code == 303
    assert [bo.get(refused.headers["Location"]).status_code for _ in range(2)] == [422, 422]


def test_a_refused_step_too_long_for_an_address_is_shown_at_once(bo, two, monkeypatch) -> None:
    from blueprints.portal import pay_several

    monkeypatch.setattr(pay_several, "LONGEST", 100)
    refused = bo.post("/checkouts/review", data=chosen(bo, {two[0]: "abc"}))
    assert refused.status_code == 422
    assert 'value="abc"' in refused.text


def test_junk_in_a_row_that_is_not_ticked_does_not_matter(bo, two) -> None:
    form = untick(new_form(bo) | {typed(two[1]): "junk"}, two[1])
    assert bo.post("/checkouts/review", data=form).status_code == 303


def test_nothing_ticked_is_said(bo, app, two) -> None:
    answer = bo.post("/checkouts/review", data=untick(new_form(bo), two[0]), follow_redirects=True)
    assert answer.status_code == 422
    assert "Tick at least one agreement to pay." in answer.text


def test_too_many_at_a_time_is_said(bo, two, monkeypatch) -> None:
    from domain.reports import checkouts

    monkeypatch.setattr(checkouts, "MOST", 1)
    answer = choose(bo, {two[0]: "10", two[1]: "10"})
    assert answer.status_code == 422
    assert "Choose at most 1 agreements at a time." in answer.text


@pytest.mark.parametrize("missing", ["method", "ref"])
def test_a_step_with_something_missing_is_asked_again(bo, two, missing) -> None:
    form = new_form(bo)
    del form[missing]
    answer = bo.post("/checkouts/review", data=form, follow_redirects=True)
    assert answer.status_code == 422
    assert "Please check this" in answer.text


def test_somebody_elses_agreement_on_the_form_is_not_there(bo, app, two, open_agreement) -> None:
    theirs = open_agreement("stan")
    form = new_form(bo) | {f"of-{theirs}-pay": "y", typed(theirs): "10"}
    assert bo.get("/checkouts/new", query_string=form).status_code == 404
    for path in ("review", "preview"):
        assert bo.post(f"/checkouts/{path}", data=form).status_code == 404
    assert payments_of(app) == 0


def test_somebody_elses_method_cannot_be_chosen(bo, two, save_method) -> None:
    form = new_form(bo) | {"method": save_method("stan")}
    answer = bo.post("/checkouts/review", data=form, follow_redirects=True)
    assert answer.status_code == 422


def test_the_effect_and_the_total_are_told_while_typing(bo, app, two) -> None:
    form = new_form(bo) | {f"of-{two[1]}-pay": "y", typed(two[1]): "1,000"}
    part = bo.post("/checkouts/preview", data=form, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    for words in ("$155.97", "$1,000.00", "$1,155.97", "payments earlier", "Owed after this payment: "):
        assert words in part.text
    wrong = bo.post(
        "/checkouts/preview", data=form | {typed(two[1]): "99999999"}, headers={"HX-Request": "true"}
    )
    assert wrong.status_code == 422
    assert "A boat: That is more than you owe." in wrong.text
    assert payments_of(app) == 0


def test_what_is_on_its_way_is_taken_off(bo, two, pay) -> None:
    pay("bo", two[0], 15597)
    form = new_form(bo)
    assert f"of-{two[0]}-pay" not in form
    assert "$155.97 is on its way." in bo.get("/checkouts/new").text
    answer = choose(bo, {two[0]: "9,000.00", two[1]: "10"})
    assert "is already on its way, so at most" in answer.text


def test_agreements_in_different_currencies_have_a_total_each(bo, two, open_agreement) -> None:
    euro = open_agreement("bo", title="In euro", currency="EUR")
    page = choose(bo, {two[0]: "100", euro: "50"}).text
    assert "$100.00 + €50.00" in page


def test_an_amount_in_yen_is_read_in_yen(bo, two, open_agreement) -> None:
    yen = open_agreement("bo", title="In yen", currency="JPY")
    page = choose(bo, {yen: "5000"}).text
    assert "¥5,000" in page
    assert "¥500,000" not in page


def test_without_a_saved_method_the_way_to_add_one_is_shown(bo, open_agreement) -> None:
    open_agreement("bo")
    page = bo.get("/checkouts/new").text
    assert "First add a way to pay." in page
    assert fields_of(page, "/methods/new")["next"] == "/checkouts/new"


def test_with_nothing_to_pay_the_form_says_so(house) -> None:
    assert "There is nothing to pay" in house.client("stan").get("/checkouts/new").text


def test_when_payments_are_paused_the_form_says_so(bo, app, two) -> None:
    from domain.transaction import transaction
    from models import Business

    form = last_step(bo, {two[0]: "100", two[1]: "50"})
    with transaction() as session:
        session.get_one(Business, 1).payments_paused = True
    app.extensions["business_memory"].clear()
    assert "Payments are paused" in bo.get("/checkouts/new").text
    answer = bo.post("/checkouts", data=form)
    assert answer.status_code == 422
    assert "Payments are paused" in answer.text
    assert payments_of(app) == 0
