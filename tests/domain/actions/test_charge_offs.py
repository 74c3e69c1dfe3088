"""Charging off: everything owed becomes a loss in one entry, nothing bills any more, later money is a recovery."""

from __future__ import annotations

import pytest

from domain.actions import billing, charge_offs, charges, counter
from domain.actions.charges import Wanted
from domain.words import Conflict, NotAllowed, Refused
from models import JournalEntry, Payment
from tests.domain.actions.paying import DAY, NOW, TODAY, Till
from tests.fixtures.adjusting import ZONE

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
RENT = 120_000


def cash(till: Till, ref: str, amount: int, form: str, **more) -> str:
    return counter.take(
        ref, amount, "cash", form, who=till.who("dana"), **({"today": TODAY, "now": NOW} | more)
    )


def test_a_rental_is_charged_off_in_one_entry_and_bills_no_more(till, open_rental, clock, charges_of) -> None:
    home = open_rental()
    charges.add(home, Wanted("fee", "Key", 4_500, TODAY), "form-1", **clock())
    before = till.count(JournalEntry)
    lost = charge_offs.charge_off(home, RENT + 4_500, "moved away", "form-2", **clock("adam"))
    assert lost == RENT + 4_500
    assert till.count(JournalEntry) == before + 1
    assert till.owes(home) == {}
    assert till.total("charge_off") == lost
    assert till.agreement(home).status == "charged_off"
    assert [line.open_minor for line in charges_of(home)] == [0, 0]
    billing.bill(
        today=TODAY + 60 * DAY, at=NOW.replace(tzinfo=None) + 60 * DAY, zone=ZONE, now=NOW + 60 * DAY
    )
    assert till.owes(home) == {}
    assert till.differences() == []


def test_a_loan_is_charged_off_with_its_interest_and_its_fees(till, loan, clock) -> None:
    charges.add(loan, Wanted("fee", "Key", 4_500, TODAY), "form-1", **clock())
    cash(till, loan, 100, "cash-1")
    owed = sum(till.owes(loan).values())
    charge_offs.charge_off(loan, owed, "bankrupt", "form-2", **clock("adam"))
    assert till.owes(loan) == {}
    assert till.total("charge_off") == owed
    assert till.differences() == []


@pytest.mark.parametrize("kind", ["open_line", "open_lease"])
def test_lines_and_leases_are_charged_off_as_well(till, request, clock, kind, charges_of) -> None:
    ref = request.getfixturevalue(kind)()
    if kind == "open_line":
        charges.add(ref, Wanted("purchase", "Sofa", 90_000, TODAY), "form-1", **clock())
    owed = sum(till.owes(ref).values())
    charge_offs.charge_off(ref, owed, "gone", "form-2", **clock("adam"))
    assert till.owes(ref) == {}
    assert till.differences() == []


def test_what_fell_due_and_was_not_billed_yet_is_lost_too_and_credit_is_used_first(
    till, open_rental, clock
) -> None:
    home = open_rental()
    cash(till, home, RENT + 30_000, "cash-1")
    later = clock("adam", days=31)  # 2 April: the rent of April is due, and nobody has billed it
    assert charge_offs.charge_off(home, RENT - 30_000, "moved away", "form-1", **later) == RENT - 30_000
    assert till.owes(home) == {}
    assert till.total("rent_income") == -2 * RENT
    assert till.differences() == []


def test_a_deposit_nobody_paid_is_no_loss(till, open_rental, clock) -> None:
    home = open_rental(deposit_minor=50_000)
    assert charge_offs.charge_off(home, RENT, "never came", "form-1", **clock("adam")) == RENT
    assert till.total("deposits_held") == 0
    assert till.differences() == []


def test_money_that_comes_later_is_a_recovery_and_what_is_above_the_loss_is_credit(
    till, open_rental, clock
) -> None:
    home = open_rental()
    charge_offs.charge_off(home, RENT, "moved away", "form-1", **clock("adam"))
    first = cash(till, home, 50_000, "cash-1")
    assert till.total("recoveries") == -50_000
    assert till.owes(home) == {}
    assert till.mails("counter_receipt") == 1
    assert till.row(first).state == "settled"
    cash(till, home, 80_000, "cash-2")
    assert till.total("recoveries") == -RENT
    assert till.owes(home) == {"customer_credit": -10_000}
    assert till.agreement(home).status == "charged_off"
    assert till.differences() == []


def test_a_payment_that_goes_back_after_the_charge_off_is_lost_as_well(
    till, open_rental, clock, save_method
) -> None:
    from domain.actions import payment_watch
    from domain.transaction import transaction
    from gateways import registry
    from models import Business

    home = open_rental()
    with transaction() as session:
        session.get(Business, 1).returned_payment_fee_minor = 2_500
    till.pay(home, 70_000, save_method("tess", "bank_r01"), name="tess")
    lost = 0
    for number in range(1, 9):
        day = TODAY + number * DAY
        registry.default().advance(on=day, now=NOW + number * DAY)
        payment_watch.read_events(today=day, now=NOW + number * DAY)
        if not lost and till.owes(home) == {"rent_receivable": 50_000}:
            lost = charge_offs.charge_off(home, 50_000, "moved away", "form-1", **clock("adam", days=number))
    assert lost == 50_000
    assert till.total("charge_off") == RENT
    assert till.owes(home) == {}
    assert till.agreement(home).status == "charged_off"
    assert till.total("fee_income") == 0
    assert till.differences() == []


def test_the_same_form_charges_off_once(till, open_rental, clock) -> None:
    home = open_rental()
    for _ in range(2):
        charge_offs.charge_off(home, RENT, "moved away", "form-1", **clock("adam"))
    with pytest.raises(Refused):
        charge_offs.charge_off(home, RENT, "moved away", "form-2", **clock("adam"))
    assert till.total("charge_off") == RENT


def test_figures_that_changed_since_they_were_shown_are_shown_again(till, open_rental, clock) -> None:
    home = open_rental()
    lost, shown = charge_offs.preview_charge_off(home, "moved away", "form-1", **clock("adam"))
    assert (lost, shown.before.owed_minor, shown.after.owed_minor) == (RENT, RENT, 0)
    assert till.agreement(home).status == "active"
    cash(till, home, 1_000, "cash-1")
    with pytest.raises(Conflict):
        charge_offs.charge_off(home, lost, "moved away", "form-1", **clock("adam"))
    assert till.owes(home) == {"rent_receivable": RENT - 1_000}


def test_it_takes_an_administrator_a_reason_and_a_debt(till, open_rental, clock) -> None:
    home = open_rental()
    for name in ("dana", "lena", "tess"):
        with pytest.raises(NotAllowed):
            charge_offs.charge_off(home, RENT, "moved away", "form-1", **clock(name))
    with pytest.raises(Refused) as told:
        charge_offs.charge_off(home, RENT, " ", "form-1", **clock("adam"))
    assert told.value.field == "reason"
    cash(till, home, RENT, "cash-1")
    with pytest.raises(Refused):
        charge_offs.charge_off(home, 0, "moved away", "form-1", **clock("adam"))
    assert till.total("charge_off") == 0


def test_nothing_more_is_changed_on_an_agreement_that_was_charged_off(
    till, open_rental, clock, charges_of
) -> None:
    home = open_rental()
    (rent,) = charges_of(home)
    charge_offs.charge_off(home, RENT, "moved away", "form-1", **clock("adam"))
    for act in (
        lambda: charges.add(home, Wanted("fee", "Key", 1, TODAY), "form-2", **clock()),
        lambda: charges.waive(home, rent.id, 1, "why", "form-2", **clock()),
        lambda: charges.correct(home, rent.id, 0, "why", "form-2", **clock()),
    ):
        with pytest.raises(Refused):
            act()


def test_nobody_pays_a_charged_off_agreement_by_the_portal(till, loan, bank, clock) -> None:
    charge_offs.charge_off(loan, sum(till.owes(loan).values()), "gone", "form-1", **clock("adam"))
    with pytest.raises(Refused):
        till.pay(loan, 1_000, bank)
    assert till.count(Payment) == 0
