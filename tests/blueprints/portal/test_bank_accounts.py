"""Typing a bank account: what was typed wrong is told, and the numbers never stand on a page again."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from gateways import registry
from tests.domain.rules.test_uk_accounts import ROWS
from tests.fixtures.ach import ACH
from tests.fixtures.direct_debits import BACS
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH, DUEBOOK_ACH_VERIFY="none")
PAGE = "/methods/accounts/ach_file"
NUMBER, ROUTING = "000123456789", "021000021"
TYPED = {"routing": ROUTING, "number": NUMBER, "again": NUMBER, "account_type": "checking", "owner": "mine"}
SEPA = {
    "DUEBOOK_SEPA_CREDITOR_NAME": "Harbor", "DUEBOOK_SEPA_IBAN": "DE89370400440532013000",
    "DUEBOOK_SEPA_CREDITOR_ID": "DE98ZZZ09999999999", "DUEBOOK_SEPA_TEST": "1",
}  # fmt: skip


@pytest.fixture
def bo(house):
    return house.client("bo")


def form(client, page: str = PAGE, **changed: str) -> dict[str, str]:
    return fields_of(client.get(page).text, page.partition("?")[0]) | TYPED | changed


def rows(app):
    from models import PaymentMethod, db

    with app.app_context():
        return list(db.session.scalars(select(PaymentMethod).order_by(PaymentMethod.id)))


def test_the_choice_names_what_is_typed_here_and_what_at_the_processor(bo) -> None:
    assert 'href="/methods/new"' in bo.get("/methods").text
    page = bo.get("/methods/new").text
    assert "US bank account" in page
    assert "Bank account or card" in page
    answer = bo.post("/methods/new", data={"next": "/agreements/x"})
    assert answer.headers["Location"] == "/methods/new?next=/agreements/x"
    assert "/sandbox-processor/" in bo.post("/methods/new", data={"gateway": "sandbox"}).headers["Location"]
    assert bo.post("/methods/new", data={"gateway": "nothing"}).status_code == 422


def test_without_a_processor_the_pages_offer_only_what_is_typed(bo, open_agreement) -> None:
    loan = open_agreement("bo")
    registry.configure(registry.by_file("ach_file"))
    page = bo.get("/methods").text
    assert "Add a bank account" in page
    assert "or a card" not in page
    assert "or card" not in page
    answer = bo.post("/methods/new", data={"next": "/methods"})
    assert answer.headers["Location"] == f"{PAGE}?next=/methods"
    assert "page of the payment processor" not in bo.get("/methods/new").text
    assert "page of the payment processor" not in bo.get(f"/agreements/{loan}/payments/new").text
    assert bo.post("/methods/new", data={"gateway": "sandbox"}).status_code == 422


def test_an_account_is_added_and_shown_by_its_last_digits(bo, app) -> None:
    assert fields_of(bo.get(PAGE).text, PAGE)["holder"] == "Bo Rivera"
    sent = form(bo)
    for _ in range(2):
        assert bo.post(PAGE, data=sent).headers["Location"] == "/methods"
    page = bo.get("/methods").text
    assert "••6789" in page
    assert "Checking account" in page
    assert NUMBER not in page
    assert len(rows(app)) == 1


@pytest.mark.safety("D4")
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"routing": "021000022"}, "One digit is probably mistyped"),
        ({"again": "000123456780"}, "The two numbers differ"),
        ({"account_type": ""}, "Choose checking or savings."), ({"holder": ""}, "Enter the name on the account."),
        ({"holder": "Maria Alvarez"}, "The name on the account is not Bo Rivera."),
        ({"owner": ""}, "Say whose account it is."),
        ({"number": "4242 4242 4242 4242", "again": "4242 4242 4242 4242"}, "Cards are added on the processor"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_no_number_comes_back(bo, app, changed, sentence) -> None:
    answer = bo.post(PAGE, data=form(bo, **changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    for number in (NUMBER, ROUTING, "021000022", "4242 4242", "000123456780"):
        assert number not in answer.text
    if changed.get("holder"):
        assert "Maria Alvarez" in answer.text
    assert rows(app) == []


def test_from_a_payment_saving_is_a_choice_and_off(bo, app, open_agreement) -> None:
    ref = open_agreement("bo")
    back = f"/agreements/{ref}/payments/new"
    page = bo.get(f"{PAGE}?next={back}").text
    assert "Save it for later payments" in page
    sent = fields_of(page, PAGE) | TYPED
    assert "keep" not in sent
    answer = bo.post(PAGE, data=sent)
    (row,) = rows(app)
    assert not row.kept
    assert answer.headers["Location"] == f"{back}?method={row.ref}"
    assert "Save it for later payments" not in bo.get(PAGE).text


def test_the_way_back_stays_on_this_site(bo) -> None:
    sent = form(bo, back="https://evil.example/x")
    assert bo.post(PAGE, data=sent).headers["Location"] == "/methods"


def test_a_scheme_that_is_not_set_up_is_not_there(bo) -> None:
    for name in ("sepa_file", "bacs_file", "sandbox", "x"):
        assert bo.get(f"/methods/accounts/{name}").status_code == 404
        assert bo.post(f"/methods/accounts/{name}").status_code == 404


@pytest.mark.safety("A22")
def test_adding_asks_again_who_it_is(house, bo) -> None:
    from datetime import UTC, datetime, timedelta

    import time_machine

    sent = form(bo)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=True):
        for answer in (bo.get(PAGE), bo.post(PAGE, data=sent)):
            assert "/account/step-up" in answer.headers["Location"]


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH, DUEBOOK_ACH_VERIFY="micro")
def test_the_two_amounts_are_typed_on_a_page_with_three_tries(bo, app) -> None:
    from domain.transaction import transaction
    from models import PaymentMethod

    bo.post(PAGE, data=form(bo))
    (row,) = rows(app)
    address = f"/methods/{row.ref}/amounts"
    assert "We send two small amounts" in bo.get("/methods").text
    assert bo.post(address, data={"first": "0.01", "second": "0.02"}).status_code == 422
    with transaction() as session:
        session.execute(update(PaymentMethod).values(verify_sent_on=row.created_at.date()))
    assert f'href="{address}"' in bo.get("/methods").text
    for typed, sentence in (
        ({"first": "", "second": "0.02"}, "Enter the amount"), ({"first": "x", "second": "1"}, "amount"),
        ({"first": "7", "second": "7"}, "Tries left: 2"), ({"first": "7", "second": "7"}, "Tries left: 1"),
        ({"first": "7", "second": "7"}, "That was the last try"),
    ):  # fmt: skip
        answer = bo.post(address, data=typed)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert "It could not be confirmed" in bo.get("/methods").text


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **SEPA)
def test_an_iban_with_spaces_is_no_card_number(bo, app) -> None:
    from domain.transaction import transaction
    from models import Business

    with transaction() as session:
        session.get(Business, 1).currency = "EUR"
    page = "/methods/accounts/sepa_file"
    # An IBAN whose middle reads like a card's number, in groups of four as it is printed.
    iban = "DE95 4111 1111 1111 1111 00"
    sent = fields_of(bo.get(page).text, page) | {"number": iban, "again": iban, "owner": "mine"}
    answer = bo.post(page, data=sent)
    assert "We took a card number out" not in answer.text
    assert [row.last4 for row in rows(app)] == ["1100"]


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **BACS)
def test_without_the_operators_table_the_page_says_that_only_the_shape_is_checked(bo, app) -> None:
    page = "/methods/accounts/bacs_file"
    shown = bo.get(page).text
    assert "not whether they belong together" in shown
    assert "five working days" in shown
    typed = {"routing": "20-00-00", "number": "55779911", "again": "55779911"}
    bo.post(page, data=form(bo, page) | typed)
    [kept] = rows(app)
    assert (kept.gateway, kept.last4, kept.verification) == ("bacs_file", "9911", "sent")


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **BACS)
def test_with_the_operators_table_a_mistyped_digit_is_told(bo, app, tmp_path) -> None:
    table = tmp_path / "valacdos.txt"
    table.write_text(ROWS)
    from gateways import registry
    from gateways.bacs_file.configured import configured

    registry.configure(registry.default(), configured(BACS | {"DUEBOOK_VOCALINK_TABLE": str(table)}))
    page = "/methods/accounts/bacs_file"
    assert "not whether they belong together" not in bo.get(page).text
    typed = {"routing": "08-99-99", "number": "66374959", "again": "66374959"}
    answer = bo.post(page, data=form(bo, page) | typed)
    assert answer.status_code == 422
    assert "does not fit the sort code" in answer.text
    assert rows(app) == []
