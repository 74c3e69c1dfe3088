"""`flask export-all FOLDER` writes what an archive holds, once, into a new folder."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.database("sqlite")


def test_it_writes_every_table_and_refuses_a_folder_that_is_in_use(runner, house, open_agreement, tmp_path):
    open_agreement("bo", number="L-7")
    done = runner.invoke(args=["export-all", str(tmp_path / "all")])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "all/jsonl/agreement.jsonl").read_text())["number"] == "L-7"
    assert (tmp_path / "all/csv/agreement.csv").is_file()
    again = runner.invoke(args=["export-all", str(tmp_path / "all")])
    assert again.exit_code == 1
    assert "is not empty" in again.output
