"""A customer is shown a code for their call: once, and only to them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import SupportCode, db
from tests.fixtures.forms import fields_of

pytestmark = [pytest.mark.database("sqlite")]


def test_a_code_is_shown_by_the_answer_alone_and_only_its_hash_is_kept(house, app) -> None:
    bo = house.client("bo")
    form = fields_of(bo.get("/contact").text, "/support-code")
    page = bo.post("/support-code", data=form)
    code = re.search(r"\b(\d{4}) (\d{4})\b", page.text)
    assert code
    assert page.headers["Cache-Control"] == "no-store"
    assert code[0] not in bo.get("/support-code").text
    with app.app_context():
        row = db.session.scalars(select(SupportCode)).one()
        assert code[1] + code[2] not in repr(vars(row))


def test_staff_who_look_at_a_customers_pages_make_no_code(house, app) -> None:
    from dataclasses import replace

    from domain.actions import support_codes
    from domain.words import NotAllowed
    from tests.fixtures.agreements import scope_of

    with pytest.raises(NotAllowed):
        support_codes.make(who=replace(scope_of(house, "bo"), reading=True), now=house.now)
