"""The wizard of autopay: what, when, from where; the next debits; the text, accepted as it was shown."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Autopay, Mandate, db
from tests.blueprints.portal.autopays import accept, check_address, last_step

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


def contracts(app) -> list[Autopay]:
    with app.app_context():
        return list(db.session.scalars(select(Autopay)))


def test_each_step_keeps_what_the_others_asked_for(bo, loan, bank) -> None:
    page = bo.get(f"/agreements/{loan}/autopay/new").text
    assert "Step 1 of 4." in page
    page = bo.get(f"/agreements/{loan}/autopay/new?rule=due&limit=300&above=skip&step=days").text
    assert 'name="limit" value="300"' in page
    assert "Step 2 of 4." in page


def test_the_next_twelve_debits_are_seen_before_anything_is_accepted(app, bo, loan, bank) -> None:
    page = bo.get(check_address(loan, bank)).text
    assert page.count('data-label="Taken on"') == 12
    assert "I allow Harbor Motors to take all that is due" in page
    assert contracts(app) == []


def test_accepting_keeps_the_text_that_was_shown_and_mails_a_copy(app, bo, loan, bank, mails) -> None:
    answer = accept(bo, check_address(loan, bank, limit="300", above="pay_limit"))
    assert answer.status_code == 303
    (row,) = contracts(app)
    assert (row.state, row.limit_minor, row.above_limit) == ("active", 30_000, "pay_limit")
    with app.app_context():
        kept = db.session.scalars(select(Mandate)).one()
    assert kept.recurring
    assert "It is at most $300.00 each time" in kept.text
    page = bo.get(answer.headers["Location"]).text
    assert "Next debit" in page
    assert "Autopay is on" in page


def test_the_same_form_sent_twice_sets_it_up_once(app, bo, loan, bank) -> None:
    action, form = last_step(bo, check_address(loan, bank))
    for _ in range(2):
        assert bo.post(action, data=form).status_code == 303
    assert len(contracts(app)) == 1


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"rule": "fixed"}, "Enter an amount above zero."),
        ({"rule": "fixed", "amount": "-5"}, ""),
        ({"rule": "fixed", "amount": "200", "limit": "100"}, "below the fixed amount"),
        ({"rule": "minimum"}, "Not a valid choice"),
        ({"limit": "much"}, ""),
        ({"cadence": "weekly"}, "Choose the day of the first debit."),
        ({"cadence": "semimonthly", "anchor": "2026-03-05", "second": "40"}, "from 1 to 31"),
        ({"before": "40"}, "from 0 to 28"),
        ({"starts": "2026-03-01"}, ""),
        ({"ends": "2026-01-01"}, "before autopay begins"),
        ({"method": "somebody-elses"}, "Not a valid choice"),
        ({"low": "300", "high": "100"}, "below the amount in"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(app, bo, loan, bank, wishes, words) -> None:
    page = bo.get(check_address(loan, bank, **wishes))
    if wishes.get("starts"):
        assert page.status_code == 200  # a day that has gone means: at once
        return
    assert page.status_code == 422
    assert words in page.text
    assert contracts(app) == []


def test_without_the_tick_nothing_is_kept(app, bo, loan, bank) -> None:
    answer = accept(bo, check_address(loan, bank), agree="")
    assert answer.status_code == 422
    assert "Tick the box to allow autopay." in answer.text
    assert contracts(app) == []


def test_a_text_that_nobody_has_read_is_not_accepted(app, bo, loan, bank) -> None:
    answer = accept(bo, check_address(loan, bank), shown="0" * 64)
    assert answer.status_code == 409
    assert contracts(app) == []


def test_a_stranger_sees_nothing_of_it(house, loan, bank) -> None:
    stan = house.client("stan")
    assert stan.get(check_address(loan, bank)).status_code == 404
    assert stan.get(f"/agreements/{loan}/autopay").status_code == 404


def test_a_change_is_accepted_anew_and_says_what_it_means_for_a_near_debit(app, bo, loan, bank) -> None:
    accept(bo, check_address(loan, bank))
    page = bo.get(f"/agreements/{loan}/autopay/new").text
    assert "Change autopay" in page
    assert accept(bo, check_address(loan, bank, rule="due_plus", amount="25")).status_code == 303
    (row,) = contracts(app)
    assert (row.amount_rule, row.amount_minor) == ("due_plus", 2_500)
    with app.app_context():
        assert len(db.session.scalars(select(Mandate)).all()) == 2


def test_the_preview_follows_the_form(bo, loan, bank) -> None:
    htmx = {"HX-Request": "true"}
    address = f"/agreements/{loan}/autopay/preview?rule=fixed&amount=50&cadence=due&method={bank}"
    answer = bo.get(address, headers=htmx)
    assert "<html" not in answer.text
    assert "$50.00" in answer.text
    wrong = bo.get(address.replace("50", "x"), headers=htmx)
    assert wrong.status_code == 422
    assert bo.get(address).text.count("<h1") == 1


def test_the_day_of_the_first_debit_is_named(bo, loan, bank) -> None:
    assert "Monday, 2 March 2026" in bo.get(check_address(loan, bank)).text
