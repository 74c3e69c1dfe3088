"""Fingerprint or face, in a real browser on a phone: offered, set up, used instead of a password, renamed, removed.

The finger is Chromium's virtual authenticator (WebAuthn over CDP), which says that it recognised its user.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.fixtures.browser import Axe, NewPage, narrow
from tests.fixtures.people import House, build_house
from tests.fixtures.servers import LiveServer

FINGER = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Finger:
    """The sensor of a page's device; `.recognises(False)`: somebody else's finger."""

    def __init__(self, page: Page, **other: object) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable", {"enableUI": False})
        made = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER | other})
        self.id = made["authenticatorId"]

    def recognises(self, yes: bool) -> None:
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes})

    def keys(self) -> list[dict[str, object]]:
        return self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]


@pytest.fixture
def house(live_server: LiveServer) -> House:
    return build_house(live_server.app())


@pytest.fixture
def with_password(live_server: LiveServer, house: House) -> Callable[[Page, str], None]:
    def sign_in(page: Page, who: str) -> None:
        page.goto(live_server.page("/sign-in"))
        page.fill("[name=name]", who)
        page.fill("[name=password]", house.password(who))
        page.get_by_role("button", name="Sign in", exact=True).click()

    return sign_in


def sign_out(page: Page, server: LiveServer) -> None:
    page.goto(server.page("/account"))
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bo_signs_in_with_a_finger_after_it_was_offered(
    live_server: LiveServer, house: House, with_password, new_page: NewPage, axe: Axe, scheme: str
) -> None:
    page = new_page("phone", scheme=scheme)
    finger = Finger(page)
    with_password(page, "bo")
    offer = page.get_by_role("region", name="Use your fingerprint or face next time")
    expect(offer).to_be_visible()
    axe(page)
    narrow(page)
    offer.get_by_role("link", name="Set it up").click()
    expect(page.get_by_label("Name of this passkey")).to_have_value(re.compile("Chrome"))
    axe(page)
    narrow(page)
    page.fill("[name=name]", "Bo's phone")
    page.get_by_role("button", name="Add it on this device").click()
    expect(page.get_by_text("Next time you can sign in with it")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Bo's phone")).to_contain_text("Not used yet")
    axe(page)
    narrow(page)

    page.wait_for_load_state("networkidle")  # what still comes would bring its cookie along
    page.context.clear_cookies()
    page.goto(live_server.page("/sign-in?next=/payments"))
    button = page.get_by_role("button", name="Sign in with fingerprint or face")
    expect(button).to_be_visible()
    axe(page)
    narrow(page)
    finger.recognises(False)
    button.click()
    expect(page.get_by_text("Nothing was sent.")).to_be_visible()
    finger.recognises(True)
    button.click()
    expect(page).to_have_url(re.compile(r"\d/payments$"))

    page.goto(live_server.page("/account/passkeys"))
    expect(page.get_by_role("listitem").filter(has_text="Bo's phone")).to_contain_text("Last used")
    page.get_by_role("link", name="Rename or remove Bo's phone").click()
    axe(page)
    narrow(page)
    page.get_by_role("button", name="Remove this passkey").click()
    expect(page.get_by_text("The passkey opens nothing any more.")).to_be_visible()
    page.wait_for_load_state("networkidle")  # what still comes would bring its cookie along
    page.context.clear_cookies()
    page.goto(live_server.page("/sign-in"))
    button.click()
    expect(page.get_by_role("heading", name="This passkey was not accepted")).to_be_visible()
    axe(page)


def test_a_browser_that_knows_the_finger_offers_it_by_itself(
    live_server: LiveServer, house: House, with_password, new_page: NewPage
) -> None:
    page = new_page("phone")
    Finger(page)
    with_password(page, "bo")
    page.get_by_role("link", name="Set it up").click()
    page.get_by_role("button", name="Add it on this device").click()
    expect(page.get_by_text("Next time you can sign in with it")).to_be_visible()
    sign_out(page, live_server)
    # It leads to the sign-in form, where the virtual finger chooses at once what a person picks from the list below the
    # name field.
    expect(page).to_have_url(re.compile("/dashboard$"))


def test_the_offer_is_declined_and_does_not_come_back(
    live_server: LiveServer, house: House, with_password, new_page: NewPage
) -> None:
    page = new_page("phone")
    Finger(page)
    with_password(page, "bo")
    page.get_by_role("button", name="Not now").click()
    expect(page).to_have_url(re.compile("/dashboard$"))
    sign_out(page, live_server)
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    with_password(page, "bo")
    expect(page).to_have_url(re.compile("/dashboard$"))
    expect(page.locator("[data-passkey-offer]")).to_have_count(0)


def test_dana_takes_a_passkey_for_the_second_step_and_for_what_is_risky(
    live_server: LiveServer, house: House, with_password, new_page: NewPage, axe: Axe
) -> None:
    done = live_server.flask(
        "user", "create", "--role", "staff", "--name", "Nia Stone", "--email", "nia@example.org"
    )
    house.people["nia"] = type(house.people["dana"])(password=done.stdout.split()[-1])
    page = new_page("phone")
    finger = Finger(page)
    with_password(page, "nia")
    expect(page).to_have_url(re.compile("/second-factor"))
    button = page.get_by_role("button", name="Use fingerprint or face instead")
    expect(button).to_be_visible()
    axe(page)
    narrow(page)
    button.click()
    expect(page).to_have_url(re.compile("/office$"))
    [key] = finger.keys()
    assert (key["rpId"], key["isResidentCredential"]) == ("localhost", True)

    page.wait_for_load_state("networkidle")  # what still comes would bring its cookie along
    page.context.clear_cookies()
    with_password(page, "nia")
    axe(page)
    narrow(page)
    page.get_by_role("button", name="Use fingerprint or face").click()
    expect(page).to_have_url(re.compile("/office$"))
    page.goto(live_server.page("/account/step-up?next=/account/passkeys/new"))
    axe(page)
    narrow(page)
    expect(page.locator("[name=password]")).to_have_count(0)  # she has nothing that could stand beside it
    page.get_by_role("button", name="Use fingerprint or face").click()
    expect(page).to_have_url(re.compile("/account/passkeys/new$"))
    # The same device is known already, and says so itself.
    page.get_by_role("button", name="Add it on this device").click()
    expect(page.get_by_text("This device has a passkey for your account already.")).to_be_visible()


def test_a_device_that_recognises_nobody_makes_no_passkey(
    live_server: LiveServer, house: House, with_password, new_page: NewPage
) -> None:
    page = new_page("desktop")
    finger = Finger(page, hasUserVerification=False, isUserVerified=False)
    with_password(page, "bo")
    page.goto(live_server.page("/account/passkeys/new"))
    page.get_by_role("button", name="Add it on this device").click()
    expect(page.get_by_text("Nothing was sent.")).to_be_visible()
    assert finger.keys() == []


def test_without_scripts_and_at_the_other_name_of_this_machine_no_button_stands_there(
    live_server: LiveServer, house: House, no_js: Page, phone: Page
) -> None:
    no_js.goto(live_server.page("/sign-in"))
    expect(no_js.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(no_js.get_by_role("button", name="fingerprint")).to_have_count(0)
    # Passkeys belong to "localhost"; at 127.0.0.1 no browser would give them.
    phone.goto(live_server.page("/sign-in").replace("localhost", "127.0.0.1"))
    expect(phone.get_by_role("button", name="fingerprint")).to_have_count(0)
