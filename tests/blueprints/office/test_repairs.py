"""Dana moves a repair on, the tenant is told, and what it cost reaches the books of the house."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.actions import repairs as acts
from domain.actions.uploads import HandedIn
from domain.rules.repairs import Report
from domain.transaction import transaction
from models import Expense, MaintenanceRequest, MaintenanceStep, Outbox, Property, UserLimit, db
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.forms import fields_of
from tests.fixtures.rentals import let_flat
from tests.fixtures.talking import png


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def flat(house):
    return let_flat(house, "tess")


@pytest.fixture
def repair(house, flat) -> str:
    return acts.report(
        flat.agreement, Report("The tap drips", "Day and night.", "Kitchen", "soon"), "repair-1",
        who=scope_of(house, "tess"), today=clock_today(house), now=house.now,
        uploads=Path(house.app.config["SETTINGS"].uploads),
    )  # fmt: skip


def moved(client, repair: str, **typed: str):
    there = f"/office/repairs/{repair}"
    sent = fields_of(client.get(there).text, f"{there}/steps") | typed
    return client.post(f"{there}/steps", data=sent), sent


def all_of(app, model):
    with app.app_context():
        return list(db.session.scalars(select(model).order_by(model.id)))


def test_it_is_planned_done_and_paid_once_and_the_tenant_is_told_each_time(dana, house, app, flat, repair):
    assert "The tap drips" in dana.get("/office/repairs").text
    day = clock_today(house).isoformat()
    answer, _sent = moved(
        dana, repair, state="planned", planned_for=day, vendor="Ward Plumbing", when="between 9 and 11"
    )
    assert answer.status_code == 303
    tess = house.client("tess")
    assert "Ward Plumbing · between 9 and 11" in tess.get(f"/repairs/{repair}").text
    answer, sent = moved(dana, repair, state="done", amount="184.50", day=day, note="A new valve.")
    assert answer.status_code == 303
    dana.post(f"/office/repairs/{repair}/steps", data=sent)
    (expense,) = all_of(app, Expense)
    assert (expense.amount_minor, expense.category, expense.vendor) == (18_450, "repairs", "Ward Plumbing")
    (row,) = all_of(app, MaintenanceRequest)
    assert (row.state, row.expense_id) == ("done", expense.id)
    assert len(all_of(app, MaintenanceStep)) == 3
    with app.app_context():
        told = select(func.count()).where(Outbox.event == "question_decided", Outbox.channel == "email")
        assert db.session.scalar(told) == 2
    page = tess.get(f"/repairs/{repair}").text
    assert "A new valve." in page
    assert "184.50" not in page
    assert "$184.50" in dana.get(f"/office/units/{flat.unit}").text
    done = dana.get(f"/office/repairs/{repair}").text
    assert "Save and tell the tenant" not in done
    assert "Take it up again and tell the tenant" in done
    assert "$184.50" in dana.get("/office/repairs?state=over").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"state": "planned", "planned_for": ""}, "Choose the day"), ({"state": "declined"}, "Say why"),
     ({"state": "planned", "planned_for": "2020-01-01"}, "This day is over"), ({"state": "reported"}, "Not a valid"),
     ({"state": "accepted", "amount": "10"}, "when it is done"), ({"state": "done", "amount": "0"}, "above zero"),
     ({"state": "accepted", "form_ref": ""}, "out of date")],
)  # fmt: skip
def test_a_step_that_cannot_follow_changes_nothing(dana, app, repair, typed, words):
    answer, _sent = moved(dana, repair, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert all_of(app, MaintenanceRequest)[0].state == "reported"
    assert all_of(app, Expense) == []


@pytest.mark.safety("W9")
def test_a_note_is_for_the_business_alone_and_a_landlord_changes_nothing(dana, house, app, repair):
    there = f"/office/repairs/{repair}"
    sent = fields_of(dana.get(there).text, f"{there}/notes")
    assert dana.post(f"{there}/notes", data=sent | {"note": ""}).status_code == 422
    assert dana.post(f"{there}/notes", data=sent | {"note": "He never pays"}).status_code == 303
    assert "He never pays" in dana.get(there).text
    assert "He never pays" not in house.client("tess").get(f"/repairs/{repair}").text
    lena = house.client("lena")
    assert lena.get(there).status_code == 404
    assert lena.post(f"{there}/steps").status_code == 403


def let_lena_see(house, flat) -> None:
    """Lena's user is limited to the house of the flat."""
    with transaction() as session:
        home = session.scalars(select(Property).where(Property.ref == flat.property)).one()
        user_id = scope_of(house, "lena").user_id
        session.add(
            UserLimit(user_id=user_id, property_id=home.id, branch="", added_at=house.now, added_by="x")
        )


@pytest.mark.safety("W9", "W17")
def test_the_landlord_sees_the_pictures_of_the_report_and_nobody_elses(house, flat):
    refs = [
        acts.report(
            flat.agreement, Report(title, "Look.", "Kitchen", "soon"), title, who=scope_of(house, "tess"),
            today=clock_today(house), now=house.now, uploads=Path(house.app.config["SETTINGS"].uploads),
            files=[HandedIn("tap.png", png())],
        )
        for title in ("Tap", "Stove")
    ]  # fmt: skip
    lena = house.client("lena")
    assert lena.get(f"/office/repairs/{refs[0]}").status_code == 404
    let_lena_see(house, flat)
    sources = [
        re.findall(r'src="(/office/repairs/[^"]+/photos/[^"]+)"', lena.get(f"/office/repairs/{ref}").text)
        for ref in refs
    ]
    assert [len(one) for one in sources] == [1, 1]
    picture = lena.get(sources[0][0])
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert lena.get(sources[0][0].replace(refs[0], refs[1])).status_code == 404
    assert house.client("tess").get(sources[0][0]).status_code in (303, 404)


@pytest.mark.safety("W9")
def test_the_landlord_of_the_house_reads_the_request_and_neither_notes_nor_talk(
    dana, house, app, flat, repair
):
    sent = fields_of(dana.get(f"/office/repairs/{repair}").text, f"/office/repairs/{repair}/notes")
    dana.post(f"/office/repairs/{repair}/notes", data=sent | {"note": "He never pays"})
    let_lena_see(house, flat)
    lena = house.client("lena")
    page = lena.get(f"/office/repairs/{repair}").text
    assert "Day and night." in page
    assert "He never pays" not in page
    assert "Write back" not in page
    assert "Save and tell" not in page
    assert "The tap drips" in lena.get("/office/repairs").text
    assert f'href="/office/repairs/{repair}"' in lena.get("/office").text
    assert lena.post(f"/office/repairs/{repair}/steps").status_code == 403
