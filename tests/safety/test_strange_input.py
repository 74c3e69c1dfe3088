"""Input that no honest form sends is refused in words: never a fault of ours, and nothing of it is kept."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from models import Payment, db
from tests.access.world import READING, SENDING, World, fingerprint, rules
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")
NO_AMOUNTS = [
    "", " ", "-5", "-0.01", "0", "0.00", "NaN", "nan", "Infinity", "-Infinity", "1e9", "1E400", "0x10", "1_000",
    "12,34,5", "0.001", "1.999", "--5", "+-5", "5-", "5 5", "5;5", "²", "½", "٣", "１２", "Ⅷ", "1" * 40, "9" * 5_000,
    "99999999999999999", "9223372036854775808", "-9223372036854775809", "true", "null", "[]", "{}", "$", "EUR", ".",
    ",", "5\x00", "5\n5", "\u202e5", "𝟓", "<5>", "5' OR 1=1", "%35", "5%00",
]  # fmt: skip


FORM = "application/x-www-form-urlencoded"
BODIES = [
    (json.dumps({"amount": 5, "name": {"$ne": 1}}), "application/json"),
    ("<a>5</a>", "text/xml"),
    (b"\xff\xfe\x00\x01" * 50, FORM),
    ("amount=5&amount=6&amount[]=7&amount.x=8&__proto__=1&a[b][c]=d&" * 40, FORM),
    (b'--x\r\nContent-Disposition: form-data; name="amount"\r\n\r\n5', "multipart/form-data; boundary=x"),
    (b"", "multipart/form-data"),
    ("name=x", "nonsense"),
]
SIGNS_OUT = ("public.sign_out", "account.end_other_sign_ins", "account.end_all_sign_ins")


@pytest.fixture
def world(house, open_agreement, save_method, pay) -> World:
    agreement = open_agreement("bo")
    return World(house, agreement, pay("bo", agreement, 1_000), save_method("bo"))


def payments(app) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(Payment.id)))


@pytest.mark.safety("W22")
def test_what_is_no_amount_is_taken_nowhere(app, house, open_agreement, save_method) -> None:
    agreement, method = open_agreement("bo"), save_method("bo")
    bo, dana = house.client("bo"), house.client("dana")
    review = f"/office/agreements/{agreement}/payments/review"
    desk = fields_of(dana.get(f"/office/agreements/{agreement}/payments/new").text, review) | {
        "choice": "other"
    }

    def codes(amount: str) -> list[int]:
        form = {"choice": "other", "amount": amount, "method": method, "extra": "shorter"}
        answers = [
            bo.post(f"/agreements/{agreement}/payments/preview", data=form),
            dana.get(review, query_string=desk | {"amount": amount}),
            bo.post(f"/agreements/{agreement}/payments", data={**form, "agree": "y", "ref": "x"}),
            bo.get(f"/agreements/{agreement}/what-if", query_string={"amount": amount, "extra": amount}),
        ]
        return [answer.status_code for answer in answers]

    assert codes("5.00")[:2] == [200, 200]
    answered = {amount: codes(amount) for amount in NO_AMOUNTS}
    taken = {one[:40]: said for one, said in answered.items() if said[:2] != [422, 422] or max(said) >= 500}
    assert taken == {}
    assert payments(app) == 0


@pytest.mark.safety("W22")
def test_another_method_is_told_so_on_every_address(app, world) -> None:
    client, wrong = world.visitor("admin"), []
    before = fingerprint(app)
    known = {}
    for rule, method in rules(app, READING | SENDING):
        known.setdefault(world.address(rule), set()).add(method)
    for path, methods in known.items():
        for method in {"PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - methods:
            answer = client.open(path, method=method)
            if answer.status_code not in (400, 404, 405):
                wrong.append(f"{method} {path}: {answer.status_code}")
    assert wrong == []
    assert fingerprint(app) == before


@pytest.mark.safety("W22")
def test_a_body_of_another_kind_or_with_names_repeated_is_no_fault_anywhere(app, world) -> None:
    """Each address gets two of the bodies, the next address the next ones."""
    wrong, number = [], 0
    for visitor in ("customer", "admin"):
        client = world.visitor(visitor)
        for rule, method in rules(app, SENDING):
            if rule.endpoint in SIGNS_OUT:
                continue
            body, kind = BODIES[number % len(BODIES)]
            number += 1
            answer = client.open(world.address(rule), method=method, data=body, content_type=kind)
            if answer.status_code >= 500:
                wrong.append(f"{rule.endpoint} {kind}: {answer.status_code}")
    assert wrong == []


@pytest.mark.safety("W22")
def test_json_is_read_as_no_form(app, house) -> None:
    """Its values need not be text, and nobody would look for a card number in them (W23)."""
    for client, path in ((app.test_client(), "/recover"), (house.client("bo"), "/profile")):
        assert client.post(path, json={"name": {"$ne": 1}, "phone": 5}).status_code == 400
