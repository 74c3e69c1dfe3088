"""Announcements: who sees them and when, who is mailed, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from domain.actions import announcements as acts
from domain.actions.announcements import Draft
from domain.reports import announcements as reports
from domain.transaction import transaction
from domain.words import Gone, NotAllowed, Refused
from models import Agreement, Announcement, BellNotice, Outbox, Property, Unit, UserLimit, db
from tests.fixtures.agreements import scope_of

HOUR = timedelta(hours=1)


@pytest.fixture
def told(house, open_agreement):
    """Bo lives in Elm Street, Tess has a loan and no house; `keep` as Adam, `sees` what somebody reads now."""
    refs = {name: open_agreement(name) for name in ("bo", "tess")}
    with transaction() as session:
        place = Property(ref="elm", name="Elm Street 4", created_at=house.now)
        session.add(place)
        session.flush()
        unit = Unit(ref="unit", property_id=place.id, name="1A", created_at=house.now)
        session.add(unit)
        session.flush()
        session.scalars(select(Agreement).where(Agreement.ref == refs["bo"])).one().unit_id = unit.id

    def keep(ref="a", by="adam", **given):
        draft = Draft(given.pop("title", "Closed on Friday"), given.pop("body", "We are **back** on Monday."),
                      given.pop("from_at", house.now), **given)  # fmt: skip
        return acts.keep(ref, draft, who=scope_of(house, by), now=house.now)

    def sees(name, after=timedelta(0)):
        db.session.rollback()
        return [one.ref for one in reports.current(scope_of(house, name), house.now + after)]

    def rows(model, *where):
        db.session.rollback()
        return list(db.session.scalars(select(model).where(*where).order_by(model.id)))

    with house.app.app_context():
        yield SimpleNamespace(house=house, refs=refs, keep=keep, sees=sees, rows=rows, now=house.now,
                              who=lambda name: scope_of(house, name))  # fmt: skip


def test_it_is_seen_by_those_it_is_for_from_its_moment_until_its_end(told) -> None:
    told.keep("all", from_at=told.now + HOUR, until_at=told.now + 2 * HOUR)
    told.keep("house", audience="property", property_ref="elm", weight="urgent")
    sort = told.rows(Agreement)[0].kind
    told.keep("sort", audience="sort", sort=sort)
    told.keep("other", audience="sort", sort="credit_line")
    assert told.sees("bo") == ["house", "sort"]
    assert told.sees("tess") == ["sort"]
    assert told.sees("stan") == []
    assert told.sees("bo", HOUR) == ["house", "all", "sort"]
    assert told.sees("stan", HOUR) == ["all"]
    assert told.sees("stan", 2 * HOUR) == []
    acts.end("sort", who=told.who("adam"), now=told.now)
    assert told.sees("tess") == []
    with pytest.raises(Gone):
        acts.end("sort", who=told.who("adam"), now=told.now)


def test_one_puts_it_away_for_oneself(told) -> None:
    told.keep()
    for _again in range(2):
        acts.put_away("a", who=told.who("bo"), now=told.now)
    assert told.sees("bo") == []
    assert told.sees("tess") == ["a"]
    assert [one.seen for one in reports.current(told.who("bo"), told.now, with_seen=True)] == [True]
    told.keep("house", audience="property", property_ref="elm")
    with pytest.raises(Gone):
        acts.put_away("house", who=told.who("tess"), now=told.now)
    with pytest.raises(NotAllowed):
        acts.put_away("a", who=replace(told.who("tess"), reading=True), now=told.now)


def test_everybody_it_is_for_is_told_once_when_its_time_has_come(told) -> None:
    told.keep("later", from_at=told.now + HOUR, by_mail=True)
    told.keep("silent")
    assert acts.mail_due(now=told.now) == 0
    assert acts.mail_due(now=told.now + HOUR) == 3  # Bo, Tess, Stan: every customer
    assert acts.mail_due(now=told.now + HOUR) == 0
    mails = told.rows(Outbox, Outbox.event == "announcement")
    assert {one.person_id for one in mails} == {told.who(name).person_id for name in ("bo", "tess", "stan")}
    assert mails[0].data["headline"] == "Closed on Friday"
    assert mails[0].data["what"] == "We are back on Monday."
    assert {one.path for one in told.rows(BellNotice, BellNotice.event == "announcement")} == {
        "/announcements"
    }
    told.keep("later", title="Changed", from_at=told.now + HOUR, by_mail=True)
    assert acts.mail_due(now=told.now + HOUR) == 0


def test_a_run_that_was_ended_goes_on_and_tells_nobody_twice(told, monkeypatch) -> None:
    monkeypatch.setattr(acts, "CHUNK", 1)
    told.keep(by_mail=True)
    real, calls = acts._tell, []

    def fails_at_the_second(session, row, person, now):
        calls.append(person)
        if len(calls) == 2:
            raise RuntimeError("ended")
        return real(session, row, person, now)

    monkeypatch.setattr(acts, "_tell", fails_at_the_second)
    with pytest.raises(RuntimeError):
        acts.mail_due(now=told.now)
    monkeypatch.setattr(acts, "_tell", real)
    assert acts.mail_due(now=told.now) == 2
    assert len(told.rows(Outbox, Outbox.event == "announcement")) == 3


def test_the_people_of_a_house_are_mailed_and_nobody_else_nor_after_its_end(told) -> None:
    told.keep("house", audience="property", property_ref="elm", by_mail=True)
    told.keep("over", by_mail=True)
    acts.end("over", who=told.who("adam"), now=told.now)
    assert acts.mail_due(now=told.now) == 1
    assert [one.person_id for one in told.rows(Outbox, Outbox.event == "announcement")] == [
        told.who("bo").person_id
    ]


def test_who_looks_after_a_part_writes_to_its_houses_only_and_customers_to_nobody(told) -> None:
    with transaction() as session:
        elm = session.scalars(select(Property.id).where(Property.ref == "elm")).one()
        session.add(
            UserLimit(user_id=told.who("dana").user_id, property_id=elm, added_at=told.now, added_by="x")
        )
    limited = replace(told.who("dana"), limited=True)
    draft = Draft("Water off", "At noon.", told.now)
    with pytest.raises(Refused) as refused:
        acts.keep("a", draft, who=limited, now=told.now)
    assert refused.value.field == "audience"
    acts.keep("a", replace(draft, audience="property", property_ref="elm"), who=limited, now=told.now)
    told.keep("all")
    with pytest.raises(Gone):
        acts.keep("all", replace(draft, audience="property", property_ref="elm"), who=limited, now=told.now)
    for name in ("bo", "lena"):
        with pytest.raises(NotAllowed):
            acts.keep("b", draft, who=told.who(name), now=told.now)


def test_what_cannot_be_is_refused_beside_its_field(told) -> None:
    for field, given in (
        ("title", {"title": " "}),
        ("body", {"body": "x" * 5_001}),
        ("weight", {"weight": "loud"}),
        ("audience", {"audience": "friends"}),
        ("property", {"audience": "property", "property_ref": "none"}),
        ("sort", {"audience": "sort", "sort": "none"}),
        ("until_at", {"until_at": told.now}),
    ):
        with pytest.raises(Refused) as refused:
            told.keep(**given)
        assert refused.value.field == field
    assert told.rows(Announcement) == []
