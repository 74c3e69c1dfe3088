"""What people text us: a stop in any words counts at once, is answered once, and is kept for good (safety L28)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.actions import incoming_texts, outbox, pay_links, text_wishes
from domain.records import notices
from domain.records.words_out import enqueue_mail
from domain.transaction import transaction
from domain.words import Refused
from models import AddressTrouble, AuditEvent, ContactConsent, Outbox, Person, User, db
from tests.domain.rules.cases_text_replies import STOPS
from tests.fixtures.agreements import scope_of

NUMBER = "+12025550143"


@pytest.fixture
def bo(house):
    """Bo's number takes texts, and he agreed to them."""
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values(sms_number=NUMBER))
    text_wishes.agree(who=scope_of(house, "bo"), now=house.now)
    return scope_of(house, "bo")


def texts(house, *states) -> list[str]:
    with house.app.app_context():
        query = select(Outbox.template).where(Outbox.channel == "sms").order_by(Outbox.id)
        return list(db.session.scalars(query.where(Outbox.state.in_(states)) if states else query))


def log(house) -> list[tuple[bool, str, str]]:
    with house.app.app_context():
        rows = db.session.scalars(select(ContactConsent).order_by(ContactConsent.id))
        return [(row.agreed, row.source, row.words) for row in rows]


def tell(house, who, key="cause") -> list[str]:
    """Something happens that is told by text as well, at noon."""
    noon = house.now.replace(hour=17)
    with transaction() as session:
        return notices.tell(
            session, "payment_failed", who.person_id, data={}, dedupe_key=key, path="/payments", now=noon
        )


def hear(house, text, later=0) -> str:
    return incoming_texts.hear_text(NUMBER, text, now=house.now + timedelta(seconds=later))


@pytest.mark.safety("L28")
def test_every_way_to_say_stop_ends_the_texts_with_one_answer_and_no_more(house, bo):
    """200 variants and more, one after the other: each ends what a yes had begun; after it goes out one text."""
    for number, said in enumerate(dict.fromkeys(STOPS)):
        assert "sms" in tell(house, bo, f"before-{number}")
        before = len(texts(house))
        assert hear(house, said, number) == "stop", said
        hear(house, said, number)  # the gateway tells it again
        hear(house, "STOP", number)
        assert "sms" not in tell(house, bo, f"after-{number}")
        assert texts(house)[before:] == ["texts_stopped"], said
        assert hear(house, "START", number) == "start"
    assert "payment_failed" not in texts(house, "due", "sending")
    assert [agreed for agreed, _source, _words in log(house)] == [True] + [False, True] * (number + 1)


def test_what_waits_for_the_number_is_taken_back_but_not_the_codes_just_asked_for(house, bo):
    tell(house, bo)
    with transaction() as session:
        enqueue_mail(
            session, to=NUMBER, channel="sms", template="sms_code", dedupe_key="code", now=house.now,
            secret={"code": "1"},
        )  # fmt: skip
    hear(house, "please stop texting me")
    assert texts(house, "due") == ["texts_agreed", "sms_code", "texts_stopped"]
    assert texts(house, "dead") == ["payment_failed"]
    assert log(house)[-1] == (False, "text:STOP", "please stop texting me")


def test_a_notice_that_waited_longer_than_the_yes_is_not_sent(house, bo, sms_gateway):
    """Asked again when it leaves: somebody may have said stop on another way meanwhile."""
    tell(house, bo)
    with transaction() as session:
        session.add(
            ContactConsent(
                person_id=None, channel="sms", address=NUMBER, agreed=False, source="office", at=house.now, by="x"
            )
        )  # fmt: skip
    outbox.deliver(house.app.extensions["post"], now=house.now.replace(hour=17))
    assert "payment_failed" in texts(house, "dead")


@pytest.mark.parametrize(
    ("said", "language"), [("BAJA", "es"), ("dejen de mandar mensajes", "es"), ("quit", "en"), ("STOP", "es")]
)
def test_the_answer_is_in_the_language_of_the_stop_or_of_the_person(house, bo, said, language):
    with transaction() as session:
        session.execute(update(Person).where(Person.ref == house.person("bo")).values(language="es"))
    hear(house, said)
    with house.app.app_context():
        answer = db.session.scalars(select(Outbox).where(Outbox.template == "texts_stopped")).one()
    assert answer.language == language


def test_a_stop_of_a_number_that_nobody_knows_is_kept_and_answered_too(house):
    assert hear(house, "STOP") == "stop"
    assert texts(house) == ["texts_stopped"]
    assert log(house) == [(False, "text:STOP", "STOP")]


def test_start_brings_nobody_back_who_never_agreed(house):
    assert hear(house, "START") == "start"
    assert texts(house) == []
    assert log(house) == []


def test_whoever_comes_back_is_told_again(house, bo):
    hear(house, "STOP")
    hear(house, "start")
    assert "sms" in tell(house, bo)
    assert texts(house, "due")[-2:] == ["texts_started", "payment_failed"]


def test_help_is_answered_three_times_a_day_and_anything_else_once(house, bo):
    for _time in range(6):
        hear(house, "HELP", _time)
        hear(house, "I paid yesterday", _time)
    assert texts(house).count("texts_help") == 3
    assert texts(house).count("texts_unread") == 1


def test_what_somebody_else_texts_is_not_kept(house, bo):
    hear(house, "I paid yesterday, my card is 4242")
    with house.app.app_context():
        assert "4242" not in str([row.detail for row in db.session.scalars(select(AuditEvent))])
        assert [words for *_other, words in log(house)] == [text_wishes.WORDS]


@pytest.mark.parametrize("number", ["", "12025550143", "+1 202", "+0123456789", "<script>", "+1" + "2" * 20])
def test_what_is_no_number_is_not_listened_to(house, number):
    incoming_texts.hear_text(number, "STOP", now=house.now)
    assert log(house) == []


def sent_id(house) -> str:
    with house.app.app_context():
        row = db.session.scalars(select(Outbox).where(Outbox.channel == "sms").order_by(Outbox.id)).first()
    return f"duebook-{row.id}-{row.created_at:%Y%m%d%H%M%S}"


def troubles(house) -> list[tuple[str, str, bool]]:
    with house.app.app_context():
        rows = db.session.scalars(select(AddressTrouble))
        return [(row.address, row.why, row.cleared_at is None) for row in rows]


def test_a_number_that_takes_no_texts_gets_none_until_it_does(house, bo):
    told = incoming_texts.hear_report(sent_id(house), "Rejected", "not a mobile phone", now=house.now)
    assert told
    assert troubles(house) == [(NUMBER, "not a mobile phone", True)]
    assert "sms" not in tell(house, bo)
    text_wishes.try_again("sms", who=bo, now=house.now)
    assert troubles(house) == [(NUMBER, "not a mobile phone", False)]
    assert "sms" in tell(house, bo, "again")
    incoming_texts.hear_report(sent_id(house), "rejected", "", now=house.now)
    incoming_texts.hear_report(sent_id(house), "delivered", "", now=house.now)
    assert troubles(house) == [(NUMBER, "rejected", False)]


@pytest.mark.parametrize("status", ["failed", "undelivered", "expired", "sent", "queued", "anything"])
def test_one_text_that_did_not_arrive_says_nothing_of_the_number(house, bo, status):
    incoming_texts.hear_report(sent_id(house), status, "", now=house.now)
    assert troubles(house) == []


def test_a_stop_that_the_network_took_is_ours_too_without_an_answer(house, bo):
    incoming_texts.hear_report(sent_id(house), "opted out", "", now=house.now)
    assert log(house)[-1] == (False, "text:STOP", "opted_out")
    assert texts(house) == ["texts_agreed"]
    assert "sms" not in tell(house, bo)


@pytest.mark.parametrize("changed", ["duebook-999999-20261201000000", "x", "", "duebook-1-19990101000000"])
def test_a_report_of_a_text_that_was_never_sent_changes_nothing(house, bo, changed):
    assert not incoming_texts.hear_report(changed, "rejected", "", now=house.now)
    assert troubles(house) == []


def test_a_yes_needs_a_number_and_can_be_taken_back_on_the_page(house, bo):
    with pytest.raises(Refused):
        text_wishes.agree(who=scope_of(house, "tess"), now=house.now)
    text_wishes.refuse(who=bo, now=house.now)
    assert "sms" not in tell(house, bo)
    assert log(house) == [(True, "profile", text_wishes.WORDS), (False, "profile", "")]
    text_wishes.refuse(who=bo, now=house.now)
    assert len(log(house)) == 2


def test_a_link_to_pay_is_not_texted_to_whoever_said_stop(house, bo, open_agreement):
    agreement = open_agreement("bo")
    with transaction() as session:
        session.execute(update(Person).where(Person.ref == house.person("bo")).values(phone=NUMBER))
    dana = scope_of(house, "dana")
    link = pay_links.make(agreement, 1_000, days=7, who=dana, today=house.now.date(), now=house.now)
    hear(house, "STOP")
    with pytest.raises(Refused, match="no texts"):
        pay_links.send(
            link.ref, "sms", base_url="http://localhost", who=scope_of(house, "dana"), now=house.now
        )
