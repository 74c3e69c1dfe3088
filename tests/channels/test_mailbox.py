"""The development mailbox holds mails as private files and gives them back, newest first."""

from __future__ import annotations

import os
import stat

import pytest

from channels.email import FileMailbox, Message, UnsafeHeader, read


def mail(number: int = 1, **changes) -> Message:
    values = {"to": "bo@example.com", "subject": f"Mail {number}", "text": f"Text {number}"}
    return Message(**(values | changes))


@pytest.fixture
def mailbox(tmp_path) -> FileMailbox:
    return FileMailbox(tmp_path / "instance" / "mailbox", "office@harbor.example", "Harbor Motors")


def test_before_the_first_mail_the_mailbox_is_empty(mailbox):
    assert mailbox.read() == []


def test_mails_come_back_newest_first_with_all_their_parts(mailbox):
    for number in (1, 2, 3):
        mailbox.deliver(mail(number), f"mail-{number}")
        os.utime(mailbox.folder / f"mail-{number}.eml", ns=(number, number))
    assert [one.subject for one in mailbox.read()] == ["Mail 3", "Mail 2", "Mail 1"]
    assert [one.id for one in read(mailbox.folder, limit=2)] == ["mail-3", "mail-2"]


def test_text_html_links_and_attachments_can_be_looked_at(mailbox):
    link = "https://pay.harbor.example/claim/" + "a1" * 40
    mailbox.deliver(
        mail(
            subject="Recibo – señor Núñez",
            text=f"Hola,\n\nusa {link}.\n",
            html=f'<p>Hola</p><a href="{link}">Abrir</a> <a href="https://pay.harbor.example/help?a=1&amp;b=2">Ayuda</a>',
            attachments=[("recibo.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")],
        ),
        "claim-1",
    )
    [got] = mailbox.read()
    assert (got.to, got.sender) == ("bo@example.com", "Harbor Motors <office@harbor.example>")
    assert got.subject == "Recibo – señor Núñez"
    assert got.text == f"Hola,\n\nusa {link}.\n"
    assert got.links == (link, "https://pay.harbor.example/help?a=1&b=2")
    assert got.attachments == (("recibo.pdf", "application/pdf", b"%PDF-1.7 \x00\xff"),)


def test_only_the_owner_may_read_the_files(mailbox):
    before = os.umask(0)
    try:
        mailbox.deliver(mail(), "m1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((mailbox.folder / "m1.eml").stat().st_mode) == 0o600
    assert stat.S_IMODE(mailbox.folder.stat().st_mode) == 0o700


def test_the_same_mail_delivered_again_stands_there_once(mailbox):
    mailbox.deliver(mail(), "m1")
    mailbox.deliver(mail(), "m1")
    assert len(mailbox.read()) == 1
    assert sorted(path.name for path in mailbox.folder.iterdir()) == ["m1.eml"]


@pytest.mark.parametrize("message_id", ["../m1", "a/b", ".hidden", "", "a\x00b", "m1.eml/.."])
def test_an_id_cannot_lead_out_of_the_folder(mailbox, message_id):
    mailbox.deliver(mail(), "m1")
    with pytest.raises(UnsafeHeader):
        mailbox.deliver(mail(), message_id)
    assert mailbox.find(message_id) is None
    assert mailbox.find("m1").subject == "Mail 1"
    assert mailbox.find("m2") is None
