"""Every code has words, and the rules on trying again hold."""

from __future__ import annotations

import pytest

from gateways.ach_codes import ACH_RETURNS
from gateways.bacs_codes import BACS_REASONS
from gateways.card_codes import DECLINES
from gateways.codes import (
    ADMINISTRATIVE_RETURNS,
    UNAUTHORISED_RETURNS,
    decline_sentence,
    is_bank_return,
    reason,
)
from gateways.sepa_codes import SEPA_REASONS

RETRYABLE = {
    "R01": "yes", "R09": "yes",
    "R02": "after_correction", "R03": "after_correction", "R04": "after_correction", "R08": "after_correction",
    "R11": "after_correction",
    "R05": "never", "R07": "never", "R10": "never", "R29": "never", "R51": "never",
}  # fmt: skip


def test_every_return_code_of_a_debit_is_listed() -> None:
    assert [f"R{number:02d}" for number in range(1, 48)] == sorted(ACH_RETURNS)[:47]
    assert len(ACH_RETURNS) == 71


@pytest.mark.parametrize(("code", "retryable"), RETRYABLE.items())
def test_which_returns_may_be_presented_again(code: str, retryable: str) -> None:
    assert reason(code).retryable == retryable


def test_only_two_returns_may_be_presented_again_as_they_are() -> None:
    assert {code for code in ACH_RETURNS if reason(code).retryable == "yes"} == {"R01", "R09"}


def test_an_unauthorised_return_is_never_tried_again_and_an_administrative_one_after_correction() -> None:
    assert {reason(code).retryable for code in UNAUTHORISED_RETURNS - {"R11"}} == {"never"}
    assert {reason(code).retryable for code in ADMINISTRATIVE_RETURNS} == {"after_correction"}


@pytest.mark.parametrize("code", [*ACH_RETURNS, *SEPA_REASONS, *BACS_REASONS, *DECLINES])
def test_every_code_says_why_and_what_to_do_in_calm_sentences(code: str) -> None:
    text = str(decline_sentence(code))
    assert text.count(".") >= 2
    assert text.endswith(".")
    assert "!" not in text
    assert code not in text


def test_the_holder_of_a_card_is_not_told_that_it_was_reported_stolen() -> None:
    words = {
        str(reason(code).title)
        for code in ("lost_card", "stolen_card", "fraudulent", "pickup_card", "do_not_honor")
    }
    assert len(words) == 1


def test_an_unknown_code_is_named_and_never_tried_again() -> None:
    why = reason("R99")
    assert str(why.title) == "The payment was not accepted (code R99)."
    assert why.retryable == "never"


def test_a_code_is_known_in_any_case() -> None:
    assert reason("r01").title == reason("R01").title
    assert reason("EXPIRED_CARD").title == reason("expired_card").title


def test_a_banks_reason_is_told_apart_from_a_cards_decline() -> None:
    assert all(is_bank_return(code) for code in ("R01", "r10", "AM04", "ARUDD-0"))
    assert not any(is_bank_return(code) for code in ("insufficient_funds", "nothing_owed", "", "R99"))


# Source: the reason codes of SEPA direct debits (EPC173-14), as sepa_dd_reason_codes lists them.
SEPA = {
    "AC01", "AC04", "AC06", "AC13", "AG01", "AG02", "AM04", "AM05", "BE05", "FF01", "MD01", "MD02", "MD06", "MD07",
    "MS02", "MS03", "PY01", "RC01", "RR01", "RR02", "RR03", "SL01",
}  # fmt: skip
# Source: the codes of ADDACS and AUDDIS as Bacs publishes them; ARUDD and DDICA as banks do.
BACS = {"ADDACS": "0123BCDER", "AUDDIS": "123567BCFGHIKLMNOPQ", "ARUDD": "0123456789AB", "DDICA": "12345678"}


def test_every_published_reason_of_a_sepa_debit_has_words_and_one_alone_may_be_presented_again() -> None:
    assert set(SEPA_REASONS) >= SEPA
    assert {code for code in SEPA_REASONS if reason(code).retryable == "yes"} == {"AM04"}
    never = {"AC06", "AG01", "MD01", "MD06", "MD07", "MS02", "SL01"}
    assert {reason(code).retryable for code in never} == {"never"}


def test_every_published_reason_of_a_uk_debit_has_words_and_one_unpaid_debit_may_be_presented_again() -> None:
    assert {f"{report}-{letter}" for report, letters in BACS.items() for letter in letters} == set(
        BACS_REASONS
    )
    assert {code for code in BACS_REASONS if reason(code).retryable == "yes"} == {"ARUDD-0", "ADDACS-R"}
