"""The help centre as everybody reads it: topics, search, one article, whether it helped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.records.help_articles import shipped
from domain.rules.help_articles import LANGUAGES, TOPICS
from domain.rules.help_guides import PAYMENTS, STEPS
from models import HelpVote, db
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")
ASKED = (
    "signing-in", "forgotten-password", "locked-out", "second-factor", "code-or-notice-missing", "ways-to-pay",
    "payment-failed", "not-enough-funds", "pending-too-long", "no-confirmation", "payment-not-credited",
    "wrong-amount", "late-fees", "change-a-method", "autopay", "payoff-and-buyout", "security-tips", "break-in",
    "phishing", "credit-score", "install-the-app", "cache-and-cookies", "website-errors", "bad-connection",
    "before-you-call", "write-to-us", "sign-documents", "check-document", "report-repair", "statements",
    "ask-about-amount", "receipts-and-papers", "deposit-and-moving-out", "first-steps",
)  # fmt: skip
"""What people ask, as the client's card names it: an article for each."""


def test_every_question_has_its_article_in_both_languages():
    for language in LANGUAGES:
        assert set(ASKED) <= set(shipped(language))
    assert set(shipped("en")) == set(shipped("es"))
    for slug, english in shipped("en").items():
        spanish = shipped("es")[slug]
        assert english.topic == spanish.topic
        assert english.title != spanish.title
        assert english.words
        assert spanish.words


def test_articles_are_short_and_their_links_lead_somewhere(app):
    adapter = app.url_map.bind("localhost")
    for language in LANGUAGES:
        for article in shipped(language).values():
            assert 40 <= len(article.text.split()) <= 330, (language, article.slug, len(article.text.split()))
            for path in re.findall(r"\]\((/[^)#?\s]*)", article.body):
                endpoint, values = adapter.match(path)
                if endpoint == "public.help_article":
                    assert values["slug"] in shipped(language), (article.slug, path)


def test_the_two_languages_lead_to_the_same_pages():
    for slug, english in shipped("en").items():
        links = [sorted(re.findall(r"\]\((/[^)\s]*)", one.body)) for one in (english, shipped("es")[slug])]
        assert links[0] == links[1], slug


def test_all_topics_stand_on_one_page(client, house):
    page = client.get("/help").text
    for slug in ASKED:
        assert f'href="/help/{slug}"' in page
    assert all(f">{words}</h2>" in page for words in TOPICS.values())


@pytest.mark.parametrize(
    ("q", "slug"),
    [
        ("pasword forgoten", "forgotten-password"),
        ("why was I charged a late fee", "late-fees"),
        ("R01", "not-enough-funds"),
        ("locked out", "locked-out"),
        ("my payment faild", "payment-failed"),
        ("still pending", "pending-too-long"),
        ("code does not arrive", "code-or-notice-missing"),
        ("clear cache", "cache-and-cookies"),
        ("credit score", "credit-score"),
        ("phising mail", "phishing"),
        ("buyout", "payoff-and-buyout"),
        ("change my card", "change-a-method"),
        ("wifi", "security-tips"),
        ("hacked", "break-in"),
        ("slow internet", "bad-connection"),
        ("how long does a bank transfer take", "ways-to-pay"),
        ("chat", "write-to-us"),
        ("contract sign", "sign-documents"),
        ("is this document genuine", "check-document"),
        ("repair", "report-repair"),
        ("statement", "statements"),
        ("ask about an amount", "ask-about-amount"),
        ("download receipt", "receipts-and-papers"),
        ("deposit", "deposit-and-moving-out"),
        ("move out", "deposit-and-moving-out"),
        ("scan the code", "first-steps"),
    ],
)
def test_a_search_leads_to_the_article_first(client, house, q, slug):
    page = client.get("/help", query_string={"q": q}).text
    found = re.findall(r'<h2><a href="/help/([^"]+)"', page)
    assert slug in found[:2], found


def test_what_was_asked_for_is_marked_in_titles_and_texts(client, house):
    page = client.get("/help", query_string={"q": "pasword"}).text
    assert "Forgotten <mark>password</mark>" in page
    assert "choose a new <mark>password</mark>" in page


def test_what_was_asked_is_shown_as_text_and_a_fragment_is_enough_while_typing(client, house):
    page = client.get(
        "/help", query_string={"q": "<script>alert(1)</script>zz"}, headers={"HX-Request": "true"}
    ).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<html" not in page


def test_an_article_is_read_in_the_readers_language(client, house):
    assert client.get("/help/late-fees").text.count("<h1>") == 1
    client.get("/language/es")
    page = client.get("/help/late-fees").text
    assert shipped("es")["late-fees"].title in page
    assert client.get("/help/nothing-of-this-name").status_code == 404


def votes(app) -> list[tuple[str, bool, str]]:
    with app.app_context():
        return [(row.slug, row.helped, row.missing) for row in db.session.scalars(select(HelpVote))]


def send(client, **typed: str):
    address = "/help/late-fees/helped"
    form = fields_of(client.get("/help/late-fees").text, address)
    return client.post(address, data=form | typed)


def test_a_reader_says_once_whether_it_helped_and_may_say_what_was_missing(client, house, app):
    assert send(client, helped="no").status_code == 303
    assert "What was missing?" in client.get("/help/late-fees?helped=no").text
    answer = send(client, helped="no", missing="How much?\x00 <b>")
    assert answer.location.endswith("?helped=said#helped")
    assert votes(app) == [("late-fees", False, "How much? <b>")]
    send(client, helped="yes")
    assert votes(app) == [("late-fees", True, "")]
    with app.app_context():
        assert "127.0.0.1" not in db.session.scalar(select(HelpVote.voter_hash))


@pytest.mark.parametrize(
    "typed", [{"helped": "perhaps"}, {"helped": ""}, {"helped": "no", "missing": "x" * 501}]
)
def test_anything_else_is_refused_and_what_was_typed_stays(client, house, app, typed):
    answer = send(client, **typed)
    assert answer.status_code == 422
    assert votes(app) == []
    if "missing" in typed:
        assert typed["missing"] in answer.text


def test_every_choice_of_a_guide_leads_somewhere(app, client, house):
    for name, step in STEPS.items():
        page = client.get(f"/guide/{name}").text
        for choice in step.choices:
            assert choice.words in page
            assert choice.way in ("step", "article", "payments", "page")
            if choice.way == "step":
                assert choice.target in STEPS
            if choice.way == "article":
                assert choice.target in shipped("en")
            if choice.way == "payments":
                assert choice.target in PAYMENTS
    assert all(slug in shipped("en") for _heading, slug in PAYMENTS.values())


def test_pages_on_which_a_question_arises_lead_to_its_article():
    templates = Path(__file__).resolve().parents[3] / "templates"
    linked: dict[str, set[str]] = {}
    for page in templates.rglob("*.html"):
        for slug in re.findall(r"help_article', slug='([^']+)'", page.read_text("utf-8")):
            linked.setdefault(slug, set()).add(page.parent.relative_to(templates).as_posix())
    assert set(linked) <= set(shipped("en"))
    for slug, page in (
        ("locked-out", "public/sign_in"), ("code-or-notice-missing", "public/new_device"),
        ("second-factor", "public/second_factor"), ("forgotten-password", "public/recover"),
        ("change-a-method", "portal/methods"), ("autopay", "portal/autopay"), ("payoff-and-buyout", "portal/payoff"),
        ("phishing", "public/recognise"), ("break-in", "account/activity"), ("security-tips", "account/security"),
        ("write-to-us", "portal/messages"), ("sign-documents", "portal/documents"), ("first-steps", "portal/hand_over"),
        ("check-document", "public/check_document"), ("report-repair", "portal/repairs"),
        ("statements", "portal/statements"), ("receipts-and-papers", "portal/documents"),
        ("ask-about-amount", "portal/inquiries"), ("deposit-and-moving-out", "portal/agreements"),
        ("deposit-and-moving-out", "portal/payoff"),
    ):  # fmt: skip
        assert page in linked[slug]
