"""Lives of a loan at random: payments by bank, by card and at the counter, returns, disputes and days that pass.

After each step the books prove themselves and agree with the processor's own record.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.actions import counter, payment_watch, payments
from domain.actions.agreements import open_loan
from domain.actions.day import seal_books
from domain.kinds import kind_of
from domain.records.position import position_of
from domain.reports.book_check import check
from domain.rules.money_in_hand import IN_HAND, Particulars
from domain.rules.terms import LoanTerms
from domain.transaction import transaction
from domain.words import Refused
from gateways import registry
from models import Agreement, Business, Payment, PaymentReturn, db
from tests.fixtures.agreements import save_method_for, scope_of
from tests.fixtures.app import close
from tests.fixtures.databases import test_settings as settings_for
from tests.fixtures.people import build_house
from tests.fixtures.torture import torturing

SLUGS = ("bank", "bank_r01", "bank_r10", "bank_declined", "card", "card_insufficient", "card_disputed")
TODAY = date(2026, 3, 2)


class Ground:
    """One installation for all lives; each life has a loan of its own."""

    def __init__(self, database: Path, folder: Path) -> None:
        from app import create_app

        shutil.copyfile(database, folder / "duebook.db")
        instance = folder / "instance"
        instance.mkdir(mode=0o700)
        self.app = create_app(settings_for(f"sqlite:///{folder / 'duebook.db'}", instance))
        self.house = build_house(self.app)
        with transaction() as session:
            session.execute(sa.update(Business).values(returned_payment_fee_minor=2_500))
        self.bo, self.dana = scope_of(self.house, "bo"), scope_of(self.house, "dana")
        self.methods = {slug: save_method_for(self.house, "bo", slug) for slug in SLUGS}
        self.today = TODAY
        self.lives = 0
        self.papers = count(4711)  # one of the same kind, number and amount is refused as a twin


class Life(RuleBasedStateMachine):
    ground: Ground

    @initialize(
        interest=st.sampled_from(("daily", "period", "flat")),
        rate=st.integers(0, 3_000),
        count=st.integers(2, 30),
        frequency=st.sampled_from(("biweekly", "monthly", "weekly")),
    )
    def open(self, interest: str, rate: int, count: int, frequency: str) -> None:
        ground = self.ground
        ground.lives += 1
        terms = LoanTerms(
            principal_minor=900_000, annual_rate_percent=Decimal(rate).scaleb(-2), count=count, frequency=frequency,
            start_on=ground.today, first_due_on=ground.today + timedelta(days=14), interest=interest,
        )  # fmt: skip
        self.ref = open_loan(
            title="Car",
            terms=terms,
            by="test",
            today=ground.today,
            now=now(),
            person_refs=[ground.house.person("bo")],
        )

    def owed(self) -> tuple[int, int]:
        """(what ends the loan today, what is due or next)."""
        with self.ground.app.app_context():
            row = db.session.scalars(sa.select(Agreement).where(Agreement.ref == self.ref)).one()
            kind = kind_of(row.kind)
            position = position_of(db.session, row.id, row.kind, row.standing)
            terms, on = kind.read(row), self.ground.today
            return kind.close(terms, position, on).total_minor, kind.due(terms, position, on).headline_minor

    @rule(
        slug=st.sampled_from(SLUGS), share=st.integers(1, 100), what=st.sampled_from(("due", "share", "all"))
    )
    def pay_in_the_portal(self, slug: str, share: int, what: str) -> None:
        quote, due = self.owed()
        amount = {"due": due, "share": quote * share // 100, "all": quote}[what]
        try:
            payments.start(
                self.ref, amount, self.ground.methods[slug], secrets.token_urlsafe(12), who=self.ground.bo,
                today=self.ground.today, now=now(), again=True,
            )  # fmt: skip
        except Refused as refused:
            said = str(refused)
            told = ("on its way", "closed", "you owe", "cannot be used")
            assert not amount or any(words in said.lower() for words in told), said

    @rule(amount=st.integers(1, 200_000), instrument=st.sampled_from(tuple(IN_HAND)))
    def pay_at_the_counter(self, amount: int, instrument: str) -> None:
        counter.take(
            self.ref,
            amount,
            instrument,
            secrets.token_urlsafe(12),
            who=self.ground.dana,
            today=self.ground.today,
            now=now(),
            paper=Particulars(
                number=str(next(self.ground.papers)), last4="4242" if instrument == "terminal" else ""
            ),
        )

    @precondition(lambda self: hasattr(self, "ref"))
    @rule(days=st.sampled_from((1, 1, 2, 3, 14, 40)))
    def days_pass(self, days: int) -> None:
        ground = self.ground
        for _ in range(days):
            ground.today += timedelta(days=1)
            registry.default().advance(on=ground.today, now=now())
            payment_watch.read_events(today=ground.today, now=now())
            payment_watch.resolve_unknown(today=ground.today, now=now())

    @rule()
    def a_day_is_sealed(self) -> None:
        seal_books(today=self.ground.today, now=now())

    @invariant()
    def the_books_prove_themselves_and_agree_with_the_processor(self) -> None:
        with self.ground.app.app_context():
            assert check(db.session).differences == []

    @invariant()
    def nothing_is_owed_below_zero(self) -> None:
        if not hasattr(self, "ref"):
            return
        with self.ground.app.app_context():
            row = db.session.scalars(sa.select(Agreement).where(Agreement.ref == self.ref)).one()
            position = position_of(db.session, row.id, row.kind, row.standing)
            amounts = (
                position.principal_minor,
                position.interest_minor,
                position.fees_minor,
                position.credit_minor,
            )
            assert min(amounts) >= 0, position
            assert all(charge.open_minor > 0 for charge in position.charges)

    def teardown(self) -> None:
        """In the end every payment has an end, and money that came back is counted once."""
        if not hasattr(self, "ref"):
            return
        self.days_pass(14)
        with self.ground.app.app_context():
            mine = sa.select(Payment).join(Agreement).where(Agreement.ref == self.ref)
            paid = list(db.session.scalars(mine))
            assert {payment.state for payment in paid} <= {"settled", "failed"}
            returned = sa.select(sa.func.count()).select_from(PaymentReturn).where(
                PaymentReturn.payment_id.in_([payment.id for payment in paid])
            )  # fmt: skip
            assert db.session.scalar(returned) == sum(1 for payment in paid if payment.returns)
        self.the_books_prove_themselves_and_agree_with_the_processor()
        self.nothing_is_owed_below_zero()


def now() -> datetime:
    return datetime.now(UTC)


def live(database: Path, lives: int, steps: int) -> int:
    """Let that many random lives pass; how many loans were opened."""
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(database, Path(folder))
        machine = type("OneLife", (Life,), {"ground": ground})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=lives, stateful_step_count=steps, deadline=None,
                suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate),
            ),
        )  # fmt: skip
        close(ground.app)
        return ground.lives


@pytest.mark.slow
def test_whatever_happens_to_a_loan_its_books_stay_true(sqlite_template) -> None:
    lives, steps = (150, 40) if torturing() else (12, 15)
    assert live(sqlite_template, lives, steps) >= lives // 2
