"""Who runs the place invites colleagues, says what they may do, and lets them go; nobody else does."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import AuditEvent, Person, SignIn, Token, User, UserLimit, db
from tests.fixtures.forms import fields_of
from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.database("sqlite")
PASSWORD = "correct-horse-battery-nail"
NORA = {"name": "Nora North", "email": "nora@example.org", "role": "staff", "duties": ["collect", "report"]}


@pytest.fixture
def adam(house):
    return house.client("adam")


def link_of(mail) -> str:
    return mail.secret["link"].removeprefix("http://localhost")


def user_of(house, name: str) -> User:
    with house.app.app_context():
        return db.session.scalars(sa.select(User).where(User.username == name)).one()


def events(house, action: str) -> list[AuditEvent]:
    with house.app.app_context():
        return list(db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)))


@pytest.mark.safety("A21")
def test_a_colleague_is_invited_by_mail_chooses_a_password_and_must_set_up_a_second_factor(
    house, adam, mails
):
    flat = let_flat(house, "tess")
    answer = adam.post(
        "/office/users", data=NORA | {"properties": [flat.property], "branches": "North,  South "}
    )
    assert (answer.status_code, answer.location) == (303, "/office/users")
    [mail] = mails("invitation")
    assert mail.to_address == "nora@example.org"
    assert "Nora North" in adam.get("/office/users").text
    nora = house.app.test_client()
    for _ in range(2):  # looking uses nothing up
        assert nora.get(link_of(mail)).status_code == 200
    answer = nora.post(link_of(mail), data={"username": "nora", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/second-factor")
    assert nora.get("/office").location.startswith("/second-factor")
    user = user_of(house, "nora")
    assert (user.role, user.duties, user.totp_sealed) == ("staff", ["collect", "report"], None)
    with house.app.app_context():
        limits = db.session.scalars(sa.select(UserLimit).where(UserLimit.user_id == user.id)).all()
        assert sorted(row.branch for row in limits) == ["", "North", "South"]
    assert [event.detail["role"] for event in events(house, "user.invited")] == ["staff"]


@pytest.mark.safety("A1")
def test_the_password_of_a_colleague_has_twelve_characters_at_least(house, adam, mails):
    adam.post("/office/users", data=NORA)
    [mail] = mails("invitation")
    answer = house.app.test_client().post(link_of(mail), data={"username": "nora", "password": "short-one-1"})
    assert answer.status_code == 422
    assert "12 characters" in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": ""}, {"email": "nora"}, {"name": ""}, {"role": "customer"}, {"role": "owner"},
        {"duties": ["everything"]}, {"properties": ["not-there"]}, {"email": "dana@example.org"},
        {"branches": "x" * 61},
    ],
)  # fmt: skip
def test_an_invitation_that_makes_no_sense_is_refused_and_nothing_is_written(house, adam, mails, wrong):
    assert adam.post("/office/users", data=NORA | wrong).status_code == 422
    assert mails("invitation") == []
    with house.app.app_context():
        assert db.session.scalar(sa.select(Person.id).where(Person.name == "Nora North")) is None


def test_an_invitation_taken_back_opens_nothing(house, adam, mails):
    adam.post("/office/users", data=NORA)
    with house.app.app_context():
        ref = db.session.scalars(sa.select(Person.ref).where(Person.name == "Nora North")).one()
    adam.post(f"/office/users/invitations/{ref}/withdrawn")
    assert "Nora North" not in adam.get("/office/users").text
    [mail] = mails("invitation")
    assert house.app.test_client().get(link_of(mail)).status_code == 410


@pytest.mark.safety("A10")
def test_staff_who_change_the_address_of_somebody_invited_invite_a_customer_at_most(house, adam, mails):
    """Else a clerk could lead an administrator's invitation to their own mailbox."""
    from domain.actions import claims, people

    adam.post("/office/users", data=NORA | {"role": "admin"})
    with house.app.app_context():
        ref = db.session.scalars(sa.select(Person.ref).where(Person.name == "Nora North")).one()
    people.set_email(ref, "clerk@example.org", by="user:1", now=house.now)
    claims.invite(ref, None, by="user:1", now=house.now, base_url="http://localhost")
    with house.app.app_context():
        last = db.session.scalars(sa.select(Token).order_by(Token.id.desc())).first()
        assert (last.sent_to, last.detail) == ("clerk@example.org", {})


def test_asking_for_the_link_again_brings_the_same_post(house, adam, mails):
    from domain.actions import claims

    adam.post("/office/users", data=NORA)
    later = house.now.replace(year=house.now.year + 1)
    claims.ask_again(name="nora@example.org", base_url="http://localhost", now=later)
    with house.app.app_context():
        last = db.session.scalars(sa.select(Token).order_by(Token.id.desc())).first()
        assert (last.detail["role"], last.detail["duties"]) == ("staff", ["collect", "report"])
    assert len(mails("invitation")) == 2


@pytest.mark.safety("S7")
def test_what_somebody_may_do_counts_with_their_next_request(house, adam):
    dana = house.client("dana")
    assert dana.get("/office/imports").status_code == 200
    form = {"role": "staff", "duties": ["collect"], "branches": ""}
    assert adam.post(f"/office/users/{house.user('dana')}", data=form).status_code == 303
    assert dana.get("/office/imports").status_code == 403
    assert dana.get("/office/counter").status_code == 200
    [event] = events(house, "user.post_changed")
    assert event.detail["after"]["duties"] == ["collect"]


@pytest.mark.safety("S7")
def test_another_role_ends_the_sign_ins_of_the_user(house, adam):
    dana = house.client("dana")
    adam.post(f"/office/users/{house.user('dana')}", data={"role": "landlord"})
    assert dana.get("/office").location.startswith("/sign-in")
    assert user_of(house, "dana").role == "landlord"


@pytest.mark.safety("S5")
def test_a_user_who_is_let_go_is_out_at_once_and_may_be_taken_back(house, adam):
    dana, ref = house.client("dana"), house.user("dana")
    adam.post(f"/office/users/{ref}/deactivated")
    assert dana.get("/office").location.startswith("/sign-in")
    with house.app.app_context():
        user = db.session.scalars(sa.select(User).where(User.ref == ref)).one()
        open_ones = sa.select(SignIn.id).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        assert db.session.scalars(open_ones).all() == []
    assert "Deactivated" in adam.get("/office/users").text
    adam.post(f"/office/users/{ref}/reactivated")
    assert house.client("dana").get("/office").status_code == 200


def test_nobody_changes_their_own_rights_so_that_an_administrator_is_always_left(house, adam):
    ref = house.user("adam")
    for path, form in (("", {"role": "staff"}), ("/deactivated", {})):
        answer = adam.post(f"/office/users/{ref}{path}", data=form)
        assert answer.status_code == 422
        assert "nobody changes their own rights" in answer.text
    assert (user_of(house, "adam").role, user_of(house, "adam").disabled_at) == ("admin", None)


def test_of_two_administrators_who_put_each_other_out_the_second_is_too_late(house, adam):
    from domain.actions import users
    from domain.words import NotAllowed
    from tests.fixtures.agreements import scope_of

    adam.post(f"/office/users/{house.user('dana')}", data={"role": "admin"})
    both = {name: scope_of(house, name) for name in ("adam", "dana")}
    users.deactivate(house.user("adam"), who=both["dana"], now=house.now)
    with pytest.raises(NotAllowed):
        users.deactivate(house.user("dana"), who=both["adam"], now=house.now)


@pytest.mark.safety("W11")
def test_a_customer_does_not_become_a_colleague_by_the_form(house, adam):
    answer = adam.post(f"/office/users/{house.user('bo')}", data={"role": "admin"})
    assert answer.status_code == 422
    assert user_of(house, "bo").role == "customer"


def test_a_locked_user_is_let_try_again(house, adam):
    from domain.actions import credentials

    for _ in range(12):
        credentials.sign_in(
            "dana", "wrong", address="", device="", base_url="http://localhost", now=house.now
        )
    ref = house.user("dana")
    assert user_of(house, "dana").failed_count > 0
    adam.post(f"/office/users/{ref}/unlocked")
    assert user_of(house, "dana").failed_count == 0


def test_the_form_shows_what_stands(house, adam):
    fields = fields_of(
        adam.get(f"/office/users/{house.user('dana')}").text, f"/office/users/{house.user('dana')}"
    )
    assert fields["role"] == "staff"


def test_the_list_names_second_factor_and_last_sign_in_and_is_narrowed_by_words(house, adam):
    page = adam.get("/office/users").text
    assert "Dana Ortiz" in page
    assert "Bo Rivera" not in page
    assert "Bo Rivera" in adam.get("/office/users?role=customer").text
    assert "Dana Ortiz" not in adam.get("/office/users?q=kowalski").text


@pytest.mark.parametrize("name", ["dana", "lena"])
def test_nobody_but_an_administrator_sees_or_changes_users(house, mails, name):
    client = house.client(name)
    for path in ("/office/users", "/office/users/new", f"/office/users/{house.user('bo')}"):
        assert client.get(path).status_code == 403
    assert client.post("/office/users", data=NORA).status_code == 403
    assert client.post(f"/office/users/{house.user('adam')}/deactivated").status_code == 403
    assert mails("invitation") == []
