"""What would be furnished of accounts: by each holder's own share, as of a day, and only of those who agreed."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from tests.fixtures.agreements import scope_of
from tests.fixtures.billed import local

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-04-03")
TODAY, MARCH = date(2026, 4, 3), date(2026, 3, 31)


def rows(ledger, on: date = MARCH) -> list[SimpleNamespace]:
    from domain.reports.credit_reporting import make
    from domain.reports.sheet import Asked

    with ledger.house.app.app_context():
        asked = Asked(today=TODAY, on=on, since=on, until=on)
        return [SimpleNamespace(**row.values) for row in make(scope_of(ledger.house, "adam"), asked).rows]


def set_rule(ledger, since: date = date(2026, 1, 1), **wishes) -> None:
    from domain.actions.credit_reporting import Rule
    from domain.actions.credit_reporting import set_rule as keep

    rule = Rule(**({"reports": True, "bureaus": "Equifax", "dispute_address": "1 Quay"} | wishes))
    keep(rule, who=scope_of(ledger.house, "adam"), today=since, now=local(since))


def agree(ledger, ref: str, name: str) -> None:
    from domain.actions import credit_reporting as acts

    acts.agree(ref, True, "Yes", who=scope_of(ledger.house, name), today=TODAY, now=local(TODAY))


def test_each_holder_is_reported_with_what_they_owe_themselves(ledger) -> None:
    from tests.fixtures.four_kinds import shared_rental

    set_rule(ledger, needs_consent=False)
    shared_rental(ledger.house)
    ledger.bill_days(date(2026, 4, 1), TODAY)
    bo, tess = sorted(rows(ledger, TODAY), key=lambda one: one.who)
    # 60 and 40 percent of two rents of 1,200.00; the parking (and a deposit) is nobody's alone, so it is both's.
    assert bo.balance - tess.balance == 2 * (72_000 - 48_000)
    assert (bo.ecoa, tess.ecoa, bo.portfolio) == ("2", "2", "O")
    assert (bo.status, bo.past_due) == ("71", bo.balance)


def test_only_who_agreed_is_reported_with_what_came_in_the_month(ledger) -> None:
    homes = {name: ledger.open_rental(name, on=date(2026, 1, 1)) for name in ("bo", "tess")}
    ledger.bill_days(date(2026, 1, 1), date(2026, 3, 2))
    assert rows(ledger) == []
    set_rule(ledger)
    assert rows(ledger) == []
    agree(ledger, homes["tess"], "tess")
    ledger.take(homes["tess"], 50_000, on=date(2026, 3, 20))
    (one,) = rows(ledger)
    assert (one.status, one.balance, one.past_due) == ("78", 310_000, 310_000)
    assert (one.paid, one.last_paid, one.late_since) == (50_000, date(2026, 3, 20), date(2026, 1, 1))
    assert (one.agreed, one.condition) == (TODAY, "")
    (before,) = rows(ledger, date(2026, 1, 30))
    assert (before.status, before.past_due, before.late_since, before.paid) == ("11", 0, None, 0)


def test_an_open_question_about_money_marks_the_account_as_disputed(ledger) -> None:
    from domain.transaction import transaction
    from models import Inquiry, Thread

    home = ledger.open_rental("tess", on=date(2026, 1, 1))
    ledger.bill_days(date(2026, 1, 1), date(2026, 1, 2))
    set_rule(ledger, needs_consent=False)
    tess = scope_of(ledger.house, "tess")
    with transaction() as session:
        thread = Thread(ref="t", subject="Rent", person_id=tess.person_id, opened_at=local(TODAY), opened_by="x",
                        last_at=local(TODAY))  # fmt: skip
        session.add(thread)
        session.flush()
        session.add(
            Inquiry(ref="i", agreement_id=ledger.id_of(home), person_id=tess.person_id, thread_id=thread.id,
                    about="balance", currency="USD", reason="I paid", received_at=local(TODAY))
        )  # fmt: skip
    assert [one.condition for one in rows(ledger)] == ["XB"]
    with transaction() as session:
        session.execute(sa.update(Inquiry).values(state="answered"))
    assert [one.condition for one in rows(ledger)] == [""]


def test_a_rule_counts_from_its_day_and_the_one_before_stays_what_it_was(ledger) -> None:
    ledger.open_rental("tess", on=date(2026, 1, 1))
    ledger.bill_days(date(2026, 1, 1), date(2026, 1, 2))
    set_rule(ledger, needs_consent=False)
    set_rule(ledger, since=date(2026, 3, 1), reports=False)
    assert len(rows(ledger, date(2026, 2, 28))) == 1
    assert rows(ledger, date(2026, 3, 1)) == []
