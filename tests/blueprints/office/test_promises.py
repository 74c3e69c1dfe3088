"""Promises as the office sees them: what waits, an answer, a caller's promise, the policy."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.actions import promises
from domain.actions.promises import Wish
from models import Business, Promise, db
from tests.fixtures.forms import fields_of

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def loan(open_agreement) -> str:
    return open_agreement("bo")


@pytest.fixture
def request_ref(loan, clock) -> str:
    from datetime import date

    return promises.ask(loan, Wish(0, date(2026, 4, 20), "Laid off."), "more-1", **clock("bo"))


def row(app) -> Promise:
    with app.app_context():
        return db.session.scalars(select(Promise)).one()


def test_a_request_is_listed_answered_and_its_task_leads_to_it(dana, app, request_ref) -> None:
    assert "Bo Rivera" in dana.get("/office/promises").text
    assert f"/office/promises/{request_ref}" in dana.get("/office/tasks").text
    page = dana.get(f"/office/promises/{request_ref}").text
    address = f"/office/promises/{request_ref}/answer"
    form = fields_of(page, address)
    assert dana.post(address, data=form | {"granted": "no", "answer": ""}).status_code == 422
    answer = dana.post(address, data=form | {"granted": "yes", "until": "2026-03-30", "answer": "Fine."})
    assert answer.status_code == 303
    assert (row(app).state, str(row(app).until_on)) == ("open", "2026-03-30")
    assert "Answer</button>" not in dana.get(f"/office/promises/{request_ref}").text


def test_a_callers_promise_is_written_down_in_their_name(dana, app, house, loan) -> None:
    address = f"/office/agreements/{loan}/promises"
    form = fields_of(dana.get(f"{address}/new").text, address) | {"person": house.person("bo")}
    wrong = dana.post(address, data=form | {"amount": "1", "until": "2026-03-13"})
    assert (wrong.status_code, "Promise at least" in wrong.text) == (422, True)
    for _ in range(2):
        assert dana.post(address, data=form | {"amount": "300", "until": "2026-03-13"}).status_code == 303
    assert row(app).amount_minor == 30_000
    assert "Bo Rivera" in dana.get("/office/promises").text


def test_the_policy_is_changed_by_administrators_within_its_limits(app, house) -> None:
    adam = house.client("adam")
    address = "/office/promises/policy"
    form = fields_of(adam.get(address).text, address)
    assert adam.post(address, data=form | {"most_days": "400"}).status_code == 422
    assert adam.post(address, data=form | {"most_days": "21"}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Business)).one().promise_policy["most_days"] == 21
