"""People, their ways to be reached, and the agreements they are on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from domain.access import Scope
from domain.actions import alarms, claims, outbox, people
from domain.actions.second_factors import Place
from domain.transaction import transaction
from domain.words import Gone, Refused
from models import Agreement, AgreementParty, AuditEvent, Person, Token, User, db
from tests.fixtures.agreements import scope_of

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def row(app, ref: str) -> Person:
    with app.app_context():
        return db.session.scalars(select(Person).where(Person.ref == ref)).one()


@pytest.fixture
def agreement(app) -> str:
    """An agreement with nobody on it yet."""
    with transaction() as session:
        session.add(
            Agreement(
                ref="the-agreement", number="L-10042", kind="loan", status="active", title="2021 Toyota Camry",
                currency="USD", start_on=TODAY, opened_on=TODAY, created_at=NOW, details={},
            )
        )  # fmt: skip
    return "the-agreement"


def test_a_person_gets_a_number_and_a_folded_address(app):
    ref = people.create_person(
        "  Bo   Rivera ", " Bo@Example.org ", "+1 555", "12 Mill Lane\r\nPortland", by="t", now=NOW
    )
    bo = row(app, ref)
    assert (bo.name, bo.email, bo.email_folded) == ("Bo Rivera", "Bo@Example.org", "bo@example.org")
    assert bo.number == "C-10001"
    assert bo.address == "12 Mill Lane\nPortland"
    assert row(app, people.create_person("Tess", by="t", now=NOW)).number == "C-10002"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Bo", "email": "bo"}, "email"),
        ({"name": "Bo", "email": "bo@example"}, "email"),
        ({"name": "Bo", "email": "a@example.org, b@example.org"}, "email"),
        ({"name": "Bo", "email": "bo@example.org\nBcc: x@example.org"}, "email"),
        ({"name": "Bo", "phone": "1" * 41}, "phone"),
        ({"name": "Bo", "address": "1" * 501}, "address"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field_and_nothing_is_written(app, given, field):
    with pytest.raises(Refused) as refused:
        people.create_person(**given, by="t", now=NOW)
    assert refused.value.field == field
    with app.app_context():
        assert db.session.scalar(select(func.count(Person.id))) == 0


def test_characters_that_no_database_keeps_are_left_out(app):
    ref = people.create_person("Bo\x00 Ri\x1bvera", phone="\x00", address="a\x00\nb", by="t", now=NOW)
    bo = row(app, ref)
    assert (bo.name, bo.phone, bo.address) == ("Bo Rivera", "", "a\nb")


def test_changing_contact_leaves_alone_what_is_not_given_and_is_written_down(app):
    ref = people.create_person("Bo", "bo@example.org", "1", "here", by="t", now=NOW)
    people.change_contact(ref, phone="2", by="user:7", now=NOW)
    people.change_contact(ref, phone="2", by="user:7", now=NOW)
    bo = row(app, ref)
    assert (bo.phone, bo.address, bo.email) == ("2", "here", "bo@example.org")
    with app.app_context():
        seen = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "person.contact_changed")
        ).all()
        assert [(event.by, event.detail) for event in seen] == [("user:7", {"changed": ["phone"]})]


@pytest.mark.safety("S7")
def test_who_is_taken_off_an_agreement_no_longer_sees_it_and_the_row_stays_with_the_reason(
    app, house, open_agreement
):
    ref, bo = open_agreement("bo"), house.person("bo")
    today = NOW.date()
    people.take_off(ref, bo, "  Sold\x00 the car ", by="user:7", today=today, now=NOW)
    with app.app_context():
        party = db.session.scalars(select(AgreementParty).join(Person).where(Person.ref == bo)).one()
        assert (party.role, party.until_on) == ("customer", today)
        [event] = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "agreement.person_removed")
        )
        assert event.detail == {"person": party.person_id, "role": "customer", "reason": "Sold the car"}
        assert db.session.scalars(scope_of(house, "bo").select(Agreement)).all() == []
    with pytest.raises(Gone):
        people.take_off(ref, bo, "again", by="t", today=today, now=NOW)
    people.assign(ref, person_ref=bo, by="t", today=today, now=NOW)
    with app.app_context():
        assert [row.ref for row in db.session.scalars(scope_of(house, "bo").select(Agreement))] == [ref]


@pytest.mark.parametrize("reason", ["", " \x00", "x" * 201])
def test_nobody_is_taken_off_without_a_reason_that_can_be_kept(app, house, open_agreement, reason):
    ref = open_agreement("bo")
    with pytest.raises(Refused) as refused:
        people.take_off(ref, house.person("bo"), reason, by="t", today=NOW.date(), now=NOW)
    assert refused.value.field == "reason"


@pytest.mark.safety("A10")
def test_a_link_mailed_for_the_agreement_stops_working_when_its_person_is_taken_off(
    app, house, open_agreement
):
    ref = open_agreement(None)
    ann = people.assign(
        ref, new_person={"name": "Ann", "email": "ann@example.org"}, by="t", today=NOW.date(), now=NOW
    )
    claims.invite(ann, ref, by="t", now=NOW, base_url="http://localhost")
    people.take_off(ref, ann, "The wrong Ann", by="t", today=NOW.date(), now=NOW)
    with app.app_context():
        assert [token.voided_at is not None for token in db.session.scalars(select(Token))] == [True]


def test_a_new_mail_address_is_the_new_name_to_sign_in_by(app, house):
    people.set_email(house.person("bo"), "new@example.org", by="staff", now=NOW)
    with app.app_context():
        assert db.session.scalar(select(User.email_folded).where(User.username == "bo")) == "new@example.org"
    people.set_email(house.person("bo"), "tess@example.org", by="staff", now=NOW)
    with app.app_context():
        assert db.session.scalar(select(User.email_folded).where(User.username == "bo")) is None
        assert (
            db.session.scalar(select(User.email_folded).where(User.username == "tess")) == "tess@example.org"
        )


def test_assigning_twice_puts_the_person_on_the_agreement_once(app, house, agreement):
    for _time in range(2):
        people.assign(agreement, person_ref=house.person("bo"), by="staff", today=TODAY, now=NOW)
    with app.app_context():
        party = db.session.scalars(select(AgreementParty)).one()
        assert (party.role, party.from_on, party.until_on) == ("customer", TODAY, None)
        assert (
            db.session.scalar(select(func.count()).where(AuditEvent.action == "agreement.person_added")) == 1
        )


def test_the_person_sees_the_agreement_from_then_on_and_a_stranger_does_not(app, house, agreement):
    people.assign(agreement, person_ref=house.person("bo"), by="staff", today=TODAY, now=NOW)
    with app.app_context():
        for name, sees in (("bo", 1), ("stan", 0)):
            person_id = db.session.scalar(select(Person.id).where(Person.ref == house.person(name)))
            query = Scope("customer", 1, person_id).select(Agreement)
            assert len(db.session.scalars(query).all()) == sees


def test_somebody_new_is_made_and_put_on_in_one_go_or_not_at_all(app, agreement):
    with pytest.raises(Refused):
        people.assign(agreement, new_person={"name": "Bo", "email": "bo"}, by="staff", today=TODAY, now=NOW)
    with app.app_context():
        assert db.session.scalar(select(func.count(Person.id))) == 0
    ref = people.assign(
        agreement, new_person={"name": "Bo", "email": "bo@x.org"}, by="staff", today=TODAY, now=NOW
    )
    assert row(app, ref).email == "bo@x.org"


def test_unknown_people_agreements_and_roles_are_refused(house, agreement):
    with pytest.raises(Gone):
        people.assign("nothing", person_ref=house.person("bo"), by="staff", today=TODAY, now=NOW)
    with pytest.raises(Gone):
        people.assign(agreement, person_ref="nobody", by="staff", today=TODAY, now=NOW)
    with pytest.raises(Refused):
        people.assign(agreement, person_ref=house.person("bo"), role="king", by="staff", today=TODAY, now=NOW)
    with pytest.raises(Gone):
        people.change_contact("nobody", phone="1", by="staff", now=NOW)


@pytest.mark.safety("A24")
def test_a_changed_address_is_told_at_the_old_and_the_new_one_of_somebody_with_an_account(app, house, mails):
    people.set_email(house.person("bo"), "new@example.org", by="user:7", now=NOW)
    assert [mail.to_address for mail in mails("email_changed")] == ["bo@example.org", "new@example.org"]
    nobody = people.create_person("Ann Bell", "ann@example.org", by="user:7", now=NOW)
    people.set_email(nobody, "ann2@example.org", by="user:7", now=NOW)
    people.set_email(house.person("bo"), "new@example.org", by="user:7", now=NOW)
    assert len(mails("email_changed")) == 2


@pytest.mark.safety("A24")
def test_an_address_changed_by_the_office_is_undone_by_the_owner_from_the_old_one(app, house, mails):
    """Somebody talked the office into it: the owner still reads the old address, and locks the account from there."""
    people.set_email(
        house.person("bo"), "thief@evil.example", by="user:7", now=house.now, base_url="https://pay.example"
    )
    old, new = mails("email_changed")
    assert old.secret["link"].startswith("https://pay.example/alarm/")
    assert old.secret["link"] != new.secret["link"]
    assert "link" not in old.data
    place = Place("192.0.2.7", "Firefox", "https://pay.example")
    assert alarms.raise_by_link(old.secret["link"].rpartition("/")[2], place, now=house.now)
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.ref == house.person("bo"))).one()
        assert (person.email, person.user.frozen_at is not None) == ("", True)
    assert outbox.deliver(app.extensions["post"], now=house.now) > 2


def test_the_mail_of_a_changed_address_can_be_sent(app, house):
    people.set_email(house.person("bo"), "new@example.org", by="user:7", now=house.now)
    assert outbox.deliver(app.extensions["post"], now=house.now) == 2
    sent = app.extensions["post"].channel.read()
    assert {mail.subject for mail in sent} == {"Your e-mail address at Harbor Motors was changed"}
    assert all("http://localhost" in mail.text for mail in sent)
