"""The page on which a customer promises a day to pay, or asks for more time."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Promise, db
from tests.fixtures.forms import fields_of

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def loan(open_agreement) -> str:
    return open_agreement("bo")


def sent(bo, loan, form: str = "promises", **typed: str):
    page = bo.get(f"/agreements/{loan}/promises").text
    address = f"/agreements/{loan}/{form}"
    return bo.post(address, data=fields_of(page, address) | typed)


def rows(app) -> list[Promise]:
    with app.app_context():
        return list(db.session.scalars(select(Promise)))


def test_the_page_says_what_is_due_by_when_and_that_late_fees_go_on(bo, loan) -> None:
    page = bo.get(f"/agreements/{loan}/promises").text
    for words in (
        "$311.94 is due",
        "16 March 2026",
        "At least $155.97",
        "go on all the same",
        "moves no money",
    ):
        assert words in page


def test_a_promise_is_written_down_once_and_shown(bo, app, loan) -> None:
    page = bo.get(f"/agreements/{loan}/promises").text
    form = fields_of(page, f"/agreements/{loan}/promises") | {"p-amount": "200", "p-until": "2026-03-13"}
    for _ in range(2):
        assert bo.post(f"/agreements/{loan}/promises", data=form).status_code == 303
    (row,) = rows(app)
    assert (row.amount_minor, row.state, str(row.until_on)) == (20_000, "open", "2026-03-13")
    page = bo.get(f"/agreements/{loan}/promises").text
    assert "$200.00 by Friday, 13 March 2026" in page
    assert "There is a promise to pay by" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"p-amount": "1", "p-until": "2026-03-13"}, "Promise at least $155.97"),
        ({"p-amount": "200", "p-until": "2026-04-13"}, "16 March 2026 at the latest"),
        ({"p-amount": "200", "p-until": ""}, "Choose a day."),
        ({"p-amount": "", "p-until": "2026-03-13"}, "Enter an amount above zero."),
        ({"p-amount": "200", "p-until": "2026-03-13", "p-reason": "x" * 301}, "at most 300"),
    ],
)
def test_what_may_not_be_promised_is_refused_beside_its_field(bo, app, loan, typed, words) -> None:
    answer = sent(bo, loan, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert rows(app) == []


def test_more_time_is_asked_for_with_a_reason_and_its_answer_is_shown(bo, app, house, loan, clock) -> None:
    from domain.actions import promises

    assert sent(bo, loan, "more-time", **{"m-until": "2026-04-20", "m-reason": ""}).status_code == 422
    typed = {"m-until": "2026-04-20", "m-reason": "Laid off <b>in</b> February"}
    assert sent(bo, loan, "more-time", **typed).status_code == 303
    page = bo.get(f"/agreements/{loan}/promises").text
    assert "Waiting for our answer" in page
    assert "Laid off &lt;b&gt;in&lt;/b&gt; February" in page
    promises.decide(rows(app)[0].ref, False, "Please call us on Monday.", **clock())
    assert "Please call us on Monday." in bo.get(f"/agreements/{loan}/promises").text


def test_a_promise_is_taken_back_from_its_page(bo, app, loan) -> None:
    sent(bo, loan, **{"p-amount": "200", "p-until": "2026-03-13"})
    address = f"/promises/{rows(app)[0].ref}/withdraw"
    form = fields_of(bo.get(f"/agreements/{loan}/promises").text, address)
    assert bo.post(address, data=form).headers["Location"].endswith(f"/agreements/{loan}/promises")
    assert rows(app)[0].state == "withdrawn"


def test_another_customer_finds_neither_the_page_nor_the_promise(bo, app, house, loan) -> None:
    sent(bo, loan, **{"p-amount": "200", "p-until": "2026-03-13"})
    stan = house.client("stan")
    assert stan.get(f"/agreements/{loan}/promises").status_code == 404
    form = fields_of(stan.get("/dashboard").text)
    assert stan.post(f"/promises/{rows(app)[0].ref}/withdraw", data=form).status_code == 404
    assert rows(app)[0].state == "open"


def test_who_is_late_is_led_there_from_the_first_page_and_from_paying(bo, loan) -> None:
    for address in ("/dashboard", f"/agreements/{loan}/payments/new"):
        assert f"/agreements/{loan}/promises" in bo.get(address).text, address
