"""The page of the delinquency ladder: off at first, whom it would reach, versions."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from domain.actions import ladder
from models import LadderStep, db
from tests.fixtures.forms import fields_of

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


@pytest.fixture
def adam(house):
    return house.client("adam")


def steps(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(LadderStep.id))) or 0


def test_it_says_that_it_is_off_and_whom_it_would_reach_and_what_is_shown_is_done(
    adam, app, open_agreement, clock
) -> None:
    open_agreement("bo")
    page = adam.get("/office/ladder").text
    assert "The ladder is off" in page
    assert "First notice" in page
    assert "Bo Rivera" in page
    form = fields_of(page, "/office/ladder/start")
    for _ in range(2):
        assert adam.post("/office/ladder/start", data=form).status_code == 303
    assert steps(app) == 5
    at = clock()
    assert ladder.climb(today=at["today"], now=at["now"]).notice == 1
    page = adam.get("/office/ladder").text
    assert "The ladder is off" not in page
    assert "Nobody" in page


def test_a_rung_is_added_changed_by_a_further_version_and_switched_off(adam, app) -> None:
    form = fields_of(adam.get("/office/ladder/new").text, "/office/ladder")
    typed = {"name": "Stop", "days_late": "60", "act": "hold", "hold": "other", "words": "", "kind": ""}
    wrong = adam.post("/office/ladder", data=form | typed)
    assert (wrong.status_code, "Say why" in wrong.text) == (422, True)
    assert adam.post("/office/ladder", data=form | typed | {"words": "Call us."}).status_code == 303
    with app.app_context():
        ref = db.session.scalars(select(LadderStep.ref)).one()
    address = f"/office/ladder/{ref}"
    form = fields_of(adam.get(address).text, address)
    assert form["days_late"] == "60"
    off = {name: value for name, value in form.items() if name != "active"}
    off |= {"kind": "", "act": "hold", "hold": "other", "words": "Call us."}
    assert adam.post(address, data=off | {"days_late": "90"}).status_code == 303
    late = adam.post(address, data=off, follow_redirects=True)
    assert "changed this in between" in late.text
    assert steps(app) == 2
    page = adam.get(address).text
    assert "Version 2" in page
    assert "Version 1" in page


def test_staff_read_it_and_cannot_change_it(house, adam, app) -> None:
    dana = house.client("dana")
    page = dana.get("/office/ladder").text
    assert "New rung" not in page
    form = fields_of(adam.get("/office/ladder/new").text, "/office/ladder")
    assert dana.post("/office/ladder", data=form | {"name": "x", "days_late": "1", "act": "call"}).status_code in (
        403, 400,
    )  # fmt: skip
    assert steps(app) == 0
