"""The audit trail can be searched, says what happened in words, and leaves as a file that runs no formula."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa

from domain.records.words_out import audit
from domain.transaction import transaction
from models import AuditEvent, db

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def adam(house):
    return house.client("adam")


def write(house, count: int = 1, **said) -> None:
    event = {
        "by": "setup",
        "action": "property.added",
        "subject": "property",
        "subject_id": None,
        "at": house.now,
    }
    with transaction() as session:
        for _ in range(count):
            audit(session, **(event | said))


def test_it_says_who_did_what_to_whom_in_words(house, adam, open_agreement):
    ref = open_agreement("bo", number="L-7")
    dana = house.client("dana")
    dana.post(
        f"/office/people/{house.person('bo')}/contact", data={"name": "Bo Rivera", "phone": "+1 555 0177"}
    )
    page = adam.get("/office/audit?who=" + house.user("dana")).text
    assert "Contact details changed" in page
    assert "Dana Ortiz" in page
    assert f"/office/people/{house.person('bo')}" in page
    assert "person.contact_changed" not in page.partition("<section")[2]
    assert f"/office/agreements/{ref}" in adam.get("/office/audit?q=L-7").text


def test_each_filter_narrows_it(house, adam):
    write(house, action="unit.added", subject="unit", detail={"name": "Harbor Äsop 4"}, address="192.0.2.9")
    total = adam.get("/office/audit").text
    assert "Harbor Äsop 4" in total
    for query in ("action=unit.added", "subject=unit", "who=setup", "q=äsop", "q=Äsop+4", "q=192.0.2.9"):
        assert "Harbor Äsop 4" in adam.get(f"/office/audit?{query}").text, query
    for query in (
        "action=unit.changed", "subject=payment", f"who={house.user('dana')}", "q=nowhere", "from_on=2999-01-01",
        "until_on=1999-01-01",
    ):  # fmt: skip
        assert "Harbor Äsop 4" not in adam.get(f"/office/audit?{query}").text, query
    day = house.now.astimezone(house.app.extensions["clock"].zone).date().isoformat()
    assert "Harbor Äsop 4" in adam.get(f"/office/audit?from_on={day}&until_on={day}").text


def test_days_are_those_of_the_business(house, adam):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from domain.reports.audit_trail import Asked, trail
    from tests.fixtures.agreements import scope_of

    zone = ZoneInfo("America/New_York")
    for hour, name in ((0, "first minute"), (23, "last hour")):
        write(house, at=datetime(2026, 3, 8, hour, 30, tzinfo=zone), detail={"name": name})
    write(house, at=datetime(2026, 3, 9, 0, 0, tzinfo=zone), detail={"name": "next day"})
    day = datetime(2026, 3, 8, tzinfo=zone).date()
    with house.app.app_context():
        found = trail(scope_of(house, "adam"), Asked(from_on=day, until_on=day), zone)
        assert {row.about for row in found.rows} == {"first minute", "last hour"}


def test_there_are_fifty_lines_to_a_page(house, adam):
    write(house, 60, action="unit.changed")
    first = adam.get("/office/audit?action=unit.changed").text
    second = adam.get("/office/audit?action=unit.changed&page=2").text
    assert (first.count('data-label="When"'), second.count('data-label="When"')) == (50, 10)


def test_what_makes_no_sense_in_a_filter_is_no_error(adam):
    for query in ("who=nobody", "action=x", "from_on=yesterday", "until_on=9999-12-31", "from_on=0001-01-01", "page=x",
                  "q=%00%25%27", "page=99999999"):  # fmt: skip
        assert adam.get(f"/office/audit?{query}").status_code == 200, query


@pytest.mark.safety("W18")
def test_the_file_holds_what_fits_runs_no_formula_and_is_noted_itself(house, adam):
    write(house, action="unit.added", subject="unit", detail={"name": "=cmd|' /C calc'!A0"})
    write(house, action="unit.changed", subject="unit", detail={"name": "other"})
    answer = adam.post("/office/audit/export", data={"action": "unit.added"})
    assert answer.mimetype == "text/csv"
    head, *rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert head[:4] == ["Number", "At", "By", "What"]
    assert [row[6] for row in rows] == ["'=cmd|' /C calc'!A0"]
    with house.app.app_context():
        [noted] = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "audit.exported")).all()
        assert (noted.detail["rows"], noted.detail["filters"]) == (1, ["action=unit.added"])


@pytest.mark.parametrize("name", ["dana", "lena"])
def test_only_an_administrator_reads_it(house, name):
    client = house.client(name)
    assert client.get("/office/audit").status_code == 403
    assert client.post("/office/audit/export").status_code == 403


def test_every_action_that_is_written_has_words(house):
    """An action without words would be shown by its code."""
    import re
    from pathlib import Path

    from domain.reports.action_words import ACTION_WORDS

    named = set()
    for path in Path("domain").rglob("*.py"):
        named |= set(
            re.findall(r'(?:action=|audit\(|_note\(session, )"([a-z_]+\.[a-z_]+)"', path.read_text())
        )
    assert named - set(ACTION_WORDS) == set()


def test_a_payment_is_called_by_its_agreement_and_leads_to_itself(adam, open_agreement, pay):
    payment = pay("bo", open_agreement("bo", number="L-7"), 1_000)
    page = adam.get("/office/audit?subject=payment").text
    assert f'href="/office/payments/{payment}">L-7</a>' in page
