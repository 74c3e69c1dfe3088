"""What follows for autopay when money comes, fails or goes back: retries, the other way to pay, the stop after two."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from domain.actions import scheduled
from domain.actions.autopay_retries import begin_retries
from domain.words import sentence_from
from models import Agreement, Attempt, BellNotice, Hold, Payment, PaymentMethod, db
from tests.domain.actions.autopaying import DUE, Contracts
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def contracts(till: Till) -> Contracts:
    return Contracts(till)


@pytest.fixture
def begin(contracts: Contracts, open_agreement, save_method):
    """`begin("card", "bank")`: a contract by these ways to pay whose first debit is planned; its ref."""

    def write(*slugs: str) -> str:
        methods = [save_method("bo", slug) for slug in slugs]
        ref = contracts.write(open_agreement("bo"), *methods, accepted_on=DUE - DAY)
        contracts.run(DUE)
        return ref

    return write


def period(contracts: Contracts, ref: str) -> tuple[str, str]:
    first = contracts.debits(ref)[0]
    return first.state, first.code


def end(contracts: Contracts, ref: str, event: str, code: str = "", on=DUE) -> None:
    contracts.till.settle(contracts.payments(ref)[-1].ref, event, code=code, on=on)


def again(contracts: Contracts, on) -> int:
    return begin_retries(today=on, now=NOW).begun


def test_money_that_came_ends_the_period_and_is_the_last_amount(contracts: Contracts, begin) -> None:
    ref = begin("card")
    scheduled.send_due(today=DUE, now=NOW)
    assert period(contracts, ref) == ("done", "")
    row = contracts.row(ref)
    assert (row.failures, row.last_minor) == (0, 3 * INSTALLMENT)


def test_a_soft_decline_is_tried_again_on_its_day_under_the_same_obligation(
    contracts: Contracts, begin
) -> None:
    ref = begin("card_insufficient")
    scheduled.send_due(today=DUE, now=NOW)
    assert period(contracts, ref) == ("retry", "insufficient_funds")
    assert again(contracts, DUE + 2 * DAY) == 0
    assert [again(contracts, DUE + 3 * DAY), again(contracts, DUE + 3 * DAY)] == [1, 0]
    scheduled.send_due(today=DUE + 3 * DAY, now=NOW)
    assert contracts.till.count(BellNotice, BellNotice.event == "autopay_retry") == 2
    first, second = contracts.payments(ref)
    assert second.represents_id == first.id
    assert second.ref == f"{first.ref}-2"
    with contracts.till.house.app.app_context():
        keys = db.session.scalars(select(Attempt.key).order_by(Attempt.id)).all()
    assert keys[1] == keys[0].removesuffix("1") + "2"


def test_the_other_way_to_pay_is_tried_the_next_day(contracts: Contracts, begin) -> None:
    ref = begin("bank_declined", "card")
    scheduled.send_due(today=DUE, now=NOW)
    assert again(contracts, DUE) == 0
    assert again(contracts, DUE + DAY) == 1
    assert [one.instrument for one in contracts.payments(ref)] == ["bank", "card"]


def test_what_is_never_tried_again_is_given_up_and_told(contracts: Contracts, begin) -> None:
    ref = begin("bank_declined")
    scheduled.send_due(today=DUE, now=NOW)
    assert period(contracts, ref)[0] == "given_up"
    assert contracts.till.count(BellNotice, BellNotice.event == "autopay_missed") == 1


@pytest.mark.safety("L13")
def test_after_two_failed_periods_in_a_row_the_contract_stops_and_both_sides_are_told(
    contracts: Contracts, begin
) -> None:
    ref = begin("bank_declined")
    scheduled.send_due(today=DUE, now=NOW)
    assert (contracts.row(ref).state, contracts.row(ref).failures) == ("active", 1)
    contracts.tell(DUE + 13 * DAY)
    contracts.run(DUE + 14 * DAY)
    scheduled.send_due(today=DUE + 14 * DAY, now=NOW)
    assert (contracts.row(ref).state, contracts.row(ref).failures) == ("stopped", 2)
    assert contracts.tasks(f"autopay:{ref}:stopped") == 1
    assert contracts.till.count(BellNotice, BellNotice.event == "autopay_stopped") == 1
    assert contracts.run(DUE + 28 * DAY).begun == 0


@pytest.fixture
def two(contracts: Contracts, begin):
    """`two(10, tried=13)`: the first debit came back after ten days and is tried again on a day, the second is sent on
    its own; (contract, ref of the second payment).
    """

    def live(returned: int, tried: int | None = None) -> tuple[str, str]:
        ref = begin("bank")
        scheduled.send_due(today=DUE, now=NOW)
        end(contracts, ref, "settled", on=DUE + 2 * DAY)
        if tried is not None:
            end(contracts, ref, "returned", "R01", on=DUE + returned * DAY)
            assert again(contracts, DUE + tried * DAY) == 1
        contracts.tell(DUE + 13 * DAY)
        contracts.run(DUE + 14 * DAY)
        scheduled.send_due(today=DUE + 14 * DAY, now=NOW)
        first, *_, second = contracts.payments(ref)
        contracts.till.settle(second.ref, "settled", on=DUE + 15 * DAY)
        if tried is None:
            contracts.till.settle(first.ref, "returned", code="R01", on=DUE + returned * DAY)
        return ref, second.ref

    return live


@pytest.mark.safety("L13")
def test_the_second_failed_period_stops_it_while_the_first_is_being_tried_again(
    contracts: Contracts, two
) -> None:
    ref, second = two(10, tried=13)
    assert contracts.row(ref).failures == 1
    contracts.till.settle(second, "returned", code="R01", on=DUE + 17 * DAY)
    assert (contracts.row(ref).state, contracts.row(ref).failures) == ("stopped", 2)


@pytest.mark.safety("L13")
def test_money_that_may_still_bounce_does_not_end_the_count_and_the_stop_names_the_tries_it_cancels(
    contracts: Contracts, two
) -> None:
    ref, second = two(16)
    assert (period(contracts, ref)[0], contracts.row(ref).failures) == ("retry", 1)
    contracts.till.settle(second, "returned", code="R01", on=DUE + 17 * DAY)
    assert contracts.row(ref).state == "stopped"
    with contracts.till.house.app.app_context():
        query = select(BellNotice.data).where(BellNotice.event == "autopay_stopped")
        said = str(sentence_from(db.session.scalars(query).one()["what"]))
    assert said.count("of which we told you, is cancelled.") == 1
    assert "467.91" in said


@pytest.mark.safety("L13")
def test_one_period_that_is_presented_three_times_counts_once(contracts: Contracts, begin) -> None:
    ref = begin("card_insufficient")
    for late in (0, 3, 5, 7):
        again(contracts, DUE + late * DAY)
        scheduled.send_due(today=DUE + late * DAY, now=NOW)
    assert len(contracts.payments(ref)) == 4
    assert period(contracts, ref) == ("given_up", "insufficient_funds")
    assert (contracts.row(ref).state, contracts.row(ref).failures) == ("active", 1)


@pytest.mark.safety("M19")
@pytest.mark.parametrize(
    ("late", "code", "tried_again"), [(2, "R01", True), (59, "R10", False), (400, "R01", False)]
)
def test_money_that_goes_back_late_opens_the_debt_and_takes_nothing_on_the_same_day(
    contracts: Contracts, begin, late: int, code: str, tried_again: bool
) -> None:
    ref = begin("bank")
    scheduled.send_due(today=DUE, now=NOW)
    end(contracts, ref, "settled")
    day = DUE + late * DAY
    contracts.change(ref, next_period="2028-01-03", next_due_on=day, next_debit_on=day, next_send_on=day)
    contracts.tell(day - DAY)
    told = [one.amount_minor for one in contracts.debits(ref)[1:]]
    end(contracts, ref, "returned", code, on=day)
    contracts.tell(day)
    assert again(contracts, day) == 0
    contracts.run(day)
    assert [amount for amount, state in contracts.taken(ref) if state == "scheduled"] in ([], told)
    assert contracts.debits(ref)[0].state == ("retry" if tried_again else "given_up")


@pytest.mark.safety("M11")
def test_a_payment_by_hand_ends_a_retry(contracts: Contracts, begin, save_method) -> None:
    ref = begin("card_insufficient")
    scheduled.send_due(today=DUE, now=NOW)
    with contracts.till.house.app.app_context():
        loan = db.session.get(Agreement, contracts.row(ref).agreement_id).ref
    contracts.till.pay(loan, 3 * INSTALLMENT, save_method("bo", "card"), today=DUE)
    assert again(contracts, DUE + 3 * DAY) == 0
    assert period(contracts, ref)[0] == "covered"


def test_a_method_that_was_removed_is_passed_over(contracts: Contracts, begin) -> None:
    ref = begin("card", "bank")
    contracts.till.change(update(PaymentMethod).where(PaymentMethod.kind == "card").values(removed_at=NOW))
    scheduled.send_due(today=DUE, now=NOW)
    assert period(contracts, ref) == ("retry", "method_removed")
    assert again(contracts, DUE + DAY) == 1


def test_a_hold_keeps_a_begun_debit_back_and_lets_it_go_afterwards(contracts: Contracts, begin) -> None:
    ref = begin("card")
    row = contracts.row(ref)
    values = {"ref": "hold", "agreement_id": row.agreement_id, "type": "other", "reason": "x", "placed_at": NOW,
              "placed_by": "user:2"}  # fmt: skip
    contracts.till.change(insert(Hold).values(**values))
    scheduled.send_due(today=DUE, now=NOW)
    assert period(contracts, ref) == ("retry", "on_hold")
    assert contracts.row(ref).failures == 0
    assert again(contracts, DUE + DAY) == 0
    contracts.till.change(update(Hold).values(lifted_at=NOW))
    assert again(contracts, DUE + 2 * DAY) == 1
    assert contracts.till.count(Payment, Payment.channel == "autopay") == 2


def test_what_its_payer_cancels_is_skipped(contracts: Contracts, begin) -> None:
    ref = begin("card")
    assert scheduled.cancel(contracts.payments(ref)[0].ref, who=contracts.till.who("bo"), today=DUE, now=NOW)
    assert period(contracts, ref) == ("skipped", "by_payer")


def test_nothing_is_tried_again_while_its_person_has_paused_it(contracts: Contracts, begin) -> None:
    ref = begin("card_insufficient")
    scheduled.send_due(today=DUE, now=NOW)
    assert period(contracts, ref) == ("retry", "insufficient_funds")
    contracts.change(ref, paused_from=DUE + DAY, paused_until=DUE + 9 * DAY)
    assert again(contracts, DUE + 3 * DAY) == 0
    assert period(contracts, ref) == ("skipped", "paused")
    assert again(contracts, DUE + 12 * DAY) == 0
    assert len(contracts.payments(ref)) == 1
