"""Who shares a flat pays alone: what one pays is neither told to the other nor taken off what the other may pay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.actions.payments import start
from domain.reports import agreements, dashboard, payments, receipts
from domain.sealing import fresh_ref
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.four_kinds import open_rental_for, shared_rental

BO_OWES = 70_000 + 2 * 72_000
TESS_OWES = 70_000 + 2 * 48_000
"""Two months: the deposit of 600 and 2 x 50 of parking are for both, the rent is 60 % and 40 % of 1,200."""


def view_of(house, name: str, ref: str):
    found = agreements.views(scope_of(house, name), clock_today(house))
    return next(one for one in found if one.ref == ref)


def test_what_a_roommate_has_on_its_way_does_not_stop_the_other(house, pay) -> None:
    ref = shared_rental(house)
    pay("tess", ref, TESS_OWES, method="bank")
    assert pay("bo", ref, BO_OWES + 12 * 77_000, method="bank")


def test_a_roommate_who_paid_nothing_is_not_told_that_money_is_on_its_way(house, pay) -> None:
    ref = shared_rental(house)
    pay("tess", ref, TESS_OWES, method="bank")
    with house.app.app_context():
        bo, tess = view_of(house, "bo", ref), view_of(house, "tess", ref)
        assert (bo.pending_minor, bo.uncovered_minor, bo.curing) == (0, BO_OWES, False)
        assert (tess.pending_minor, tess.curing) == (TESS_OWES, True)
        [tile] = dashboard.dashboard(scope_of(house, "bo"), clock_today(house)).tiles
        assert tile.pending_minor == 0
        assert view_of(house, "bo", ref).payable_minor == BO_OWES + 12 * 77_000


def test_the_same_amount_from_both_is_no_payment_made_twice(house, pay, save_method) -> None:
    ref = shared_rental(house)
    pay("tess", ref, 48_000, method="bank")
    form, now = fresh_ref(), datetime.now(UTC)
    clock = {"who": scope_of(house, "bo"), "today": clock_today(house), "now": now}
    assert start(ref, 48_000, save_method("bo"), form, again=False, **clock) == form


def test_a_roommates_payments_and_receipts_are_not_there_for_the_other(house, pay) -> None:
    ref = shared_rental(house)
    paid = {"tess": pay("tess", ref, 48_000, method="card"), "bo": pay("bo", ref, 72_000, method="card")}
    with house.app.app_context():
        for name, other in (("bo", "tess"), ("tess", "bo")):
            scope = scope_of(house, name)
            assert [line.ref for line in payments.recent(scope)] == [paid[name]]
            assert receipts.my_receipt(scope, paid[name], {}) is not None
            assert receipts.my_receipt(scope, paid[other], {}) is None
        assert len(payments.recent(scope_of(house, "dana"))) == 2


def test_a_receipt_tells_what_its_payer_still_owes_and_not_what_the_other_does(house, pay) -> None:
    ref = shared_rental(house)
    paid = pay("tess", ref, 48_000, method="card")
    with house.app.app_context():
        receipt = receipts.my_receipt(scope_of(house, "tess"), paid, {})
        assert receipt is not None
        assert receipt.balance_after_minor == TESS_OWES - 48_000


@pytest.mark.parametrize("other", ["bo", "tess"])
def test_joint_holders_without_shares_know_of_each_others_payments(house, pay, other) -> None:
    ref = open_rental_for(house, "bo", "tess")
    paid = pay(other, ref, 10_000, method="bank")
    with house.app.app_context():
        for name in ("bo", "tess"):
            assert view_of(house, name, ref).pending_minor == 10_000
            assert [line.ref for line in payments.recent(scope_of(house, name))] == [paid]
