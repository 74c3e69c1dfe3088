"""Autopay is set up, prepared, accepted, changed and ended by its person alone, and every acceptance is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.actions import autopay, holds, methods, permissions
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import Autopay, BellNotice, Mandate, Outbox
from tests.domain.actions.autopays import Autopays, contract
from tests.domain.actions.paying import NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def auto(till: Till) -> Autopays:
    return Autopays(till)


def args(till: Till, name: str = "bo", **more):
    return {"who": till.who(name), "today": TODAY, "now": NOW} | more


def test_what_was_accepted_is_kept_and_mailed_in_the_same_commit(auto, till, loan, bank) -> None:
    ref = auto.set_up(loan, bank)
    row = auto.row(ref)
    (mandate,) = auto.mandates()
    assert (row.state, row.mandate_id) == ("active", mandate.id)
    assert (mandate.recurring, mandate.version, mandate.strength) == (True, "autopay-2026-11", "totp")
    assert "again and again" in mandate.text
    assert till.mails("permission") == 1
    assert till.count(Outbox, Outbox.event == "autopay_on") >= 1
    assert till.count(BellNotice, BellNotice.event == "autopay_on") == 1
    assert till.audits("autopay.set_up") == 1


def test_the_next_debit_is_the_next_due_date_of_the_loan(auto, loan, bank) -> None:
    row = auto.row(auto.set_up(loan, bank))
    assert row.next_period == row.next_due_on.isoformat()
    assert row.next_due_on >= TODAY
    assert row.next_debit_on >= row.next_due_on
    assert row.next_send_on == row.next_debit_on


def test_the_same_text_again_is_the_same_contract_and_another_one_a_conflict(auto, till, loan, bank) -> None:
    ref = auto.set_up(loan, bank)
    assert auto.set_up(loan, bank) == ref
    with pytest.raises(Conflict):
        auto.set_up(loan, bank, wanted=contract("fixed", amount_minor=100))
    assert till.count(Mandate) == 1


def test_a_permission_of_another_kind_sets_nothing_up(auto, till, loan, bank, card) -> None:
    wanted = contract()
    good = auto.permission(wanted, bank)
    for wrong in (
        replace(good, recurring=False), replace(good, class_code="TEL"), replace(good, text="I allow it."),
        auto.permission(wanted, card),
    ):  # fmt: skip
        with pytest.raises(Refused):
            auto.set_up(loan, bank, permission=wrong)
    assert till.count(Autopay) == till.count(Mandate) == 0


def test_nobody_sets_it_up_on_anothers_agreement_or_from_anothers_account(
    auto, loan, bank, save_method
) -> None:
    with pytest.raises(Gone):
        auto.set_up(loan, bank, name="stan")
    with pytest.raises(Refused):
        auto.set_up(loan, save_method("tess", "bank"), permission=auto.permission(contract(), bank))


@pytest.mark.parametrize("rule", ["minimum", "statement"])
def test_a_loan_has_no_statement_to_follow(auto, loan, bank, rule) -> None:
    with pytest.raises(Refused) as refused:
        auto.set_up(loan, bank, wanted=contract(rule))
    assert refused.value.field == "rule"


def test_every_kind_of_agreement_can_have_it(auto, kinds, bank) -> None:
    for kind, ref in kinds("bo").items():
        wanted = contract("minimum" if kind == "credit_line" else "due")
        row = auto.row(auto.set_up(ref, bank, wanted=wanted))
        assert row.next_period, kind


def test_a_hold_lets_nothing_be_set_up(auto, till, loan, bank) -> None:
    holds.place(loan, "eviction", "court", ref="h1", **args(till, "dana"))
    with pytest.raises(Refused):
        auto.set_up(loan, bank)


def test_what_staff_prepare_stands_only_when_its_person_accepts(auto, till, loan, bank) -> None:
    person = till.house.person("bo")
    ref = autopay.prepare(loan, person, contract(), [bank], **args(till, "dana"))
    row = auto.row(ref)
    assert (row.state, row.mandate_id, row.next_period) == ("prepared", None, "")
    assert till.count(Mandate) == 0
    text = auto.permission(contract(), bank)
    with pytest.raises(Gone):
        autopay.accept(ref, permission=text, **args(till, "stan"))
    with pytest.raises(Gone):
        autopay.accept(ref, permission=text, **args(till, "dana"))
    autopay.accept(ref, permission=text, **args(till))
    row = auto.row(ref)
    assert (row.state, bool(row.mandate_id), bool(row.next_period)) == ("active", True, True)
    assert autopay.accept(ref, permission=text, **args(till)) == ref
    assert till.count(Mandate) == 1


def test_only_the_office_prepares_and_a_declined_one_never_began(auto, till, loan, bank) -> None:
    with pytest.raises(NotAllowed):
        autopay.prepare(loan, till.house.person("bo"), contract(), [bank], **args(till))
    with pytest.raises(Gone):
        autopay.prepare(loan, till.house.person("stan"), contract(), [bank], **args(till, "dana"))
    ref = autopay.prepare(loan, till.house.person("bo"), contract(), [bank], **args(till, "dana"))
    autopay.end(ref, **args(till))
    assert (auto.row(ref).state, auto.row(ref).stopped_code) == ("ended", "declined")
    assert auto.set_up(loan, bank)


def test_a_change_within_what_was_accepted_needs_no_new_yes(auto, till, loan, bank) -> None:
    ref = auto.set_up(loan, bank, wanted=contract(limit_minor=50_000))
    autopay.change(ref, contract(limit_minor=40_000), [bank], **args(till))
    assert auto.row(ref).limit_minor == 40_000
    assert till.count(Mandate) == 1
    assert till.audits("autopay.changed") == 1


def test_a_change_beyond_it_needs_a_new_acceptance_and_the_old_permission_ends(
    auto, till, loan, bank
) -> None:
    ref = auto.set_up(loan, bank, wanted=contract(limit_minor=50_000))
    wider = contract(limit_minor=60_000)
    with pytest.raises(Refused):
        autopay.change(ref, wider, [bank], **args(till))
    assert auto.row(ref).limit_minor == 50_000
    autopay.change(ref, wider, [bank], permission=auto.permission(wider, bank), **args(till))
    row, (first, second) = auto.row(ref), auto.mandates()
    assert (row.limit_minor, row.mandate_id, row.state) == (60_000, second.id, "active")
    assert first.ended_at is not None
    assert second.ended_at is None


def test_a_change_less_than_two_days_before_a_debit_says_whether_it_still_catches_it(
    auto, till, loan, bank
) -> None:
    ref = auto.set_up(loan, bank, wanted=contract(limit_minor=50_000))
    due = auto.row(ref).next_debit_on
    said = autopay.change(
        ref, contract(limit_minor=40_000), [bank], **args(till, today=due - timedelta(days=1))
    )
    assert "counts for it already" in str(said[0])
    said = autopay.change(
        ref, contract(limit_minor=30_000), [bank], **args(till, today=due - timedelta(days=2))
    )
    assert said == []


def test_it_ends_when_its_person_says_so_and_the_permission_with_it(auto, till, loan, bank) -> None:
    ref = auto.set_up(loan, bank)
    with pytest.raises(Gone):
        autopay.end(ref, **args(till, "stan"))
    assert autopay.end(ref, **args(till)) == 0
    assert autopay.end(ref, **args(till)) == 0
    row = auto.row(ref)
    assert (row.state, row.stopped_code, row.next_send_on) == ("ended", "by_payer", None)
    assert auto.mandates()[0].ended_at is not None
    assert till.count(BellNotice, BellNotice.event == "autopay_ended") == 1
    assert auto.set_up(loan, bank) != ref


def test_staff_end_it_for_somebody_who_asks(auto, till, loan, bank) -> None:
    ref = auto.set_up(loan, bank)
    autopay.end(ref, **args(till, "dana"))
    assert auto.row(ref).stopped_code == "by_office"


def test_a_debit_that_was_begun_and_not_sent_is_cancelled_with_it(auto, till, loan, bank) -> None:
    ref = auto.set_up(loan, bank)
    auto.run(auto.row(ref).next_send_on)
    debit = auto.debit(ref)
    assert debit.state == "begun"
    assert autopay.end(ref, **args(till)) == 1
    assert till.state(f"autopay-{ref}-{debit.period}") == "cancelled"


def test_it_ends_with_the_permission_it_rests_on(auto, till, loan, bank) -> None:
    ref = auto.set_up(loan, bank)
    permissions.end(auto.mandates()[0].ref, **args(till))
    assert (auto.row(ref).state, auto.row(ref).stopped_code) == ("ended", "permission_ended")


def test_it_ends_with_its_first_way_to_pay_and_goes_on_without_a_backup(
    auto, till, loan, bank, card, save_method
) -> None:
    ref = auto.set_up(loan, bank, card)
    methods.remove(card, who=till.who("bo"), now=NOW)
    assert auto.row(ref).state == "active"
    methods.remove(bank, who=till.who("bo"), now=NOW)
    assert (auto.row(ref).state, auto.row(ref).stopped_code) == ("ended", "method_removed")


def test_a_backup_that_needs_a_mandate_of_its_own_is_refused(auto, till, loan, bank, card) -> None:
    from domain.transaction import transaction
    from models import PaymentMethod

    with transaction() as session:
        session.query(PaymentMethod).where(PaymentMethod.ref == card).update(
            {"kind": "bank", "gateway": "sepa_file"}
        )
    with pytest.raises(Refused):
        auto.set_up(loan, bank, card)


def test_the_days_of_the_contract_are_kept(auto, loan, bank) -> None:
    wanted = contract(
        "fixed", amount_minor=5_000, cadence="biweekly", anchor_on=date(2026, 3, 6), ends_on=date(2026, 4, 30)
    )
    row = auto.row(auto.set_up(loan, bank, wanted=wanted))
    assert (row.next_period, row.next_debit_on) == ("2026-03-06", date(2026, 3, 6))
    assert row.ends_on == date(2026, 4, 30)
