"""A table that is opened in a spreadsheet shows what people typed and never runs it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.words import Money
from papers import tables
from papers.tables import guarded, to_csv, to_xlsx

PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\tx", "\rx", " =1", "   +1", "\u00a0=1", "\u00a0 @x",
    "\u3000=1", "\ufeff=1", "\u200b=1", "\u00ad=1", "Bo\n=1", "Bo\r\n+1", "Bo\r@1", "Bo\n -1", "Bo\u2028=1",
    '"=1', "'=1", "＝1", "＠SUM", "−1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","x")', "-",
    "\n=1", "Bo\n\n\t=1",
]  # fmt: skip
HARMLESS = [
    "",
    "Bo",
    "L-10042",
    "2021 Camry = nice",
    "a@b.example",
    "Bo\nRivera",
    "1-2",
    "x +1",
    "(5)",
    "+1 617 555 0142",
    "+44 (0)20 7946-0018",
    "דנה",
    "😀",
]


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.safety("W18")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(payload):
    [[head], [cell]] = parsed(to_csv([payload], [[payload]]))
    assert cell == head
    assert cell.startswith("'")
    assert cell.replace("'", "") == payload.replace("'", "")
    for line in cell.splitlines():
        assert not line.lstrip(" \u00a0\u3000\ufeff\u200b\u00ad").startswith(
            ("=", "+", "-", "@", "\t", "\r", "＝", "＠", "−")
        )


@pytest.mark.safety("W18")
@pytest.mark.parametrize(
    "text", ["+1-617-555-0142", "+16175550142", "+1 617 555 0142=2", "+1 A1", "+1 617 555 0142\n=2"]
)
def test_what_only_begins_like_a_telephone_number_or_would_be_counted_gets_an_apostrophe(text):
    assert guarded(text).startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text):
    assert guarded(text) == text
    assert parsed(to_csv(["a"], [[text, "b"]]))[1] == [text, "b"]


@pytest.mark.safety("W18")
@given(st.text())
def test_no_text_at_all_comes_out_with_a_formula_in_front(text):
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.replace("'", "") == text.replace("'", "")


@pytest.mark.safety("W18")
def test_numbers_stay_numbers_also_below_zero():
    rows = [
        [-5, Decimal("-12.50"), Money(-1250, "USD"), Money(-1250, "JPY"), Money(-1, "KWD"), Decimal("1E+3")]
    ]
    assert (
        to_csv(["a", "b", "c", "d", "e", "f"], rows).splitlines()[1] == "-5,-12.50,-12.50,-1250,-0.001,1000"
    )


def test_text_is_quoted_so_that_another_separator_cannot_cut_it():
    line = to_csv(["a"], [["x;=1+1\ty", 'say "hi"', True, None, date(2026, 1, 31)]]).splitlines()[1]
    assert line == '"x;=1+1\ty","say ""hi""","yes","","2026-01-31"'


def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


def test_a_workbook_keeps_text_as_text_and_numbers_as_numbers():
    moment = datetime(2026, 12, 4, 12, 30, tzinfo=UTC)
    row = [
        7,
        Decimal("-12.50"),
        Money(-868834, "USD"),
        date(2026, 1, 31),
        moment,
        None,
        False,
        "http://evil.example",
    ]
    book = opened(to_xlsx(list("abcdefgh"), [row], "Payments"))
    page = book["Payments"]
    cells = list(page[2])
    assert [cell.value for cell in cells[:3]] == [7, -12.5, -8688.34]
    assert cells[2].number_format == "#,##0.00"
    assert cells[3].value == datetime(2026, 1, 31)
    assert [cell.value for cell in cells[4:]] == [
        "2026-12-04T12:30:00+00:00",
        None,
        "no",
        "http://evil.example",
    ]
    assert cells[7].hyperlink is None
    assert page.freeze_panes == "A2"


@pytest.mark.safety("W18")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_workbook_never_holds_a_formula_that_a_person_typed(payload):
    [head], [cell] = opened(to_xlsx([payload], [[payload]])).active.iter_rows()
    for one in (head, cell):
        assert one.data_type == "s"


def test_long_references_keep_all_their_figures_in_a_workbook():
    assert opened(to_xlsx(["ref"], [[1234567890123456789]])).active["A2"].value == "1234567890123456789"


def test_a_text_longer_than_a_cell_is_cut_visibly_and_not_lost():
    value = opened(to_xlsx(["a"], [["x" * 40_000]])).active["A2"].value
    assert len(value) == 32_767
    assert value.endswith("…")


def test_the_same_table_gives_the_same_bytes_and_an_odd_sheet_name_is_mended():
    assert to_xlsx(["a"], [["b"]]) == to_xlsx(["a"], [["b"]])
    assert (
        opened(to_xlsx(["a"], [], "'Paid [2026/12]: " + "x" * 40)).sheetnames[0].startswith("Paid  2026 12")
    )
    assert opened(to_xlsx(["a"], [], "")).sheetnames == ["Table"]


def test_a_table_too_long_for_a_workbook_is_refused_instead_of_cut(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    assert to_xlsx(["a"], [[1], [2]])
    with pytest.raises(ValueError, match="more rows"):
        to_xlsx(["a"], [[1], [2], [3]])
