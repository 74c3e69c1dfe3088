"""The printing press: a typst source and plain data in, a tagged PDF (PDF/UA-1) out.

Data reaches the document only as one JSON text in `sys.inputs`; the sources show its strings as they are, so nothing a
person typed is ever read as markup. The same data gives the same bytes: no date, no system fonts, nothing from outside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from papers.voice import Voice

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "typst"
FONTS = HERE / "fonts"

# What a PDF cannot show as text: control characters, and marks that turn the reading direction of what follows.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
LONGEST_WORD = 36
_compiling = Lock()


def print_pdf(source: str, sheet: Mapping[str, Any], font_folders: Sequence[str] = ()) -> bytes:
    """The PDF of `papers/typst/<source>.typ` filled with `sheet` (JSON types only).

    `font_folders` are further folders with fonts, asked after our own, for scripts that ours do not draw. A letter that
    no font can draw is printed as an empty box; PDF/UA forbids that, so then the file is tagged but not marked as UA.
    """
    data = {"sheet": json.dumps(_printable(sheet), ensure_ascii=False, sort_keys=True)}
    with _compiling:
        compiler = _compiler(tuple(font_folders))
        path = str(SOURCES / f"{source}.typ")
        try:
            made = compiler.compile(input=path, format="pdf", sys_inputs=data, pdf_standards="ua-1")
        except typst.TypstError as problem:
            if "could not be displayed" not in problem.message:
                raise
            made = compiler.compile(input=path, format="pdf", sys_inputs=data)
    assert isinstance(made, bytes)
    return made


def breakable(text: str, letters: int) -> str:
    """`text` with break hints inside words of more than `letters`: a word wider than its column would run out of it."""
    return re.sub(rf"(\S{{{letters}}})(?=\S)", "\\1\u200b", text)


def frame(voice: Voice, currency: str, business_lines: Sequence[str], test_mode: bool) -> dict[str, Any]:
    """What a source expects besides its own values, `title` and `footer`: language, paper size, head.

    Paper is US letter where money is US or Canadian dollars, Mexican or Philippine pesos, and A4 elsewhere.
    """
    _ = voice
    return {
        "lang": re.split("[-_]", voice.language)[0].lower(),
        "rtl": voice.right_to_left,
        "paper": "us-letter" if currency in {"USD", "CAD", "MXN", "PHP"} else "a4",
        "business": list(business_lines) or [""],
        "page_of": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "test_mode": _("Test mode: no real money has moved.") if test_mode else "",
    }


@cache
def _compiler(font_folders: tuple[str, ...]) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS), *font_folders]
    )
    return typst.Compiler(root=str(SOURCES), font_paths=fonts)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return breakable(_UNPRINTABLE.sub("\ufffd", value), LONGEST_WORD)
    if isinstance(value, Mapping):
        return {str(name): _printable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value
