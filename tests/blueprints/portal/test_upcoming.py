"""What is coming, in one list: debits of autopay, planned payments, money on its way; changed in place."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.actions import autopay_announcing, autopay_run, run_decisions
from models import Autopay, AutopayDebit, Payment, db
from tests.blueprints.portal.autopays import switch_on
from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of
from tests.fixtures.paying import last_step

HTMX = {"HX-Request": "true"}
pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def loan(open_agreement) -> str:
    return open_agreement("bo", age_days=14, frequency="monthly", interest="period", day_count="30/360")


@pytest.fixture
def bank(save_method) -> str:
    return save_method("bo")


def plan(bo, loan: str, amount: str, on: str) -> str:
    form = last_step(bo, loan, choice="other", amount=amount, on=on)
    return bo.post(f"/agreements/{loan}/payments", data=form).headers["Location"].rpartition("/")[2]


def test_with_nothing_coming_it_says_how_to_begin(bo, loan) -> None:
    page = bo.get("/upcoming").text
    assert "Nothing is planned and nothing is on its way." in page
    assert "Set up autopay" in page


def test_autopay_planned_payments_and_money_on_its_way_stand_in_order(bo, loan, bank, pay) -> None:
    pay("bo", loan, 1_000)
    plan(bo, loan, "12.00", "2026-03-10")
    switch_on(bo, loan, bank, starts="2026-03-20")
    page = bo.get("/upcoming").text
    places = [page.index(words) for words in ("$10.00", "$12.00", "Skip this one")]
    assert places == sorted(places)
    for words in ("On its way", "Planned", "Autopay"):
        assert words in page


def test_a_debit_is_skipped_in_the_list_and_the_list_comes_back(app, bo, loan, bank) -> None:
    ref = switch_on(bo, loan, bank)
    with app.app_context():
        period = db.session.scalars(select(Autopay.next_period)).one()
    action = f"/autopay/{ref}/debits/{period}/skip"
    form = fields_of(bo.get("/upcoming").text, action)
    answer = bo.post(action, data=form, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="upcoming"')
    assert "You skip this one." in answer.text
    assert bo.post(action, data=form).headers["Location"] == "/upcoming"
    with app.app_context():
        assert [one.state for one in db.session.scalars(select(AutopayDebit))] == ["skipped"]


def test_a_planned_payment_is_changed_and_cancelled_in_the_list(app, bo, loan, bank) -> None:
    ref = plan(bo, loan, "12.00", "2026-03-10")
    address = f"/payments/{ref}/change"
    shown = bo.get(f"{address}?in=upcoming", headers=HTMX).text
    assert shown.lstrip().startswith('<section id="upcoming"')
    form = fields_of(shown, address) | {"agree": "y", "amount": "13.00"}
    assert form["in"] == "upcoming"
    wrong = bo.post(address, data=form | {"amount": "0"}, headers=HTMX)
    assert wrong.status_code == 422
    assert wrong.text.lstrip().startswith('<section id="upcoming"')
    done = bo.post(address, data=form, headers=HTMX)
    assert done.status_code == 200
    assert "$13.00" in done.text
    cancel = f"/payments/{ref}/cancel"
    gone = bo.post(cancel, data=fields_of(done.text, cancel), headers=HTMX)
    assert "$13.00" not in gone.text
    with app.app_context():
        assert db.session.scalars(select(Payment.state)).one() == "cancelled"


def test_a_payment_of_ones_own_takes_the_debit_away_and_the_list_says_so(house, bo, loan, bank, pay) -> None:
    from domain.reports import agreements
    from tests.fixtures.agreements import clock_today, scope_of

    switch_on(bo, loan, bank)
    with house.app.app_context():
        due = agreements.views(scope_of(house, "bo"), clock_today(house))[0].due.now_minor
    assert due
    assert "Covered by what you paid yourself" not in bo.get("/upcoming").text
    pay("bo", loan, due - 500)
    page = bo.get("/upcoming").text
    assert "$5.00" in page
    assert "money on its way" in page
    pay("bo", loan, 500)
    assert "Covered by what you paid yourself" in bo.get("/upcoming").text


def test_nobody_sees_what_is_coming_of_somebody_else(house, bo, loan, bank) -> None:
    switch_on(bo, loan, bank)
    page = house.client("stan").get("/upcoming").text
    assert "Nothing is planned" in page


def test_three_debits_are_shown_with_how_many_there_are_and_all_when_asked_for(bo, loan, bank) -> None:
    ref = switch_on(bo, loan, bank)
    few = bo.get("/upcoming").text
    assert few.count('/skip"') == 2 * 3
    assert "3 of 12 are shown" in few
    assert "/upcoming?more=1" in few
    whole = bo.get("/upcoming?more=1").text
    assert whole.count('/skip"') == 2 * 12
    assert "Show fewer" in whole
    action = next(part for part in whole.split('"') if part.startswith(f"/autopay/{ref}/debits/"))
    form = fields_of(whole, action)
    assert bo.post(action, data=form, headers=HTMX).text.count('/skip"') == 2 * 11
    assert bo.post(action, data=form).headers["Location"] == "/upcoming?more=1"


def test_a_debit_that_staff_hold_back_is_said_to_be_held_before_its_day_and_while_it_waits(
    app, house, bo, loan, bank
) -> None:
    ref = switch_on(bo, loan, bank)
    with app.app_context():
        row = db.session.scalars(select(Autopay)).one()
        period, on = row.next_period, row.next_send_on
    wish = run_decisions.Wish(f"debit:{ref}:{period}", "hold", "the odometer is being checked")
    run_decisions.decide(wish, "one", who=scope_of(house, "dana"), today=on, now=house.now)
    words = "nothing is taken for now, and no late fee comes of it"
    for page in ("/upcoming", f"/autopay/{ref}", "/dashboard/widgets/upcoming"):
        assert bo.get(page).text.count(words) >= 1, page
    autopay_announcing.announce(today=on, now=house.now)
    assert autopay_run.begin_due(today=on, now=house.now).held == 1
    assert bo.get("/upcoming").text.count(words) == 1
    assert "Autopay takes nothing on" in bo.get(f"/agreements/{loan}/payments/new").text
