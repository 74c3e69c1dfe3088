"""Every notice has words for a text, the bell and a mail; a text is one message; no word that is missing loses one."""

from __future__ import annotations

from datetime import date

import pytest

from domain.rules.notice_events import EVENTS, MAIL_OF
from domain.words import Sentence
from papers.mails import WANTS, MailData
from papers.notice_words import PLACE, WORDS
from papers.notices import compose_line, compose_notice, fits_one, is_notice, line
from tests.papers.samples import BUSINESS, ENGLISH, LINK, SPANISH, usd

DATA = {
    "agreement_number": "L-10042", "agreement_title": "2021 Toyota Camry", "amount": usd(123_456), "was": usd(98_765),
    "limit": usd(100_000), "given_back": usd(1_000), "on": date(2026, 12, 28), "leaves_on": date(2026, 12, 28),
    "method": "Bank ••6789", "name": "Bo", "name_of_fee": "Late fee", "what": Sentence("The reason."), "link": LINK,
}  # fmt: skip
EVERY = pytest.mark.parametrize("event", sorted(WORDS))


def test_every_event_has_words_and_a_mail():
    assert set(EVENTS) <= set(WORDS)
    for event in EVENTS.values():
        if event.name != "security":  # its mails are those of `records.alerts`
            assert event.template in WANTS or is_notice(event.template), event.name
    assert {mail for mail in MAIL_OF if mail not in WANTS and not is_notice(mail)} == set()


@EVERY
def test_the_plainest_sentence_needs_nothing(event):
    words = WORDS[event]
    assert not PLACE.search(words.line[-1]) or words.line[-1] == "%(what)s"
    assert str(line(event, {}))


@EVERY
@pytest.mark.parametrize("data", [{"link": LINK}, DATA], ids=["nothing known", "all known"])
def test_a_mail_is_made_of_whatever_is_known(event, data):
    mail = compose_notice(event, ENGLISH, data, BUSINESS)
    assert mail.subject
    assert not mail.subject.endswith(".")
    assert LINK in mail.text
    assert "None" not in mail.text
    assert "%(" not in mail.text


@EVERY
def test_a_text_is_one_message_and_says_who_writes(event):
    text = compose_line(event, ENGLISH, DATA, BUSINESS)
    assert text.startswith("Harbor Motors: ")
    assert fits_one(text), (len(text), text)


def test_a_text_says_how_to_stop_where_there_is_room():
    assert compose_line("reminder_due", ENGLISH, DATA | {"link": ""}, BUSINESS).endswith("Reply STOP to end.")


def test_letters_outside_the_alphabet_of_texts_make_them_shorter():
    assert fits_one("a" * 160)
    assert not fits_one("a" * 161)
    assert fits_one("€" + "ю" * 69)
    assert not fits_one("ю" * 71)


def test_the_amount_and_the_day_are_in_the_reader_s_form():
    said = compose_notice("autopay_tomorrow", SPANISH, DATA, BUSINESS)
    assert SPANISH.money(usd(123_456)) in said.subject


def test_a_mail_that_can_be_left_shows_how():
    mail = compose_notice(
        "reminder_due", ENGLISH, DATA | {"leave": "https://pay.harbor.example/unsubscribe/x"}, BUSINESS
    )
    assert "https://pay.harbor.example/unsubscribe/x" in mail.text
    assert "https://pay.harbor.example/unsubscribe/x" in mail.html


def test_a_notice_nobody_knows_is_an_error():
    with pytest.raises(MailData):
        line("weather", {})
