"""The same payments with the processor in a process of its own, as a real one would be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests

from domain.actions import methods, payment_watch
from gateways import registry
from gateways.sandbox.remote import RemoteSandbox
from models import PaymentReturn
from tests.domain.actions.paying import DAY, HOUR, INSTALLMENT, NOW, TODAY, Till

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")]

Choose = Callable[[str], str]


@pytest.fixture
def choose(till: Till, serve_sandbox) -> Choose:
    """`choose("bank")` picks that method on the processor's own page and saves it for Bo."""
    server = serve_sandbox("--hold-seconds", "2", "--return-to", "http://localhost")
    registry.configure(RemoteSandbox(server.url, timeout=1))

    def pick(slug: str) -> str:
        setup, address = methods.begin(
            name="Harbor Motors", return_url="http://localhost/methods/return", now=datetime.now(UTC)
        )
        assert methods.chosen(setup) is None
        requests.post(address, data={"method": slug}, allow_redirects=False, timeout=10).raise_for_status()
        return methods.save(setup, keep=True, who=till.who("bo"), now=NOW)

    return pick


def test_a_bank_payment_settles_and_comes_back(till: Till, loan: str, choose: Choose) -> None:
    ref = till.pay(loan, INSTALLMENT, choose("bank_r01"))
    assert till.state(ref) == "pending"
    till.days(2)
    assert till.state(ref) == "settled"
    till.days(1, TODAY + 2 * DAY)
    assert till.count(PaymentReturn, PaymentReturn.code == "R01") == 1
    assert till.timeline(ref) == ["begun", "accepted", "settled", "returned"]
    assert till.differences() == []


@pytest.mark.parametrize(("word", "state"), [("approve", "settled"), ("decline", "failed")])
def test_the_payers_answer_on_the_page_decides(
    till: Till, loan: str, choose: Choose, word: str, state: str
) -> None:
    ref = till.pay(loan, INSTALLMENT, choose("card_confirm"), return_url="http://localhost/payments")
    assert till.state(ref) == "awaiting"
    page = till.row(ref).confirm_url
    requests.post(page, data={"decision": word}, allow_redirects=False, timeout=10).raise_for_status()
    assert payment_watch.ask_again(ref, today=TODAY, now=NOW)
    assert till.state(ref) == state
    assert till.differences() == []


@pytest.mark.safety("M9")
def test_an_answer_that_never_comes_is_unknown_until_the_record_is_asked(
    till: Till, loan: str, choose: Choose
) -> None:
    ref = till.pay(loan, 402, choose("bank"))
    assert till.state(ref) == "unknown"
    assert payment_watch.resolve_unknown(today=TODAY, now=NOW + HOUR) == 1
    assert till.state(ref) == "pending"
    assert till.charges(ref) == [(ref, 402, "accepted")]


def test_a_processor_that_is_not_there_takes_no_money_and_loses_no_payment(
    till: Till, loan: str, choose: Choose
) -> None:
    method = choose("card")
    there = registry.default()
    registry.configure(RemoteSandbox("http://127.0.0.1:1", timeout=1))
    ref = till.pay(loan, INSTALLMENT, method)
    assert till.state(ref) == "unknown"
    registry.configure(there)
    assert till.charges() == []
    assert payment_watch.resolve_unknown(today=TODAY, now=NOW + HOUR) == 1
    assert till.state(ref) == "settled"
    assert till.charges() == [(ref, INSTALLMENT, "settled")]
