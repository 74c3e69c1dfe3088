"""An amount is read in the currency of its agreement, also where the form learns that only after it was filled."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from blueprints.shared.fields import DayField, MoneyField, NumberField, WholeField


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


@pytest.mark.safety("W22")
def test_a_character_that_is_no_letter_is_no_number_either(app) -> None:
    with app.test_request_context(
        "/", method="POST", data={"amount": "1", "day": "2026-12-04", "count": "\x00"}
    ):
        form = Asked(meta={"csrf": False})
        assert not form.validate()
        assert set(form.errors) == {"count"}


class Rated(FlaskForm):
    rate = NumberField("Rate")


def rated(app, language: str, typed: str) -> Rated:
    with app.test_request_context(
        "/", method="POST", data={"rate": typed}, headers={"Accept-Language": language}
    ):
        form = Rated(meta={"csrf": False})
        form.validate()
        return form


@pytest.mark.settings(DUEBOOK_TIMEZONE="Europe/Madrid")
@pytest.mark.parametrize(
    ("typed", "rate"), [("9,9", "9.9"), ("9,9 %", "9.9"), ("9.9", "9.9"), ("0,125", "0.125")]
)
def test_a_rate_may_have_a_comma_where_that_is_the_custom(app, typed, rate) -> None:
    assert rated(app, "es", typed).rate.data == Decimal(rate)
    assert "9,9" in rated(app, "es", "1.250,5").rate.errors[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_where_decimals_have_a_point_a_comma_is_refused_with_an_example_and_stays_as_typed(
    app, language
) -> None:
    """In New York: 1,250 is a thousand to most readers there, and a rate that is guessed is money."""
    for typed in ("9,9", "1,250", "9.9.9", "-", "9,9%"):
        form = rated(app, language, typed)
        assert form.rate.data is None
        assert "9.9" in form.rate.errors[0]
        assert form.rate._value() == typed
    for typed, rate in (("9.9", "9.9"), ("9.9 %", "9.9"), (" 21 ", "21")):
        assert rated(app, language, typed).rate.data == Decimal(rate)
