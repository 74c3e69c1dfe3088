"""Autopay is paused, resumed, skipped and answered until a debit is sent, and what is left out stays owed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.actions import autopay, scheduled
from domain.records.autopay_rows import stop_contract
from domain.transaction import transaction
from domain.words import Conflict, Gone, Refused
from models import BellNotice
from tests.domain.actions.autopays import Autopays, at_noon, contract
from tests.domain.actions.paying import NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
DAY = timedelta(days=1)


@pytest.fixture
def auto(till: Till) -> Autopays:
    return Autopays(till)


@pytest.fixture
def ref(auto, loan, bank) -> str:
    return auto.set_up(loan, bank)


def args(till: Till, name: str = "bo", **more):
    return {"who": till.who(name), "today": TODAY, "now": NOW} | more


def test_a_pause_with_a_last_day_passes_over_its_debits_and_goes_on_by_itself(auto, till, ref) -> None:
    before = auto.row(ref).next_debit_on
    autopay.pause(ref, until_on=before, **args(till))
    row = auto.row(ref)
    assert (row.state, row.paused_until) == ("active", before)
    assert row.next_debit_on > before
    assert till.count(BellNotice, BellNotice.event == "autopay_changed") == 1


def test_a_pause_without_an_end_takes_nothing_until_it_is_resumed(auto, till, ref) -> None:
    period = auto.row(ref).next_period
    autopay.pause(ref, **args(till))
    assert (auto.row(ref).state, auto.row(ref).next_send_on) == ("paused", None)
    assert auto.run(TODAY + 60 * DAY).begun == 0
    autopay.resume(ref, **args(till))
    autopay.resume(ref, **args(till))
    assert (auto.row(ref).state, auto.row(ref).next_period) == ("active", period)
    assert till.audits("autopay.resumed") == 1


@pytest.mark.parametrize(
    "days", [{"until_on": TODAY - DAY}, {"from_on": TODAY - DAY}, {"until_on": TODAY + 400 * DAY}]
)
def test_a_pause_in_the_past_or_too_long_is_refused(auto, till, ref, days) -> None:
    with pytest.raises(Refused):
        autopay.pause(ref, **days, **args(till))
    with pytest.raises(Gone):
        autopay.pause(ref, **args(till, "stan"))


def test_a_pause_cancels_what_was_begun_and_not_sent(auto, till, ref) -> None:
    day = auto.row(ref).next_send_on
    auto.run(day)
    debit = auto.debit(ref)
    autopay.pause(ref, **args(till, today=day, now=at_noon(day)))
    assert till.state(f"autopay-{ref}-{debit.period}") == "cancelled"
    assert auto.debit(ref, debit.period).state == "skipped"


def test_one_that_stopped_after_failures_is_accepted_anew_and_one_without_a_way_to_pay_is_resumed(
    auto, till, ref, bank
) -> None:
    def stop(code: str) -> None:
        with transaction() as session:
            assert stop_contract(session, auto.row(ref).id, code, by="test", now=NOW)

    stop("R01")
    with pytest.raises(Refused):
        autopay.resume(ref, **args(till))
    text = auto.permission(contract(), bank)
    autopay.accept(ref, permission=text, **args(till))
    assert auto.row(ref).state == "active"
    stop("method_stopped")
    autopay.resume(ref, **args(till))
    assert (auto.row(ref).state, auto.row(ref).stopped_code) == ("active", "")


def test_a_period_is_skipped_once_and_taken_after_all(auto, till, ref) -> None:
    period = auto.row(ref).next_period
    for _ in range(2):
        autopay.skip(ref, period, **args(till))
    assert (auto.debit(ref).state, auto.debit(ref).code) == ("skipped", "by_payer")
    assert till.audits("autopay.skipped") == 1
    autopay.unskip(ref, period, **args(till))
    assert auto.debit(ref).state == "planned"
    day = auto.row(ref).next_send_on
    assert auto.run(day).begun == 1


def test_a_skipped_period_is_not_begun_and_the_next_one_follows(auto, till, ref) -> None:
    row = auto.row(ref)
    autopay.skip(ref, row.next_period, **args(till))
    assert auto.run(row.next_send_on).begun == 0
    assert auto.row(ref).next_period > row.next_period
    assert auto.debit(ref, row.next_period).state == "skipped"


def test_a_later_period_can_be_skipped_and_one_that_does_not_come_cannot(auto, till, loan, bank) -> None:
    wanted = contract("fixed", amount_minor=500, cadence="weekly", anchor_on=date(2026, 3, 6))
    ref = auto.set_up(loan, bank, wanted=wanted)
    autopay.skip(ref, "2026-03-20", **args(till))
    assert auto.debit(ref, "2026-03-20").state == "skipped"
    for wrong in ("2026-03-19", "2026-02-27", "never", ""):
        with pytest.raises(Conflict):
            autopay.skip(ref, wrong, **args(till))
    with pytest.raises(Gone):
        autopay.skip(ref, "2026-03-13", **args(till, "stan"))


def test_a_debit_is_skipped_until_it_is_sent_and_not_after(auto, till, ref) -> None:
    row = auto.row(ref)
    auto.run(row.next_send_on)
    at = {"today": row.next_send_on, "now": at_noon(row.next_send_on)}
    autopay.skip(ref, row.next_period, **args(till, **at))
    assert till.state(f"autopay-{ref}-{row.next_period}") == "cancelled"
    second = auto.row(ref)
    auto.run(second.next_send_on)
    at = {"today": second.next_send_on, "now": at_noon(second.next_send_on)}
    assert scheduled.send_due(**at).sent == 1
    with pytest.raises(Conflict):
        autopay.skip(ref, second.next_period, **args(till, **at))
    assert till.state(f"autopay-{ref}-{second.next_period}") != "cancelled"


def test_an_answer_to_an_amount_above_the_limit_counts_this_one_time(auto, till, loan, bank) -> None:
    ref = auto.set_up(loan, bank, wanted=contract(limit_minor=1_000))
    row = auto.row(ref)
    autopay.answer_limit(ref, row.next_period, True, **args(till))
    assert auto.debit(ref).state == "approved"
    assert auto.run(row.next_send_on).begun == 1
    after = auto.row(ref)
    autopay.answer_limit(ref, after.next_period, True, **args(till))
    autopay.answer_limit(ref, after.next_period, False, **args(till))
    assert auto.debit(ref, after.next_period).state == "skipped"
    assert auto.run(after.next_send_on).begun == 0
