"""Ways to pay: added on the processor's page, bound to this browser, removed with a question."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from tests.fixtures.forms import fields_of


@pytest.fixture
def bo(house):
    return house.client("bo")


def begun(client, next_: str = "") -> str:
    """Begin a visit to the processor; the setup ref in the address it leads to."""
    answer = client.post("/methods/new", data={"next": next_})
    assert answer.status_code == 303
    return answer.headers["Location"].rsplit("/", 1)[1]


def choose(setup: str, slug: str = "bank") -> None:
    from gateways import registry

    registry.default().processor.visits.choose(setup, slug)


def kept(app) -> int:
    from models import PaymentMethod, db

    with app.app_context():
        query = select(func.count()).select_from(PaymentMethod).where(PaymentMethod.removed_at.is_(None))
        return db.session.scalar(query)


def test_no_way_to_pay_yet_says_how_to_begin(bo) -> None:
    page = bo.get("/methods").text
    assert "No way to pay is saved yet" in page
    assert "Add a bank account or card" in page


def test_adding_one_leads_to_the_processor_and_back(bo, app) -> None:
    setup = begun(bo)
    choose(setup)
    page = bo.get(f"/methods/return?setup={setup}").text
    assert "First Test Bank ••6789" in page
    assert kept(app) == 0
    saved = bo.post("/methods", data=fields_of(page, "/methods"))
    assert saved.headers["Location"] == "/methods"
    assert bo.post("/methods", data=fields_of(page, "/methods")).status_code == 303
    assert kept(app) == 1
    assert "First Test Bank ••6789" in bo.get("/methods").text


def test_from_a_payment_it_goes_back_there_with_the_method_chosen(bo, open_agreement, save_method) -> None:
    ref = open_agreement("bo")
    save_method("bo")
    setup = begun(bo, f"/agreements/{ref}/payments/new")
    choose(setup, "card")
    page = bo.get(f"/methods/return?setup={setup}").text
    answer = bo.post("/methods", data=fields_of(page, "/methods"))
    method = answer.headers["Location"].split("?method=")[1]
    assert answer.headers["Location"].startswith(f"/agreements/{ref}/payments/new?")
    form = fields_of(bo.get(answer.headers["Location"]).text, f"/agreements/{ref}/payments/review")
    assert form["method"] == method


def test_one_added_on_its_own_may_be_saved_and_used_for_a_payment_at_once(
    bo, open_agreement, save_method
) -> None:
    setup = begun(bo)
    choose(setup, "card")
    assert "use it for a payment now" not in bo.get(f"/methods/return?setup={setup}").text
    ref = open_agreement("bo")
    save_method("bo")
    page = bo.get(f"/methods/return?setup={setup}").text
    assert "Save it and use it for a payment now" in page
    onward = bo.post("/methods", data={"setup": setup, "keep": "1", "then": "pay"}).headers["Location"]
    answer = bo.get(onward)
    assert answer.headers["Location"].startswith(f"/agreements/{ref}/payments/new?method=")
    form = fields_of(bo.get(answer.headers["Location"]).text, f"/agreements/{ref}/payments/review")
    assert form["method"] == onward.split("?method=")[1]


def test_adding_one_is_the_main_thing_here_until_one_is_saved(bo, save_method) -> None:
    assert re.search('<button class="full">Add a bank account or card', bo.get("/methods").text)
    save_method("bo")
    assert re.search('<button class="full outline">Add a bank account or card', bo.get("/methods").text)


def test_for_one_payment_only_it_is_not_offered_again(bo, open_agreement) -> None:
    ref = open_agreement("bo")
    setup = begun(bo, f"/agreements/{ref}/payments/new")
    choose(setup, "card")
    onward = bo.post("/methods", data={"setup": setup, "keep": "0"}).headers["Location"]
    assert "for this payment only" in bo.get(onward).text
    assert "Test Card" not in bo.get(f"/agreements/{ref}/payments/new").text
    assert "Test Card" not in bo.get("/methods").text
    form = fields_of(bo.get(onward).text, f"/agreements/{ref}/payments/review")
    page = bo.post(f"/agreements/{ref}/payments/review", data=form, follow_redirects=True)
    last = fields_of(page.text, f"/agreements/{ref}/payments") | {"agree": "y"}
    assert bo.post(f"/agreements/{ref}/payments", data=last).status_code == 303


def test_coming_back_without_a_choice_stores_nothing(bo, app) -> None:
    setup = begun(bo)
    assert "Nothing was chosen" in bo.get(f"/methods/return?setup={setup}").text
    assert bo.post("/methods", data={"setup": setup}).status_code == 422
    assert kept(app) == 0


def test_a_visit_of_another_browser_is_refused(house, bo, app) -> None:
    setup = begun(bo)
    choose(setup)
    for other in (house.client("stan"), house.client("bo")):
        assert other.get(f"/methods/return?setup={setup}").status_code == 404
        assert other.post("/methods", data={"setup": setup}).status_code == 404
    assert bo.get("/methods/return").status_code == 404
    assert kept(app) == 0


@pytest.mark.parametrize(
    "next_", ["https://evil.example/x", "//evil.example", "javascript:x()", "/\\evil.example"]
)
def test_the_way_back_stays_on_this_site(bo, next_) -> None:
    setup = begun(bo, next_)
    choose(setup)
    assert bo.post("/methods", data={"setup": setup}).headers["Location"] == "/methods"


def test_removing_asks_first_and_twice_is_once(bo, app, save_method) -> None:
    ref = save_method("bo")
    page = bo.get(f"/methods/{ref}/remove").text
    assert "Remove First Test Bank ••6789?" in page
    assert kept(app) == 1
    for _ in range(2):
        assert bo.post(f"/methods/{ref}/remove").status_code == 303
    assert kept(app) == 0


def test_one_that_carries_a_payment_on_its_way_stays(bo, app, open_agreement, pay) -> None:
    from models import PaymentMethod, db

    pay("bo", open_agreement("bo"), 15597)
    with app.app_context():
        ref = db.session.scalar(select(PaymentMethod.ref))
    answer = bo.post(f"/methods/{ref}/remove")
    assert answer.status_code == 409
    assert "is on its way" in answer.text
    assert kept(app) == 1


def test_a_stranger_can_neither_see_nor_remove_it(house, app, save_method) -> None:
    ref = save_method("bo")
    stan = house.client("stan")
    assert stan.get(f"/methods/{ref}/remove").status_code == 404
    assert stan.post(f"/methods/{ref}/remove").status_code == 404
    assert kept(app) == 1


def test_cards_near_their_end_say_so(bo, save_method) -> None:
    save_method("bo", "card_expired")
    save_method("bo", "card")
    page = bo.get("/methods").text
    assert page.count(">Expired<") == 1
    assert "good until 31 Dec 2032" in page


def test_adding_and_removing_ask_for_a_fresh_proof_and_paying_does_not(
    bo, app, house, open_agreement, save_method, mails
) -> None:
    agreement, method = open_agreement("bo"), save_method("bo")
    setup = begun(bo)
    choose(setup)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        asked = [
            bo.post("/methods/new", data={"next": ""}),
            bo.post("/methods", data={"setup": setup}),
            bo.get(f"/methods/{method}/remove"),
            bo.post(f"/methods/{method}/remove"),
        ]
        assert all(answer.location.startswith("/account/step-up?next=/methods") for answer in asked)
        assert kept(app) == 1
        assert bo.get(f"/agreements/{agreement}/payments/new").status_code == 200
        page = bo.get(asked[3].location).text
        assert "Remove First Test Bank" in page
        sent = fields_of(page, "/account/step-up") | {"password": house.password("bo")}
        assert bo.post("/account/step-up", data=sent).location == f"/methods/{method}/remove"
        assert bo.post(f"/methods/{method}/remove").location == "/methods"
    assert kept(app) == 0
    assert [mail.to_address for mail in mails("security_alert")] == ["bo@example.org"]


def test_a_method_that_is_kept_is_told_to_its_owner(bo, mails) -> None:
    setup = begun(bo)
    choose(setup)
    bo.post("/methods", data={"setup": setup})
    [told] = mails("security_alert")
    assert told.data["what"]["params"]["label"] == "First Test Bank ••6789"
