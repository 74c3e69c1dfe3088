"""The disk is full, or a commit fails: no call without a durable intent, and all goes on once there is room again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from domain.actions.day import days, run_day
from domain.transaction import transaction
from gateways import registry
from models import Attempt
from tests.domain.actions.paying import DAY, HOUR, INSTALLMENT, NOW, TODAY, Till
from tests.torture import broken
from tests.torture.oracle import Verdict, judge

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def charges_without_an_intent(till: Till) -> list[str]:
    with till.house.app.app_context():
        kept = {attempt.key for attempt in Attempt.query.all()}
    return [charge.key for charge in registry.default().charges() if charge.key not in kept]


def afterwards(till: Till, wishes: dict[str, tuple[str, str]]) -> Verdict:
    """There is room again: people click once more on (ref -> loan, method), a week passes, and the judge looks."""
    for ref, (loan, method) in wishes.items():
        till.pay(loan, INSTALLMENT, method, ref)
    for number, on in enumerate(days(TODAY + DAY, TODAY + 7 * DAY)):
        run_day(on, now=NOW + (1 + number * 5) * HOUR)
    return judge(till, wishes)


@contextmanager
def room_for(till: Till, pages: int) -> Iterator[None]:
    """A database file that may grow by so many pages and no further: SQLite itself says that the disk is full."""
    engine: sa.Engine = till.house.app.extensions["write_engine"]
    with transaction() as session:
        limit = session.execute(sa.text("PRAGMA page_count")).scalar_one() + pages

    def narrow(connection: object, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit}")

    sa.event.listen(engine, "checkout", narrow)
    try:
        yield
    finally:
        sa.event.remove(engine, "checkout", narrow)
        engine.dispose()


@contextmanager
def commit_fails(till: Till, number: int, *, after: bool = False) -> Iterator[None]:
    """The n-th commit from now on fails; with `after` it is durable by then and only its answer is lost."""
    engine: sa.Engine = till.house.app.extensions["write_engine"]
    seen = 0

    def fail(connection: sa.Connection) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            if after:
                connection.connection.commit()
            raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    sa.event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        sa.event.remove(engine, "commit", fail)


def try_to_pay(till: Till, loan: str, method: str, ref: str) -> bool:
    """Whether it went through; a full disk is an error to the person, whatever the gateway did."""
    try:
        till.pay(loan, INSTALLMENT, method, ref)
    except OperationalError:
        return False
    return True


@pytest.mark.safety("M6", "J14")
@pytest.mark.database("sqlite")
def test_a_full_disk_stops_payments_before_the_gateway_is_called(till, open_agreement, card, rounds) -> None:
    loan = open_agreement("bo", principal_minor=90_000_000)
    refs, failed = [], 0
    for turn in range(rounds(8, 200)):
        with room_for(till, turn % 8):
            for number in range(8):
                refs.append(f"turn-{turn}-{number}")
                failed += not try_to_pay(till, loan, card, refs[-1])
                assert charges_without_an_intent(till) == []
    assert 0 < failed < len(refs)
    verdict = afterwards(till, dict.fromkeys(refs, (loan, card)))
    assert verdict.innocent, verdict
    assert verdict.charges == len(refs)


@pytest.mark.safety("M6", "J14")
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("after", [False, True], ids=["undone", "answer-lost"])
def test_a_commit_that_fails_leaves_an_intent_or_no_call(till, loan, bank, number, after) -> None:
    with commit_fails(till, number, after=after):
        assert not try_to_pay(till, loan, bank, "one-form")
    assert charges_without_an_intent(till) == []
    assert len(till.charges()) == number - 1
    verdict = afterwards(till, {"one-form": (loan, bank)})
    assert verdict.innocent, verdict
    assert verdict.charges == 1


@pytest.mark.database("sqlite")
def test_a_commit_that_the_database_refuses_leaves_the_next_one_free(till) -> None:
    line = sa.text("INSERT INTO journal_line (entry_id, account, amount_minor) VALUES (999, 'bank', 1)")
    for _ in range(3):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(line)
    with transaction() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM journal_line WHERE entry_id = 999")) == 0


@pytest.mark.safety("J14")
def test_commits_that_fail_now_and_then_lose_and_double_nothing(
    till, open_agreement, bank, card, rounds: Callable[[int, int], int]
) -> None:
    loan = open_agreement("bo", principal_minor=90_000_000)
    wishes = {}
    for turn in range(rounds(12, 400)):
        now = {f"turn-{turn}-bank": (loan, bank), f"turn-{turn}-card": (loan, card)}
        with commit_fails(till, 1 + turn % 6, after=bool(turn // 6 % 2)):
            for ref, (_, method) in now.items():
                try_to_pay(till, loan, method, ref)
        wishes |= now
    assert charges_without_an_intent(till) == []
    verdict = afterwards(till, wishes)
    assert verdict.innocent, verdict
    assert verdict.charges == len(wishes)


@pytest.mark.database("sqlite")
def test_canary_a_build_that_charges_before_it_writes_down_is_found_out(
    till, loan, card, monkeypatch
) -> None:
    broken.charge_first(monkeypatch)
    with commit_fails(till, 2):
        assert not try_to_pay(till, loan, card, "one-form")
    assert charges_without_an_intent(till) != []
