"""The postman is killed between the mail server's yes and his own note: at most one copy more, and none is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from channels.email import SmtpMailer, SmtpSettings
from domain.actions.outbox import LEASE, Post, deliver
from domain.records.words_out import enqueue_mail
from domain.transaction import transaction
from models import Outbox
from tests.domain.actions.paying import NOW, Till
from tests.torture import broken
from tests.torture.lives import Lives

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

POINTS = ("outbox.claimed", "outbox.sent_before_mark")
BATCH = 4


@dataclass
class Round:
    """Rounds of mail: a life that ends early, then one that comes after the claims have lapsed."""

    till: Till
    post: Post
    lives: Lives
    written: int = 0

    def write(self) -> None:
        with transaction() as session:
            for _ in range(BATCH):
                self.written += 1
                enqueue_mail(
                    session, to="bo@example.org", template="username_reminder", dedupe_key=f"mail-{self.written}",
                    now=NOW, data={"username": f"bo-{self.written}"}, secret={"link": "https://pay.example/"},
                )  # fmt: skip

    def go(self, number: int, **death) -> None:
        self.write()
        now = NOW + number * 3 * LEASE
        self.lives.live(lambda: deliver(self.post, now=now), **death)
        self.lives.live(lambda: deliver(self.post, now=now + LEASE + timedelta(minutes=1)))


@pytest.fixture
def mail_round(house, till, smtp_server) -> Iterator[Round]:
    settings = SmtpSettings(
        smtp_server.host, smtp_server.port, starttls=False, sender="portal@harbor.example"
    )
    post = replace(house.app.extensions["post"], channel=SmtpMailer(settings))
    rounds_of_mail = Round(till, post, Lives(house.app))
    yield rounds_of_mail
    rounds_of_mail.lives.tell()


def copies(mail_round: Round, smtp_server) -> Counter[str]:
    """Message-ID -> how many copies the server has; each with a text of its own."""
    found = Counter(received.message["Message-ID"] for received in smtp_server.messages)
    texts = {received.message.get_body(("plain",)).get_content() for received in smtp_server.messages}
    assert len(texts) == len(found)
    return found


def assert_each_came(mail_round: Round, smtp_server, rounds: int) -> None:
    found = copies(mail_round, smtp_server)
    assert len(found) == mail_round.written
    assert max(found.values()) <= 2
    assert found.total() - len(found) <= mail_round.lives.killed <= rounds
    assert mail_round.till.count(Outbox, Outbox.state == "sent") == mail_round.written
    assert mail_round.till.count(Outbox, Outbox.sealed.is_not(None)) == 0


@pytest.mark.safety("J8", "J17")
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point_each_mail_comes_and_at_most_one_copy_more(
    mail_round: Round, smtp_server, rounds: Callable[[int, int], int], point: str
) -> None:
    count = rounds(3, 100)
    for number in range(count):
        mail_round.go(number, at=point, visit=1 + number % BATCH)
    assert mail_round.lives.killed == count
    assert_each_came(mail_round, smtp_server, count)
    doubled = copies(mail_round, smtp_server).total() - mail_round.written
    assert doubled == (count if point == "outbox.sent_before_mark" else 0)


@pytest.mark.safety("J17")
@pytest.mark.database("sqlite")
def test_killed_at_random_moments_each_mail_comes_and_at_most_one_copy_more(
    mail_round: Round, smtp_server, rounds
) -> None:
    count = rounds(6, 300)
    mail_round.write()
    whole = mail_round.lives.length_of(lambda: deliver(mail_round.post, now=NOW))
    for number in range(count):
        mail_round.go(number, within=whole)
    assert_each_came(mail_round, smtp_server, count)


@pytest.mark.database("sqlite")
def test_canary_a_postman_who_notes_before_he_delivers_is_found_out(
    mail_round: Round, smtp_server, monkeypatch
) -> None:
    broken.marked_before_sent(monkeypatch)
    mail_round.go(0, at="outbox.claimed", visit=2)
    assert len(copies(mail_round, smtp_server)) < mail_round.written
