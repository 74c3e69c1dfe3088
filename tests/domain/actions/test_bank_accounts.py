"""An account typed on our page: checked, sealed, kept once, proved before its first debit."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import text, update

from domain import sealing
from domain.actions import bank_accounts, methods
from domain.records.batch_extras import AMOUNTS_PLACE
from domain.rules.account_entry import Typed
from domain.transaction import transaction
from domain.words import Gone, Refused
from gateways.files import BankAccount
from models import PaymentMethod
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY, Till
from tests.fixtures.ach import ACH

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH, DUEBOOK_ACH_VERIFY="none")
MICRO = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH, DUEBOOK_ACH_VERIFY="micro")
RIGHT = Typed("000 123 456 789", "000123456789", "Bo Rivera", "mine", "021000021", "checking")


def add(till: Till, typed: Typed = RIGHT, setup: str = "form-1", name: str = "bo", keep: bool = True) -> str:
    who = till.who(name)
    return bank_accounts.add(
        "ach_file", typed, keep=keep, named="Bank account", setup_ref=setup, who=who, now=NOW
    )  # fmt: skip


def kept(till: Till, ref: str) -> PaymentMethod:
    with till.house.app.app_context():
        return PaymentMethod.query.filter_by(ref=ref).one()


@pytest.mark.safety("D1", "D4")
def test_the_number_is_sealed_and_only_its_last_digits_stand_anywhere(till) -> None:
    ref = add(till)
    row = kept(till, ref)
    assert (row.gateway, row.label, row.last4, row.account_type) == (
        "ach_file",
        "Bank account ••6789",
        "6789",
        "checking",
    )
    opened = BankAccount(**json.loads(sealing.unseal(row.token_sealed, f"payment_method.token:{ref}")))
    assert opened == BankAccount("000123456789", "021000021", "checking", "Bo Rivera", "US")
    with transaction() as session:
        tables = ("payment_method", "audit_event", "outbox")
        everything = repr([session.execute(text(f"SELECT * FROM {name}")).all() for name in tables])
    assert "000123456789" not in everything
    assert "021000021" not in everything


def test_the_same_form_again_is_the_same_method(till) -> None:
    assert add(till) == add(till)
    assert till.count(PaymentMethod) == 1
    with pytest.raises(Gone):
        add(till, name="stan")


@pytest.mark.safety("D5")
def test_the_same_account_twice_says_so_and_another_person_may_have_it(till) -> None:
    add(till)
    with pytest.raises(Refused, match=r"saved already: Bank account ••6789"):
        add(till, setup="form-2")
    add(till, replace(RIGHT, holder="Stan Wu"), setup="form-3", name="stan")
    assert till.count(PaymentMethod) == 2


def test_an_account_that_was_removed_or_served_once_can_be_added(till) -> None:
    methods.remove(add(till), who=till.who("bo"), now=NOW)
    add(till, setup="form-2", keep=False)
    add(till, setup="form-3")
    assert till.count(PaymentMethod) == 3


@pytest.mark.safety("D5")
def test_after_the_keys_were_changed_the_same_account_is_still_found(till) -> None:
    add(till)
    before = sealing.current_key()
    sealing.configure(b"another master key of thirty-two bytes.")
    try:
        assert sealing.current_key() != before
        with pytest.raises(Refused, match="saved already"):
            add(till, setup="form-2")
    finally:
        sealing._current = before


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"routing": "021000022"}, {"routing"}), ({"again": "1"}, {"again"}), ({"account_type": ""}, {"account_type"}),
        ({"number": "12", "again": "12"}, {"number"}), ({"holder": "Maria Alvarez"}, {"owner"}),
        ({"number": "021000021", "again": "021000021"}, {"number"}),
        ({"number": "4242424242424242", "again": "4242424242424242"}, {"number"}),
        ({"routing": "", "number": "", "again": "", "holder": "", "owner": ""},
         {"routing", "number", "holder", "owner"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(till, changed, fields) -> None:
    with pytest.raises(bank_accounts.WrongAccount) as wrong:
        add(till, replace(RIGHT, **changed))
    assert set(wrong.value.problems) == fields
    assert till.count(PaymentMethod) == 0


def test_a_gateway_that_takes_no_typed_account_is_not_there(till) -> None:
    for name in ("sandbox", "sepa_file", "nothing"):
        with pytest.raises(Gone):
            bank_accounts.add(name, RIGHT, keep=True, named="x", setup_ref="f", who=till.who("bo"), now=NOW)


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH, DUEBOOK_ACH_VERIFY="prenote")
def test_with_a_prenote_it_waits_and_cannot_pay_yet(till, loan) -> None:
    ref = add(till)
    assert (kept(till, ref).verification, kept(till, ref).verify_amounts_sealed) == ("sent", None)
    with pytest.raises(Refused, match="cannot be used now"):
        till.pay(loan, INSTALLMENT, ref)
    with pytest.raises(Gone):
        bank_accounts.confirm_amounts(ref, [1, 2], who=till.who("bo"), now=NOW)


def amounts(till: Till, ref: str) -> list[int]:
    return json.loads(sealing.unseal(kept(till, ref).verify_amounts_sealed, AMOUNTS_PLACE.format(ref)))


def sent(till: Till) -> str:
    ref = add(till)
    till.change(update(PaymentMethod).values(verify_sent_on=TODAY))
    return ref


@MICRO
def test_two_different_small_amounts_prove_it_in_any_order(till, loan) -> None:
    ref = sent(till)
    first, second = amounts(till, ref)
    assert first != second
    assert {first, second} <= set(range(1, 100))
    bank_accounts.confirm_amounts(ref, [second, first], who=till.who("bo"), now=NOW)
    row = kept(till, ref)
    assert (row.verification, row.verify_amounts_sealed, row.verify_tries) == ("passed", None, 0)
    assert till.state(till.pay(loan, INSTALLMENT, ref)) == "scheduled"


@MICRO
def test_a_new_account_is_the_primary_only_once_its_amounts_were_right(till) -> None:
    ref = sent(till)
    assert kept(till, ref).rank == "other"
    bank_accounts.confirm_amounts(ref, amounts(till, ref), who=till.who("bo"), now=NOW)
    assert kept(till, ref).rank == "primary"


@MICRO
def test_a_later_confirmed_way_leads_before_an_account_that_still_waits(till, bank) -> None:
    ref = sent(till)
    assert (kept(till, ref).rank, kept(till, bank).rank) == ("other", "primary")
    bank_accounts.confirm_amounts(ref, amounts(till, ref), who=till.who("bo"), now=NOW)
    assert (kept(till, ref).rank, kept(till, bank).rank) == ("other", "primary")


@MICRO
def test_a_backup_that_still_waits_takes_no_place_before_it_is_confirmed(till, bank) -> None:
    ref = sent(till)
    methods.rank(ref, "backup", who=till.who("bo"), today=TODAY, now=NOW)
    methods.remove(bank, who=till.who("bo"), now=NOW)
    assert kept(till, ref).rank == "backup"
    bank_accounts.confirm_amounts(ref, amounts(till, ref), who=till.who("bo"), now=NOW)
    assert kept(till, ref).rank == "primary"


@MICRO
def test_after_three_wrong_tries_the_right_ones_help_no_more(till) -> None:
    ref = sent(till)
    right = amounts(till, ref)
    for left in ("Tries left: 2", "Tries left: 1", "That was the last try"):
        with pytest.raises(Refused, match=left):
            bank_accounts.confirm_amounts(ref, [0, 0], who=till.who("bo"), now=NOW)
    bank_accounts.confirm_amounts(ref, right, who=till.who("bo"), now=NOW)
    assert kept(till, ref).verification == "failed"
    assert till.audits("method.verify_failed") == 3


@MICRO
def test_amounts_cannot_be_tried_before_they_are_sent_nor_by_anybody_else(till) -> None:
    ref = add(till)
    with pytest.raises(Refused, match="not been sent yet"):
        bank_accounts.confirm_amounts(ref, amounts(till, ref), who=till.who("bo"), now=NOW)
    with pytest.raises(Gone):
        bank_accounts.confirm_amounts(ref, amounts(till, ref), who=till.who("stan"), now=NOW)
    assert kept(till, ref).verify_tries == 0
