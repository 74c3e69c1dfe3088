"""What a payment with an earlier day would do is said before it is taken, and is what happens then."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from domain.reports.agreements import view
from domain.reports.back_dating import back_dated
from models import Agreement, db
from tests.fixtures.agreements import clock_today, open_agreement_for, scope_of


def take(house, ref, amount, on):
    from domain.actions import counter

    counter.take(
        ref,
        amount,
        "cash",
        secrets.token_hex(8),
        who=scope_of(house, "dana"),
        today=on,
        now=datetime.now(UTC),
    )


def seen(house, ref):
    db.session.rollback()
    return view(db.session.scalars(select(Agreement).where(Agreement.ref == ref)).one(), clock_today(house))


def test_the_preview_is_what_the_books_say_afterwards(house) -> None:
    with house.app.app_context():
        today = clock_today(house)
        ref = open_agreement_for(house, None, age_days=60)
        take(house, ref, 60_000, today - timedelta(days=5))
        earlier = today - timedelta(days=30)
        said = back_dated(seen(house, ref), 30_000, earlier)
        assert said.told_again
        (line,) = said.later
        assert line.changes
        assert sum(line.before) == sum(line.after) == line.amount_minor == 60_000
        assert line.after[0] < line.before[0]
        take(house, ref, 30_000, earlier)
        assert seen(house, ref).position == said.after


def test_a_payment_of_today_has_nothing_to_tell_again(house) -> None:
    with house.app.app_context():
        ref = open_agreement_for(house, None, age_days=60)
        said = back_dated(seen(house, ref), 30_000, clock_today(house))
        assert said.later == ()
        assert said.told_again
