"""What ends an agreement on a day: the page, its table of days, the letter; for each kind in its own words."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from tests.fixtures.agreements import clock_today
from tests.fixtures.four_kinds import open_credit_for, open_lease_for, open_rental_for


@pytest.fixture
def bo(house):
    return house.client("bo")


def view_of(house, ref: str):
    from domain.reports import agreements
    from models import Agreement, db

    row = db.session.query(Agreement).filter_by(ref=ref).one()
    return agreements.view(row, clock_today(house))


def test_a_loan_tells_its_payoff_of_today_part_by_part_and_leads_on_to_pay_it(
    bo, open_agreement, save_method
) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    page = bo.get(f"/agreements/{ref}/payoff").text
    for words in ("$9,144.99", "$9,000.00", "$144.99", "Each day later", "Good through", "Day by day"):
        assert words in page
    form = bo.get(f"/agreements/{ref}/payments/new?amount=914499").text
    assert f'href="/agreements/{ref}/payments/new?amount=914499"' in page
    assert re.search(r'<input checked[^>]*name="choice"[^>]*value="payoff"', form)


def test_the_table_has_thirty_days_and_each_leads_to_its_own_reason(house, bo, open_agreement) -> None:
    ref = open_agreement("bo")
    page = bo.get(f"/agreements/{ref}/payoff").text
    days = [clock_today(house) + timedelta(days=number) for number in range(31)]
    assert all(f"payoff?on={day}#reason" in page for day in days[:30])
    assert f"payoff?on={days[30]}#reason" not in page


def test_another_day_is_told_alone_where_scripts_ask(house, bo, open_agreement) -> None:
    ref = open_agreement("bo")
    on = clock_today(house) + timedelta(days=10)
    with house.app.app_context():
        view = view_of(house, ref)
        total = view.kind.close(view.terms, view.position, on).total_minor
    part = bo.get(f"/agreements/{ref}/payoff?on={on}", headers={"HX-Request": "true"}).text
    assert f"${total // 100:,}.{total % 100:02d}" in part
    assert "<html" not in part
    assert "payments/new?amount" not in part, "only today's amount can be paid today"


@pytest.mark.parametrize("on", ["1999-01-01", "2999-01-01", "soon"])
def test_a_day_that_cannot_be_asked_for_is_refused_at_its_field(bo, open_agreement, on) -> None:
    ref = open_agreement("bo")
    answer = bo.get(f"/agreements/{ref}/payoff?on={on}")
    assert answer.status_code == 422
    assert 'id="on-error"' in answer.text
    assert bo.get(f"/agreements/{ref}/payoff/letter.pdf?on={on}").status_code == 303


def test_the_letter_says_who_what_how_much_until_when_and_how_to_pay(house, bo, open_agreement) -> None:
    ref = open_agreement("bo", number="L-777")
    answer = bo.get(f"/agreements/{ref}/payoff/letter.pdf")
    assert answer.mimetype == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    for words in (
        "Payoff letter",
        "L-777",
        "$9,144.99",
        "Good through",
        "Each day after that",
        "How to pay",
        "Bo",
    ):
        assert words in text
    assert bo.get(f"/agreements/{ref}/payoff/letter.pdf").data == answer.data


def test_a_lease_tells_what_buys_it_and_a_rental_what_moving_out_leaves_owed(house, bo) -> None:
    lease, rental = open_lease_for(house, "bo"), open_rental_for(house, "bo")
    page = bo.get(f"/agreements/{lease}/payoff").text
    assert "What makes it yours on a day" in page
    assert "Pay this amount" in page
    moving = bo.get(f"/agreements/{rental}/payoff").text
    assert "If you move out" in moving
    assert "Statement of account" in moving
    assert "Pay this amount" not in moving
    for ref in (lease, rental):
        assert bo.get(f"/agreements/{ref}/payoff/letter.pdf").data.startswith(b"%PDF")


def test_a_credit_line_has_no_such_page_and_no_link_to_it(house, bo) -> None:
    ref = open_credit_for(house, "bo")
    assert bo.get(f"/agreements/{ref}/payoff").status_code == 404
    assert "/payoff" not in bo.get(f"/agreements/{ref}/schedule").text


def test_a_stranger_finds_neither_page_nor_letter(house, open_agreement) -> None:
    ref, stan = open_agreement("bo"), house.client("stan")
    for path in ("payoff", "payoff/letter.pdf"):
        assert stan.get(f"/agreements/{ref}/{path}").status_code == 404


def test_money_on_its_way_is_said_and_taken_off_what_is_offered_to_pay(bo, open_agreement, pay) -> None:
    ref = open_agreement("bo")
    pay("bo", ref, 15597)
    page = bo.get(f"/agreements/{ref}/payoff").text
    assert "$155.97 is on its way and not counted here yet." in page
    assert f"payments/new?amount={914499 - 15597}" in page
