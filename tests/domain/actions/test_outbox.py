"""Mails that wait: sent once, tried again, given up one by one, and never holding up the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from channels.email import SmtpMailer, SmtpSettings
from channels.message import ChannelRefused, ChannelSilent, Message
from domain import sealing
from domain.actions import outbox
from domain.actions.outbox import BACK_OFF, LEASE, MOST_TRIES, Post, deliver
from domain.records.words_out import enqueue_mail
from domain.transaction import transaction
from models import Outbox
from tests.domain.actions.paying import INSTALLMENT, NOW, at_once

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
MINUTE = timedelta(minutes=1)


@dataclass
class Pigeon:
    """A channel that keeps what it was given, or does what it was told to do instead."""

    carried: list[tuple[Message, str]] = field(default_factory=list)
    instead: Callable[[Message], Exception | None] = lambda _message: None

    def deliver(self, message: Message, message_id: str) -> None:
        if problem := self.instead(message):
            raise problem
        self.carried.append((message, message_id))


@pytest.fixture
def pigeon() -> Pigeon:
    return Pigeon()


@pytest.fixture
def post(house, pigeon) -> Post:
    return replace(house.app.extensions["post"], channel=pigeon, base_url="https://pay.harbor.example")


def put(key: str, to: str = "bo@example.org", template: str = "username_reminder", **more) -> None:
    more.setdefault("data", {"username": "bo"})
    more.setdefault("secret", {"link": f"https://pay.harbor.example/recover/{key}"})
    with transaction() as session:
        enqueue_mail(session, to=to, template=template, dedupe_key=key, now=NOW, **more)


def row(house, key: str) -> Outbox:
    with house.app.app_context():
        return Outbox.query.filter_by(dedupe_key=key).one()


@pytest.mark.safety("J17")
def test_one_cause_is_one_mail(house, post, pigeon) -> None:
    for _ in range(20):
        put("cause-1")
    at_once(10, lambda _: put("cause-2"))
    assert deliver(post, now=NOW) == 2
    assert deliver(post, now=NOW + 10 * MINUTE) == 0
    assert len(pigeon.carried) == 2


def test_no_address_is_no_mail(house, post, pigeon) -> None:
    put("cause-1", to="")
    assert deliver(post, now=NOW) == 0


def test_the_secret_is_sealed_until_it_was_sent_and_then_erased(house, post, pigeon) -> None:
    put("cause-1")
    waiting = row(house, "cause-1")
    assert "recover" not in waiting.sealed
    assert "link" not in waiting.data
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(waiting.sealed, "outbox.sealed:another-mail")
    deliver(post, now=NOW)
    sent = row(house, "cause-1")
    assert (sent.state, sent.sealed, sent.sent_at) == ("sent", None, NOW)
    assert "https://pay.harbor.example/recover/cause-1" in pigeon.carried[0][0].text


def test_links_begin_with_the_address_of_the_portal(house, till, loan, card, post, pigeon) -> None:
    ref = till.pay(loan, INSTALLMENT, card)
    deliver(post, now=NOW)
    [(message, _)] = pigeon.carried
    assert f"https://pay.harbor.example/payments/{ref}" in message.text
    assert "localhost" not in message.text + message.html


def test_the_receipt_travels_with_its_mail(till, loan, card, post, pigeon) -> None:
    till.pay(loan, INSTALLMENT, card)
    deliver(post, now=NOW)
    [(name, kind, content)] = pigeon.carried[0][0].attachments
    assert (name.endswith(".pdf"), kind, content[:5]) == (True, "application/pdf", b"%PDF-")


def test_a_silent_server_is_tried_again_after_longer_and_longer_waits_and_given_up_at_last(
    house, post, pigeon
) -> None:
    put("cause-1")
    pigeon.instead = lambda _: ChannelSilent("no answer")
    now = NOW
    for number in range(MOST_TRIES - 1):
        assert deliver(post, now=now) == 0
        stands = row(house, "cause-1")
        assert (stands.state, stands.tries) == ("due", number + 1)
        assert stands.not_before == now + BACK_OFF[number]
        assert deliver(post, now=stands.not_before - timedelta(seconds=1)) == 0
        assert row(house, "cause-1").tries == number + 1
        now = stands.not_before
    deliver(post, now=now)
    dead = row(house, "cause-1")
    assert (dead.state, dead.tries, dead.last_error) == ("dead", MOST_TRIES, "no answer")
    pigeon.instead = lambda _: None
    assert deliver(post, now=now + timedelta(days=30)) == 0


def test_the_same_message_id_stands_on_every_try(house, post, pigeon) -> None:
    put("cause-1")
    seen = []
    for number in range(3):
        ids = Pigeon()
        deliver(replace(post, channel=ids), now=NOW + number * (LEASE + MINUTE))
        seen += [message_id for _, message_id in ids.carried]
        unmark(house)
    assert len(seen) == 3
    assert len(set(seen)) == 1


def unmark(house) -> None:
    """As if the process had ended between sending and marking."""
    from sqlalchemy import update

    with transaction() as session:
        session.execute(update(Outbox).values(state="sending", sealed=resealed(house), sent_at=None))


def resealed(house) -> str:
    text = '{"link": "https://pay.harbor.example/recover/cause-1"}'
    return sealing.seal(text, "outbox.sealed:cause-1")


def test_a_mail_taken_by_another_process_is_left_to_it_for_five_minutes(house, post, pigeon) -> None:
    put("cause-1")
    assert outbox._claim(post, row(house, "cause-1").id, NOW) is not None
    assert deliver(post, now=NOW + LEASE - timedelta(seconds=1)) == 0
    assert deliver(post, now=NOW + LEASE) == 1


@pytest.mark.safety("J2", "J17")
def test_many_processes_send_each_mail_once(house, post, pigeon) -> None:
    for number in range(12):
        put(f"cause-{number}")
    sent = at_once(8, lambda _: deliver(post, now=NOW))
    assert sum(sent) == len(pigeon.carried) == 12


@pytest.mark.safety("J18")
@pytest.mark.parametrize(
    "poison",
    [
        {"template": "no-such-mail"},
        {"template": "receipt", "data": {"payment_ref": "gone"}},
        {"data": {}},
        {"secret": {"link": "javascript:alert(1)"}},
        {"to": "two@example.org, three@example.org"},
        {"to": "bo@example.org\nBcc: all@example.org"},
        {"data": {"username": "bo", "at": "not a moment"}},
    ],
)
def test_a_mail_that_cannot_be_made_is_given_up_and_blocks_no_other(house, post, pigeon, poison) -> None:
    put("before")
    put("poison", **poison)
    put("after")
    assert deliver(post, now=NOW) == 2
    assert [row(house, key).state for key in ("before", "poison", "after")] == ["sent", "dead", "sent"]
    assert row(house, "poison").last_error


@pytest.mark.safety("J18")
def test_a_mail_that_breaks_the_channel_is_tried_again_and_blocks_no_other(house, post, pigeon) -> None:
    put("poison", to="odd@example.org")
    put("after")
    pigeon.instead = lambda message: ZeroDivisionError() if message.to.startswith("odd") else None
    assert deliver(post, now=NOW) == 1
    assert (row(house, "poison").state, row(house, "poison").last_error) == ("due", "ZeroDivisionError")


def test_a_refused_recipient_is_given_up_and_our_own_settings_are_not_the_mails_fault(
    house, post, pigeon
) -> None:
    put("refused", to="nobody@example.org")
    put("fine")
    pigeon.instead = lambda message: ChannelRefused("550", "recipient") if "nobody" in message.to else None
    assert deliver(post, now=NOW) == 1
    assert row(house, "refused").state == "dead"
    put("later")
    pigeon.instead = lambda _message: ChannelRefused("535 wrong password", "settings", 535)
    assert deliver(post, now=NOW) == 0
    assert row(house, "later").state == "due"
    pigeon.instead = lambda _message: None
    assert deliver(post, now=NOW + MINUTE) == 1


def test_a_mail_that_ended_the_process_each_time_is_given_up(house, post, pigeon) -> None:
    put("cause-1")
    for number in range(MOST_TRIES):
        assert outbox._claim(post, row(house, "cause-1").id, NOW + number * LEASE) is not None
    assert deliver(post, now=NOW + MOST_TRIES * LEASE) == 0
    assert row(house, "cause-1").state == "dead"
    assert pigeon.carried == []


def test_a_database_that_does_not_answer_gives_no_mail_up(house, post, pigeon, monkeypatch) -> None:
    put("cause-1")

    def gone(*_given, **_named):
        raise OperationalError("SELECT", {}, Exception("no connection"))

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mail_data", gone)
        with pytest.raises(OperationalError):
            deliver(post, now=NOW)
    assert row(house, "cause-1").state == "due"
    assert deliver(post, now=NOW) == 1


@pytest.mark.safety("J9")
def test_no_mail_is_sent_while_a_transaction_is_open(house, post, pigeon) -> None:
    put("cause-1")
    with transaction(), pytest.raises(RuntimeError, match="inside"):
        deliver(post, now=NOW)
    assert pigeon.carried == []
    assert deliver(post, now=NOW) == 1


def test_a_real_server_gets_the_mail_and_refuses_a_stranger(house, post, smtp_server) -> None:
    settings = SmtpSettings(
        smtp_server.host, smtp_server.port, starttls=False, sender="portal@harbor.example"
    )
    real = replace(post, channel=SmtpMailer(settings))
    put("fine")
    assert deliver(real, now=NOW) == 1
    [received] = smtp_server.wait_for(1)
    assert received.recipients == ["bo@example.org"]
    smtp_server.refuse = "550 no such person"
    put("stranger", to="stranger@example.org")
    assert deliver(real, now=NOW) == 0
    assert row(house, "stranger").state == "dead"
    assert "stranger@" not in row(house, "stranger").last_error
