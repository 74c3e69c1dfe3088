"""Agreements of every kind over months or years, billed day by day while people pay in all the ways they have.

`Years(ledger, seed)` opens them; `.live(first, last)` lets the days pass and proves the books on each of them.
"""

from __future__ import annotations

import random
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from domain.actions import payments
from domain.actions.agreements import open_loan
from domain.actions.day import run_day
from domain.kinds import kind_of
from domain.reports.book_check import check
from domain.rules.late_fees import FeeBase, Recurring
from domain.rules.lease import BuyoutRule
from domain.rules.rent_terms import RentLine, Share
from domain.rules.terms import LoanTerms
from domain.words import Refused
from models import Agreement, Payment, Standing, db
from tests.fixtures.agreements import save_method_for, scope_of
from tests.fixtures.billed import ZONE, Ledger, local

WAYS = ("bank", "bank", "card", "bank_r01", "bank_r10", "bank_declined", "bank_lost", "card_insufficient")


class Years:
    def __init__(self, ledger: Ledger, first: date, seed: int) -> None:
        self.ledger, self.first, self.dice = ledger, first, random.Random(seed)
        self.house = ledger.house
        self.methods: dict[tuple[str, str], str] = {}
        self.forms = 0
        ledger.charge_for_returns(2_500)
        for kind in ("rental", "loan", "lease_to_own", "credit_line"):
            self.policies(kind)
        self.open_all()

    def policies(self, kind: str) -> None:
        half = self.first + timedelta(days=200)
        said: dict[str, Any] = {"kind": kind, "name": f"House {kind}"}
        self.ledger.add_policy(**said, per="payer" if kind == "rental" else "agreement")
        self.ledger.add_policy(
            **said, version=2, effective_from=half, bases=(FeeBase("of_overdue", percent=Decimal(5)),),
            recurring=Recurring(FeeBase("flat", 300), every=7, stop_after=3), minimum_minor=500,
        )  # fmt: skip

    def open_all(self) -> None:
        ledger, first = self.ledger, self.first
        bo, tess, stan, agency = (ledger.payer(name) for name in ("bo", "tess", "stan", "lena"))
        third = Decimal("33.3333")
        shares = (
            Share(agency, amount_minor=50_000), Share(bo, percent=third), Share(tess, percent=third),
            Share(stan, percent=third),
        )  # fmt: skip
        lines = (RentLine("rent", "Rent", 200_000), RentLine("addon", "Parking", 5_000))
        self.people = {
            ledger.open_rental(
                "bo", "tess", "stan", on=first, lines=lines, shares=shares, deposit_minor=150_000
            ): ("bo", "tess", "stan"),
            ledger.open_rental(
                "tess", on=first + timedelta(days=4), to_on=first + timedelta(days=300), frequency="monthly",
                rent=95_000,
            ): ("tess",),
            ledger.open_credit_line("stan", on=first): ("stan",),
            ledger.open_lease("bo", on=first, count=30, deposit_minor=5_000): ("bo",),
            self.open_loan("bo"): ("bo",),
        }  # fmt: skip
        self.bought = ledger.open_lease(
            "bo", on=first, count=18, same_as_cash_days=90, buyout=BuyoutRule("share", Decimal(55))
        )
        self.people[self.bought] = ("bo",)
        self.line = next(ref for ref in self.people if self.kind(ref) == "credit_line")

    def open_loan(self, name: str) -> str:
        terms = LoanTerms(
            principal_minor=900_000, annual_rate_percent=Decimal(21), count=52, frequency="biweekly",
            start_on=self.first, first_due_on=self.first + timedelta(days=14), interest="daily",
            day_count="actual/365", currency="USD",
        )  # fmt: skip
        return open_loan(
            title="Car", terms=terms, by="setup", today=self.first, now=local(self.first),
            person_refs=[self.house.person(name)],
        )  # fmt: skip

    # --- days ---------------------------------------------------------------------------------------------------------

    def live(self, last: date) -> None:
        """Every day through the last one; the books hold on each."""
        day = self.first
        while day <= last:
            done = run_day(day, now=local(day, time(0, 30)), zone=ZONE)
            assert done["not_billed"] == 0, (day, done)
            self.pay(day)
            self.prove(day)
            day += timedelta(days=1)

    def pay(self, day: date) -> None:
        if self.dice.random() < 0.3:
            self.buy(day)
        if (day - self.first).days == 70:
            self.buy_out(day)
        for ref, names in self.people.items():
            for name in names:
                if self.dice.random() < 0.12:
                    self.pay_one(ref, name, day)

    def pay_one(self, ref: str, name: str, day: date) -> None:
        due, most = self.figures(ref, day)
        amount = self.dice.choice((due, due, due // 2, due + 5_000, due // len(self.people[ref]), 7_777))
        amount = min(amount, most)
        if amount <= 0:
            return
        if self.dice.random() < 0.35:
            self.ledger.take(ref, amount, day, time(self.dice.randrange(8, 18)))
            return
        self.begin(ref, name, amount, day, self.dice.choice(WAYS))

    def begin(self, ref: str, name: str, amount: int, day: date, way: str) -> str:
        self.forms += 1
        form = f"form-{self.forms}"
        try:
            return payments.start(
                ref, amount, self.method(name, way), form, who=scope_of(self.house, name), today=day,
                now=local(day, time(self.dice.randrange(8, 18))), again=True,
            )  # fmt: skip
        except Refused:
            return ""  # more than is owed while other money is on its way

    def buy(self, day: date) -> None:
        with self.house.app.app_context():
            left = kind_of("credit_line").available(
                self.ledger.contract(self.line), self.ledger.position(self.line)
            )
        amount = self.dice.randrange(1_000, 30_000)
        if amount <= left and self.ledger.status(self.line) == "active":
            self.ledger.buy(self.line, amount, day)

    def buy_out(self, day: date) -> None:
        """The goods are bought early by a debit that settles and comes back days later."""
        position, contract = self.ledger.position(self.bought), self.ledger.contract(self.bought)
        total = kind_of("lease_to_own").close(contract, position, day).total_minor
        made = self.begin(self.bought, "bo", total, day, "bank_r10")
        with self.ledger.writing() as session:
            session.execute(sa.update(Payment).where(Payment.ref == made).values(extra="close"))
        self.closing = made

    # --- reading ------------------------------------------------------------------------------------------------------

    def kind(self, ref: str) -> str:
        return self.ledger.rows(sa.select(Agreement.kind).where(Agreement.ref == ref))[0][0]

    def method(self, name: str, way: str) -> str:
        if (name, way) not in self.methods:
            self.methods[name, way] = save_method_for(self.house, name, way)
        return self.methods[name, way]

    def figures(self, ref: str, day: date) -> tuple[int, int]:
        kind = kind_of(self.kind(ref))
        contract, position = self.ledger.contract(ref), self.ledger.position(ref)
        if self.ledger.status(ref) != "active":
            return 0, 0
        return kind.due(contract, position, day).now_minor, kind.payable(contract, position, day)

    def prove(self, day: date) -> None:
        with self.house.app.app_context():
            assert check(db.session).differences == [], day
            for agreement in db.session.scalars(sa.select(Agreement)):
                self.prove_one(agreement, db.session.get(Standing, agreement.id), day)

    def prove_one(self, agreement: Agreement, standing: Any, day: date) -> None:
        from domain.records.position import position_of

        position = position_of(db.session, agreement.id, agreement.kind, standing)
        assert all(charge.open_minor > 0 for charge in position.charges), (day, agreement.kind, position)
        if agreement.status == "closed":
            assert position.owed_minor <= 0, (day, agreement.kind)
            assert not position.charges, (day, agreement.kind)
