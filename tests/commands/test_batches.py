"""`flask batches`: an operator builds, writes and hands over files, and takes what comes back."""

from __future__ import annotations

import pytest

from gateways.ach_file.parser import parse
from tests.domain.actions.conftest import till, works
from tests.domain.actions.paying import INSTALLMENT, TODAY
from tests.fixtures.ach import ACH
from tests.gateways.ach_file.conftest import return_file

__all__ = ["till", "works"]

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH)


@pytest.fixture
def line(house):
    """`line("batches", "list")` -> what the command prints."""

    def run(*arguments: str, expect: int = 0) -> str:
        done = house.app.test_cli_runner().invoke(args=arguments)
        assert done.exit_code == expect, done.output
        return done.output

    return run


def test_an_operator_builds_writes_hands_over_and_takes_what_comes_back(works, line, tmp_path) -> None:
    [ref] = works.plan()
    assert line("batches", "list") == ""
    batch = line("batches", "build", "ach_file").strip()
    line("batches", "write", batch, "--to", str(tmp_path / "out.ach"), "--handed-over")
    place = tmp_path / "out.ach"
    assert place.stat().st_mode & 0o777 == 0o600
    [entry] = parse(place.read_bytes()).batches[0].entries
    assert f"{batch}  ach_file  {TODAY}  handed_over  1 lines  155.97 USD" in line("batches", "list")

    back = tmp_path / "back.ach"
    back.write_bytes(return_file([("R01", entry.fields["trace"], INSTALLMENT)]))
    assert line("batches", "take", str(back)) == "taken: done 1\n"
    assert line("batches", "take", str(back)) == "taken before: done 1\n"
    assert works.till.state(ref) == "failed"


def test_what_cannot_be_done_is_said_in_one_line(line, tmp_path) -> None:
    assert "no gateway called" in line("batches", "build", "nothing", expect=1)
    assert "Banks are closed" in line("batches", "build", "ach_file", "--day", "2026-03-07", expect=1)
    assert "There is no such file." in line("batches", "write", "nothing", expect=1)
    bad = tmp_path / "bad.ach"
    bad.write_text("nothing")
    assert "not a file in the format of Nacha" in line("batches", "take", str(bad), expect=1)
