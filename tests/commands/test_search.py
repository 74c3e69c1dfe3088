"""`flask search rebuild` brings the words up to the rows, and changes nothing the second time."""

from __future__ import annotations

import sqlalchemy as sa

from domain.transaction import transaction
from models import Person, SearchWord


def test_rebuild_says_what_it_changed(app, house):
    run = app.test_cli_runner()
    assert run.invoke(args=["search", "rebuild"]).output == "0 words came or went.\n"
    with transaction() as session:
        session.execute(sa.delete(SearchWord))
    assert not run.invoke(args=["search", "rebuild"]).output.startswith("0 ")
    with transaction() as session:
        found = sa.select(Person.name).join(SearchWord, SearchWord.subject_id == Person.id)
        assert (
            session.scalar(found.where(SearchWord.subject == "person", SearchWord.word == "rivera"))
            == "Bo Rivera"
        )
