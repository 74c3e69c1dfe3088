"""Files as people send them: any encoding, delimiter and spelling, and things that are no tables at all."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from domain.portfolio.book import Book, open_book
from domain.portfolio.cells import Options
from domain.portfolio.table import open_table
from domain.words import Refused

TODAY = date(2026, 11, 22)
HEADINGS = "number;principal;rate;count;first_due;balance;name"
Put = Callable[[bytes], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(content: bytes) -> Path:
        path = tmp_path / "book"
        path.write_bytes(content)
        return path

    return write


def book(path: Path, **options: object) -> Book:
    return open_book(path, "duebook", Options(today=TODAY, **options))


def only_line(path: Path, **options: object):
    lines = list(book(path, **options).lines())
    assert len(lines) == 1
    return lines[0]


def row(
    first_due: str = "2026-02-15", principal: str = "9000.00", balance: str = "7500.00", name: str = "Bo"
) -> str:
    return f"{HEADINGS}\nA-1;{principal};12;24;{first_due};{balance};{name}\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_name_with_accents_survives_every_encoding(put: Put, codec: str) -> None:
    made = only_line(put(row(name="Zoë Müñoz").encode(codec))).prepared
    assert made["person"]["name"] == "Zoë Müñoz"


def test_what_is_not_unicode_is_read_with_a_note(put: Put) -> None:
    assert any("Windows-1252" in str(note) for note in book(put(row(name="Zoë").encode("cp1252"))).notes)
    assert not any("Windows-1252" in str(note) for note in book(put(row(name="Zoë").encode())).notes)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(put: Put, delimiter: str) -> None:
    assert only_line(put(row().replace(";", delimiter).encode())).prepared["principal"] == 900_000


def test_the_line_by_which_a_spreadsheet_names_its_delimiter_is_no_heading(put: Put) -> None:
    table = open_table(put(b"sep=;\n" + row().encode()))
    assert table.headings[0] == "number"
    assert [line for line, _ in table.rows()] == [3]


def test_quoted_cells_keep_delimiters_and_line_breaks_and_lines_keep_their_numbers(put: Put) -> None:
    content = f'{HEADINGS}\n\nA-1;9000;12;24;2026-02-15;7500;"Bo ""B""; Rivera\nJr"\nA-2;x;12;24;2026-02-15;1;Tess\n'
    lines = list(book(put(content.encode())).lines())
    assert [line.number for line in lines] == [3, 5]
    assert lines[0].prepared["person"]["name"] == 'Bo "B"; Rivera Jr'


@pytest.mark.safety("W15")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n\n", "The file is empty."),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0old", "old Excel"),
        (gzip.compress(b"a,b", mtime=0), "compressed"),
        (b"\x89PNG\r\n", "picture"),
        (b"a,b\n1,\0\n", "no letters"),
        (b"a,b\n" + b"1,2\n" * 30_000 + b"\0", "no letters"),
        (bytes(range(1, 9)) * 4000, "no letters"),
        (b"\xff\xfe" + b"\x00\xd8" * 5, "cannot be read"),
        (b"PK\x03\x04 not a zip", "workbook cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_sentence(put: Put, content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        list(open_table(put(content)).rows())


def test_missing_columns_are_named(put: Put) -> None:
    opened = book(put(b"number,rate\nA-1,5\n"))
    assert opened.columns.missing == ("principal", "count", "first_due", "balance")
    with pytest.raises(Refused, match="These columns are missing: principal, count, first_due, balance"):
        list(opened.lines())


def test_a_heading_that_stands_twice_is_refused(put: Put) -> None:
    with pytest.raises(Refused, match="The heading Balance stands twice"):
        book(put(b"number,Balance,balance\nA-1,5,6\n"))


def test_headings_are_known_by_their_other_names_and_by_what_the_person_says(put: Put) -> None:
    content = (
        row().replace("number", "Loan No.").replace("principal", "Amount financed").replace("balance", "Rest")
    )
    opened = book(put(content.encode()))
    assert opened.columns.missing == ("balance",)
    assert only_line(put(content.encode()), mapping={"balance": "Rest"}).prepared["opening"][-1] == 750_000


@pytest.mark.parametrize(
    ("first_due", "order"),
    [
        ("2026-02-15", ""), ("2026/2/15", ""), ("2026-02-15 00:00:00", ""), ("02/15/2026", ""), ("15.2.2026", ""),
        ("15-02-2026", ""), ("15.02.2026", "month"),
    ],
)  # fmt: skip
def test_dates_in_three_formats_are_one_day(put: Put, first_due: str, order: str) -> None:
    made = only_line(put(row(first_due=first_due).encode()), date_order=order).prepared
    assert made["first_due"] == "2026-02-15"


def test_the_order_of_a_column_is_settled_by_its_other_lines(put: Put) -> None:
    content = row(first_due="04/12/2026") + "A-2;100;1;2;25/12/2026;100;Tess\n"
    assert [line.prepared["first_due"] for line in book(put(content.encode())).lines()] == [
        "2026-12-04",
        "2026-12-25",
    ]


@pytest.mark.parametrize(("order", "day"), [("day", "2026-12-04"), ("month", "2026-04-12")])
def test_a_date_that_can_be_two_days_is_asked_and_not_guessed(put: Put, order: str, day: str) -> None:
    path = put(row(first_due="04/12/2026").encode())
    assert [question.option for question in book(path).questions] == ["date_order"]
    with pytest.raises(Refused, match="04/12/2026 can be read in two ways"):
        list(book(path).lines())
    assert only_line(path, date_order=order).prepared["first_due"] == day


def test_a_column_in_both_orders_refuses_only_what_can_be_two_days(put: Put) -> None:
    content = f"{HEADINGS}\n" + "".join(
        f"A-{number};100;1;2;{day};100;Bo\n"
        for number, day in enumerate(["25/12/2026", "12/25/2026", "04/12/2026", "31/31/2026"])
    )
    lines = list(book(put(content.encode())).lines())
    assert [line.prepared is None for line in lines] == [False, False, True, True]


@pytest.mark.parametrize(
    ("principal", "minor"),
    [
        ("9000", 900_000), ("9000.5", 900_050), ("9,000.50", 900_050), ("9.000,50", 900_050), ("9000,5", 900_050),
        ("$9,000.50", 900_050), ("9 000,50", 900_050), ("9'000.50", 900_050), ("1.234.567,00", 123_456_700),
        ("9000.500", 900_050),
    ],
)  # fmt: skip
def test_amounts_in_both_spellings_are_read(put: Put, principal: str, minor: int) -> None:
    assert only_line(put(row(principal=principal, balance="0").encode())).prepared["principal"] == minor


def test_an_amount_that_can_be_two_is_asked_and_settled_by_any_other_amount(put: Put) -> None:
    path = put(row(principal="1,234", balance="1,000").encode())
    assert [question.option for question in book(path).questions] == ["decimal"]
    with pytest.raises(Refused, match="1,234 can be read in two ways"):
        list(book(path).lines())
    assert only_line(path, decimal="point").prepared["principal"] == 123_400
    assert (
        only_line(put(row(principal="1,234", balance="1,000.00").encode())).prepared["principal"] == 123_400
    )
    assert only_line(put(row(principal="1.234", balance="999,99").encode())).prepared["principal"] == 123_400


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"principal": "-5"}, "principal", "must not be negative"),
        ({"principal": "(5.00)"}, "principal", "must not be negative"),
        ({"principal": "0"}, "principal", "above zero"),
        ({"principal": "9" * 30}, "principal", "too large"),
        ({"principal": "9" * 13}, "principal", "too large"),
        ({"principal": "1e9"}, "principal", "not an amount"),
        ({"principal": "NaN"}, "principal", "not an amount"),
        ({"principal": "=2+2"}, "principal", "not an amount"),
        ({"principal": "９０００"}, "principal", "not an amount"),
        ({"principal": "5.123"}, "principal", "two ways|decimals"),
        ({"principal": "x" * 3000}, "principal", "longer than"),
        ({"balance": ""}, "balance", "must not be empty"),
        ({"first_due": "2026-02-30"}, "first_due", "not a date"),
        ({"first_due": "46000"}, "first_due", "not a date"),
        ({"first_due": "0000-01-01"}, "first_due", "not a date"),
        ({"first_due": "9999-12-31"}, "first_due", "1900 and 2200"),
        ({"first_due": "0001-01-01"}, "first_due", "1900 and 2200"),
        ({"name": "Bo\x07"}, "name", "cannot be shown"),
        ({"name": "Bo \u202e"}, "name", "cannot be shown"),
        ({"name": "B" * 201}, "name", "longer than"),
        ({"name": "Bo;surplus"}, "", "more cells"),
    ],
)  # fmt: skip
def test_a_bad_cell_refuses_its_line_and_says_where_and_why(
    put: Put, change: dict, column: str, said: str
) -> None:
    content = row(**change) + "A-2;100.00;1;2;2026-12-04;100.00;Tess\n"
    bad, good = book(put(content.encode())).lines()
    assert bad.prepared is None
    assert column in [problem.column for problem in bad.problems if problem.grave]
    assert any(re.search(said, str(problem.sentence)) for problem in bad.problems)
    assert good.prepared["number"] == "A-2"


def test_all_problems_of_a_line_are_said_at_once(put: Put) -> None:
    line = only_line(put(f"{HEADINGS}\n;x;y;z;soon;-1;Bo\n".encode()))
    assert {problem.column for problem in line.problems} == {
        "number", "principal", "rate", "count", "first_due", "balance",
    }  # fmt: skip


def test_a_number_that_stands_twice_is_refused_the_second_time(put: Put) -> None:
    content = row() + "A-1;100;1;2;2026-12-04;100;Tess\n"
    first, second = book(put(content.encode())).lines()
    assert first.prepared
    assert "This number is on line 2 too" in str(second.problems[0].sentence)


def test_a_line_means_the_same_whatever_the_order_of_columns(put: Put) -> None:
    first = only_line(put(b"number,principal,rate,count,first_due,balance\nA-1,90,1,2,2026-12-04,90\n"))
    other = only_line(
        put(b"note,balance,first_due,count,rate,principal,number\nhello, 90 ,2026-12-04,2,1,90,A-1\n")
    )
    assert first.hash == other.hash
    changed = only_line(put(b"number,principal,rate,count,first_due,balance\nA-1,90,1,2,2026-12-04,91\n"))
    assert changed.hash != first.hash


def test_a_hundred_thousand_lines_are_read_one_by_one(put: Put) -> None:
    path = put(b"a,b\n" + b"1,2\n" * 100_000)
    assert sum(1 for _ in open_table(path).rows()) == 100_000


@pytest.mark.safety("W19")
def test_more_lines_columns_or_bytes_than_allowed_are_refused(
    put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="more than 200000 lines"):
        list(open_table(put(b"a,b\n" + b"1,2\n" * 200_001)).rows())
    with pytest.raises(Refused, match="more than 200 columns"):
        open_table(put(",".join(f"c{n}" for n in range(201)).encode() + b"\n1\n"))
    monkeypatch.setattr("domain.portfolio.decoding.MOST_BYTES", 10)
    with pytest.raises(Refused, match="larger than"):
        open_table(put(b"a,b\n1,2\n3,4\n"))


def test_a_quotation_mark_that_is_never_closed_is_said_with_its_line(put: Put) -> None:
    content = row() + 'A-2;"' + "x;" * 100_000
    with pytest.raises(Refused, match="Line 3 cannot be read"):
        list(open_table(put(content.encode())).rows())
