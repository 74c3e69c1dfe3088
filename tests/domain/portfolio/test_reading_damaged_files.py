"""Damaged files end in lines or in a sentence, never in anything else. The seed is in the test's name."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from domain.portfolio.book import open_book
from domain.portfolio.cells import Options
from domain.portfolio.problems import Problem
from domain.words import Refused

SCRAPS = [
    b'"', b",", b";", b"\n", b"\r", b"-", b"=", b"9" * 20, b"1e9", b"\xff", b"\xc3\xa9", b".", b"'", b"/",
    b"99/99/9999", b"NaN", b"Infinity", b"\x01", b"\t", b"|", b"<script>", b"%s", b"%(x)s", b'r="ZZ99"', b't="s"',
    b'r="A1048576"', b"<v>", b"99999999999", b"\x00",
]  # fmt: skip


def sheet() -> bytes:
    lines = [
        "number,title,principal,rate,count,frequency,start,first_due,payment,balance,days_late,name,email"
    ]
    lines += [
        f"A-{n},Van,{n}000.50,{n}.5,{n + 3},monthly,2026-01-{n:02},2026-02-{n:02},,{n}00.25,{n},Bo {n},b{n}@x.example"
        for n in range(1, 20)
    ]
    return "\n".join(lines).encode()


def workbook() -> bytes:
    held = io.BytesIO()
    made = xlsxwriter.Workbook(held)
    page = made.add_worksheet()
    for number, line in enumerate(sheet().decode().splitlines()):
        page.write_row(number, 0, line.split(","))
    made.close()
    return held.getvalue()


def damaged(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 2, 5, 20, 100])):
        at = chance.randrange(len(changed) + 1)
        scrap = chance.choice(SCRAPS) if chance.random() < 0.6 else bytes([chance.randrange(256)])
        changed[at : at + chance.randrange(4)] = scrap
    return bytes(changed)


def damaged_workbook(content: bytes, chance: random.Random) -> bytes:
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as whole,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in whole.namelist():
            part = whole.read(name)
            if "sheet1" in name or "shared" in name or chance.random() < 0.1:
                part = damaged(part, chance) if chance.random() < 0.5 else part
            made.writestr(name, part)
    return held.getvalue()


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_is_read_or_refused_with_a_sentence(
    tmp_path: Path, rounds: Callable[[int, int], int], seed: int
) -> None:
    chance, path = random.Random(seed), tmp_path / "book"
    text, book, said = sheet(), workbook(), set()
    for _ in range(rounds(120, 20_000)):
        kind = chance.randrange(3)
        content = damaged(text, chance) if kind == 0 else damaged_workbook(book, chance)
        path.write_bytes(damaged(book, chance) if kind == 2 else content)
        order, decimal = chance.choice(["", "day", "month"]), chance.choice(["", "point", "comma"])
        options = Options(today=date(2026, 11, 22), date_order=order, decimal=decimal)
        try:
            for line in open_book(path, "duebook", options).lines():
                stored = json.loads(json.dumps([problem.as_json() for problem in line.problems]))
                assert all(str(Problem.from_json(kept).sentence) for kept in stored)
                assert json.dumps(line.prepared)
        except Refused as refused:
            said.add(str(refused.sentence))
    assert all(said)
