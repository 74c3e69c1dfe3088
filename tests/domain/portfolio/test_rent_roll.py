"""A rent roll is read whoever's program wrote it: headings, titles, groups, further lines and totals of its own."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.portfolio.book import open_book
from domain.portfolio.cells import Options
from domain.words import Refused
from tests.fixtures.hostile import damaged
from tests.fixtures.rent_rolls import APPFOLIO, BUILDIUM, DOORLOOP, ROLLS, YARDI

TODAY = date(2026, 11, 22)
AGREES = ["The file's own totals agree with its lines."]


def read(folder: Path, content: str | bytes, **options):
    """The book and its lines."""
    path = folder / "roll.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    book = open_book(path, "rent_roll", Options(today=TODAY, **options))
    return book, list(book.lines())


def made(lines):
    return [line.prepared for line in lines if line.prepared is not None]


@pytest.mark.parametrize("name", ROLLS)
def test_each_program_s_roll_says_the_same_of_the_same_house(tmp_path, name):
    content, as_of = ROLLS[name]
    book, lines = read(tmp_path, content)
    assert book.as_of == as_of
    bo, tess, empty = made(lines)
    assert (bo["person"]["name"], tess["person"]["name"]) == ("Bo Rivera", "Tess Okafor")
    assert [one["property"]["name"] for one in (bo, tess, empty)] == ["Maple Court"] * 3
    assert [one["unit"]["name"] for one in (bo, tess, empty)] == ["101", "102", "103"]
    assert [one["kind"] for one in (bo, tess, empty)] == ["rental", "rental", "unit"]
    assert (bo["past_due"], bo["prepaid"], bo["deposit"]) == (0, 2_500, 50_000)
    assert (tess["past_due"], tess["prepaid"], tess["deposit"]) == (31_050, 0, 60_000)
    assert tess["terms"]["lines"] == [{"type": "rent", "name": "Rent", "amount_minor": 115_000}]
    # Her lease has run out and she is still there: month to month.
    assert tess["terms"]["goes_on"]
    assert "goes_on" not in bo["terms"]
    assert [str(said) for said in book.controls] == ([] if name == "DoorLoop" else AGREES)


def test_a_workbook_says_the_same_as_its_text(tmp_path):
    rows = list(csv.reader(io.StringIO(APPFOLIO)))
    with xlsxwriter.Workbook(tmp_path / "roll.xlsx") as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "mm/dd/yyyy"})
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if re.fullmatch(r"[0-9]{2}/[0-9]{2}/[0-9]{4}", cell):
                    sheet.write_datetime(place, column, datetime.strptime(cell, "%m/%d/%Y"), day)
                elif re.fullmatch(r"-?[0-9,]+[.][0-9]{2}", cell):
                    sheet.write_number(place, column, Decimal(cell.replace(",", "")))
                else:
                    sheet.write_string(place, column, cell)
    book = open_book(tmp_path / "roll.xlsx", "rent_roll", Options(today=TODAY))
    assert made(book.lines()) == made(read(tmp_path, APPFOLIO)[1])
    assert book.as_of == date(2026, 10, 31)
    assert [str(said) for said in book.controls] == AGREES


def test_further_lines_are_charges_and_tenants_of_the_line_above(tmp_path):
    bo = made(read(tmp_path, YARDI)[1])[0]
    assert bo["terms"]["lines"] == [
        {"type": "rent", "name": "Rent", "amount_minor": 145_000},
        {"type": "addon", "name": "pet", "amount_minor": 3_500},
    ]
    assert bo["terms"]["concessions"] == [{"name": "conc", "kind": "off", "amount_minor": 5_000}]
    assert bo["rent"] == 143_500
    for content in (BUILDIUM, DOORLOOP):
        assert made(read(tmp_path, content)[1])[0]["person_2"]["name"] == "Ann Lee"
    first = made(read(tmp_path, BUILDIUM)[1])[0]
    assert first["person"]["email"] == "bo@example.org"


def test_who_has_not_moved_in_is_left_out_and_said(tmp_path):
    refused = [line for line in read(tmp_path, YARDI)[1] if line.prepared is None]
    assert ["has not begun" in str(line.problems[0].sentence) for line in refused] == [True]


def test_a_total_that_differs_is_told_with_both_figures(tmp_path):
    book, _lines = read(tmp_path, APPFOLIO.replace('"1,500.00","1,400.00"', '"1,500.00","1,300.00"'))
    said = [str(one) for one in book.controls]
    assert said
    assert all("2550.00" in one and "2450.00" in one and "Rent" in one for one in said)


def test_a_unit_twice_and_a_lease_without_rent_are_refused(tmp_path):
    twice = DOORLOOP + "Maple Court,102,Stan Wu,Active,Fixed,2026-01-01,2026-12-31,1,1,800,1200,1150,0,0\n"
    lines = read(tmp_path, twice)[1]
    assert "This unit is on line 3 too." in [str(one.sentence) for one in lines[-1].problems]
    lines = read(tmp_path, DOORLOOP.replace("1400.00", ""))[1]
    assert "No rent is stated." in [str(one.sentence) for one in lines[0].problems]


def test_a_file_that_is_no_rent_roll_asks_for_its_columns(tmp_path):
    with pytest.raises(Refused):
        read(tmp_path, "a\nb\n")
    book, lines = read(tmp_path, "House,Flat,Who,Asked\nMaple Court,1,Bo Rivera,900\n", mapping={
        "property": "House", "unit": "Flat", "tenant": "Who", "rent": "Asked",
    })  # fmt: skip
    assert [one["rent"] for one in made(lines)] == [90_000]
    assert book.columns.missing == ()


def test_amounts_that_can_be_two_things_are_asked(tmp_path):
    with pytest.raises(Refused) as asked:
        read(tmp_path, 'Property,Unit,Tenant,Rent,Lease From\nMaple,1,Bo Rivera,"$1,250",2026-01-01\n')
    assert asked.value.field == "decimal"


@given(st.permutations(range(14)), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_the_order_of_columns_and_lines_above_change_nothing(tmp_path_factory, order, above):
    rows = list(csv.reader(io.StringIO(DOORLOOP)))
    file = io.StringIO()
    csv.writer(file).writerows([["Our houses"]] * above + [[row[place] for place in order] for row in rows])
    folder = tmp_path_factory.mktemp("rolls")
    as_they_are = made(read(folder, DOORLOOP)[1])
    assert made(read(folder, file.getvalue())[1]) == as_they_are


@given(damaged(*(content.encode() for content, _ in ROLLS.values())))
@settings(max_examples=60, deadline=None)
def test_a_damaged_roll_is_read_or_refused_and_never_breaks(tmp_path_factory, content):
    try:
        _book, lines = read(tmp_path_factory.mktemp("hostile"), content)
    except Refused:
        return
    for one in made(lines):
        if one["kind"] == "rental":
            assert min(one["past_due"], one["prepaid"], one["deposit"]) >= 0
            assert one["terms"]["lines"]
