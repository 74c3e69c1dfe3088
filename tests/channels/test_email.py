"""Mail goes out whole, once, and never with a header that somebody else wrote."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from datetime import UTC, date, datetime

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from channels.email import (
    ChannelRefused,
    ChannelSilent,
    Message,
    SmtpMailer,
    SmtpSettings,
    UnsafeHeader,
    send,
)
from papers.receipt import ReceiptData, receipt_pdf
from papers.voice import Voice
from tests.fixtures.mail import SmtpServer
from tests.fixtures.postgres import free_port

NOON = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)


def settings(server, **changes) -> SmtpSettings:
    values = {"host": server.host, "port": server.port, "starttls": False, "sender": "office@harbor.example"}
    return SmtpSettings(**(values | {"sender_name": "Harbor Motors", "timeout": 2} | changes))


def mail(**changes) -> Message:
    return Message(**({"to": "bo@example.com", "subject": "Your receipt", "text": "Thank you."} | changes))


def test_a_mail_with_text_html_and_a_pdf_arrives_whole(smtp_server):
    rows = (("Fees", 100),)
    data = ReceiptData(
        ("Harbor",), "R-1", date(2026, 12, 4), "Bo", "L-1", "Camry", "Cash", 100, "USD", rows, 0, "Paid", "p1"
    )
    pdf = receipt_pdf(data, Voice())
    message = mail(
        subject="Recibo nº 7 – 300,00 € pagados",
        text="Gracias, señor Núñez.",
        html="<p>Gracias, señor <b>Núñez</b>.</p>",
        attachments=[("Recibo nº 7.pdf", "application/pdf", pdf)],
        reply_to="desk@harbor.example",
        sent_at=NOON,
    )
    SmtpMailer(settings(smtp_server)).deliver(message, "receipt-7")

    [got] = smtp_server.wait_for(1)
    assert got.recipients == ["bo@example.com"]
    assert got.sender == "office@harbor.example"
    assert got.message["Subject"] == "Recibo nº 7 – 300,00 € pagados"
    assert got.message["From"] == "Harbor Motors <office@harbor.example>"
    assert got.message["Reply-To"] == "desk@harbor.example"
    assert got.message["Message-ID"] == "<receipt-7@harbor.example>"
    assert got.message["Date"].datetime == NOON
    assert got.message.get_body(("plain",)).get_content().strip() == "Gracias, señor Núñez."
    assert "<b>Núñez</b>" in got.message.get_body(("html",)).get_content()
    [attached] = got.message.iter_attachments()
    assert attached.get_filename() == "Recibo nº 7.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == pdf
    assert max(got.raw) < 128, "the wire carries seven bits only"


def test_a_mail_sent_twice_keeps_its_message_id(smtp_server):
    for _again in range(2):
        send(settings(smtp_server), mail(), "claim-81")
    assert {got.message["Message-ID"] for got in smtp_server.wait_for(2)} == {"<claim-81@harbor.example>"}


def test_a_server_that_says_no_such_person_refuses_the_recipient(smtp_server):
    smtp_server.refuse = "550 5.1.1 no such person"
    with pytest.raises(ChannelRefused) as refusal:
        send(settings(smtp_server), mail(), "m1")
    assert (refusal.value.about, refusal.value.code) == ("recipient", 550)
    assert smtp_server.messages == []


def test_a_server_that_says_later_is_silent_so_that_it_is_tried_again(smtp_server):
    smtp_server.refuse = "451 4.7.1 greylisted, come back later"
    with pytest.raises(ChannelSilent, match="451"):
        send(settings(smtp_server), mail(), "m1")


def test_a_server_that_takes_too_long_is_silent_within_the_timeout(smtp_server):
    smtp_server.delay = 30
    begun = time.monotonic()
    with pytest.raises(ChannelSilent):
        send(settings(smtp_server, timeout=1), mail(), "m1")
    assert time.monotonic() - begun < 4


def test_a_server_that_never_greets_is_silent_within_the_timeout():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        host, port = mute.getsockname()
        begun = time.monotonic()
        with pytest.raises(ChannelSilent):
            send(SmtpSettings(host, port, starttls=False, sender="a@b.example", timeout=1), mail(), "m1")
        assert time.monotonic() - begun < 4


def test_nobody_at_the_port_is_silence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host, port = taken.getsockname()
    with pytest.raises(ChannelSilent):
        send(SmtpSettings(host, port, starttls=False, sender="a@b.example", timeout=1), mail(), "m1")


def test_a_server_without_encryption_is_refused_when_encryption_is_asked_for(smtp_server):
    with pytest.raises(ChannelRefused) as refusal:
        send(settings(smtp_server, starttls=True), mail(), "m1")
    assert refusal.value.about == "settings"
    assert smtp_server.messages == []


def test_a_sign_in_that_the_server_does_not_offer_is_about_our_settings(smtp_server):
    with pytest.raises(ChannelRefused) as refusal:
        send(settings(smtp_server, user="office", password="canary-password"), mail(), "m1")
    assert refusal.value.about == "settings"
    assert "canary-password" not in str(refusal.value)


@pytest.mark.safety("W15")
@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\x00", "\u2028", "\x85"])
@pytest.mark.parametrize(
    "change",
    [
        lambda evil: {"subject": f"Hello{evil}Bcc: stan@example.com"},
        lambda evil: {"to": f"bo@example.com{evil}Bcc: stan@example.com"},
        lambda evil: {"reply_to": f"bo@example.com{evil}Bcc: stan@example.com"},
        lambda evil: {"headers": {"X-Note": f"a{evil}Bcc: stan@example.com"}},
        lambda evil: {"headers": {f"X-Note{evil}Bcc": "stan@example.com"}},
        lambda evil: {"attachments": [(f"a{evil}b.pdf", "application/pdf", b"")]},
        lambda evil: {"attachments": [("a.pdf", f"application/pdf{evil}X: y", b"")]},
    ],
)
def test_a_line_break_in_anything_that_becomes_a_header_is_refused(change, line_break):
    with pytest.raises((UnsafeHeader, ChannelRefused)):
        mail(**change(line_break))


@pytest.mark.parametrize("name", ["Bcc", "to", "FROM", "Content-Type", "Message-ID", "X Y", "X:Y", ""])
def test_extra_headers_cannot_replace_ours_or_add_recipients(name):
    with pytest.raises(UnsafeHeader):
        mail(headers={name: "stan@example.com"})


@pytest.mark.parametrize("message_id", ["", "a b", "a>b", "a\nb", "<a@b>", "../x", "a" * 201])
def test_a_message_id_that_could_break_its_header_is_refused(message_id, smtp_server):
    with pytest.raises(UnsafeHeader):
        send(settings(smtp_server), mail(), message_id)


@pytest.mark.parametrize(
    "to",
    ["", "bo", "@example.com", "bo@", "bo@example.com, stan@example.com", "Bo <bo@example.com>", "bo@exa mple.com",
     "bo;stan@example.com", "bo@.example.com", "bo@@example..com"],
)  # fmt: skip
def test_only_one_plain_address_may_receive_a_mail(to):
    with pytest.raises(ChannelRefused) as refusal:
        mail(to=to)
    assert refusal.value.about == "recipient"


def test_a_domain_in_other_letters_is_written_in_its_plain_form(smtp_server):
    send(settings(smtp_server), mail(to="bo@müller.example"), "m1")
    assert smtp_server.wait_for(1)[0].recipients == ["bo@xn--mller-kva.example"]


def test_a_subject_is_asked_for():
    with pytest.raises(ChannelRefused):
        mail(subject="  ")


def test_a_moment_without_a_zone_is_not_a_date_for_a_mail():
    with pytest.raises(ValueError, match="zone"):
        mail(sent_at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    "wrong",
    [
        {"ssl": True},
        {"starttls": False, "user": "office", "password": "x"},
        {"timeout": 0},
        {"sender": "not an address"},
        {"sender_name": "Harbor\nBcc: stan@example.com"},
    ],
)
def test_settings_that_would_be_unsafe_are_refused_before_any_mail(wrong):
    good = {"host": "mail.example.com", "sender": "office@harbor.example"}
    assert SmtpSettings(**good).port == 587
    with pytest.raises(ValueError, match=r"\w"):
        SmtpSettings(**(good | wrong))


@pytest.mark.safety("D7")
def test_the_password_is_in_no_printed_settings():
    assert "secret" not in repr(
        SmtpSettings("mail.example.com", user="u", password="secret", sender="a@b.example")
    )


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1, signed by itself: (path of the certificate, path of its key)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return tmp_path / "cert.pem", tmp_path / "key.pem"


@pytest.fixture
def locked_server(certificate):
    """A mail server that takes mail only after STARTTLS and a sign-in as office / right."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def sign_in(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"office", b"right"), handled=False)

    server = SmtpServer(port=free_port())
    controller = Controller(
        server, hostname=server.host, port=server.port, tls_context=context, require_starttls=True,
        auth_required=True, authenticator=sign_in,
    )  # fmt: skip
    controller.start()
    yield server
    controller.stop(no_assert=True)


def test_encrypted_and_signed_in_the_mail_is_taken(locked_server, certificate):
    who = {"starttls": True, "user": "office", "password": "right", "ca_file": str(certificate[0])}
    send(settings(locked_server, **who), mail(), "m1")
    assert locked_server.wait_for(1)[0].message["Subject"] == "Your receipt"


def test_a_wrong_password_is_about_our_settings_and_is_not_repeated_in_the_error(locked_server, certificate):
    who = {"starttls": True, "user": "office", "password": "canary-wrong", "ca_file": str(certificate[0])}
    with pytest.raises(ChannelRefused) as refusal:
        send(settings(locked_server, **who), mail(), "m1")
    assert (refusal.value.about, refusal.value.code) == ("settings", 535)
    assert "canary-wrong" not in str(refusal.value)


@pytest.mark.safety("W26")
def test_a_certificate_that_nobody_vouches_for_gets_no_mail_and_no_password(locked_server):
    who = {"starttls": True, "user": "office", "password": "right"}
    with pytest.raises(ChannelRefused, match="certificate") as refusal:
        send(settings(locked_server, **who), mail(), "m1")
    assert refusal.value.about == "settings"
    assert locked_server.messages == []
