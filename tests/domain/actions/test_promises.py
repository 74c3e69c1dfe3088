"""Promises to pay and more time: made once, decided by the office, kept by money that stays, broken the day after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.actions import counter, promise_watch, promises
from domain.actions.promises import Wish
from domain.records.promises import waiting_until
from domain.rules.promises import USUAL
from domain.transaction import transaction
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import Business, Outbox, Promise, Task
from tests.domain.actions.paying import TODAY

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
DUE = 31_194
"""Two payments of 155.97: one is 14 days late, the other is due today."""
UNTIL = date(2026, 3, 9)


def state(till) -> str:
    with transaction() as session:
        return session.query(Promise.state).order_by(Promise.id.desc()).limit(1).scalar() or ""


def look(clock, days: int) -> promise_watch.Looked:
    at = clock("dana", days)
    return promise_watch.look(today=at["today"], now=at["now"])


def waits(till, loan, on: date) -> bool:
    with transaction() as session:
        return bool(waiting_until(session, [till.agreement(loan).id], on))


def make(clock, loan, amount: int = DUE, ref: str = "form-1", until: date = UNTIL, **who) -> str:
    return promises.make(loan, Wish(amount, until), ref, **(clock("bo") | who))


def test_the_same_form_twice_is_one_promise_and_another_wish_under_it_is_refused(till, loan, clock) -> None:
    for _ in range(2):
        assert make(clock, loan) == "form-1"
    with pytest.raises(Conflict):
        make(clock, loan, DUE - 1)
    assert till.count(Promise) == 1
    assert till.count(Outbox, Outbox.event == "promise_made", Outbox.channel == "email") == 1


def test_what_is_on_its_way_is_not_promised_again(till, loan, bank, clock) -> None:
    till.pay(loan, DUE, bank)
    with pytest.raises(Refused, match="on its way"):
        make(clock, loan)


def test_a_promise_lets_reminders_wait_through_its_day_and_no_longer(till, loan, clock) -> None:
    assert not waits(till, loan, TODAY)
    make(clock, loan)
    assert waits(till, loan, UNTIL)
    look(clock, 8)
    assert state(till) == "broken"
    assert not waits(till, loan, UNTIL + timedelta(days=1))


def test_enough_money_keeps_it_before_its_day_and_is_told_once(till, loan, clock) -> None:
    make(clock, loan, 20_000)
    counter.take(loan, 19_999, "cash", "cash-1", **clock("dana", 1))
    assert look(clock, 2).kept == 0
    counter.take(loan, 1, "cash", "cash-2", **clock("dana", 2))
    assert [look(clock, 2).kept for _ in range(2)] == [1, 0]
    assert state(till) == "kept"
    assert till.count(Outbox, Outbox.event == "promise_kept", Outbox.channel == "email") == 1


def test_too_little_breaks_it_the_day_after_and_becomes_a_task(till, loan, clock) -> None:
    make(clock, loan, 20_000)
    counter.take(loan, 19_999, "cash", "cash-1", **clock("dana", 1))
    assert look(clock, 7).broken == 0
    assert [look(clock, 8).broken for _ in range(2)] == [1, 0]
    assert till.count(Task, Task.kind == "promise_broken", Task.closed_at.is_(None)) == 1
    assert till.count(Outbox, Outbox.event == "promise_broken", Outbox.channel == "email") == 1
    assert till.detail("promise.broken")["came_minor"] == 19_999


def test_a_debit_begun_in_time_is_waited_for_and_its_failure_breaks_the_promise(
    till, loan, save_method, clock, days_pass
) -> None:
    make(clock, loan, DUE, until=TODAY + timedelta(days=1))
    till.pay(loan, DUE, save_method("bo", "bank_r01"))
    found = look(clock, 2)
    assert (found.kept, found.broken) == (0, 0)
    days_pass(9)
    look(clock, 10)
    assert state(till) == "broken"


def test_money_from_before_the_promise_does_not_count_for_it(till, loan, clock) -> None:
    counter.take(loan, 5_000, "cash", "cash-1", **clock("dana", -1))
    make(clock, loan, DUE - 5_000)
    look(clock, 8)
    assert state(till) == "broken"


def test_taking_it_back_ends_the_waiting_and_on_a_later_day_counts_as_broken(till, loan, clock) -> None:
    for number in (1, 2):
        ref = make(clock, loan, ref=f"form-{number}")
        assert promises.withdraw(ref, **clock("bo", number))
        assert not promises.withdraw(ref, **clock("bo", number))
    assert not waits(till, loan, TODAY + timedelta(days=2))
    with pytest.raises(Refused, match="more time"):
        make(clock, loan, ref="form-3")


def test_more_time_waits_for_an_answer_only_some_days_and_then_for_its_day(till, loan, clock) -> None:
    later = TODAY + timedelta(days=30)
    ref = promises.ask(loan, Wish(0, later, "My shop was flooded."), "more-1", **clock("bo"))
    assert till.count(Task, Task.kind == "more_time", Task.closed_at.is_(None)) == 1
    assert waits(till, loan, TODAY + timedelta(days=3))
    assert not waits(till, loan, TODAY + timedelta(days=4))
    assert promises.decide(ref, True, "Take the time.", **clock("dana", 1), until_on=UNTIL)
    assert not promises.decide(ref, False, "No.", **clock("dana", 1))
    assert till.count(Task, Task.kind == "more_time", Task.closed_at.is_(None)) == 0
    assert waits(till, loan, UNTIL)
    assert till.count(Outbox, Outbox.event == "more_time_decided", Outbox.channel == "email") == 1
    look(clock, 8)
    assert state(till) == "broken"


def test_a_refusal_says_why_and_nothing_waits(till, loan, clock) -> None:
    wish = Wish(0, UNTIL, "Pay day is on the 9th.")
    ref = promises.ask(loan, wish, "more-1", **clock("bo"))
    with pytest.raises(Refused, match="Say why"):
        promises.decide(ref, False, " ", **clock())
    assert promises.decide(ref, False, "Three months are open.", **clock())
    assert not waits(till, loan, TODAY)
    assert state(till) == "refused"


def test_asking_twice_or_without_a_reason_is_refused(till, loan, clock) -> None:
    with pytest.raises(Refused, match="why"):
        promises.ask(loan, Wish(0, UNTIL), "more-1", **clock("bo"))
    promises.ask(loan, Wish(0, UNTIL, "Ill."), "more-2", **clock("bo"))
    with pytest.raises(Refused, match="asked already"):
        promises.ask(loan, Wish(0, UNTIL, "Ill."), "more-3", **clock("bo"))


def test_nobody_promises_decides_or_takes_back_for_somebody_else(till, house, loan, clock) -> None:
    with pytest.raises(Gone):
        make(clock, loan, **clock("stan"))
    with pytest.raises(NotAllowed):
        make(clock, loan, **clock("lena"))
    ref = make(clock, loan)
    with pytest.raises(Gone):
        promises.withdraw(ref, **clock("stan"))
    with pytest.raises(NotAllowed):
        promises.decide(ref, True, "", **clock("bo"))


def test_staff_write_down_what_a_caller_promised_in_their_name(till, house, loan, clock) -> None:
    ref = promises.make(loan, Wish(DUE, UNTIL), "call-1", **clock(), person_ref=house.person("bo"))
    with pytest.raises(Gone):
        promises.make(loan, Wish(DUE, UNTIL), "call-2", **clock(), person_ref=house.person("tess"))
    assert promises.withdraw(ref, **clock("bo"))


def test_each_roommate_promises_their_own_share(till, open_rental, clock) -> None:
    home = open_rental(("tess", "bo"), rent_minor=120_000, shares={"tess": 40, "bo": 60})
    with pytest.raises(Refused) as told:
        promises.make(home, Wish(72_000, UNTIL), "form-1", **clock("tess"))
    assert told.value.field == "amount"
    promises.make(home, Wish(48_000, UNTIL), "form-2", **clock("tess"))


def test_an_administrator_changes_the_policy_and_staff_do_not(till, loan, clock) -> None:
    strict = replace(USUAL, most_days=3)
    with pytest.raises(NotAllowed):
        promises.set_policy(strict, who=clock()["who"], now=clock()["now"])
    promises.set_policy(strict, who=clock("adam")["who"], now=clock()["now"])
    with pytest.raises(Refused):
        make(clock, loan)
    assert till.count(Business) == 1
    assert till.audits("settings.promise_policy") == 1
