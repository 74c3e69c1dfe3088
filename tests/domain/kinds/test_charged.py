"""What rentals, leases and credit lines share: money that pays charges, and credit that pays them later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import charged
from domain.kinds.base import OpenCharge, Position
from domain.rules.allocation import RENT_FIRST
from domain.words import Sentence

DAY = date(2026, 3, 1)
PAYERS = ("", "1", "2")
charges = st.lists(
    st.builds(
        lambda number, kind, payer, day, left: OpenCharge(number, "r", date(2026, 2, day), left, kind, payer),
        st.integers(1, 10**6), st.sampled_from(("rent", "addon", "late_fee", "deposit")), st.sampled_from(PAYERS),
        st.integers(1, 28), st.integers(1, 50_000),
    ),
    max_size=6, unique_by=lambda charge: charge.id,
)  # fmt: skip


def at(found, credit: int = 0, own=()) -> Position:
    return Position(0, 0, tuple(found), credit, 0, DAY, own_credit=tuple(own))


@settings(max_examples=60)
@given(charges, st.integers(1, 200_000), st.sampled_from(PAYERS))
def test_a_payment_is_allocated_to_the_last_cent_and_never_to_anothers_share(found, amount, payer) -> None:
    applied = charged.apply(at(found), amount, DAY, RENT_FIRST, payer)
    assert sum(part.amount_minor for part in applied.parts) == amount
    by_id = {charge.id: charge for charge in found}
    for part in applied.parts:
        if part.charge_id:
            assert 0 < part.amount_minor <= by_id[part.charge_id].open_minor
            assert not payer or by_id[part.charge_id].payer in ("", payer)
    assert applied.after.owed_minor == at(found).owed_minor - amount


@settings(max_examples=60)
@given(charges, st.integers(0, 60_000), st.integers(0, 60_000), st.integers(0, 60_000))
def test_credit_pays_its_payers_charges_and_nobodys_alone_and_is_never_overdrawn(
    found, one, two, common
) -> None:
    pots = {"1": one, "2": two, "": common}
    own = [(payer, amount) for payer, amount in pots.items() if payer and amount]
    parts = charged.credit_parts(at(found, one + two + common, own), DAY, RENT_FIRST)
    by_id = {charge.id: charge for charge in found}
    for payer, pot in pots.items():
        assert sum(part.amount_minor for part in parts if part.payer == payer) <= pot
    for part in parts:
        assert not part.payer or by_id[part.charge_id].payer in ("", part.payer)
    for charge in found:
        assert sum(part.amount_minor for part in parts if part.charge_id == charge.id) <= charge.open_minor


def test_no_credit_pays_nothing_and_a_debt_of_credit_is_made_good_first() -> None:
    rent = OpenCharge(1, "r", DAY, 1_000, "rent")
    assert charged.credit_parts(at([rent]), DAY, RENT_FIRST) == ()
    applied = charged.apply(at([rent], credit=-300), 500, DAY, RENT_FIRST)
    assert [(part.bucket, part.amount_minor) for part in applied.parts] == [("rent", 200), ("credit", 300)]


def test_a_charge_is_called_by_its_own_name_or_by_its_type() -> None:
    charge = OpenCharge(1, "r", DAY, 1, "rent")
    assert str(charged.called(charge).msgid) == "Rent"
    assert charged.called(replace(charge, name="Flat 1A")) == "Flat 1A"


@pytest.mark.parametrize(("name", "said"), [("", "Rent"), ("Rent", "Rent"), ("Garage 4", None)])
def test_plain_rent_is_called_in_the_readers_language_and_a_name_of_its_own_as_written(name, said) -> None:
    assert charged.called_by(name, "rent") == (Sentence(said) if said else name)
