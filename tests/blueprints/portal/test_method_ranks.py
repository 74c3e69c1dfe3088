"""Names and ranks of ways to pay: the first is the primary, places are changed, planned payments are spoken of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select


@pytest.fixture
def bo(house):
    return house.client("bo")


def rows(app):
    from models import PaymentMethod, db

    with app.app_context():
        return {row.ref: row for row in db.session.scalars(select(PaymentMethod))}


def test_the_first_one_saved_is_the_primary_and_names_are_the_owners_own(bo, app, save_method) -> None:
    first, second = save_method("bo"), save_method("bo", "card")
    assert [rows(app)[ref].rank for ref in (first, second)] == ["primary", "other"]
    assert bo.post(f"/methods/{second}/name", data={"name": "  Holiday   card "}).status_code == 303
    page = bo.get("/methods").text
    assert "Holiday card" in page
    assert "Test Card ••4242" in page
    assert rows(app)[second].nickname == "Holiday card"


def test_a_name_that_is_too_long_stays_on_the_page_with_its_reason(bo, app, save_method) -> None:
    ref = save_method("bo")
    answer = bo.post(f"/methods/{ref}/name", data={"name": "x" * 41})
    assert answer.status_code == 422
    assert "Use at most 40 characters." in answer.text
    assert "x" * 41 in answer.text
    assert rows(app)[ref].nickname == ""


def test_primary_and_backup_change_places_and_the_owner_is_told(bo, app, save_method, mails) -> None:
    first, second, third = (save_method("bo", slug) for slug in ("bank", "card", "bank_second"))
    assert bo.post(f"/methods/{second}/rank", data={"rank": "backup"}).status_code == 303
    assert bo.post(f"/methods/{second}/rank", data={"rank": "primary"}).status_code == 303
    assert [rows(app)[ref].rank for ref in (first, second, third)] == ["backup", "primary", "other"]
    assert bo.post(f"/methods/{third}/rank", data={"rank": "primary"}).status_code == 303
    assert [rows(app)[ref].rank for ref in (first, second, third)] == ["backup", "other", "primary"]
    assert bo.post(f"/methods/{third}/rank", data={"rank": "best"}).status_code == 422
    told = [mail.data["what"]["msgid"] for mail in mails("security_alert")]
    assert told.count("%(label)s is now your primary way to pay.") == 2


def test_the_backup_takes_the_place_of_a_removed_primary(bo, app, save_method) -> None:
    first, second = save_method("bo"), save_method("bo", "card")
    bo.post(f"/methods/{second}/rank", data={"rank": "backup"})
    bo.post(f"/methods/{first}/remove")
    assert (rows(app)[first].rank, rows(app)[second].rank) == ("other", "primary")


@pytest.mark.parametrize("required", [["loan"], ["rental"], []])
def test_where_a_primary_is_required_it_is_replaced_and_not_removed(
    bo, app, open_agreement, save_method, required
) -> None:  # fmt: skip
    from domain.transaction import transaction
    from models import Business

    with transaction() as session:
        session.get(Business, 1).primary_required = required
    open_agreement("bo")
    first = save_method("bo")
    answer = bo.post(f"/methods/{first}/remove")
    neither = bo.post(f"/methods/{first}/rank", data={"rank": "other"})
    if required != ["loan"]:
        assert answer.status_code == 303
        return
    assert answer.status_code == neither.status_code == 409
    assert "it can be replaced but not removed" in answer.text
    assert bo.post(f"/methods/{first}/rank", data={"rank": "backup"}).status_code == 409
    assert rows(app)[first].rank == "primary"
    second = save_method("bo", "card")
    assert bo.post(f"/methods/{second}/rank", data={"rank": "primary"}).status_code == 303
    assert bo.post(f"/methods/{first}/remove").status_code == 303


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
def test_a_change_says_whether_it_catches_a_payment_that_is_planned(
    bo, open_agreement, save_method, pay
) -> None:  # fmt: skip
    from domain.actions.payment_limits import Wanted

    loan = open_agreement("bo")
    for day in (3, 20):
        pay("bo", loan, 10_000 + day, wanted=Wanted(on=datetime(2026, 3, day, tzinfo=UTC).date()))
    other = save_method("bo", "card")
    bo.post(f"/methods/{other}/rank", data={"rank": "primary"})
    page = bo.get("/methods").text
    assert "Your payment of $100.03 on 3 March 2026 is less than 2 days away" in page
    assert "Your payment of $100.20 planned for 20 March 2026 still comes from First Test Bank ••6789" in page


def test_why_a_stopped_one_cannot_be_used_and_what_to_do_is_said(bo, app, save_method) -> None:
    from domain.transaction import transaction
    from models import PaymentMethod

    ref = save_method("bo")
    with transaction() as session:
        session.query(PaymentMethod).filter_by(ref=ref).update({"stopped_code": "R02"})
    page = bo.get("/methods").text
    assert "Stopped" in page
    assert "closed" in page


def test_somebody_elses_way_to_pay_is_not_there(house, save_method) -> None:
    ref = save_method("bo")
    stan = house.client("stan")
    for what in ("name", "rank", "remove", "amounts"):
        assert stan.post(f"/methods/{ref}/{what}", data={"rank": "primary"}).status_code == 404, what
