"""Staff and landlords say about themselves what customers do."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Person, db

pytestmark = pytest.mark.database("sqlite")


@pytest.mark.parametrize("who", ["dana", "lena", "adam"])
def test_the_office_has_a_page_about_oneself(app, house, who):
    client = house.client(who)
    assert 'href="/account/profile"' in client.get("/office").text
    sent = {"zone": "Europe/Madrid", "language": "es", "contact_from_hour": "", "contact_until_hour": ""}
    assert client.post("/account/profile", data=sent).location == "/account/profile"
    with app.app_context():
        row = db.session.scalars(select(Person).where(Person.ref == house.person(who))).one()
    assert (row.zone, row.language) == ("Europe/Madrid", "es")
