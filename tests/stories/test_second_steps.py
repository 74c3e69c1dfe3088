"""A second step on a phone, in a real browser: set up, used, the phone lost, a browser that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.fixtures.browser import Axe, NewPage, narrow
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer
from tests.fixtures.texts import SmsGateway

pytestmark = pytest.mark.database("sqlite")
Enter = Callable[..., None]


@pytest.fixture
def house(live_server: LiveServer) -> House:
    return build_house(live_server.app())


@pytest.fixture
def give_password(live_server: LiveServer, house: House) -> Enter:
    def sign_in(page: Page, who: str = "bo") -> None:
        page.goto(live_server.page("/sign-in"))
        page.fill("[name=name]", who)
        page.fill("[name=password]", house.password(who))
        page.get_by_role("button", name="Sign in", exact=True).click()

    return sign_in


@pytest.fixture
def looked_at(axe: Axe) -> Callable[[Page], None]:
    """Nothing that axe finds, and nothing over the edge of a small phone. Without scripts axe cannot run either."""

    def look(page: Page) -> None:
        if page.locator("html.js").count():
            axe(page)
        narrow(page)

    return look


def click(page: Page, name: str, role: str = "button") -> None:
    page.locator("main").get_by_role(role, name=name, exact=True).click()


def sign_out(page: Page, server: LiveServer) -> None:
    """Forget the sign-in of this browser, and not that the browser is known."""
    page.context.clear_cookies(name="duebook")
    page.goto(server.page("/"))


def code(seed: str, minutes: int = 0) -> str:
    return pyotp.TOTP(seed).at(datetime.now(UTC) + timedelta(minutes=minutes))


def forget_used_steps() -> None:
    """As if half a minute had passed: a code that was used may come again."""
    from domain.transaction import transaction
    from models import User

    with transaction() as session:
        session.execute(update(User).values(totp_last_step=0))


@pytest.mark.parametrize(
    ("size", "scheme", "javascript"),
    [("phone", "light", True), ("desktop", "dark", True), ("phone", "light", False)],
)
def test_bo_sets_up_an_app_uses_it_and_loses_the_phone(
    live_server: LiveServer, house: House, new_page: NewPage, give_password: Enter, looked_at, size: str,
    scheme: str, javascript: bool,
) -> None:  # fmt: skip
    page = new_page(size, scheme=scheme, javascript=javascript)
    give_password(page)
    page.goto(live_server.page("/account"))
    looked_at(page)
    click(page, "Set up an authenticator app", "link")
    looked_at(page)
    click(page, "Set up an app", "link")
    looked_at(page)
    seed = page.locator("main code").inner_text().replace(" ", "")
    page.fill("[name=code]", code(seed, minutes=2))
    click(page, "Finish")
    expect(page.locator("#code-error")).to_contain_text("about 2 min fast")
    looked_at(page)
    page.fill("[name=code]", code(seed))
    click(page, "Finish")
    expect(page.get_by_text("You are signed out everywhere else.")).to_be_visible()
    looked_at(page)
    click(page, "Make my recovery codes")
    expect(page.locator("main li code")).to_have_count(10)
    looked_at(page)
    with page.expect_download() as saved:
        click(page, "Save as a file", "link")
    on_paper = re.findall(r"[a-z2-7-]{19}", Path(saved.value.path()).read_text())
    assert on_paper == page.locator("main li code").all_inner_texts()
    click(page, "I have them, go on", "link")

    sign_out(page, live_server)
    give_password(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    looked_at(page)
    forget_used_steps()
    page.fill("[name=code]", code(seed))
    page.check("[name=trust]")
    click(page, "Continue")
    page.wait_for_url("**/dashboard")
    sign_out(page, live_server)
    give_password(page)
    page.wait_for_url("**/dashboard")  # this browser is trusted now
    page.goto(live_server.page("/account/devices"))
    expect(page.get_by_text("Trusted")).to_be_visible()
    looked_at(page)

    other = new_page(size, scheme=scheme, javascript=javascript)
    give_password(other)
    click(other, "Use a recovery code", "link")
    looked_at(other)
    other.fill("[name=code]", "abcd-efgh-ijkl-mnop")
    click(other, "Continue")
    expect(other.locator("#code-error")).to_be_visible()
    other.fill("[name=code]", on_paper[0])
    click(other, "Continue")
    other.wait_for_url("**/dashboard")
    other.goto(live_server.page("/account/recovery-codes"))
    expect(other.get_by_text("You have 9 recovery codes")).to_be_visible()
    looked_at(other)


@pytest.mark.parametrize("javascript", [True, False])
def test_tess_uses_text_messages(
    serve, sms_gateway: SmsGateway, new_page: NewPage, looked_at, javascript: bool
) -> None:
    from domain.actions.outbox import deliver

    server: LiveServer = serve(DUEBOOK_SMS_URL=sms_gateway.url, DUEBOOK_SMS_TOKEN=sms_gateway.token)
    house = build_house(server.app())

    def texted() -> str:
        with house.app.app_context():
            deliver(house.app.extensions["post"], now=datetime.now(UTC))
        return sms_gateway.messages()[-1]["text"][:6]

    page = new_page("phone", javascript=javascript)
    page.goto(server.page("/sign-in"))
    page.fill("[name=name]", "tess")
    page.fill("[name=password]", house.password("tess"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(server.page("/account/phone-codes"))
    expect(page.get_by_text("A telephone number can be stolen")).to_be_visible()
    looked_at(page)
    click(page, "Use text messages all the same", "link")
    page.fill("[name=number]", "12")
    click(page, "Send the code")
    expect(page.locator("#number-error")).to_be_visible()
    looked_at(page)
    page.fill("[name=number]", "+1 202 555 0143")
    click(page, "Send the code")
    looked_at(page)
    page.fill("[name=code]", texted())
    click(page, "Confirm")
    expect(page.get_by_text("Your number is proved")).to_be_visible()

    page.wait_for_load_state("networkidle")  # what still comes would bring its cookie along
    page.context.clear_cookies()
    page.goto(server.page("/sign-in"))
    page.fill("[name=name]", "tess")
    page.fill("[name=password]", house.password("tess"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("••• 43")).to_be_visible()
    looked_at(page)
    click(page, "Send the code")
    looked_at(page)
    page.fill("[name=code]", texted())
    click(page, "Continue")
    page.wait_for_url("**/dashboard")


@pytest.mark.parametrize(
    ("size", "scheme", "javascript"),
    [("phone", "light", True), ("desktop", "dark", True), ("phone", "dark", False)],
)
@pytest.mark.settings(DUEBOOK_PROXIES="1")
def test_a_browser_that_nobody_knows_is_asked_for_a_mailed_code(
    live_server: LiveServer, house: House, new_page: NewPage, give_password: Enter, looked_at, size: str,
    scheme: str, javascript: bool,
) -> None:  # fmt: skip
    from domain import sealing
    from domain.transaction import transaction
    from models import Outbox

    def mailed() -> str:
        with transaction() as session:
            row = session.query(Outbox).filter_by(template="device_code").order_by(Outbox.id.desc()).first()
            assert row is not None
            assert row.sealed
            return re.sub(r"\D", "", sealing.unseal(row.sealed, f"outbox.sealed:{row.dedupe_key}"))

    at_home = new_page(size)
    give_password(at_home)
    at_home.wait_for_url("**/dashboard")
    page = new_page(size, scheme=scheme, javascript=javascript)
    page.context.set_extra_http_headers({"X-Forwarded-For": "203.0.113.9"})
    give_password(page)
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    expect(page.get_by_text("b•••@example.org")).to_be_visible()
    looked_at(page)
    page.fill("[name=code]", "000000" if mailed() != "000000" else "000001")
    click(page, "Continue")
    expect(page.locator("#code-error")).to_be_visible()
    looked_at(page)
    page.fill("[name=code]", mailed())
    click(page, "Continue")
    page.wait_for_url("**/dashboard")
    sign_out(page, live_server)
    page.context.set_extra_http_headers({"X-Forwarded-For": "198.51.100.7"})
    give_password(page)
    page.wait_for_url("**/dashboard")  # known now, wherever it is


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_dana_takes_the_second_factors_off_bos_account(
    live_server: LiveServer, house: House, new_page: NewPage, looked_at, size: str, scheme: str
) -> None:
    from domain import sealing
    from domain.transaction import transaction
    from models import User

    with transaction() as session:
        sealed = sealing.seal(pyotp.random_base32(), f"user_account.totp:{house.user('bo')}")
        session.execute(update(User).where(User.ref == house.user("bo")).values(totp_sealed=sealed))
    page = new_page(size, scheme=scheme)
    page.goto(live_server.page("/sign-in"))
    page.fill("[name=name]", "dana")
    page.fill("[name=password]", house.password("dana"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.fill("[name=code]", code(house.seed("dana")))
    click(page, "Continue")
    page.goto(live_server.page(f"/office/people/{house.person('bo')}"))
    click(page, "Second factors", "link")
    looked_at(page)
    click(page, "Take all of it off")
    looked_at(page)
    page.get_by_label("Driving licence").check()
    page.fill("[name=reason]", "Stood at the counter with the licence, lost the phone on a train.")
    click(page, "Take all of it off")
    expect(page.get_by_text("They were told by mail, and so were you.")).to_be_visible()
