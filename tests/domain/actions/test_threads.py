"""Writing to each other: whose thread it is, who waits, what is sent twice, who is told, files that come along."""

from __future__ import annotations

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PIL import Image
from sqlalchemy import func, select

from domain.actions import threads
from domain.actions.thread_watch import tell_unread
from domain.actions.threads import Opening
from domain.actions.uploads import HandedIn, open_file
from domain.transaction import transaction
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import (
    Agreement,
    BellNotice,
    KeptFile,
    Outbox,
    Property,
    SearchText,
    Thread,
    ThreadFile,
    ThreadMessage,
    ThreadRead,
    Unit,
    UserLimit,
    db,
)
from tests.fixtures.agreements import scope_of
from tests.fixtures.talking import png


@pytest.fixture
def talk(house, open_agreement, tmp_path):
    """Bo with a loan, Tess with another; `say`, `open` and the like as anybody by name."""
    refs = {name: open_agreement(name) for name in ("bo", "tess")}
    there = {"now": house.now, "uploads": tmp_path}

    def begin(name="bo", ref="a", **given):
        opening = Opening(given.pop("subject", "My payment"), given.pop("text", "Where is it?"), **given)
        return threads.open_thread(opening, ref, who=scope_of(house, name), **there)

    def say(name, ref, text, key, **given):
        return threads.say(ref, text, key, who=scope_of(house, name), **(there | given))

    def rows(model, *where):
        db.session.rollback()
        return list(db.session.scalars(select(model).where(*where).order_by(model.id)))

    with house.app.app_context():
        yield SimpleNamespace(
            house=house, refs=refs, begin=begin, say=say, rows=rows, who=lambda name: scope_of(house, name), **there
        )  # fmt: skip


def test_a_customer_writes_and_waits_until_the_office_answers_and_is_told_once_until_they_read(talk) -> None:
    talk.begin(agreement_ref=talk.refs["bo"])
    thread = talk.rows(Thread)[0]
    assert (thread.person_id, thread.waits_since, thread.property_id) == (
        talk.who("bo").person_id, talk.now, None,
    )  # fmt: skip
    talk.say("dana", "a", "It came today.", "k1")
    talk.say("dana", "a", "And the next is due on Monday.", "k2")
    assert talk.rows(Thread)[0].waits_since is None
    told = talk.rows(Outbox, Outbox.event == "message_received")
    assert [(mail.channel, mail.person_id) for mail in told] == [("email", talk.who("bo").person_id)]
    assert "today" not in str(told[0].data)
    assert threads.mark_read("a", who=talk.who("bo"), now=talk.now)
    assert not threads.mark_read("a", who=talk.who("bo"), now=talk.now)
    talk.say("dana", "a", "One more.", "k3")
    assert len(talk.rows(Outbox, Outbox.event == "message_received")) == 2
    bell = talk.rows(BellNotice, BellNotice.event == "message_received")
    assert {one.path for one in bell} == {"/messages/a"}


def test_nobody_is_mailed_what_they_read_on_the_open_page(talk) -> None:
    talk.begin()
    with transaction() as session:
        session.scalars(select(Thread)).one().live_until = talk.now + timedelta(seconds=20)
    talk.say("dana", "a", "Here.", "k1")
    assert talk.rows(Outbox, Outbox.event == "message_received") == []
    assert len(talk.rows(BellNotice, BellNotice.event == "message_received")) == 1


def test_whoever_left_in_that_moment_is_mailed_a_little_later_and_once(talk) -> None:
    talk.begin()
    with transaction() as session:
        session.scalars(select(Thread)).one().live_until = talk.now + timedelta(seconds=20)
    talk.say("dana", "a", "Here.", "k1")
    for minutes, told in ((1, 0), (3, 1), (5, 1)):
        tell_unread(now=talk.now + timedelta(minutes=minutes))
        assert len(talk.rows(Outbox, Outbox.event == "message_received")) == told
    talk.begin("tess", "b")
    with transaction() as session:
        session.scalars(select(Thread).where(Thread.ref == "b")).one().live_until = talk.now + timedelta(
            seconds=20
        )
    talk.say("dana", "b", "Here.", "k2")
    threads.mark_read("b", who=talk.who("tess"), now=talk.now)
    tell_unread(now=talk.now + timedelta(minutes=3))
    assert len(talk.rows(Outbox, Outbox.event == "message_received")) == 1


def test_what_is_sent_twice_is_stored_once_with_its_files(talk) -> None:
    file = HandedIn("receipt.png", png())
    for _again in range(2):
        talk.begin(files=(file,))
        talk.say("bo", "a", "Here it is", "k1", files=(file,))
    assert [row.text for row in talk.rows(ThreadMessage)] == ["Where is it?", "Here it is"]
    assert len(talk.rows(ThreadFile)) == 2
    assert len(talk.rows(KeptFile)) == 4
    talk.begin("tess", "b")
    with pytest.raises(Conflict):
        talk.say("tess", "b", "x", "k1")
    with pytest.raises(Conflict):
        talk.begin("tess", "a")


def test_nobody_writes_in_a_thread_that_is_not_theirs(talk) -> None:
    talk.begin()
    for act in (
        lambda: talk.say("tess", "a", "x", "k"),
        lambda: talk.say("lena", "a", "x", "k"),
        lambda: threads.mark_read("a", who=talk.who("tess"), now=talk.now),
        lambda: threads.close("a", who=talk.who("tess"), now=talk.now),
        lambda: talk.begin("tess", "b", agreement_ref=talk.refs["bo"]),
    ):
        with pytest.raises(Gone):
            act()
    with pytest.raises(NotAllowed):
        threads.note("a", "x", "k", who=talk.who("bo"), now=talk.now, uploads=talk.uploads)
    with pytest.raises(NotAllowed):
        threads.assign("a", "", who=talk.who("bo"), now=talk.now)


def test_staff_write_first_to_somebody_on_an_agreement_and_keep_notes_that_change_nothing(talk) -> None:
    bo = talk.house.person("bo")
    talk.begin("dana", "a", person_ref=bo, agreement_ref=talk.refs["bo"])
    threads.note("a", "Calls often.", "n", who=talk.who("dana"), now=talk.now, uploads=talk.uploads)
    thread = talk.rows(Thread)[0]
    assert (thread.waits_since, thread.person_id) == (None, talk.who("bo").person_id)
    said = db.session.scalars(talk.who("bo").select(ThreadMessage)).all()
    assert [row.side for row in said] == ["office"]
    with pytest.raises(Refused, match="not on this agreement"):
        talk.begin("dana", "b", person_ref=bo, agreement_ref=talk.refs["tess"])


def test_a_thread_is_given_to_a_colleague_closed_and_opened_by_the_next_message(talk) -> None:
    talk.begin()
    dana, later = talk.who("dana"), talk.now + timedelta(minutes=1)
    assert threads.assign("a", talk.house.user("adam"), who=dana, now=talk.now)
    assert not threads.assign("a", talk.house.user("adam"), who=dana, now=talk.now)
    with pytest.raises(Gone):
        threads.assign("a", talk.house.user("bo"), who=dana, now=talk.now)
    assert threads.close("a", who=dana, now=later)
    assert not threads.close("a", who=dana, now=later)
    closed = talk.rows(Thread)[0]
    assert (closed.state, closed.waits_since, closed.closed_by) == ("closed", None, dana.by)
    talk.say("bo", "a", "Still not there", "k2")
    thread = talk.rows(Thread)[0]
    assert (thread.state, thread.closed_at, thread.waits_since is not None) == ("open", None, True)


def test_bad_words_and_files_are_refused_beside_their_field_and_keep_nothing(talk) -> None:
    talk.begin()
    for field, act in (
        ("text", lambda: talk.say("bo", "a", "  \x00 ", "k")),
        ("text", lambda: talk.say("bo", "a", "x" * 5_001, "k")),
        ("file", lambda: talk.say("bo", "a", "x", "k", files=[HandedIn("a.png", b"GIF89a")])),
        (
            "file",
            lambda: talk.say("bo", "a", "x", "k", files=[HandedIn(f"{n}.png", png()) for n in range(6)]),
        ),
        ("subject", lambda: talk.begin(ref="b", subject=" ")),
        ("topic", lambda: talk.begin(ref="b", topic="root")),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == field
    assert len(talk.rows(ThreadMessage)) == len(talk.rows(Thread)) == 1
    assert talk.rows(KeptFile) == []


def test_a_picture_is_kept_sealed_with_one_drawn_anew_and_only_so_many_a_day(talk, monkeypatch) -> None:
    monkeypatch.setattr("domain.actions.uploads.MOST_A_DAY", 2)
    original = png((3_000, 20)) + b"<script>behind the picture</script>"
    talk.begin(files=[HandedIn("..\\..\\etc/pa|ss.png", original)])
    file = talk.rows(ThreadFile)[0]
    assert (file.file.name, file.file.kept_by) == ("pass.png", talk.who("bo").by)
    assert open_file(file.file, talk.uploads) == original
    drawn = open_file(file.preview, talk.uploads)
    with Image.open(io.BytesIO(drawn)) as picture:
        assert (picture.format, max(picture.size)) == ("JPEG", 1_280)
    assert b"script" not in drawn
    assert all(b"script" not in place.read_bytes() for place in talk.uploads.rglob("*.sealed"))
    with pytest.raises(Refused, match="in a day"):
        talk.say("bo", "a", "More", "k", files=[HandedIn("x.png", b"\x89PNG\r\n\x1a\n cannot be decoded")])


def test_a_landlord_reads_and_answers_what_a_tenant_wrote_to_them_and_is_told(talk) -> None:
    lena = talk.who("lena")
    with transaction() as session:
        place = Property(ref="house", name="Elm Street 4", created_at=talk.now)
        session.add(place)
        session.flush()
        unit = Unit(ref="unit", property_id=place.id, name="1A", created_at=talk.now)
        session.add_all([unit, UserLimit(user_id=lena.user_id, property_id=place.id, added_at=talk.now,
                                         added_by="x")])  # fmt: skip
        session.flush()
        session.scalars(select(Agreement).where(Agreement.ref == talk.refs["bo"])).one().unit_id = unit.id
    talk.begin(agreement_ref=talk.refs["bo"], to_owner=True)
    talk.begin(ref="b", agreement_ref=talk.refs["bo"])
    assert [row.ref for row in db.session.scalars(lena.select(Thread))] == ["a"]
    assert {row.path for row in talk.rows(BellNotice, BellNotice.person_id == lena.person_id)} == {
        "/office/messages/a"
    }
    talk.say("lena", "a", "The heating is mended on Friday.", "k")
    assert talk.rows(ThreadMessage)[-1].side == "office"
    with pytest.raises(Gone):
        talk.say("lena", "b", "x", "k2")
    with pytest.raises(NotAllowed):
        talk.begin("lena", "c", person_ref=talk.house.person("bo"))


def test_what_should_go_to_the_landlord_names_the_home_or_is_refused(talk) -> None:
    for given in ({}, {"agreement_ref": talk.refs["bo"]}):
        with pytest.raises(Refused, match="whose landlord") as refused:
            talk.begin(to_owner=True, **given)
        assert refused.value.field == "agreement"
    assert talk.rows(Thread) == []


def test_what_was_said_can_be_searched(talk) -> None:
    talk.begin(text="Où est mon REÇU?")
    kept = talk.rows(SearchText)
    message = talk.rows(ThreadMessage)[0]
    assert [(row.subject, row.subject_key, row.body) for row in kept] == [
        ("message", message.ref, "ou est mon recu")
    ]
    assert talk.rows(ThreadRead)[0].message_id == message.id
    assert db.session.scalar(select(func.count()).select_from(ThreadRead)) == 1
