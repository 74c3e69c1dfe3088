"""Other packages, each in a process of its own with the Python they stand in (`make bench` makes .venv-bench)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.sides.alternation import Side
from tests.fixtures.processes import PROJECT

PEERS = {"django-ledger": "django_ledger_posting.py", "python-accounting": "python_accounting_posting.py"}
SCRIPTS = PEERS | {"amortization": "amortization_schedules.py"}


def python_of_peers() -> Path:
    return PROJECT / os.environ.get("DUEBOOK_PEERS_PYTHON", ".venv-bench/bin/python")


@contextmanager
def peer(name: str, folder: Path) -> Iterator[Side]:
    """The side that asks the peer `name`, which posts into a new file in `folder`; it ends with the block."""
    script = PROJECT / "bench" / "peers" / SCRIPTS[name]
    complaints = (folder / f"{name}.log").open("w+")
    process = subprocess.Popen(
        [str(python_of_peers()), "-W", "ignore", str(script), str(folder / f"{name}.db")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True, cwd=folder,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None

    def said() -> str:
        line = process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"{name} ended: {Path(complaints.name).read_text()[-2000:]}")
        return line

    def run(units: int) -> float:
        process.stdin.write(f"{units}\n")
        process.stdin.flush()
        return float(said())

    try:
        if said() != "ready":
            raise RuntimeError(f"{name} did not get ready")
        yield Side(name, run)
    finally:
        process.stdin.close()
        process.wait(60)
        complaints.close()
