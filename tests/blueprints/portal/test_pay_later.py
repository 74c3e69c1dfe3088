"""Paying on a later day, on a processor's page, with a fee, and what the payer is asked to allow."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.rules.authorisations import text_hash
from domain.transaction import transaction
from models import Mandate, MethodRule, Payment, db
from tests.fixtures.forms import fields_of
from tests.fixtures.paying import first_step, last_step, payments_of, review

TODAY = date(2026, 3, 2)
pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def loan(open_agreement, save_method) -> str:
    save_method("bo")
    return open_agreement("bo", age_days=14)


def row(app) -> Payment:
    with app.app_context():
        return db.session.scalars(select(Payment)).one()


def later(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def test_a_payment_for_a_later_day_is_planned_and_nothing_moves(bo, app, loan) -> None:
    from gateways import registry

    page = review(bo, loan, choice="other", amount="100", on=later(9)).text
    assert "Wednesday, 11 March 2026" in page
    assert "Until it leaves you can change or cancel it." in page
    form = fields_of(page, f"/agreements/{loan}/payments") | {"agree": "y"}
    answers = [bo.post(f"/agreements/{loan}/payments", data=form) for _ in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    planned = row(app)
    assert (planned.state, planned.scheduled_on) == ("scheduled", TODAY + timedelta(days=9))
    assert list(registry.default().charges()) == []


def test_the_payoff_of_a_later_day_is_the_payoff_of_that_day(bo, app, loan, house) -> None:
    from domain.reports import agreements, payoffs
    from models import Agreement

    with app.app_context():
        view = agreements.view(db.session.scalars(select(Agreement)).one(), TODAY, "1")
        then = payoffs.payoff(view, TODAY + timedelta(days=20)).quote.total_minor
        now = payoffs.payoff(view, TODAY).quote.total_minor
    assert then > now
    bo.post(f"/agreements/{loan}/payments", data=last_step(bo, loan, choice="payoff", on=later(20)))
    assert row(app).amount_minor == then


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (later(-1), "This day has gone."),
        (later(367), "within a year"),
        ("31.12.2026", "Write the day as year-month-day"),
        ("2026-02-30", "Write the day as year-month-day"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_a_sentence_and_stays_on_the_form(
    bo, app, loan, on, words
) -> None:
    answer = review(bo, loan, choice="other", amount="100", on=on)
    assert answer.status_code == 422
    assert words in answer.text
    assert on in answer.text
    assert payments_of(app) == 0


def test_beside_a_day_that_cannot_be_the_amounts_are_those_of_today(bo, loan) -> None:
    today = bo.get(f"/agreements/{loan}/payments/new").text
    refused = review(bo, loan, choice="other", amount="100", on=later(700)).text
    amounts = [re.findall(r'class="money">([^<]+)<', page) for page in (today, refused)]
    assert amounts[0]
    assert set(amounts[1]) <= set(amounts[0])


def test_while_typing_the_effect_is_told_for_the_day(bo, loan) -> None:
    form = first_step(bo, loan, choice="payoff", on=later(5))
    part = bo.post(f"/agreements/{loan}/payments/preview", data=form, headers={"HX-Request": "true"})
    assert "On Saturday, 7 March 2026" in part.text


def test_a_card_nobody_saves_is_written_on_the_processors_page(bo, app, loan) -> None:
    form = last_step(bo, loan, choice="other", amount="100", method="hosted:sandbox")
    answers = [bo.post(f"/agreements/{loan}/payments", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert "/sandbox-processor/confirm/" in answers[0].headers["Location"]
    begun = row(app)
    assert (begun.state, begun.method_id, begun.gateway) == ("awaiting", None, "sandbox")


def test_on_the_processors_page_one_pays_today_only(bo, app, loan) -> None:
    answer = review(bo, loan, choice="other", amount="100", method="hosted:sandbox", on=later(3))
    assert answer.status_code == 422
    assert "you can only pay today" in answer.text
    assert payments_of(app) == 0


def test_the_permission_that_was_read_is_the_one_that_is_kept(bo, app, loan) -> None:
    page = review(bo, loan, choice="other", amount="100").text
    form = fields_of(page, f"/agreements/{loan}/payments") | {"agree": "y"}
    bo.post(f"/agreements/{loan}/payments", data=form)
    with app.app_context():
        kept = db.session.scalars(select(Mandate)).one()
        assert kept.text_hash == text_hash(kept.text) == form["shown"]
        assert kept.text.startswith("I allow Harbor Motors to take $100.00 from First Test Bank ••6789 once")
        assert all(paragraph in page for paragraph in kept.text.split("\n\n") if "“" not in paragraph)
        assert (kept.recurring, kept.scheme, kept.class_code) == (False, "ach", "WEB")
        assert db.session.scalars(select(Payment)).one().mandate_id == kept.id


def test_a_permission_that_nobody_read_is_asked_again(bo, app, loan) -> None:
    form = last_step(bo, loan, choice="other", amount="100") | {"shown": "0" * 64}
    answer = bo.post(f"/agreements/{loan}/payments", data=form)
    assert answer.status_code == 409
    assert "Please read it again." in answer.text
    assert payments_of(app) == 0


def test_what_each_way_comes_to_is_shown_before_one_is_chosen(bo, app, loan, save_method) -> None:
    # 1,200.00 at 3.49 % is 41.88, in all 1,241.88 (domain.rules.method_fees).
    for instrument in ("credit", "debit", "prepaid"):
        with transaction() as session:
            session.add(_rule(instrument))
    card = save_method("bo", "card")
    form = first_step(bo, loan, choice="other", amount="1200", method=card)
    part = bo.post(f"/agreements/{loan}/payments/preview", data=form, headers={"HX-Request": "true"}).text
    for amount in ("$41.88", "$1,241.88", "$1,200.00"):
        assert amount in part
    page = review(bo, loan, choice="other", amount="1200", method=card).text
    assert "Pay $1,241.88" in page
    form = fields_of(page, f"/agreements/{loan}/payments") | {"agree": "y"}
    changed = bo.post(f"/agreements/{loan}/payments", data=form | {"fee": "0"})
    assert changed.status_code == 422
    assert payments_of(app) == 0
    bo.post(f"/agreements/{loan}/payments", data=form)
    assert (row(app).amount_minor, row(app).fee_minor) == (120_000, 4_188)


def _rule(instrument: str) -> MethodRule:
    from datetime import UTC, datetime

    return MethodRule(
        instrument=instrument, agreement_kind="", accepted=True, from_on=TODAY,
        fee_percent=Decimal("3.49"), fee_fixed_minor=0, made_at=datetime(2026, 3, 2, tzinfo=UTC), made_by="setup",
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    ["1.234,50x", "-5", "1e3", "12345678901234567890", "ten", "१००", "0.001", "NaN", "$", "1 2 3,4,5.6"],
)
def test_amounts_in_every_disguise_are_refused_with_a_sentence(bo, app, loan, typed) -> None:
    answer = review(bo, loan, choice="other", amount=typed)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert payments_of(app) == 0
