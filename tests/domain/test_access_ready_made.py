"""A statement made from `any_of(role)` gives each person the rows that their own Scope gives."""

from __future__ import annotations

import pytest

from domain.access import STRANGER, Scope, any_of
from models import Agreement, Payment, PaymentMethod, Person, SignIn, db
from tests.fixtures.agreements import scope_of


@pytest.mark.parametrize("model", [Agreement, Payment, PaymentMethod, Person, SignIn])
def test_the_rows_are_those_of_the_persons_own_scope(house, open_agreement, pay, model) -> None:
    for name in ("bo", "tess"):
        pay(name, open_agreement(name), 15597)
        house.client(name)
    with house.app.app_context():
        seen = {}
        for name in house.people:
            who = scope_of(house, name)
            own = {row.id for row in db.session.scalars(who.select(model))}
            ready = {row.id for row in db.session.scalars(any_of(who.role).select(model), who.values)}
            assert ready == own, name
            seen[name] = own
    assert seen["bo"] != seen["tess"]


@pytest.mark.parametrize("who", [STRANGER, Scope("customer"), Scope("landlord", 1, 1)])
def test_who_sees_no_payment_sees_none_by_a_ready_made_statement(house, open_agreement, pay, who) -> None:
    pay("bo", open_agreement("bo"), 15597)
    with house.app.app_context():
        assert db.session.scalars(any_of(who.role).select(Payment), who.values).all() == []
