"""Adam stops debits for everybody with a reason, lets them go on, and sets the limits of the run."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import AuditEvent, Business, db
from tests.fixtures.forms import fields_of

ADDRESS = "/office/autopay-settings"


@pytest.fixture
def adam(house):
    return house.client("adam")


def business(house) -> Business:
    with house.app.app_context():
        return db.session.scalars(sa.select(Business)).one()


def switch(adam, what: str, stop: str, reason: str):
    form = fields_of(adam.get(ADDRESS).text, f"{ADDRESS}/switch")
    return adam.post(f"{ADDRESS}/switch", data=form | {"what": what, "stop": stop, "reason": reason})


@pytest.mark.safety("J19")
@pytest.mark.parametrize(("what", "column"), [("debits", "debits_paused"), ("payments", "payments_paused")])
def test_a_switch_is_turned_with_a_reason_and_the_page_says_who_did(adam, house, what, column) -> None:
    assert switch(adam, what, "yes", " ").status_code == 422
    assert getattr(business(house), column) is False
    assert switch(adam, what, "yes", "The bank asked us to").status_code == 303
    assert switch(adam, what, "yes", "again").status_code == 303
    assert getattr(business(house), column) is True
    page = adam.get(ADDRESS).text
    assert "The bank asked us to" in page
    assert "Adam" in page
    assert switch(adam, what, "no", "It works again").status_code == 303
    assert getattr(business(house), column) is False
    with house.app.app_context():
        told = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.action.like("settings.%")))
        assert list(told) == [f"settings.{what}_paused", f"settings.{what}_resumed"]


def test_limits_are_kept_and_what_makes_no_sense_is_refused(adam, house) -> None:
    form = fields_of(adam.get(ADDRESS).text, ADDRESS)
    assert form["stop_after"] == "2"
    good = form | {"most_per_run": "50", "most_per_day_minor": "10,000.50", "card_retry_days": "2, 5"}
    assert adam.post(ADDRESS, data=good).status_code == 303
    kept = business(house).autopay_policy
    assert kept["most_per_run"] == 50
    assert kept["most_per_day_minor"] == 1_000_050
    assert kept["card_retry_days"] == [2, 5]
    assert "most_per_customer_minor" not in kept
    for wrong in ({"notice_days": "3"}, {"card_retry_days": "5, 2"}, {"most_per_run": "many"}):
        answer = adam.post(ADDRESS, data=good | wrong)
        assert answer.status_code == 422, wrong
    assert business(house).autopay_policy == kept


def test_only_who_may_change_settings_opens_the_page(house) -> None:
    assert house.client("dana").get(ADDRESS).status_code == 403
    assert house.client("dana").post(f"{ADDRESS}/switch", data={}).status_code in (400, 403)
