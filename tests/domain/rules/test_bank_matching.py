"""What a movement on the account may be: scored, told why, and never certain when two things fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.bank_matching import CERTAIN, Expected, Movement, certain, same_name, suggest

DAY = date(2026, 11, 2)
CAME = Movement(31_194, "USD", DAY, "BO BORROWER", "RATE RF18 5390 0754 7034 NOV")
BO = Expected(
    "transfer",
    "A1",
    "USD",
    amounts=(31_194,),
    marks=("RF18539007547034",),
    numbers=("L-1001",),
    names=("Bo Borrower",),
)
PAYOUT = Expected("payout", "P1", "USD", 31_194, DAY, marks=("po_1abcdef",))


def test_a_transfer_reference_is_certain_however_the_bank_breaks_its_lines() -> None:
    (found,) = suggest(replace(CAME, text="xx rf18-5390\n0754 7034"), [BO])
    assert certain([found]) is found
    assert "check digits are right" in str(found.reasons[0])


def test_name_and_exact_amount_fit_and_are_not_certain() -> None:
    (found,) = suggest(replace(CAME, text="november"), [BO])
    assert found.score == 60
    assert certain([found]) is None
    assert found.trace.steps[-1].amount_minor == 31_194


def test_number_name_and_amount_together_still_ask() -> None:
    (found,) = suggest(replace(CAME, text="loan L-1001"), [BO])
    assert found.score == CERTAIN - 1


def test_a_number_must_stand_by_itself() -> None:
    assert not suggest(replace(CAME, name="", text="PL-10010"), [BO])
    assert suggest(replace(CAME, name="", text="pay l 1001 thanks"), [BO])


def test_an_announced_payout_needs_its_exact_amount_near_its_day() -> None:
    named = replace(CAME, text="STRIPE PO_1ABCDEF")
    assert suggest(named, [PAYOUT])[0].score == 100
    assert not suggest(replace(named, amount_minor=31_195), [PAYOUT])
    assert not suggest(replace(named, booked_on=DAY + timedelta(days=8)), [PAYOUT])
    assert not suggest(replace(named, currency="EUR"), [PAYOUT])


def test_it_is_never_certain_when_two_things_fit() -> None:
    both = replace(CAME, text="RF18539007547034 po_1abcdef")
    found = suggest(both, [BO, PAYOUT])
    assert [one.score >= CERTAIN for one in found] == [True, True]
    assert certain(found) is None


def test_money_that_went_is_no_transfer_of_a_customer() -> None:
    assert not suggest(replace(CAME, amount_minor=-31_194), [BO])


@pytest.mark.parametrize(
    ("name", "said", "same"),
    [
        ("José Núñez", "NUNEZ JOSE", True),
        ("Bo Borrower", "MR BO BORROWER AND MRS", True),
        ("Bo Borrower", "BOBORROWER", False),
        ("Bo", "BO BORROWER", False),
        ("Bo Borrower", "BO LENDER", False),
        ("Zoë Weiß", "Zoe Weiss", True),
    ],
)
def test_names_meet_word_by_word(name: str, said: str, same: bool) -> None:
    assert same_name(name, said) is same


amounts = st.integers(-(10**6), 10**6)
things = st.builds(
    Expected,
    st.sampled_from(["payout", "batch", "deposit", "refund", "payment", "transfer"]),
    st.text("ab", min_size=1, max_size=3),
    st.sampled_from(["USD", "EUR"]),
    amounts,
    st.integers(-30, 30).map(lambda days: DAY + timedelta(days=days)),
    marks=st.sampled_from([(), ("RF18539007547034",), ("abc",)]),
    numbers=st.sampled_from([(), ("1042",)]),
    names=st.sampled_from([(), ("Bo Borrower",)]),
)


@given(st.builds(Movement, amounts, st.just("USD"), st.just(DAY), st.text(max_size=20), st.text(max_size=40)),
       st.lists(things, max_size=8))  # fmt: skip
def test_every_suggestion_has_its_reasons_and_what_was_announced_its_amount(
    movement: Movement, expected: list[Expected]
) -> None:
    found = suggest(movement, expected)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert 0 < one.score <= 100
        assert one.reasons
        assert one.expected.currency == movement.currency
        assert one.expected.kind == "transfer" or one.expected.amount_minor == movement.amount_minor
    best = certain(found)
    assert best is None or sum(one.score >= 60 for one in found) == 1
