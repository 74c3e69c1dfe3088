"""The drawer is counted by hand: what should be there follows every way cash comes and goes, and nothing is lost."""

from __future__ import annotations

import pytest

from domain.actions import bank_deposits, cash_drawer, counter
from domain.actions.cash_drawer import Moved
from domain.actions.counter import Particulars
from domain.records.cash_drawer import flows
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import BankDeposit, BankDepositItem, DrawerCount, JournalEntry, db
from tests.domain.actions.paying import NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
CLOCK = {"today": TODAY, "now": NOW}


def take(till: Till, loan: str, amount: int, instrument: str = "cash", ref: str = "cash-1") -> str:
    paper = Particulars(number="1042", last4="4242")
    return counter.take(loan, amount, instrument, ref, who=till.who("dana"), paper=paper, **CLOCK)


def there(till: Till) -> int:
    with till.house.app.app_context():
        return flows(db.session, "USD").expected_minor


def count(till: Till, pieces: dict[int, int], note: str = "", ref: str = "count-1", **more) -> str:
    who = till.who(more.pop("name", "dana"))
    seen = more.pop("seen_minor", None)
    seen = there(till) if seen is None else seen
    return cash_drawer.count(pieces, "USD", note, ref, seen_minor=seen, who=who, **CLOCK)


def carry(till: Till, cash: int, *papers: str, ref: str = "slip-1", name: str = "dana", **more) -> str:
    return bank_deposits.make(cash, papers, ref, currency="USD", who=till.who(name), **CLOCK, **more)


def test_a_count_that_agrees_posts_nothing(till, loan) -> None:
    take(till, loan, 2_000)
    assert count(till, {2_000: 1}) == "count-1"
    assert till.count(DrawerCount) == 1
    assert till.count(JournalEntry, JournalEntry.cause == "drawer.counted") == 0
    assert there(till) == till.total("undeposited") == 2_000


@pytest.mark.parametrize(("pieces", "over"), [({1_000: 1}, -1_000), ({2_000: 1, 25: 2}, 50)])
def test_a_difference_is_written_off_with_its_reason_and_the_next_count_begins_from_what_was_there(
    till, loan, pieces, over
) -> None:
    take(till, loan, 2_000)
    with pytest.raises(Refused) as told:
        count(till, pieces)
    assert told.value.field == "note"
    assert till.count(DrawerCount) == 0
    count(till, pieces, "nobody knows")
    assert till.total("cash_over_short") == -over
    assert there(till) == till.total("undeposited") == 2_000 + over
    assert till.differences() == []


def test_the_same_form_counts_once_and_what_moved_meanwhile_is_looked_at_again(till, loan) -> None:
    take(till, loan, 2_000)
    for _ in range(2):
        count(till, {1_000: 1}, "short", seen_minor=2_000)
    assert till.total("cash_over_short") == 1_000
    take(till, loan, 500, ref="cash-2")
    with pytest.raises(Moved):
        count(till, {1_000: 1}, ref="count-2", seen_minor=1_000)
    assert till.count(DrawerCount) == 1


def test_cash_that_went_back_is_not_in_the_drawer(till, loan) -> None:
    ref = take(till, loan, 2_000)
    assert there(till) == 2_000
    assert till.settle(ref, "returned", code="reversed")
    assert there(till) == till.total("undeposited") == 0


def test_cash_and_papers_go_to_the_bank_on_one_slip(till, loan) -> None:
    take(till, loan, 2_000)
    check = take(till, loan, 700, "check", "check-1")
    slip = take(till, loan, 300, "terminal", "slip-2")
    carry(till, 1_500, check, slip)
    assert carry(till, 1_500, check, slip) == "slip-1"
    assert till.total("deposits_in_transit") == 2_500
    assert there(till) == till.total("undeposited") == 500
    assert till.count(BankDepositItem) == 2
    assert till.differences() == []


def test_a_paper_goes_to_the_bank_once_and_cash_only_as_far_as_there_is(till, loan) -> None:
    take(till, loan, 2_000)
    check = take(till, loan, 700, "check", "check-1")
    carry(till, 0, check)
    with pytest.raises(Conflict):
        carry(till, 0, check, ref="slip-2")
    for wrong in (
        lambda: carry(till, 2_001, ref="slip-2"),
        lambda: carry(till, 0, ref="slip-2"),
        lambda: carry(till, -100, check, ref="slip-2"),
    ):
        with pytest.raises(Refused) as told:
            wrong()
        assert told.value.field == "cash"
    with pytest.raises(Conflict):
        carry(till, 0, "cash-1", ref="slip-2")
    with pytest.raises(Conflict):
        carry(till, 5, check)
    assert till.count(BankDeposit) == 1


def test_change_fetched_from_the_bank_lies_in_the_drawer(till, loan) -> None:
    carry(till, -10_000)
    assert there(till) == till.total("undeposited") == 10_000
    assert till.total("deposits_in_transit") == -10_000
    assert till.differences() == []


def test_a_slip_that_was_a_mistake_is_taken_back_and_its_papers_can_go_again(till, loan) -> None:
    check = take(till, loan, 700, "check", "check-1")
    carry(till, 0, check)
    with pytest.raises(Refused):
        bank_deposits.undo("slip-1", " ", who=till.who("adam"), **CLOCK)
    assert bank_deposits.undo("slip-1", "wrong day", who=till.who("adam"), **CLOCK)
    assert not bank_deposits.undo("slip-1", "wrong day", who=till.who("adam"), **CLOCK)
    assert till.total("deposits_in_transit") == 0
    carry(till, 0, check, ref="slip-2")
    assert till.total("deposits_in_transit") == 700
    with pytest.raises(Gone):
        bank_deposits.undo("no-such-slip", "why", who=till.who("adam"), **CLOCK)
    assert till.differences() == []


@pytest.mark.parametrize("name", ["bo", "lena", "stan"])
def test_only_who_takes_money_counts_it_and_carries_it_away(till, loan, name) -> None:
    take(till, loan, 2_000)
    with pytest.raises(NotAllowed):
        count(till, {2_000: 1}, name=name)
    with pytest.raises(NotAllowed):
        carry(till, 2_000, name=name)
    with pytest.raises(NotAllowed):
        bank_deposits.undo("slip-1", "why", who=till.who(name), **CLOCK)
    assert till.count(DrawerCount) == till.count(BankDeposit) == 0
