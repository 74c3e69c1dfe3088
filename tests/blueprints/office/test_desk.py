"""The desk shows today's picture: money in, who is behind, what failed, what needs a look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.books import fill_books

PARTS = ("money", "book", "late", "trouble", "notices")


@pytest.fixture
def dana(house):
    return house.client("dana")


def test_an_empty_business_has_a_desk_that_says_what_will_be_there(dana):
    page = dana.get("/office")
    assert page.status_code == 200
    assert "Take a payment" in page.text
    assert 'href="/office/agreements/new"' in page.text
    assert "There are no agreements yet" in dana.get("/office/desk/widgets/book").text
    assert "Nothing needs a look" in dana.get("/office/desk/widgets/notices").text


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_a_fragment_for_htmx_and_a_page_without_scripts(dana, part):
    alone = dana.get(f"/office/desk/widgets/{part}", headers={"HX-Request": "true"})
    assert alone.text.lstrip().startswith(f'<section id="{part}"')
    assert "<h1" in dana.get(f"/office/desk/widgets/{part}").text
    assert dana.get("/office/desk/widgets/other").status_code == 404


def test_money_taken_today_is_counted(house, dana, open_agreement):
    from domain.actions import counter

    ref = open_agreement("bo")
    who, today, now = scope_of(house, "dana"), clock_today(house), datetime.now(UTC)
    counter.take(ref, 15_597, "cash", "cash-1", who=who, today=today, now=now)
    counter.take(ref, 4_403, "check", "check-1", who=who, today=today, now=now)
    page = dana.get("/office/desk/widgets/money").text
    assert page.count("$200.00") == 2  # today, and the week with it
    assert "2 payments" in page


def test_money_that_went_back_is_not_counted(app, house):
    from domain.reports.desk import money_in

    fill_books(house)  # 155.97 in cash, 311.94 by card, and 200.00 that the bank sent back
    with app.app_context():
        seen = money_in(scope_of(house, "dana"), clock_today(house) + timedelta(days=6))
    assert seen.week == [("USD", 2, 15_597 + 31_194)]


def test_a_returned_payment_and_who_is_behind_are_listed(house, dana, open_agreement):
    books = fill_books(house)
    assert f"/office/payments/{books.returned}" in dana.get("/office/desk/widgets/trouble").text
    open_agreement("tess", number="L-90", age_days=90)
    late = dana.get("/office/desk/widgets/late").text
    assert ">L-90<" in late
    assert "days" in late


def test_a_book_too_large_to_look_through_is_said_to_be_so(dana, open_agreement, monkeypatch):
    from domain.reports import past_due

    monkeypatch.setattr(past_due, "SMALL_BOOK", 1)
    open_agreement("bo", age_days=90)
    open_agreement("bo", age_days=90)
    page = dana.get("/office/desk/widgets/late").text
    assert "2 active agreements are too many" in page
    assert "Open the past-due list" in page


def test_an_event_that_does_not_fit_and_a_mail_nobody_got_need_a_look(house, dana):
    from domain.actions.payments import Event, Mismatch, settle
    from domain.transaction import transaction
    from models import Outbox

    books = fill_books(house)
    today, now = clock_today(house), datetime.now(UTC)
    with pytest.raises(Mismatch):
        settle(
            books.card, Event("settled", today, amount_minor=1), by="gateway:sandbox", today=today, now=now
        )
    with transaction() as session:
        mail = session.query(Outbox).first()
        mail.state, mail.last_error = "dead", "550 no such user"
    page = dana.get("/office/desk/widgets/notices").text
    assert "named another amount" in page
    assert f"/office/payments/{books.card}" in page
    assert "1 mail could not be sent" in page
    assert "550 no such user" in page


def test_the_book_adds_up_to_the_balances_of_its_agreements(app, house):
    from domain.records.position import balances_of
    from domain.reports.book_totals import book_totals
    from models import Agreement, db

    fill_books(house)
    with app.app_context():
        (owed,) = book_totals(scope_of(house, "dana")).owed
        accounts = ("loan_principal", "loan_interest", "fees_receivable", "customer_credit")
        each = [balances_of(db.session, agreement.id) for agreement in db.session.query(Agreement)]
        assert owed.total_minor == sum(kept.get(account, 0) for kept in each for account in accounts)


def test_the_desk_costs_the_same_statements_however_long_the_history(
    house, dana, count_statements, open_agreement
):
    fill_books(house)
    for address in ["/office", *(f"/office/desk/widgets/{part}" for part in PARTS)]:
        dana.get(address)
        with count_statements() as before:
            dana.get(address)
        for _ in range(3):
            open_agreement("tess", age_days=60)
        with count_statements() as after:
            dana.get(address)
        assert len(after) == len(before), address


def test_a_landlord_sees_a_desk_of_their_own_and_none_of_the_business(house, open_agreement):
    open_agreement("bo", number="L-1")
    lena = house.client("lena")
    page = lena.get("/office")
    assert page.status_code == 200
    assert "Show my properties" in page.text
    for part in PARTS:
        assert lena.get(f"/office/desk/widgets/{part}").status_code == 403
