"""The offer of a passkey after signing in: once, to who has none, and not again to who declined."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from tests.fixtures.authenticator import give_passkey

OFFER = "data-passkey-offer"


def offered(client, home: str = "/dashboard") -> bool:
    return OFFER in client.get(home).text


def begin_again(house, client, who: str = "bo") -> None:
    """A new sign-in in the same browser: the page session is a new one."""
    house.sign_in(client, who)
    client.delete_cookie("duebook_page")


def test_the_first_page_after_signing_in_offers_one_and_the_next_does_not(house):
    client = house.client("bo")
    assert OFFER not in client.get("/payments").text  # not in the middle of something
    assert [offered(client), offered(client)] == [True, False]
    assert offered(house.client("dana"), "/office")


def test_it_stands_hidden_until_the_script_knows_the_phone(house):
    page = house.client("bo").get("/dashboard").text
    assert "hidden" in page[page.index(OFFER) :].partition(">")[0]


def test_who_has_one_is_not_asked(app, house):
    give_passkey(app, house, "bo")
    assert not offered(house.client("bo"))


def test_who_declined_is_left_alone_for_thirty_days_and_after_the_second_time_for_good(house):
    client, day = house.client("bo"), datetime.now(UTC)
    assert offered(client)
    assert client.post("/account/passkeys/offer/declined").status_code == 303
    for days, wanted in ((1, False), (29, False), (31, True)):
        with time_machine.travel(day + timedelta(days=days)):
            begin_again(house, client)
            assert offered(client) is wanted
    with time_machine.travel(day + timedelta(days=31)):
        client.post("/account/passkeys/offer/declined")
    with time_machine.travel(day + timedelta(days=100)):
        begin_again(house, client)
        assert not offered(client)


def test_a_cookie_that_makes_no_sense_is_no_refusal(house):
    for value in ("", "x", "9", "1.yesterday", "1.2026-99-99", "-." * 200):
        client = house.client("bo")
        client.set_cookie("duebook-passkey-offer", value)
        assert offered(client), value
