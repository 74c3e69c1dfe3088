"""Handing an agreement over at the counter: the code, how far they have come, the sheet."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import time_machine
from pypdf import PdfReader

from domain.actions import people
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")
CODE = re.compile(r"http://localhost(/claim/[\w-]+)")


@pytest.fixture
def newcomer(house, open_agreement):
    """Nora, who has signed at the counter and has no account: (ref of the person, ref of the agreement)."""
    ref = people.create_person("Nora Vance", "nora@example.org", by="test", now=house.now)
    loan = open_agreement(None, number="L-88")
    people.assign(loan, by="test", today=house.now.date(), now=house.now, person_ref=ref)
    return ref, loan


@pytest.fixture
def codes(monkeypatch):
    """The addresses that were drawn as pictures."""
    from blueprints.office import hand_over

    drawn = []

    def seen(address: str) -> str:
        drawn.append(address)
        return draw(address)

    draw = hand_over.picture
    monkeypatch.setattr(hand_over, "picture", seen)
    return drawn


def show(client, agreement: str, person: str):
    return client.post(f"/office/agreements/{agreement}/hand-over", data={"person": person})


def claim(client, address: str):
    path = CODE.match(address)[1]
    return client.post(path, data={"username": "nora", "password": "9f2c-7712-aa01-quay"})


def test_the_code_opens_the_account_on_the_customers_phone_and_the_walk_begins(
    app, house, newcomer, codes
) -> None:
    person, agreement = newcomer
    answer = show(house.client("dana"), agreement, person)
    assert answer.status_code == 200
    assert "Nora Vance scans this" in answer.text
    phone = app.test_client()
    page = phone.get(CODE.match(codes[0])[1]).text
    assert "Hello, Nora Vance" in page
    assert "shown to Nora Vance in person" in page
    done = claim(phone, codes[0])
    assert (done.status_code, done.location) == (303, f"/agreements/{agreement}/start")
    assert "Your first steps" in phone.get(done.location).text


def test_the_mail_for_later_goes_out_by_itself_once(house, newcomer, mails, codes) -> None:
    person, agreement = newcomer
    dana = house.client("dana")
    show(dana, agreement, person)
    show(dana, agreement, person)
    (sent,) = mails("claim")
    assert sent.to_address == "nora@example.org"
    assert sent.secret["link"] not in codes


def test_a_newer_code_voids_the_one_before_and_neither_voids_the_mail(app, house, newcomer, codes) -> None:
    person, agreement = newcomer
    dana = house.client("dana")
    show(dana, agreement, person)
    show(dana, agreement, person)
    page = app.test_client().get(CODE.match(codes[0])[1])
    assert page.status_code == 410
    assert "There is a newer code" in page.text
    assert house.client("dana").get(f"/office/people/{person}").text.count("It works until") == 1


def test_a_code_works_for_half_an_hour_and_once(app, house, newcomer, codes) -> None:
    person, agreement = newcomer
    show(house.client("dana"), agreement, person)
    with time_machine.travel(house.now + timedelta(minutes=31), tick=False):
        page = app.test_client().get(CODE.match(codes[0])[1])
        assert (page.status_code, "This code is too old" in page.text) == (410, True)
    assert claim(app.test_client(), codes[0]).status_code == 303
    assert claim(app.test_client(), codes[0]).status_code == 410


def test_who_has_an_account_signs_in_to_the_walk(house, open_agreement, codes) -> None:
    loan = open_agreement("bo", number="L-7")
    show(house.client("dana"), loan, house.person("bo"))
    assert codes == [f"http://localhost/sign-in?next=/agreements/{loan}/start"]


def test_only_who_is_on_the_agreement_gets_a_code(house, newcomer, codes) -> None:
    _person, agreement = newcomer
    dana = house.client("dana")
    answer = show(dana, agreement, house.person("bo"))
    assert answer.status_code == 303
    assert "This person is not on this agreement." in dana.get(answer.location).text
    assert codes == []


def test_how_far_they_have_come_is_seen_by_itself(app, house, newcomer, codes) -> None:
    person, agreement = newcomer
    dana = house.client("dana")
    headers = {"HX-Request": "true"}
    widget = f"/office/agreements/{agreement}/hand-over/widgets/holders"
    assert "No account" in dana.get(widget, headers=headers).text
    show(dana, agreement, person)
    claim(app.test_client(), codes[0])
    seen = dana.get(widget, headers=headers).text
    assert "Has an account" in seen
    assert "No way to pay" in seen
    assert "<html" not in seen


@pytest.mark.parametrize(("language", "words"), [("en", "How you begin"), ("es", "Cómo se empieza")])
def test_the_welcome_sheet_says_where_and_what_in_both_languages(house, newcomer, language, words) -> None:
    person, agreement = newcomer
    address = f"/office/agreements/{agreement}/welcome-sheet.pdf?person={person}&language={language}"
    answer = house.client("dana").get(address)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert words in text
    assert "Nora Vance" in text
    assert "http://localhost/claim" in text.replace("\u200b", "")
    assert len(PdfReader(io.BytesIO(answer.data)).pages) == 1


def test_a_sheet_for_somebody_else_is_not_there(house, newcomer) -> None:
    _person, agreement = newcomer
    address = f"/office/agreements/{agreement}/welcome-sheet.pdf?person={house.person('bo')}"
    assert house.client("dana").get(address).status_code == 404


def test_the_form_is_the_one_on_the_page(house, newcomer) -> None:
    person, agreement = newcomer
    address = f"/office/agreements/{agreement}/hand-over"
    assert fields_of(house.client("dana").get(address).text, address)["person"] == person
