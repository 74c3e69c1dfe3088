"""Links to pay: one amount, once, without signing in, and nothing of the customer is told by them."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.access import Scope
from domain.actions import counter, pay_links
from domain.actions.payment_watch import ask_again
from domain.reports.pay_links import look
from domain.words import Conflict, Gone, NotAllowed, Refused
from gateways import registry
from models import Business, PayLink, Payment, db
from tests.domain.actions.paying import NOW, TODAY, at_once

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

BACK = "http://localhost/pay-link/return"
AMOUNT = 15_597


@pytest.fixture
def link(till, loan):
    def made(amount: int = AMOUNT, name: str = "dana", **more) -> pay_links.Made:
        wishes = {"days": 7, "today": TODAY, "now": NOW} | more
        return pay_links.make(loan, amount, who=till.who(name), **wishes)

    return made


@pytest.fixture
def seen(house):
    def read(secret: str, now=NOW):
        with house.app.app_context():
            return look(secret, now, TODAY)

    return read


def begin(secret: str, ref: str = "", now=NOW) -> str:
    ref = ref or secrets.token_urlsafe(16)
    return pay_links.pay(secret, ref, "sandbox", today=TODAY, now=now, return_url=BACK)


def answer(till, ref: str, card: str) -> None:
    """Choose a card on the processor's page, and let us ask what became of it."""
    confirm = till.row(ref).confirm_url.rpartition("/")[2]
    registry.default().processor.visits.answer(confirm, True, NOW, card)
    ask_again(ref, today=TODAY, now=NOW)


def test_a_link_pays_its_amount_once(till, link, seen) -> None:
    made = link(note="March payment")
    opened = seen(made.secret)
    assert (opened.state, opened.amount_minor, opened.what) == ("open", AMOUNT, "March payment")
    ref = begin(made.secret)
    assert till.state(ref) == "awaiting"
    answer(till, ref, "card")
    assert till.state(ref) == "settled"
    paid = till.row(ref)
    assert (paid.channel, paid.amount_minor, paid.method_id) == ("link", AMOUNT, None)
    assert till.charges() == [(ref, AMOUNT, "settled")]
    assert seen(made.secret).state == "used"
    with pytest.raises(Conflict, match="has been used"):
        begin(made.secret)
    assert till.count(Payment) == 1
    assert till.differences() == []


def test_the_database_does_not_hold_what_opens_a_link(till, link, house) -> None:
    made = link()
    with house.app.app_context():
        row = db.session.scalars(select(PayLink)).one()
        stored = [str(value) for value in vars(row).values()]
    assert not any(made.secret in value for value in stored)


def test_the_same_form_makes_one_link_and_pays_once(till, link) -> None:
    first, again = link(ref="a-form-of-somebody"), link(ref="a-form-of-somebody")
    assert first == again
    assert till.count(PayLink) == 1
    with pytest.raises(Conflict):
        link(500, ref="a-form-of-somebody")
    assert begin(first.secret, "one-click") == begin(first.secret, "one-click")
    assert till.count(Payment) == 1


def test_ten_clicks_at_once_in_ten_tabs_begin_one_payment(till, link) -> None:
    made = link()
    outcomes = at_once(10, lambda _: begin(made.secret))
    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert sum(isinstance(one, Conflict) for one in outcomes) == 9
    assert till.count(Payment) == 1


def test_after_a_declined_card_the_link_can_be_used_again(till, link, seen) -> None:
    made = link()
    ref = begin(made.secret)
    answer(till, ref, "card_insufficient")
    assert till.state(ref) == "failed"
    opened = seen(made.secret)
    assert (opened.state, opened.again) == ("open", True)
    second = begin(made.secret)
    answer(till, second, "card")
    assert till.state(second) == "settled"
    assert seen(made.secret).state == "used"


def test_an_old_a_withdrawn_and_an_unknown_link_pay_nothing(till, link, seen) -> None:
    old, withdrawn = link(days=1), link()
    assert pay_links.revoke(withdrawn.ref, who=till.who("dana"), now=NOW) is True
    assert pay_links.revoke(withdrawn.ref, who=till.who("dana"), now=NOW) is False
    late = NOW + timedelta(days=1)
    assert seen(old.secret, late).state == "expired"
    assert seen(withdrawn.secret).state == "revoked"
    assert seen("a" * 40).state == "unknown"
    for secret, now, refusal in (
        (old.secret, late, Conflict),
        (withdrawn.secret, NOW, Conflict),
        ("a" * 40, NOW, Gone),
    ):
        with pytest.raises(refusal):
            begin(secret, now=now)
    assert till.count(Payment) == 0


def test_a_used_link_cannot_be_withdrawn(till, link) -> None:
    made = link()
    begin(made.secret)
    with pytest.raises(Conflict, match="has been used"):
        pay_links.revoke(made.ref, who=till.who("dana"), now=NOW)


def test_a_link_whose_payment_came_to_nothing_can_be_withdrawn(till, link, seen) -> None:
    made = link()
    answer(till, begin(made.secret), "card_insufficient")
    assert pay_links.revoke(made.ref, who=till.who("dana"), now=NOW) is True
    assert seen(made.secret).state == "revoked"
    with pytest.raises(Conflict):
        begin(made.secret)


def test_a_link_is_withdrawn_or_used_never_both(till, link) -> None:
    made = link()

    def withdraw() -> bool:
        return pay_links.revoke(made.ref, who=till.who("dana"), now=NOW)

    done = at_once(2, lambda number: withdraw() if number else begin(made.secret))
    assert sum(isinstance(one, Conflict) for one in done) == 1


def test_when_less_is_owed_meanwhile_the_link_pays_nothing_and_does_not_say_how_much(
    till, link, loan
) -> None:
    made = link(900_000)
    who = till.who("dana")
    counter.take(loan, 500_000, "cash", secrets.token_urlsafe(16), who=who, today=TODAY, now=NOW)
    with pytest.raises(Refused) as refused:
        begin(made.secret)
    assert "cannot be paid by this link any more" in str(refused.value)
    assert not any(character.isdigit() for character in str(refused.value))


def test_while_payments_are_paused_a_link_says_so_and_stays_open(till, link, seen) -> None:
    made = link()
    till.change(update(Business).values(payments_paused=True))
    with pytest.raises(Refused, match="paused"):
        begin(made.secret)
    till.change(update(Business).values(payments_paused=False))
    assert seen(made.secret).state == "open"


@pytest.mark.parametrize(("amount", "days"), [(0, 7), (-5, 7), (10**9, 7), (AMOUNT, 0), (AMOUNT, 91)])
def test_a_link_for_what_cannot_be_paid_or_for_ever_is_refused(till, link, amount, days) -> None:
    with pytest.raises(Refused):
        link(amount, days=days)
    assert till.count(PayLink) == 0


def test_a_customer_makes_one_for_somebody_who_pays_for_them_and_nobody_elses(till, link, loan) -> None:
    made = link(name="bo")
    ref = begin(made.secret)
    assert till.row(ref).person_id == till.who("bo").person_id
    assert till.row(ref).begun_by.startswith("link:")
    with pytest.raises(Gone):
        link(name="stan")
    with pytest.raises(NotAllowed):
        link(name="lena")
    with pytest.raises(Gone):
        pay_links.revoke(made.ref, who=till.who("stan"), now=NOW)


def test_a_link_opens_no_payment_but_its_own(till, link, loan, house) -> None:
    first, second = link(), link(500)
    ref = begin(first.secret)
    with house.app.app_context():
        rows = {row.ref: row for row in db.session.scalars(select(PayLink))}
        own = pay_links.scope_of(rows[first.ref])
        other = pay_links.scope_of(rows[second.ref])
        assert [row.ref for row in db.session.scalars(own.select(Payment))] == [ref]
        assert list(db.session.scalars(other.select(Payment))) == []
        assert isinstance(own, Scope)
        assert not own.rights


def test_no_more_than_twenty_links_of_an_agreement_wait(link) -> None:
    for number in range(pay_links.MOST_OPEN):
        link(100 + number)
    with pytest.raises(Refused, match="20 open links"):
        link(99)
