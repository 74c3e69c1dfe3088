"""Text messages by a gateway in a process of its own: taken, refused, "later", silence, and the folder in its place."""

from __future__ import annotations

import stat

import pytest

from channels.message import ChannelRefused, ChannelSilent
from channels.sms.base import TextMessage
from channels.sms.folder import FolderTexts, read_texts
from channels.sms.http import HttpTexts, SmsSettings

NUMBER = "+12025550143"


def texts(gateway, **other) -> HttpTexts:
    return HttpTexts(
        SmsSettings(**({"url": gateway.url, "token": gateway.token, "sender": "Harbor"} | other))
    )


def test_a_text_is_taken_once_however_often_it_is_sent(sms_gateway):
    for _time in range(3):
        texts(sms_gateway).deliver(TextMessage(NUMBER, "Grüße\n@pay.example #123456"), "text-1")
    assert sms_gateway.messages() == [
        {"id": "text-1", "from": "Harbor", "to": NUMBER, "text": "Grüße\n@pay.example #123456"}
    ]


@pytest.mark.safety("D7")
@pytest.mark.parametrize(
    ("number", "token", "failure", "about"),
    [
        ("+12025550001", None, ChannelRefused, "recipient"),
        ("+12025550002", None, ChannelSilent, None),
        ("+12025550003", None, ChannelSilent, None),
        (NUMBER, "wrong", ChannelRefused, "settings"),
    ],
)
def test_what_does_not_go_out_is_told_apart(sms_gateway, number, token, failure, about):
    channel = texts(sms_gateway, token=token or sms_gateway.token, timeout=1)
    with pytest.raises(failure) as told:
        channel.deliver(TextMessage(number, "493027 is your code"), "text-1")
    assert getattr(told.value, "about", None) == about
    assert "493027" not in str(told.value)
    assert number not in str(told.value)


def test_a_gateway_that_is_not_there_is_silent(sms_gateway):
    sms_gateway.program.kill()
    with pytest.raises(ChannelSilent):
        texts(sms_gateway).deliver(TextMessage(NUMBER, "x"), "text-1")


@pytest.mark.safety("W26")
@pytest.mark.parametrize("url", ["http://sms.example.net/x", "ftp://127.0.0.1/", "sms.example.net", ""])
def test_the_token_travels_by_https_only(url):
    with pytest.raises(ValueError, match="gateway"):
        SmsSettings(url, "secret")
    assert "secret" not in repr(SmsSettings("https://sms.example.net/x", "secret"))


@pytest.mark.parametrize(
    "to", ["", "12025550143", "+1 202", "+1202555014x", "+" + "1" * 16, "+12025550143\n"]
)
def test_only_a_whole_number_is_written_to(to):
    with pytest.raises(ChannelRefused):
        TextMessage(to, "x")


@pytest.mark.parametrize("text", ["", "  ", "x" * 481, "a\x00b", "a\rb"])
def test_only_a_short_plain_text_is_sent(text):
    with pytest.raises(ChannelRefused):
        TextMessage(NUMBER, text)


def test_the_folder_shows_the_newest_first_and_is_for_its_owner_alone(tmp_path):
    folder = FolderTexts(tmp_path / "mailbox")
    for number in (1, 2, 2):
        folder.deliver(TextMessage(NUMBER, f"text {number}"), f"id-{number}")
    assert [one.text for one in read_texts(tmp_path / "mailbox")] == ["text 2", "text 1"]
    assert stat.S_IMODE((tmp_path / "mailbox" / "id-1.sms").stat().st_mode) == 0o600
    with pytest.raises(ChannelRefused):
        folder.deliver(TextMessage(NUMBER, "x"), "../id")
