"""Names, passwords, locks and second factors, as the actions keep them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.actions import credentials, hashing, people, sign_ins
from domain.records.tries import HARD_STOP, LOCK
from domain.rules.passwords import SHORTEST_ALONE, SHORTEST_OF_STAFF
from domain.transaction import transaction
from domain.words import Gone, Refused
from models import AuditEvent, User, db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
WHERE = {"address": "192.0.2.7", "device": "Firefox · Linux", "base_url": "https://pay.example"}
GOOD = "moss lantern teacup drive"
LONG = (GOOD + " kettle orbit velvet tundra pepper canoe walnut ribbon compass harvest ").ljust(250, "z")


def sign_in(name: str, password: str, now: datetime = NOW, **other: str):
    return credentials.sign_in(name, password, now=now, **{**WHERE, **other})


def row(app, ref: str) -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.ref == ref)).one()


@pytest.mark.safety("A4")
@pytest.mark.parametrize(
    "name", ["bo", "BO", " bo ", "bo@example.org", "Bo@EXAMPLE.org", "number", "number without hyphen"]
)
def test_a_customer_signs_in_by_username_mail_address_or_customer_number(app, house, name):
    number = customer_number(app, house, "bo")
    name = {"number": number, "number without hyphen": number.replace("-", "").lower()}.get(name, name)
    begun = sign_in(name, house.password("bo"))
    assert begun.stage == "full"
    assert begun.role == "customer"
    assert len(begun.secret) >= 32


def customer_number(app, house, name: str) -> str:
    with app.app_context():
        return db.session.scalars(select(User).where(User.ref == house.user(name))).one().person.number


@pytest.mark.parametrize(
    "name", ["", " ", "nobody", "nobody@example.org", "C-99999", "bo' OR 1=1 --", "\x00bo", "b" * 5000]
)
def test_names_that_lead_nowhere_open_nothing(house, name):
    assert sign_in(name, house.password("bo")) is None


def test_a_wrong_password_opens_nothing_and_the_right_one_of_somebody_else_neither(house):
    assert sign_in("bo", "not the password at all") is None
    assert sign_in("bo", house.password("tess")) is None


@pytest.mark.safety("A1")
def test_a_password_typed_in_another_unicode_form_is_the_same_password(house):
    person = people.create_person("Zoë", by="test", now=NOW)
    credentials.create_user(person, "customer", "zoe", "caf\u00e9 lantern teacup drive", by="test", now=NOW)
    assert sign_in("zoe", "cafe\u0301 lantern teacup drive")


@pytest.mark.safety("A3")
def test_passwords_are_kept_as_argon2id_at_the_published_cost_and_cheaper_ones_are_renewed(app, house):
    cheap = row(app, house.user("bo")).password_hash
    assert cheap.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    hashing.configure(cheap=False)
    try:
        assert sign_in("bo", house.password("bo"))
        strong = row(app, house.user("bo")).password_hash
        assert strong.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert sign_in("bo", house.password("bo"))
        assert row(app, house.user("bo")).password_hash == strong
    finally:
        hashing.configure(cheap=True)


@pytest.mark.safety("A7")
def test_ten_wrong_passwords_lock_for_fifteen_minutes_even_against_the_right_one(app, house):
    moment = NOW
    for _wrong in range(HARD_STOP):
        assert sign_in("bo", "wrong", moment) is None
        moment += timedelta(seconds=20)  # longer than any of the shorter waits
    assert sign_in("bo", house.password("bo"), moment) is None
    assert sign_in("bo@example.org", house.password("bo"), moment + LOCK - timedelta(minutes=1)) is None
    assert sign_in("bo", house.password("bo"), moment + LOCK)
    assert row(app, house.user("bo")).failed_count == 0


@pytest.mark.safety("A7")
def test_from_the_sixth_wrong_password_on_the_wait_grows(app, house):
    waits = []
    moment = NOW
    for _wrong in range(9):
        sign_in("bo", "wrong", moment)
        until = row(app, house.user("bo")).locked_until
        waits.append((until - moment).seconds if until else 0)
        moment += timedelta(seconds=20)
    assert waits == [0, 0, 0, 0, 0, 2, 4, 8, 16]


def test_tries_while_locked_are_not_counted_so_nobody_can_be_kept_out_for_ever(app, house):
    for number in range(HARD_STOP):
        sign_in("bo", "wrong", NOW + timedelta(seconds=20 * number))
    until = row(app, house.user("bo")).locked_until
    for minute in range(10):
        sign_in("bo", "wrong", NOW + timedelta(minutes=4 + minute))
    assert row(app, house.user("bo")).locked_until == until
    assert row(app, house.user("bo")).failed_count == HARD_STOP


@pytest.mark.safety("A7", "A9")
def test_many_tries_at_once_are_still_only_as_many_as_are_free(app, house):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: sign_in("bo", f"wrong {number}"), range(40)))
    assert row(app, house.user("bo")).failed_count == 6  # five are free, the sixth makes all others wait


def test_the_operator_unlocks_a_user(app, house):
    for number in range(HARD_STOP):
        sign_in("bo", "wrong", NOW + timedelta(seconds=20 * number))
    credentials.unlock("bo@example.org", by="cli", now=NOW)
    assert sign_in("bo", house.password("bo"), NOW + timedelta(minutes=4))
    with pytest.raises(Gone):
        credentials.unlock("nobody", by="cli", now=NOW)


def test_a_disabled_user_does_not_get_in(house):
    with transaction() as session:
        session.execute(update(User).where(User.ref == house.user("bo")).values(disabled_at=NOW))
    assert sign_in("bo", house.password("bo")) is None


@pytest.mark.safety("D7")
def test_every_try_is_written_down_with_where_it_came_from_and_without_the_password(app, house):
    sign_in("bo", "a wrong and secret word")
    sign_in("nobody", "a wrong and secret word")
    with app.app_context():
        tries = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "sign_in.tried")).all()
        assert [bool(one.subject_id) for one in tries] == [True, False]
        assert all(
            (one.address, one.device, one.detail) == ("192.0.2.7", "Firefox · Linux", {}) for one in tries
        )


def test_a_sign_in_from_a_new_device_is_told_by_mail_but_the_first_one_and_known_ones_are_not(house, mails):
    sign_in("bo", house.password("bo"))
    sign_in("bo", house.password("bo"))
    assert mails("new_sign_in") == []
    sign_in("bo", house.password("bo"), device="Safari · iPhone")
    [mail] = mails("new_sign_in")
    assert mail.to_address == "bo@example.org"
    assert mail.data["device"] == "Safari · iPhone"
    assert mail.data["link"] == "https://pay.example/account/sign-ins"


REFUSED_NAMES = [
    "",
    "a",
    "a" * 41,
    "bo rivera",
    "bo@example.org",
    "C-10001",
    "c10042",
    "12345",
    "bо",
    "-bo",
    "zo\nra",
]


@pytest.mark.safety("A4")
@pytest.mark.parametrize("username", REFUSED_NAMES)
def test_usernames_that_could_be_taken_for_something_else_are_refused(house, username):
    person = people.create_person("Nora", by="test", now=NOW)
    with pytest.raises(Refused) as refused:
        credentials.create_user(person, "customer", username, GOOD, by="t", now=NOW)
    assert refused.value.field == "username"


@pytest.mark.safety("A4")
@pytest.mark.parametrize("username", ["bo", "BO", " Bo", "ｂｏ"])
def test_a_username_leads_to_one_person_only(house, username):
    person = people.create_person("Nora", by="test", now=NOW)
    with pytest.raises(Refused) as refused:
        credentials.create_user(person, "customer", username, GOOD, by="t", now=NOW)
    assert refused.value.field == "username"


@pytest.mark.safety("A4")
def test_a_shared_mail_address_leads_to_the_one_who_had_it_first(app, house):
    person = people.create_person("Nora", "bo@example.org", by="test", now=NOW)
    ref = credentials.create_user(person, "customer", "nora", GOOD, by="t", now=NOW)
    assert row(app, ref).email_folded is None
    assert sign_in("bo@example.org", house.password("bo"))
    assert sign_in("bo@example.org", GOOD) is None
    assert sign_in("nora", GOOD)


@pytest.mark.safety("A2")
@pytest.mark.parametrize(
    ("role", "password", "reason"),
    [
        ("customer", "x7#kQ9!pLm2$vB", f"at least {SHORTEST_ALONE}"),
        ("staff", "x7#kQ9!pLm2", f"at least {SHORTEST_OF_STAFF}"),
        ("customer", "aaaaaaaaaaaaaaaaaaaa", "repeats itself"),
        ("customer", "123456789012345678", "easy to guess"),
        ("customer", "Password12345678", "lists"),
        ("customer", "CorrectHorseBatteryStaple", "lists"),
        ("customer", "Harbor Motors 2026", "name of the business"),
        ("customer", "nora.novak@example.org", "your name"),
        ("customer", "novaknora-nora-novak", "your name"),
        ("customer", "x" * 257, "at most 256"),
        ("customer", "Summer2024Summer2024", "easy to guess"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused_with_the_reason(house, role, password, reason):
    person = people.create_person("Nora Novak", "nora.novak@example.org", by="test", now=NOW)
    with pytest.raises(Refused, match=re.escape(reason)) as refused:
        credentials.create_user(person, role, "nora.novak", password, by="t", now=NOW)
    assert refused.value.field == "password"


@pytest.mark.safety("A1")
@pytest.mark.parametrize(
    "password",
    [GOOD, "ñandú lluvia pájaro sol", "кот лампа дорога чай", "x7#kQ9!pLm2$vBw", " " + GOOD + " ", LONG],
)
def test_long_passwords_of_any_letters_are_accepted(house, password):
    person = people.create_person("Nora Novak", by="test", now=NOW)
    credentials.create_user(person, "customer", "nora", password, by="t", now=NOW)
    assert sign_in("nora", password)
    assert sign_in("nora", password[:-1]) is None


def test_generated_passwords_are_long_different_and_acceptable(house):
    made = {credentials.generated_password() for _ in range(50)}
    assert len(made) == 50
    person = people.create_person("Nora", by="test", now=NOW)
    credentials.create_user(person, "customer", "nora", made.pop(), by="t", now=NOW)


def test_a_password_and_its_sign_in_are_taken_in_one_transaction(house, monkeypatch):
    """Between two of them a new password could be set, and the sign-in by the old one would outlive it."""
    begun = []

    @contextmanager
    def counted():
        begun.append(1)
        with transaction() as session:
            yield session

    for module in (credentials, sign_ins):
        monkeypatch.setattr(module, "transaction", counted)
    assert sign_in("bo", house.password("bo"))
    assert len(begun) == 2  # the try is counted, then the sign-in begins
