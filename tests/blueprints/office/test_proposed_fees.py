"""Dana decides the late fees that a policy only proposes: each is posted once, or left with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from config import Clock
from tests.fixtures.forms import fields_of
from tests.fixtures.late_fees import keep_policy
from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-11-01")


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def flat(house):
    """Rent of 1,200 fell due on 1 November and is unpaid on the 20th; the fee of the 5th is proposed."""
    flat = let_flat(house, "tess")
    keep_policy(house, posting="propose")
    house.app.extensions["clock"] = Clock(house.app.extensions["clock"].zone, date(2026, 11, 20))
    return flat


def fees(app) -> list[tuple[date, int, date]]:
    from models import Charge, db

    with app.app_context():
        query = sa.select(Charge.due_on, Charge.amount_minor, Charge.posted_on).where(
            Charge.type == "late_fee"
        )
        return [tuple(row) for row in db.session.execute(query)]


def form_of(dana, flat, way: str = "") -> tuple[str, dict[str, str]]:
    address = f"/office/agreements/{flat.agreement}/late-fees{way}"
    return address, fields_of(dana.get("/office/late-fees").text, address)


def test_without_such_a_policy_the_page_says_so(dana, house):
    assert "No policy proposes fees" in dana.get("/office/late-fees").text
    keep_policy(house)
    assert "No policy proposes fees" in dana.get("/office/late-fees").text


def test_a_proposed_fee_is_listed_with_its_day_and_reason_and_nothing_is_posted(app, dana, flat):
    page = dana.get("/office/late-fees").text
    assert "from 5 November 2026" in page
    assert "Post $50.00" in page
    assert "Tess Okafor" in page
    assert "Late fee by House rule, version 1." in page
    assert fees(app) == []


def test_the_daily_run_leaves_proposed_fees_alone(app, house, dana, flat):
    from domain.actions.day import run_day

    run_day(date(2026, 11, 21), now=datetime.now(UTC))
    assert fees(app) == []


def test_a_fee_is_posted_once_on_its_own_day_however_often_it_is_sent(app, dana, flat):
    address, data = form_of(dana, flat)
    assert dana.post(address, data=data).status_code == 303
    assert dana.post(address, data=data).status_code == 303
    assert fees(app) == [(date(2026, 11, 5), 5_000, date(2026, 11, 20))]
    assert "Nothing waits here" in dana.get("/office/late-fees").text


def test_a_fee_that_was_left_is_told_so_and_can_still_be_posted(app, dana, flat):
    address, data = form_of(dana, flat, "/leave")
    assert dana.post(address, data=data | {"reason": "Mail was on strike"}).status_code == 303
    page = dana.get("/office/late-fees").text
    assert "Left because: Mail was on strike" in page
    assert "Leave it" not in page
    assert fees(app) == []
    address, data = form_of(dana, flat)
    assert dana.post(address, data=data).status_code == 303
    assert len(fees(app)) == 1


def test_what_is_not_proposed_is_neither_posted_nor_left(app, dana, flat):
    address, data = form_of(dana, flat)
    for key in ("", "1:every-1", "999:first", data["key"] + "x"):
        for way in ("", "/leave"):
            answer = dana.post(address + way, data={"key": key})
            assert answer.status_code == 409
            assert "not proposed any more" in answer.text
    long = dana.post(address + "/leave", data=data | {"reason": "x" * 301})
    assert long.status_code == 422
    assert fees(app) == []


def test_only_staff_decide(app, house, dana, flat):
    address, data = form_of(dana, flat)
    for name, code in (("tess", 404), ("stan", 404), ("lena", 403)):
        assert house.client(name).post(address, data=data).status_code == code
        assert house.client(name).post(address + "/leave", data=data).status_code == code
        assert house.client(name).get("/office/late-fees").status_code == code
    assert fees(app) == []
    assert dana.post("/office/agreements/none/late-fees", data=data).status_code == 404


def test_a_large_book_is_read_on_in_parts(monkeypatch, house, dana, flat):
    from domain.reports import proposed_fees

    monkeypatch.setattr(proposed_fees, "PART", 1)
    page = dana.get("/office/late-fees").text
    assert "1 agreement was looked at." in page
    assert "Look at the next ones" in page
    last = page.split("after=")[1].split('"')[0]
    assert "Nothing waits here" in dana.get(f"/office/late-fees?after={last}").text
    assert dana.get("/office/late-fees?after=elephant").status_code == 200
