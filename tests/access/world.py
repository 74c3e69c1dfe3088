"""Something for every address to name: Bo's agreement, payment and method, and addresses made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from models import db
from tests.fixtures.people import House

READING, SENDING = {"GET"}, {"POST", "PUT", "PATCH", "DELETE"}
# When a sign-in was last used, up to where a conversation was read and that its page is open: all that reading changes.
MAY_CHANGE = {
    "sign_in": {"last_used_at"},
    "thread": {"live_until"},
    "presence": {"seen_at"},
    "thread_read": {"id", "thread_id", "user_id", "message_id", "read_at"},
}
WHO = {
    "customer": "bo",
    "stranger": "stan",
    "staff": "dana",
    "half": "dana",
    "landlord": "lena",
    "admin": "adam",
}


@dataclass
class World:
    house: House
    agreement: str
    payment: str
    method: str
    property: str = "nothing-of-this-name"
    unit: str = "nothing-of-this-name"
    policy: str = "nothing-of-this-name"
    legal_cap: str = "nothing-of-this-name"
    expense: str = "nothing-of-this-name"
    owner_statement: str = "nothing-of-this-name"
    owner_money: str = "nothing-of-this-name"
    thread: str = "nothing-of-this-name"

    def visitor(self, kind: str) -> FlaskClient:
        if kind == "anonymous":
            return self.house.app.test_client()
        return self.house.client(WHO[kind], stage="password" if kind == "half" else "full")

    def address(self, rule: Rule) -> str:
        """The address of an endpoint, about Bo where it names somebody or something."""
        with self.house.app.test_request_context():
            return rule.build(
                {name: self.value(rule, name) for name in rule.arguments}, append_unknown=False
            )[1]

    def value(self, rule: Rule, argument: str) -> str:
        first = rule.rule.removeprefix("/office").strip("/").split("/")[0]
        if argument == "ref":
            known = {"agreements": self.agreement, "payments": self.payment, "methods": self.method,
                     "people": self.house.person("bo"), "properties": self.property, "units": self.unit,
                     "expenses": self.expense, "owner-statements": self.owner_statement,
                     "owner-money": self.owner_money, "policies": self.policy, "legal-caps": self.legal_cap,
                     "messages": self.thread, "users": self.house.user("bo")}  # fmt: skip
            if "/invitations/" in rule.rule:
                return self.house.person("bo")
            return known.get(first, "nothing-of-this-name")
        named = {("portal.dashboard_widget", "name"): "tiles", ("office.desk_widget", "name"): "money",
                 ("static", "filename"): "app.css", ("public.language", "code"): "es",
                 ("public.offline", "language"): "es",
                 ("office.report", "name"): "trial_balance", ("office.report_file", "name"): "trial_balance",
                 ("office.choose_columns", "name"): "trial_balance",
                 ("office.create_report_schedule", "name"): "trial_balance",
                 ("office.report_file", "form"): "csv"}  # fmt: skip
        return named.get(
            (rule.endpoint, argument),
            {
                "what": "due",
                "kind": "loan",
                "change": "deferral",
                "secret": "never-given-out",
                "number": "2",
            }.get(argument, "x"),
        )


def rules(app: Flask, methods: set[str]) -> Iterator[tuple[Rule, str]]:
    """Each (rule, method) of the application whose method is one of `methods`."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        for method in sorted((rule.methods or set()) & methods):
            yield rule, method


def fingerprint(app: Flask) -> str:
    """A hash over every row of every table, but for what reading may change."""
    digest = hashlib.sha256()
    with app.app_context():
        for table in sorted(db.metadata.tables.values(), key=lambda table: table.name):
            columns = [
                column for column in table.columns if column.name not in MAY_CHANGE.get(table.name, ())
            ]
            if not columns:
                continue
            for row in db.session.execute(select(*columns).order_by(*table.primary_key.columns)):
                digest.update(repr((table.name, tuple(row))).encode())
    return digest.hexdigest()
