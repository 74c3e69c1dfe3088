"""How to reach the business; somebody not signed in writes, and reads the answer in the same browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.actions import threads
from domain.actions.outbox import deliver
from models import AuditEvent, Thread, ThreadMessage, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of
from tests.fixtures.talking import open_thread_for

pytestmark = [pytest.mark.database("sqlite")]
HTMX = {"HX-Request": "true"}
NASTY = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<svg/onload=alert(1)>", "{{ 7*7 }}",
    "</textarea><b>", "javascript:alert(1)//https://x.example/'onmouseover=alert(1)", "\u202e<i>evil", "%3Cscript%3E",
)  # fmt: skip
RUNS = ("<script>alert", "<img src=x", "<svg/", "</textarea><b>", "<i>evil", 'href="javascript', "\u202e")
TYPED = {
    "name": "Mo Unknown", "email": "mo@example.net", "phone": "", "topic": "sign_in", "subject": "I cannot sign in",
    "text": "My code does not come. My agreement is L-77.",
}  # fmt: skip


def all_of(app, model):
    with app.app_context():
        return list(db.session.scalars(select(model).order_by(model.id)))


def write(client, **typed):
    return client.post("/contact", data=fields_of(client.get("/contact").text, "/contact") | TYPED | typed)


def answer(house, ref, text="Call us at the number above.", key="k", act=threads.say):
    act(ref, text, key, who=scope_of(house, "dana"), now=house.now,
        uploads=Path(house.app.config["SETTINGS"].uploads))  # fmt: skip


def test_the_page_says_how_to_reach_the_business_and_offers_a_form_to_strangers_only(client, house) -> None:
    page = client.get("/contact").text
    for words in ("12 Mill Lane", "+1 555 0100", "office@harbor.example", "Nobody is at the chat just now"):
        assert words in page
    assert 'name="subject"' in page
    mine = house.client("bo").get("/contact").text
    assert 'name="subject"' not in mine
    assert "/messages/new" in mine
    assert "Show me a code" in mine
    assert "Show me a code" not in house.client("dana").get("/contact").text


def test_a_customer_finds_their_own_numbers_there_and_nobody_elses(house, open_agreement) -> None:
    open_agreement("bo", number="L-77")
    open_agreement("tess", number="L-88")
    page = house.client("bo").get("/contact").text
    assert "L-77" in page
    assert "L-88" not in page


def test_somebody_unknown_writes_and_reads_the_answer_in_the_same_browser(client, house, app) -> None:
    sent = write(client)
    assert sent.status_code == 303
    ref = sent.location.rsplit("/", 1)[1]
    answer(house, ref)
    answer(house, ref, "Sounds odd", "n", threads.note)
    page = client.get(sent.location).text
    assert "Call us at the number above." in page
    assert "Sounds odd" not in page
    assert "What you wrote from this browser" in client.get("/contact").text
    said = client.post(sent.location, data=fields_of(page, sent.location) | {"text": "Thank you"})
    assert said.status_code == 303
    assert [row.text for row in all_of(app, ThreadMessage) if row.side == "customer"][-1] == "Thank you"
    row = all_of(app, Thread)[0]
    assert (row.person_id, row.agreement_id, row.contact_email) == (None, None, "mo@example.net")
    assert [one.by for one in all_of(app, AuditEvent) if one.action == "thread.opened"] == ["anonymous"]


def test_an_answer_is_mailed_to_the_typed_address_without_a_word_of_it_once_until_they_write_again(
    client, house, app, mails
) -> None:
    where = write(client).location
    ref = where.rsplit("/", 1)[1]
    for key in ("k1", "k2"):
        answer(house, ref, "Call us at noon.", key)
    (mail,) = mails("contact_answered")
    assert (mail.to_address, mail.data, mail.secret) == ("mo@example.net", {"path": where}, {})
    client.post(where, data=fields_of(client.get(where).text, where) | {"text": "Thank you"})
    answer(house, ref, "Welcome", "k3")
    assert len(mails("contact_answered")) == 2
    assert deliver(app.extensions["post"], now=house.now + timedelta(minutes=1)) >= 2
    by_phone = write(client, email="", phone="+1 617 555 0199").location.rsplit("/", 1)[1]
    answer(house, by_phone, key="k4")
    assert len(mails("contact_answered")) == 2


def test_what_is_new_comes_by_itself_and_the_open_page_counts(client, house, app) -> None:
    ref = write(client).location.rsplit("/", 1)[1]
    last = all_of(app, ThreadMessage)[-1].ref
    address = f"/contact/{ref}/widgets/news?after={last}&seen=1"
    assert client.get(address, headers=HTMX).status_code == 204
    assert all_of(app, Thread)[0].live_until > house.now
    assert "Mo Unknown" in house.client("dana").get("/office/chat/widgets/waiting").text
    answer(house, ref, "Inside", "n", threads.note)
    assert client.get(address, headers=HTMX).status_code == 204
    answer(house, ref)
    fresh = client.get(address, headers=HTMX).text
    assert fresh.count("data-message") == 1
    assert "Inside" not in fresh


@pytest.mark.safety("W9", "W10")
def test_without_the_secret_there_is_no_such_conversation(client, house, app, open_agreement) -> None:
    ref = write(client).location.rsplit("/", 1)[1]
    hers = open_thread_for(house, "bo", open_agreement("bo"))
    form = fields_of(client.get(f"/contact/{ref}").text, f"/contact/{ref}")
    others = [app.test_client(), house.client("bo"), house.client("tess")]
    forged = app.test_client()
    forged.set_cookie("duebook-talk", "A" * 22)
    for visitor in (*others, forged):
        for path in (f"/contact/{ref}", f"/contact/{ref}/widgets/news"):
            assert visitor.get(path).status_code == 404
        assert visitor.post(f"/contact/{ref}", data=form | {"text": "Mine"}).status_code == 404
    for path in (f"/contact/{hers}", f"/contact/{hers}/widgets/news"):
        assert client.get(path).status_code == 404
    for face in ("", "/office"):
        assert client.get(f"{face}/messages/{ref}").status_code == 303
    assert house.client("bo").get(f"/messages/{ref}").status_code == 404


def test_the_desk_sees_that_nobody_knows_who_it_is(client, house) -> None:
    ref = write(client).location.rsplit("/", 1)[1]
    dana = house.client("dana")
    assert "Not identified" in dana.get("/office/messages").text
    page = dana.get(f"/office/messages/{ref}").text
    assert "Say nothing of any account here" in page
    assert "mo@example.net" in page


def test_the_same_answer_whether_or_not_the_address_is_a_customers(app, house) -> None:
    pages = []
    for email in (house.email("bo"), "nobody@example.net"):
        visitor = app.test_client()
        page = visitor.get(write(visitor, email=email).location).text
        pages.append(page)
        assert "Bo Rivera" not in page
        assert email not in page
    assert pages[0].count("<li") == pages[1].count("<li")


def test_a_form_sent_twice_is_one_conversation(client, app) -> None:
    form = fields_of(client.get("/contact").text, "/contact") | TYPED
    first, second = (client.post("/contact", data=form) for _again in range(2))
    assert first.location == second.location
    assert len(all_of(app, Thread)) == len(all_of(app, ThreadMessage)) == 1
    assert app.test_client().post("/contact", data=form).status_code == 422


def test_bad_input_stays_with_its_sentence_and_keeps_nothing(client, app) -> None:
    for typed, words in (
        ({"name": " "}, "Write your name."),
        ({"email": "", "phone": ""}, "Write an e-mail address or a telephone number."),
        ({"email": "mo at home"}, "This is not a whole mail address"),
        ({"subject": ""}, "Say in a few words"),
        ({"text": ""}, "Write something."),
        ({"topic": "root"}, "Not a valid choice"),
        ({"website": "https://spam.example"}, "Leave the field empty"),
        ({"opened": "forged"}, "This page was open for too long"),
    ):
        refused = write(client, **typed)
        assert refused.status_code == 422, typed
        assert words in refused.text
        assert "I cannot sign in" in refused.text or "subject" in typed
    assert all_of(app, Thread) == []


def test_a_form_filled_within_a_blink_is_sent_once_more(client, app) -> None:
    app.config["THROTTLE"] = True
    refused = write(client)
    assert refused.status_code == 422
    assert "That was very quick" in refused.text
    assert all_of(app, Thread) == []


def test_an_address_begins_only_so_many(client, app, monkeypatch) -> None:
    app.config["THROTTLE"] = True
    monkeypatch.setattr("blueprints.public.contact.FEWEST_SECONDS", 0)
    assert [write(client).status_code for _each in range(6)] == [303] * 5 + [429]


def test_somebody_unknown_waits_for_an_answer_after_so_many_messages(client, house, app, monkeypatch) -> None:
    monkeypatch.setattr("domain.actions.guest_threads.MOST_UNANSWERED", 2)
    where = write(client).location

    def again():
        page = client.get(where).text
        return client.post(where, data=fields_of(page, where) | {"text": "Hello?"}).status_code

    assert [again(), again()] == [303, 422]
    answer(house, where.rsplit("/", 1)[1])
    assert again() == 303


@pytest.mark.safety("W5")
def test_nothing_typed_runs_anywhere(client, house, app) -> None:
    for text in NASTY:
        sent = write(client, name=text, subject=text, text=text)
        assert sent.status_code == 303
        ref = sent.location.rsplit("/", 1)[1]
        assert client.get(f"/contact/{ref}/widgets/news", headers=HTMX).status_code == 200
        dana = house.client("dana")
        for page in (
            client.get(sent.location),
            client.get("/contact"),
            dana.get(f"/office/messages/{ref}"),
            dana.get("/office/messages"),
            dana.get("/office/chat/widgets/waiting"),
        ):
            for tag in RUNS:
                assert tag not in page.text


def test_the_cookie_is_kept_from_scripts_and_no_page_is_stored(client) -> None:
    sent = write(client)
    cookie = next(one for one in sent.headers.getlist("Set-Cookie") if one.startswith("duebook-talk"))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get(sent.location).headers["Cache-Control"] == "no-store"
    assert timedelta(seconds=int(cookie.split("Max-Age=")[1].split(";")[0])) == timedelta(days=30)


def test_whoever_comes_from_an_error_page_has_its_reference_in_the_form(client, house) -> None:
    assert (
        'value="Error with the reference 0123456789ab"' in client.get("/contact?reference=0123456789ab").text
    )
    assert "Error with" not in client.get("/contact?reference=<b>").text
    assert (
        "/messages/new?reference=0123456789ab"
        in house.client("bo").get("/contact?reference=0123456789ab").text
    )


def test_somebody_signed_in_finds_it_in_their_message(house) -> None:
    bo = house.client("bo")
    subject = 'value="Error with the reference 0123456789ab"'
    assert subject in bo.get("/messages/new?reference=0123456789ab").text
    assert "Error with" not in bo.get("/messages/new?reference=x'y").text
