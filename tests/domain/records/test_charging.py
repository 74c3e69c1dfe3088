"""What a charge does to the books: owed, earned, taxed, held; lowered, waived; paid by credit, each payer's own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.records.books import lock, save
from domain.records.charging import charge_draft, lower, payer_key
from domain.rules.planned import BUCKET_OF_TYPE, CHARGE_TYPES, PlannedCharge
from domain.rules.rent_terms import RentLine, Share
from domain.words import Sentence, Step, Trace

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-01-01")

FIRST = date(2026, 1, 1)
FEB, MARCH = date(2026, 2, 1), date(2026, 3, 1)
WHY = Trace("t", 1, (Step(Sentence("x"), 0),))


def shared(ledger, **wishes) -> str:
    """1,200.00 among Bo and Tess in halves."""
    shares = (
        Share(ledger.payer("bo"), percent=Decimal(50)),
        Share(ledger.payer("tess"), percent=Decimal(50)),
    )
    return ledger.open_rental("bo", "tess", on=FIRST, shares=shares, **wishes)


def test_the_key_of_nobody_is_empty() -> None:
    assert (payer_key(None), payer_key(0), payer_key(7)) == ("", "", "7")


@pytest.mark.parametrize("type_", CHARGE_TYPES)
def test_every_type_of_charge_is_owed_in_its_bucket_and_balances(type_: str) -> None:
    charge = PlannedCharge(1, type_, "r", "k", FIRST, FIRST, FIRST, 10_625, WHY, tax_minor=625)
    draft = charge_draft(type("H", (), {"agreement_id": 5})(), "USD", charge)
    assert sum(amount for _, amount in draft.lines) == 0
    lines = dict(draft.lines)
    assert lines.pop("sales_tax_payable") == -625
    assert sorted(lines.values()) == [-10_000, 10_625]
    assert ("deposits_held" in lines) == (type_ == "deposit")
    assert BUCKET_OF_TYPE[type_]


def test_rent_is_income_and_the_deposit_is_held_and_never_income(ledger) -> None:
    lines = (RentLine("rent", "Rent", 120_000), RentLine("addon", "Parking", 5_000))
    ref = ledger.open_rental(on=FIRST, lines=lines, deposit_minor=150_000)
    assert ledger.balances(ref) == {
        "deposits_held": -150_000, "deposits_receivable": 150_000, "other_income": -5_000, "other_receivable": 5_000,
        "rent_income": -120_000, "rent_receivable": 120_000,
    }  # fmt: skip


def test_the_tax_of_a_lease_payment_is_owed_on_and_never_income(ledger) -> None:
    ref = ledger.open_lease(on=FIRST)
    assert ledger.entries(ref) == [
        ("charge.lease", {"lease_receivable": 10_625, "lease_income": -10_000, "sales_tax_payable": -625})
    ]


def lowered(ledger, ref: str, rule: str, amount: int, type_: str, tax: int = 0) -> None:
    charge = next(one for one in ledger.position(ref).charges if one.type == type_)
    with ledger.writing() as session:
        head = lock(session, ledger.id_of(ref))
        lower(
            session, head, charge, amount, currency="USD", rule=rule, key=f"{rule}-{amount}", tax_minor=tax, on=FIRST,
            trace=WHY, now=ledger.house.now, by="user:1",
        )  # fmt: skip
        save(session, head)


def test_a_waiver_leaves_the_income_and_a_correction_takes_it_and_its_tax_back(ledger) -> None:
    ref = ledger.open_lease(on=FIRST)
    lowered(ledger, ref, "waiver", 625, "lease")
    lowered(ledger, ref, "correction", 5_000, "lease", tax=294)
    assert ledger.balances(ref) == {
        "fee_waivers": 625, "lease_income": -(10_000 - 4_706), "lease_receivable": 5_000,
        "sales_tax_payable": -(625 - 294),
    }  # fmt: skip
    assert ledger.differences() == []


def test_a_deposit_that_is_not_asked_for_any_more_is_not_owed_back_either(ledger) -> None:
    ref = ledger.open_rental(on=FIRST, deposit_minor=50_000)
    lowered(ledger, ref, "waiver", 50_000, "deposit")
    kept = ledger.balances(ref)
    assert not {"deposits_held", "deposits_receivable", "fee_waivers"} & set(kept)


def test_more_than_is_open_cannot_be_lowered(ledger) -> None:
    ref = ledger.open_rental(on=FIRST)
    for amount in (0, -5, 120_001):
        with pytest.raises(ValueError, match="cannot be lowered"):
            lowered(ledger, ref, "waiver", amount, "rent")


def pay(ledger, name: str, ref: str, amount: int, on: date) -> str:
    made = ledger.debit(name, ref, amount, on)
    ledger.settle(made, on)
    return made


def test_a_roommates_money_ahead_pays_their_own_next_share_and_not_the_others(ledger) -> None:
    ref = shared(ledger)
    pay(ledger, "bo", ref, 120_000, FIRST)
    tess = ledger.payer("tess")
    assert ledger.open_of(ref) == [(tess, FIRST, 60_000)]
    assert ledger.position(ref).credit_minor == 60_000
    ledger.bill(FEB)
    assert ledger.open_of(ref) == [(tess, FIRST, 60_000), (tess, FEB, 60_000)]
    assert ledger.position(ref).credit_minor == 0
    assert ledger.differences() == []


def test_money_that_names_nobody_pays_whatever_is_due(ledger) -> None:
    ref = shared(ledger)
    ledger.take(ref, 180_000, FIRST)
    ledger.bill(FEB)
    assert sum(left for _, _, left in ledger.open_of(ref)) == 60_000


def test_what_a_roommates_credit_paid_is_open_again_when_it_goes_back_and_the_others_stays_paid(
    ledger,
) -> None:
    ref = shared(ledger)
    money = pay(ledger, "bo", ref, 120_000, FIRST)
    pay(ledger, "tess", ref, 120_000, FIRST)
    ledger.bill(FEB)
    assert ledger.open_of(ref) == []
    ledger.settle(money, date(2026, 2, 3), "returned", code="R01")
    bo = ledger.payer("bo")
    assert ledger.open_of(ref) == [(bo, FIRST, 60_000), (bo, FEB, 60_000)]
    assert ledger.position(ref).credit_minor == 0
    assert ledger.differences() == []


def test_credit_is_used_once_and_the_next_charge_waits_for_money(ledger) -> None:
    ref = ledger.open_rental("tess", on=FIRST)
    pay(ledger, "tess", ref, 200_000, FIRST)
    ledger.bill_days(FEB, MARCH)
    assert ledger.open_of(ref) == [("", FEB, 40_000), ("", MARCH, 120_000)]
    applied = [lines for cause, lines in ledger.entries(ref) if cause == "credit.applied"]
    assert applied == [{"customer_credit": 80_000, "rent_receivable": -80_000}]
