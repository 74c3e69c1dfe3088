"""Schedulers, web workers and customers at the same debits of autopay: each period once, and nothing cancelled taken.

The judge is the processor's own record. Whether people had allowed and were told: `test_autopay_consent`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.actions import autopay_run, payments, scheduled
from domain.actions.autopay_announcing import announce
from domain.actions.autopay_retries import begin_retries
from domain.actions.day import days, debit_day, run_day
from domain.actions.payment_watch import PAGE, read_events, resolve_unknown
from domain.points import NAMES
from domain.words import Conflict, Gone, Refused
from gateways import registry
from models import AutopayDebit, Payment, PaymentEvent, db
from tests.domain.actions.autopaying import DUE, Contracts
from tests.domain.actions.paying import DAY, HOUR, INSTALLMENT, NOW, TODAY, Till, at_once
from tests.torture import broken
from tests.torture.lives import Lives
from tests.torture.oracle import MOVED, Verdict, judge

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")

SCHEDULERS, WORKERS = 6, 4
POINTS = tuple(name for name in NAMES if name.startswith("autopay."))
SLUGS = ("bank", "card", "bank_lost", "card_lost")
PERIOD = 14 * DAY


class Book:
    """Contracts of autopay on loans of their own, and everybody who reaches for their debits."""

    def __init__(
        self, till: Till, open_agreement: Callable[..., str], save_method, count: int, flag: Path
    ) -> None:
        self.till, self.flag, self.contracts = till, flag, Contracts(till)
        self.bo = till.who("bo")
        self.methods = [save_method("bo", slug) for slug in SLUGS]
        self.loans = [open_agreement("bo", age_days=0) for _ in range(count)]
        self.refs = [
            self.contracts.write(loan, self.methods[number % len(self.methods)], accepted_on=TODAY)
            for number, loan in enumerate(self.loans)
        ]

    def tick(self, on=DUE) -> None:
        """A scheduler: everything that is due on the day, over and over, until the last customer has gone."""
        turn = 0
        while not self.flag.exists():
            turn += 1
            now = NOW + turn * timedelta(minutes=1)
            autopay_run.begin_due(today=on, now=now, limit=7)
            begin_retries(today=on, now=now)
            scheduled.send_due(today=on, now=now, at_once=3, limit=20)
            resolve_unknown(today=on, now=now)
            read_events(today=on, now=now)

    def fuss(self, seed: int) -> None:
        """A customer: cancels some debits that wait, pays others by hand, in an order of their own."""
        dice = random.Random(seed)
        for number in dice.sample(range(len(self.refs)), len(self.refs)):
            try:
                if number % 3 == 0:
                    scheduled.cancel(self.payment(number), who=self.bo, today=DUE, now=NOW)
                elif number % 3 == 1:
                    payments.start(
                        self.loans[number], INSTALLMENT, self.methods[1], f"by-hand-{number}", who=self.bo, today=DUE,
                        now=NOW, again=True,
                    )  # fmt: skip
            except (Conflict, Gone, Refused):
                continue

    def payment(self, number: int) -> str:
        return f"autopay-{self.refs[number]}-{DUE.isoformat()}"

    def together(self, lives: Lives) -> None:
        """Six schedulers and four workers at once."""
        announce(today=DUE - DAY, now=NOW)
        tickers = [lives.begin(self.tick) for _ in range(SCHEDULERS)]
        try:
            seeds = [lives.seed + number for number in range(WORKERS)]
            for worker in [lives.begin(lambda seed=seed: self.fuss(seed)) for seed in seeds]:
                lives.end(worker)
        finally:
            self.flag.touch()
            for ticker in tickers:
                lives.end(ticker)

    def race(self) -> list[str]:
        """For each debit, its cancel and its claim at the same moment; the refs whose cancel was accepted."""
        announce(today=DUE - DAY, now=NOW)
        autopay_run.begin_due(today=DUE, now=NOW)
        accepted = []
        for number in range(len(self.refs)):
            payment = self.till.row(self.payment(number))
            rivals: list[Callable[[], object]] = [
                lambda ref=payment.ref: scheduled.cancel(ref, who=self.bo, today=DUE, now=NOW),
                lambda key=payment.id: scheduled._send(key, DUE, NOW),
            ]
            order = rivals if number % 2 else rivals[::-1]
            found = at_once(2, lambda which, order=order: order[which]())
            if found[order.index(rivals[0])] is True:
                accepted.append(payment.ref)
        resolve_unknown(today=DUE, now=NOW + HOUR)
        read_events(today=DUE, now=NOW + HOUR)
        return accepted

    def quiet_down(self, first=DUE) -> Verdict:
        """A week passes, and the judge looks."""
        for number, on in enumerate(days(first, first + 7 * DAY)):
            run_day(on, now=NOW + 24 * HOUR + number * 7 * HOUR)
            for _ in range(len(self.refs) // PAGE + 1):
                resolve_unknown(today=on, now=NOW + 24 * HOUR + number * 7 * HOUR)
        return judge(self.till, ())

    def taken(self) -> Counter[str]:
        """How often the processor took each payment of autopay."""
        return Counter(
            one.ref
            for one in registry.default().charges()
            if one.state in MOVED and one.ref.startswith("autopay-")
        )

    def story(self, refs: Iterable[str]) -> list[tuple[str, str, list[str]]]:
        """What became of payments, for whoever reads a failure."""
        return [(ref, self.till.state(ref), self.till.timeline(ref)) for ref in sorted(refs)]

    def cancelled_and_taken(self) -> list[str]:
        with self.till.house.app.app_context():
            gone = db.session.scalars(select(Payment.ref).where(Payment.state == "cancelled")).all()
        return [ref for ref in gone if ref in self.taken()]

    def paid_twice(self) -> list[str]:
        """Loans on which the whole debit was taken although the same was paid by hand before it was claimed."""
        with self.till.house.app.app_context():
            rows = db.session.execute(
                select(Payment.agreement_id, Payment.channel, Payment.amount_minor, func.min(PaymentEvent.id))
                .join(PaymentEvent, PaymentEvent.payment_id == Payment.id)
                .where(Payment.state == "settled", PaymentEvent.event.in_(("claimed", "begun")))
                .group_by(Payment.id, Payment.agreement_id, Payment.channel, Payment.amount_minor)
            ).all()
        hand = {row[0]: row[3] for row in rows if row.channel != "autopay"}
        return [str(row[0]) for row in rows if row.channel == "autopay" and hand.get(row[0], row[3]) < row[3]]


@pytest.fixture
def book(till: Till, open_agreement, save_method, rounds, tmp_path: Path) -> Book:
    return Book(till, open_agreement, save_method, rounds(18, 1_000), tmp_path / "closed")


@pytest.mark.safety("J1", "J2", "M11")
def test_six_schedulers_and_four_workers_take_each_period_once(book: Book, app) -> None:
    book.together(Lives(app))
    verdict = book.quiet_down()
    assert verdict.innocent, verdict
    assert book.cancelled_and_taken() == []
    assert book.paid_twice() == []
    assert set(book.taken().values()) <= {1}
    with book.till.house.app.app_context():
        periods = db.session.execute(
            select(AutopayDebit.period, func.count()).group_by(AutopayDebit.period)
        ).all()
    assert dict(map(tuple, periods))[DUE.isoformat()] == len(book.refs)


@pytest.mark.database("sqlite")
def test_canary_a_run_without_its_claim_is_found_out(book: Book, app, monkeypatch) -> None:
    broken.run_without_claim(monkeypatch)
    book.together(Lives(app))
    book.quiet_down()
    per_period = Counter(ref.rsplit("~", 1)[0] for ref in book.taken())
    assert max(per_period.values()) > 1


@pytest.mark.safety("J8")
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_point_every_period_is_told_and_taken_once(
    till: Till, open_agreement, save_method, tmp_path: Path, app, point: str
) -> None:
    book = Book(till, open_agreement, save_method, 3, tmp_path / "closed")
    if point == "autopay.retry_before_commit":
        book.contracts.house(autopay_policy={"card_retry_days": [1]})
        declined = save_method("bo", "card_insufficient")
        book.contracts.write(open_agreement("bo", age_days=0), declined, due_on=DUE, accepted_on=TODAY)
    lives = Lives(app)

    def one_day(on) -> Callable[[], None]:
        def work() -> None:
            debit_day(today=on, now=NOW)
            scheduled.send_due(today=on, now=NOW)

        return work

    killed = [lives.live(one_day(on), at=point) for on in (DUE - DAY, DUE, DUE + DAY, DUE + 2 * DAY)]
    assert any(killed), f"no life came by {point}"
    for on in days(DUE - DAY, DUE + 2 * DAY):
        one_day(on)()
    assert book.quiet_down().innocent
    assert sorted(book.taken().values()) == [1] * 3


@pytest.mark.safety("L4")
def test_a_cancel_that_was_accepted_is_never_charged(
    till: Till, open_agreement, save_method, rounds, tmp_path: Path
) -> None:
    """12 CFR 1005.10(c): whoever stops a debit in time is not debited."""
    book = Book(till, open_agreement, save_method, rounds(20, 1_000), tmp_path / "closed")
    accepted = book.race()
    assert [ref for ref in accepted if ref in book.taken()] == []
    assert len(accepted) + len(book.taken()) == len(book.refs)
    assert till.differences() == []


@pytest.mark.database("sqlite")
def test_canary_a_cancel_that_does_not_look_is_found_out(
    till: Till, open_agreement, save_method, tmp_path: Path, monkeypatch
) -> None:
    broken.cancel_without_looking(monkeypatch)
    book = Book(till, open_agreement, save_method, 6, tmp_path / "closed")
    assert [ref for ref in book.race() if ref in book.taken()]
