"""Pages, mails and figures keep to the language of who reads them."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from domain.actions import outbox, people, recovery
from domain.words import Sentence
from papers.formats import Formats, locale_of
from papers.mails import WANTS, compose
from tests.fixtures.forms import fields_of
from tests.fixtures.words import words
from tests.papers.samples import BUSINESS, MAIL_DATA

SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label", "data-busy", "hx-confirm")
SILENT = ("code", "kbd", "script", "style")
# Words of nearly every English sentence, none of them Spanish. The name of a rule, `loan.due`, is no sentence.
ENGLISH = re.compile(
    r"\b(?<!\.)(?:the|and|of|is|are|was|were|your|you|this|that|with|for|not|by|from|on|to|payments?|agreements?|"
    r"amounts?|due|paid|loans?|fees?|balances?|account|here|nothing|sign)\b(?!\.\w)",
    re.IGNORECASE,
)
# What the business and its people wrote themselves, and the headings of a file, which nobody translates.
DATA = {
    "Cars you can pay off, houses you can live in.", "Monday to Friday 9 to 17, Saturday 10 to 14",
    "payment", "balance",
}  # fmt: skip
# Sentences of ours in place of the samples' own, which no catalogue knows.
SAID = {
    "cost": Sentence("It cost you nothing."),
    "device": "Firefox · Android",
    "method": Sentence("cash"),
    "line": Sentence("A payment is due soon."),
    "note": "Renta de marzo",
    "paragraphs": ["Autorizo a Harbor Motors a cobrar 300 una vez.", "La tarjeta es mía."],
    "reason": "Era de otro cliente.",
    "next_step": Sentence("Use another bank account or another way to pay."),
    "rows": [(Sentence("Interest that had built up."), MAIL_DATA["amount"])],
    "state": Sentence("Settled"),
    "what": Sentence("There was not enough money in the bank account."),
    "why": Sentence("The bank account has been closed."),
}


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """`make test` compiled them; who calls pytest alone after a change gets them compiled here."""
    words.compile_stale()


class Shown(HTMLParser):
    """The texts of a page that a person reads or hears, and the language it says it is in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language = ""
        self.silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        self.silent += tag in SILENT
        self.texts += [given[name] for name in SPOKEN if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.silent:
            self.texts.append(" ".join(data.split()))


@pytest.fixture(scope="module")
def english_pieces() -> set[str]:
    """The fixed parts of our English sentences that are long enough to be known, and that no Spanish one has."""
    held = words.read(words.TRANSLATIONS / "es" / "LC_MESSAGES" / "messages.po")
    pairs = [pair for message in held if message.id for pair in words.texts(message)]
    pieces = {piece.strip() for english, _ in pairs for piece in re.split(r"%\(\w+\)s|%%", english)}
    spanish = "\n".join(text for _, text in pairs)
    return {piece for piece in pieces if len(piece) > 12 and piece not in spanish}


def english_left(texts: list[str], pieces: set[str]) -> list[str]:
    """The texts that are not Spanish: they hold a sentence of ours in English, or words that only English has."""
    ours = [text for text in texts if text not in DATA]
    whole = "\n".join(ours)
    known = {piece for piece in pieces if piece in whole}
    return [text for text in ours if ENGLISH.search(text) or any(piece in text for piece in known)]


BOOK = """number,title,principal,rate,count,frequency,start,first_due,payment,balance,days_late,name,email
A-1,Furgón,9000.00,12,24,monthly,2026-01-15,2026-02-15,,7500.00,0,Bo Rivera,bo@example.org
A-2,Furgón,xx,0,10,monthly,2026-01-15,2026-02-15,500.00,2000.00,40,Tess Okafor,
"""


def upload(client: FlaskClient, content: str, name: str) -> str:
    """Bring a file in for checking; the address of its report."""
    sent = {"file": (io.BytesIO(content.encode()), name), "profile": "duebook", "due_day": "1", "decimal": "",
            "date_order": "", "as_of": "2026-06-30"}  # fmt: skip
    answer = client.post("/office/imports/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


@pytest.fixture
def pages(app, house, open_agreement, pay, days_pass, save_method) -> dict[str | None, list[str]]:
    """Who opens which pages, in an installation where something of each kind has happened."""
    import jobs

    app.extensions["start_import"] = lambda ref, by: jobs._run_import(app, ref, by)
    details = {"make": "Toyota", "colour": "gris", "days_late": 17}
    late, young = open_agreement("bo", age_days=45, details=details), open_agreement("bo", age_days=3)
    returned = pay("bo", late, 15597, method="bank_r01")
    days_pass(5)
    settled = pay("bo", late, 15597)
    days_pass(3)
    waiting = pay("bo", young, 5000)
    method, bo, dana = save_method("bo", "bank"), house.person("bo"), house.client("dana")
    batches = [upload(dana, BOOK, "libro.csv"), upload(dana, "a,b\n1,2\n", "otro.csv")]
    whys = ("due", "payoff", "balance", "interest", "installment-1", "installment-3")
    return {
        None: ["/", "/sign-in", "/claim", "/recover", "/recover/username", "/help", "/contact", "/pay",
               "/legal/terms", "/claim/no-such-link", "/recover/no-such-link", "/nowhere", "/mailbox"],
        "tess": ["/dashboard", "/agreements", "/payments", "/methods", "/profile", "/account", "/account/sign-ins",
                 "/office"],
        "bo": ["/dashboard", *(f"/dashboard/widgets/{name}" for name in ("tiles", "recent", "coming")),
               "/agreements", *(f"/agreements/{ref}" for ref in (late, young)), f"/agreements/{late}/schedule",
               *(f"/agreements/{late}/why/{what}" for what in whys), "/pay-now", f"/agreements/{late}/payments/new",
               "/payments", "/payments?q=zzz", *(f"/payments/{ref}" for ref in (returned, settled, waiting)),
               "/methods", f"/methods/{method}/remove"],
        "dana": ["/office", *(f"/office/desk/widgets/{name}" for name in ("late", "book", "trouble", "notices")),
                 "/office/people", "/office/people?q=zzz", "/office/people/new", f"/office/people/{bo}",
                 f"/office/people/{bo}/contact/edit", "/office/agreements", f"/office/agreements/{late}",
                 f"/office/agreements/{late}/schedule", f"/office/agreements/{late}/journal",
                 f"/office/agreements/{late}/journal/2/why", f"/office/agreements/{late}/people/new",
                 f"/office/agreements/{late}/why/due", f"/office/agreements/{late}/payments/new",
                 "/office/past-due", "/office/counter", f"/office/payments/{settled}", f"/office/payments/{returned}",
                 "/office/search", "/office/search?q=bo", "/office/imports", "/office/imports/new", *batches],
        "lena": ["/office"],
    }  # fmt: skip


@pytest.mark.database("sqlite")
def test_a_reader_of_spanish_meets_no_english(house, app, pages, english_pieces) -> None:
    left = []
    for name, addresses in pages.items():
        client = house.client(name) if name else app.test_client()
        for address in addresses:
            answer = client.get(address, headers={"Accept-Language": "es"})
            known = (
                answer.status_code == 200 or "no-such-link" in address or address in ("/nowhere", "/office")
            )
            assert known, f"{address}: {answer.status_code}"
            shown = Shown(answer.text)
            assert shown.language in ("es", ""), f"{address} says it is in {shown.language}"
            assert shown.texts, f"{address} shows nothing"
            left += [f"{address}: {text}" for text in english_left(shown.texts, english_pieces)]
    assert not left, "English on Spanish pages:\n" + "\n".join(left)


@pytest.mark.database("sqlite")
def test_what_a_form_is_told_is_spanish_too(house, app, open_agreement, save_method, english_pieces) -> None:
    ref, method = open_agreement("bo", age_days=31), save_method("bo")
    guest, bo, dana = app.test_client(), house.client("bo"), house.client("dana")
    sealed = fields_of(bo.get(f"/agreements/{ref}/payments/new").text, f"/agreements/{ref}/payments/review")
    paying = sealed | {"choice": "due", "method": method}
    counter = f"/office/agreements/{ref}/payments/review?choice=other&instrument=cash&amount="
    asked = [
        (guest, "/sign-in", {"name": "bo", "password": "wrong"}),
        (guest, "/claim", {"name": ""}),
        (guest, "/recover", {"name": "bo"}),
        (bo, f"/agreements/{ref}/payments/review", paying),
        (bo, f"/agreements/{ref}/payments/review", paying | {"choice": "other", "amount": "1.234.5"}),
        (bo, f"/agreements/{ref}/payments/review", paying | {"choice": "other", "amount": "9999999"}),
        (bo, "/profile", {"phone": "1" * 60, "address": "", "language": "es"}),
        (dana, "/office/people", {"name": "", "email": "no", "phone": "", "address": "", "language": ""}),
        (dana, counter + "100", None),
        (dana, counter + "99999999", None),
        (dana, counter + "x", None),
        (dana, "/office/imports/new", {"profile": "duebook"}),
    ]
    left = []
    for client, address, sent in asked:
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
        answer = (
            client.get(address) if sent is None else client.post(address, data=sent, follow_redirects=True)
        )
        assert answer.status_code in (200, 422), f"{address}: {answer.status_code}"
        left += [f"{address}: {text}" for text in english_left(Shown(answer.text).texts, english_pieces)]
    assert not left, "English in answers to forms:\n" + "\n".join(left)


@pytest.mark.database("sqlite")
def test_a_table_to_take_away_has_spanish_headings(house, open_agreement, pay, english_pieces) -> None:
    pay("bo", open_agreement("bo", age_days=31), 15597)
    sheet = house.client("bo").get("/payments.csv", headers={"Accept-Language": "es"}).text
    headings, first = sheet.splitlines()[:2]
    assert "Fecha" in headings
    assert not english_left(headings.split(","), english_pieces)
    assert not english_left(first.split(","), english_pieces)


@pytest.mark.database("sqlite")
def test_a_reader_of_english_meets_what_that_test_looks_for(house, open_agreement, english_pieces) -> None:
    client, late = house.client("bo"), open_agreement("bo", age_days=45)
    for address in (
        "/dashboard",
        "/agreements",
        f"/agreements/{late}",
        f"/agreements/{late}/why/due",
        "/payments",
    ):
        shown = Shown(client.get(address, headers={"Accept-Language": "en"}).text)
        assert shown.language == "en"
        assert english_left(shown.texts, english_pieces), f"no English was seen on {address}"


@pytest.mark.database("sqlite")
@pytest.mark.settings(DUEBOOK_TODAY="2026-12-04")
@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ("$155.97", "$9,000.00", "4 December 2026")),
        ("es", ("$155.97", "$9,000.00", "4 de diciembre de 2026")),
    ],
)
def test_a_page_writes_money_and_days_in_the_readers_way(house, open_agreement, language, shown) -> None:
    ref = open_agreement("bo", age_days=14)
    page = house.client("bo").get(f"/agreements/{ref}", headers={"Accept-Language": language}).text
    for text in shown:
        assert text in page.replace("\xa0", " ")


@pytest.mark.database("sqlite")
@pytest.mark.settings(DUEBOOK_TIMEZONE="Europe/Madrid")
def test_where_the_business_is_decides_how_an_amount_looks_and_is_read(
    house, open_agreement, save_method
) -> None:
    ref, method, client = open_agreement("bo", age_days=14), save_method("bo"), house.client("bo")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
    assert "155,97 US$" in client.get(f"/agreements/{ref}").text.replace("\xa0", " ")
    page = client.get(f"/agreements/{ref}/payments/new").text
    sent = fields_of(page, f"/agreements/{ref}/payments/review") | {
        "choice": "other",
        "amount": "1.000,50",
        "method": method,
    }
    assert "1.000,50 US$" in client.post(
        f"/agreements/{ref}/payments/review", data=sent, follow_redirects=True
    ).text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "zone", "locale"),
    [
        ("es", "America/New_York", "es_US"),
        ("es", "Europe/Madrid", "es_ES"),
        ("es-MX", "America/New_York", "es_MX"),
        ("en", "Europe/Berlin", "en"),
        ("es", "Nowhere/Else", "es"),
    ],
    ids=["new york", "madrid", "said", "other marks than we read", "unknown"],
)
def test_a_language_is_written_as_the_place_of_the_business_writes_it(
    language: str, zone: str, locale: str
) -> None:
    assert str(locale_of(language, zone)) == locale


@pytest.mark.parametrize("template", sorted(WANTS))
def test_each_mail_is_spanish_for_a_reader_of_spanish(template: str, english_pieces) -> None:
    voice = Formats("es", ZoneInfo("America/New_York")).voice()
    mail = compose(template, voice, MAIL_DATA | SAID, BUSINESS | {"test_mode": True, "hours": "9-17"})
    shown = Shown(mail.html)
    assert shown.language == "es-US"
    assert not english_left([mail.subject, *mail.text.splitlines(), *shown.texts], english_pieces)


@pytest.mark.database("sqlite")
def test_a_mail_goes_out_in_its_readers_language(app, house) -> None:
    people.change_contact(house.person("bo"), by="test", now=house.now, language="es")
    for name in ("bo", "stan"):
        recovery.ask_username(house.email(name), base_url="http://localhost", now=house.now)
    post = app.extensions["post"]
    assert outbox.deliver(post, now=house.now) == 2
    said = {mail.to: (mail.subject, mail.text) for mail in post.channel.read()}
    assert said["bo@example.org"][0] == "Su nombre de usuario en Harbor Motors"
    assert "Hola, Bo" in said["bo@example.org"][1]
    assert said["stan@example.org"][0] == "Your username at Harbor Motors"
