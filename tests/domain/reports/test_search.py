"""The search knows whatever came in and however it changed, and tells nobody of what is not theirs."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from domain.access import Scope
from domain.actions import people, properties, search_words
from domain.reports import search as reports
from domain.transaction import transaction
from models import Agreement, Person, SearchWord
from tests.fixtures.four_kinds import open_lease_for, open_rental_for

STAFF = Scope("staff", 0, 0)


@pytest.fixture
def find(app, house):
    def found(q: str, scope: Scope = STAFF) -> set[str]:
        with app.app_context():
            all_ = reports.search(scope, q, date.today(), house.now)
            return {
                *(one.name for one in all_.people.rows),
                *(one.view.agreement.number for one in all_.agreements.rows),
                *(one.name for one in all_.places),
                *(f"{one.amount_minor}" for one in all_.payments),
            }

    return found


def test_people_are_found_by_every_word_that_is_on_file_and_no_longer_by_what_was(find, house):
    by = {"by": house.by, "now": house.now}
    ref = people.create_person("Zoë Ångström", "zoe@mail.example", "+1 207 555 0199", "", **by)
    for q in ("zoe", "angstrom ZOË", "zoe@mail.example", "2075550199"):
        assert find(q) == {"Zoë Ångström"}, q
    people.change_contact(ref, name="Zoë Berg", phone="", **by)
    people.set_email(ref, "", **by)
    assert find("zoe") == find("berg") == {"Zoë Berg"}
    assert not find("angstrom")
    assert not find("2075550199")
    assert not find("zoe@mail.example")


def test_an_agreement_is_found_by_its_people_its_unit_its_property_and_its_goods(find, house):
    open_rental_for(house, "bo")
    open_lease_for(house, "tess")
    search_words.mend()  # the house of the tests was written down by hand
    (number,) = find("lane 1b") - {"Mill House · 1B"}
    for q in (f"rivera {number}", "mill bo", "portland 1b rivera"):
        assert number in find(q), q
    assert not find("mill tess")
    (lease,) = find("SF-2207")
    assert find("okafor corner") == {lease}


def test_a_unit_that_is_renamed_is_found_by_its_new_name_alone(find, house):
    by = {"by": house.by, "now": house.now}
    place = properties.add_property(properties.House("Quay House", "1 Harbor Rd"), **by)
    unit = properties.add_unit(place, properties.Let("PH-7"), **by)
    assert find("quay ph7") == find("harbor 7") == {"Quay House · PH-7"}
    properties.change_unit(unit, properties.Let("Loft"), **by)
    assert find("loft") == {"Quay House · Loft"}
    assert not find("ph7")


def test_an_amount_finds_payments_of_it(find, open_agreement, pay):
    pay("bo", open_agreement("bo", number="L-1"), 41_250)
    assert find("412.50") == {"41250"}
    assert not find("412.51")


def test_a_customer_finds_only_what_is_theirs_and_a_stranger_nothing(find, house, app, open_agreement):
    open_agreement("bo", number="L-1", title="Camry")
    with app.app_context():
        from models import db

        ids = dict(db.session.execute(sa.select(Person.ref, Person.id)).all())
    bo, stan = (Scope("customer", 0, ids[house.person(name)]) for name in ("bo", "stan"))
    assert find("camry", bo) == {"L-1"}
    assert not find("camry", stan)
    assert not find("rivera", stan)


def test_mending_finds_what_came_without_words_and_rebuilding_what_is_wrong(find, house, open_agreement):
    open_agreement("bo", number="L-1", title="Camry")
    assert search_words.rebuild() == 0
    with transaction() as session:
        session.execute(sa.delete(SearchWord))
    assert not find("camry")
    assert search_words.mend() > 0
    assert find("camry") == {"L-1"}
    assert search_words.mend() == 0
    with transaction() as session:
        session.execute(sa.update(Agreement).values(title="Corolla"))
    assert search_words.rebuild() == 2
    assert find("corolla") == {"L-1"}
