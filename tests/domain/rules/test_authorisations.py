"""What a permission says: every fact the law and the schemes ask for, in whole sentences."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from domain.rules.authorisations import SCHEMES, Facts, authorisation, scheme_of, text_hash
from domain.words import Refused, Sentence

FACTS = Facts(
    business="Harbor Motors", contact="+1 555 0100", account="First Test Bank ••6789", agreement="L-10001",
    currency="USD", payer="Bo Rivera", amount_minor=12_345, on=date(2026, 12, 4),
)  # fmt: skip
MONTHLY = replace(FACTS, on=None, rhythm=Sentence("on the 4th of each month"))


def text(scheme="ach", facts=FACTS, **more) -> str:
    return authorisation(scheme, facts, **more).text(str)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_names_who_takes_what_from_which_account_when_for_what_and_how_to_take_it_back(scheme):
    said = text(scheme)
    for fact in (
        "Harbor Motors",
        "123.45 USD",
        "••6789",
        "2026-12-04",
        "L-10001",
        "+1 555 0100",
        "take this permission back",
    ):
        assert fact in said, fact
    assert "once" in said


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_permission_for_more_than_one_payment_says_so_and_when_they_are_taken(scheme):
    said = text(scheme, MONTHLY, recurring=True)
    assert "again and again" in said
    assert "on the 4th of each month" in said
    assert "3 business days" in said
    assert "once" not in said.replace("at once", "")


def test_a_changing_amount_is_told_with_its_most_and_with_ten_days_of_notice():
    said = text("ach", replace(MONTHLY, amount_minor=None, most_minor=130_000), recurring=True)
    assert "at most 1300.00 USD each time" in said
    assert "10 days earlier" in said


def test_the_fee_for_the_way_of_paying_is_part_of_the_sum_and_named():
    said = text("card", replace(FACTS, amount_minor=124_188, fee_minor=4_188))
    assert "1241.88 USD (with 41.88 USD as the fee for paying this way)" in said


def test_an_order_by_telephone_has_the_six_points_that_are_read_aloud():
    # Nacha Operating Rules 2.3.2 (TEL): date, amount, name, account, a number to call, the date of the permission.
    said = text(facts=replace(FACTS, said_on=date(2026, 12, 3)), class_code="TEL")
    for point in (
        "2026-12-04",
        "123.45 USD",
        "Bo Rivera",
        "••6789",
        "+1 555 0100",
        "2026-12-03",
        "Do you agree?",
    ):
        assert point in said, point


def test_a_business_account_is_given_for_the_business():
    assert "for the business" in text(class_code="CCD")
    assert authorisation("ach", FACTS).class_code == "WEB"


def test_a_sepa_mandate_has_the_words_of_the_payments_council():
    said = text("sepa", replace(FACTS, currency="EUR", creditor_id="DE98ZZZ09999999999", mandate_ref="M-1"))
    assert "(A) Harbor Motors to send instructions to your bank to debit your account" in said
    assert "within 8 weeks starting from the date on which your account was debited" in said
    assert "DE98ZZZ09999999999" in said
    assert "M-1" in said
    assert "This is your notice of the debit" in said
    lasting = replace(MONTHLY, currency="EUR")
    assert "at least 14 days before" in text("sepa", lasting, recurring=True)


def test_the_guarantee_of_a_uk_direct_debit_is_whole():
    said = text("bacs", replace(FACTS, currency="GBP", notice_days=5))
    for words in (
        "Direct Debit Guarantee is offered by all banks and building societies",
        "will notify you 5 working days in advance",
        "full and immediate refund",
        "cancel a Direct Debit at any time",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("lacking", "more"),
    [
        ({"business": " "}, {}), ({"contact": ""}, {}), ({"account": ""}, {}), ({"agreement": ""}, {}),
        ({"amount_minor": None}, {}), ({"amount_minor": 0}, {}), ({"on": None}, {}), ({}, {"recurring": True}),
        ({}, {"class_code": "TEL"}),
    ],
)  # fmt: skip
def test_a_permission_that_leaves_something_out_is_refused(lacking, more):
    with pytest.raises(Refused):
        authorisation("ach", replace(FACTS, **lacking), **more)


@pytest.mark.safety("L2")
def test_no_fact_of_a_permission_is_left_unsaid():
    whole = Facts(
        **{
            field.name: value
            for field, value in zip(
                fields(Facts),
                ("Harbor", "555-1", "••1", "L-1", "EUR", "Payer", 100, 7, 200, date(2026, 1, 2), Sentence("monthly"),
                 date(2026, 1, 1), "M-9", "CR-9", 3, None, (300, 400)),
                strict=True,
            )
        }
    )  # fmt: skip
    said = "".join(
        text(scheme, whole, recurring=recurring, class_code=code)
        for scheme, code in (("ach", ""), ("ach", "TEL"), ("sepa", ""))
        for recurring in (True, False)
    ) + text("ach", replace(whole, amount_minor=None), recurring=True)
    said += text("card", replace(whole, amount_minor=None, what=Sentence("the minimum")), recurring=True)
    for words in ("Harbor", "555-1", "••1", "L-1", "Payer", "1.00 EUR", "0.07 EUR", "2.00 EUR", "2026-01-02", "monthly",
                  "2026-01-01", "M-9", "CR-9", "3 days", "3.00 EUR to 4.00 EUR", "the minimum"):  # fmt: skip
        assert words in said, words


@pytest.mark.parametrize(
    ("instrument", "currency", "gateway", "scheme"),
    [
        ("card", "EUR", "stripe", "card"), ("bank", "USD", "sandbox", "ach"), ("bank", "EUR", "stripe", "sepa"),
        ("bank", "GBP", "bacs_file", "bacs"), ("bank", "USD", "ach_file", "ach"), ("bank", "JPY", "sandbox", "ach"),
    ],
)  # fmt: skip
def test_the_scheme_follows_from_the_way_to_pay(instrument, currency, gateway, scheme):
    assert scheme_of(instrument, currency, gateway) == scheme


def test_another_text_has_another_hash():
    assert text_hash("I allow 1.00.") != text_hash("I allow 1.01.")
    assert len(text_hash("")) == 64
