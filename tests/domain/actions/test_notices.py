"""News of a gateway acts once, whichever way and in whatever order it comes, and none of it is lost."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest

from domain.actions import notices, payment_watch
from domain.actions.payment_intents import keep_intent
from gateways import registry
from gateways.base import GatewayEvent, GatewaySilent, NoticeRefused
from models import AuditEvent, GatewayNotice, JournalEntry, PaymentMethod, Receipt, db
from tests.domain.actions.paying import DAY, HOUR, INSTALLMENT, NOW, TODAY, Till, at_once

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def told(till: Till, ref: str, kind: str = "settled", number: int = 1, **more) -> GatewayEvent:
    """What a gateway says of this payment."""
    agreement = till.row(ref)
    with till.house.app.app_context():
        number_of = db.session.get(type(agreement), agreement.id).agreement.ref
    fixed = {
        "key": f"{number_of}:{ref}:1",
        "kind": kind,
        "amount_minor": INSTALLMENT,
        "currency": "USD",
        "code": "",
    }
    return GatewayEvent(**({"id": f"{ref}-{number}", "on": TODAY, "at": NOW, "ref": ref} | fixed | more))


def hear(*events: GatewayEvent, via: str = "webhook", now=NOW) -> int:
    return notices.hear("sandbox", events, via=via, today=TODAY, now=now)


def kept(till: Till) -> list[tuple[str, str]]:
    with till.house.app.app_context():
        return [(row.state, row.via) for row in GatewayNotice.query.order_by(GatewayNotice.id)]


def begun(till: Till, loan: str, method: str, ref: str = "a-payment-of-bo") -> str:
    keep_intent(loan, INSTALLMENT, method, ref, till.who("bo"), TODAY, NOW, True)
    return ref


@pytest.mark.safety("M15")
def test_news_heard_a_hundred_times_acts_once(till, loan, bank) -> None:
    event = told(till, begun(till, loan, bank))
    assert sum(hear(event) for _ in range(100)) == 1
    assert kept(till) == [("acted", "webhook")]
    assert till.count(Receipt) == 1


@pytest.mark.safety("M15")
def test_twenty_messengers_with_the_same_news_are_heard_once(till, loan, bank) -> None:
    event = told(till, begun(till, loan, bank))
    assert sorted(at_once(20, lambda _: hear(event))) == [0] * 19 + [1]
    assert kept(till) == [("acted", "webhook")]


@pytest.mark.safety("M15", "M18")
def test_news_by_webhook_and_by_reading_acts_once(till, loan, bank) -> None:
    ref = till.pay(loan, INSTALLMENT, bank)
    till.days(2, read=False)
    events = registry.default().events("", 100)
    assert hear(*events[1:]) == 1
    assert payment_watch.read_events(today=TODAY, now=NOW) == 0
    assert till.state(ref) == "settled"
    assert till.count(GatewayNotice) == len(events)
    assert till.differences() == []


@pytest.mark.safety("M17")
def test_news_that_comes_before_our_own_payment_is_matched_when_it_is_there(till, loan, bank) -> None:
    ref = "not-yet-begun"
    number = till.agreement(loan).ref
    event = GatewayEvent("early", f"{number}:{ref}:1", "settled", INSTALLMENT, "USD", "", TODAY, NOW, ref)
    assert hear(event) == 0
    assert kept(till) == [("parked", "webhook")]
    assert notices.match_parked(today=TODAY, now=NOW) == 0
    begun(till, loan, bank, ref)
    assert notices.match_parked(today=TODAY, now=NOW) == 1
    assert till.state(ref) == "settled"
    assert notices.match_parked(today=TODAY, now=NOW) == 0
    assert kept(till) == [("acted", "webhook")]


@pytest.mark.safety("M17")
def test_all_that_waits_is_matched_at_once_however_much_it_is(till, loan, bank, monkeypatch) -> None:
    monkeypatch.setattr(notices, "PAGE", 3)
    number, refs = till.agreement(loan).ref, [f"early-{count}" for count in range(8)]
    for ref in refs:
        key = f"{number}:{ref}:1"
        assert hear(GatewayEvent(ref, key, "settled", INSTALLMENT, "USD", "", TODAY, NOW, ref)) == 0
    for ref in refs:
        begun(till, loan, bank, ref)
    assert notices.match_parked(today=TODAY, now=NOW) == 8
    assert {till.state(ref) for ref in refs} == {"settled"}


def test_news_of_nobodys_payment_is_let_go_after_a_week(till) -> None:
    event = GatewayEvent("foreign", "somebody-else:1", "settled", 900, "USD", "", TODAY, NOW, "x")
    assert hear(event) == 0
    notices.match_parked(today=TODAY, now=NOW + 7 * DAY)
    assert kept(till) == [("parked", "webhook")]
    notices.match_parked(today=TODAY, now=NOW + 9 * DAY)
    assert kept(till) == [("passed", "webhook")]


@pytest.mark.safety("M17", "J18")
def test_news_that_fails_is_tried_again_and_blocks_no_other(till, open_agreement, bank, monkeypatch) -> None:
    poor, rich = (begun(till, open_agreement("bo"), bank, name) for name in ("poor", "rich"))
    door = notices.pass_the_door

    def fails(session, ref, *given, **named):
        if ref == "poor":
            raise ZeroDivisionError
        return door(session, ref, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(notices, "pass_the_door", fails)
        assert hear(told(till, poor), told(till, rich)) == 1
        assert notices.match_parked(today=TODAY, now=NOW + HOUR) == 0
    assert [till.state(ref) for ref in (poor, rich)] == ["attempting", "settled"]
    assert till.audits("payment.event_failed") == 1
    assert notices.match_parked(today=TODAY, now=NOW + timedelta(minutes=2)) == 0, "too soon"
    assert notices.match_parked(today=TODAY, now=NOW + HOUR) == 1
    assert till.state(poor) == "settled"


@pytest.mark.safety("M14")
def test_news_with_another_amount_is_refused_and_kept_for_a_look(till, loan, bank) -> None:
    ref = begun(till, loan, bank)
    assert hear(told(till, ref, amount_minor=INSTALLMENT + 1)) == 0
    assert kept(till) == [("refused", "webhook")]
    assert (till.state(ref), till.audits("payment.mismatch"), till.count(JournalEntry)) == (
        "attempting",
        1,
        1,
    )


def test_news_of_another_gateway_about_our_key_does_not_act(till, loan, bank) -> None:
    ref = begun(till, loan, bank)
    assert notices.hear("stripe", [told(till, ref)], via="webhook", today=TODAY, now=NOW) == 0
    assert till.state(ref) == "attempting"


def test_a_method_that_the_gateway_ended_is_taken_out_of_use(till, save_method) -> None:
    gone, stays = save_method("bo", "bank"), save_method("bo", "card")
    with till.house.app.app_context():
        row = PaymentMethod.query.filter_by(ref=gone).one()
        from domain import sealing

        token = sealing.unseal(row.token_sealed, f"payment_method.token:{gone}")
    event = GatewayEvent("ended", "", "method_ended", 0, "", "", TODAY, NOW, token=token)
    assert hear(event) == 1
    with till.house.app.app_context():
        left = {row.ref for row in PaymentMethod.query.filter_by(removed_at=None)}
        assert left == {stays}
        assert token not in json.dumps([row.payload for row in GatewayNotice.query])
    assert till.count(AuditEvent, AuditEvent.action == "method.ended") == 1
    assert hear(dataclasses.replace(event, id="ended-again")) == 0


@pytest.fixture
def ear(till, monkeypatch):
    """The sandbox as a gateway that sends webhooks: `ear(answer)` says what `read_event` does."""

    def wear(answer) -> None:
        def read_event(*given):
            if isinstance(answer, Exception):
                raise answer
            return answer

        sandbox = registry.default()
        monkeypatch.setattr(sandbox, "abilities", sandbox.abilities | {"webhooks"}, raising=False)
        monkeypatch.setattr(sandbox, "read_event", read_event, raising=False)

    return wear


def webhook() -> int | None:
    return notices.hear_webhook("sandbox", b"{}", {}, today=TODAY, now=NOW)


def test_a_webhook_is_heard_refused_or_left_to_the_next_reading(till, loan, bank, ear) -> None:
    ear([told(till, begun(till, loan, bank))])
    assert webhook() == 1
    ear(NoticeRefused("wrong signature"))
    with pytest.raises(NoticeRefused):
        webhook()
    ear(GatewaySilent("no answer"))
    assert webhook() == 0
    assert till.count(GatewayNotice) == 1
    assert notices.hear_webhook("nobody", b"{}", {}, today=TODAY, now=NOW) is None
