"""The page of one autopay contract: what is ahead, and everything that can be done about it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from domain.transaction import transaction
from models import Autopay, AutopayDebit, PaymentMethod, db
from tests.blueprints.portal.autopays import accept, check_address, switch_on
from tests.fixtures.forms import fields_of

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


@pytest.fixture
def autopay(bo, loan, bank) -> str:
    return switch_on(bo, loan, bank)


def row(app) -> Autopay:
    with app.app_context():
        return db.session.scalars(select(Autopay).order_by(Autopay.id.desc())).first()


def press(client, ref: str, action: str, page: str = "", **values: str):
    """Press the button of the form that leads to `action`, as the page shows it."""
    shown = client.get(page or f"/autopay/{ref}").text
    return client.post(action, data=fields_of(shown, action) | values)


def states(app) -> list[tuple[str, str]]:
    with app.app_context():
        return [(one.period, one.state) for one in db.session.scalars(select(AutopayDebit))]


def test_off_it_says_what_it_would_do_and_how_to_begin(bo, loan) -> None:
    page = bo.get(f"/agreements/{loan}/autopay").text
    assert "Autopay is off" in page
    assert f"/agreements/{loan}/autopay/new" in page


def test_on_it_says_the_next_debit_and_what_it_rests_on(bo, loan, autopay) -> None:
    assert bo.get(f"/agreements/{loan}/autopay").headers["Location"] == f"/autopay/{autopay}"
    page = bo.get(f"/autopay/{autopay}").text
    for words in (
        "Next debit",
        "All that is due",
        "The permission you gave on 2 March 2026",
        "Skip this one",
    ):
        assert words in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "in place"])
def test_one_debit_is_left_out_and_taken_after_all(app, bo, autopay, headers) -> None:
    period = row(app).next_period
    base = f"/autopay/{autopay}/debits/{period}"
    form = fields_of(bo.get(f"/autopay/{autopay}").text, f"{base}/skip")
    answer = bo.post(f"{base}/skip", data=form, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    assert states(app) == [(period, "skipped")]
    shown = answer.text if headers else bo.get(f"/autopay/{autopay}").text
    assert "You skip this one." in shown
    assert bo.post(f"{base}/unskip", data=form, headers=headers).status_code == answer.status_code
    assert states(app) == [(period, "planned")]


def test_a_period_that_does_not_come_is_refused(app, bo, autopay) -> None:
    page = bo.get(f"/autopay/{autopay}").text
    form = fields_of(page, f"/autopay/{autopay}/debits/{row(app).next_period}/skip")
    answer = bo.post(f"/autopay/{autopay}/debits/1999-01-01/skip", data=form)
    assert answer.status_code == 303
    assert states(app) == []


def test_a_debit_above_the_limit_is_answered_in_place(app, bo, loan, bank) -> None:
    ref = switch_on(bo, loan, bank, limit="10", above="ask")
    period = row(app).next_period
    action = f"/autopay/{ref}/debits/{period}/answer"
    assert "above your limit: we ask you first" in bo.get(f"/autopay/{ref}").text
    press(bo, ref, action, answer="yes")
    assert states(app) == [(period, "approved")]
    assert "You said yes to this amount." in bo.get(f"/autopay/{ref}").text
    press(bo, ref, action, answer="no")
    assert states(app) == [(period, "skipped")]


def test_it_is_paused_until_a_day_or_until_it_is_switched_on(app, bo, autopay) -> None:
    action = f"/autopay/{autopay}/pause"
    assert press(bo, autopay, action, until="2026-02-01").status_code == 422
    assert press(bo, autopay, action, until="2026-06-30").status_code == 303
    assert row(app).paused_until.isoformat() == "2026-06-30"
    assert press(bo, autopay, action, until="").status_code == 303
    assert row(app).state == "paused"
    assert "Autopay is paused" in bo.get(f"/autopay/{autopay}").text
    assert press(bo, autopay, f"/autopay/{autopay}/resume").status_code == 303
    assert (row(app).state, row(app).paused_from) == ("active", None)


def test_it_is_ended_after_one_question_and_can_be_set_up_anew(app, bo, loan, bank, autopay) -> None:
    page = f"/autopay/{autopay}/end"
    assert "Nothing more is taken by itself" in bo.get(page).text
    assert press(bo, autopay, page, page).status_code == 303
    assert row(app).state == "ended"
    assert "Autopay has ended" in bo.get(f"/autopay/{autopay}").text
    assert switch_on(bo, loan, bank) != autopay


def test_a_contract_prepared_by_staff_takes_nothing_before_its_text_is_accepted(
    app, bo, house, loan, bank, prepare
) -> None:
    ref = prepare(loan, bank)
    assert bo.get(f"/agreements/{loan}/autopay/new").headers["Location"] == f"/autopay/{ref}/accept"
    assert bo.get(f"/autopay/{ref}").headers["Location"] == f"/autopay/{ref}/accept"
    page = bo.get(f"/autopay/{ref}/accept").text
    assert "Nothing is taken before you accept it." in page
    assert row(app).state == "prepared"
    assert accept(bo, f"/autopay/{ref}/accept").status_code == 303
    assert row(app).state == "active"


def test_a_prepared_contract_whose_way_to_pay_died_is_set_up_with_another_one(
    app, bo, house, loan, bank, save_method, prepare
) -> None:
    ref, other = prepare(loan, bank), save_method("bo", "card")
    with app.app_context(), transaction() as session:
        session.execute(update(PaymentMethod).where(PaymentMethod.ref == bank).values(stopped_code="R02"))
    address = bo.get(f"/autopay/{ref}/accept").headers["Location"]
    page = bo.get(address)
    assert page.status_code == 200
    assert "Choose anew" in page.text
    assert switch_on(bo, loan, other) == ref
    assert (row(app).state, row(app).mandate_id is not None) == ("active", True)


def test_what_was_prepared_can_be_declined(app, bo, loan, bank, prepare) -> None:
    ref = prepare(loan, bank)
    assert press(bo, ref, f"/autopay/{ref}/end", f"/autopay/{ref}/accept").status_code == 303
    assert row(app).state == "ended"


def test_a_link_in_a_mail_leads_through_the_sign_in(house, loan, bank, prepare) -> None:
    ref = prepare(loan, bank)
    answer = house.app.test_client().get(f"/autopay/{ref}/accept")
    assert answer.headers["Location"].startswith("/sign-in?next=")
    assert f"autopay/{ref}/accept" in answer.headers["Location"].replace("%2F", "/")


def test_a_stopped_contract_says_why_and_how_to_start_again(app, bo, autopay) -> None:
    from domain.transaction import transaction

    with transaction() as session:
        stopped = session.scalars(select(Autopay)).one()
        stopped.state, stopped.stopped_code, stopped.failures = "stopped", "failures", 2
    page = bo.get(f"/autopay/{autopay}").text
    assert "Payments failed several times in a row." in page
    assert "Start it again" in page
    assert accept(bo, f"/autopay/{autopay}/accept").status_code == 303
    assert row(app).state == "active"


def test_nobody_else_sees_it(house, autopay) -> None:
    for name in ("stan", "tess"):
        other = house.client(name)
        for page in ("", "/accept", "/end"):
            assert other.get(f"/autopay/{autopay}{page}").status_code == 404


def test_a_joint_holder_has_their_own(house, app, bo, loan, bank, autopay, join) -> None:
    join(loan, "tess")
    page = house.client("tess").get(f"/agreements/{loan}/autopay")
    assert page.status_code == 200
    assert "Autopay is off" in page.text


def test_the_wizard_names_no_other_persons_account(house, loan, bank, autopay, join) -> None:
    join(loan, "tess")
    page = house.client("tess").get(check_address(loan, bank)).text
    assert "••6789" not in page


@pytest.fixture
def prepare(house):
    """`prepare(loan, method)` -> ref of a contract that Dana prepared for Bo."""
    from datetime import UTC, date, datetime

    from domain.actions import autopay as acts
    from domain.rules.autopay import Contract
    from tests.fixtures.agreements import scope_of

    today = date(2026, 3, 2)
    return lambda loan, method: acts.prepare(
        loan, house.person("bo"), Contract("USD", "due", today), [method], who=scope_of(house, "dana"), today=today,
        now=datetime.now(UTC),
    )  # fmt: skip


@pytest.fixture
def join(house):
    """`join(loan, "tess")` puts somebody on the agreement as a joint holder."""
    from datetime import date

    from domain.transaction import transaction
    from models import Agreement, AgreementParty, Person

    def add(loan: str, name: str) -> None:
        with transaction() as session:
            agreement = session.scalars(select(Agreement).where(Agreement.ref == loan)).one()
            person = session.scalars(select(Person).where(Person.ref == house.person(name))).one()
            session.add(
                AgreementParty(
                    agreement_id=agreement.id, person_id=person.id, role="joint", from_on=date(2026, 1, 1)
                )
            )

    return add
