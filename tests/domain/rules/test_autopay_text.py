"""The permission for autopay says all that law and schemes ask for, in every scheme and for every rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.rules.authorisations import Facts
from domain.rules.autopay import Contract
from domain.rules.autopay_text import VERSION, Backup, autopay_text
from domain.words import Refused

FACTS = Facts(
    business="Harbor Finance", contact="(555) 0100", account="First Test Bank ••6789", agreement="L-10001",
    currency="USD", payer="Bo Borrower", mandate_ref="M1", creditor_id="DE98ZZZ",
)  # fmt: skip
START = date(2026, 3, 2)
SCHEMES = ("ach", "sepa", "bacs", "card")


def text(scheme: str = "ach", rule: str = "due", backups=(), **wishes) -> str:
    contract = Contract("USD", rule, START, **wishes)
    return autopay_text(scheme, FACTS, contract, backups).text(str)


@pytest.mark.safety("L2")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_names_recurrence_amount_timing_account_and_how_to_revoke(scheme: str) -> None:
    said = text(scheme, limit_minor=130_000, above_limit="ask")
    for needed in (
        "Harbor Finance", "again and again", "all that is due", "on each due date", "••6789", "L-10001",
        "at most 1300.00 USD each time", "take this permission back", "(555) 0100", "2026-03-02",
        "never more than what is owed", "does not depend on it",
    ):  # fmt: skip
        assert needed in said, needed


@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_keeps_what_the_scheme_prescribes(scheme: str) -> None:
    prescribed = {
        "ach": "sent again at most twice", "sepa": "within 8 weeks", "bacs": "Direct Debit Guarantee",
        "card": "kept by the payment processor",
    }  # fmt: skip
    assert prescribed[scheme] in text(scheme)


@pytest.mark.parametrize(
    ("rule", "wishes", "words"),
    [
        ("due", {}, "all that is due"),
        ("minimum", {}, "the minimum payment"),
        ("statement", {}, "the balance of the statement"),
        ("fixed", {"amount_minor": 60_000}, "take 600.00 USD from"),
        ("due_plus", {"amount_minor": 5_000}, "all that is due and 50.00 USD more"),
        ("share", {"share_bp": 3_333}, "33.33 % of what is due"),
    ],
)
def test_each_rule_of_the_amount_has_its_words(rule: str, wishes: dict, words: str) -> None:
    assert words in text(rule=rule, **wishes)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"days_before": 3}, "3 days before each due date"),
        ({"cadence": "weekly", "anchor_on": date(2026, 3, 6)}, "every week from 2026-03-06 on"),
        ({"cadence": "biweekly", "anchor_on": date(2026, 3, 6)}, "every two weeks"),
        ({"cadence": "monthly", "anchor_on": date(2026, 3, 31)}, "every month from 2026-03-31"),
        (
            {"cadence": "semimonthly", "anchor_on": date(2026, 3, 15), "second_day": 31},
            "on day 15 and day 31",
        ),
        ({"limit_minor": 100, "above_limit": "skip"}, "nothing is taken and I am told"),
        ({"limit_minor": 100, "above_limit": "pay_limit"}, "1.00 USD is taken"),
        ({"follow_rent_bp": 350}, "rises by up to 3.5 %"),
        ({"range_min_minor": 100, "range_max_minor": 200}, "outside 1.00 USD to 2.00 USD"),
        ({"range_min_minor": 100}, "below 1.00 USD"),
        ({"ends_on": date(2027, 3, 2)}, "ends after 2027-03-02"),
    ],
)
def test_what_was_chosen_is_said(wishes: dict, words: str) -> None:
    assert words in text(**wishes)


def test_without_a_range_every_other_amount_is_told_of_ten_days_before() -> None:
    assert "differs from the one before" in text()
    assert "differs from the one before" not in text(range_max_minor=200)


def test_further_ways_to_pay_are_named_in_order_and_need_no_mandate_of_their_own() -> None:
    said = text(backups=(Backup("card", "Visa ••4242"), Backup("ach", "Second Bank ••1111")))
    assert said.index("Visa ••4242") < said.index("Second Bank ••1111")
    with pytest.raises(Refused) as refused:
        text(backups=(Backup("sepa", "DE ••3000"),))
    assert refused.value.field == "backup"


def test_it_has_a_version_of_its_own_and_is_recurring() -> None:
    found = autopay_text("ach", FACTS, Contract("USD", "due", START))
    assert (found.version, found.recurring, found.class_code) == (VERSION, True, "WEB")
    assert len(VERSION) <= 16


def test_a_text_without_the_business_or_the_account_is_refused() -> None:
    for gap in ({"business": ""}, {"account": " "}, {"contact": ""}):
        with pytest.raises(Refused):
            autopay_text("ach", replace(FACTS, **gap), Contract("USD", "due", START))
