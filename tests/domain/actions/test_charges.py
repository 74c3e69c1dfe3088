"""What staff do to the charges of a running agreement: the books hold after each, and each happens once."""

from __future__ import annotations

import pytest

from domain.actions import billing, charges, counter
from domain.actions.charges import Wanted
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import Charge, JournalEntry
from tests.domain.actions.paying import DAY, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
RENT = 120_000


def parking(**more) -> Wanted:
    return Wanted(**{"type": "one_off", "name": "Lost key", "amount_minor": 4_500, "due_on": TODAY} | more)


def cash(till: Till, ref: str, amount: int, form: str = "cash-1", **more) -> str:
    return counter.take(
        ref, amount, "cash", form, who=till.who("dana"), **({"today": TODAY, "now": NOW} | more)
    )


def test_an_added_charge_is_owed_and_earned(till, open_rental, clock, charges_of) -> None:
    home = open_rental()
    made = charges.add(home, parking(), "form-1", **clock())
    line = charges_of(home)[-1]
    assert (line.id, line.name, line.open_minor) == (made, "Lost key", 4_500)
    assert till.owes(home) == {"rent_receivable": RENT, "other_receivable": 4_500}
    assert till.total("other_income") == -4_500
    assert till.differences() == []


def test_the_same_form_adds_once_and_another_wish_under_it_is_refused(till, open_rental, clock) -> None:
    home = open_rental()
    first = charges.add(home, parking(), "form-1", **clock())
    assert charges.add(home, parking(), "form-1", **clock()) == first
    with pytest.raises(Conflict):
        charges.add(home, parking(amount_minor=1), "form-1", **clock())
    assert till.owes(home)["other_receivable"] == 4_500


def test_credit_pays_an_added_charge_at_once(till, open_rental, clock, charges_of) -> None:
    home = open_rental()
    cash(till, home, RENT + 3_000)
    charges.add(home, parking(), "form-1", **clock())
    assert charges_of(home)[-1].open_minor == 1_500
    assert till.owes(home) == {"other_receivable": 1_500}
    assert till.differences() == []


def test_a_charge_due_later_is_paid_by_credit_on_its_day(till, house, open_rental, clock, charges_of) -> None:
    from tests.fixtures.adjusting import ZONE

    home = open_rental()
    cash(till, home, RENT + 9_000)
    charges.add(home, parking(due_on=TODAY + 5 * DAY), "form-1", **clock())
    assert charges_of(home)[-1].open_minor == 4_500
    day = TODAY + 5 * DAY
    billing.bill(today=day, at=NOW.replace(tzinfo=None) + 5 * DAY, zone=ZONE, now=NOW + 5 * DAY)
    assert charges_of(home)[-1].open_minor == 0
    assert till.differences() == []


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"name": " "}, "name"), ({"name": "x" * 121}, "name"), ({"amount_minor": 0}, "amount"),
        ({"amount_minor": -5}, "amount"), ({"amount_minor": 10**13}, "amount"), ({"type": "rent"}, "type"),
        ({"type": "purchase"}, "type"), ({"due_on": TODAY - DAY}, "due_on"),
        ({"due_on": TODAY + 400 * DAY}, "due_on"), ({"payer": "999"}, "payer"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_refused_beside_its_field(till, open_rental, clock, wish, field) -> None:
    home = open_rental()
    with pytest.raises(Refused) as told:
        charges.add(home, parking(**wish), "form-1", **clock())
    assert told.value.field == field
    assert till.owes(home) == {"rent_receivable": RENT}


def test_a_share_is_seen_by_its_payer_alone(till, open_rental, clock, charges_of) -> None:
    home = open_rental(("tess", "bo"), shares={"tess": 60, "bo": 40})
    bo = str(till.who("bo").person_id)
    charges.add(home, parking(payer=bo), "form-1", **clock())
    assert "Lost key" in [line.name for line in charges_of(home, "bo")]
    assert "Lost key" not in [line.name for line in charges_of(home, "tess")]


def test_a_loan_takes_a_fee_and_nothing_else(till, loan, clock) -> None:
    charges.add(loan, parking(type="fee"), "form-1", **clock())
    assert till.owes(loan)["fees_receivable"] == 4_500
    with pytest.raises(Refused):
        charges.add(loan, parking(type="one_off"), "form-2", **clock())
    assert till.differences() == []


def test_a_purchase_is_posted_up_to_the_limit_and_refused_above_it(till, open_line, clock) -> None:
    line = open_line(limit_minor=150_000)
    charges.add(line, parking(type="purchase", name="Sofa", amount_minor=120_000), "form-1", **clock())
    with pytest.raises(Refused) as told:
        charges.add(line, parking(type="purchase", name="Lamp", amount_minor=30_001), "form-2", **clock())
    assert told.value.field == "amount"
    assert "300.00 USD" in str(told.value.sentence)
    charges.add(line, parking(type="purchase", name="Lamp", amount_minor=30_000), "form-3", **clock())
    assert till.owes(line) == {"credit_line_receivable": 150_000}
    assert till.total("sales") == -150_000
    assert till.differences() == []


def test_a_purchase_is_not_put_into_a_closed_month_or_tomorrow(open_line, clock) -> None:
    line = open_line()
    for day in (TODAY + DAY, TODAY - 40 * DAY):
        with pytest.raises(Refused) as told:
            charges.add(line, parking(type="purchase", due_on=day), "form-1", **clock())
        assert told.value.field == "due_on"


def test_a_waiver_is_a_second_row_and_the_charge_stays(till, open_rental, clock, charges_of) -> None:
    # Waive 62.50: a second row of -62.50 with reason and user; the fee row stays (the rules' own figure).
    home = open_rental()
    fee = charges.add(home, parking(type="fee", name="Late", amount_minor=6_250), "form-1", **clock())
    charges.waive(home, fee, 6_250, "first time", "form-2", **clock())
    line = charges_of(home)[-1]
    (waiver,) = line.lowerings
    assert (line.amount_minor, line.lowered_minor, line.open_minor) == (6_250, 6_250, 0)
    assert (waiver.amount_minor, str(waiver.by)) == (6_250, "Dana Ortiz")
    assert "first time" in str(waiver.why.steps[0].sentence)
    assert till.total("fee_waivers") == 6_250
    assert till.total("fee_income") == -6_250
    assert till.owes(home) == {"rent_receivable": RENT}
    assert till.differences() == []


def test_a_waiver_is_never_more_than_is_open_and_never_without_a_reason(
    till, open_rental, clock, charges_of
) -> None:
    home = open_rental()
    cash(till, home, 100_000)
    (rent,) = charges_of(home)
    for amount, reason, field in ((20_001, "why", "amount"), (0, "why", "amount"), (20_000, " ", "reason")):
        with pytest.raises(Refused) as told:
            charges.waive(home, rent.id, amount, reason, "form-1", **clock())
        assert told.value.field == field
    charges.waive(home, rent.id, 20_000, "heating was off", "form-1", **clock())
    charges.waive(home, rent.id, 20_000, "heating was off", "form-1", **clock())
    assert till.owes(home) == {}
    assert till.differences() == []


def test_a_deposit_is_taken_back_not_waived(till, open_rental, clock, charges_of) -> None:
    home = open_rental(deposit_minor=150_000)
    deposit = next(line for line in charges_of(home) if line.type == "deposit")
    with pytest.raises(Refused):
        charges.waive(home, deposit.id, 1, "why", "form-1", **clock())
    charges.correct(home, deposit.id, 0, "insured instead", "form-2", **clock())
    assert till.owes(home) == {"rent_receivable": RENT}
    assert till.total("deposits_held") == till.total("fee_waivers") == 0
    assert till.differences() == []


def test_what_a_page_shows_first_is_what_is_posted_and_a_rehearsal_leaves_nothing(
    till, open_rental, clock, charges_of
) -> None:
    home = open_rental()
    cash(till, home, 50_000)
    entries = till.count(JournalEntry)
    shown = charges.preview_add(home, parking(), "form-1", **clock())
    assert till.count(JournalEntry) == entries
    assert till.count(Charge) == 1
    assert (shown.before.owed_minor, shown.after.owed_minor) == (70_000, 74_500)
    assert (shown.before.due_minor, shown.after.due_minor) == (70_000, 74_500)
    assert shown.after.charge_minor == 4_500
    assert [entry.cause for entry in shown.entries] == ["charge.one_off"]
    charges.add(home, parking(), "form-1", **clock())
    assert till.owes(home) == {"rent_receivable": 70_000, "other_receivable": 4_500}


@pytest.mark.parametrize("name", ["bo", "tess", "lena", "stan"])
def test_nobody_without_the_right_adjusts_anything(till, open_rental, clock, charges_of, name) -> None:
    home = open_rental()
    (rent,) = charges_of(home)
    for act in (
        lambda: charges.add(home, parking(), "form-1", **clock(name)),
        lambda: charges.waive(home, rent.id, 1, "why", "form-1", **clock(name)),
        lambda: charges.correct(home, rent.id, 0, "why", "form-1", **clock(name)),
        lambda: charges.preview_add(home, parking(), "form-1", **clock(name)),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert till.count(Charge) == 1


def test_a_charge_of_another_agreement_is_not_there(open_rental, clock, charges_of) -> None:
    mine, other = open_rental(), open_rental("bo")
    (rent,) = charges_of(other)
    for act in (
        lambda: charges.waive(mine, rent.id, 1, "why", "form-1", **clock()),
        lambda: charges.correct(mine, rent.id, 0, "why", "form-1", **clock()),
    ):
        with pytest.raises(Gone):
            act()


def test_nothing_is_added_to_an_agreement_that_is_over(till, loan, clock) -> None:
    cash(till, loan, 10**9)
    with pytest.raises(Refused):
        charges.add(loan, parking(type="fee"), "form-1", **clock())
