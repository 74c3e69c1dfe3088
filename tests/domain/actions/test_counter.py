"""Money at the counter: one commit from the hand to the receipt."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from domain.actions import counter, holds, payments, people
from domain.actions.counter import Particulars
from domain.actions.payment_limits import TwinPayment
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import Agreement, Allocation, Attempt, Charge, JournalEntry, Payment, Receipt, db
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY, Till
from tests.fixtures.agreements import clock_today
from tests.fixtures.four_kinds import shared_rental

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


PAPER = Particulars(number="1042", bank="First Bank", last4="4242", note="for May")


def take(till: Till, loan: str, amount: int, instrument: str = "cash", ref: str = "form-1", **more) -> str:
    who = till.who(more.pop("name", "dana"))
    more = {"paper": PAPER} | more
    return counter.take(loan, amount, instrument, ref, who=who, **({"today": TODAY, "now": NOW} | more))


@pytest.mark.parametrize(
    ("instrument", "note"),
    [
        ("cash", "for May"),
        ("check", "#1042 · First Bank · for May"),
        ("certified", "#1042 · First Bank · for May"),
        ("money_order", "#1042 · First Bank · for May"),
        ("terminal", "••4242 · #1042 · First Bank · for May"),
    ],
)
def test_money_in_hand_is_settled_with_its_receipt_in_one_commit(till, loan, instrument, note) -> None:
    before = till.owes(loan)["loan_principal"]
    ref = take(till, loan, INSTALLMENT, instrument)
    payment = till.row(ref)
    assert (payment.state, payment.settled_on, payment.gateway) == ("settled", TODAY, "counter")
    assert (payment.instrument, payment.note, payment.returnable_until) == (instrument, note, None)
    assert till.owes(loan)["loan_principal"] < before
    assert till.total("undeposited") == INSTALLMENT
    assert till.total("clearing_sandbox") == till.count(Attempt) == 0
    assert till.count(Receipt) == till.mails("counter_receipt") == 1
    assert till.timeline(ref) == ["begun", "settled"]
    assert till.charges() == []
    assert till.differences() == []


def test_more_than_is_owed_is_kept_as_credit_and_closes_the_agreement(till, loan) -> None:
    take(till, loan, 10**9)
    assert set(till.owes(loan)) == {"customer_credit"}
    assert till.agreement(loan).status == "closed"
    assert till.differences() == []


@pytest.mark.parametrize("amount", [0, -1, counter.MOST_MINOR + 1])
def test_an_amount_that_cannot_be_is_refused(till, loan, amount) -> None:
    with pytest.raises(Refused) as told:
        take(till, loan, amount)
    assert told.value.field == "amount"
    assert till.count(Payment) == 0


def test_only_what_is_in_hand_is_taken(till, loan) -> None:
    for instrument in ("card", "bank", "transfer", "", "gold"):
        with pytest.raises(Refused) as told:
            take(till, loan, INSTALLMENT, instrument)
        assert told.value.field == "instrument"
    assert till.count(Payment) == 0


@pytest.mark.parametrize("name", ["bo", "tess", "lena", "stan"])
def test_only_staff_take_money(till, loan, name) -> None:
    with pytest.raises(NotAllowed):
        take(till, loan, INSTALLMENT, name=name)
    assert till.count(Payment) == 0


def test_an_agreement_that_is_not_there_takes_nothing(till, loan) -> None:
    with pytest.raises(Gone):
        take(till, "no-such-agreement", INSTALLMENT)
    till.change(update(Agreement).values(status="undone"))
    with pytest.raises(Refused):
        take(till, loan, INSTALLMENT)
    assert till.count(Payment) == 0


def test_the_same_form_again_returns_its_payment_and_another_payment_is_refused(
    till, loan, open_agreement
) -> None:
    ref = take(till, loan, INSTALLMENT)
    assert take(till, loan, INSTALLMENT, now=NOW + DAY) == ref
    other = open_agreement("tess")
    for agreement, amount, instrument in (
        (loan, 1, "cash"),
        (loan, INSTALLMENT, "check"),
        (other, INSTALLMENT, "cash"),
    ):
        with pytest.raises(Conflict):
            take(till, agreement, amount, instrument)
    assert till.total("undeposited") == INSTALLMENT
    assert till.count(Receipt) == 1


def test_a_form_of_the_portal_is_not_taken_at_the_counter(till, loan, bank) -> None:
    ref = till.pay(loan, INSTALLMENT, bank)
    with pytest.raises(Conflict):
        take(till, loan, INSTALLMENT, ref=ref)
    assert till.total("undeposited") == 0


def test_a_check_that_bounces_opens_the_debt_again(till, loan) -> None:
    before = till.owes(loan)
    ref = take(till, loan, INSTALLMENT, "check")
    assert till.settle(ref, "returned", code="R01", on=TODAY)
    after = till.owes(loan)
    assert after["loan_principal"] == before["loan_principal"]
    assert till.total("undeposited") == 0
    assert till.differences() == []


def test_a_fault_before_the_commit_leaves_nothing(till, loan, monkeypatch) -> None:
    def break_down(*_given: object, **_named: object) -> None:
        raise RuntimeError("the printer is on fire")

    monkeypatch.setattr(payments, "keep_event", break_down)
    before = till.balances(loan)
    with pytest.raises(RuntimeError):
        take(till, loan, INSTALLMENT)
    assert till.balances(loan) == before
    assert till.count(Payment) == till.count(Receipt) == 0
    assert till.count(JournalEntry, JournalEntry.cause == "payment.settled") == 0


def test_cash_below_the_amount_is_refused_and_the_change_is_written_down(till, loan) -> None:
    with pytest.raises(Refused) as told:
        take(till, loan, INSTALLMENT, paper=Particulars(given_minor=INSTALLMENT - 1))
    assert told.value.field == "given"
    assert till.count(Payment) == 0
    take(till, loan, INSTALLMENT, paper=Particulars(given_minor=20_000))
    assert till.total("undeposited") == INSTALLMENT
    detail = till.detail("payment.taken_at_counter")
    assert (detail["given_minor"], detail["change_minor"]) == (20_000, 20_000 - INSTALLMENT)


@pytest.mark.parametrize("instrument", ["check", "terminal"])
def test_where_only_certified_funds_are_taken_what_can_come_back_is_refused(till, loan, instrument) -> None:
    clock = {"who": till.who("dana"), "today": TODAY, "now": NOW}
    holds.place(loan, "certified_funds", "two checks bounced", "hold-1", **clock)
    with pytest.raises(Refused) as told:
        take(till, loan, INSTALLMENT, instrument)
    assert told.value.field == "instrument"
    assert till.count(Payment) == 0
    for number, taken in enumerate(("cash", "certified", "money_order")):
        take(till, loan, 1_000, taken, ref=f"form-{number}")
    assert till.total("undeposited") == 3_000


def test_the_named_payer_is_kept_gets_the_mail_and_must_be_on_the_agreement(till, house, loan) -> None:
    people.assign(loan, by="setup", today=TODAY, now=NOW, person_ref=house.person("tess"), role="joint")
    ref = take(till, loan, INSTALLMENT, payer=house.person("tess"))
    assert till.row(ref).payer_named
    assert till.mailed_to("counter_receipt") == ["tess@example.org"]
    with pytest.raises(Refused) as told:
        take(till, loan, INSTALLMENT, ref="form-2", payer=house.person("stan"))
    assert told.value.field == "payer"
    assert till.count(Payment) == 1
    assert till.differences() == []


def test_who_is_named_pays_their_share_and_whoever_pays_whatever_is_due(till, house) -> None:
    flat = shared_rental(house)
    today = clock_today(house)

    def paid_by(payment: str) -> set[str]:
        with house.app.app_context():
            query = select(Charge.payer).join(Allocation, Allocation.charge_id == Charge.id)
            return set(db.session.scalars(query.join(Payment).where(Payment.ref == payment)))

    tess = str(till.who("tess").person_id)
    named = take(till, flat, 2 * 48_000, today=today, now=house.now, payer=house.person("tess"))
    assert paid_by(named) == {tess}
    anybody = take(till, flat, 200_000, today=today, now=house.now, ref="form-2")
    assert str(till.who("bo").person_id) in paid_by(anybody)
    assert not till.row(anybody).payer_named
    assert till.differences() == []


def test_several_agreements_are_taken_in_one_commit_each_with_its_receipt(till, loan, open_agreement) -> None:
    other = open_agreement("bo")
    clock = {"who": till.who("dana"), "today": TODAY, "now": NOW, "paper": Particulars(given_minor=5_000)}
    wishes = [(loan, 2_000), (other, 3_000)]
    refs = counter.take_all(wishes, "cash", "one-form", **clock)
    assert counter.take_all(wishes, "cash", "one-form", **clock) == refs
    assert [till.row(ref).amount_minor for ref in refs] == [2_000, 3_000]
    assert {till.row(ref).checkout_ref for ref in refs} == {"one-form"}
    assert till.count(Receipt) == till.mails("counter_receipt") == 2
    assert till.total("undeposited") == 5_000
    assert till.differences() == []


def test_of_several_agreements_all_are_taken_or_none(till, loan, open_agreement) -> None:
    other = open_agreement("bo")
    clock = {"who": till.who("dana"), "today": TODAY, "now": NOW}
    with pytest.raises(Refused):
        counter.take_all([(loan, 2_000), (other, 0)], "cash", "one-form", **clock)
    with pytest.raises(Gone):
        counter.take_all([(loan, 2_000), ("gone", 10)], "cash", "one-form", **clock)
    with pytest.raises(Refused):
        counter.take_all(
            [(loan, 2_000), (other, 3_000)], "cash", "x", paper=Particulars(given_minor=4_999), **clock
        )
    with pytest.raises(Refused):
        counter.take_all([], "cash", "one-form", **clock)
    assert till.count(Payment) == 0


def test_a_check_that_seems_to_be_taken_already_is_asked_about(till, loan) -> None:
    first = take(till, loan, 5_000, "check")
    for paper in (PAPER, Particulars("1042"), Particulars("1042", note="again")):
        with pytest.raises(TwinPayment) as twin:
            take(till, loan, 5_000, "check", "form-2", paper=paper)
        assert (twin.value.ref, twin.value.begun_at) == (first, NOW)
    assert till.count(Payment) == 1
    assert take(till, loan, 5_000, "check", "form-1") == first
    take(till, loan, 5_000, "check", "form-2", again=True)
    assert till.count(Payment) == 2


def test_another_number_amount_or_kind_of_paper_is_no_twin(till, loan) -> None:
    take(till, loan, 5_000, "check")
    take(till, loan, 5_000, "check", "form-2", paper=Particulars("10421"))
    take(till, loan, 5_001, "check", "form-3")
    take(till, loan, 5_000, "money_order", "form-4")
    take(till, loan, 5_000, "cash", "form-5")
    take(till, loan, 5_000, "cash", "form-6")
    assert till.count(Payment) == 6


def test_the_same_check_of_the_same_payer_is_asked_about_on_another_agreement_too(
    till, loan, open_agreement
) -> None:
    take(till, loan, 5_000, "check")
    second = open_agreement("bo")
    with pytest.raises(TwinPayment):
        take(till, second, 5_000, "check", "form-2")
    take(till, open_agreement("stan"), 5_000, "check", "form-3")


def test_one_check_for_two_agreements_is_no_twin_of_itself_but_the_next_form_is(
    till, loan, open_agreement
) -> None:
    wishes = [(loan, 5_000), (open_agreement("bo"), 5_000)]
    given = {"who": till.who("dana"), "today": TODAY, "now": NOW, "paper": PAPER}
    counter.take_all(wishes, "check", "form-1", **given)
    with pytest.raises(TwinPayment):
        counter.take_all(wishes, "check", "form-2", **given)
    assert till.count(Payment) == 2
    counter.take_all(wishes, "check", "form-2", again=True, **given)
    assert till.count(Payment) == 4
