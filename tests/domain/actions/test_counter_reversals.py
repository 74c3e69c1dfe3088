"""A payment that was entered at the counter by mistake is taken back by new entries, without a fee."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update

from domain.actions import counter, counter_reversals, refunds
from domain.actions.refunds import Wanted
from domain.words import NotAllowed, Refused
from models import Charge, PaymentReturn, User
from tests.domain.actions.paying import DAY, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def plain(open_agreement) -> str:
    return open_agreement(
        "bo", principal_minor=90_000, annual_rate_percent=Decimal(0), interest="period", count=9
    )


@pytest.fixture
def taken(till, plain) -> str:
    return counter.take(plain, 20_000, "cash", "cash-1", who=till.who("dana"), today=TODAY, now=NOW)


def reverse(
    till: Till, ref: str, on=TODAY, reason: str = "another customer's money", name: str = "dana"
) -> None:
    counter_reversals.reverse(ref, reason, who=till.who(name), today=on, now=NOW)


def test_it_is_owed_again_once_and_costs_nothing(till, plain, taken) -> None:
    till.charge_for_returns(2_500)
    reverse(till, taken)
    reverse(till, taken)
    assert till.owes(plain) == {"loan_principal": 90_000}
    assert (till.total("undeposited"), till.count(PaymentReturn), till.count(Charge)) == (0, 1, 0)
    assert till.timeline(taken) == ["begun", "settled", "reversed"]
    assert till.mails("payment_reversed") == 1
    assert till.differences() == []


def test_the_next_day_it_needs_the_right_to_adjust(till, taken) -> None:
    till.change(
        update(User).where(User.ref == till.house.user("dana")).values(role="staff", duties=["collect"])
    )
    who = till.who("dana")
    clerk = type(who)("staff", who.user_id, who.person_id, duties=frozenset({"collect"}))
    with pytest.raises(NotAllowed):
        counter_reversals.reverse(taken, "mistake", who=clerk, today=TODAY + DAY, now=NOW)
    counter_reversals.reverse(taken, "mistake", who=clerk, today=TODAY, now=NOW)


def test_only_counter_money_that_is_still_whole_and_with_a_reason(till, plain, taken, card) -> None:
    with pytest.raises(Refused):
        reverse(till, till.pay(plain, 10_000, card))
    with pytest.raises(Refused):
        reverse(till, taken, reason=" ")
    refunds.start(taken, Wanted(1, "cash", "x"), "r-1", who=till.who("dana"), today=TODAY, now=NOW)
    with pytest.raises(Refused):
        reverse(till, taken)


def test_a_preview_posts_nothing(till, plain, taken) -> None:
    effect = counter_reversals.preview(taken, "mistake", who=till.who("dana"), today=TODAY, now=NOW)
    assert (effect.before.owed_minor, effect.after.owed_minor) == (70_000, 90_000)
    assert till.count(PaymentReturn) == 0
