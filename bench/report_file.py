"""The memory that a spreadsheet of 100,000 lines takes while it is made, as the page of a report makes it.

    PYTHONPATH=. .venv/bin/python bench/report_file.py [UNITS]

The rent roll of as many units is written as XLSX into a file, in a process of its own; its resident set is asked of the
system at the end. Beside it stands the same process with one unit, which is what the program itself takes.
Exit 1 when a target of docs/performance.md is missed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.sides.installation import installed
from bench.sides.lease_books import TODAY, fill

UNITS = 100_000
MOST_MB = 200


def write() -> None:
    """In the process that is measured: the whole rent roll with all its columns into a file."""
    from app import create_app
    from domain.access import Scope
    from domain.reports import rent_roll
    from domain.reports.sheet import Asked, file_rows
    from papers.tables import write_xlsx

    begun = time.perf_counter()
    app = create_app(dict(os.environ))
    with app.app_context(), tempfile.TemporaryFile() as file:
        every = [column.key for column in rent_roll.COLUMNS]
        sheet = rent_roll.make(Scope("admin"), Asked(TODAY, TODAY, TODAY, TODAY, columns=every))
        rows = write_xlsx(file, every, file_rows(sheet, str))  # type: ignore[arg-type]
        size = file.tell()
    print(rows, f"{most_memory():.0f}", f"{time.perf_counter() - begun:.1f}", f"{size / 2**20:.1f}")


def most_memory() -> float:
    """The most memory (MB) this program has had: `getrusage` would name its parent's where that was larger."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def measured(units: int) -> float:
    """The most memory (MB) of a process that writes the rent roll of as many units."""
    with installed(1) as ours:
        fill(ours.database, units)
        settings = {**os.environ, **ours.settings, "DUEBOOK_INSTANCE": str(ours.folder / "instance")}
        run = [sys.executable, str(Path(__file__)), "write"]
        said = subprocess.run(run, env=settings, capture_output=True, text=True, check=False)
        if said.returncode:
            raise SystemExit(said.stderr[-2000:])
        rows, most, seconds, size = said.stdout.split()
    print(
        f"  {units:>9,} units: {int(rows):,} rows, {size} MB, in {seconds} s: at most {most} MB", flush=True
    )
    return float(most)


def main(units: int) -> int:
    measured(1)
    reached = measured(units) < MOST_MB
    print(f"  less than {MOST_MB} MB: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    else:
        sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else UNITS))
