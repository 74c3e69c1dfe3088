"""Tasks of the office: on the desk, in a list, done with a note."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from domain.records.tasks import open_task
from domain.transaction import transaction
from domain.words import Money, Sentence
from models import Agreement, Payment, Task, db
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")
NOW = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def dana(house):
    return house.client("dana")


def put(key: str, kind: str = "missing", **more) -> str:
    with transaction() as session:
        open_task(
            session,
            kind,
            key,
            Sentence("%(amount)s is missing.", {"amount": Money(500, "USD")}),
            now=NOW,
            **more,
        )
        session.flush()
        return session.scalars(select(Task.ref).where(Task.dedupe_key == key)).one()


def test_nothing_waits(dana):
    assert "Nothing waits" in dana.get("/office/tasks").text
    assert "Nothing waits." in dana.get("/office/desk/widgets/tasks").text


def test_a_task_says_what_it_is_and_leads_there(house, app, dana, open_agreement, pay):
    agreement = open_agreement("bo", number="L-7")
    payment = pay("bo", agreement, 1_000)
    with app.app_context():
        payment_id = db.session.scalars(select(Payment.id).where(Payment.ref == payment)).one()
        agreement_id = db.session.scalars(select(Agreement.id)).one()
    put("a", subject="payment", subject_id=payment_id, agreement_id=agreement_id)
    for address in ("/office/tasks", "/office/desk/widgets/tasks"):
        page = dana.get(address).text
        assert "Money is missing" in page
        assert "$5.00 is missing." in page
        assert f"/office/payments/{payment}" in page
    assert "L-7" in dana.get("/office/tasks").text
    assert "1 task is open" in dana.get("/office/desk/widgets/tasks").text


def test_it_is_done_once_with_a_note_and_stands_among_what_is_done(dana):
    ref = put("a")
    where = f"/office/tasks/{ref}/done"
    form = fields_of(dana.get("/office/tasks").text, where)
    assert dana.post(where, data=form | {"note": "x" * 501}).status_code == 422
    assert dana.post(where, data=form | {"note": "The bank found it."}).status_code == 303
    assert dana.post(where, data=form).status_code == 303
    assert "Nothing waits" in dana.get("/office/tasks").text
    page = dana.get("/office/tasks?state=done").text
    assert "The bank found it." in page
    assert "Dana" in page


def test_a_kind_nobody_listed_is_shown_all_the_same(dana):
    put("a", kind="brand_new")
    assert "Needs a look" in dana.get("/office/tasks").text


def test_a_task_that_is_not_there_is_404_and_a_landlord_sees_none(house, dana):
    ref = put("a")
    form = fields_of(dana.get("/office/tasks").text, f"/office/tasks/{ref}/done")
    assert dana.post("/office/tasks/none/done", data=form).status_code == 404
    assert house.client("lena").get("/office/tasks").status_code == 403
    assert house.client("bo").get("/office/tasks").status_code == 404
