"""Dana prepares autopay for Bo on the telephone; it stands only once Bo has accepted; she pauses and ends it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain.records.tasks import open_task
from domain.transaction import transaction
from domain.words import Sentence
from models import Autopay, Outbox, db
from tests.domain.actions.autopays import Autopays
from tests.domain.actions.paying import NOW, TODAY, Till
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def loan(open_agreement) -> str:
    return open_agreement("bo")


@pytest.fixture
def pays(house) -> Autopays:
    return Autopays(Till(house))


def prepare(dana, house, loan: str, **typed: str):
    page = f"/office/agreements/{loan}/autopay/new?person={house.person('bo')}"
    form = fields_of(dana.get(page).text, f"/office/agreements/{loan}/autopay?person={house.person('bo')}")
    return dana.post(f"/office/agreements/{loan}/autopay?person={house.person('bo')}", data=form | typed)


def rows(house) -> list[Autopay]:
    with house.app.app_context():
        return list(db.session.scalars(sa.select(Autopay).order_by(Autopay.id)))


def test_what_is_prepared_takes_nothing_before_its_person_said_yes(
    dana, house, loan, save_method, pays
) -> None:
    bank = save_method("bo", "bank")
    assert "No autopay here" in dana.get(f"/office/agreements/{loan}/autopay").text
    assert prepare(dana, house, loan, method=bank, rule="fixed", amount="").status_code == 422
    assert rows(house) == []
    assert prepare(dana, house, loan, method=bank, limit="200").status_code == 303
    (row,) = rows(house)
    assert (row.state, row.limit_minor, row.mandate_id) == ("prepared", 20_000, None)
    with house.app.app_context():
        assert db.session.scalar(
            sa.select(sa.func.count(Outbox.id)).where(Outbox.event == "document_to_sign")
        )
    page = dana.get(f"/office/agreements/{loan}/autopay").text
    assert "Waits for the person" in page
    assert "Written down by Dana" in page
    assert "waits for your yes." in house.client("bo").get("/alerts/bell").text
    told = house.client("bo").get(f"/autopay/{row.ref}/accept")
    assert told.status_code in (200, 303)


def test_a_running_one_is_paused_and_ended_and_its_debits_are_told(
    dana, house, loan, save_method, pays
) -> None:
    ref = pays.set_up(loan, save_method("bo", "bank"), today=TODAY, now=NOW)
    page = dana.get(f"/office/agreements/{loan}/autopay").text
    assert "Running" in page
    assert "Ahead" in page
    address = f"/office/autopay/{ref}"
    assert (
        dana.post(
            f"{address}/pause", data=fields_of(page, f"{address}/pause") | {"until": "soon"}
        ).status_code
        == 422
    )
    assert dana.post(f"{address}/pause", data=fields_of(page, f"{address}/pause")).status_code == 303
    assert [row.state for row in rows(house)] == ["paused"]
    page = dana.get(f"/office/agreements/{loan}/autopay").text
    assert dana.post(f"{address}/resume", data=fields_of(page, f"{address}/resume")).status_code == 303
    assert [row.state for row in rows(house)] == ["active"]
    assert dana.post(f"{address}/end", data=fields_of(page, f"{address}/end")).status_code == 303
    assert [row.state for row in rows(house)] == ["ended"]


def test_a_task_about_a_contract_leads_to_the_page_of_its_agreement(
    dana, house, loan, save_method, pays
) -> None:
    ref = pays.set_up(loan, save_method("bo", "bank"), today=TODAY, now=NOW)
    (row,) = rows(house)
    with transaction() as session:
        open_task(
            session, "autopay", "autopay:x", Sentence("It stopped."), now=NOW, subject="autopay",
            subject_id=row.id, agreement_id=row.agreement_id,
        )  # fmt: skip
    assert f"/office/autopay/{ref}" in dana.get("/office/tasks").text
    led = dana.get(f"/office/autopay/{ref}")
    assert (led.status_code, led.location) == (303, f"/office/agreements/{loan}/autopay")


def test_nobody_prepares_for_somebody_who_is_not_on_the_agreement(dana, house, loan) -> None:
    page = f"/office/agreements/{loan}/autopay/new?person={house.person('tess')}"
    assert dana.get(page).status_code == 404
    assert house.client("lena").get(page).status_code in (403, 404)


def test_before_a_hold_is_placed_the_page_says_which_debits_it_stops(
    dana, house, loan, save_method, pays
) -> None:
    pays.set_up(loan, save_method("bo", "bank"), today=TODAY, now=NOW)
    page = dana.get(f"/office/agreements/{loan}/holds/new").text
    assert "Autopay that it stops" in page
    assert "Bo Rivera" in page


def test_only_what_can_go_on_is_offered_to_go_on(dana, loan, save_method, pays) -> None:
    ref = pays.set_up(loan, save_method("bo", "bank"), today=TODAY, now=NOW)
    stop = sa.update(Autopay).where(Autopay.ref == ref)
    resume = f"/office/autopay/{ref}/resume"
    for state, code, offered in (
        ("stopped", "R01", False), ("stopped", "method_stopped", True), ("paused", "", True), ("ended", "", False),
    ):  # fmt: skip
        pays.till.change(stop.values(state=state, stopped_code=code))
        assert (resume in dana.get(f"/office/agreements/{loan}/autopay").text) is offered
