"""The customer's first page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fixtures.agreements import clock_today


def test_it_greets_and_says_that_all_is_up_to_date(house, open_agreement) -> None:
    open_agreement("bo", age_days=3)
    page = house.client("bo").get("/dashboard").text
    assert "Hello, Bo" in page
    assert "You are up to date." in page
    assert "Up to date</span>" in page
    assert "$155.97" in page
    assert "due " in page


def test_it_says_how_late_and_how_much(house, open_agreement) -> None:
    open_agreement("bo", age_days=31)
    page = house.client("bo").get("/dashboard").text
    assert "2021 Toyota Camry is 17 days late." in page
    assert "17 days late</span>" in page
    assert "$311.94" in page


def test_one_day_late_is_one_day(house, open_agreement) -> None:
    open_agreement("bo", age_days=15)
    assert "2021 Toyota Camry is 1 day late." in house.client("bo").get("/dashboard").text


def test_a_customer_without_an_agreement_is_told_what_will_be_here(house) -> None:
    page = house.client("bo").get("/dashboard").text
    assert "No agreement is linked to your account yet" in page
    assert "You are up to date" not in page


def test_nobody_sees_another_persons_agreement(house, open_agreement) -> None:
    open_agreement("bo")
    page = house.client("stan").get("/dashboard").text
    assert "Camry" not in page


def test_a_payment_on_its_way_is_said_and_paying_steps_back(house, open_agreement, pay) -> None:
    ref = open_agreement("bo", age_days=14)
    pay("bo", ref, 15597)
    page = house.client("bo").get("/dashboard").text
    assert "$155.97 is on its way." in page
    assert "The payment for 2021 Toyota Camry is on its way." in page
    assert "Payment on its way</span>" in page


def test_a_late_agreement_whose_payment_is_on_its_way_says_that_first(house, open_agreement, pay) -> None:
    ref = open_agreement("bo", age_days=31)
    client = house.client("bo")
    pay("bo", ref, 31194 - 1)
    assert "17 days late</span>" in client.get("/dashboard").text
    pay("bo", ref, 1)
    page = client.get("/dashboard").text
    assert "Payment on its way</span>" in page
    assert "2021 Toyota Camry is 17 days late." not in page
    assert "Until it settles this agreement counts as 17 days late." in page


def test_a_returned_payment_is_an_alert_until_a_later_one_settles(
    house, open_agreement, pay, days_pass
) -> None:
    ref = open_agreement("bo")
    first = pay("bo", ref, 15597, method="bank_r01")
    days_pass(7)
    client = house.client("bo")
    page = client.get("/dashboard").text
    assert "Your payment of $155.97 from" in page
    assert "came back." in page
    assert "There was not enough money in the bank account." in page
    assert f"/payments/{first}" in page
    pay("bo", ref, 20000, method="card", today=clock_today(house) + timedelta(days=8))
    assert "came back." not in client.get("/dashboard").text


def test_what_was_declined_cost_nothing_and_says_so(house, open_agreement, pay) -> None:
    pay("bo", open_agreement("bo"), 15597, method="card_insufficient")
    page = house.client("bo").get("/dashboard").text
    assert "did not go through." in page
    assert "It cost you nothing." in page


def test_a_payment_that_waits_for_a_yes_is_an_alert(house, open_agreement, pay) -> None:
    pay("bo", open_agreement("bo"), 15597, method="card_confirm")
    assert "waits for your yes." in house.client("bo").get("/dashboard").text


def test_a_hold_takes_the_button_away_and_says_where_the_reason_stands(house, open_agreement) -> None:
    from domain.actions import holds
    from tests.fixtures.agreements import scope_of

    held, free = open_agreement("bo"), open_agreement("bo", title="Boat")
    third = open_agreement("bo", title="Trailer")
    client = house.client("bo")
    clock = {"who": scope_of(house, "dana"), "today": clock_today(house), "now": house.now}
    holds.place(held, "certified_funds", "two checks bounced", "hold-1", **clock)
    for address in ("/dashboard", "/agreements", "/pay-now"):
        page = client.get(address).text
        assert page.count("Payments here are on hold.") == 1
        assert page.count(f"/agreements/{held}/payments/new") == 1
        assert "Why, and how to pay instead" in page
        assert f"/agreements/{free}/payments/new" in page
    own = client.get(f"/agreements/{held}").text
    assert "Payments here are on hold" in own
    assert 'class="button" href="/agreements/' not in own
    assert "cashier&#39;s check" in client.get(f"/agreements/{held}/payments/new").text
    several = client.get("/checkouts/new").text
    assert held not in several
    assert free in several
    assert third in several


def test_an_expired_card_is_an_alert(house, open_agreement, save_method) -> None:
    open_agreement("bo")
    save_method("bo", "card_expired")
    page = house.client("bo").get("/dashboard").text
    assert "Test Card ••0069 has expired." in page


@pytest.mark.parametrize(
    ("name", "words"),
    [("tiles", "2021 Toyota Camry"), ("recent", "Recent payments"), ("coming", "On its way")],
)
def test_each_part_comes_alone_for_htmx_and_as_a_page_without(
    house, open_agreement, pay, name, words
) -> None:
    pay("bo", open_agreement("bo"), 15597)
    client = house.client("bo")
    part = client.get(f"/dashboard/widgets/{name}", headers={"HX-Request": "true"})
    assert words in part.text
    assert "<html" not in part.text
    assert "HX-Request" in part.headers["Vary"]
    whole = client.get(f"/dashboard/widgets/{name}")
    assert words in whole.text
    assert "<html" in whole.text


def test_an_unknown_part_is_not_found(house) -> None:
    assert house.client("bo").get("/dashboard/widgets/other").status_code == 404


def test_a_stranger_is_sent_to_sign_in_and_staff_to_their_desk(client, house) -> None:
    assert client.get("/dashboard").status_code == 303
    assert house.client("dana").get("/dashboard").status_code == 303


def test_the_statements_do_not_grow_with_the_history(
    house, open_agreement, pay, days_pass, count_statements
) -> None:
    ref = open_agreement("bo", age_days=90)
    open_agreement("bo", title="A second car")
    client = house.client("bo")
    pay("bo", ref, 1, method="card_expired")
    client.get("/dashboard")
    with count_statements() as few:
        assert client.get("/dashboard").status_code == 200
    for amount in range(101, 113):
        pay("bo", ref, amount, method="bank")
    days_pass(6)
    with count_statements() as many:
        page = client.get("/dashboard")
    assert "came back" in page.text
    asked = [text for text in many if not text.startswith(("BEGIN", "ROLLBACK", "COMMIT", "PRAGMA"))]
    assert len(asked) <= 6, "\n".join(asked)
    assert len(many) - len(few) <= 1  # the fees of the returns are read once they exist


def test_each_kind_has_its_tile_in_its_own_words(house, kinds) -> None:
    kinds("bo")
    page = house.client("bo").get("/dashboard").text
    for words in (
        "Due now",
        "Payment due",
        "Minimum payment",
        "Buy it today for $850.00",
        "of the limit is free",
    ):
        assert words in page


def test_a_customer_with_every_kind_costs_no_more_statements(house, kinds, pay, count_statements) -> None:
    refs = kinds("bo")
    client = house.client("bo")
    client.get("/dashboard")
    for ref in refs.values():
        pay("bo", ref, 1_000, method="card")
    with count_statements() as sent:
        assert client.get("/dashboard").status_code == 200
    asked = [text for text in sent if not text.startswith(("BEGIN", "ROLLBACK", "COMMIT", "PRAGMA"))]
    assert len(asked) <= 7, "\n".join(asked)
