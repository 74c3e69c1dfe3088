"""Fingerprint or face as the whole sign-in, as the second step, and as the first factor of staff."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from domain.transaction import transaction
from models import Passkey, SignIn, User, db
from tests.fixtures.authenticator import Phone, give_passkey


def ask(client, address: str = "/sign-in/passkey/question"):
    return client.post(address).json["get"]


def use(client, phone: Phone, address: str = "/sign-in/passkey", **sent):
    asked = ask(client, f"{address}/question")
    return client.post(address, data={"credential": phone.answer(asked), **sent})


def change(house, who: str, **values) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user(who)).values(**values))


def newest(app) -> SignIn:
    with app.app_context():
        return db.session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()


@pytest.mark.parametrize("page", ["/", "/sign-in"])
def test_the_button_stands_hidden_below_the_form_until_the_script_shows_it(client, house, page):
    text = client.get(page).text
    assert 'data-passkey="/sign-in/passkey/question"' in text
    assert text.index('name="password"') < text.index("data-passkey")
    assert "hidden>" in text[text.index("data-passkey") :].partition("\n<input")[0]


@pytest.mark.parametrize(("who", "home"), [("bo", "/dashboard"), ("dana", "/office"), ("lena", "/office")])
def test_one_touch_is_the_whole_sign_in(app, house, who, home):
    phone, client = give_passkey(app, house, who), app.test_client()
    answer = use(client, phone)
    assert (answer.status_code, answer.location) == (303, home)
    assert client.get(home).status_code == 200
    assert newest(app).strength == "passkey"


def test_it_leads_on_to_where_one_was_and_nowhere_else(app, house):
    phone = give_passkey(app, house, "bo")
    assert use(app.test_client(), phone, next="/payments?page=2").location == "/payments?page=2"
    assert use(app.test_client(), phone, next="//evil.example").location == "/dashboard"


@pytest.mark.safety("A20")
def test_an_answer_works_once_and_in_its_own_browser(app, house):
    phone, client, thief = give_passkey(app, house, "bo"), app.test_client(), app.test_client()
    answer = {"credential": phone.answer(ask(client))}
    ask(thief)  # has a page session of its own
    assert thief.post("/sign-in/passkey", data=answer).status_code == 422
    assert app.test_client().post("/sign-in/passkey", data=answer).status_code == 422
    assert client.post("/sign-in/passkey", data=answer).status_code == 303
    assert client.post("/sign-in/passkey", data=answer).status_code == 422
    assert thief.get("/dashboard").status_code == 303


@pytest.mark.parametrize("sent", [{}, {"credential": ""}, {"credential": "{}"}, {"credential": "x" * 50_000}])
def test_what_is_no_answer_is_told_so_with_a_way_back(client, house, sent):
    page = client.post("/sign-in/passkey", data=sent)
    assert (page.status_code, 'href="/sign-in"' in page.text) == (422, True)


@pytest.mark.safety("A8")
def test_a_lockout_does_not_shut_the_passkey_out_but_a_freeze_does(app, house):
    phone = give_passkey(app, house, "bo")
    client = app.test_client()
    for _try in range(12):
        client.post("/sign-in", data={"name": "bo", "password": "wrong"})
    assert client.post("/sign-in", data={"name": "bo", "password": house.password("bo")}).status_code == 422
    assert use(app.test_client(), phone).status_code == 303
    change(house, "bo", frozen_at=house.now)
    assert use(app.test_client(), phone).status_code == 422
    change(house, "bo", frozen_at=None, disabled_at=house.now)
    assert use(app.test_client(), phone).status_code == 422


def test_a_customer_with_a_passkey_gives_it_after_the_password(app, house):
    phone, client = give_passkey(app, house, "bo"), app.test_client()
    sent = {"name": "bo", "password": house.password("bo"), "next": "/payments"}
    assert client.post("/sign-in", data=sent).location == "/second-factor?next=/payments"
    assert client.get("/dashboard").location.startswith("/second-factor")
    page = client.get("/second-factor?next=/payments").text
    assert 'data-passkey="/second-factor/passkey/question"' in page
    before = client.get_cookie("duebook").value
    answer = use(client, phone, "/second-factor/passkey", next="/payments")
    assert (answer.status_code, answer.location) == (303, "/payments")
    assert client.get_cookie("duebook").value != before
    assert newest(app).strength == "passkey"


@pytest.mark.safety("A20")
def test_somebody_elses_passkey_is_no_second_step_of_mine(app, house):
    give_passkey(app, house, "dana")
    adams, client = give_passkey(app, house, "adam"), house.client("dana", stage="password")
    asked = ask(client, "/second-factor/passkey/question") | {"allowCredentials": []}
    page = client.post("/second-factor/passkey", data={"credential": adams.answer(asked)})
    assert (page.status_code, 'href="/second-factor"' in page.text) == (422, True)
    assert client.get("/office").location.startswith("/second-factor")


@pytest.mark.safety("A21")
def test_staff_without_a_factor_take_a_passkey_instead_of_an_app(app, house, mails):
    change(house, "dana", totp_sealed=None)
    client, phone = house.client("dana", stage="password"), Phone(app.config["BASE_URL"])
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15) Chrome/143.0 Mobile"
    assert 'action="/second-factor/passkey/new"' in client.get("/second-factor").text
    asked = client.post("/second-factor/passkey/question").json["create"]
    sent = {"credential": phone.make(asked), "next": "/office/people"}
    answer = client.post("/second-factor/passkey/new", data=sent)
    assert (answer.status_code, answer.location) == (303, "/office/people")
    assert client.get("/office").status_code == 200
    assert len(mails("security_alert")) == 1
    with app.app_context():
        assert db.session.scalar(select(Passkey.name)) == "Chrome · Android"


@pytest.mark.safety("A21")
def test_a_password_alone_adds_no_passkey_beside_an_app(app, house):
    client, phone = house.client("dana", stage="password"), Phone(app.config["BASE_URL"])
    assert "passkey/new" not in client.get("/second-factor").text
    assert client.post("/second-factor/passkey/question").status_code == 422
    own = house.client("dana")
    made = phone.make(own.post("/account/passkeys/question").json["create"])
    page = client.post("/second-factor/passkey/new", data={"name": "A thief's", "credential": made})
    assert page.status_code == 422
    assert client.get("/office").location.startswith("/second-factor")


def test_a_browser_that_used_one_is_offered_it_in_the_name_field(app, house):
    phone, client = give_passkey(app, house, "bo"), app.test_client()
    page = client.get("/sign-in").text
    assert "data-autofill" not in page
    assert "webauthn" not in page
    use(client, phone)
    client.post("/sign-out")
    page = client.get("/sign-in").text
    assert "data-autofill" in page
    assert 'autocomplete="username webauthn"' in page


@pytest.mark.safety("W1")
@pytest.mark.csrf
def test_not_even_a_question_is_asked_without_the_token_of_the_form(client, house):
    assert client.post("/sign-in/passkey/question").status_code == 400


@pytest.mark.settings(DUEBOOK_BASE_URL="http://127.0.0.1:8000")
def test_at_an_address_without_a_name_no_button_is_shown(client, house):
    assert "data-passkey" not in client.get("/sign-in").text
    assert client.post("/sign-in/passkey/question").status_code == 404
