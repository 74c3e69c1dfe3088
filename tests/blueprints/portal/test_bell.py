"""The bell: its count on every page, the list behind it, what is read; looking at it keeps nobody signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.records import notices
from domain.transaction import transaction
from models import BellNotice, SignIn, db
from tests.fixtures.agreements import scope_of


def ring(house, who: str, count: int, path: str = "/payments") -> None:
    with transaction() as session:
        for number in range(count):
            notices.tell(
                session, "fee_posted", scope_of(house, who).person_id, dedupe_key=f"fee-{who}-{number}", path=path,
                data={"amount_minor": 100 + number, "currency": "USD", "agreement_number": "L-1"},
                now=house.now + timedelta(minutes=number),
            )  # fmt: skip


def refs(house) -> list[tuple[str, bool]]:
    with house.app.app_context():
        rows = db.session.scalars(select(BellNotice).order_by(BellNotice.id))
        return [(row.ref, row.read_at is not None) for row in rows]


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "Notices, all read"), (1, "Notices, 1 not read"), (120, ">99+<")]
)
def test_every_page_of_the_customer_shows_the_count(house, bo, count, shown):
    ring(house, "bo", count)
    for path in ("/dashboard", "/alerts", "/profile", "/account"):
        assert shown in bo.get(path).text, path
    assert "Notices, all read" in house.client("stan").get("/dashboard").text


def test_nobody_else_has_a_bell(house, client):
    assert 'id="bell"' not in client.get("/").text
    assert 'id="bell"' not in house.client("dana").get("/office").text
    assert 'id="bell"' not in house.client("dana").get("/account").text


def test_the_list_is_read_page_by_page_newest_first(house, bo):
    ring(house, "bo", 45)
    first, last = bo.get("/alerts/bell").text, bo.get("/alerts/bell?page=3").text
    assert first.index("$1.44") < first.index("$1.43") < first.index("$1.25")
    assert "$1.24" not in first
    assert "$1.04" in last
    assert "$1.05" not in last
    assert "Page 3 of 3" in last
    for odd in ("0", "-1", "x", "99999", "9" * 30, "²"):
        assert bo.get("/alerts/bell", query_string={"page": odd}).status_code == 200


def test_a_line_is_read_by_opening_it_and_leads_to_its_page(house, bo):
    ring(house, "bo", 2)
    (first, _), (second, _) = refs(house)
    answer = bo.get(f"/alerts/bell/{first}")
    assert (answer.status_code, answer.location) == (303, "/payments")
    assert refs(house) == [(first, True), (second, False)]
    assert "Notices, 1 not read" in bo.get("/dashboard").text
    bo.post("/alerts/bell")
    assert "Notices, all read" in bo.get("/dashboard").text


@pytest.mark.parametrize("path", ["//evil.test/", "https://evil.test/", ""])
def test_a_line_never_leads_away_from_here(house, bo, path):
    ring(house, "bo", 1, path)
    assert bo.get(f"/alerts/bell/{refs(house)[0][0]}").location == "/alerts/bell"


def test_another_ones_line_is_not_there_and_stays_unread(house, bo):
    ring(house, "tess", 1)
    ref = refs(house)[0][0]
    assert bo.get(f"/alerts/bell/{ref}").status_code == 404
    bo.post("/alerts/bell")
    assert refs(house) == [(ref, False)]


def test_the_count_renews_itself_and_is_a_link_without_scripts(house, bo):
    ring(house, "bo", 3)
    asked = bo.get("/alerts/widgets/bell", headers={"HX-Request": "true"})
    assert asked.text.strip().startswith('<span id="bell"')
    assert "3 not read" in asked.text
    assert "$1.02" in bo.get("/alerts/widgets/bell").text


def test_the_first_page_shows_the_last_three(house, bo):
    ring(house, "bo", 5)
    asked = bo.get("/alerts/widgets/latest", headers={"HX-Request": "true"}).text
    assert asked.strip().startswith('<section id="latest"')
    assert [amount in asked for amount in ("$1.04", "$1.03", "$1.02", "$1.01")] == [True, True, True, False]
    assert "will be listed here" in house.client("stan").get(
        "/alerts/widgets/latest", headers={"HX-Request": "true"}
    ).text  # fmt: skip


@pytest.mark.safety("S5")
def test_an_open_page_that_asks_for_its_count_keeps_nobody_signed_in(house, bo):
    with transaction() as session:
        session.execute(update(SignIn).values(last_used_at=house.now - timedelta(minutes=5)))

    def last_used() -> list:
        with house.app.app_context():
            return list(db.session.scalars(select(SignIn.last_used_at)))

    before = last_used()
    bo.get("/alerts/widgets/bell", headers={"HX-Request": "true"})
    assert last_used() == before
    bo.get("/alerts/bell")
    assert last_used() != before


def test_with_nothing_there_the_page_says_what_will_be(bo):
    assert "Nothing has happened yet" in bo.get("/alerts/bell").text
