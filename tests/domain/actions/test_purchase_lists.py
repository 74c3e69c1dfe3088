"""Purchases on credit lines from a list: checked first, posted once however often it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from domain.actions import purchase_lists
from domain.reports.book_check import check as verify
from domain.words import NotAllowed, Refused
from models import Agreement, Charge, db


def numbered(house, ref: str) -> str:
    with house.app.app_context():
        return db.session.scalars(select(Agreement.number).where(Agreement.ref == ref)).one()


def purchases(house) -> list[tuple[str, int]]:
    with house.app.app_context():
        rows = db.session.execute(
            select(Charge.name, Charge.amount_minor).where(Charge.type == "purchase").order_by(Charge.id)
        )
        return [tuple(row) for row in rows]


@pytest.fixture
def listed(house, open_line, clock, tmp_path: Path):
    number = numbered(house, open_line("bo", limit_minor=150_000))
    at = clock("dana")
    path = tmp_path / "till.csv"

    def write(*lines: str, headings: str = "agreement,day,what,amount") -> Path:
        path.write_text("\n".join((headings, *lines)).format(number=number, today=at["today"].isoformat()))
        return path

    return write, at


def test_each_line_is_posted_once_however_often_the_list_is_sent(house, listed) -> None:
    write, at = listed
    path = write("{number},{today},Tyres,412.50", "{number},{today},Oil,30", "{number},{today},Oil,30")
    with house.app.app_context():
        said = purchase_lists.check(path, **at)
        assert (said.read, len(said.fit), said.already, said.problems) == (3, 3, 0, [])
        assert purchases(house) == []
        assert len(purchase_lists.bring_in(path, **at).fit) == 3
        again = purchase_lists.bring_in(path, **at)
        assert (len(again.fit), again.already) == (0, 3)
        assert verify(db.session).differences == []
    assert purchases(house) == [("Tyres", 41_250), ("Oil", 3_000), ("Oil", 3_000)]


def test_what_cannot_be_posted_is_told_by_line_and_column_and_the_rest_goes_in(house, listed) -> None:
    write, at = listed
    path = write(
        "{number},{today},Tyres,412.50", "CR-0,{today},Nobody's,1", "{number},yesterday,Oil,30",
        "{number},{today},Oil,a lot", "{number},{today},A car,9000", "{number},{today},,5",
    )  # fmt: skip
    with house.app.app_context():
        said = purchase_lists.bring_in(path, **at)
    assert [(line, problem.column) for line, problem in said.problems] == [
        (3, "agreement"), (4, "day"), (5, "amount"), (6, "amount"), (7, "name"),
    ]  # fmt: skip
    assert purchases(house) == [("Tyres", 41_250)]


def test_a_limit_that_an_earlier_line_used_up_refuses_the_later_one(house, listed) -> None:
    write, at = listed
    path = write("{number},{today},Engine,1000", "{number},{today},Gearbox,600")
    with house.app.app_context():
        assert len(purchase_lists.check(path, **at).fit) == 2
        said = purchase_lists.bring_in(path, **at)
    assert [line for line, _ in said.problems] == [3]
    assert purchases(house) == [("Engine", 100_000)]


def test_a_list_without_its_columns_and_a_customer_are_refused(house, listed, clock) -> None:
    write, at = listed
    with house.app.app_context():
        with pytest.raises(Refused, match="what, amount"):
            purchase_lists.check(write("{number},{today}", headings="agreement,day"), **at)
        with pytest.raises(NotAllowed):
            purchase_lists.check(write("{number},{today},Oil,30"), **clock("bo"))


def test_a_list_that_would_keep_everybody_waiting_is_refused_before_any_of_it_is_tried(
    house, listed, monkeypatch
) -> None:
    write, at = listed
    lines = ["{number},{today},Oil,1"] * (purchase_lists.MOST_LINES + 1)
    monkeypatch.setattr(purchase_lists, "_purchase", lambda *_: pytest.fail("a line was tried"))
    with house.app.app_context(), pytest.raises(Refused, match="Split it"):
        purchase_lists.bring_in(write(*lines), **at)
