"""A fresh clone on a machine with Python, make and git, and an empty home: two commands and there are pages."""

from __future__ import annotations

import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.fixtures.postgres import free_port
from tests.fixtures.processes import PROJECT, Program

pytestmark = pytest.mark.torture


def test_make_run_serves_a_fresh_clone_and_starts_quickly_the_second_time(tmp_path: Path) -> None:
    clone, home, port = tmp_path / "clone", tmp_path / "home", str(free_port())
    home.mkdir()
    subprocess.run(["git", "clone", "-q", str(PROJECT), str(clone)], check=True)
    environment = {"HOME": str(home), "PORT": port}
    for start, seconds in ((1, 300), (2, 30)):
        program = Program(["make", "-C", str(clone), "run"], environment, tmp_path / f"log-{start}")
        try:
            program.wait_for_text(f"Duebook answers at http://localhost:{port}", seconds)
            for host in ("localhost", "127.0.0.1"):
                with urllib.request.urlopen(f"http://{host}:{port}/", timeout=10) as answer:
                    assert answer.status == 200
            secrets = clone / "instance" / "demo-sign-ins.txt"
            assert secrets.stat().st_mode & 0o777 == 0o600
            assert str(secrets) in program.log
        finally:
            program.kill()
