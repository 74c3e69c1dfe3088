"""My permissions: read as they were accepted, mailed, ended; nobody else's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.actions.payment_limits import Wanted
from domain.records.mandates import Accepted

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
GIVEN = Accepted(
    scheme="ach", text="I allow Harbor Motors to take $100.00 once.\n\nThe account is mine.", version="2026-11",
    class_code="WEB", device="Firefox · Android", address="203.0.113.9",
)  # fmt: skip


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def given(app, open_agreement, pay) -> str:
    """The ref of Bo's permission, under which a payment is planned."""
    from models import Mandate, db

    pay(
        "bo",
        open_agreement("bo"),
        10_000,
        wanted=Wanted(permission=GIVEN, on=date(2026, 3, 2) + timedelta(days=9)),
    )
    with app.app_context():
        return db.session.query(Mandate).one().ref


def test_without_any_the_page_says_what_will_stand_there(bo) -> None:
    assert "No permission yet" in bo.get("/permissions").text


def test_a_permission_is_shown_word_for_word_with_when_and_from_where(bo, given) -> None:
    page = bo.get("/permissions").text
    assert "US bank debit, for one payment" in page
    assert "1 planned payment rests on it" in page
    page = bo.get(f"/permissions/{given}").text
    for words in (
        "I allow Harbor Motors to take $100.00 once.",
        "The account is mine.",
        "Firefox · Android",
        "203.0.113.9",
    ):
        assert words in page, words
    from domain.rules.authorisations import text_hash

    assert text_hash(GIVEN.text) in page


def test_ending_asks_first_and_cancels_what_is_planned(bo, given) -> None:
    assert "1 planned payment is cancelled with it." in bo.get(f"/permissions/{given}/end").text
    for _ in range(2):
        assert bo.post(f"/permissions/{given}/end").headers["Location"] == f"/permissions/{given}"
    page = bo.get(f"/permissions/{given}").text
    assert "It ended on" in page
    assert f"/permissions/{given}/end" not in page


def test_a_copy_comes_by_mail(bo, given, mails) -> None:
    assert bo.post(f"/permissions/{given}/copy").status_code == 303
    assert [mail.data["permission_ref"] for mail in mails("permission")] == [given]


def test_somebody_elses_is_not_there(house, given) -> None:
    stan = house.client("stan")
    for what in ("", "/end"):
        assert stan.get(f"/permissions/{given}{what}").status_code == 404
    for what in ("/end", "/copy"):
        assert stan.post(f"/permissions/{given}{what}").status_code == 404


def test_a_permission_that_was_used_says_so_and_is_not_offered_to_be_ended(
    bo, open_agreement, pay, app
) -> None:
    from models import Mandate, db

    pay("bo", open_agreement("bo"), 10_000, wanted=Wanted(permission=GIVEN))
    page = bo.get("/permissions").text
    assert "Used" in page
    assert "$100.00" in page
    with app.app_context():
        ref = db.session.query(Mandate).one().ref
    page = bo.get(f"/permissions/{ref}").text
    assert "Nothing more is taken under it." in page
    assert f"/permissions/{ref}/end" not in page
