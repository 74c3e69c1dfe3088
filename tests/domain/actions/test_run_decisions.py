"""What staff hold back, waive or approve of a day's run: the run honours it, and only who may decides."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from domain.actions import billing, run_decisions
from domain.actions.run_decisions import Wish
from domain.kinds import kind_of
from domain.records.run_decisions import charge_key, debit_key, decisions, fee_key
from domain.rules.rent_terms import RentLine
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import AuditEvent, Charge, RunDecision, Task
from tests.domain.actions.autopaying import Contracts
from tests.domain.actions.paying import Till
from tests.fixtures.agreements import save_method_for, scope_of
from tests.fixtures.billed import ZONE, local

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-01-01")

FIRST, FEB = date(2026, 1, 1), date(2026, 2, 1)
DAY = timedelta(days=1)


@pytest.fixture
def decide(ledger):
    made = iter(range(1, 1000))

    def decide(key: str, decision: str, on: date, *, who: str = "dana", form: str = "", **more) -> str:
        wish = Wish(key, decision, more.pop("reason", "looked at it"), more.pop("until_on", None))
        clock = {"today": on, "now": local(on)}
        return run_decisions.decide(
            wish, form or f"decision-{next(made)}", who=scope_of(ledger.house, who), **clock
        )

    return decide


def rent_key(ledger, ref: str, due_on: date) -> str:
    """The key of the rent that falls due on a day, as the terms name it."""
    contract = ledger.contract(ref)
    found = kind_of("rental").planned(contract, ledger.position(ref), due_on)
    charge = next(one for one in found if one.due_on == due_on)
    return charge_key(ref, charge.rule, charge.key)


def fee_keys(ledger, ref: str) -> list[str]:
    """Names of the late fees that were posted, as the fees themselves are named."""
    query = sa.select(Charge.period).where(
        Charge.agreement_id == ledger.id_of(ref), Charge.rule == "late_fee"
    )
    return [row[0] for row in ledger.rows(query)]


def bill_only(ledger, ref: str, on: date):
    """Bill one agreement, whether the day has something for it or not."""
    return billing.bill(
        today=on, at=datetime.combine(on, time(23)), zone=ZONE, now=local(on), only=[ledger.id_of(ref)]
    )


@pytest.fixture
def fee(ledger) -> tuple[str, str, date]:
    """(agreement, key of the fee that falls due, its day): rent of January is unpaid, 50.00 on the 5th."""
    ledger.add_policy()
    twin = ledger.open_rental("bo", on=FIRST)
    ref = ledger.open_rental("tess", on=FIRST)
    ledger.bill(FIRST)
    # The key is the charge's id and the occurrence; the twin's fee shows what occurrences are called.
    bill_only(ledger, twin, FIRST + 4 * DAY)
    occurrence = fee_keys(ledger, twin)[0].partition(":")[2]
    charge = ledger.rows(
        sa.select(Charge.id).where(Charge.agreement_id == ledger.id_of(ref), Charge.about_id.is_(None))
    )[0][0]
    return ref, fee_key(ref, f"{charge}:{occurrence}"), FIRST + 4 * DAY


def test_a_held_charge_is_posted_when_it_is_released_with_its_own_due_day_and_late_no_sooner(
    ledger, decide
) -> None:
    ledger.add_policy()
    ref, other = ledger.open_rental("tess", on=FIRST), ledger.open_rental("bo", on=FIRST)
    ledger.bill(FIRST)
    ledger.take(ref, 120_000, FIRST)
    key = rent_key(ledger, ref, FEB)
    decide(key, "hold", FEB - DAY)
    ledger.bill_days(FEB, FEB + 6 * DAY)
    assert ledger.charges(ref) == [(FIRST, 120_000)]
    assert (FEB, 120_000) in ledger.charges(other)
    decide(key, "release", FEB + 6 * DAY)
    ledger.bill(FEB + 6 * DAY)
    assert ledger.charges(ref) == [(FIRST, 120_000), (FEB, 120_000)]
    ledger.bill_days(FEB + 7 * DAY, FEB + 12 * DAY)
    assert ledger.fees(ref) == [(FEB + 10 * DAY, 5_000)]  # four days after it could be seen
    assert ledger.differences() == []


def test_what_is_held_keeps_nothing_else_back_neither_of_its_day_nor_after_it(ledger, decide) -> None:
    rent = RentLine("rent", "Rent", 120_000, FIRST)
    parking = RentLine("addon", "Parking", 5_000, FIRST)
    ref = ledger.open_rental("tess", on=FIRST, lines=(rent, parking))
    ledger.bill(FIRST)
    (held,) = (
        one
        for one in kind_of("rental").planned(ledger.contract(ref), ledger.position(ref), FEB)
        if one.amount_minor == 5_000
    )
    decide(charge_key(ref, held.rule, held.key), "hold", FEB - DAY)
    march = date(2026, 3, 1)
    ledger.bill_days(FEB, march)
    both = [(march, 5_000), (march, 120_000)]
    assert sorted(ledger.charges(ref)) == sorted([(FIRST, 5_000), (FIRST, 120_000), (FEB, 120_000), *both])
    assert [one.due_on for one in ledger.position(ref).charges if one.due_on == FEB] == [FEB]
    decide(charge_key(ref, held.rule, held.key), "release", march)
    ledger.bill(march)
    ledger.bill(march)
    assert ledger.charges(ref).count((FEB, 5_000)) == 1
    assert ledger.differences() == []


def test_a_hold_with_a_last_day_ends_by_itself(ledger, decide) -> None:
    ref = ledger.open_rental("tess", on=FIRST)
    ledger.bill(FIRST)
    decide(rent_key(ledger, ref, FEB), "hold", FEB, until_on=FEB + DAY)
    ledger.bill_days(FEB, FEB + DAY)
    assert len(ledger.charges(ref)) == 1
    ledger.bill(FEB + 2 * DAY)
    assert ledger.charges(ref) == [(FIRST, 120_000), (FEB, 120_000)]


def test_the_last_charge_of_a_lease_that_is_held_does_not_close_it(ledger, decide) -> None:
    ref = ledger.open_lease("bo", on=date(2026, 1, 31), count=2)
    ledger.bill(date(2026, 1, 31))
    (coming,) = kind_of("lease_to_own").planned(ledger.contract(ref), ledger.position(ref), date(2026, 3, 1))
    first = ledger.charges(ref)[0][1]
    ledger.take(ref, first, FEB)
    decide(charge_key(ref, coming.rule, coming.key), "hold", FEB)
    ledger.bill_days(date(2026, 2, 27), date(2026, 3, 3))
    assert len(ledger.charges(ref)) == 1
    assert ledger.status(ref) == "active"


def test_a_waived_charge_is_posted_and_given_up_at_once_and_is_owed_by_nobody(ledger, decide) -> None:
    ref = ledger.open_rental("tess", on=FIRST)
    ledger.bill(FIRST)
    ledger.take(ref, 120_000, FIRST)
    decide(rent_key(ledger, ref, FEB), "waive", FEB - DAY, reason="the heating was out")
    ledger.bill_days(FEB, date(2026, 3, 1))
    march = (date(2026, 3, 1), 120_000)
    assert ledger.charges(ref) == [(FIRST, 120_000), (FEB, 120_000), (FEB, -120_000), march]
    assert ledger.position(ref).fees_minor == 120_000
    assert ledger.differences() == []


def test_a_held_late_fee_waits_and_is_asked_for_once_when_released(ledger, fee, decide) -> None:
    ref, key, day = fee
    decide(key, "hold", day - DAY)
    ledger.bill_days(day - DAY, day + 3 * DAY)
    assert ledger.fees(ref) == []
    decide(key, "release", day + 3 * DAY)
    ledger.bill_days(day + 3 * DAY, day + 5 * DAY)
    assert ledger.fees(ref) == [(day, 5_000)]


def test_a_waived_late_fee_is_posted_and_given_up_at_once_and_never_asked_again(ledger, fee, decide) -> None:
    ref, key, day = fee
    decide(key, "waive", day - DAY, reason="first time in years")
    ledger.bill_days(day, day + 5 * DAY)
    assert ledger.fees(ref) == [(day, 5_000), (day, -5_000)]
    assert ledger.balances(ref)["fee_waivers"] == 5_000
    assert ledger.position(ref).fees_minor == 120_000
    assert ledger.differences() == []


def test_a_proposed_fee_is_posted_by_the_run_once_somebody_approved_it(ledger, decide) -> None:
    ledger.add_policy(posting="propose")
    ref = ledger.open_rental("tess", on=FIRST)
    ledger.bill_days(FIRST, FIRST + 6 * DAY)
    assert ledger.fees(ref) == []
    day = FIRST + 6 * DAY
    ((_, proposed),) = bill_only(ledger, ref, day).proposed
    decide(fee_key(ref, proposed.key), "approve", day)
    ledger.bill_days(day, day + 2 * DAY)
    assert ledger.fees(ref) == [(FIRST + 4 * DAY, 5_000)]


def test_the_newest_decision_counts_and_the_same_form_decides_once(ledger, fee, decide) -> None:
    ref, key, day = fee
    assert decide(key, "hold", day, form="one") == decide(key, "hold", day, form="one") == "one"
    with pytest.raises(Conflict):
        decide(key, "waive", day, form="one")
    decide(key, "release", day)
    with ledger.writing() as session:
        found = decisions(session, [ledger.id_of(ref)])
    assert not found.held(key, day)
    assert found.of(key).decision == "release"
    assert len(ledger.rows(sa.select(RunDecision.id))) == 2
    told = ledger.rows(sa.select(AuditEvent.action).where(AuditEvent.action.like("run.%")))
    assert [row[0] for row in told] == ["run.hold", "run.release"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"decision": "approve"}, "decision"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"until_on": FIRST - DAY}, "until_on"),
        ({"decision": "release", "until_on": FEB}, "until_on"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(ledger, decide, wish, field) -> None:
    ref = ledger.open_rental("tess", on=FIRST)
    given = {"decision": "hold"} | wish
    with pytest.raises(Refused) as refused:
        decide(rent_key(ledger, ref, FEB), given.pop("decision"), FIRST, **given)
    assert refused.value.field == field
    assert ledger.rows(sa.select(RunDecision.id)) == []


def test_only_staff_with_the_duty_decide_and_of_nothing_that_is_not_there(ledger, decide) -> None:
    ref = ledger.open_rental("tess", on=FIRST)
    key = rent_key(ledger, ref, FEB)
    for name in ("tess", "lena"):
        with pytest.raises(NotAllowed):
            decide(key, "hold", FIRST, who=name)
    for strange in ("charge:nobody:rent:1", debit_key("nothing", "2026-02-01"), "spell:x", "charge"):
        with pytest.raises(Gone):
            decide(strange, "hold", FIRST)


def test_a_fee_that_is_waived_in_the_run_is_told_to_nobody(ledger, fee, decide) -> None:
    from models import Outbox

    ref, key, day = fee
    told = sa.select(Outbox.data).where(Outbox.event == "fee_posted")
    before = len(ledger.rows(told))
    decide(key, "waive", day)
    ledger.bill(day)
    assert [amount for _, amount in ledger.fees(ref)] == [5_000, -5_000]
    assert len(ledger.rows(told)) == before


def test_what_is_held_is_a_task_until_it_is_decided_and_comes_back_when_only_ticked_off(
    ledger, decide
) -> None:
    ref = ledger.open_rental("tess", on=FIRST)
    ledger.bill(FIRST)
    key = rent_key(ledger, ref, FEB)
    opened = sa.select(Task.detail).where(Task.kind == "run_hold", Task.closed_at.is_(None))
    decide(key, "hold", FEB - DAY, reason="ask Lena first")
    assert "ask Lena first" in str(ledger.rows(opened))
    with ledger.writing() as session:
        session.execute(sa.update(Task).values(closed_at=local(FEB)))
    run_decisions.watch(today=FEB, now=local(FEB))
    run_decisions.watch(today=FEB, now=local(FEB))
    assert len(ledger.rows(opened)) == 1
    decide(key, "release", FEB)
    assert ledger.rows(opened) == []
    decide(key, "hold", FEB, until_on=FEB + DAY)
    assert run_decisions.watch(today=FEB + DAY, now=local(FEB + DAY)) == 1
    assert run_decisions.watch(today=FEB + 2 * DAY, now=local(FEB + 2 * DAY)) == 0
    assert ledger.rows(opened) == []


def test_no_late_fee_comes_of_a_debit_that_was_held_and_one_may_after_its_payer_was_told_to_pay(
    ledger, decide
) -> None:
    ledger.add_policy()
    ref = ledger.open_rental("tess", on=FIRST)
    ledger.bill(FIRST)
    ledger.take(ref, 120_000, FIRST)
    contracts = Contracts(Till(ledger.house))
    bank = save_method_for(ledger.house, "tess", "bank")
    debit = contracts.write(ref, bank, name="tess", due_on=FEB, accepted_on=FIRST)
    contracts.tell(FEB - DAY)
    decide(debit_key(debit, FEB.isoformat()), "hold", FEB - DAY)
    for late in range(5):
        ledger.bill(FEB + late * DAY)
        assert contracts.run(FEB + late * DAY).begun == 0
    assert [one.state for one in contracts.debits(debit)] == ["given_up"]
    ledger.bill_days(FEB + 5 * DAY, FEB + 7 * DAY)
    assert ledger.fees(ref) == []
    ledger.bill_days(FEB + 8 * DAY, FEB + 9 * DAY)
    assert ledger.fees(ref) == [(FEB + 8 * DAY, 5_000)]
