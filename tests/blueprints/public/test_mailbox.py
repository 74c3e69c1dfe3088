"""The development mailbox: there while trying things out on one's own machine, and nowhere else."""

from __future__ import annotations

import pytest

from channels.mailbox import FileMailbox
from channels.message import Message


@pytest.fixture
def letter(app) -> None:
    folder = app.config["SETTINGS"].mailbox
    text = "Hello <b>Bo</b>\nhttp://localhost/claim/abc\nhttps://elsewhere.example/x"
    FileMailbox(folder).deliver(Message("bo@example.org", "Set up <i>your</i> account", text), "claim-1")


def test_mails_are_listed_with_links_of_ours_that_open_here(client, house, letter):
    page = client.get("/mailbox").text
    assert "bo@example.org" in page
    assert "Set up &lt;i&gt;your&lt;/i&gt; account" in page
    assert 'href="/claim/abc"' in page
    assert 'href="https://elsewhere.example/x"' not in page


def test_text_messages_stand_there_too(app, client, house):
    from channels.sms.base import TextMessage

    app.extensions["post"].texts.deliver(TextMessage("+12025550143", "493027 is <your> code"), "text-1")
    page = client.get("/mailbox").text
    assert "+12025550143" in page
    assert "493027 is &lt;your&gt; code" in page


def test_what_is_attached_is_listed_and_opens(app, client, house):
    files = (
        ("R-000001.pdf", "application/pdf", b"%PDF-1.7 x"),
        ("page.html", "text/html", b"<script>1</script>"),
    )
    mail = Message("bo@example.org", "Receipt", "Thank you", attachments=files)
    FileMailbox(app.config["SETTINGS"].mailbox).deliver(mail, "receipt-1")
    page = client.get("/mailbox").text
    assert 'href="/mailbox/receipt-1/0">Attached: R-000001.pdf</a>' in page
    paper = client.get("/mailbox/receipt-1/0")
    assert (paper.mimetype, paper.data) == ("application/pdf", b"%PDF-1.7 x")
    assert paper.headers["Content-Disposition"] == "inline; filename=R-000001.pdf"
    other = client.get("/mailbox/receipt-1/1")
    assert other.mimetype == "application/octet-stream"
    assert other.headers["Content-Disposition"].startswith("attachment")
    for nothing in ("receipt-1/2", "receipt-2/0", "..%2Freceipt-1/0"):
        assert client.get(f"/mailbox/{nothing}").status_code == 404


def test_an_attachment_is_for_this_machine_only(app, client, house, letter):
    assert client.get("/mailbox/claim-1/0", headers={"Via": "1.1 proxy"}).status_code == 404


def test_an_empty_mailbox_says_so(client, house):
    assert "No mail yet" in client.get("/mailbox").text


def test_the_pages_that_send_lead_to_it(client, house):
    assert 'href="/mailbox"' in client.post("/recover", data={"name": "bo"}).text


@pytest.mark.settings(DUEBOOK_SMTP_HOST="mail.example")
def test_there_is_none_with_a_mail_server(client, house):
    assert client.get("/mailbox").status_code == 404
    assert "/mailbox" not in client.post("/recover", data={"name": "bo"}).text


@pytest.mark.settings(
    DUEBOOK_BASE_URL="https://pay.example",
    DUEBOOK_TEST_CHEAP_HASH="0",
    DUEBOOK_TRUSTED_HOSTS="pay.example,localhost",
)
def test_there_is_none_where_other_people_come(client):
    assert client.get("/mailbox").status_code == 404


@pytest.mark.parametrize(
    "visitor",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "::1"}},
        {"headers": {"X-Real-IP": "192.0.2.7"}},
        {"headers": {"Forwarded": "for=192.0.2.7"}},
        {"headers": {"Via": "1.1 proxy"}},
    ],
)
def test_there_is_none_for_somebody_at_another_machine(client, house, letter, visitor):
    assert client.get("/mailbox", **visitor).status_code == 404
