"""Every address, asked and sent what nobody honest would: no answer is a fault, and nothing comes back raw (T13).

The values stand in CORPUS. Each request is a real one of its page with some of it exchanged: parts of the address, what
is asked for, fields of the form that the page holds, headers, the kind of body. The seed makes a run repeatable.
"""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.access.world import READING, SENDING, World, rules

SCRIPT = "<script>alert(7)</script>"
CORPUS = [
    "", " ", "\x00", "bo\x00", "\ufeff", "\u202egnp.exe", "\u200b", "\ud7ff\uffff", "ﷺ" * 40, "🏴‍☠️" * 30, "a" * 5_000,
    "٣", "１２３", "1e9", "-5", "NaN", "Infinity", "0.001", "1,2,3", "0x1f", "1" * 40, "9" * 400, "9223372036854775808",
    "-9223372036854775809", "1_000", "²", "2026-02-30", "0000-00-00", "9999-12-31", "+292278994-08-17",
    SCRIPT, "\"><img src=x onerror=alert(7)>", "'><svg/onload=alert(7)>", "javascript:alert(7)", "{{7*7}}", "${7*7}",
    "%(name)s %s %n", "' OR '1'='1", "'; DROP TABLE payment; --", "%%%___\\", "../../../../etc/passwd", "..%2f..%2fx",
    "//evil.example", "/\\evil.example", "https://evil.example/", "http://[", "a\r\nSet-Cookie: x=1",
    "a\nBcc: x@y.example", "=HYPERLINK(\"http://evil.example\")", "@SUM(1)", "[]", "{}",
    "null", "true", "undefined", "C-10001", "dana",
]  # fmt: skip
ASKED = [
    "q", "page", "sort", "status", "person", "batch", "agreement", "from", "to", "after", "amount", "method", "sealed",
    "setup", "next", "choice", "instrument", "note", "form_ref", "account", "agreements", "role",
]  # fmt: skip
"""Names that addresses are read for."""
HEADERS = [
    "User-Agent",
    "Accept-Language",
    "Referer",
    "HX-Current-URL",
    "X-Forwarded-For",
    "Origin",
    "Range",
    "Cookie",
]
KINDS = [
    "application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data",
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=utf-7", "nonsense", "",
]  # fmt: skip
LEAKED = re.compile(r"Traceback \(most recent|sqlalchemy|sqlite3\.|psycopg|\bSELECT \w|INSERT INTO|werkzeug")
RAW = [SCRIPT, "<img src=x", "<svg/onload"]
OPENS_AND_CLOSES = {
    "public.sign_out",
    "portal.end_sign_in",
    "account.end_other_sign_ins",
    "public.start_sign_in",
}


class Forms(HTMLParser):
    """Every form of a page: its address with the names and values it would send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._now: dict[str, str] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._now = self.found.setdefault(given.get("action", ""), {})
        elif tag in ("input", "select", "textarea", "button") and given.get("name"):
            self._now.setdefault(given["name"], given.get("value", "1"))


@dataclass
class Attack:
    """The requests of one run, and what came of them."""

    app: Flask
    world: World
    chance: random.Random
    doors: list[tuple[Rule, str]] = field(default_factory=list)
    visitors: dict[str, FlaskClient] = field(default_factory=dict)
    forms: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.doors = [*rules(self.app, READING), *rules(self.app, SENDING)]
        for kind in ("anonymous", "customer", "staff"):
            self.visitors[kind] = self.world.visitor(kind)
            for rule, _method in rules(self.app, READING):
                page = self.visitors[kind].get(self.world.address(rule))
                if page.mimetype == "text/html":
                    reader = Forms()
                    reader.feed(page.text)
                    self.forms |= {
                        (kind, action or rule.rule): fields for action, fields in reader.found.items()
                    }

    def run(self, count: int) -> None:
        for number in range(count):
            rule, method = self.doors[number % len(self.doors)]
            kind = self.chance.choice(list(self.visitors))
            self.ask(kind, rule, method)

    def ask(self, kind: str, rule: Rule, method: str) -> None:
        address = self.address(rule)
        fields = dict(
            self.forms.get((kind, address), {"name": "x", "amount": "1", "which": "x", "next": "x"})
        )
        for name in self.chance.sample(list(fields), k=min(len(fields), self.chance.choice([0, 1, 1, 2, 9]))):
            fields[name] = self.value()
        asked = {name: self.value() for name in self.chance.sample(ASKED, k=self.chance.choice([0, 1, 2, 4]))}
        sent = {
            "method": method,
            "headers": self.headers(),
            **(self.body(fields) if method == "POST" else {}),
        }
        path = f"{address}?{urlencode(asked)}" if asked else address
        said = f"{kind} {method} {path[:300]} {sent}"[:900]
        if rule.endpoint in OPENS_AND_CLOSES:
            self.visitors[kind] = self.world.visitor(kind)
        self.judge(rule, said, self.visitors[kind].open(path, **sent))

    def value(self) -> str:
        return self.chance.choice(CORPUS)

    def address(self, rule: Rule) -> str:
        """The address of the rule: as it should be, or with something hostile for one of its parts."""
        address = self.world.address(rule)
        if rule.arguments and self.chance.random() < 0.3:
            kept = self.world.value(rule, self.chance.choice(sorted(rule.arguments)))
            address = address.replace(quote(kept, safe=""), quote(self.value(), safe="") or "x", 1)
        return address

    def headers(self) -> dict[str, str]:
        given = {"HX-Request": "true"} if self.chance.random() < 0.3 else {}
        if self.chance.random() < 0.3:
            name = self.chance.choice(HEADERS[:-1])
            given[name] = re.sub(r"[\x00-\x1f\x7f]|[^\x00-\xff]", "?", self.value())
        return given

    def body(self, fields: dict[str, str]) -> dict[str, Any]:
        luck = self.chance.random()
        if luck < 0.1:
            return {"data": self.chance.randbytes(200), "content_type": self.chance.choice(KINDS)}
        if luck < 0.2:
            return {"data": urlencode(fields), "content_type": self.chance.choice(KINDS)}
        if luck < 0.3:
            return {"data": {**fields, "file": (io.BytesIO(self.value().encode()), self.value() or "x")}}
        if luck < 0.4:
            return {"data": {name: [self.value(), value, value] for name, value in fields.items()}}
        return {"data": fields}

    def judge(self, rule: Rule, said: str, answer: TestResponse) -> None:
        if answer.status_code < 400:
            self.reached.add(rule.endpoint)
        text = answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""
        if answer.status_code >= 500:
            self.wrong.append(f"{answer.status_code}: {said}")
        if answer.mimetype == "text/html" and (leak := LEAKED.search(text)):
            self.wrong.append(f"shows {leak.group()!r}: {said}")
        if answer.mimetype == "text/html" and any(raw in text for raw in RAW):
            self.wrong.append(f"comes back raw: {said}")
        if "default-src 'none'" not in answer.headers.get("Content-Security-Policy", ""):
            self.wrong.append(f"no policy: {said}")
        if urlsplit(answer.headers.get("Location", "")).netloc not in ("", "localhost"):
            self.wrong.append(f"leads to {answer.headers['Location'][:80]}: {said}")


@pytest.fixture
def world(house, open_agreement, save_method, pay, days_pass) -> World:
    agreement = open_agreement("bo")
    payment = pay("bo", agreement, 1_000)
    days_pass(5)
    return World(house, agreement, payment, save_method("bo"))


@pytest.mark.safety("W15", "W22")
@pytest.mark.slow
def test_nothing_hostile_makes_a_fault_or_comes_back_raw(app, world, rounds, database_kind):
    attack = Attack(app, world, random.Random(f"hostile-{database_kind}"))
    attack.run(rounds(1_300, 60_000))
    assert not attack.wrong, f"{len(attack.wrong)} answers\n" + "\n".join(attack.wrong[:25])
    assert len(attack.reached) > len({rule.endpoint for rule, _ in attack.doors}) // 2, (
        "hardly a page was reached"
    )
