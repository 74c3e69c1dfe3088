"""How fast a loan book comes in, how long others wait, and how that grows: parse, stage and make live, on SQLite.

Each size runs in a process of its own on a fresh database file with synchronous=FULL, so that its memory is its own.
The synthetic book has the columns and the habits of a real auto lender's file; where such a file is to be had
(DUEBOOK_PEER_DATA) it is brought in as well. Exit 1 when a target of docs/performance.md is missed.

    python bench/import_loans.py [SIZE ...]
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = (7_572, 10_000, 30_000, 100_000)
LEAST_A_SECOND = 1_500
MOST_MEGABYTES = 300
MOST_SLOWER = 1.5  # at the largest size, against the smallest, per loan
HEADINGS = (
    "loan_no", "amount", "annual_rate_percent", "payments", "original_loan_term", "grace_period_number",
    "origination_month", "first_payment_month", "maturity_month", "balance_begin", "scheduled_payment",
    "next_payment_due", "scheduled_interest", "scheduled_principal", "paid_total", "paid_interest", "paid_principal",
    "balance_end", "interest_paid_through", "days_delinquent", "subvented",
)  # fmt: skip


def synthetic(path: Path, loans: int) -> None:
    """A book of the real one's shape: one loan in ten late, one in twelve without a payment, one in forty uneven."""
    chance = random.Random(loans)
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADINGS)
        for number in range(1, loans + 1):
            table.writerow(_loan(chance, number))


def _loan(chance: random.Random, number: int) -> list[object]:
    amount, rate = chance.randrange(500_000, 6_500_000), chance.randrange(0, 2_000)
    count, age = chance.randrange(36, 76), chance.randrange(1, 60)
    age = min(age, count - 2)
    month = 2020 * 12 + 6 - age
    monthly = rate / 120_000
    payment = int(amount * monthly / (1 - (1 + monthly) ** -count)) if rate else amount // count
    begin = max(amount - payment * age * 2 // 3, payment * 2)
    paid = 0 if chance.random() < 1 / 12 else payment
    interest = min(int(begin * monthly), paid)
    principal, odd = paid - interest, chance.randrange(1, 500) if chance.random() < 1 / 40 else 0
    late = chance.randrange(1, 95) if chance.random() < 1 / 10 else 0
    cells = (begin, payment, payment, interest, principal, paid + odd, interest, principal, begin - principal)
    money = [f"{cell // 100}.{cell % 100:02}" for cell in cells]
    first = f"{month % 12 + 1:02}/{month // 12}"
    return [f"S{number:07}", f"{amount // 100}.{amount % 100:02}", f"{rate / 100:.2f}", count, count + 1, 1, first,
            first, "06/2026", *money, "07-18-2020", late, 0]  # fmt: skip


def measured(path: Path) -> dict[str, float]:
    """Bring the book in and say what it took; runs in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DUEBOOK_INSTANCE": folder, "DUEBOOK_SCHEDULER": "0"}
        sys.path.insert(0, str(ROOT))
        import flask_migrate

        from app import create_app
        from domain import transaction
        from domain.actions import imports

        app = create_app()
        with app.app_context():
            flask_migrate.upgrade()
        held: list[float] = []
        _time_locks(transaction, held, (imports, sys.modules["domain.actions.imports_batches"]))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        options = imports.Options(today=date(2026, 11, 22))
        begun = time.perf_counter()
        _book, report = imports.bring_in_file(
            path, path.name, "auto_worldomni", options, by="bench", now=datetime.now(UTC)
        )
        seconds = time.perf_counter() - begun
        again = time.perf_counter()
        _book, second = imports.bring_in_file(
            path, path.name, "auto_worldomni", options, by="bench", now=datetime.now(UTC)
        )
        if report.accepted != report.read or second.already != report.read or second.accepted:
            raise SystemExit(
                f"the book did not come in once and whole: {report.accepted}, {report.refused}, {second.already}"
            )
        return {
            "loans": report.accepted,
            "seconds": seconds,
            "again": time.perf_counter() - again,
            "live": max(held),
            "stage": sorted(held)[-2],
            "start": before / 1024,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "file": (Path(folder) / "duebook.db").stat().st_size / 1024**2,
        }


def _time_locks(transaction: object, held: list[float], rooms: tuple[object, ...]) -> None:
    """Note how long each write transaction of these rooms kept the one write lock."""
    from contextlib import contextmanager

    begin = transaction.transaction  # type: ignore[attr-defined]

    @contextmanager
    def timed():  # type: ignore[no-untyped-def]
        with begin() as session:
            since = time.perf_counter()
            yield session
        held.append(time.perf_counter() - since)

    for room in rooms:
        room.transaction = timed  # type: ignore[attr-defined]


def main(sizes: list[int]) -> int:
    data = Path(os.environ.get("DUEBOOK_PEER_DATA") or ROOT.parent / "shared" / "data")
    real = data / "loan_portfolio" / "auto_worldomni_7572.csv"
    results = []
    print(
        "book                 loans  seconds  loans/s  again s  lock: live s  stage s   MB start   MB peak  file MB"
    )
    with tempfile.TemporaryDirectory() as folder:
        books = [("real", real)] if real.exists() else []
        for size in sizes:
            books.append((f"synthetic {size}", Path(folder) / f"{size}.csv"))
            synthetic(books[-1][1], size)
        for name, path in books:
            answer = subprocess.run(
                [sys.executable, __file__, "--measure", str(path)],
                capture_output=True,
                text=True,
                check=False,
            )
            if answer.returncode:
                print(answer.stderr)
                return 1
            got = json.loads(answer.stdout.splitlines()[-1])
            results.append(got)
            print(
                f"{name:<18} {got['loans']:>7} {got['seconds']:>8.2f} {got['loans'] / got['seconds']:>8.0f}"
                f" {got['again']:>8.2f} {got['live']:>13.2f} {got['stage']:>8.2f} {got['start']:>10.0f}"
                f" {got['peak']:>9.0f} {got['file']:>8.1f}"
            )
    return _judged(results)


def _judged(results: list[dict[str, float]]) -> int:
    missed = []
    slowest = min(got["loans"] / got["seconds"] for got in results)
    largest = max(got["peak"] for got in results)
    if slowest < LEAST_A_SECOND:
        missed.append(f"{slowest:.0f} loans a second; at least {LEAST_A_SECOND} were promised")
    if largest > MOST_MEGABYTES:
        missed.append(f"{largest:.0f} MB; at most {MOST_MEGABYTES} were promised")
    small, large = min(results, key=lambda got: got["loans"]), max(results, key=lambda got: got["loans"])
    growth = (large["seconds"] / large["loans"]) / (small["seconds"] / small["loans"])
    print(f"a loan of the largest book costs {growth:.2f} times one of the smallest")
    if growth > MOST_SLOWER:
        missed.append(f"growth {growth:.2f}; at most {MOST_SLOWER} was promised")
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measured(Path(sys.argv[2]))))
    else:
        sys.exit(main([int(size) for size in sys.argv[1:]] or list(SIZES)))
