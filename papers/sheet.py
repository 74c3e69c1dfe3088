"""A report on paper: a wide table on its side, its heading on every page, as many pages as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from papers.press import breakable, frame, print_pdf
from papers.voice import Voice

MOST_ROWS = 5_000
"""More than this many rows are for a file, not for paper."""


@dataclass(frozen=True, slots=True)
class SheetPaper:
    """A table ready to print: texts only. `columns`: (heading, whether it holds figures); `rows`: (cells, bold or not).

    `about` is the line below the title: as of which day, for whom, when it was printed. `currency` chooses the paper.
    """

    business_lines: Sequence[str]
    title: str
    about: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[tuple[Sequence[str], bool]]
    notes: Sequence[str]
    currency: str
    test_mode: bool = False


def sheet_pdf(data: SheetPaper, voice: Voice, font_folders: Sequence[str] = ()) -> bytes:
    """The table as a tagged PDF, landscape; the same data and voice give the same bytes.

    Raises ValueError above MOST_ROWS rows: that much paper is nobody's wish, and it takes minutes to set.
    """
    if len(data.rows) > MOST_ROWS:
        raise ValueError("the table has more rows than fit on paper")
    _ = voice
    letters = 10 if len(data.columns) > 9 else 18
    texts = [end for _words, end in data.columns]
    sheet = {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        "title": data.title,
        "footer": " · ".join(part for part in (*data.business_lines[:1], data.title) if part),
        "about": data.about,
        "columns": [{"words": breakable(words, letters), "end": end} for words, end in data.columns],
        "rows": [
            {
                "cells": [
                    cell if end else breakable(cell, letters) for cell, end in zip(cells, texts, strict=True)
                ],
                "strong": strong,
            }
            for cells, strong in data.rows
        ],
        "notes": list(data.notes),
        "empty": _("There is nothing in this report."),
    }
    return print_pdf("sheet", sheet, font_folders)
