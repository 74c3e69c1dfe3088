"""The desk shows today's picture: money in, who is behind, what failed, what needs a look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.actions import properties
from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.books import fill_books

PARTS = ("money", "book", "late", "trouble", "notices", "promises", "unmatched", "cards")


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


def test_who_has_houses_and_no_agreement_is_asked_to_let_them_and_not_for_a_book(house, dana):
    properties.add_property(properties.House("Elm"), by="setup", now=house.now)
    page = dana.get("/office/desk/widgets/book").text
    assert "one of your units" in page
    assert "Bring in the book" not in page


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
    paper = counter.Particulars(number="7")
    counter.take(ref, 4_403, "money_order", "check-1", paper=paper, who=who, today=today, now=now)
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


def test_of_a_book_with_many_loans_the_desk_says_which_it_looked_at(dana, open_agreement, monkeypatch):
    from domain.reports import delinquency

    monkeypatch.setattr(delinquency, "SMALL_BOOK", 1)
    monkeypatch.setattr(delinquency, "PART", 1)
    open_agreement("bo", age_days=90)
    open_agreement("bo", age_days=90)
    assert "loans and credit lines 1 to 1 of 2" in dana.get("/office/desk/widgets/late").text


def test_what_is_due_today_and_late_is_shown_by_its_step_and_each_step_opens_its_list(
    house, dana, open_agreement, clock
):
    from domain.actions import ladder
    from domain.rules.ladder import Rung

    told, fresh = open_agreement("bo", number="L-1", age_days=90), open_agreement("tess", number="L-2")
    adam = {"who": scope_of(house, "adam"), "today": clock_today(house), "now": house.now}
    ladder.add(Rung("First letter", "notice", 20), **adam)
    ladder.climb(today=clock_today(house), now=house.now)
    late = dana.get("/office/desk/widgets/late").text
    assert "$155.97" in late  # the second payment of L-2
    assert "due today on 1 agreement" in late
    assert "First letter" in late
    assert "No step yet" in late
    on_step = dana.get("/office/delinquency?what=First letter").text
    assert (f"/delinquency/{told}?" in on_step, f"/delinquency/{fresh}?" in on_step) == (True, False)
    none = dana.get("/office/delinquency?what=-").text
    assert (f"/delinquency/{told}?" in none, f"/delinquency/{fresh}?" in none) == (False, True)


def test_promises_unmatched_money_and_cards_that_end_wait_at_the_desk(
    house, dana, open_agreement, save_method, clock
):
    from domain.actions import promises
    from domain.actions.promises import Wish
    from domain.transaction import transaction
    from models import PaymentMethod

    ref, card, today = open_agreement("bo", number="L-1"), save_method("bo", "card"), clock_today(house)
    until = today + timedelta(days=3)
    promises.make(ref, Wish(30_000, until), "p-1", **clock("dana"), person_ref=house.person("bo"))
    with transaction() as session:
        session.query(PaymentMethod).filter_by(ref=card).one().expires = f"{today:%Y-%m}"
    page = dana.get("/office/desk/widgets/promises").text
    assert ">L-1<" in page
    assert "$300.00" in page
    assert "Bo Rivera" in dana.get("/office/desk/widgets/cards").text
    assert "Every movement on the account is explained" in dana.get("/office/desk/widgets/unmatched").text


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
