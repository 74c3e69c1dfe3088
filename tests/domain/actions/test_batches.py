"""Files for the bank: every due debit in exactly one of them, whoever builds and whenever a process ends."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from unittest.mock import Mock

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from domain.actions import batches, scheduled
from domain.actions.batches import Limits
from domain.points import NAMES, watch
from domain.words import Conflict, Refused
from gateways.ach_file.parser import parse
from models import Attempt, BatchLine, Business, Payment, PaymentMethod, Task, db
from tests.domain.actions.filing import Works
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY, at_once
from tests.fixtures.ach import ACH

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH)
CHUNK_POINTS = ("batch.chunk_before_commit", "batch.chunk_kept", "batch.closed", "batch.made")


class Killed(BaseException):
    """The process ends here."""


def test_a_debit_confirmed_before_the_cut_off_waits_for_the_file_of_the_day(works: Works) -> None:
    [ref] = works.plan()
    assert (works.till.state(ref), works.till.row(ref).scheduled_on) == ("scheduled", TODAY)
    [batch_ref] = works.build()
    [batch] = works.rows()
    assert (batch.state, batch.count, batch.debit_minor, batch.number) == ("written", 1, INSTALLMENT, 1)
    assert (batch.leaves_on, batch.effective_on) == (TODAY, TODAY + DAY)
    assert (works.till.state(ref), works.till.row(ref).expected_on) == ("pending", TODAY + 3 * DAY)
    assert works.till.timeline(ref) == ["planned", "filed"]
    [line] = works.lines()
    file = parse(works.content(batch_ref))
    [entry] = file.batches[0].entries
    assert (entry.fields["trace"], entry.amount_minor, entry.fields["account"]) == (
        line.trace, INSTALLMENT, "000123456789",
    )  # fmt: skip
    assert works.till.count(Attempt, Attempt.state == "answered", Attempt.key == line.key) == 1


def test_the_file_is_kept_for_nobody_else_and_not_readable_as_it_lies(works: Works) -> None:
    works.plan()
    [ref] = works.build()
    [place] = works.folder.iterdir()
    assert place.stat().st_mode & 0o777 == 0o600
    assert b"000123456789" not in place.read_bytes()
    assert b"000123456789" in works.content(ref)


def test_a_file_that_was_lost_is_made_again_with_the_same_bytes(works: Works) -> None:
    works.plan(3)
    [ref] = works.build()
    before = works.content(ref)
    for place in works.folder.iterdir():
        place.unlink()
    assert works.content(ref) == before
    assert hashlib.sha256(before).hexdigest() == works.rows()[0].file_hash


def test_a_file_whose_accounts_were_changed_since_is_not_made_again(works: Works, ach_account) -> None:
    works.plan()
    [ref] = works.build()
    next(works.folder.iterdir()).unlink()
    other = ach_account(number="999999999")
    with works.till.house.app.app_context():
        sealed = db.session.scalars(select(PaymentMethod).where(PaymentMethod.ref == other)).one()
    works.till.change(
        update(PaymentMethod).where(PaymentMethod.ref == works.account)
        .values(token_sealed=sealed.token_sealed)
    )  # fmt: skip
    with pytest.raises(Conflict, match="cannot be made again"):
        works.content(ref)


def test_a_second_run_finds_nothing_and_a_later_debit_goes_into_the_next_file(works: Works) -> None:
    works.plan(2)
    assert len(works.build()) == 1
    assert works.build() == []
    works.plan(1)
    assert len(works.build()) == 1
    assert [(row.number, row.count) for row in works.rows()] == [(1, 2), (2, 1)]
    assert len(set(works.traces())) == 3


def test_a_debit_for_a_later_day_waits_and_none_leaves_while_banks_are_closed(works: Works) -> None:
    works.till.pay(works.open_agreement("bo"), INSTALLMENT, works.account, wanted=_on(TODAY + 5 * DAY))
    assert works.build() == []
    assert works.build(TODAY + 4 * DAY) == []
    with pytest.raises(Refused, match="Banks are closed"):
        works.build(TODAY + 5 * DAY)  # a Saturday
    assert len(works.build(TODAY + 7 * DAY)) == 1


def _on(day: date):
    from domain.actions.payment_limits import Wanted

    return Wanted(on=day)


@pytest.mark.safety("J19")
def test_a_file_holds_so_many_lines_and_the_rest_goes_into_the_next(works: Works) -> None:
    works.plan(5)
    works.build(limits=Limits(lines_per_file=2))
    assert [row.count for row in works.rows()] == [2, 2, 1]
    assert len(set(works.traces())) == 5


@pytest.mark.safety("J19")
def test_what_a_day_may_take_stops_the_run_and_somebody_is_told(works: Works) -> None:
    refs = works.plan(3)
    works.build(limits=Limits(minor_per_day=2 * INSTALLMENT + 1))
    assert [works.till.state(ref) for ref in refs] == ["pending", "pending", "scheduled"]
    assert works.till.count(Task, Task.kind == "bank_file", Task.closed_at.is_(None)) == 1
    assert works.build(limits=Limits(minor_per_day=2 * INSTALLMENT + 1)) == []
    works.build(limits=Limits(minor_per_day=9 * INSTALLMENT))
    assert works.till.state(refs[2]) == "pending"


@pytest.mark.safety("J19")
def test_nothing_is_filed_while_payments_are_paused(works: Works) -> None:
    works.plan()
    works.till.change(update(Business).values(payments_paused=True))
    assert works.build() == []
    works.till.change(update(Business).values(payments_paused=False))
    assert len(works.build()) == 1


def test_a_filed_payment_can_no_longer_be_cancelled(works: Works) -> None:
    [ref] = works.plan()
    works.build()
    with pytest.raises(Conflict):
        scheduled.cancel(ref, who=works.till.who("bo"), today=TODAY, now=NOW)


@pytest.mark.safety("J18")
def test_an_account_that_cannot_be_written_is_left_out_and_blocks_no_other(works: Works, ach_account) -> None:
    bad = ach_account(number="1234567", routing="021000022")
    ends = works.till.pay(works.open_agreement("bo"), INSTALLMENT, bad)
    [goes] = works.plan()
    [ref] = works.build()
    assert works.rows()[0].count == 1
    assert (works.till.state(ends), works.till.state(goes)) == ("failed", "pending")
    assert works.till.mails("payment_failed") == 1
    next(works.folder.iterdir()).unlink()
    assert len(parse(works.content(ref)).batches[0].entries) == 1


@pytest.mark.safety("J1", "J2")
def test_eight_runs_at_once_file_each_debit_once(works: Works) -> None:
    works.plan(12)
    at_once(8, lambda _: works.build(limits=Limits(lines_per_file=5)))
    works.build()
    assert len(works.traces()) == len(set(works.traces())) == 12
    assert works.till.count(BatchLine) == works.till.count(Attempt) == 12
    assert sum(row.debit_minor for row in works.rows()) == sum(INSTALLMENT + at for at in range(12))


@pytest.mark.safety("J8")
@pytest.mark.parametrize("point", [*CHUNK_POINTS, "batch.written_before_commit"])
def test_whoever_ends_at_a_named_point_leaves_what_the_next_run_finishes(works: Works, point: str) -> None:
    works.plan(4)

    def end(name: str) -> None:
        if name == point:
            raise Killed(name)

    watch(end)
    try:
        with pytest.raises(Killed):
            works.build()
    finally:
        watch(None)
    assert point in NAMES
    works.build()
    assert works.build() == []
    assert len(works.traces()) == len(set(works.traces())) == 4
    [row] = works.rows()
    assert (row.state, row.count) == ("written", 4)


def test_the_timetable_builds_after_the_cut_off_only(works: Works) -> None:
    works.plan()
    assert batches.build_due(today=TODAY, now=NOW, folder=works.folder) == 0
    assert batches.build_due(today=TODAY, now=NOW + timedelta(hours=7), folder=works.folder) == 1


def test_the_payments_of_a_closed_file_agree_with_its_lines(works: Works) -> None:
    works.plan(3)
    works.build()
    filed = works.till.count(Payment, Payment.state == "pending", Payment.gateway == "ach_file")
    assert filed == works.rows()[0].count == len(works.lines())


def test_a_batch_that_can_never_be_begun_ends_the_run(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    works.plan()
    begun = Mock(side_effect=IntegrityError("insert", {}, Exception("always")))
    monkeypatch.setattr(batches, "open_batch", begun)
    with pytest.raises(IntegrityError):
        works.build()
    assert begun.call_count == batches.TRIES
