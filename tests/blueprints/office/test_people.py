"""Dana keeps the people: finds them, adds them, changes how to reach them, mails them their link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import func, select

from domain.actions import people
from tests.fixtures.rentals import let_flat
from tests.test_access_limits import limit


@pytest.fixture
def dana(house):
    return house.client("dana")


def count(app) -> int:
    from models import Person, db

    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Person))


def add(dana, **more: str):
    return dana.post(
        "/office/people", data={"name": "Ann Bell", "email": "", "phone": "", "address": ""} | more
    )


def test_people_are_found_by_name_number_address_and_phone_however_it_is_written(dana):
    add(dana, name="Ángela Ruiz", email="angela@example.org", phone="+1 (555) 010-4477")
    for words in ("ángela", "ÁNGELA ruiz", "angela@", "5550104477", "555 0104"):
        assert "Ángela Ruiz" in dana.get("/office/people", query_string={"q": words}).text, words
    assert "Nobody fits" in dana.get("/office/people?q=nobody-like-this").text


def test_the_list_filters_by_account_and_sorts_with_both_in_its_address(dana):
    add(dana, name="Ann Bell")
    page = dana.get("/office/people?account=none&sort=-name").text
    assert "Ann Bell" in page
    assert "Bo Rivera" not in page
    assert 'aria-sort="descending"' in page
    assert "Lena Fischer" in dana.get("/office/people?role=staff").text
    assert "Lena Fischer" not in dana.get("/office/people?role=customers").text


def test_a_new_person_gets_a_page_of_their_own_and_no_mail(app, dana, mails):
    answer = add(
        dana, name="  Ann   Bell ", email="ann@example.org", phone="+1 555 0123", address="1 Elm St\nBath"
    )
    assert answer.status_code == 303
    page = dana.get(answer.location).text
    assert "Ann Bell" in page
    assert "1 Elm St<br>Bath" in page
    assert "On no agreement" in page
    assert mails("claim") == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Write the person's name."),
        ({"email": "not whole"}, "This is not a whole mail address"),
        ({"phone": "5" * 60}, "at most 40 characters"),
        ({"email": "bo@example.org"}, "We know somebody with this e-mail address"),
    ],
)
def test_a_wrong_form_is_422_keeps_what_was_typed_and_adds_nobody(app, dana, wrong, words):
    before = count(app)
    answer = add(dana, **({"address": "9 Oak Lane"} | wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert "9 Oak Lane" in answer.text
    assert count(app) == before


def test_control_characters_are_left_out_and_markup_is_shown_as_text(dana):
    answer = add(dana, name="Ann\x00\x07 <b>Bell</b>", address="a\x00b")
    assert answer.status_code == 303
    page = dana.get(answer.location).text
    assert "Ann &lt;b&gt;Bell&lt;/b&gt;" in page


def test_a_person_shows_what_they_owe_what_they_paid_and_what_was_done(
    house, dana, open_agreement, pay, days_pass
):
    ref = open_agreement("bo", number="L-1", age_days=60)
    pay("bo", ref, 5_000)
    days_pass(5)
    page = dana.get(f"/office/people/{house.person('bo')}").text
    assert ">L-1<" in page
    assert "days late" in page
    assert "$50.00" in page
    assert "Person added" in page
    assert "Has an account" in page


def test_contact_is_changed_in_place_with_htmx_and_on_a_page_without(app, house, dana):
    bo = house.person("bo")
    form = {
        "name": "Bo Rivera",
        "email": "bo@example.org",
        "phone": "+1 555 0199",
        "address": "",
        "language": "es",
    }
    inside = dana.post(f"/office/people/{bo}/contact", data=form, headers={"HX-Request": "true"})
    assert inside.status_code == 200
    assert inside.text.lstrip().startswith('<section id="contact"')
    assert "+1 555 0199" in inside.text
    assert "saved" in inside.text
    plain = dana.post(f"/office/people/{bo}/contact", data=form | {"phone": "+1 555 0200"})
    assert plain.status_code == 303
    assert "+1 555 0200" in dana.get(plain.location).text


def test_another_address_shows_the_whole_page_anew_for_what_can_be_mailed_now(house, dana):
    stan = f"/office/people/{house.person('stan')}"
    form = {"name": "Stan Field", "email": "stan.two@example.org", "phone": "", "address": "", "language": ""}
    answer = dana.post(f"{stan}/contact", data=form, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == stan


def test_a_wrong_contact_changes_nothing_at_all(house, dana):
    bo = house.person("bo")
    form = {"name": "", "email": "other@example.org", "phone": "1", "address": "", "language": ""}
    for headers in ({}, {"HX-Request": "true"}):
        answer = dana.post(f"/office/people/{bo}/contact", data=form, headers=headers)
        assert answer.status_code == 422
        assert "other@example.org" in answer.text
    assert "bo@example.org" in dana.get(f"/office/people/{bo}").text


def test_the_link_is_mailed_to_the_address_on_file_and_a_second_click_sends_nothing(dana, mails):
    page = add(dana, email="ann@example.org").location
    first = dana.post(f"{page}/invitations")
    assert first.status_code == 303
    shown = dana.get(page).text
    assert "a•••@example.org" in shown
    assert "It can be sent again at" in shown
    assert "Invited" in shown
    dana.post(f"{page}/invitations")
    assert [mail.to_address for mail in mails("claim")] == ["ann@example.org"]


def test_no_link_goes_to_somebody_without_an_address_or_with_an_account(house, dana, mails):
    page = add(dana).location
    assert "Write down an e-mail address first" in dana.get(page).text
    dana.post(f"{page}/invitations")
    dana.post(f"/office/people/{house.person('bo')}/invitations")
    assert mails("claim") == []


def test_a_person_who_is_not_there_is_404_and_a_landlord_has_no_right_to_people(house, dana):
    for path in ("", "/contact", "/contact/edit"):
        assert dana.get(f"/office/people/nobody{path}").status_code == 404
    assert dana.post("/office/people/nobody/invitations").status_code == 404
    lena = house.client("lena")
    assert lena.get("/office/people").status_code == 403
    assert lena.get(f"/office/people/{house.person('bo')}").status_code == 403
    assert lena.post("/office/people", data={"name": "X"}).status_code == 403


@pytest.mark.parametrize("colleague", ["adam", "lena", "dana"])
def test_staff_do_not_change_where_the_links_of_a_colleague_go_but_an_administrator_does(
    house, dana, mails, colleague
):
    address = f"/office/people/{house.person(colleague)}/contact"
    form = {"name": "Somebody", "email": "mine@example.org", "phone": "", "address": ""}
    assert dana.post(address, data=form).status_code == 403
    assert f"{colleague}@example.org" in dana.get(f"/office/people/{house.person(colleague)}").text
    assert mails("email_changed") == []
    assert house.client("adam").post(address, data=form).status_code == 303


@pytest.mark.safety("W9")
@pytest.mark.database("sqlite")
def test_limited_staff_invite_nobody_by_an_agreement_that_they_do_not_see(house, mails, open_agreement):
    """The mail says the number of the agreement: a foreign one answers as one that does not exist."""
    own, foreign = let_flat(house, "tess"), open_agreement("bo", number="CANARY-1")
    ann = people.create_person("Ann Bell", "ann@example.org", by=house.by, now=house.now)
    people.assign(
        own.agreement, person_ref=ann, role="joint", by=house.by, today=house.now.date(), now=house.now
    )
    limit(house, "dana", "staff", properties=[own.property])
    dana, page = house.client("dana"), f"/office/people/{ann}/invitations"
    for agreement in (foreign, "nothing-of-this-name"):
        assert dana.post(page, data={"agreement": agreement}).status_code == 404
    assert mails("claim") == []
    assert dana.post(page, data={"agreement": own.agreement}).status_code == 303
    assert len(mails("claim")) == 1


@pytest.mark.safety("A22", "A23")
@pytest.mark.database("sqlite")
def test_another_address_for_an_account_asks_again_who_it_is_and_for_that_address_only(house, dana):
    """The link to a new password goes to the address on file: a desk that was left open must not change it."""
    page = f"/office/people/{house.person('bo')}"
    ann = add(dana, email="ann@example.org").location

    def change(email: str, person: str = page) -> str:
        form = {"name": "Somebody", "email": email, "phone": "", "address": "", "language": ""}
        return dana.post(f"{person}/contact", data=form).location

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert change("bo@example.org") == page  # the same one
        assert change("new@example.org", ann) == ann  # nobody signs in by it
        asked = change("new@example.org")
        assert asked == f"/account/step-up?next={page}/contact/edit"
        assert "new@example.org" in dana.get(asked).text
        assert "bo@example.org" in dana.get(page).text
        code = pyotp.TOTP(house.seed("dana")).now()
        dana.post("/account/step-up", data={"password": house.password("dana"), "code": code})
        assert change("other@example.org") == asked
        assert change("new@example.org") == page
        assert "new@example.org" in dana.get(page).text
