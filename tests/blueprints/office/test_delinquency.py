"""Delinquency as the office reads it: who is late as of a day, in which bucket, and what one row is made of."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.access import Scope
from domain.reports import as_of, delinquency, delinquency_sheet
from domain.reports.sheet import Asked
from domain.transaction import transaction
from models import Agreement, Hold, db
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.forms import fields_of
from tests.fixtures.four_kinds import open_rental_for

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-20")
sqlite = pytest.mark.database("sqlite")
PAGE = "/office/delinquency"


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def book(kinds) -> dict[str, str]:
    """One agreement of each kind, some of it late."""
    return kinds("bo")


def asked(house, **wishes) -> Asked:
    today = clock_today(house)
    return Asked(**({"today": today, "on": today, "since": today, "until": today} | wishes))


@pytest.mark.parametrize("days_ago", [0, 1, 30])
def test_what_is_past_due_is_what_the_rent_roll_reads_as_of_the_same_day(app, house, book, days_ago):
    with app.app_context():
        scope = Scope("admin")
        wanted = asked(house, on=clock_today(house) - timedelta(days=days_ago))
        sheet = delinquency_sheet.make(scope, wanted)
        (total,) = [row.values for row in sheet.totals]
        in_all = as_of.totals(as_of.figures(scope, wanted.on, today=wanted.today))["USD"]
        rows = [row.values for row in sheet.rows]
        assert total["total"] == in_all.past_due_minor == sum(row["total"] for row in rows) > 0
        for row in rows:
            parts = ("rent", "fees", "other", "deposit", "subsidy")
            assert sum(row[key] for key in parts) == row["total"]
            assert sum(row[f"b{place}"] for place in range(4)) == row["total"]
            assert row["total"] + row["not_yet_due"] - row["prepaid"] == row["balance"]


@sqlite
def test_a_row_opens_to_the_open_lines_that_sum_to_it(dana, app, house, book):
    page = dana.get(PAGE).text
    ref = book["rental"]
    (total,) = re.findall(rf'{PAGE}/{ref}\?on=2026-03-20">([^<]+)<', page)
    shown = dana.get(f"{PAGE}/{ref}?on=2026-03-20").text
    assert total in shown
    with app.app_context():
        agreement = db.session.scalars(sa.select(Agreement).where(Agreement.ref == ref)).one()
        told = delinquency.of_agreement(Scope("admin"), agreement, clock_today(house), clock_today(house))
        lines = delinquency_sheet.lines_of(told)
        assert sum(line.open.open_minor for line in lines if line.bucket >= 0) == told.past_due_minor
        for line in lines:
            assert f"/charges/{line.open.charge_id}" in shown


def test_filters_narrow_by_how_late_by_hold_and_by_kind(dana, house, book):
    with transaction() as session:
        rental = session.scalars(sa.select(Agreement).where(Agreement.ref == book["rental"])).one()
        session.add(
            Hold(
                ref="hold-1", agreement_id=rental.id, type="eviction", reason="Case 12", placed_at=house.now,
                placed_by=house.by,
            )
        )  # fmt: skip
    held, others = (f"{PAGE}/{book[name]}?on" for name in ("rental", "lease_to_own"))
    page = dana.get(f"{PAGE}?status=hold").text
    assert (held in page, others in page, "Eviction" in page) == (True, False, True)
    page = dana.get(f"{PAGE}?status=no_hold").text
    assert (held in page, others in page) == (False, True)
    page = dana.get(f"{PAGE}?kind=rental").text
    assert (held in page, others in page) == (True, False)
    assert "Nobody here is past due" in dana.get(f"{PAGE}?late=b3").text
    for nonsense in ("late=x", "on=yesterday", "page=9999999", "status=%00", "after=%00", "property_ref='"):
        assert dana.get(f"{PAGE}?{nonsense}").status_code == 200


def test_last_payment_promise_note_and_next_step_stand_beside_the_amount(dana, house, book, clock):
    from domain.actions import counter, ladder, notes, promises
    from domain.actions.promises import Wish
    from domain.rules.ladder import Rung

    ref = book["rental"]
    counter.take(ref, 10_000, "cash", "cash-1", **clock("dana"))
    ladder.add(Rung("Third letter", "notice", 3_000), who=scope_of(house, "adam"), **_when(clock))
    notes.write("agreement", ref, "Rings back on Monday.", "n-1", who=scope_of(house, "dana"), now=house.now)
    row = _row(dana, ref)
    assert "Rings back on Monday." in row
    assert "Third letter on" in row
    assert "Mar 20" in row  # the last payment
    promises.make(
        ref, Wish(300_000, clock_today(house) + timedelta(days=5)), "p-1", **clock("dana"),
        person_ref=house.person("bo"),
    )  # fmt: skip
    assert "$3,000.00 by" in _row(dana, ref)


def _when(clock) -> dict:
    return {key: value for key, value in clock("dana").items() if key != "who"}


def _row(client, ref: str) -> str:
    page = client.get(PAGE).text
    return next(row for row in page.split("<tr>") if f"/office/agreements/{ref}" in row)


@sqlite
def test_who_is_late_is_listed_the_oldest_debt_first_also_at_the_old_address(dana, open_agreement):
    open_agreement("bo", number="L-1", age_days=31)
    open_agreement("tess", number="L-2", age_days=90)
    open_agreement("tess", number="L-3", age_days=1)
    for address in (PAGE, "/office/past-due"):
        assert re.findall(r">(L-\d)</a>", dana.get(address).text) == ["L-2", "L-1"]


@sqlite
def test_of_a_book_with_many_loans_a_page_says_which_it_looked_at(dana, open_agreement, monkeypatch, house):
    monkeypatch.setattr(delinquency, "SMALL_BOOK", 1)
    monkeypatch.setattr(delinquency, "PART", 2)
    flat = open_rental_for(house, "tess")
    loans = [open_agreement("bo", number=f"L-{place}", age_days=90) for place in (1, 2, 3)]
    first = dana.get(PAGE).text
    assert "of 3 this page looked at numbers 1 to 2" in " ".join(first.split())
    assert [ref for ref in (flat, *loans) if f"{PAGE}/{ref}?" in first] == [flat, *loans[:2]]
    rest = dana.get(f"{PAGE}?after=L-2").text
    assert [ref for ref in (flat, *loans) if f"{PAGE}/{ref}?" in rest] == loans[2:]


@sqlite
def test_the_file_has_every_agreement_that_is_late(house, book, monkeypatch):
    adam = house.client("adam")
    page = adam.get(PAGE).text
    address = next(
        form for form in re.findall(r'action="([^"]+)"', page) if "/reports/delinquency.csv" in form
    ).replace("&amp;", "&")
    answer = adam.post(address, data=fields_of(page, address.replace("&", "&amp;")))
    head, *rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert (answer.status_code, head[0]) == (200, "Agreement")
    assert len(rows) == len(adam.get(PAGE).text.split(f'href="{PAGE}/')) - 1 + 1  # and the sums


@sqlite
def test_a_landlord_sees_their_own_tenants_without_telephone_numbers_and_notes(house, dana, book):
    from domain.actions import notes
    from domain.records.posts import Post
    from domain.records.posts import keep as keep_post
    from models import User

    flat = book["rental"]
    notes.write("agreement", flat, "Pays late on purpose.", "n-1", who=scope_of(house, "dana"), now=house.now)
    with transaction() as session:
        lena = session.scalars(sa.select(User).where(User.ref == house.user("lena"))).one()
        keep_post(session, lena, Post("landlord", None, properties=["mill-house"]), by="setup", now=house.now)
    page = house.client("lena").get(PAGE).text
    assert f"{PAGE}/{flat}?" in page
    assert f"{PAGE}/{book['lease_to_own']}?" not in page
    shown = house.client("lena").get(f"{PAGE}/{flat}").text
    for words in ("on purpose", ">Phone<"):
        assert words not in page + shown
    assert house.client("lena").get(f"{PAGE}/{book['lease_to_own']}").status_code == 404
