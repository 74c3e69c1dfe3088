"""Notifications to browsers: sealed as RFC 8291 shows, opened by an independent reader, and sent nowhere of our own."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.message import ChannelRefused, ChannelSilent
from channels.web_push.encryption import LONGEST, Subscription, encrypt, public_bytes, to_bytes, to_text
from channels.web_push.endpoints import Services, public
from channels.web_push.http import PushMessage, WebPush
from channels.web_push.vapid import sender_of

SENDER = sender_of(b"a secret of the tests, 32 bytes +", "mailto:office@harbor.example")
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


def of(subscription) -> Subscription:
    return Subscription(subscription["endpoint"], **subscription["keys"])


def message(subscription, text="Due tomorrow", **more) -> PushMessage:
    return PushMessage(of(subscription), text.encode(), datetime.now(UTC), **more)


def pushes(service, sender=SENDER, timeout=2) -> WebPush:
    return WebPush(sender, Services((service.url,)), timeout)


def test_the_example_of_the_standard_comes_out_byte_for_byte():
    # RFC 8291, section 5 and appendix A.
    secret = int.from_bytes(to_bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", 32), "big")
    body = encrypt(
        Subscription("https://push.example.net/", POINT, AUTH),
        b"When I grow up, I want to be a watermelon",
        salt=to_bytes("DGv6ra1nlYgDCS1FRnbzlw", 16),
        own=ec.derive_private_key(secret, ec.SECP256R1()),
        padding=0,
    )
    assert to_text(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
        "u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_an_independent_reader_opens_what_we_send_and_knows_the_sender(push_service):
    browser = push_service.subscribe(SENDER.public)
    pushes(push_service).deliver(message(browser, "Grüße: 3 días", urgent=True), "duebook-7-20261201")
    shown = push_service.pushes()
    assert [(one["text"], one["urgency"], one["ttl"]) for one in shown] == [
        ("Grüße: 3 días", "high", "86400")
    ]
    pushes(push_service).deliver(message(browser, "x"), "duebook-8-20261201")
    assert push_service.pushes()[1]["bytes"] == shown[0]["bytes"], "the length tells what was said"


@pytest.mark.slow
@settings(max_examples=60)
@given(plain=st.binary(max_size=LONGEST))
def test_whatever_is_said_fits_into_one_record(plain):
    import http_ece

    key, auth = ec.generate_private_key(ec.SECP256R1()), to_bytes(AUTH, 16)
    browser = Subscription("https://push.example.net/", to_text(public_bytes(key.public_key())), AUTH)
    body = encrypt(browser, plain)
    assert len(body) <= 4096
    assert http_ece.decrypt(body, private_key=key, auth_secret=auth) == plain


def test_what_is_too_long_is_refused_before_it_is_sent():
    with pytest.raises(ChannelRefused):
        encrypt(Subscription("https://push.example.net/", POINT, AUTH), bytes(LONGEST + 1))


def test_another_key_than_the_one_that_was_allowed_is_refused_as_a_setting(push_service):
    browser = push_service.subscribe(SENDER.public)
    other = sender_of(b"another secret of 32 bytes or mor", "mailto:office@harbor.example")
    with pytest.raises(ChannelRefused) as told:
        pushes(push_service, other).deliver(message(browser), "duebook-1")
    assert (told.value.about, told.value.code) == ("settings", 403)


@pytest.mark.parametrize(
    ("status", "failure", "about"),
    [
        (404, ChannelRefused, "recipient"),
        (410, ChannelRefused, "recipient"),
        (413, ChannelRefused, "message"),
        (301, ChannelRefused, "message"),
        (429, ChannelSilent, None),
        (503, ChannelSilent, None),
    ],
)
def test_what_the_service_says_is_told_apart(push_service, status, failure, about):
    browser = push_service.subscribe()
    push_service.answers(browser, status)
    with pytest.raises(failure) as told:
        pushes(push_service).deliver(message(browser, "493.12 dollars"), "duebook-1")
    assert getattr(told.value, "about", None) == about
    assert "493" not in str(told.value)
    assert browser["endpoint"] not in str(told.value)


def test_a_service_that_is_not_there_is_silent(push_service):
    browser = push_service.subscribe()
    push_service.program.kill()
    with pytest.raises(ChannelSilent):
        pushes(push_service).deliver(message(browser), "duebook-1")


def test_a_service_that_takes_the_call_and_says_nothing_is_silent_in_time():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        channel = WebPush(SENDER, Services((url,)), timeout=1)
        with pytest.raises(ChannelSilent):
            channel.deliver(PushMessage(Subscription(f"{url}/x", POINT, AUTH), b"x", datetime.now(UTC)), "1")


def test_we_stay_the_same_to_push_services_as_long_as_our_secret_does():
    again = sender_of(b"a secret of the tests, 32 bytes +", "mailto:office@harbor.example")
    assert again.public == SENDER.public
    assert len(to_bytes(SENDER.public, 65)) == 65
    assert "private" not in repr(SENDER)


@pytest.mark.parametrize(
    ("point", "auth"),
    [("", ""), (POINT, "short"), (POINT[:-4] + "AAAA", AUTH), ("x" * 87, AUTH), ("é", AUTH)],
)
def test_keys_that_are_none_are_refused(point, auth):
    with pytest.raises(ChannelRefused) as told:
        Subscription("https://push.example.net/", point, auth)
    assert told.value.about == "recipient"


REAL = [
    "https://fcm.googleapis.com/fcm/send/abc:def",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://web.push.apple.com/QGx",
    "https://wns2-par02p.notify.windows.com/w/?token=BQY",
]


@pytest.mark.parametrize("endpoint", REAL)
def test_the_services_of_the_usual_browsers_are_known(endpoint):
    assert Services().check(endpoint).geturl() == endpoint


@pytest.mark.safety("W26")
@pytest.mark.parametrize(
    "endpoint",
    [
        "", "x", "//fcm.googleapis.com/x", "http://fcm.googleapis.com/x", "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:x/", "https://me:pw@fcm.googleapis.com/x", "https://fcm.googleapis.com.evil.test/x",
        "https://evilfcm.googleapis.com.test/", "https://notfcm.googleapis.com/", "https://127.0.0.1/x",
        "https://localhost/", "https://[::1]/", "https://169.254.169.254/latest/meta-data", "https://10.0.0.7/",
        "file:///etc/passwd", "https://fcm.googleapis.com/x\r\nHost: evil", "https://fcm.googleapis.com/ x",
        "https://fcm.googleapis.com/" + "x" * 1_000, "https://evil.test/?fcm.googleapis.com",
        "https://fcm.googleapis.com@evil.test/", "https://evil.test#fcm.googleapis.com", "https://ﬁcm.googleapis.com/",
    ],
)  # fmt: skip
def test_nothing_is_sent_to_whom_we_do_not_know(endpoint):
    with pytest.raises(ChannelRefused) as told:
        Services().check(endpoint)
    assert told.value.about == "recipient"


@pytest.mark.safety("W26")
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
        "ff02::1", "255.255.255.255",
    ],
)  # fmt: skip
def test_a_service_whose_name_leads_into_a_private_network_is_not_asked(monkeypatch, address):
    assert not public(address)
    good = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("142.250.1.1", 443))
    bad = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_more: [good, bad])
    monkeypatch.setattr(socket, "create_connection", lambda *_given, **_more: pytest.fail("it was asked"))
    subscription = {"endpoint": REAL[0], "keys": {"p256dh": POINT, "auth": AUTH}}
    with pytest.raises(ChannelRefused):
        WebPush(SENDER, Services()).deliver(message(subscription), "1")


@pytest.mark.safety("W26")
def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    asked = []
    answer = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("142.250.1.1", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_more: [answer])

    def connect(address, *_more, **_named):
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ChannelSilent):
        WebPush(SENDER, Services()).deliver(
            message({"endpoint": REAL[0], "keys": {"p256dh": POINT, "auth": AUTH}}), "1"
        )
    assert asked == [("142.250.1.1", 443)]


def test_only_a_service_on_this_machine_is_named_by_its_whole_address():
    for name in ("https://push.example.net", "http://10.0.0.1:80"):
        with pytest.raises(ValueError, match="this machine"):
            Services((name,))
    assert Services(("http://127.0.0.1:8090",)).tried_here
    assert not Services().tried_here


def test_a_token_counts_half_a_day_and_for_one_service():
    at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    said = SENDER.authorisation(REAL[0], at)
    claims = json.loads(to_raw(said.split(".")[1]))
    assert claims == {
        "aud": "https://fcm.googleapis.com",
        "exp": int(datetime(2026, 12, 2, tzinfo=UTC).timestamp()),
        "sub": "mailto:office@harbor.example",
    }


def to_raw(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
