"""The triggers that keep the books append-only and balanced, on SQLite and on Postgres.

They are made after every migration where they are missing. `BOOKS` must name the same tables as `models.BOOK_TABLES`
(a test compares them); the names are repeated here because a migration must not depend on the models of its day.

SQLite has no deferred trigger, so the order of writing does the work: lines first (their foreign key is deferred), then
the header, whose trigger checks their sum; once the header stands, further lines are refused. On Postgres a deferred
constraint trigger checks the sum at commit, and lines are refused for an entry of an earlier transaction: one that we
see and that is still in progress is our own, also where a savepoint gave it a number of its own. Sealing there waits
for postings under way by functions of the owner: a role that may only add (`grants.py`) may not lock a table.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, inspect, text

BOOKS = (
    "journal_entry",
    "journal_line",
    "charge",
    "allocation",
    "statement",
    "agreement_change",
    "late_fee_policy",
    "seal",
    "payment_event",
    "payment_return",
    "receipt",
    "audit_event",
    "audit_seal",
    "market_rent",
    "management_terms",
    "expense",
    "owner_statement",
    "owner_movement",
    "signature",
    "period_statement",
    "credit_reporting",
    "credit_consent",
)

# What else is UNIQUE in these tables, beside the id and the key of an entry.
UNIQUE = {
    "journal_entry": ("agreement_id", "position"),
    "charge": ("agreement_id", "rule", "period"),
    "statement": ("agreement_id", "closing_on"),
    "agreement_change": ("agreement_id", "number"),
    "late_fee_policy": ("name", "version"),
    "seal": ("day",),
    "payment_event": ("gateway", "source_id"),
    "payment_return": ("payment_id",),
    "receipt": ("payment_id",),
    "audit_seal": ("after_event_id",),
    "management_terms": ("property_id", "from_on"),
    "owner_statement": ("property_id", "person_id", "period_from"),
    "expense": ("ref",),
    "owner_movement": ("ref",),
    "signature": ("signer_id",),
    "period_statement": ("agreement_id", "span", "period_from"),
}

# A row that takes another back: at most one for each.
TAKES_BACK = ("expense", "owner_movement")

# INSERT OR REPLACE would delete a row without firing its delete trigger, so whatever stands is refused beforehand.
_SQLITE_GUARD = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows of the books are only ever added'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows of the books are only ever added'); END;
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN NEW.id IS NOT NULL AND EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, '{table}: rows of the books are only ever added'); END;
"""
_SQLITE_UNIQUE = """
CREATE TRIGGER {table}_unique_stands BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {names}'); END;
"""
_SQLITE_BALANCE = """
CREATE TRIGGER journal_entry_balances BEFORE INSERT ON journal_entry
WHEN (SELECT COALESCE(SUM(amount_minor), 1) FROM journal_line WHERE entry_id = NEW.id) <> 0
BEGIN SELECT RAISE(ABORT, 'journal_entry: the lines do not balance'); END;
CREATE TRIGGER journal_entry_key_stands BEFORE INSERT ON journal_entry
WHEN EXISTS (SELECT 1 FROM journal_entry WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: journal_entry.key'); END;
CREATE TRIGGER journal_line_closed BEFORE INSERT ON journal_line
WHEN EXISTS (SELECT 1 FROM journal_entry WHERE id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'journal_line: the entry is closed'); END;
"""
_POSTGRES_FUNCTIONS = """
CREATE OR REPLACE FUNCTION books_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%%: rows of the books are only ever added', TG_TABLE_NAME; END $$;
CREATE OR REPLACE FUNCTION books_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%%: %% is not allowed', TG_TABLE_NAME, TG_NAME; END $$;
CREATE OR REPLACE FUNCTION books_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT COALESCE(SUM(amount_minor), 1) FROM journal_line WHERE entry_id = NEW.id) <> 0 THEN
    RAISE EXCEPTION 'journal_entry: the lines do not balance';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION books_line_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  mine bigint := txid_current();
  wrote bigint;
BEGIN
  SELECT (mine / 4294967296) * 4294967296 + xmin::text::bigint INTO wrote FROM journal_entry WHERE id = NEW.entry_id;
  IF wrote - mine > 2147483648 THEN wrote := wrote - 4294967296; END IF;
  IF wrote <> mine AND txid_status(wrote) IS DISTINCT FROM 'in progress' THEN
    RAISE EXCEPTION 'journal_line: the entry is closed';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION books_hold_still() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  LOCK TABLE journal_entry IN SHARE MODE;
  LOCK TABLE seal IN SHARE ROW EXCLUSIVE MODE;
END $$;
CREATE OR REPLACE FUNCTION audit_hold_still() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN LOCK TABLE audit_seal IN SHARE ROW EXCLUSIVE MODE; END $$;
"""
_POSTGRES_GUARD = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION books_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION books_refuse_change();
"""
_POSTGRES_BALANCE = """
CREATE CONSTRAINT TRIGGER journal_entry_balances AFTER INSERT ON journal_entry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION books_entry_balances();
CREATE TRIGGER journal_line_closed BEFORE INSERT ON journal_line
FOR EACH ROW EXECUTE FUNCTION books_line_closed();
"""

# (state before, state after): what domain.rules.payment_states.moves() allows; a test compares the two.
MOVES = (
    ("scheduled", "attempting"), ("scheduled", "pending"), ("scheduled", "failed"), ("scheduled", "cancelled"),
    ("pending", "scheduled"), ("pending", "settled"), ("pending", "failed"),
    ("attempting", "pending"), ("attempting", "settled"), ("attempting", "failed"), ("attempting", "awaiting"),
    ("attempting", "unknown"), ("unknown", "pending"), ("unknown", "settled"), ("unknown", "failed"),
    ("unknown", "awaiting"), ("awaiting", "pending"), ("awaiting", "settled"), ("awaiting", "failed"),
    ("awaiting", "cancelled"), ("cancelled", "pending"), ("cancelled", "settled"), ("cancelled", "failed"),
    ("failed", "settled"),
)  # fmt: skip
FIRST = ("scheduled", "attempting")
_STANDS = (
    "ref, method_id, person_id, agreement_id, scheme, class_code, recurring, channel, language, version, text,"
    " text_hash, accepted_at, accepted_on, accepted_by, strength, address, device, content_hash"
)
_ALLOWED = ", ".join(f"'{before}>{after}'" for before, after in MOVES)
_BEGINS = ", ".join(f"'{state}'" for state in FIRST)
_SQLITE_STATES = f"""
CREATE TRIGGER payment_state_moves BEFORE UPDATE OF state ON payment
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({_ALLOWED})
BEGIN SELECT RAISE(ABORT, 'payment: no event leads from this state to that one'); END;
CREATE TRIGGER payment_state_first BEFORE INSERT ON payment WHEN NEW.state NOT IN ({_BEGINS})
BEGIN SELECT RAISE(ABORT, 'payment: a payment does not begin in this state'); END;
CREATE TRIGGER mandate_stands BEFORE UPDATE OF {_STANDS} ON mandate
BEGIN SELECT RAISE(ABORT, 'mandate: what was accepted is not changed'); END;
CREATE TRIGGER mandate_no_delete BEFORE DELETE ON mandate
BEGIN SELECT RAISE(ABORT, 'mandate: what was accepted is not removed'); END;
"""
_POSTGRES_STATES = f"""
CREATE TRIGGER payment_state_moves BEFORE UPDATE OF state ON payment FOR EACH ROW
WHEN (NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({_ALLOWED}))
EXECUTE FUNCTION books_refuse_move();
CREATE TRIGGER payment_state_first BEFORE INSERT ON payment FOR EACH ROW
WHEN (NEW.state NOT IN ({_BEGINS})) EXECUTE FUNCTION books_refuse_move();
CREATE TRIGGER mandate_stands BEFORE UPDATE OF {_STANDS} ON mandate
FOR EACH ROW EXECUTE FUNCTION books_refuse_move();
CREATE TRIGGER mandate_no_delete BEFORE DELETE ON mandate
FOR EACH ROW EXECUTE FUNCTION books_refuse_move();
"""


def expected_triggers(dialect: str) -> dict[str, str]:
    """Trigger name -> the statement that makes it, for "sqlite" or "postgresql"."""
    if dialect == "sqlite":
        guards = "".join(_SQLITE_GUARD.format(table=table) for table in BOOKS)
        script = guards + _unique_stands() + _SQLITE_BALANCE + _SQLITE_STATES
    else:
        script = (
            "".join(_POSTGRES_GUARD.format(table=table) for table in BOOKS)
            + _POSTGRES_BALANCE
            + _POSTGRES_STATES
        )
    end = "END;" if dialect == "sqlite" else ";"
    statements = [part.strip() for part in script.split("\nCREATE ") if part.strip()]
    made = {}
    for statement in statements:
        words = statement.removeprefix("CREATE ").removeprefix("CONSTRAINT ").split()
        made[words[1]] = f"CREATE {statement.removeprefix('CREATE ').rstrip()}".removesuffix(
            ";" if end == ";" else ""
        )
    return made


def _unique_stands() -> str:
    stands = {
        table: (_all_alike(columns), ", ".join(f"{table}.{name}" for name in columns))
        for table, columns in UNIQUE.items()
    }
    for table in TAKES_BACK:
        same, names = stands[table]
        stands[table] = (f"({same} OR about_id = NEW.about_id)", names)
    return "".join(
        _SQLITE_UNIQUE.format(table=table, same=same, names=names) for table, (same, names) in stands.items()
    )


def _all_alike(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"{name} = NEW.{name}" for name in columns)


def standing_triggers(connection: Connection) -> set[str]:
    """The names of the triggers that are there now, without those that fill an index for searching."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name <> 'search_text'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return set(connection.execute(text(query)).scalars())


def ensure_triggers(connection: Connection) -> None:
    """Make every guard that is missing. Nothing is made before the tables are there (a first downgrade, say)."""
    tables = set(inspect(connection).get_table_names())
    if not set(BOOKS) <= tables:
        return
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql(_POSTGRES_FUNCTIONS)
    there = standing_triggers(connection)
    for name, statement in expected_triggers(dialect).items():
        if name not in there and set(re.findall(r" ON (\w+)", statement)[:1]) <= tables:
            connection.exec_driver_sql(statement)
