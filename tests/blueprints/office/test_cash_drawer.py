"""Dana counts the drawer: piece by piece, compared before it is kept, and a difference needs its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.forms import fields_of


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def cash(house, open_agreement):
    """`cash(20_00)` lies in the drawer, taken by Dana."""
    from domain.actions import counter

    ref = open_agreement("bo")

    def take(minor: int, instrument: str = "cash", made: str = "") -> str:
        return counter.take(
            ref, minor, instrument, made or f"{instrument}-{minor}", who=scope_of(house, "dana"), now=datetime.now(UTC),
            today=clock_today(house), paper=counter.Particulars(number="1042", last4="4242"),
        )  # fmt: skip

    return take


def reviewed(dana, **pieces: str):
    form = fields_of(dana.get("/office/drawer/counts/new").text, "/office/drawer/counts/review")
    return dana.get("/office/drawer/counts/review", query_string=form | pieces)


def counts(app) -> list[tuple[int, int, str]]:
    from models import DrawerCount, db

    with app.app_context():
        rows = db.session.query(DrawerCount).order_by(DrawerCount.id).all()
        return [(row.counted_minor, row.expected_minor, row.note) for row in rows]


def test_a_drawer_that_agrees_is_kept_without_a_word(app, dana, cash) -> None:
    cash(4_000)
    review = reviewed(dana, p2000="2")
    assert "The drawer agrees." in review.text
    assert counts(app) == []
    sent = fields_of(review.text, "/office/drawer/counts")
    for _ in range(2):
        assert dana.post("/office/drawer/counts", data=sent).status_code == 303
    assert counts(app) == [(4_000, 4_000, "")]
    page = dana.get("/office/drawer").text
    assert "Counted last" in page
    assert "$40.00" in page


def test_a_difference_asks_why_and_is_shown_with_its_reason(app, dana, cash) -> None:
    cash(4_000)
    review = reviewed(dana, p2000="1", p25="3")
    assert "$19.25 is missing" in review.text
    sent = fields_of(review.text, "/office/drawer/counts")
    answer = dana.post("/office/drawer/counts", data=sent)
    assert answer.status_code == 422
    assert "Say why there is a difference" in answer.text
    assert counts(app) == []
    again = fields_of(answer.text, "/office/drawer/counts") | {"note": "nobody knows"}
    assert dana.post("/office/drawer/counts", data=again).status_code == 303
    assert counts(app) == [(2_075, 4_000, "nobody knows")]
    assert "nobody knows" in dana.get("/office/drawer").text


def test_cash_that_came_meanwhile_shows_the_comparison_anew(app, dana, cash) -> None:
    cash(4_000)
    sent = fields_of(reviewed(dana, p2000="2").text, "/office/drawer/counts")
    cash(1_000)
    answer = dana.post("/office/drawer/counts", data=sent)
    assert answer.status_code == 409
    assert "The figures have changed" in answer.text
    assert "$10.00 is missing" in answer.text
    assert counts(app) == []
    again = fields_of(answer.text, "/office/drawer/counts") | {"note": "taken to the safe"}
    assert dana.post("/office/drawer/counts", data=again).status_code == 303


@pytest.mark.parametrize(("pieces", "words"), [
    ({"p2000": "-1"}, "0 or more"), ({"p2000": "two"}, "whole number"), ({"p2000": "9" * 30}, "whole number"),
    ({"p1": "100001"}, "0 or more"), ({"form_ref": "made-up"}, "out of date"),
])  # fmt: skip
def test_a_count_that_cannot_be_is_refused_and_keeps_what_was_typed(app, dana, pieces, words) -> None:
    answer = reviewed(dana, p500="7", **pieces)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="7"' in answer.text
    assert counts(app) == []


@pytest.mark.parametrize("change", [
    {"pieces": "x"}, {"pieces": "2500:1"}, {"seen_minor": "x"}, {"form_ref": "y"}, {"currency": "EUR"},
    {"note": "n" * 301},
])  # fmt: skip
def test_a_comparison_changed_on_its_way_keeps_nothing(app, dana, cash, change) -> None:
    cash(4_000)
    sent = fields_of(reviewed(dana, p2000="2").text, "/office/drawer/counts")
    assert dana.post("/office/drawer/counts", data=sent | change).status_code == 422
    assert counts(app) == []


def test_a_clerk_sees_their_own_counts_and_the_bank_duty_all(app, house, dana, cash) -> None:
    from domain.transaction import transaction
    from models import User

    cash(4_000)
    sent = fields_of(reviewed(dana, p2000="1").text, "/office/drawer/counts") | {"note": "Dana's reason"}
    dana.post("/office/drawer/counts", data=sent)
    adam = house.client("adam")
    assert "Dana&#39;s reason" in adam.get("/office/drawer").text
    with transaction() as session:
        session.query(User).filter_by(ref=house.user("dana")).one().duties = ["collect"]
    assert "Dana&#39;s reason" in dana.get("/office/drawer").text
    assert "Your counts" in dana.get("/office/drawer").text
