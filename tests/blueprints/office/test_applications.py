"""Somebody asks for a flat, Dana decides, and the approved one moves in with one walk through the opening."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests.fixtures.forms import fields_of
from tests.fixtures.openings import NEW, RENTAL, flat_of, opened, send

pytestmark = pytest.mark.database("sqlite")
APPLICANT = {
    "name": "Nora Newcomer", "email": "nora@example.org", "phone": "555 0100", "wanted_from": "2026-01-10",
    "income": "4,000", "occupants": "2", "employer": "Harbor Mill",
}  # fmt: skip


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def flat(house) -> str:
    return flat_of(house)


def form_for(dana, flat: str, **typed: str) -> dict[str, str]:
    place = f"/office/units/{flat}/applications"
    return fields_of(dana.get(f"{place}/new").text, place) | typed


def received(dana, flat: str) -> str:
    """The address of the application's page."""
    sent = dana.post(f"/office/units/{flat}/applications", data=form_for(dana, flat, **APPLICANT))
    assert sent.status_code == 303
    return sent.location


def rows(app) -> list:
    from models import RentalApplication, db

    with app.app_context():
        columns = (RentalApplication.state, RentalApplication.reason, RentalApplication.agreement_id)
        return db.session.execute(sa.select(*columns)).all()


def test_an_approved_application_becomes_a_lease_with_its_unit_person_and_day(app, dana, flat):
    """1,200 from 10 January by the days of the month: 22/31 = 851.61; with parking 35.48 and deposit 1,500.00."""
    page = received(dana, flat)
    assert "Nora Newcomer" in dana.get(f"/office/units/{flat}").text
    assert dana.post(page, data={"state": "approved"}).status_code == 303
    walk = re.search(r'href="(/office/agreements/new/rental[^"]+)"', dana.get(page).text)[1]
    form = fields_of(dana.get(walk).text, f"{NEW}/rental/review")
    assert (form["unit"], form["from_on"]) == (flat, "2026-01-10")
    form = form | {name: text for name, text in RENTAL.items() if name != "from_on"}
    assert "$2,387.09" in send(dana, "rental", "review", form).text
    for _twice in range(2):
        sent = send(dana, "rental", "open", form)
        assert sent.status_code == 303, sent.text[sent.text.find("error-summary") :][:900]
    [(number, _kind, _ref)] = opened(app)
    assert rows(app)[0].agreement_id is not None
    after = dana.get(page).text
    assert number in after
    assert "Moved in" in after
    assert dana.post(page, data={"state": "withdrawn"}).status_code == 422


def test_sent_twice_it_is_one_application_and_one_person(app, dana, flat):
    from models import Person, db

    form = form_for(dana, flat, **APPLICANT)
    for _twice in range(2):
        assert dana.post(f"/office/units/{flat}/applications", data=form).status_code == 303
    assert len(rows(app)) == 1
    with app.app_context():
        named = sa.select(sa.func.count()).where(Person.name == "Nora Newcomer")
        assert db.session.scalar(named) == 1


def test_declining_needs_a_reason_and_stands(app, dana, flat):
    page = received(dana, flat)
    assert "Say why" in dana.post(page, data={"state": "declined"}).text
    assert rows(app)[0].state == "received"
    dana.post(page, data={"state": "declined", "reason": "Income too low"})
    assert rows(app)[0][:2] == ("declined", "Income too low")
    answer = dana.post(page, data={"state": "approved"})
    assert answer.status_code == 422
    assert rows(app)[0].state == "declined"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Write who asks"),
        ("number", "C-99999", "no customer of this number"),
        ("income", "plenty", "plenty"),
        ("occupants", "0", "1 to 99"),
        ("received_on", "2100-01-01", "has not come"),
    ],
)
def test_what_cannot_be_meant_is_refused_kept_and_writes_nothing(app, dana, flat, field, typed, said):
    sent = form_for(dana, flat, **(APPLICANT | {field: typed}))
    answer = dana.post(f"/office/units/{flat}/applications", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Harbor Mill" in answer.text
    assert rows(app) == []


def test_the_list_shows_what_is_to_be_decided(dana, flat):
    assert "No applications yet" in dana.get("/office/applications").text
    received(dana, flat)
    assert "Nora Newcomer" in dana.get("/office/applications?state=received").text
    assert "Nora Newcomer" not in dana.get("/office/applications?state=declined").text


def test_it_is_not_used_up_by_a_lease_of_somebody_else(app, dana, flat):
    page = received(dana, flat)
    dana.post(page, data={"state": "approved"})
    walk = re.search(r'href="(/office/agreements/new/rental[^"]+)"', dana.get(page).text)[1]
    form = fields_of(dana.get(walk).text, f"{NEW}/rental/review")
    form = form | {name: text for name, text in RENTAL.items() if name != "from_on"}
    form = {name: text for name, text in form.items() if not name.startswith("holders")}
    assert "Whoever applied is not on this lease." in send(dana, "rental", "open", form).text
    assert rows(app)[0].agreement_id is None
