"""`flask import FILE --profile rent_roll` reports what the roll holds and whether its own totals agree."""

from __future__ import annotations

import pytest

from tests.fixtures.rent_rolls import YARDI

pytestmark = pytest.mark.database("sqlite")


def test_it_tells_the_totals_and_brings_in_units_too(runner, tmp_path):
    path = tmp_path / "roll.csv"
    path.write_text(YARDI.replace("285.50", "285.40"))
    told = runner.invoke(args=["import", str(path), "--profile", "rent_roll"]).output
    assert "the file's total of Balance is 285.40 USD, its lines add up to 285.50 USD" in told
    assert "empty units: 1" in told
    assert "Nothing was written" in told
    done = runner.invoke(args=["import", str(path), "--profile", "rent_roll", "--commit"])
    assert done.exit_code == 0, done.output
    assert "Brought in: 2 agreements and 1 empty units." in done.output
