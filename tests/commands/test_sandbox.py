"""`flask sandbox charges` and `flask sandbox advance` on a record of their own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from commands.sandbox import charges_table, sandbox
from gateways.sandbox.client import EmbeddedSandbox
from tests.gateways.conftest import NOW, TODAY


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "processor.db"


@pytest.fixture
def line(record: Path) -> FlaskCliRunner:
    """The command line of an application that knows nothing but where the record is."""
    app = Flask("bare")
    app.config["SANDBOX_DATABASE"] = str(record)
    app.cli.add_command(sandbox)
    return app.test_cli_runner()


def charge(record: Path) -> None:
    EmbeddedSandbox(record).charge(
        key="pay-7:1", ref="pay-7", amount_minor=10_000, currency="USD", token="sbx_bank", on=TODAY, now=NOW
    )


def test_charges_prints_the_processors_record(line: FlaskCliRunner, record: Path) -> None:
    charge(record)
    done = line.invoke(args=["sandbox", "charges"])
    assert done.exit_code == 0
    assert done.stdout == (
        "key,ref,amount_minor,currency,state,at\npay-7:1,pay-7,10000,USD,accepted,2026-07-02T14:30:00+00:00\n"
    )


def test_charges_without_a_record_fails_with_one_line_and_makes_none(
    line: FlaskCliRunner, record: Path
) -> None:
    done = line.invoke(args=["sandbox", "charges"])
    assert done.exit_code == 1
    assert done.output.count("\n") == 1
    assert str(record) in done.output
    assert not record.exists()


def test_a_file_that_is_no_record_is_told_in_one_line(line: FlaskCliRunner, record: Path) -> None:
    record.write_text("this is no database, but it is long enough to be looked at " * 20)
    done = line.invoke(args=["sandbox", "charges"])
    assert done.exit_code == 1
    assert done.output.count("\n") == 1


def test_advance_lets_the_days_pass(line: FlaskCliRunner, record: Path) -> None:
    charge(record)
    done = line.invoke(args=["sandbox", "advance", "--on", "2026-07-06"])
    assert (done.exit_code, done.output) == (0, "1 happened up to 2026-07-06\n")
    assert EmbeddedSandbox(record).look_up("pay-7:1", "pay-7").on == date(2026, 7, 6)
    assert charges_table(record)[0][4] == "settled"


def test_advance_without_a_readable_day_is_wrong_usage(line: FlaskCliRunner, record: Path) -> None:
    charge(record)
    assert line.invoke(args=["sandbox", "advance"]).exit_code == 2
    assert line.invoke(args=["sandbox", "advance", "--on", "6/7/2026"]).exit_code == 2
