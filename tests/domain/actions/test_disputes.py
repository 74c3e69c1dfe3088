"""A payer's bank asks why: the money goes back once, is brought again when the case is won, and the books agree."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.actions import disputes, refunds
from domain.actions.refunds import Wanted
from domain.transaction import transaction
from domain.words import Conflict, Gone, NotAllowed, Refused
from gateways.base import GatewayEvent
from models import Dispute, PaymentReturn, Task, db
from tests.domain.actions.paying import DAY, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
OPEN_TASK = (Task.kind == "dispute", Task.closed_at.is_(None))


@pytest.fixture
def plain(open_agreement) -> str:
    """A loan of 900.00 without interest, nine payments of 100.00."""
    return open_agreement(
        "bo", principal_minor=90_000, annual_rate_percent=Decimal(0), interest="period", count=9
    )


@pytest.fixture
def paid(till, plain, card) -> str:
    """300.00 paid on it by card."""
    return till.pay(plain, 30_000, card)


def news(till: Till, payment: str, kind: str, amount: int = 30_000, id: str = "evt", **more) -> bool:
    event = GatewayEvent(
        id=f"{id}-{kind}", key="", kind=kind, amount_minor=amount, currency="USD", code="fraudulent",
        on=more.pop("on", TODAY + DAY), at=NOW, case_ref="dp_1", **more,
    )  # fmt: skip
    with transaction() as session:
        return disputes.heard(session, till.row(payment).id, event, "gateway:sandbox", TODAY, NOW)


def case(till: Till) -> Dispute:
    with till.house.app.app_context():
        return db.session.scalars(select(Dispute)).one()


def test_a_case_takes_the_money_back_once_and_waits_for_a_person(till, plain, paid) -> None:
    assert news(till, paid, "disputed", due_on=TODAY + 10 * DAY)
    assert not news(till, paid, "disputed", id="again")
    assert (case(till).state, case(till).due_on) == ("open", TODAY + 10 * DAY)
    assert till.owes(plain) == {"loan_principal": 90_000}
    assert till.total("clearing_sandbox") == 0
    assert till.count(Task, *OPEN_TASK) == 1
    assert till.differences() == []


def test_a_case_that_is_won_brings_the_money_again_by_a_new_entry(till, plain, paid) -> None:
    news(till, paid, "disputed")
    assert news(till, paid, "dispute_won", on=TODAY + 9 * DAY)
    assert not news(till, paid, "dispute_won", id="again")
    assert (case(till).state, case(till).closed_on) == ("won", TODAY + 9 * DAY)
    assert till.owes(plain) == {"loan_principal": 60_000}
    assert till.total("clearing_sandbox") == 30_000
    assert till.count(PaymentReturn) == 1
    assert till.count(Task, *OPEN_TASK) == 0
    assert till.timeline(paid) == ["begun", "settled", "disputed", "dispute_won"]
    assert till.differences() == []


def test_a_case_that_is_lost_leaves_the_debt_open(till, plain, paid) -> None:
    news(till, paid, "disputed")
    assert news(till, paid, "dispute_lost")
    assert case(till).state == "lost"
    assert not news(till, paid, "dispute_won")
    assert till.owes(plain) == {"loan_principal": 90_000}
    assert till.differences() == []


def test_news_of_the_end_before_the_beginning_changes_nothing(till, plain, paid) -> None:
    assert not news(till, paid, "dispute_won")
    assert till.owes(plain) == {"loan_principal": 60_000}


def test_what_was_given_back_before_is_not_taken_back_again(till, plain, paid) -> None:
    wanted = Wanted(10_000, "gateway", "agreed")
    refunds.start(paid, wanted, "r-1", who=till.who("dana"), today=TODAY, now=NOW)
    assert news(till, paid, "disputed", amount=20_000)
    assert (case(till).amount_minor, till.owes(plain)) == (20_000, {"loan_principal": 90_000})
    assert till.total("clearing_sandbox") == 0
    news(till, paid, "dispute_won")
    assert till.owes(plain) == {"loan_principal": 70_000}
    assert till.differences() == []


def test_money_that_came_again_may_be_given_back_and_no_more_than_it(till, plain, paid) -> None:
    news(till, paid, "disputed")
    with pytest.raises(Refused):
        refunds.start(paid, Wanted(1, "gateway", "x"), "r-1", who=till.who("dana"), today=TODAY, now=NOW)
    news(till, paid, "dispute_won")
    refunds.start(paid, Wanted(30_000, "gateway", "x"), "r-2", who=till.who("dana"), today=TODAY, now=NOW)
    assert till.owes(plain) == {"loan_principal": 90_000}
    assert till.differences() == []


def test_evidence_is_sent_once_and_closes_the_task(till, paid) -> None:
    news(till, paid, "disputed")
    dana = till.who("dana")
    with pytest.raises(Refused):
        disputes.answer(case(till).ref, "  ", who=dana, today=TODAY, now=NOW)
    disputes.answer(case(till).ref, "Receipt and contract, by the form", who=dana, today=TODAY, now=NOW)
    assert (case(till).state, case(till).evidence[0]["note"]) == (
        "answered",
        "Receipt and contract, by the form",
    )
    assert till.count(Task, *OPEN_TASK) == 0
    with pytest.raises(Conflict):
        disputes.accept(case(till).ref, who=dana, today=TODAY, now=NOW)


def test_giving_in_keeps_the_debt_open_and_the_bank_may_still_decide_for_us(till, plain, paid) -> None:
    news(till, paid, "disputed")
    disputes.accept(case(till).ref, who=till.who("dana"), today=TODAY, now=NOW)
    assert (case(till).state, till.owes(plain)) == ("accepted", {"loan_principal": 90_000})
    assert news(till, paid, "dispute_won")
    assert till.owes(plain) == {"loan_principal": 60_000}


def test_only_who_gives_money_back_answers_a_case(till, paid) -> None:
    news(till, paid, "disputed")
    with pytest.raises(NotAllowed):
        disputes.accept(case(till).ref, who=till.who("bo"), today=TODAY, now=NOW)
    with pytest.raises(Gone):
        disputes.accept("nobody", who=till.who("dana"), today=TODAY, now=NOW)
