"""How near the run of autopay comes to what the database alone costs for its rows, and how it grows.

    PYTHONPATH=. .venv/bin/python bench/autopay.py [sqlite] [postgres] [5000 100000]
    PYTHONPATH=. .venv/bin/python bench/autopay.py --day [sqlite] [DUE LITTLE MUCH]

A run: contracts whose day has come selected and locked, what each owes computed from its terms, balances and payments
under way, a planned payment with its timeline kept, the period written down, the contract set to its next one. The
other side: the same rows by one statement for each table. On Postgres the same is done once more by two processes.

`--day`: the duties of autopay in a day with 5,000 debits due, among 10,000 contracts and among 100,000. At most 1.3
times as long is wanted. Each run has a process of its own, so that its memory can be told.
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.sides.autopay_book import add_contracts, raw_postgres, raw_sqlite
from bench.sides.installation import Installation, installed
from tests.fixtures.postgres import throwaway_postgres

AT_LEAST = {"sqlite": 0.15, "postgres": 0.25}
MOST_TIMES = 1.3
RAW_TURNS = 3
FAR = timedelta(days=120)
WORKER = """
import sys
from datetime import UTC, date, datetime
from domain import transaction
from domain.actions import autopay_run
transaction.configure(transaction.write_engine(sys.argv[1]))
sys.stdin.readline()
on = date.fromisoformat(sys.argv[2])
print(autopay_run.begin_due(today=on, now=datetime(on.year, on.month, on.day, 12, tzinfo=UTC)).begun)
"""


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def run(on: date, wanted: int) -> float:
    from domain.actions import autopay_run
    from domain.rules.business_days import is_business_day

    is_business_day(on)  # fills the table of bank holidays
    begun = time.perf_counter()
    done = autopay_run.begin_due(today=on, now=noon(on))
    if done.begun != wanted:
        raise RuntimeError(f"{done.begun} of {wanted} were begun: {done}")
    return time.perf_counter() - begun


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def one(database: str, count: int) -> dict[str, Any]:
    """Both sides for one size."""
    if database == "sqlite":
        with installed(1) as ours:
            on = ours.first_due_on + timedelta(days=28)
            add_contracts(count, on, noon(on))
            _whole(ours.database)
            before = ours.folder / "before.db"
            shutil.copyfile(ours.database, before)
            seconds = run(on, count)
            _whole(ours.database)
            raw = [raw_sqlite(before, ours.database, ours.folder) for _ in range(RAW_TURNS)]
            return {"seconds": seconds, "memory": memory(), "raw": statistics.median(raw)}
    with throwaway_postgres(durable=True) as server:
        server.admin("CREATE DATABASE ours")
        with installed(1, server.url("ours")) as ours:
            on = ours.first_due_on + timedelta(days=28)
            add_contracts(count, on, noon(on))
            _leave(ours, analyze=True)
            names = [f"raw_{turn}" for turn in range(RAW_TURNS)]
            server.admin(*(f"CREATE DATABASE {name} TEMPLATE ours" for name in (*names, "together")))
            seconds = run(on, count)
            together = side_by_side(server.url("together"), on, count)
            at = [server.url(name).replace("+psycopg", "") for name in (*names, "ours")]
            raw = [raw_postgres(name, at[-1]) for name in at[:-1]]
            return {
                "seconds": seconds,
                "memory": memory(),
                "raw": statistics.median(raw),
                "together": together,
            }


def side_by_side(url: str, on: date, count: int) -> float:
    """Seconds for two processes at the same contracts; each has its libraries loaded when the clock starts."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, url, on.isoformat()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    time.sleep(8)
    begun = time.perf_counter()
    told: list[str] = []
    threads = [
        threading.Thread(target=lambda each=each: told.append(each.communicate("go\n")[0]))
        for each in workers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - begun
    if sum(map(int, told)) != count:
        raise RuntimeError(f"two processes began {told} of {count}")
    return taken


def day(database: str, due: int, every: int) -> dict[str, Any]:
    """The duties of autopay of one day: `due` debits among `every` contracts."""
    from domain.actions.day import debit_day

    if database != "sqlite":
        raise SystemExit("the day is measured on sqlite")
    with installed(1) as ours:
        on = ours.first_due_on + timedelta(days=28)
        add_contracts(due, on, noon(on))
        add_contracts(every - due, on, noon(on), first=due, ahead=FAR)
        _whole(ours.database)
        begun = time.perf_counter()
        done = debit_day(today=on, now=noon(on))
        seconds = time.perf_counter() - begun
        if done["debits_begun"] != due:
            raise RuntimeError(str(done))
        return {"seconds": seconds, "memory": memory()}


def _whole(file: Path) -> None:
    with sqlite3.connect(file) as door:
        door.execute("ANALYZE")
        door.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    door.close()


def _leave(ours: Installation, analyze: bool) -> None:
    """Give the connections back, so that the database can be copied."""
    from sqlalchemy import text

    from domain import transaction
    from models import db

    with ours.app.app_context():
        db.engine.dispose()
    if analyze:
        with transaction.transaction() as session:
            session.execute(text("ANALYZE"))  # as the database does by itself after a while
    factory = transaction._factory
    if factory is not None:
        factory.kw["bind"].dispose()


def apart(*arguments: object) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--one", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(database: str, sizes: list[int]) -> bool:
    print(f"\nThe run of autopay on {database}, durable")
    reached = True
    for count in sizes:
        found = apart(database, count)
        share = found["raw"] / found["seconds"]
        print(
            f"  {count:>9,} debits: {found['seconds']:.2f} s, {count / found['seconds']:,.0f}/s, {found['memory']} MB;"
            f" raw {found['raw']:.2f} s; ratio {share:.3f} (target at least {AT_LEAST[database]:g})"
        )
        if "together" in found:
            print(
                f"            two processes: {found['together']:.2f} s,"
                f" {found['seconds'] / found['together']:.2f} times as fast"
            )
            reached = reached and found["together"] < found["seconds"]
        reached = reached and share >= AT_LEAST[database]
    return reached


def grows(due: int, little: int, much: int) -> bool:
    few, many = apart("day", "sqlite", due, little), apart("day", "sqlite", due, much)
    times = many["seconds"] / few["seconds"]
    print(
        f"\nA day's autopay with {due:,} due: {few['seconds']:.2f} s among {little:,} contracts,"
        f" {many['seconds']:.2f} s among {much:,}: {times:.2f} times (at most {MOST_TIMES}); {many['memory']} MB"
    )
    return bool(times <= MOST_TIMES)


def main(arguments: list[str]) -> int:
    if arguments[:2] == ["--one", "day"]:
        print(json.dumps(day(arguments[2], int(arguments[3]), int(arguments[4]))))
        return 0
    if arguments[:1] == ["--one"]:
        print(json.dumps(one(arguments[1], int(arguments[2]))))
        return 0
    sizes = [int(text) for text in arguments if text.isdigit()]
    if "--day" in arguments:
        due, little, much = sizes or [5_000, 10_000, 100_000]
        return 0 if grows(due, little, much) else 1
    databases = [text for text in arguments if text in AT_LEAST] or list(AT_LEAST)
    reached = [compare(database, sizes or [5_000]) for database in databases]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
