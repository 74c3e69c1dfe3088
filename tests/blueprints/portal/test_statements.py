"""The statements of a credit line: the list, one as it was issued, its paper and its reasons."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from tests.fixtures.agreements import clock_today
from tests.fixtures.four_kinds import buy, open_credit_for


def refs_of(house) -> list[str]:
    from models import Statement, db

    with house.app.app_context():
        return list(db.session.scalars(sa.select(Statement.ref).order_by(Statement.closing_on)))


def told(client, ref: str) -> str:
    """What the page of a statement says, without the tokens of its forms, which differ from one second to the next."""
    page = client.get(f"/statements/{ref}").text
    return re.sub(r'name="csrf_token"[^>]*>|content="[^"]*"', "", page)


@pytest.fixture
def line(house) -> str:
    return open_credit_for(house, "bo")


def test_the_list_names_every_statement_with_balance_and_minimum(house, line) -> None:
    page = house.client("bo").get(f"/agreements/{line}/statements").text
    for ref in refs_of(house):
        assert f'href="/statements/{ref}"' in page
        assert f'href="/statements/{ref}/statement.pdf"' in page
    assert "$500.00" in page
    assert "$25.00" in page  # 5 % of 500 is the floor


def test_before_the_first_close_the_list_says_what_will_be_there(house, open_agreement) -> None:
    ref = open_agreement("bo")
    assert "No statement yet" in house.client("bo").get(f"/agreements/{ref}/statements").text


def test_the_first_statement_is_told_as_it_was_issued(house, line) -> None:
    page = house.client("bo").get(f"/statements/{refs_of(house)[0]}").text
    for words in ("Winter tires", "$500.00", "$25.00", "the purchases of the next month bear no interest"):
        assert words in page


def test_what_is_bought_later_is_not_on_an_issued_statement(house, line) -> None:
    bo, ref = house.client("bo"), refs_of(house)[0]
    before = told(bo, ref)
    buy(house, line, clock_today(house), 3_000, "A lamp")
    assert told(bo, ref) == before
    assert "A lamp" in bo.get(f"/agreements/{line}/schedule").text


@pytest.mark.parametrize(
    "what", ["opening", "purchases", "payments", "interest", "fees", "closing", "minimum"]
)
def test_every_figure_has_its_reason_alone_and_as_a_page(house, line, what) -> None:
    bo = house.client("bo")
    for ref in refs_of(house):
        page = bo.get(f"/statements/{ref}/why/{what}")
        assert page.status_code == 200
        assert "How it comes about" in page.text
        part = bo.get(f"/statements/{ref}/why/{what}", headers={"HX-Request": "true"}).text
        assert "<html" not in part


def test_the_reason_for_the_interest_is_the_one_it_was_charged_by(house, line) -> None:
    page = house.client("bo").get(f"/statements/{refs_of(house)[1]}/why/interest").text
    assert "average daily balance" in page
    assert "23.99" in page
    assert "Interest charged" in page  # the entry in the journal


def test_the_paper_says_the_same(house, line) -> None:
    for ref in refs_of(house):
        answer = house.client("bo").get(f"/statements/{ref}/statement.pdf")
        assert answer.mimetype == "application/pdf"
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
        for words in (
            "Harbor Motors",
            "Bo Rivera",
            "Minimum payment",
            "Balance of this statement",
            "Test mode",
        ):
            assert words in text


def test_an_unknown_figure_and_an_unknown_statement_are_not_found(house, line) -> None:
    bo, ref = house.client("bo"), refs_of(house)[0]
    for path in (f"/statements/{ref}/why/nothing", f"/statements/{ref}/why/due", f"/statements/{'x' * 22}"):
        assert bo.get(path).status_code == 404


@pytest.mark.parametrize("path", ["", "/why/closing", "/statement.pdf"])
def test_a_stranger_finds_nothing(house, line, path) -> None:
    ref = refs_of(house)[0]
    assert house.client("bo").get(f"/statements/{ref}{path}").status_code == 200
    assert house.client("stan").get(f"/statements/{ref}{path}").status_code == 404
    assert house.client("stan").get(f"/agreements/{line}/statements").status_code == 404
