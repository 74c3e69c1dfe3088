"""A customer writes to the business: the list, a conversation, files that come along, what is new while it is open."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from domain.actions import threads
from domain.transaction import transaction
from models import Agreement, Property, Thread, ThreadFile, ThreadMessage, Unit, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of
from tests.fixtures.talking import open_thread_for, png

pytestmark = [pytest.mark.database("sqlite")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def thread(house, open_agreement):
    return open_thread_for(house, "bo", open_agreement("bo"))


def answer(house, thread, text, key="k", name="dana", act=threads.say):
    from pathlib import Path

    act(thread, text, key, who=scope_of(house, name), now=house.now,
        uploads=Path(house.app.config["SETTINGS"].uploads))  # fmt: skip


def all_of(app, model):
    with app.app_context():
        return list(db.session.scalars(select(model).order_by(model.id)))


def test_somebody_writes_from_the_empty_list_and_sees_it_there(bo, app, open_agreement) -> None:
    open_agreement("bo", number="L-77")
    assert "No messages yet" in bo.get("/messages").text
    page = bo.get("/messages/new").text
    assert "L-77" in page
    typed = {
        "topic": "payment",
        "subject": "My payment of May",
        "text": "Did it arrive?\nI paid at the bank.",
    }
    sent = fields_of(page, "/messages") | typed
    for _again in range(2):
        there = bo.post("/messages", data=sent)
        assert there.status_code == 303
    page = bo.get(there.location).text
    for words in ("My payment of May", "Did it arrive?\nI paid at the bank.", "Waiting for an answer"):
        assert words in page
    assert "My payment of May" in bo.get("/messages").text
    assert len(all_of(app, ThreadMessage)) == 1


def test_what_was_typed_stays_with_a_sentence_beside_its_field(bo, app, open_agreement) -> None:
    open_agreement("bo")
    sent = fields_of(bo.get("/messages/new").text, "/messages") | {"topic": "payment"}
    for typed, words in (
        ({"subject": "", "text": "Hello there"}, "Say in a few words what it is about."),
        ({"subject": "Hello there", "text": ""}, "Write something."),
        ({"subject": "Hello there", "text": "x" * 5001}, "at most 5000 characters"),
        ({"subject": "Hello there", "text": "x", "agreement": "somebody-elses"}, "Not a valid choice"),
        ({"subject": "Hello there", "text": "x", "file": (io.BytesIO(b"MZ\x90"), "a.pdf")}, "or plain text (.txt)"),
    ):  # fmt: skip
        refused = bo.post("/messages", data=sent | typed, content_type="multipart/form-data")
        assert refused.status_code == 422
        assert words in refused.text
        assert "Hello there" in refused.text
    assert all_of(app, Thread) == []


def test_going_back_and_sending_the_same_again_leads_to_what_is_there(bo, app) -> None:
    typed = {"topic": "payment", "subject": "My payment", "text": "Did it arrive?"}

    def send(**other):
        page = bo.get("/messages/new").text
        assert 'autocomplete="off"' not in page
        return bo.post("/messages", data=fields_of(page, "/messages") | typed | other).location

    there = send()
    assert send() == there
    assert send(text="Did it arrive?\r\n") == there
    assert len(all_of(app, ThreadMessage)) == 1
    assert len({there, send(subject="My other payment"), send(text="Where is it?"), send(topic="other")}) == 4


def test_what_the_landlord_should_read_asks_for_the_home(bo, house, app, open_agreement) -> None:
    ref = open_agreement("bo", number="RENT-1")
    open_agreement("bo", number="L-77")
    with transaction() as session:
        place = Property(ref="house", name="Elm Street 4", created_at=house.now)
        session.add(place)
        session.flush()
        unit = Unit(ref="unit", property_id=place.id, name="1A", created_at=house.now)
        session.add(unit)
        session.flush()
        session.scalars(select(Agreement).where(Agreement.ref == ref)).one().unit_id = unit.id
    sent = fields_of(bo.get("/messages/new").text, "/messages")
    sent |= {"topic": "home", "subject": "The heating", "text": "It is cold.", "to_owner": "y"}
    refused = bo.post("/messages", data=sent | {"agreement": ""})
    assert refused.status_code == 422
    assert "Choose the agreement of the home" in refused.text
    there = bo.post("/messages", data=sent | {"agreement": ref})
    assert "Your landlord reads along" in bo.get(there.location).text


def test_a_conversation_shows_what_both_said_and_no_note_and_marks_it_read(bo, house, thread) -> None:
    answer(house, thread, "It arrived. See https://example.org/why.")
    answer(house, thread, "Calls often", "n", act=threads.note)
    assert "New" in bo.get("/messages").text
    page = bo.get(f"/messages/{thread}").text
    assert '<a href="https://example.org/why" rel="noopener noreferrer nofollow ugc"' in page
    assert "Dana Ortiz" in page
    assert "Calls often" not in page
    lists = bo.get("/messages").text
    assert ">New<" not in lists
    assert "Calls often" not in lists


def test_text_is_shown_as_it_was_typed_and_nothing_in_it_runs(bo, house, open_agreement) -> None:
    nasty = '<img src=x onerror=alert(1)> javascript:alert(1) {{ 7*7 }} "><svg/onload=alert(2)>'
    ref = open_thread_for(house, "bo", open_agreement("bo"), subject=nasty[:150], text=nasty)
    for page in (bo.get(f"/messages/{ref}").text, bo.get("/messages").text):
        assert "<img src=x" not in page
        assert "<svg/onload" not in page
        assert "{{ 7*7 }}" in page
        assert 'href="javascript' not in page


def test_a_message_sent_by_htmx_comes_back_with_the_thread_and_an_empty_box(bo, app, thread) -> None:
    form = fields_of(bo.get(f"/messages/{thread}").text, f"/messages/{thread}")
    back = bo.post(f"/messages/{thread}", data=form | {"text": "And one more"}, headers=HTMX)
    assert back.status_code == 200
    assert back.text.count("And one more") == 1
    assert "<html" not in back.text
    assert '<p class="quiet" id="facts" hx-swap-oob="true">' in back.text
    assert fields_of(back.text, f"/messages/{thread}")["form_ref"] != form["form_ref"]
    again = bo.post(f"/messages/{thread}", data=form | {"text": "And one more"})
    assert again.status_code == 303
    assert [row.text for row in all_of(app, ThreadMessage)] == ["Where is it?", "And one more"]


def test_a_poll_is_silent_until_somebody_says_something_and_costs_two_statements(
    bo, house, app, thread, count_statements
) -> None:
    last = all_of(app, ThreadMessage)[-1].ref
    address = f"/messages/{thread}/widgets/news?after={last}&seen=1"
    assert bo.get(address, headers=HTMX).status_code == 204
    assert all_of(app, Thread)[0].live_until is not None
    with count_statements() as statements:
        assert bo.get(address, headers=HTMX).status_code == 204
    assert len([one for one in statements if one.startswith("SELECT")]) == len(statements) == 2, statements
    answer(house, thread, "Inside only", "n", act=threads.note)
    assert bo.get(address, headers=HTMX).status_code == 204
    answer(house, thread, "Here it is")
    news = bo.get(address, headers=HTMX)
    assert news.text.count("data-message") == 1
    assert "Here it is" in news.text
    assert "<form" not in news.text
    assert house.client("tess").get(address).status_code == 404


@pytest.mark.safety("W17")
def test_files_are_given_out_as_downloads_and_only_pictures_drawn_anew_are_shown(
    bo, house, app, thread
) -> None:
    form = fields_of(bo.get(f"/messages/{thread}").text, f"/messages/{thread}")
    files = [(io.BytesIO(png((300, 200))), "car.png"), (io.BytesIO(b"%PDF-1.7 x"), "a <b>.pdf")]
    sent = bo.post(
        f"/messages/{thread}", data=form | {"text": "", "file": files}, content_type="multipart/form-data"
    )
    assert sent.status_code == 303
    page = bo.get(f"/messages/{thread}").text
    car, paper = all_of(app, ThreadFile)
    assert f"/pictures/{car.ref}" in page
    assert f"/pictures/{paper.ref}" not in page
    assert "a b.pdf" in page
    whole = bo.get(f"/messages/{thread}/files/{paper.ref}")
    assert whole.headers["Content-Disposition"].startswith("attachment")
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    shown = bo.get(f"/messages/{thread}/pictures/{car.ref}")
    assert (shown.mimetype, shown.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert bo.get(f"/messages/{thread}/files/{car.ref}").data == png((300, 200))
    assert bo.get(f"/messages/{thread}/pictures/{paper.ref}").status_code == 404
    other = open_thread_for(house, "tess", ref="hers")
    for who, ref in (("tess", thread), ("tess", other), ("bo", other), ("lena", thread)):
        for face in ("", "/office"):
            for what in ("files", "pictures"):
                answered = house.client(who).get(f"{face}/messages/{ref}/{what}/{car.ref}").status_code
                assert answered in (404, 303, 403), (who, ref)


def test_a_file_of_a_note_is_never_given_to_the_customer(bo, house, app, thread) -> None:
    from pathlib import Path

    from domain.actions.uploads import HandedIn

    threads.note(
        thread, "x", "n", who=scope_of(house, "dana"), now=house.now, files=[HandedIn("x.png", png())],
        uploads=Path(app.config["SETTINGS"].uploads),
    )  # fmt: skip
    file = all_of(app, ThreadFile)[0]
    for what in ("files", "pictures"):
        assert bo.get(f"/messages/{thread}/{what}/{file.ref}").status_code == 404


def test_a_conversation_is_done_when_they_say_so_and_goes_on_when_they_write(bo, app, thread) -> None:
    page = bo.get(f"/messages/{thread}").text
    bo.post(f"/messages/{thread}/close", data=fields_of(page, f"/messages/{thread}/close"))
    page = bo.get(f"/messages/{thread}").text
    assert "This was marked as done." in page
    assert "If you write again, it is open again." in page
    bo.post(f"/messages/{thread}", data=fields_of(page, f"/messages/{thread}") | {"text": "No"})
    assert all_of(app, Thread)[0].state == "open"


def test_staff_who_look_at_a_customers_pages_read_and_mark_nothing(house, app, thread) -> None:
    dana = house.client("dana")
    page = dana.get(f"/office/people/{house.person('bo')}").text
    answer(house, thread, "Here")
    address = f"/office/people/{house.person('bo')}/view"
    before = len(all_of(app, ThreadMessage))
    if f'action="{address}"' in page:
        dana.post(address, data=fields_of(page, address))
        shown = dana.get(f"/messages/{thread}").text
        assert "Where is it?" in shown
        assert 'name="text"' not in shown
    assert len(all_of(app, ThreadMessage)) == before


def test_messages_are_found_by_what_was_said(bo, house, open_agreement, thread) -> None:
    answer(house, thread, "Your registration sticker is in the mail")
    open_thread_for(house, "bo", ref="b", subject="Another", text="Something else entirely")
    found = bo.get("/messages?q=sticker", headers=HTMX).text
    assert "My payment" in found
    assert "Another" not in found
    assert "Nothing was said" in bo.get("/messages?q=zebra").text


def test_a_subject_is_found_with_a_slip_of_the_keys(bo, house) -> None:
    open_thread_for(house, "bo", subject="The kitchen window", text="It does not close.")
    for typed in ("kichen", "windw"):
        assert "The kitchen window" in bo.get(f"/messages?q={typed}", headers=HTMX).text


def test_the_list_shows_the_last_words_of_what_is_done(bo, house, thread) -> None:
    answer(house, thread, "It arrived on Monday.")
    page = bo.get(f"/messages/{thread}").text
    bo.post(f"/messages/{thread}/close", data=fields_of(page, f"/messages/{thread}/close"))
    shown = bo.get("/messages").text
    assert ">Done<" in shown
    assert "It arrived on Monday." in shown


def test_of_several_files_the_one_that_is_wrong_is_named(bo, thread) -> None:
    page = bo.get(f"/messages/{thread}").text
    assert 'data-most="10485760"' in page
    files = [(io.BytesIO(png()), "car.png"), (io.BytesIO(b"MZ\x90"), "tool.exe")]
    refused = bo.post(
        f"/messages/{thread}", data=fields_of(page, f"/messages/{thread}") | {"text": "x", "file": files},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert refused.status_code == 422
    assert "tool.exe: Only a PDF, a picture (PNG, JPEG, WebP, HEIC) or plain text (.txt)" in refused.text


def test_the_first_page_shows_the_last_conversations(bo, thread) -> None:
    assert "/messages/widgets/latest" in bo.get("/dashboard").text
    shown = bo.get("/messages/widgets/latest", headers=HTMX).text
    assert "My payment" in shown
    assert "<html" not in shown


def test_a_file_of_a_form_that_comes_back_is_asked_for_again(bo, thread) -> None:
    sent = fields_of(bo.get(f"/messages/{thread}").text, f"/messages/{thread}")
    back = bo.post(
        f"/messages/{thread}", data=sent | {"text": "x" * 5_001, "file": (io.BytesIO(png()), "car.png")},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert back.status_code == 422
    assert "Choose the file again: car.png was not kept." in back.text


def test_a_form_that_was_sent_empty_comes_back_with_its_sentences(bo, open_agreement) -> None:
    open_agreement("bo")
    back = bo.post("/messages")
    assert back.status_code == 422
    assert "Say in a few words what it is about." in back.text
