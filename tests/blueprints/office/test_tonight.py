"""Dana looks at tonight's run, holds a charge back and lets it pass again; limited staff see their part alone."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.actions.day import run_day
from models import Charge, RunDecision, db
from tests.fixtures.billed import ZONE, local
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-01-31")

FIRST, FEB = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture
def flat(ledger) -> str:
    """Tess's flat: 1,200.00 falls due on 1 February, tomorrow."""
    ref = ledger.open_rental("tess", on=FIRST)
    run_day(FIRST, now=local(FIRST), zone=ZONE)
    return ref


@pytest.fixture
def dana(house):
    return house.client("dana")


def decide(dana, page: str, **typed: str):
    """Open the first thing that can be decided on, and send its form."""
    address = fields_address(page)
    shown = dana.get(address)
    assert shown.status_code == 200
    form = fields_of(shown.text, "/office/tonight/decision?on=2026-02-01")
    return dana.post("/office/tonight/decision?on=2026-02-01", data=form | typed)


def fields_address(page: str) -> str:
    start = page.index("/office/tonight/decision?")
    return page[start : page.index('"', start)].replace("&amp;", "&")


def test_the_run_of_tomorrow_is_told_with_reasons_and_totals_and_nothing_happens(
    dana, flat, ledger, house
) -> None:
    page = dana.get("/office/tonight").text
    assert "$1,200.00" in page
    assert "Sunday" in page
    assert "Nothing has happened yet" in page
    with house.app.app_context():
        assert len(db.session.scalars(sa.select(Charge.id)).all()) == 1
    assert "Nothing fits" in dana.get("/office/tonight?group=fee&q=zzz").text
    assert "$1,200.00" not in dana.get("/office/tonight?on=2026-02-03").text
    for bad in ("2026-01-30", "2027-01-01", "soon"):
        assert dana.get(f"/office/tonight?on={bad}").status_code == 422


def test_what_is_held_back_is_not_posted_until_it_is_released(dana, flat, ledger) -> None:
    page = dana.get("/office/tonight").text
    assert decide(dana, page, decision="hold", reason="").status_code == 422
    kept = decide(dana, page, decision="hold", reason="The flat is empty", until_on="")
    assert kept.status_code == 303
    page = dana.get("/office/tonight").text
    assert "Held back" in page
    assert "The flat is empty" in page
    run_day(FEB, now=local(FEB), zone=ZONE)
    assert ledger.charges(flat) == [(FIRST, 120_000)]
    assert decide(dana, page, decision="release", reason="It is let again").status_code == 303
    assert "The flat is empty" not in dana.get("/office/tonight").text
    run_day(FEB + timedelta(days=1), now=local(FEB), zone=ZONE)
    assert ledger.charges(flat) == [(FIRST, 120_000), (FEB, 120_000)]


def test_what_is_held_is_decided_from_its_task_whatever_the_run_of_tomorrow_has(dana, flat, house) -> None:
    page = dana.get("/office/tonight").text
    assert decide(dana, page, decision="hold", reason="The flat is empty", until_on="").status_code == 303
    tasks = dana.get("/office/tasks").text
    assert "The flat is empty" in tasks
    address = fields_address(tasks)
    form = fields_of(dana.get(f"{address}&on=2026-01-31").text, "/office/tonight/decision?on=2026-01-31")
    said = form | {"decision": "release", "reason": "It is let again"}
    assert dana.post("/office/tonight/decision?on=2026-01-31", data=said).status_code == 303
    assert "The flat is empty" not in dana.get("/office/tasks").text
    assert house.client("tess").get(address).status_code in (403, 404)


def test_the_same_form_sent_twice_decides_once(dana, flat, house) -> None:
    address = fields_address(dana.get("/office/tonight").text)
    form = fields_of(dana.get(address).text, "/office/tonight/decision?on=2026-02-01")
    said = form | {"decision": "hold", "reason": "empty"}
    for _ in range(2):
        assert dana.post("/office/tonight/decision?on=2026-02-01", data=said).status_code == 303
    with house.app.app_context():
        assert len(db.session.scalars(sa.select(RunDecision.id)).all()) == 1


def test_without_the_duty_one_reads_and_decides_nothing(house, flat, ledger) -> None:
    from models import User

    with ledger.writing() as session:
        session.execute(sa.update(User).where(User.username == "dana").values(duties=["report"]))
    dana = house.client("dana")
    page = dana.get("/office/tonight").text
    assert "$1,200.00" in page
    assert "/office/tonight/decision" not in page
    key = "charge:x:rent:1"
    assert dana.get(f"/office/tonight/decision?key={key}").status_code == 404


def test_the_table_is_there_as_a_file(dana, flat) -> None:
    answer = dana.get("/office/tonight.csv?on=2026-02-01")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[0][:6] == ["Group", "Agreement", "What", "Day", "Amount", "Currency"]
    assert [row[3:6] for row in rows[1:] if row[0] == "Charges"] == [["2026-02-01", "1200.00", "USD"]]


def test_a_late_fee_shows_what_was_unpaid_what_the_policy_asks_and_comes_to(dana, flat, ledger) -> None:
    ledger.add_policy()
    page = dana.get("/office/tonight?on=2026-02-05&group=fee").text
    assert "so much was not paid" in page
    unpaid, fee = page.index('<span class="money">$1,200.00</span>'), page.index('<span class="money">$50.00')
    assert unpaid < fee
    rows = list(csv.reader(io.StringIO(dana.get("/office/tonight.csv?on=2026-02-05&group=fee").text)))
    assert "1200.00;" in rows[1][8]
    assert rows[1][8].endswith("50.00")
