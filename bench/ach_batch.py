"""How near a file of bank debits comes to what the database alone costs for its rows, and how it grows.

    PYTHONPATH=. .venv/bin/python bench/ach_batch.py [sqlite] [postgres] [10000 100000 1000000]

A file: due payments claimed, attempts, lines and timeline kept, accounts opened, the file written and sealed, its
traces kept. The other side: the same rows inserted by one INSERT ... SELECT for each table. Each size runs in a
process of its own, so that its memory can be told.
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.sides.due_debits import add_due, raw_postgres, raw_sqlite
from bench.sides.installation import Installation, installed
from tests.fixtures.ach import ACH
from tests.fixtures.postgres import throwaway_postgres

SIZES = (10_000, 100_000)
AT_LEAST = {"sqlite": 0.15, "postgres": 0.25}
RAW_TURNS = 3
DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def build(ours: Installation) -> dict[str, Any]:
    """Make the files of all that is due; what that took, and whether file and database agree."""
    from sqlalchemy import func, select

    from domain.actions import batch_files, batches
    from gateways import registry
    from gateways.ach_file.parser import parse
    from models import Batch, BatchLine, Payment, db

    folder = ours.folder / "outgoing"
    registry.by_file("ach_file").expected_on("bank", DAY)  # fills the table of bank holidays
    begun = time.perf_counter()
    refs = batches.build("ach_file", DAY, today=DAY, now=NOW, by="bench", folder=folder)
    seconds = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    entries = debit = 0
    for ref in refs:
        totals = parse(batch_files.content(ref, folder=folder)[1]).totals
        entries, debit = entries + totals.count, debit + totals.debit_minor
    with ours.app.app_context():
        lines, total = db.session.execute(
            select(func.count(), func.coalesce(func.sum(BatchLine.amount_minor), 0))
        ).one()
        filed = db.session.scalar(select(func.count()).select_from(Payment).where(Payment.state == "pending"))
        kept = db.session.scalar(select(func.sum(Batch.debit_minor)))
    agree = entries == lines == filed and debit == total == kept
    return {"seconds": seconds, "memory": memory, "files": len(refs), "agree": agree}


def one(database: str, debits: int) -> dict[str, Any]:
    """Both sides for one size."""
    if database == "sqlite":
        with installed(1, extra=ACH) as ours:
            add_due(debits, DAY, NOW)
            with sqlite3.connect(ours.database) as door:
                door.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            door.close()
            before = ours.folder / "before.db"
            shutil.copyfile(ours.database, before)
            found = build(ours)
            raw = [raw_sqlite(before, ours.database, ours.folder) for _ in range(RAW_TURNS)]
    else:
        with throwaway_postgres(durable=True) as server:
            server.admin("CREATE DATABASE ours")
            with installed(1, server.url("ours"), extra=ACH) as ours:
                add_due(debits, DAY, NOW)
                from sqlalchemy import text

                from domain.transaction import transaction
                from models import db

                with ours.app.app_context():
                    db.engine.dispose()
                with transaction() as session:
                    session.execute(text("ANALYZE"))  # as the database does by itself after a while
                _leave(ours)
                names = [f"raw_{turn}" for turn in range(RAW_TURNS)]
                server.admin(*(f"CREATE DATABASE {name} TEMPLATE ours" for name in names))
                found = build(ours)
                at = [server.url(name).replace("+psycopg", "") for name in (*names, "ours")]
                raw = [raw_postgres(name, at[-1]) for name in at[:-1]]
    return found | {"raw": statistics.median(raw)}


def _leave(ours: Installation) -> None:
    """Give the connections back, so that the database can be copied."""
    from domain import transaction

    factory = transaction._factory
    if factory is not None:
        factory.kw["bind"].dispose()


def apart(database: str, debits: int) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--one", database, str(debits)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(database: str, sizes: list[int]) -> bool:
    print(f"\nA file of bank debits on {database}, durable")
    reached, each = True, []
    for debits in sizes:
        found = apart(database, debits)
        share = found["raw"] / found["seconds"]
        each.append(found["seconds"] / debits)
        print(
            f"  {debits:>9,} debits: {found['seconds']:.2f} s, {debits / found['seconds']:,.0f}/s,"
            f" {found['files']} files, {found['memory']} MB; raw {found['raw']:.2f} s;"
            f" ratio {share:.3f} (target at least {AT_LEAST[database]:g});"
            f" {'file and rows agree' if found['agree'] else 'FILE AND ROWS DIFFER'};"
            f" {each[-1] / each[0]:.2f} times the time of a debit of the smallest"
        )
        reached = reached and found["agree"] and share >= AT_LEAST[database]
    return reached and each[-1] < 1.5 * each[0]


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--one"]:
        print(json.dumps(one(arguments[1], int(arguments[2]))))
        return 0
    sizes = [int(text) for text in arguments if text.isdigit()] or list(SIZES)
    databases = [text for text in arguments if text in AT_LEAST] or list(AT_LEAST)
    reached = [compare(database, sizes) for database in databases]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
