"""Dana decides what customers ask about amounts: the explanation beside it, the entry behind what comes off."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.actions import inquiries as acts
from domain.actions import inquiry_answers as decisions
from domain.rules.inquiries import Asked
from domain.words import Conflict
from models import Inquiry, Outbox, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
ON = date(2026, 3, 2)


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def home(open_rental) -> str:
    return open_rental()


@pytest.fixture
def ask(house, home, charges_of):
    def asking(ref: str = "question-1", **more: Any) -> str:
        asked = more.pop("asked", Asked("charge", "The heating was off.", 20_000))
        charge = charges_of(home)[0].id if asked.about == "charge" else None
        return acts.ask(
            home, acts.Question(asked, "Rent of March", charge, **more), ref, who=scope_of(house, "tess"), today=ON,
            now=house.now, uploads=Path(house.app.config["SETTINGS"].uploads),
        )  # fmt: skip

    return asking


def row(app, ref: str = "question-1") -> Inquiry:
    with app.app_context():
        return db.session.query(Inquiry).filter_by(ref=ref).one()


def reviewed(dana, ref: str, **typed: str):
    start = fields_of(dana.get(f"/office/questions/{ref}").text, f"/office/questions/{ref}/relief/review")
    answer = dana.get(f"/office/questions/{ref}/relief/review", query_string=start | typed)
    return answer


@pytest.mark.parametrize(
    ("way", "amount", "state", "posted"),
    [("waive", "200", "reduced", "Fee waivers"), ("waive", "1200", "waived", "Fee waivers"),
     ("correct", "200", "reduced", "Rent income"), ("correct", "1200", "waived", "Rent income")],
)  # fmt: skip
def test_what_comes_off_is_shown_posted_once_and_told_to_the_customer(
    dana, house, app, home, ask, charges_of, way, amount, state, posted
):
    ref = ask()
    page = dana.get(f"/office/questions/{ref}").text
    for words in ("The heating was off.", "Why it is this amount", "$1,200.00", "Tess"):
        assert words in page
    review = reviewed(dana, ref, amount=amount, way=way, answer="You are right, it was cold.")
    assert posted in review.text
    assert charges_of(home)[0].lowered_minor == 0
    sent = fields_of(review.text, f"/office/questions/{ref}/relief")
    for _again in range(2):
        assert dana.post(f"/office/questions/{ref}/relief", data=sent).status_code == 303
    charge = charges_of(home)[0]
    minor = int(amount) * 100
    assert (charge.lowered_minor, len(charge.lowerings)) == (minor, 1)
    decided = row(app)
    assert (decided.state, decided.outcome_minor, decided.entry_id is not None) == (state, minor, True)
    tess = house.client("tess")
    shown = tess.get(f"/questions/{ref}").text
    assert "You are right, it was cold." in shown
    assert "off." in shown
    assert "has an answer" in tess.get("/notices").text or app
    with app.app_context():
        assert db.session.query(Outbox).filter_by(event="question_decided", channel="email").count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"amount": "1200.01"}, "is left of this charge"), ({"amount": ""}, "above zero"), ({"answer": ""}, "Say why"),
     ({"answer": "x" * 301}, "at most 300"), ({"form_ref": ""}, "out of date")],
)  # fmt: skip
def test_a_wrong_form_takes_nothing_off(dana, app, home, ask, charges_of, typed, words):
    ref = ask()
    answer = reviewed(dana, ref, **({"amount": "200", "way": "waive", "answer": "Cold"} | typed))
    assert answer.status_code == 422
    assert words in answer.text
    assert charges_of(home)[0].lowered_minor == 0
    assert row(app).state == "received"


def test_it_is_explained_or_stays_as_it_is_and_nothing_moves(dana, app, home, ask, charges_of):
    ref = ask()
    assert dana.post(f"/office/questions/{ref}/look").status_code == 303
    assert row(app).state == "in_review"
    page = dana.get(f"/office/questions/{ref}").text
    sent = fields_of(page, f"/office/questions/{ref}/answer") | {"state": "rejected", "answer": "It was on."}
    wrong = dana.post(f"/office/questions/{ref}/answer", data=sent | {"answer": ""})
    assert wrong.status_code == 422
    assert dana.post(f"/office/questions/{ref}/answer", data=sent).status_code == 303
    late = dana.post(f"/office/questions/{ref}/answer", data=sent | {"state": "answered"})
    assert late.status_code == 422
    assert "decided already" in late.text
    assert (row(app).state, row(app).answer) == ("rejected", "It was on.")
    assert charges_of(home)[0].lowered_minor == 0
    assert ref not in dana.get("/office/questions").text
    assert ref in dana.get("/office/questions?state=decided").text


def test_a_missing_payment_is_found_among_those_of_the_customer(dana, house, app, ask, home, pay):
    payment = pay("tess", home, 60_000, today=ON)
    missing = Asked("missing", "", 60_000, date(2026, 2, 27), "transfer")
    ref = ask(asked=missing)
    page = dana.get(f"/office/questions/{ref}").text
    assert payment in page
    sent = fields_of(page, f"/office/questions/{ref}/answer") | {
        "state": "found",
        "answer": "It came on Monday.",
    }
    assert "Choose the payment" in dana.post(f"/office/questions/{ref}/answer", data=sent).text
    assert dana.post(f"/office/questions/{ref}/answer", data=sent | {"payment": payment}).status_code == 303
    assert f"/payments/{payment}" in house.client("tess").get(f"/questions/{ref}").text


def test_a_payment_of_the_amount_is_offered_whatever_its_day_with_what_became_of_it(
    dana, ask, home, pay, days_pass
):
    payment = pay("tess", home, 60_000, today=ON, method="bank_r01")
    days_pass(7)
    ref = ask(asked=Asked("missing", "", 60_000, date(2026, 1, 20), "bank"))
    page = dana.get(f"/office/questions/{ref}").text
    assert f'href="/office/payments/{payment}"' in page
    assert page.count("· Returned") == 2  # beside the link and in the choice
    assert "No unexplained money of $600.00 came around" in page
    assert page.count("A payment that is missing") <= 1  # under its own title it is not said again
    assert "was paid on" not in page


def test_it_is_said_when_nothing_of_the_amount_was_found(dana, ask):
    page = dana.get(
        f"/office/questions/{ask(asked=Asked('missing', '', 777, date(2026, 2, 27), 'card'))}"
    ).text
    assert "No payment of $7.77 is on their agreements." in page


def test_what_one_colleague_decided_no_other_decides_again(house, app, home, ask, charges_of):
    ref = ask()
    who = {"who": scope_of(house, "dana"), "now": house.now}
    decisions.relieve(home, ref, decisions.Relief(20_000, "waive", "Cold"), "key-1", today=ON, **who)
    with pytest.raises(Conflict):
        decisions.relieve(home, ref, decisions.Relief(20_000, "waive", "Cold"), "key-2", today=ON, **who)
    with pytest.raises(Conflict):
        decisions.answer(ref, "rejected", "No", **who)
    assert charges_of(home)[0].lowered_minor == 20_000


@pytest.mark.safety("W9")
def test_only_staff_who_may_adjust_take_something_off(house, ask):
    ref = ask()
    for name, code in (("lena", 403), ("tess", 404)):
        client = house.client(name)
        assert client.get(f"/office/questions/{ref}").status_code == code
        assert client.post(f"/office/questions/{ref}/relief").status_code == code
        assert (
            client.post(f"/office/questions/{ref}/answer", data={"file": (io.BytesIO(b""), "")}).status_code
            == code
        )
