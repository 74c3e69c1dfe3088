"""Planned payments: listed, changed and cancelled until they are sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.actions import scheduled
from models import Mandate, Payment, db
from tests.fixtures.forms import fields_of
from tests.fixtures.paying import last_step

TODAY = date(2026, 3, 2)
HTMX = {"HX-Request": "true"}
pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def plan(bo, open_agreement, save_method, app) -> str:
    """Ref of a payment of 100.00 that Bo planned for 11 March."""
    save_method("bo")
    loan = open_agreement("bo", age_days=14)
    form = last_step(bo, loan, choice="other", amount="100", on="2026-03-11")
    return bo.post(f"/agreements/{loan}/payments", data=form).headers["Location"].rpartition("/")[2]


def row(app) -> Payment:
    with app.app_context():
        return db.session.scalars(select(Payment)).one()


def changes(bo, plan: str, **wishes: str) -> dict[str, str]:
    address = f"/payments/{plan}/change"
    return fields_of(bo.get(address).text, address) | {"agree": "y"} | wishes


def test_it_is_listed_with_its_day_and_what_can_be_done(bo, plan) -> None:
    page = bo.get("/payments/planned").text
    for words in ("Wednesday, 11 March 2026", "$100.00", "First Test Bank ••6789", "Change", "Cancel it"):
        assert words in page


def test_changing_amount_and_day_keeps_a_new_permission_and_tells_by_mail(bo, app, plan, mails) -> None:
    form = changes(bo, plan, amount="120.50", on="2026-03-13")
    for _ in range(2):
        answer = bo.post(f"/payments/{plan}/change", data=form)
        assert answer.status_code == 303
    changed = row(app)
    assert (changed.amount_minor, changed.scheduled_on) == (12_050, date(2026, 3, 13))
    assert len(mails("payment_planned")) == len(mails("payment_changed")) == 1
    with app.app_context():
        kept = db.session.scalars(select(Mandate).order_by(Mandate.id)).all()
        assert len(kept) == 2
        assert "$120.50" in kept[1].text
        assert changed.mandate_id == kept[1].id


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"amount": ""}, "Enter an amount above zero."),
        ({"amount": "-1"}, ""),
        ({"amount": "99999999"}, "more than you owe"),
        ({"on": "2026-03-01"}, "This day has gone."),
        ({"on": "2030-01-01"}, "within a year"),
        ({"on": "soon"}, "Write the day as year-month-day"),
        ({"method": "somebody-elses"}, "Not a valid choice"),
        ({"agree": ""}, "Tick the box"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(bo, app, plan, wishes, words) -> None:
    form = {name: value for name, value in (changes(bo, plan) | wishes).items() if value or name != "agree"}
    answer = bo.post(f"/payments/{plan}/change", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert row(app).amount_minor == 10_000


def test_in_the_list_it_is_changed_in_place(bo, app, plan) -> None:
    part = bo.get(f"/payments/{plan}/change", headers=HTMX).text
    assert "<html" not in part
    assert 'id="planned"' in part
    form = changes(bo, plan, amount="99999999")
    wrong = bo.post(f"/payments/{plan}/change", data=form, headers=HTMX)
    assert (wrong.status_code, "more than you owe" in wrong.text) == (422, True)
    done = bo.post(f"/payments/{plan}/change", data=form | {"amount": "55"}, headers=HTMX)
    assert "$55.00" in done.text
    assert 'id="planned"' in done.text


def test_cancelling_twice_cancels_once_and_takes_nothing(bo, app, plan, mails) -> None:
    page = bo.get("/payments/planned").text
    form = fields_of(page, f"/payments/{plan}/cancel")
    answers = [bo.post(f"/payments/{plan}/cancel", data=form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert row(app).state == "cancelled"
    assert len(mails("payment_cancelled")) == 1
    assert "was cancelled" in bo.get(f"/payments/{plan}").text
    assert "Nothing is planned." in bo.get("/payments/planned").text


def test_once_it_is_sent_another_tab_is_told_so_and_nothing_changes(bo, app, plan) -> None:
    change, page = changes(bo, plan, amount="55"), bo.get("/payments/planned").text
    cancel = fields_of(page, f"/payments/{plan}/cancel")
    later = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
    scheduled.send_due(today=TODAY + timedelta(days=9), now=later)
    for address, form in ((f"/payments/{plan}/change", change), (f"/payments/{plan}/cancel", cancel)):
        answer = bo.post(address, data=form, follow_redirects=True)
        assert answer.status_code == 200
        assert "no longer be changed" in answer.text or "cannot be changed here" in answer.text
    assert (row(app).state, row(app).amount_minor) == ("pending", 10_000)


def test_nobody_else_changes_or_cancels_it(house, bo, plan) -> None:
    stan = house.client("stan")
    form = changes(bo, plan)
    assert stan.get(f"/payments/{plan}/change").status_code == 404
    assert stan.post(f"/payments/{plan}/change", data=form).status_code == 404
    assert stan.post(f"/payments/{plan}/cancel", data=form).status_code == 404


def test_the_mails_of_a_plan_are_composed(bo, app, plan) -> None:
    from domain.actions import outbox

    form = fields_of(bo.get("/payments/planned").text, f"/payments/{plan}/cancel")
    bo.post(f"/payments/{plan}/change", data=changes(bo, plan, amount="55"))
    bo.post(f"/payments/{plan}/cancel", data=form)
    assert outbox.deliver(app.extensions["post"], now=datetime.now(UTC)) >= 3


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-03-01", "2027-03-04"])
def test_a_day_out_of_reach_is_refused_beside_its_field(bo, app, plan, day) -> None:
    for headers in ({}, HTMX):
        answer = bo.post(f"/payments/{plan}/change", data=changes(bo, plan, on=day), headers=headers)
        assert answer.status_code == 422
        assert ("This day has gone." in answer.text) or ("within a year" in answer.text)
    assert row(app).scheduled_on == date(2026, 3, 11)
