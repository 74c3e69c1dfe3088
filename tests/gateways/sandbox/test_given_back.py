"""Refunds, cases and payouts of the sandbox."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from gateways.base import GatewayRefused, NoticeRefused
from gateways.sandbox.client import EmbeddedSandbox
from tests.gateways.conftest import NOW, TODAY

DAY = timedelta(days=1)


def charge(sandbox: EmbeddedSandbox, name: str = "1", token: str = "sbx_card", amount: int = 10_000) -> None:
    sandbox.charge(
        key=f"k{name}", ref=f"r{name}", amount_minor=amount, currency="USD", token=token, on=TODAY, now=NOW
    )


def refund(sandbox: EmbeddedSandbox, amount: int, name: str = "1"):
    return sandbox.refund(
        key=f"refund-{name}", charge_key="k1", charge_ref="r1", amount_minor=amount, on=TODAY, now=NOW
    )


def kinds(sandbox: EmbeddedSandbox) -> list[tuple[str, int]]:
    return [(event.kind, event.amount_minor) for event in sandbox.events("", 100)]


def test_a_refund_that_fails_comes_back_a_business_day_later(embedded) -> None:
    charge(embedded)
    assert refund(embedded, 601).state == "settled"
    embedded.advance(on=TODAY + 5 * DAY, now=NOW)
    assert kinds(embedded) == [("settled", 10_000), ("refunded", 601), ("refund_failed", 601)]
    assert embedded.look_up("refund-1", "").state == "returned"
    assert refund(embedded, 10_000, "2").state == "settled"


def test_a_refund_that_waits_arrives_a_business_day_later(embedded) -> None:
    charge(embedded)
    assert refund(embedded, 602).state == "accepted"
    assert kinds(embedded) == [("settled", 10_000)]
    embedded.advance(on=TODAY + 5 * DAY, now=NOW)
    assert kinds(embedded) == [("settled", 10_000), ("refunded", 602)]
    assert embedded.look_up("refund-1", "").state == "settled"


def test_a_case_names_itself_its_due_day_and_what_was_not_given_back(embedded) -> None:
    charge(embedded, token="sbx_card_dispute_won")
    refund(embedded, 4_000)
    embedded.advance(on=TODAY + 3 * DAY, now=NOW)
    opened = embedded.events("", 100)[-1]
    assert (opened.kind, opened.amount_minor, opened.due_on) == ("disputed", 6_000, TODAY + 10 * DAY)
    with pytest.raises(GatewayRefused):
        refund(embedded, 1_000, "2")
    embedded.advance(on=TODAY + 13 * DAY, now=NOW)
    won = embedded.events("", 100)[-1]
    assert (won.kind, won.case_ref) == ("dispute_won", opened.case_ref)
    assert refund(embedded, 1_000, "3").state == "settled"


def test_each_day_is_paid_out_net_on_the_next_business_day(embedded) -> None:
    charge(embedded)
    charge(embedded, "2", amount=5_000)
    refund(embedded, 4_000)
    assert embedded.payouts(TODAY) == []
    embedded.advance(on=TODAY + 7 * DAY, now=NOW)
    (paid,) = embedded.payouts(TODAY)
    assert (paid.amount_minor, paid.fees_minor, paid.currency, paid.keys) == (11_000, 0, "USD", ())
    assert TODAY < paid.arrives_on < TODAY + 7 * DAY
    assert embedded.payouts(paid.arrives_on + DAY) == []


def test_a_payout_names_its_charges_where_they_come_to_its_amount(embedded) -> None:
    charge(embedded)
    charge(embedded, "2", amount=5_000)
    embedded.advance(on=TODAY + 7 * DAY, now=NOW)
    (paid,) = embedded.payouts(TODAY)
    assert (paid.amount_minor, paid.keys) == (15_000, ("k1", "k2"))


def test_a_page_that_was_closed_cannot_be_paid_on(embedded) -> None:
    charge(embedded, token="sbx_card_confirm")
    assert embedded.expire("k1", "r1").state == "declined"
    assert embedded.expire("k1", "r1").state == "declined"
    assert embedded.expire("nobody", "r1").state == "not_found"


def test_it_sends_no_webhooks(embedded) -> None:
    with pytest.raises(NoticeRefused):
        embedded.read_event(b"{}", {}, NOW)


def test_a_record_of_the_first_version_is_taken_over(tmp_path) -> None:
    path = tmp_path / "old.db"
    EmbeddedSandbox(path).processor.store.close()
    with sqlite3.connect(path) as old:
        for table, column in (
            ("charges", "disputed"), ("refunds", "state"), ("refunds", "due_on"), ("events", "case_ref"),
            ("events", "due_on"),
        ):  # fmt: skip
            old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        old.execute("PRAGMA user_version=1")
    again = EmbeddedSandbox(path)
    charge(again)
    assert kinds(again) == [("settled", 10_000)]
