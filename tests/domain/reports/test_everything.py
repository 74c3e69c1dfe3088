"""Every table is decided on: it leaves with an archive of everything, or stays with a reason; secrets never leave."""

from __future__ import annotations

import re

import pytest

from domain.reports import everything
from models import Model

pytestmark = pytest.mark.database("sqlite")
SECRET = re.compile(
    r"_sealed$|^sealed$|password_hash|secret|token|(code|id|endpoint)_hash|totp|phrase|(^|_)path$"
)
HARMLESS = {("bell_notice", "path")}  # a page of ours


def test_every_table_leaves_or_stays_with_a_reason():
    leaving = {table.name for table in everything.tables()}
    assert leaving | set(everything.STAYS) == set(Model.metadata.tables)
    assert all(len(reason) > 10 for reason in everything.STAYS.values())
    # Were they misspelled, they would keep nothing back.
    assert set(everything.STAYS) <= set(Model.metadata.tables)
    for name, columns in everything.LEFT_OUT.items():
        assert columns <= set(Model.metadata.tables[name].columns.keys()), name


def test_no_column_that_leaves_holds_a_secret_or_a_place_on_this_machine():
    leaving = {(table.name, name) for table in everything.tables() for name in everything.columns(table)}
    assert {one for one in leaving if SECRET.search(one[1])} == HARMLESS


def test_tables_of_any_key_are_read_in_pieces_without_losing_a_row(app, house, open_agreement, monkeypatch):
    for who in ("bo", "tess", "bo"):
        open_agreement(who)
    with app.app_context():
        whole = read()
        monkeypatch.setattr(everything, "CHUNK", 1)
        assert read() == whole
    assert len(whole["balance"]) >= 3  # its key has two columns
    assert len(whole["agreement"]) == 3


def read():
    with everything.snapshot() as connection:
        return {
            table.name: [tuple(map(str, row)) for row in everything.rows(connection, table)]
            for table in everything.tables()
        }
