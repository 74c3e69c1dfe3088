"""Whatever stands in a field that people fill in is shown as text: on every page, to everybody."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from domain.actions.canned_answers import keep
from domain.transaction import transaction
from models import db
from tests.access.world import READING, World, rules
from tests.fixtures.agreements import scope_of
from tests.fixtures.talking import open_thread_for

pytestmark = pytest.mark.database("sqlite")
TYPED = {
    "business": ["name", "tagline", "email", "phone", "address", "hours"],
    "person": ["name", "email", "phone", "address"],
    "user_account": ["username", "phrase", "sms_number"],
    "sign_in": ["address", "device"],
    "known_device": ["device", "address"],
    "passkey": ["name"],
    "agreement": ["number", "title", "branch"],
    "agreement_change": ["reason"],
    "property": ["name", "address", "branch"],
    "unit": ["name"],
    "hold": ["reason"],
    "late_fee_policy": ["name"],
    "legal_cap": ["source"],
    "charge": ["name", "payer"],
    "payment_method": ["label", "bank_name"],
    "payment": ["note"],
    "import_batch": ["filename", "problem"],
    "audit_event": ["device", "address"],
    "thread": ["subject", "contact_name"],
    "thread_message": ["text", "author_name"],
    "canned_answer": ["title", "body"],
}
"""Table -> its columns that hold what a person, a browser or a file said."""
SHOWN = {
    "business.name", "business.phone", "person.name", "person.email", "person.phone", "person.address",
    "agreement.number", "agreement.title", "sign_in.device", "property.name", "unit.name",
    "payment_method.label", "payment.note", "thread.subject", "thread_message.text", "thread_message.author_name",
    "canned_answer.title", "canned_answer.body",
}  # fmt: skip
"""Those that must have been seen on some page; else the pages were not reached."""
SUM = "490049"  # what a template would make of it
HOSTILE = "javascript:x7() \"'></title></textarea><xss7 onload=x7() id={place}>{{{{70007*7}}}}"
LINKS = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data"}
REF = re.compile(r"/[A-Za-z0-9_-]{22}(?=/|$)|/\d+(?=/|$)")
MOST_OF_A_SHAPE = 1


class Page(HTMLParser):
    """What of a page is wrong, where it leads, and which hostile texts stand on it as text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.links: list[str] = []
        self.seen: set[str] = set()
        self.feed(text)
        if SUM in text:
            self.wrong.append("a template ran it")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "xss7":
            self.wrong.append(f"an element: {attributes}")
        for name, value in attributes:
            self.read(value or "")
            if name.startswith("on"):
                self.wrong.append(f"<{tag} {name}>")
            if name in LINKS and (value or "").strip().lower().startswith(("javascript:", "data:text")):
                self.wrong.append(f"<{tag} {name}={value}>")
            if name == "href" and (value or "").startswith("/"):
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.read(data)

    def read(self, text: str) -> None:
        self.seen |= set(re.findall(r"<xss7 onload=x7\(\) id=([a-z_.]+)", text))


def fill(app, typed: Mapping[str, Sequence[str]] = TYPED, text: str = HOSTILE) -> None:
    """Put the hostile text into every such column of every row, past whatever would refuse it."""
    with transaction() as session:
        guards = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (guard,) in session.execute(guards).all():
            session.execute(sa.text(f"DROP TRIGGER {guard}"))
        for name, columns in typed.items():
            table = db.metadata.tables[name]
            for column in columns:
                value = sa.literal(text.format(place=f"{name}.{column}") + " ") + sa.cast(
                    table.c[1], sa.String
                )
                session.execute(sa.update(table).values({column: value}))
    app.extensions["business_memory"].clear()


def crawl(client, starts: list[str]) -> tuple[list[str], set[str], int]:
    """What is wrong on the pages of this visitor, the texts that were seen there, and how many pages there were."""
    waiting, known, shapes = deque(starts), set(starts), {}
    wrong, seen, pages = [], set(), 0
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        assert answer.status_code < 500, path
        if answer.mimetype != "text/html":
            continue
        page, pages = Page(answer.text), pages + 1
        wrong += [f"{path}: {one}" for one in page.wrong]
        seen |= page.seen
        for link in page.links:
            shape = REF.sub("/*", urlsplit(link).path)
            if link not in known and shapes.get(shape, 0) < MOST_OF_A_SHAPE and "/sign-out" not in link:
                shapes[shape] = shapes.get(shape, 0) + 1
                known.add(link)
                waiting.append(link)
    return wrong, seen, pages


@pytest.fixture
def world(house, open_agreement, save_method, pay, days_pass) -> World:
    from tests.fixtures.four_kinds import open_rental_for

    agreement = open_agreement("bo", number="L-1")
    payment, method = pay("bo", agreement, 1_000), save_method("bo")
    open_rental_for(house, "bo")
    house.client("bo", stage="full")
    days_pass(5)
    keep("answer", "A name", "A text", "en", who=scope_of(house, "dana"), now=house.now)
    return World(house, agreement, payment, method, thread=open_thread_for(house, "bo", agreement))


@pytest.mark.safety("W5", "W15")
def test_what_people_wrote_is_text_on_every_page(app, world) -> None:
    visitors = {kind: world.visitor(kind) for kind in ("customer", "staff", "admin", "anonymous")}
    fill(app)
    starts = [world.address(rule) for rule, _method in rules(app, READING)]
    found: set[str] = set()
    for kind, client in visitors.items():
        wrong, seen, pages = crawl(client, starts)
        assert wrong == [], kind
        assert pages > (5 if kind == "anonymous" else 15)
        found |= seen
    assert found >= SHOWN


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{HOSTILE}</p>",
        "<a href=' JavaScript:x7()'>x</a>",
        "<b onclick='x7()'>x</b>",
        "<title>490049</title>",
    ],
)
def test_a_page_that_showed_it_as_it_is_would_be_found(page) -> None:
    assert Page(page).wrong
    assert not Page("<p>&lt;xss7 onload=x7() id=a.b&gt;</p><a href='/dashboard'>x</a>").wrong
