"""Every form of every page, sent with the name of every column there is: only what the form has is taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa

from models import User, db
from tests.access.world import READING, World, rules
from tests.fixtures.late_fees import keep_cap, keep_policy
from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.database("sqlite")
TEXT, NUMBER = "m4rker", "987654321987"
LEFT_OUT = {
    "/sign-out",
    "/office/viewing/ended",
    "/account/not-me",
}  # would end what the rest of the test needs


@dataclass
class Form:
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page that are sent by POST, filled in as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.inside: Form | None = None
        self.area: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag, pairs):
        said = {name: value or "" for name, value in pairs}
        if tag == "form":
            self.inside = Form(said.get("action", "")) if said.get("method", "").lower() == "post" else None
            if self.inside:
                self.found.append(self.inside)
        if self.inside is None or (tag != "option" and not said.get("name")):
            return
        if tag == "input" and said.get("type") in ("checkbox", "radio"):
            values = self.inside.fields.setdefault(said["name"], [])
            if "checked" in said or (said["type"] == "radio" and not values):
                values[:] = [said.get("value", "on")]
        elif tag == "input" or (tag == "button" and said.get("name")):
            self.inside.fields.setdefault(said["name"], []).append(said.get("value", ""))
        elif tag == "textarea":
            self.area = said["name"]
            self.inside.fields[self.area] = [""]
        elif tag == "select":
            self.select = said["name"]
            self.inside.fields[self.select] = []
        elif tag == "option" and self.select:
            values = self.inside.fields[self.select]
            if not values or "selected" in said:
                values[:] = [said.get("value", "")]

    def handle_data(self, data):
        if self.area and self.inside:
            self.inside.fields[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = None
        if tag == "textarea":
            self.area = None
        if tag == "select":
            self.select = None


def columns() -> dict[str, str]:
    """Every column name there is -> a value that stands nowhere else, of a kind the column might take."""
    said = {}
    for table in db.metadata.tables.values():
        for column in table.columns:
            said[column.name] = NUMBER if isinstance(column.type, sa.Integer) else TEXT
    return said | {"role": "admin", "is_admin": "1", "limited": "0", "scope": "admin"}


def marked(app) -> list[str]:
    """Where in the database one of the values stands."""
    found = []
    with app.app_context():
        for table in db.metadata.tables.values():
            for row in db.session.execute(sa.select(table)):
                for name, value in row._mapping.items():
                    if value is not None and (TEXT in str(value) or NUMBER in str(value)):
                        found.append(f"{table.name}.{name}")
    return found


def rights(app) -> list[tuple]:
    """Who is what. A form may let a user go; what they are is no form's but the one for it."""
    with app.app_context():
        query = sa.select(User.id, User.role, User.person_id).order_by(User.id)
        return [tuple(row) for row in db.session.execute(query)]


@pytest.mark.safety("W11")
@pytest.mark.parametrize("name", ["bo", "dana", "adam"])
def test_no_form_takes_a_column_that_it_does_not_have(app, house, open_agreement, pay, save_method, name):
    agreement = open_agreement("bo")
    flat = let_flat(house, "tess")
    world = World(house, agreement, pay("bo", agreement, 1_000), save_method("bo"), flat.property, flat.unit,
                  keep_policy(house), keep_cap(house))  # fmt: skip
    before, every, sent, taken = rights(app), columns(), set(), 0
    for rule, method in rules(app, READING):
        page = house.client(name).open(world.address(rule), method=method)
        if page.mimetype != "text/html" or page.status_code != 200:
            continue
        reader = Forms()
        reader.feed(page.text)
        for form in reader.found:
            action = form.action or world.address(rule)
            if (action, *sorted(form.fields)) in sent or action in LEFT_OUT:
                continue
            sent.add((action, *sorted(form.fields)))
            extra = {column: value for column, value in every.items() if column not in form.fields}
            answer = house.client(name).post(action, data={**form.fields, **extra})
            assert answer.status_code < 500, (action, answer.status_code)
            taken += answer.status_code in (200, 303)
            assert marked(app) == [], action
    assert taken > {"bo": 5, "dana": 10, "adam": 15}[name], (taken, len(sent))
    known = {row[0] for row in before}
    assert [row for row in rights(app) if row[0] in known or row[1] != "customer"] == before
