"""Too many returned debits become a task, which closes by itself once fewer came back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.actions import return_rates
from domain.reports.return_rates import rates
from models import Payment, Task, db
from tests.domain.actions.paying import DAY, NOW, TODAY

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def told(till, on=TODAY):
    with till.house.app.app_context():
        return rates(db.session, on)


def tasks(till) -> list[str]:
    with till.house.app.app_context():
        query = sa.select(Task.dedupe_key).where(Task.kind == "return_rate", Task.closed_at.is_(None))
        return sorted(db.session.scalars(query))


@pytest.mark.safety("L8")
def test_returns_are_counted_by_the_day_the_debit_was_sent_for_sixty_days(till, loan, save_method) -> None:
    good, bad = save_method("bo", "bank"), save_method("bo", "bank_r10")
    for number in range(3):
        till.pay(loan, 1_000 + number, good)
    till.pay(loan, 2_000, bad)
    till.pay(loan, 500, save_method("bo", "card"))
    last = till.days(8)
    found = told(till, last)
    assert (found.sent, list(found.codes)) == (4, [("R10", 1)])
    assert [(rate.name, rate.returned, rate.level) for rate in found.rates] == [
        ("unauthorised", 1, "over"), ("administrative", 0, "fine"), ("all", 1, "over"),
    ]  # fmt: skip
    assert told(till, TODAY + 59 * DAY).sent == 4
    assert told(till, TODAY + 60 * DAY).sent == 0
    assert return_rates.watch(today=last, now=NOW) == 2
    assert return_rates.watch(today=last, now=NOW) == 2
    assert tasks(till) == ["return_rate:all", "return_rate:unauthorised"]
    assert return_rates.watch(today=TODAY + 61 * DAY, now=NOW) == 0
    assert tasks(till) == []


@pytest.mark.safety("L8")
def test_what_was_never_sent_and_what_is_no_us_debit_counts_in_nothing(till, loan, bank) -> None:
    ref = till.pay(loan, 1_000, bank)
    assert told(till).sent == 1
    till.change(sa.update(Payment).where(Payment.ref == ref).values(gateway="sepa_file"))
    assert told(till).sent == 0
    assert told(till, TODAY - timedelta(days=1)).sent == 0
