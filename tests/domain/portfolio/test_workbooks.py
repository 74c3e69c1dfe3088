"""XLSX files: read like text files, and refused before they can fill the memory."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from domain.portfolio.book import open_book
from domain.portfolio.cells import Options
from domain.portfolio.table import open_table
from domain.words import Refused

HEADINGS = "number;principal;rate;count;first_due;balance;name"
Put = Callable[[bytes], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(content: bytes) -> Path:
        path = tmp_path / "book"
        path.write_bytes(content)
        return path

    return write


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    held = io.BytesIO()
    made = xlsxwriter.Workbook(held)
    fill(made)
    made.close()
    return held.getvalue()


def test_a_workbook_is_read_like_a_text_file(put: Put) -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet()
        for column, heading in enumerate(HEADINGS.split(";")):
            sheet.write(0, column, heading)
        sheet.write(1, 0, 1001)
        sheet.write(1, 1, 9000.1 + 0.2)
        sheet.write(1, 2, 5.39)
        sheet.write(1, 3, 24)
        sheet.write_datetime(1, 4, datetime(2026, 2, 15), made.add_format({"num_format": "d/m/yy"}))
        sheet.write_formula(1, 5, "=7000+500", value=7500)
        sheet.write(1, 6, "Zoë")

    (line,) = open_book(put(workbook(fill)), "duebook", Options(today=date(2026, 11, 22))).lines()
    made = line.prepared
    assert made["number"] == "1001"
    assert made["principal"] == 900_030
    assert made["rate"] == "5.39"
    assert made["first_due"] == "2026-02-15"
    assert made["opening"][-1] == 750_000


def test_a_cell_in_the_farthest_corner_is_refused_before_it_is_laid_out(put: Put) -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "number")
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(Refused, match="columns|unpacks"):
        open_table(put(workbook(fill)))


def test_one_long_text_that_thousands_of_cells_name_is_refused(put: Put, monkeypatch) -> None:
    """A few kilobytes on disk: the reader copies the text into each cell that names it."""
    monkeypatch.setattr("domain.portfolio.workbook.MOST_UNPACKED", 2_000_000)

    def fill(rows: int) -> Callable[[xlsxwriter.Workbook], None]:
        def write(made: xlsxwriter.Workbook) -> None:
            sheet = made.add_worksheet()
            for row in range(rows):
                for column in range(10):
                    sheet.write(row, column, "x" * 2_000)

        return write

    assert open_table(put(workbook(fill(20)))) is not None
    with pytest.raises(Refused, match="unpacks"):
        open_table(put(workbook(fill(200))))


def zipped(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_a_bomb_is_refused_also_when_it_lies_about_its_size(put: Put) -> None:
    bomb = zipped({"xl/workbook.xml": b"<a/>", "xl/sharedStrings.xml": b" " * (200 * 1024 * 1024)})
    with pytest.raises(Refused, match="unpacks to more"):
        open_table(put(bomb))
    lying = bomb.replace(struct.pack("<I", 200 * 1024 * 1024), struct.pack("<I", 10))
    with pytest.raises(Refused, match="unpacks to more"):
        open_table(put(lying))


SHEET = b'<worksheet><sheetData><row r="1"><c r="%s"><v>1</v></c></row></sheetData></worksheet>'


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/worksheets/sheet1.xml": SHEET % b"O2099999999999999999999"},
        {"xl/worksheets/sheet1.xml": SHEET % b"XFD1048576"},
        {"xl/elsewhere/sheet1.xml": SHEET % b"XFD1048576"},
        {"xl/media/picture.png": b"\x89PNG" + SHEET % b"XFD1048576"},
        {"xl/worksheets/sheet1.xml": b"text" + SHEET % b"XFD1048576"},
        {"xl/worksheets/sheet1.xml": b"<?xml version='1.0' encoding='U-8'?>" + SHEET % b"A1"},
        {"xl/worksheets/sheet1.xml": (SHEET % b"XFD1048576").decode().encode("utf-16")},
        {"content.xml": b"<a/>"},
        {"XL/Workbook.xml": b"<a/>"},
    ],
)
def test_a_sheet_that_hides_its_size_from_the_measure_is_refused(put: Put, parts: dict[str, bytes]) -> None:
    path = put(workbook(lambda made: made.add_worksheet().write(0, 0, "number")))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a second part of the same name is part of the trick
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(Refused):
        open_table(path)


@pytest.mark.parametrize(
    "parts",
    [
        {"hello.txt": b"x"},
        {"xl/workbook.xml": b"broken", "xl/worksheets/sheet1.xml": b"<a>"},
        {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'},
    ],
)
def test_a_zip_that_is_no_workbook_is_refused(put: Put, parts: dict[str, bytes]) -> None:
    with pytest.raises(Refused, match="workbook cannot be read"):
        open_table(put(zipped(parts)))
