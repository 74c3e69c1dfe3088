"""Dana's month at the bank, in the browser: a statement comes in, a transfer and a split are explained, one is taken
back, and the books tie out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domain.rules.transfer_references import reference_for
from tests.domain.banking.samples import ofx, ofx_line
from tests.fixtures.agreements import clock_today, open_agreement_for
from tests.fixtures.browser import Axe, NewPage
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

Enter = Callable[..., Page]


@pytest.fixture
def house(live_server: LiveServer) -> House:
    """Harbor Motors served on a free port; Bo and Tess each have a loan."""
    house = build_house(live_server.app())
    open_agreement_for(house, "bo", number="L-7")
    open_agreement_for(house, "tess", number="L-8", title="A van")
    return house


@pytest.fixture
def enter(live_server: LiveServer, house: House) -> Enter:
    def enter(page: Page, path: str = "/office") -> Page:
        secret = house.sign_in(house.app.test_client(), "dana")
        page.context.add_cookies([{"name": "duebook", "value": secret, "url": live_server.url}])
        page.goto(live_server.page(path))
        return page

    return enter


def statement(house: House, folder: Path) -> Path:
    """Of yesterday: Bo's transfer with his reference, one for both of them, and a fee of the bank."""
    from sqlalchemy import select

    from models import Agreement, db

    with house.app.app_context():
        bo = db.session.scalars(select(Agreement.id).where(Agreement.number == "L-7")).one()
    day = clock_today(house).strftime("%Y%m%d")
    lines = (
        ofx_line("155.97", "F1", "BO BORROWER", f"rate {reference_for(bo).lower()}", day)
        + ofx_line("300.00", "F2", "SOMEBODY", "for both of us", day)
        + ofx_line("-4.50", "F3", "ACCOUNT FEE", day=day)
    )
    path = folder / "bank.ofx"
    path.write_text(ofx(lines, closing="1451.47").replace("20261103", day))
    return path


def settled(house: House) -> list[int]:
    from sqlalchemy import select

    from models import Payment, PaymentReturn, db

    with house.app.app_context():
        back = select(PaymentReturn.payment_id)
        query = select(Payment.amount_minor).where(Payment.state == "settled", Payment.id.not_in(back))
        return sorted(db.session.scalars(query))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_statement_is_worked_through_and_the_books_tie_out(
    house: House, enter: Enter, new_page: NewPage, axe: Axe, tmp_path: Path, scripts: bool
) -> None:
    page = enter(new_page("desktop" if scripts else "phone", javascript=scripts), "/office/bank")
    page.get_by_role("link", name="Bring in a statement").first.click()
    page.get_by_label("File").set_input_files(statement(house, tmp_path))
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("3 movements will be added")).to_be_visible()
    if scripts:
        axe(page)
    page.get_by_role("button", name="Bring it in").click()
    # Bo's reference is beyond doubt, so his transfer is his payment already.
    expect(page.get_by_text("1 movement was matched by itself")).to_be_visible()
    assert settled(house) == [15_597]
    if scripts:
        axe(page)

    page.goto(re.sub(r"/office/.*", "/office/tie-out", page.url))
    expect(page.get_by_text("2 movements on the account are not explained.")).to_be_visible()
    page.goto(re.sub(r"/office/.*", "/office/bank", page.url))
    page.get_by_role("link", name="Work through them").click()
    expect(page.get_by_role("heading", name="$300.00")).to_be_visible()
    if scripts:
        axe(page)
    for number, (agreement, amount) in enumerate([("L-7", "100"), ("L-8", "200")]):
        page.locator("main").get_by_label("Agreement").nth(number).fill(agreement)
        page.locator("main").get_by_label("Amount").nth(number).fill(amount)
    page.get_by_role("button", name="Pay these agreements").click()
    expect(page.get_by_role("heading", name="4.50")).to_be_visible()
    assert settled(house) == [10_000, 15_597, 20_000]
    page.get_by_role("button", name="This is a fee").click()
    expect(page.get_by_role("heading", name="Statement of ••0001")).to_be_visible()
    tied_out(page)

    page.goto(re.sub(r"/office/.*", "/office/bank", page.url))
    page.get_by_role("link", name=re.compile("–")).first.click()
    page.get_by_role("table").get_by_role("link").nth(1).click()
    page.get_by_role("link", name="Take this back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("The movement waits for an explanation again.")).to_be_visible()
    assert settled(house) == [15_597]
    page.locator("main").get_by_label("Agreement").first.fill("L-8")
    page.locator("main").get_by_label("Amount").first.fill("300")
    page.get_by_role("button", name="Pay these agreements").click()
    expect(page.get_by_role("heading", name="Statement of ••0001")).to_be_visible()
    assert settled(house) == [15_597, 30_000]
    tied_out(page)
    if scripts:
        axe(page)


def tied_out(page: Page) -> None:
    page.goto(re.sub(r"/office/.*", "/office/tie-out", page.url))
    expect(page.get_by_text("It ties out")).to_be_visible()
