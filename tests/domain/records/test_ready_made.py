"""A ready-made statement does what SQLAlchemy does with it, only sooner: types, errors and lost connections."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa

from domain.records.ready_made import WIDTH, ReadyMade, Written
from domain.transaction import transaction
from models import AuditEvent, LegalCap, Payment, Person, Standing

AUDIT = AuditEvent.__table__
CAP = LegalCap.__table__
PERSON = Person.__table__
INSERT = ReadyMade(sa.insert(AUDIT))
INSERT_CAP = ReadyMade(sa.insert(CAP).returning(CAP.c.id))
CAP_OF = ReadyMade(sa.select(CAP).where(CAP.c.id == sa.bindparam("of")))
LAST = ReadyMade(sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(1))
OF_ACTIONS = ReadyMade(
    sa.select(AUDIT.c.by, AUDIT.c.action).where(AUDIT.c.action.in_([sa.literal("one"), sa.literal("two")]))
)
RENAME = ReadyMade(sa.update(PERSON).where(PERSON.c.email == sa.bindparam("before")))

# Half past midnight of the 2nd in Berlin is still the 1st in UTC.
AT = datetime(2026, 3, 2, 0, 30, 0, 123456, timezone(timedelta(hours=1)))


def event(action: str = "one", **more: object) -> dict[str, object]:
    row = {"at": AT, "by": "ada", "action": action, "subject": "payment", "subject_id": None}
    where = {"address": "", "device": ""}
    return row | where | {"detail": {"words": "Zoë's 100 %", "n": 1}} | more


def cap(ref: str = "cap") -> dict[str, object]:
    return {
        "ref": ref, "jurisdiction": "US-ME", "kind": "", "what": "late_fee", "effective_from": date(2026, 1, 1),
        "amount_minor": None, "percent": Decimal("4.10"), "earliest_days": 15, "combine": "lesser", "source": "law",
        "verified_on": date(2026, 2, 1), "recorded_at": AT, "recorded_by": "ada",
    }  # fmt: skip


@pytest.mark.parametrize("way", ["connection", "session"])
def test_instants_days_decimals_and_json_pass_their_types_both_ways(house, way) -> None:
    with transaction() as session:
        writer = session.connection() if way == "connection" else session
        INSERT.change(writer, event())
        told = LAST.first(writer, {})
        stored = CAP_OF.first(writer, {"of": INSERT_CAP.first(writer, cap()).id})
        row = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert (told.at, told.detail, told.subject_id) == (row.at, row.detail, row.subject_id)
        assert row.at == AT
        assert row.at.tzinfo is UTC
        assert row.detail == {"words": "Zoë's 100 %", "n": 1}
        assert (stored.percent, stored.effective_from) == (Decimal("4.10"), date(2026, 1, 1))
        assert (stored.recorded_at, stored.amount_minor) == (AT, None)


def test_a_session_and_its_connection_give_the_same_answers(house) -> None:
    with transaction() as session:
        door = session.connection()
        INSERT.change_many(door, [event("one"), event("two"), event("three")])
        INSERT.change_many(session, [event("one", by="bo")])
        assert sorted(map(tuple, OF_ACTIONS.all(door, {}))) == sorted(map(tuple, OF_ACTIONS.all(session, {})))
        assert len(OF_ACTIONS.all(door, {})) == 3
        assert RENAME.change(door, {"before": "bo@example.org", "email": "bob@example.org"}) == 1
        assert RENAME.change(door, {"before": "bo@example.org", "email": "bob@example.org"}) == 0
        assert (
            RENAME.change(session, {"before": "bob@example.org", "email": "b@example.org", "phone": "1"}) == 1
        )
        assert CAP_OF.first(door, {"of": 0}) is None
        assert CAP_OF.first(session, {"of": 0}) is None


def test_a_key_used_twice_is_the_error_of_sqlalchemy_and_names_no_value(house) -> None:
    with transaction() as session:
        INSERT_CAP.first(session.connection(), cap("the-secret-ref"))
    with pytest.raises(sa.exc.IntegrityError) as caught, transaction() as session:
        INSERT_CAP.first(session.connection(), cap("the-secret-ref"))
    assert "US-ME" not in str(caught.value)
    assert "legal_cap" in str(caught.value)


def test_an_instant_without_a_zone_is_refused_as_everywhere(house) -> None:
    with pytest.raises(ValueError, match="zone"), transaction() as session:
        INSERT.change(session.connection(), event(at=datetime(2026, 3, 1)))


def test_a_column_with_a_default_in_python_must_be_given_a_value(house) -> None:
    unsaid = ReadyMade(sa.insert(Payment.__table__))
    with pytest.raises(ValueError, match="default"), transaction() as session:
        unsaid.change(session.connection(), {"ref": "one"})


def test_nothing_runs_outside_a_transaction(house) -> None:
    with transaction() as session:
        engine = session.get_bind()
    with engine.connect() as connection, pytest.raises(RuntimeError, match="outside a transaction"):
        INSERT.change(connection, event())


@pytest.mark.parametrize("rows", [1, WIDTH - 1, WIDTH, WIDTH + 1, 2 * WIDTH])
def test_any_number_of_rows_is_written_in_the_order_given(house, rows) -> None:
    with transaction() as session:
        INSERT.change_many(session.connection(), [event(f"many {n}") for n in range(rows)])
        ordered = sa.select(AUDIT.c.action, AUDIT.c.at, AUDIT.c.detail).order_by(AUDIT.c.id)
        told = session.execute(ordered.where(AUDIT.c.action.startswith("many"))).all()
    assert told == [(f"many {n}", AT, {"words": "Zoë's 100 %", "n": 1}) for n in range(rows)]


def test_one_key_used_twice_among_many_rows_is_the_error_of_sqlalchemy(house) -> None:
    caps = ReadyMade(sa.insert(CAP))
    with pytest.raises(sa.exc.IntegrityError), transaction() as session:
        caps.change_many(session.connection(), [cap(f"cap {n % (WIDTH - 1)}") for n in range(WIDTH)])


@pytest.mark.parametrize("way", ["connection", "session"])
def test_rows_are_found_by_a_list_of_their_ids(house, way) -> None:
    of = ReadyMade(
        sa.select(CAP).where(CAP.c.jurisdiction == "US-ME", CAP.c.id.in_(sa.bindparam("ids", expanding=True)))
    )
    with transaction() as session:
        writer = session.connection() if way == "connection" else session
        ids = [INSERT_CAP.first(writer, cap(f"cap {n}")).id for n in range(3)]
        INSERT_CAP.first(writer, cap("elsewhere") | {"jurisdiction": "US-NY"})
        assert sorted(row.ref for row in of.all_of(writer, [*ids[1:], 0])) == ["cap 1", "cap 2"]
        assert [row.effective_from for row in of.all_of(writer, ids[:1])] == [date(2026, 1, 1)]
        assert list(of.all_of(writer, [])) == []


@pytest.mark.database("sqlite")  # on Postgres entries are written with values
def test_json_that_is_text_already_is_written_as_it_is(house) -> None:
    with transaction() as session:
        INSERT.change(session.connection(), event(detail=Written('{"a":[1,2]}')))
        assert LAST.first(session, {}).detail == {"a": [1, 2]}


def test_a_standing_is_locked_by_the_same_text_as_ever(house, database_kind) -> None:
    table = Standing.__table__
    locked = ReadyMade(
        sa.select(table.c.entries).where(table.c.agreement_id == sa.bindparam("of")).with_for_update()
    )
    with transaction() as session:
        assert locked.first(session.connection(), {"of": 0}) is None
    (compiled,) = locked._compiled.values()
    assert ("FOR UPDATE" in compiled.text) == (database_kind == "postgres")


@pytest.mark.database("postgres")
def test_a_connection_that_was_lost_is_not_used_again(house) -> None:
    """SQLite is left out: a file has no server that could end the connection."""
    pid = ReadyMade(sa.select(sa.func.pg_backend_pid().label("pid")))
    told: list[int] = []

    def lose_it(door: sa.Connection) -> None:
        told.append(pid.first(door, {}).pid)
        with door.engine.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({told[0]})")
        pid.first(door, {})

    with pytest.raises(sa.exc.OperationalError) as caught, transaction() as session:
        lose_it(session.connection())
    assert caught.value.connection_invalidated
    with transaction() as session:
        assert pid.first(session.connection(), {}).pid not in told
