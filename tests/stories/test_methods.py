"""Bo's ways to pay in a real browser: added, mistyped, proved, named, ranked, taken away; and his permissions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from tests.fixtures.ach import ACH
from tests.fixtures.agreements import open_agreement_for, save_method_for, scope_of
from tests.fixtures.browser import Axe, NewPage, narrow
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

pytestmark = pytest.mark.settings(**ACH, DUEBOOK_ACH_VERIFY="micro")
LOOKS = [("phone", "light", True), ("phone", "dark", False), ("desktop", "dark", True)]
Enter = Callable[..., Page]
Look = Callable[[Page, bool], None]


@pytest.fixture
def house(live_server: LiveServer) -> House:
    return build_house(live_server.app())


@pytest.fixture
def enter(live_server: LiveServer, house: House, new_page: NewPage) -> Enter:
    """`enter("phone", "dark", False, "/methods")`: Bo, signed in, in a browser that looks like this."""

    def open_page(size: str, scheme: str, scripts: bool, path: str = "/methods") -> Page:
        page = new_page(size, scheme=scheme, javascript=scripts)
        secret = house.sign_in(house.app.test_client(), "bo")
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": live_server.url}])
        page.goto(live_server.page(path))
        return page

    return open_page


@pytest.fixture
def look(axe: Axe) -> Look:
    """The page passes axe and nothing hangs over its edge; without scripts nobody can measure."""

    def check(page: Page, scripts: bool) -> None:
        if scripts:
            axe(page)
            narrow(page)

    return check


def rows(house: House) -> list[Any]:
    from models import PaymentMethod, db

    with house.app.app_context():
        return list(db.session.scalars(select(PaymentMethod).order_by(PaymentMethod.id)))


def type_account(page: Page, number: str = "000123456789", again: str = "") -> None:
    page.get_by_label("Routing number").fill("021000021")
    page.get_by_label("Account number", exact=True).fill(number)
    page.get_by_label("Account number once more").fill(again or number)
    page.get_by_label("Checking").check()
    page.get_by_label("Mine, in my name").check()
    page.get_by_role("button", name="Add this account").click()


@pytest.mark.parametrize(("size", "scheme", "scripts"), LOOKS)
def test_bo_adds_an_account_is_stopped_at_a_slip_and_proves_it(
    enter: Enter, house: House, look: Look, size: str, scheme: str, scripts: bool
) -> None:
    from domain.actions.bank_accounts import AMOUNTS_PLACE
    from domain.sealing import unseal
    from domain.transaction import transaction
    from models import PaymentMethod

    page = enter(size, scheme, scripts)
    page.get_by_role("link", name="Add a bank account or card").click()
    look(page, scripts)
    page.get_by_role("link", name="Add US bank account").click()
    look(page, scripts)

    # A slip: the page says which, keeps the name, and shows no number again.
    type_account(page, again="000123456780")
    expect(page.get_by_text("The two numbers differ. Type both again.").first).to_be_visible()
    expect(page.get_by_label("Account number", exact=True)).to_have_value("")
    expect(page.get_by_label("Name on the account")).to_have_value("Bo Rivera")
    look(page, scripts)
    assert rows(house) == []

    type_account(page)
    expect(page.get_by_text("Being confirmed")).to_be_visible()
    look(page, scripts)

    # The file for the bank went out; he reads two amounts off the account and types them.
    with transaction() as session:
        session.execute(update(PaymentMethod).values(verify_sent_on=date(2026, 3, 2)))
    (method,) = rows(house)
    first, second = eval_amounts(unseal(method.verify_amounts_sealed, AMOUNTS_PLACE.format(method.ref)))
    page.reload()
    page.get_by_role("link", name="Type the amounts").click()
    look(page, scripts)
    page.get_by_label("First amount").fill("0.00")
    page.get_by_label("Second amount").fill("0.00")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Tries left: 2").first).to_be_visible()
    page.get_by_label("First amount").fill(f"0.{second:02d}")
    page.get_by_label("Second amount").fill(f"0.{first:02d}")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed. You can pay with it from now on.")).to_be_visible()

    # The same account once more is told apart at once.
    page.goto(page.url.rsplit("/methods", 1)[0] + "/methods/accounts/ach_file")
    type_account(page)
    expect(page.get_by_text("This account is saved already: Bank account ••6789.").first).to_be_visible()
    assert len(rows(house)) == 1


def eval_amounts(text: str) -> list[int]:
    import json

    return list(json.loads(text))


@pytest.mark.parametrize(("size", "scheme", "scripts"), LOOKS)
def test_bo_names_ranks_and_removes_his_ways_to_pay(
    enter: Enter, house: House, look: Look, size: str, scheme: str, scripts: bool
) -> None:
    save_method_for(house, "bo", "bank")
    save_method_for(house, "bo", "card")
    page = enter(size, scheme, scripts)
    expect(page.get_by_text("Primary", exact=True)).to_have_count(1)
    page.locator("summary", has_text="Test Card").click()
    page.locator("details[open]").get_by_label("Your name for it").fill("x" * 41)
    page.get_by_role("button", name="Save the name Test Card ••4242").click()
    expect(page.get_by_text("Use at most 40 characters.")).to_be_visible()
    look(page, scripts)
    page.locator("details[open]").get_by_label("Your name for it").fill("Groceries")
    page.get_by_role("button", name="Save the name Test Card ••4242").click()
    expect(page.get_by_text("Groceries", exact=True).first).to_be_visible()

    page.locator("summary", has_text="Groceries").click()
    page.get_by_role("button", name="Make it the primary Groceries").click()
    expect(page.get_by_text("Test Card ••4242 is now your primary way to pay.")).to_be_visible()
    assert [row.rank for row in rows(house)] == ["other", "primary"]

    page.get_by_role("link", name="Remove First Test Bank ••6789").click()
    look(page, scripts)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("First Test Bank ••6789 was removed.")).to_be_visible()
    assert [row.removed_at is None for row in rows(house)] == [False, True]


@pytest.mark.parametrize(("size", "scheme", "scripts"), LOOKS)
def test_bo_reads_his_permission_has_it_mailed_and_ends_it(
    enter: Enter, house: House, look: Look, size: str, scheme: str, scripts: bool
) -> None:
    from datetime import UTC, datetime, timedelta

    from domain.actions import payments
    from domain.actions.payment_limits import Wanted
    from domain.records.mandates import Accepted
    from domain.sealing import fresh_ref

    loan = open_agreement_for(house, "bo")
    today = house.app.extensions["clock"].today()
    given = Accepted(
        scheme="ach", text="I allow it once.\n\nThe account is mine.", version="2026-11", class_code="WEB"
    )
    paid = payments.start(
        loan, 10_000, save_method_for(house, "bo"), fresh_ref(), who=scope_of(house, "bo"), today=today,
        now=datetime.now(UTC), wanted=Wanted(permission=given, on=today + timedelta(days=20)),
    )  # fmt: skip
    page = enter(size, scheme, scripts)
    page.get_by_role("link", name="My permissions").click()
    look(page, scripts)
    page.get_by_role("link", name="Read it").click()
    expect(page.get_by_text("The account is mine.")).to_be_visible()
    look(page, scripts)
    page.get_by_role("button", name="Mail me a copy").click()
    expect(page.get_by_text("A copy is on its way to your mail address.")).to_be_visible()
    page.get_by_role("link", name="End it").click()
    expect(page.get_by_text("1 planned payment is cancelled with it.")).to_be_visible()
    look(page, scripts)
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("1 planned payment was cancelled with it.")).to_be_visible()
    page.goto(page.url.split("/permissions")[0] + f"/payments/{paid}")
    expect(page.get_by_text("Cancelled").first).to_be_visible()
