"""An amount is read in the currency of its agreement, also where the form learns that only after it was filled."""

from __future__ import annotations

import pytest
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from blueprints.shared.fields import DayField, MoneyField, WholeField


class Form(FlaskForm):
    amount = MoneyField("Amount")


@pytest.mark.parametrize(
    ("currency", "typed", "minor"),
    [("USD", "500", 50_000), ("JPY", "500", 500), ("KWD", "1.5", 1_500), ("EUR", "0.01", 1)],
)
def test_an_amount_is_read_in_the_currency_that_is_learnt_later(app, currency, typed, minor) -> None:
    with app.test_request_context("/", method="POST", data={"amount": typed}):
        form = Form()
        form.amount.currency = currency
        assert form.amount.data == minor
        assert form.amount.process_errors == []


def test_cents_of_a_currency_without_any_are_refused_and_stay_as_typed(app) -> None:
    with app.test_request_context("/", method="POST", data={"amount": "5.25"}):
        form = Form()
        assert form.amount.data == 525
        form.amount.currency = "JPY"
        assert form.amount.data is None
        assert not form.validate()
        assert form.amount.errors
        assert form.amount._value() == "5.25"


def test_what_one_currency_refuses_another_may_take(app) -> None:
    with app.test_request_context("/", method="POST", data={"amount": "1.234"}):
        form = Form()
        form.amount.currency = "KWD"
        assert form.amount.data == 1_234
        assert form.amount.process_errors == []


def test_an_amount_set_by_the_program_is_no_text_to_be_read(app) -> None:
    with app.test_request_context("/"):
        form = Form(formdata=None)
        form.amount.data = 700
        form.amount.currency = "JPY"
        assert form.amount.data == 700
        assert form.amount._value() == "700"


class Asked(FlaskForm):
    amount = MoneyField("Amount", [InputRequired()])
    day = DayField("Day", [InputRequired()])
    count = WholeField("Count", [InputRequired()])


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u2003"])
def test_blanks_do_not_stand_for_a_value_that_must_be_given(app, blank) -> None:
    sent = {"amount": blank, "day": blank, "count": blank}
    with app.test_request_context("/", method="POST", data=sent):
        form = Asked(meta={"csrf": False})
        assert not form.validate()
        assert set(form.errors) == {"amount", "day", "count"}


def test_a_character_that_is_no_letter_is_no_number_either(app) -> None:
    with app.test_request_context(
        "/", method="POST", data={"amount": "1", "day": "2026-12-04", "count": "\x00"}
    ):
        form = Asked(meta={"csrf": False})
        assert not form.validate()
        assert set(form.errors) == {"count"}
