"""Staff know who calls by the code that the caller says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.actions import support_codes
from domain.actions.support_codes import LASTS, make, use
from domain.transaction import transaction
from domain.words import NotAllowed, Refused
from models import AuditEvent, UserLimit, db
from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of


@pytest.mark.database("sqlite")
def test_the_code_leads_to_the_person_and_works_once(house, app) -> None:
    code, _until = make(who=scope_of(house, "bo"), now=house.now)
    dana = house.client("dana")
    form = fields_of(dana.get("/office/callers").text, "/office/callers")
    sent = dana.post("/office/callers", data=form | {"code": f"{code[:4]}-{code[4:]}"})
    assert sent.status_code == 303
    assert sent.location.endswith(house.person("bo"))
    assert "The code is right" in dana.get(sent.location).text
    again = dana.post("/office/callers", data=form | {"code": code})
    assert again.status_code == 422
    assert "wrong or too old" in again.text
    with app.app_context():
        assert db.session.scalars(select(AuditEvent.action)).all().count("support_code.used") == 1


def test_old_codes_those_before_the_newest_and_wrong_ones_are_refused_alike(house) -> None:
    bo, dana = scope_of(house, "bo"), scope_of(house, "dana")
    first, _until = make(who=bo, now=house.now)
    newest, until = make(who=bo, now=house.now)
    assert until == house.now + LASTS
    said = set()
    for code, now in ((first, house.now), (newest, until), ("00000000", house.now), ("x" * 300, house.now)):
        with pytest.raises(Refused) as refused:
            use(code, who=dana, now=now)
        said.add(str(refused.value))
    assert len(said) == 1
    assert use(newest, who=dana, now=until - timedelta(seconds=1)) == house.person("bo")


def test_a_colleague_knows_callers_of_their_part_only_and_tries_so_many(house, monkeypatch) -> None:
    code, _until = make(who=scope_of(house, "bo"), now=house.now)
    with pytest.raises(NotAllowed):
        use(code, who=scope_of(house, "tess"), now=house.now)
    with transaction() as session:
        session.add(UserLimit(user_id=scope_of(house, "dana").user_id, branch="north", added_at=house.now,
                              added_by="x"))  # fmt: skip
    from dataclasses import replace

    monkeypatch.setattr(support_codes, "MOST_TRIED", 2)
    limited = replace(scope_of(house, "dana"), limited=True)
    for words in ("wrong or too old", "wrong or too old", "Try again in an hour"):
        with pytest.raises(Refused, match=words):
            use(code, who=limited, now=house.now)
    assert use(code, who=scope_of(house, "adam"), now=house.now) == house.person("bo")
