"""Several agreements paid in one go: each its own payment, none undone by another, continued after a crash."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain import points
from domain.actions import checkouts, payment_watch, payments
from domain.actions.checkouts import NotAllBegun, TwinPayment, ref_of
from domain.words import Conflict, Gone, Refused
from models import Attempt, Business, Payment
from tests.domain.actions.paying import NOW, TODAY, Till, at_once

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

CHECKOUT = "a-form-of-bos"


@pytest.fixture
def two(open_agreement) -> tuple[str, str]:
    return open_agreement("bo"), open_agreement("bo", title="A boat", principal_minor=300_000)


def start(till: Till, wishes, method: str, checkout: str = CHECKOUT, **more) -> list[str]:
    wanted = {"who": till.who("bo"), "today": TODAY, "now": NOW} | more
    return checkouts.start(checkout, wishes, method, **wanted)


def nothing_was_begun(till: Till) -> bool:
    return till.charges() == [] and till.count(Payment) == till.count(Attempt) == 0


def why_not(till: Till, wishes, method: str, **more) -> NotAllBegun:
    with pytest.raises(NotAllBegun) as refused:
        start(till, wishes, method, **more)
    return refused.value


def test_each_agreement_has_a_payment_of_its_own_under_one_checkout(till, two, bank) -> None:
    refs = start(till, [(two[0], 15_597), (two[1], 9_000)], bank)
    assert [amount for _, amount, _ in till.charges()] == [15_597, 9_000]
    rows = [till.row(ref) for ref in refs]
    assert [row.checkout_ref for row in rows] == [CHECKOUT, CHECKOUT]
    assert [row.state for row in rows] == ["pending", "pending"]
    assert till.count(Attempt) == 2
    till.days(3)
    assert [till.state(ref) for ref in refs] == ["settled", "settled"]
    assert till.mails("receipt") == 2
    assert till.differences() == []


def test_the_same_checkout_again_finds_its_payments_and_charges_nothing(till, two, bank) -> None:
    wishes = [(two[0], 15_597), (two[1], 9_000)]
    first = start(till, wishes, bank)
    assert start(till, wishes, bank) == first
    assert start(till, wishes[::-1], bank) == first[::-1]
    assert len(till.charges()) == 2


def test_two_clicks_at_the_same_moment_charge_once_each(till, two, bank) -> None:
    wishes = [(two[0], 15_597), (two[1], 9_000)]
    answers = at_once(4, lambda _number: start(till, wishes, bank))
    assert {tuple(answer) for answer in answers} == {tuple(answers[0])}
    assert sorted(amount for _, amount, _ in till.charges()) == [9_000, 15_597]
    assert till.count(Payment) == 2


@pytest.mark.parametrize("amount", [0, -5, 99_999_999])
def test_a_bad_amount_on_one_agreement_refuses_all_and_writes_nothing(till, two, bank, amount) -> None:
    why = why_not(till, [(two[0], 15_597), (two[1], amount)], bank).why
    assert list(why) == [two[1]]
    assert isinstance(why[two[1]], Refused)
    assert nothing_was_begun(till)


def test_somebody_elses_agreement_among_them_refuses_all(till, two, open_agreement, bank) -> None:
    theirs = open_agreement("stan")
    with pytest.raises(Gone):
        start(till, [(two[0], 15_597), (theirs, 1_000)], bank)
    assert nothing_was_begun(till)


def test_somebody_elses_method_pays_nothing(till, two, save_method) -> None:
    why = why_not(till, [(two[0], 15_597), (two[1], 9_000)], save_method("stan")).why
    assert set(why) == set(two)
    assert nothing_was_begun(till)


def test_when_payments_are_paused_none_is_begun(till, two, bank) -> None:
    till.change(update(Business).values(payments_paused=True))
    assert set(why_not(till, [(two[0], 15_597), (two[1], 9_000)], bank).why) == set(two)
    assert nothing_was_begun(till)


def test_what_is_on_its_way_counts_for_each_agreement_alone(till, two, bank) -> None:
    till.pay(two[1], 290_000, bank)
    why = why_not(till, [(two[0], 15_597), (two[1], 20_000)], bank).why
    assert list(why) == [two[1]]
    assert "already on its way" in str(why[two[1]].sentence)
    assert len(till.charges()) == 1


def test_a_twin_on_one_agreement_is_asked_about_before_anything_moves(till, two, bank) -> None:
    first = till.pay(two[1], 9_000, bank)
    wishes = [(two[0], 15_597), (two[1], 9_000)]
    why = why_not(till, wishes, bank).why
    assert list(why) == [two[1]]
    twin = why[two[1]]
    assert isinstance(twin, TwinPayment)
    assert twin.ref == first
    assert len(till.charges()) == 1
    assert len(start(till, wishes, bank, again=True)) == 2
    assert len(till.charges()) == 3
    late = [(two[0], 15_597), (two[1], 9_000)]
    assert len(start(till, late, bank, "an hour later", now=NOW + timedelta(hours=1))) == 2


def test_one_that_is_declined_leaves_the_others_as_they_are(till, two, card) -> None:
    # The sandbox declines 2.01 for want of money.
    refs = start(till, [(two[0], 201), (two[1], 9_000)], card)
    assert [till.state(ref) for ref in refs] == ["failed", "settled"]
    assert till.mails("payment_failed") == till.mails("receipt") == 1
    assert till.total("clearing_sandbox") == 9_000
    assert till.differences() == []


def test_one_without_an_answer_leaves_the_others_as_they_are(till, two, bank, silent, monkeypatch) -> None:
    send, sent = payments.send, []

    def first_one_into_silence(ref, sending, **more):
        sent.append(ref)
        if len(sent) == 1:
            with silent("charge"):
                return send(ref, sending, **more)
        return send(ref, sending, **more)

    monkeypatch.setattr(payments, "send", first_one_into_silence)
    refs = start(till, [(two[0], 15_597), (two[1], 9_000)], bank)
    assert [till.state(ref) for ref in refs] == ["unknown", "pending"]


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("point", ["payment.intent_kept", "payment.gateway_answered", "payment.outcome_kept"])
@pytest.mark.parametrize("visit", [1, 2])
def test_after_a_crash_between_them_the_same_checkout_goes_on_with_the_rest(
    till, two, bank, point, visit
) -> None:
    wishes = [(two[0], 15_597), (two[1], 9_000)]
    visits = []

    def crash(name: str) -> None:
        visits.extend([name] if name == point else [])
        if len(visits) == visit:
            raise Crash

    points.watch(crash)
    try:
        with pytest.raises(Crash):
            start(till, wishes, bank)
    finally:
        points.watch(None)
    assert till.count(Payment) == visit
    refs = start(till, wishes, bank)
    assert refs == [ref_of(CHECKOUT, agreement) for agreement in two]
    assert till.count(Payment) == till.count(Attempt) == 2
    payment_watch.resolve_unknown(today=TODAY, now=NOW + timedelta(minutes=5))
    assert sorted(amount for _, amount, _ in till.charges()) == [9_000, 15_597]
    assert {till.state(ref) for ref in refs} == {"pending"}


def test_a_race_lost_after_the_check_says_what_was_begun_and_what_was_not(
    till, two, bank, monkeypatch
) -> None:
    begin = payments.start

    def somebody_is_quicker(agreement, *given, **named):
        if agreement == two[1]:
            till.change(update(Business).values(payments_paused=True))
        return begin(agreement, *given, **named)

    monkeypatch.setattr(payments, "start", somebody_is_quicker)
    refused = why_not(till, [(two[0], 15_597), (two[1], 9_000)], bank)
    assert list(refused.why) == [two[1]]
    assert refused.begun == [ref_of(CHECKOUT, two[0])]
    assert len(till.charges()) == 1


def test_the_same_checkout_with_another_amount_is_refused(till, two, bank) -> None:
    start(till, [(two[0], 15_597), (two[1], 9_000)], bank)
    why = why_not(till, [(two[0], 15_597), (two[1], 9_100)], bank).why
    assert list(why) == [two[1]]
    assert isinstance(why[two[1]], Conflict)
    assert len(till.charges()) == 2


def test_the_refs_of_a_checkout_are_refs_like_any_other() -> None:
    refs = {ref_of("one", f"agreement-{number}") for number in range(300)}
    assert len(refs) == 300
    assert {len(ref) for ref in refs} == {22}
    assert all(ref[0].isalnum() for ref in refs)
    assert ref_of("one", "agreement-1") != ref_of("two", "agreement-1")
