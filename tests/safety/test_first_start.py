"""A new installation has no account, and lets nobody in."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import Person, User, db

GUESSES = ["admin", "demo", "password", "duebook", "changeme", "bo", "dana", "adam", ""]


@pytest.mark.safety("A26")
def test_before_anybody_was_made_there_is_no_account_and_no_guess_opens_one(app, client) -> None:
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0
    for name in GUESSES:
        for password in GUESSES:
            answer = client.post("/sign-in", data={"name": name, "password": password})
            assert answer.status_code in (422, 429)
            assert client.get_cookie("duebook") is None
