"""The page of a link to pay: what it tells, to whom, and that it pays once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.actions import pay_links
from gateways import registry
from models import Payment, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of
from tests.fixtures.paying import payments_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def link(house, open_agreement):
    agreement = open_agreement("bo")

    def made(amount: int = 15_597, **more) -> pay_links.Made:
        clock = house.app.extensions["clock"]
        wishes = {"days": 7, "today": clock.today(), "now": clock.now()} | more
        return pay_links.make(agreement, amount, who=scope_of(house, "dana"), **wishes)

    return made


@pytest.fixture
def visitor(app):
    return app.test_client()


def form_of(visitor, made) -> dict[str, str]:
    address = f"/pay-link/{made.secret}"
    return fields_of(visitor.get(address).text, address)


def confirm(app, card: str) -> None:
    with app.app_context():
        asked = db.session.scalars(select(Payment.confirm_url).order_by(Payment.id.desc())).first()
    ref = asked.rpartition("/")[2]
    registry.default().processor.visits.answer(ref, True, datetime.now(UTC), card)


def test_it_says_who_what_for_and_how_much_and_nothing_of_the_customer(visitor, link) -> None:
    page = visitor.get(f"/pay-link/{link(note='Payment for March').secret}")
    assert page.status_code == 200
    for words in ("Pay Harbor Motors", "Payment for March", "$155.97", "This link works once, until"):
        assert words in page.text
    for secret in ("Bo", "Rivera", "9,0", "8,8", "Owed"):
        assert secret not in page.text.replace("Book", "")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


def test_looking_uses_nothing_up_and_paying_uses_it_once(visitor, app, link) -> None:
    made = link()
    address = f"/pay-link/{made.secret}"
    for _ in range(3):
        assert "by card" in visitor.get(address).text
    form = form_of(visitor, made)
    answers = [visitor.post(address, data=form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert "/sandbox-processor/confirm/" in answers[0].headers["Location"]
    assert payments_of(app) == 1
    waits = visitor.get(address).text
    assert "Your yes is needed." in waits
    confirm(app, "card")
    back = visitor.get(f"{address}/back").text
    check = visitor.post(f"{address}/check", data=fields_of(back, f"{address}/check"), follow_redirects=True)
    assert "It is paid. Thank you." in check.text
    assert "R-000001" in check.text
    assert "by card" not in visitor.get(address).text


def test_a_second_tab_pays_no_second_time(visitor, app, link) -> None:
    made = link()
    address = f"/pay-link/{made.secret}"
    first, second = form_of(visitor, made), form_of(visitor, made)
    one, other = (visitor.post(address, data=form) for form in (first, second))
    assert one.headers["Location"] == other.headers["Location"]
    assert payments_of(app) == 1


def test_after_a_declined_card_one_can_try_again(visitor, app, link) -> None:
    made = link()
    address = f"/pay-link/{made.secret}"
    visitor.post(address, data=form_of(visitor, made))
    confirm(app, "card_insufficient")
    back = visitor.get(f"{address}/back").text
    page = visitor.post(f"{address}/check", data=fields_of(back, f"{address}/check"), follow_redirects=True)
    for words in (
        "This payment did not go through.",
        "There was not enough money for this payment.",
        "No money was taken and it cost you nothing.",
        "Make sure the money is there, then pay again, or use another way to pay.",
        "You can try again, also with another card.",
    ):
        assert words in page.text
    visitor.post(address, data=form_of(visitor, made))
    assert payments_of(app) == 2


def test_an_unknown_link_is_not_found_and_a_withdrawn_one_says_so(visitor, app, house, link) -> None:
    assert visitor.get(f"/pay-link/{'a' * 40}").status_code == 404
    made = link()
    form = form_of(visitor, made)
    pay_links.revoke(made.ref, who=scope_of(house, "dana"), now=datetime.now(UTC))
    page = visitor.get(f"/pay-link/{made.secret}")
    assert (page.status_code, "This link was withdrawn" in page.text) == (410, True)
    assert visitor.post(f"/pay-link/{made.secret}", data=form, follow_redirects=True).status_code == 410
    assert payments_of(app) == 0


def test_an_old_link_says_so(visitor, house, link) -> None:
    clock = house.app.extensions["clock"]
    made = link(days=1, now=clock.now() - timedelta(days=2))
    page = visitor.get(f"/pay-link/{made.secret}")
    assert (page.status_code, "This link is too old" in page.text) == (410, True)


@pytest.mark.safety("M13")
@pytest.mark.parametrize("changed", [{"fee": "5"}, {"gateway": "other"}, {"ref": "x"}])
def test_a_form_that_was_changed_on_the_way_pays_nothing(visitor, app, link, changed) -> None:
    made = link()
    answer = visitor.post(f"/pay-link/{made.secret}", data=form_of(visitor, made) | changed)
    assert answer.status_code == 422
    assert payments_of(app) == 0


@pytest.mark.safety("M13")
def test_the_form_of_another_link_pays_nothing_here(visitor, app, link) -> None:
    cheap, dear = link(100), link(90_000)
    answer = visitor.post(f"/pay-link/{dear.secret}", data=form_of(visitor, cheap))
    assert answer.status_code == 422
    assert payments_of(app) == 0


def test_when_less_is_owed_it_says_so_without_saying_how_much(visitor, app, link, house, pay) -> None:
    made = link(900_000)
    form = form_of(visitor, made)
    with app.app_context():
        agreement = db.session.scalars(select(pay_links.Agreement.ref)).one()
    pay("bo", agreement, 500_000, method="card")
    answer = visitor.post(f"/pay-link/{made.secret}", data=form)
    assert answer.status_code == 422
    assert "cannot be paid by this link any more" in answer.text
    assert "You owe" not in answer.text
    assert payments_of(app) == 1
