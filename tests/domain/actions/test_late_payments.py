"""Late payments and unknown outcomes become tasks; a person ends an unknown outcome once and says where they looked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.actions import late_payments, payment_watch
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import Payment, Task
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

NOTE = "Looked up in the processor's list of charges."


def tasks(till) -> list[str]:
    from domain.transaction import transaction

    with transaction() as session:
        return list(session.scalars(select(Task.kind).where(Task.closed_at.is_(None)).order_by(Task.id)))


@pytest.fixture
def silent(till, loan, save_method) -> str:
    """A payment whose processor never said a word."""
    return till.pay(loan, INSTALLMENT, save_method("bo", "card_silent"))


@pytest.mark.safety("M10")
def test_a_debit_past_its_usual_day_becomes_one_task_and_the_task_goes_with_its_cause(
    till, loan, bank
) -> None:
    ref = till.pay(loan, INSTALLMENT, bank)
    usual = till.row(ref).expected_on
    assert late_payments.look(today=usual, now=NOW) == 0
    for _ in range(2):
        assert late_payments.look(today=usual + 2 * DAY, now=NOW) == 1
    assert tasks(till) == ["late_payment"]
    till.settle(ref, "settled", on=usual + 2 * DAY)
    assert late_payments.look(today=usual + 3 * DAY, now=NOW) == 0
    assert tasks(till) == []


@pytest.mark.safety("M10")
def test_an_outcome_unknown_after_the_key_window_is_for_a_person(till, silent) -> None:
    till.change(update(Payment).where(Payment.ref == silent).values(begun_at=NOW - timedelta(hours=22)))
    late_payments.look(today=TODAY, now=NOW)
    assert tasks(till) == []
    till.change(update(Payment).where(Payment.ref == silent).values(begun_at=NOW - timedelta(hours=30)))
    late_payments.look(today=TODAY, now=NOW)
    assert tasks(till) == ["unknown_outcome"]


@pytest.mark.parametrize(("decision", "state"), [("taken", "settled"), ("not_taken", "failed")])
def test_a_person_ends_it_once(till, silent, decision, state) -> None:
    late = NOW + timedelta(hours=30)
    late_payments.look(today=TODAY + DAY, now=late)
    words = {"on": TODAY, "note": NOTE, "who": till.who("dana"), "today": TODAY + DAY, "now": late}
    late_payments.decide(silent, decision, **words)
    assert till.state(silent) == state
    assert tasks(till) == []
    with pytest.raises(Conflict, match="known by now"):
        late_payments.decide(silent, "taken", **words)
    assert till.total("clearing_sandbox") == (INSTALLMENT if decision == "taken" else 0)
    payment_watch.resolve_unknown(today=TODAY + DAY, now=late + timedelta(hours=1))
    assert till.state(silent) == state


def test_nobody_decides_while_the_processor_is_still_asked(till, silent) -> None:
    with pytest.raises(Conflict, match="still being asked"):
        late_payments.decide(
            silent, "not_taken", on=TODAY, note=NOTE, who=till.who("dana"), today=TODAY, now=NOW
        )
    assert till.state(silent) == "unknown"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"decision": "perhaps"}, Refused),
        ({"note": " "}, Refused),
        ({"on": TODAY + 5 * DAY}, Refused),
        ({"ref": "no-such"}, Gone),
        ({"who": "bo"}, NotAllowed),
    ],
)
def test_a_decision_that_is_not_whole_is_refused_and_changes_nothing(till, silent, wrong, error) -> None:
    said = {"ref": silent, "decision": "taken", "on": TODAY, "note": NOTE, "who": "dana"} | wrong
    said["who"] = till.who(said["who"])
    with pytest.raises(error):
        late_payments.decide(**said, today=TODAY + DAY, now=NOW + timedelta(hours=30))
    assert till.state(silent) == "unknown"
