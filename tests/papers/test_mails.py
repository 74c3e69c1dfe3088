"""Every mail names the business, says how to know it is ours, and shows what people typed as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from channels.email import Message
from domain.words import Sentence
from papers.mails import BUSINESS as BUSINESS_KEYS
from papers.mails import FOLDER, OPTIONAL, WANTS, MailData, compose
from tests.papers.samples import BUSINESS, ENGLISH, HOSTILE, LINK, MAIL_DATA, SITE, SPANISH, usd

EVERY_MAIL = pytest.mark.parametrize("template", sorted(WANTS))


class Page(HTMLParser):
    """What a mail reader sees: the tags with their attributes, and the visible text."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data):
        self.text += "" if self._hidden else data

    def hrefs(self):
        return [attrs["href"] for tag, attrs in self.tags if tag == "a"]


def needed(template: str) -> dict:
    return {key: MAIL_DATA[key] for key in WANTS[template]}


def words(text: str) -> str:
    return " ".join(text.split())


@EVERY_MAIL
@pytest.mark.parametrize("voice", [ENGLISH, SPANISH], ids=["en", "es"])
def test_every_mail_has_subject_text_html_and_its_link(template, voice):
    mail = compose(template, voice, MAIL_DATA, BUSINESS)
    assert mail.subject.strip()
    assert "\n" not in mail.subject
    assert LINK in mail.text
    page = Page(mail.html)
    assert LINK in page.hrefs()
    assert mail.html.startswith("<!doctype html>")
    assert ("html", {"lang": voice.language, "dir": "ltr"}) in page.tags
    Message(to="bo@example.com", subject=mail.subject, text=mail.text, html=mail.html)


@EVERY_MAIL
def test_every_mail_names_the_business_and_says_how_to_know_it(template):
    mail = compose(template, ENGLISH, MAIL_DATA, BUSINESS)
    for text in (words(mail.text), words(Page(mail.html).text)):
        for known in ("Harbor Motors", "207-555-0142", "12 Quay Street", "office@harbor.example"):
            assert known in text
        assert f"links in it begin with {SITE}, and we never ask for your password or a card number" in text


@EVERY_MAIL
def test_every_mail_loads_nothing_and_runs_nothing(template):
    page = Page(compose(template, ENGLISH, MAIL_DATA, BUSINESS).html)
    assert {"img", "script", "link", "iframe", "object", "form", "base"}.isdisjoint(
        tag for tag, _ in page.tags
    )
    for _tag, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on") or name in ("src", "background", "style")]
    assert all(href == LINK for href in page.hrefs())
    assert "url(" not in (FOLDER / "_base.html").read_text()
    assert "@import" not in (FOLDER / "_base.html").read_text()


@EVERY_MAIL
def test_text_and_html_say_the_same_sentences(template):
    mail = compose(template, ENGLISH, MAIL_DATA, BUSINESS)
    seen = words(Page(mail.html).text)
    body = mail.text.partition("\n--\n")[0]
    for paragraph in body.split("\n\n"):
        for line in [words(paragraph)] if ": " not in paragraph else paragraph.splitlines():
            for part in line.split(": ") if not line.endswith(":") else [line.rstrip(":")]:
                assert words(part) in seen or words(part) == LINK


@EVERY_MAIL
def test_every_word_of_a_mail_can_be_translated(template):
    mail = compose(template, SPANISH, MAIL_DATA, BUSINESS)
    assert mail.subject.startswith("¡")
    body = mail.text.partition("\n--\n")[0]
    untranslated = re.sub(r"¡[^!]*!", "", body, flags=re.DOTALL)
    given = [SPANISH.words(value) for value in MAIL_DATA.values() if not isinstance(value, list)]
    given += [SPANISH.words(part) for row in MAIL_DATA["rows"] for part in row]
    given += MAIL_DATA["paragraphs"]  # kept in the language they were accepted in
    for value in sorted(given, key=len, reverse=True):
        untranslated = untranslated.replace(value, "")
    assert not re.search(r"[A-Za-z]", untranslated), untranslated


@EVERY_MAIL
def test_what_a_mail_needs_is_what_its_caller_is_told(template):
    data = needed(template)
    assert compose(template, ENGLISH, data, BUSINESS).subject
    for key in data:
        if key in OPTIONAL:
            continue
        with pytest.raises(MailData, match=key):
            compose(template, ENGLISH, {name: value for name, value in data.items() if name != key}, BUSINESS)
    for key in BUSINESS_KEYS:
        with pytest.raises(MailData, match=key):
            compose(template, ENGLISH, data, {name: value for name, value in BUSINESS.items() if name != key})


@pytest.mark.safety("W5", "W15")
@EVERY_MAIL
@pytest.mark.parametrize("evil", HOSTILE)
def test_what_people_typed_stands_as_text_and_on_its_own_line_never_more(template, evil):
    typed = (
        "name",
        "agreement_number",
        "agreement_title",
        "username",
        "device",
        "place",
        "reference",
        "received_by",
    )
    data = MAIL_DATA | dict.fromkeys(typed, evil) | {"rows": [(evil, usd(30000))], "what": evil, "why": evil}
    business = BUSINESS | {"name": evil or "Harbor", "phrase": evil}
    if evil == "\ud800":
        evil = "\ufffd"
    mail = compose(template, ENGLISH, data, business)
    tags = [tag for tag, _ in Page(mail.html).tags]
    calm = [tag for tag, _ in Page(compose(template, ENGLISH, MAIL_DATA, BUSINESS).html).tags]
    assert set(tags) <= set(calm) | {"p"}, "a typed text became markup"
    shown = words(re.sub("[\x00-\x1f\u202e]", " ", evil))
    for text in (mail.text, Page(mail.html).text):
        assert shown.replace(" ", "") in words(text).replace(" ", "")
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", mail.text)
    Message(to="bo@example.com", subject=mail.subject, text=mail.text, html=mail.html)


def test_text_that_calls_itself_markup_is_escaped_too():
    mail = compose("claim", ENGLISH, MAIL_DATA | {"name": Markup("<b>Bo</b>")}, BUSINESS)
    assert "&lt;b&gt;Bo&lt;/b&gt;" in mail.html
    assert "<b>Bo</b>" not in mail.html


def test_a_line_break_in_an_agreement_number_cannot_add_a_header_or_a_line():
    data = MAIL_DATA | {
        "agreement_number": "L-1\r\nBcc: stan@example.com\r\n\r\nPay here: http://evil.example"
    }
    mail = compose("claim", ENGLISH, data, BUSINESS)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "\nBcc" not in mail.text
    assert "\nPay here" not in mail.text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "/claim/1", "", "https://a b", 'https://a"onclick=x', "data:x", None]
)
def test_a_link_that_is_not_a_web_address_is_refused(link):
    with pytest.raises(MailData, match="link"):
        compose("claim", ENGLISH, MAIL_DATA | {"link": link}, BUSINESS)


def test_a_mail_that_does_not_exist_is_refused():
    with pytest.raises(MailData):
        compose("../../app", ENGLISH, MAIL_DATA, BUSINESS)


def test_there_is_a_source_for_every_mail_and_a_list_of_needs_for_every_source():
    assert {path.stem for path in FOLDER.glob("[!_]*")} == set(WANTS)


def test_a_receipt_mail_shows_what_the_payment_paid_and_what_is_left():
    mail = compose("receipt", ENGLISH, MAIL_DATA, BUSINESS)
    assert mail.subject == "Receipt R-2026-000123: $300.00 paid"
    assert mail.text.startswith("$300.00\nSettled on 08 December 2026\n")
    for line in ("Interest: $72.49", "Principal: $83.48", "Extra to principal: $144.03", "Total: $300.00"):
        assert line in mail.text.splitlines()
    assert "Owed after this payment: $8688.34" in mail.text


def test_a_sentence_as_label_of_an_amount_has_no_full_stop_before_the_colon():
    data = MAIL_DATA | {"rows": [(Sentence("Interest from <then> to now."), usd(3240))]}
    mail = compose("receipt", ENGLISH, data, BUSINESS)
    assert "Interest from <then> to now: $32.40" in mail.text.splitlines()
    assert '<th scope="row">Interest from &lt;then&gt; to now</th>' in mail.html


def test_what_is_not_known_is_left_out_instead_of_shown_empty():
    data = MAIL_DATA | {"settles_on": None, "fee": None, "name": None, "agreement_title": ""}
    assert "Settles about" not in compose("payment_started", ENGLISH, data, BUSINESS).text
    returned = compose("payment_returned", ENGLISH, data, BUSINESS)
    for text in (returned.text, returned.html):
        assert "Fee for the return" not in text
        assert "None" not in text
        assert "Hello" not in text


def test_an_operator_s_colour_is_used_only_when_it_is_one():
    assert "#123abc" in compose("claim", ENGLISH, MAIL_DATA, BUSINESS | {"accent": "#123abc"}).html
    html = compose("claim", ENGLISH, MAIL_DATA, BUSINESS | {"accent": "red} body{display:none"}).html
    assert "display:none" not in html


def test_test_mode_and_the_person_s_own_phrase_are_shown_when_given():
    data = MAIL_DATA | {"phrase": "blue heron"}
    mail = compose("receipt", ENGLISH, data, BUSINESS | {"test_mode": True})
    for text in (mail.text, mail.html):
        assert "Test mode: no real money has moved." in text
        assert "blue heron" in text
    assert "Test mode" not in compose("receipt", ENGLISH, MAIL_DATA, BUSINESS).html


def test_a_sentence_inside_a_mail_is_translated_with_its_own_days_and_money():
    owed = Sentence("You owe %(money)s since %(day)s.", {"money": usd(5), "day": MAIL_DATA["paid_on"]})
    assert (
        "¡You owe 0.05 US$ since 2026-12-04.!"
        in compose("payment_failed", SPANISH, MAIL_DATA | {"what": owed}, BUSINESS).text
    )


def test_a_receipt_mail_calls_what_was_paid_ahead_credit_and_not_a_debt_below_zero() -> None:
    data = MAIL_DATA | {"balance_after": None, "credit_after": usd(152500)}
    mail = compose("receipt", ENGLISH, data, BUSINESS)
    assert "Your credit after this payment: $1525.00" in mail.text
    assert "Owed after this payment" not in mail.text
