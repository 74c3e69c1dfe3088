"""The delinquency ladder climbs: each rung once per late payment, for every kind, and only while something is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.actions import counter, holds, ladder, promises
from domain.actions.promises import Wish
from domain.rules.ladder import Rung
from domain.transaction import transaction
from domain.words import Conflict, NotAllowed, Refused
from models import Hold, LadderAct, LadderLook, LadderStep, Outbox, Task
from tests.domain.actions.paying import INSTALLMENT

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
SINCE = date(2026, 2, 16)
"""Bo's first payment fell due 14 days ago, the second falls due today."""


@pytest.fixture
def climb(clock):
    def run(days: int = 0) -> ladder.Climbed:
        at = clock("dana", days)
        return ladder.climb(today=at["today"], now=at["now"])

    return run


@pytest.fixture
def on(clock) -> None:
    ladder.start(**clock("adam"))


def add(clock, rung: Rung) -> str:
    return ladder.add(rung, **clock("adam"))


def notices(till) -> int:
    return till.count(Outbox, Outbox.event == "ladder_notice", Outbox.channel == "email")


def calls(till) -> int:
    return till.count(Task, Task.kind == "ladder_call", Task.closed_at.is_(None))


def acts(till) -> set[str]:
    with transaction() as session:
        rows = session.scalars(select(LadderAct)).all()
        return {row.step_name for row in rows if not row.result.get("passed")}


def test_nothing_is_done_before_somebody_switches_it_on(till, loan, climb) -> None:
    assert climb(60).looked == 0
    assert notices(till) == till.count(LadderAct) == 0


def test_it_climbs_rung_by_rung_and_each_only_once(till, loan, on, climb) -> None:
    assert [climb(0).notice for _ in range(2)] == [1, 0]
    assert (notices(till), calls(till)) == (1, 0)
    assert [climb(1).acts for _ in range(2)] == [2, 0]
    assert (notices(till), calls(till)) == (2, 1)
    assert climb(15).acts == 0
    assert climb(16).acts == 2
    assert acts(till) == {"First notice", "Second notice", "Call", "Third notice", "Second call"}


def test_between_two_rungs_nobody_is_looked_at(till, loan, on, climb) -> None:
    assert climb(0).looked == 1
    assert climb(0).looked == 0
    counter_days = [climb(days).looked for days in range(1, 16)]
    assert counter_days == [1] + [0] * 14


def test_paying_what_is_late_ends_it_and_closes_the_call_and_the_next_payment_begins_anew(
    till, loan, on, climb, clock
) -> None:
    climb(1)
    assert calls(till) == 1
    counter.take(loan, 2 * INSTALLMENT, "cash", "cash-1", **clock("dana", 2))
    assert climb(2).acts == 0
    assert calls(till) == 0
    assert climb(18).acts == 0
    # The third payment fell due on 16 March, day 14: five days later it is late enough.
    assert climb(19).notice == 1
    with transaction() as session:
        assert set(session.scalars(select(LadderAct.late_since))) == {SINCE, date(2026, 3, 16)}


def test_it_waits_for_a_promise_and_goes_on_the_day_after(till, loan, on, climb, clock) -> None:
    promises.make(loan, Wish(2 * INSTALLMENT, date(2026, 3, 6)), "form-1", **clock("bo"))
    assert [climb(days).acts for days in range(5)] == [0] * 5
    at = clock("dana", 5)
    from domain.actions import promise_watch

    promise_watch.look(today=at["today"], now=at["now"])
    # On that day they hear that the promise was not kept.
    assert [climb(days).notice for days in (5, 6)] == [0, 1]


def test_money_on_its_way_that_covers_it_lets_it_wait(till, loan, bank, on, climb) -> None:
    till.pay(loan, INSTALLMENT, bank)
    assert climb(0).acts == 0


def test_a_rung_may_place_a_hold_once_and_then_nobody_is_pressed(till, loan, on, climb, clock) -> None:
    add(clock, Rung("Stop", "hold", 14, body={"hold": "certified_funds", "words": "Two payments are open."}))
    assert climb(0).hold == 1
    assert till.count(Hold, Hold.lifted_at.is_(None)) == 1
    found = climb(1)
    assert (found.notice, found.call) == (0, 1)
    with transaction() as session:
        ref = session.scalar(select(Hold.ref)) or ""
    holds.lift(loan, ref, **clock("dana", 2))
    found = climb(2)
    assert (found.notice, found.hold) == (1, 0)


def test_a_fee_is_proposed_and_never_taken_by_itself(till, loan, climb, clock) -> None:
    add(clock, Rung("Fee", "fee", 10, body={"amount_minor": 2_500}))
    before = till.owes(loan)
    assert climb(0).fee == 1
    assert till.owes(loan) == before
    assert till.count(Task, Task.kind == "ladder_fee", Task.closed_at.is_(None)) == 1


def test_a_proposed_fee_is_what_the_law_leaves(till, loan, climb, clock) -> None:
    from domain.actions import policies
    from domain.rules.legal_caps import LegalCap

    cap = LegalCap(
        "", "late_fee", date(2026, 1, 1), "Contract law, section 5", date(2026, 1, 1), amount_minor=1_000
    )
    policies.add_cap(cap, **clock("adam"))
    add(clock, Rung("Fee", "fee", 10, body={"amount_minor": 2_500}))
    climb(0)
    assert till.detail("ladder.fee")["fee_minor"] == 1_000


def test_one_engine_serves_rentals_leases_and_credit_lines_too(
    till, house, on, climb, open_rental, open_lease, desk
) -> None:
    open_rental("tess")
    open_lease("bo")
    assert climb(3).acts == 0
    # Both fell due on 1 March.
    assert climb(4).notice == 2


def test_what_is_not_under_way_is_left_alone(till, loan, on, climb, clock) -> None:
    from domain.actions.adjusting import adjusting

    with adjusting(loan, "charge_off", **clock("adam")) as at:
        at.end("closed")
    assert climb(60).looked == 0


def test_versions_count_from_their_day_and_only_the_last_may_be_changed(till, loan, on, climb, clock) -> None:
    with transaction() as session:
        first = session.scalar(select(LadderStep.ref).where(LadderStep.name == "First notice"))
    later = Rung("First notice", "notice", 30)
    made = ladder.change(first, later, **clock("adam"))
    with pytest.raises(Conflict):
        ladder.change(first, later, **clock("adam"))
    assert climb(0).acts == 0
    ladder.change(made, replace(later, active=False), **clock("adam"))
    assert till.count(LadderStep, LadderStep.name == "First notice") == 3


def test_only_administrators_change_it_and_a_name_is_taken_once(till, loan, on, clock) -> None:
    for name in ("dana", "bo", "lena"):
        with pytest.raises(NotAllowed):
            ladder.add(Rung("Mine", "notice", 3), **clock(name))
    with pytest.raises(Refused):
        add(clock, Rung("Call", "call", 3))
    assert ladder.start(**clock("adam")) == 0


def test_one_agreement_that_cannot_be_read_never_holds_up_the_others(
    till, loan, open_agreement, on, climb, monkeypatch
) -> None:
    from domain.actions import ladder_acts

    other = till.agreement(open_agreement("tess")).id
    real = ladder_acts.holder_ids

    def broken(session, agreement_id):
        if agreement_id == other:
            raise RuntimeError("this one is broken")
        return real(session, agreement_id)

    monkeypatch.setattr(ladder_acts, "holder_ids", broken)
    found = climb(0)
    assert (found.notice, found.failed) == (1, 1)
    assert till.count(LadderLook) == 1


def test_two_that_climb_at_once_do_each_rung_once(till, open_agreement, on, climb, clock) -> None:
    from concurrent.futures import ThreadPoolExecutor

    for _ in range(12):
        open_agreement("bo")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: climb(0), range(4)))
    climb(0)
    assert till.count(LadderAct) == 12
    assert notices(till) == 12


def test_what_is_reached_days_later_is_the_highest_rung_and_the_others_are_passed(
    till, loan, on, climb
) -> None:
    assert climb(30).acts == 2
    assert acts(till) == {"Third notice", "Second call"}
    assert till.count(LadderAct) == 5
    assert SINCE + timedelta(days=44) == date(2026, 4, 1)


def said(till) -> list[tuple[str, str]]:
    """(the line, what to do) of each notice that went out by mail, in order."""
    from domain.words import sentence_from

    with transaction() as session:
        rows = session.scalars(
            select(Outbox)
            .where(Outbox.event == "ladder_notice", Outbox.channel == "email")
            .order_by(Outbox.id)
        )
        return [
            (str(sentence_from(row.data["headline"])), str(sentence_from(row.data["what"]))) for row in rows
        ]


def test_each_step_has_words_of_its_own_and_only_the_last_says_that_it_is(till, loan, on, climb) -> None:
    for day in (0, 1, 16):
        climb(day)
    first, second, last = said(till)
    assert first[0].startswith("A friendly reminder: 155.97 USD for")
    assert "still open" in second[0]
    assert last[0].startswith("Last reminder:")
    assert len({first[1], second[1], last[1]}) == 3


def test_what_a_debit_of_autopay_takes_within_days_is_left_to_it(till, loan, bank, on, climb) -> None:
    from tests.domain.actions.autopaying import Contracts

    day = date(2026, 3, 4)
    Contracts(till).write(loan, bank, due_on=date(2026, 3, 2), debit_on=day)
    assert [climb(days).acts for days in (0, 1)] == [0, 0]


def test_a_debit_that_takes_less_or_comes_late_keeps_nobody_waiting(till, loan, bank, on, climb) -> None:
    from tests.domain.actions.autopaying import Contracts

    contracts = Contracts(till)
    ref = contracts.write(loan, bank, due_on=date(2026, 4, 16))
    assert climb(0).notice == 1
    contracts.change(ref, next_debit_on=date(2026, 3, 6), limit_minor=INSTALLMENT)
    assert climb(1).notice == 1


def test_on_the_day_of_a_fee_its_own_notice_is_the_only_one(till, loan, on, climb, clock) -> None:
    from domain.actions import charges

    charges.add(loan, charges.Wanted("fee", "Paper copy", 2_500, date(2026, 3, 2)), "f-1", **clock("dana"))
    assert [climb(days).notice for days in (0, 1)] == [0, 1]


def test_rungs_that_are_passed_over_are_no_rows_of_the_run(till, loan, on, climb) -> None:
    from domain.reports.run_rows import made_since, marks

    with transaction() as session:
        at = marks(session)
    climb(30)
    with transaction() as session:
        rows = made_since(session, at, date(2026, 4, 1))
    assert sorted(str(row.what) for row in rows if row.group == "ladder") == ["Second call", "Third notice"]


def test_what_is_due_on_the_day_of_a_look_climbs_in_its_turn(till, loan, on, climb, clock) -> None:
    counter.take(loan, INSTALLMENT, "cash", "cash-1", **clock("dana"))
    # The second payment falls due today; nothing else happens until it is five days late.
    assert [climb(days).notice for days in (0, 4, 5)] == [0, 0, 1]
