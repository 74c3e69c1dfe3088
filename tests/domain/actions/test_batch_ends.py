"""What becomes of a file for the bank: it settles, went late, was refused, or was taken apart again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import DEFAULT, Mock

import pytest

from domain.actions import batch_ends, refunds, scheduled
from domain.records import batches as stored
from models import BatchLine, Refund, Task
from tests.domain.actions.filing import Works
from tests.domain.actions.paying import DAY, NOW, TODAY
from tests.fixtures.ach import ACH

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH)


def test_settled_on_its_day_when_the_bank_has_the_file_and_not_before(works: Works) -> None:
    [ref] = works.plan()
    works.build()
    assert works.settle(TODAY + 9 * DAY) == 0
    assert works.till.count(Task, Task.dedupe_key.like("batch-waits:%"), Task.closed_at.is_(None)) == 1
    works.hand_over()
    assert works.till.count(Task, Task.closed_at.is_(None)) == 0
    assert works.settle(TODAY + 2 * DAY) == 0
    assert works.settle(TODAY + 3 * DAY) == 1
    row = works.till.row(ref)
    assert (row.state, row.settled_on) == ("settled", TODAY + 3 * DAY)
    assert row.returnable_until == TODAY + 63 * DAY
    assert works.till.differences() == []
    assert works.settle(TODAY + 4 * DAY) == 0


def test_a_file_that_went_late_settles_later(works: Works) -> None:
    [ref] = works.plan()
    works.build()
    works.hand_over(TODAY + 2 * DAY)
    assert works.till.row(ref).expected_on == TODAY + 7 * DAY  # Wednesday, Thursday, and two banking days


def test_a_file_that_no_bank_took_is_planned_again_under_another_line(works: Works) -> None:
    refs = works.plan(2)
    [first] = works.build()
    assert batch_ends.withdraw(first, now=NOW, by="test")
    assert not batch_ends.withdraw(first, now=NOW, by="test")
    assert [works.till.state(ref) for ref in refs] == ["scheduled", "scheduled"]
    assert works.till.timeline(refs[0]) == ["planned", "filed", "unfiled"]
    scheduled.cancel(refs[1], who=works.till.who("bo"), today=TODAY, now=NOW)
    works.build()
    assert [works.till.state(ref) for ref in refs] == ["pending", "cancelled"]
    assert len(works.traces()) == 1


def test_a_file_that_the_bank_refused_is_planned_again(works: Works) -> None:
    [ref] = works.plan()
    [batch] = works.build()
    assert not batch_ends.answer(batch, False, "", now=NOW, by="test")
    works.hand_over()
    assert batch_ends.answer(batch, False, "Totals do not match", now=NOW, by="test")
    assert (works.till.state(ref), works.rows()[0].state) == ("scheduled", "refused")
    assert works.settle(TODAY + 9 * DAY) == 0
    works.build()
    works.hand_over()
    assert works.settle(TODAY + 3 * DAY) == 1


def test_a_prenote_goes_out_once_and_proves_the_account_when_it_does_not_come_back(
    works: Works, ach_account
) -> None:
    new = ach_account(number="55667788", verification="sent")
    works.build()
    assert works.build() == []
    [line] = works.lines()
    assert (line.kind, line.amount_minor) == ("prenote", 0)
    works.hand_over()
    works.settle(TODAY + 2 * DAY)
    assert works.method(new).verification == "sent"
    works.settle(TODAY + 3 * DAY)
    assert works.method(new).verification == "passed"


@pytest.mark.database("postgres")
def test_a_file_that_two_take_apart_at_once_gives_each_payment_back_once(works: Works, monkeypatch) -> None:
    [ref] = works.plan()
    [batch] = works.build()
    given_back, both = threading.Event(), threading.Event()
    unfile, first = batch_ends.unfile, threading.Lock()

    def slowly(*given, **named):
        lines = unfile(*given, **named)
        if first.acquire(blocking=False):
            given_back.set()
            both.wait(1)  # not committed yet, and somebody else looks at the same lines
        return lines

    monkeypatch.setattr(batch_ends, "unfile", slowly)
    with ThreadPoolExecutor(2) as threads:
        by_hand = threads.submit(batch_ends.withdraw, batch, now=NOW, by="test")
        given_back.wait(10)
        by_timer = threads.submit(batch_ends.take_apart_rest, now=NOW)
        assert by_hand.result(20)
        assert by_timer.result(20) == 0
    assert works.till.timeline(ref) == ["planned", "filed", "unfiled"]


def test_a_refund_in_a_file_that_is_taken_apart_goes_into_one_other_file(works: Works, monkeypatch) -> None:
    """Somebody is ended after the first chunk, a new file is made, and only then the rest is taken apart."""
    [paid] = works.plan()
    works.build()
    works.hand_over()
    works.settle(TODAY + 3 * DAY)
    back = refunds.Wanted(1_000, "file", "agreed")
    refunds.start(paid, back, "a-refund", who=works.till.who("dana"), today=TODAY, now=NOW)
    works.plan(2)
    [second] = works.build()
    with monkeypatch.context() as ended:
        ended.setattr(stored, "CHUNK", 1)
        ended.setattr(
            batch_ends, "unfile", Mock(side_effect=[DEFAULT, KeyboardInterrupt], wraps=stored.unfile)
        )
        with pytest.raises(KeyboardInterrupt):
            batch_ends.withdraw(second, now=NOW, by="test")
    works.build()
    batch_ends.take_apart_rest(now=NOW)
    works.build()
    assert [line.outcome for line in works.lines(BatchLine.kind == "credit")] == ["unfiled", ""]
    assert works.till.count(Refund, Refund.state == "pending") == 1
