"""The printing press: a typst source and plain data in, a tagged PDF (PDF/UA-1) out.

Data reaches the document only as one JSON text in `sys.inputs`; the sources show its strings as they are, so nothing a
person typed is ever read as markup. The same data gives the same bytes: no date, no system fonts, nothing from outside.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
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
    A text that typst cannot set at all is printed once more without its marks and invisible signs. Raises RuntimeError
    where that fails too.
    """
    path, folders = str(SOURCES / f"{source}.typ"), tuple(font_folders)
    with _compiling:
        try:
            return _print(path, sheet, folders)
        except RuntimeError:
            return _print(path, _each(sheet, _plain), folders)


def _print(path: str, sheet: Mapping[str, Any], font_folders: tuple[str, ...]) -> bytes:
    data = {"sheet": json.dumps(_each(sheet, _printable), ensure_ascii=False, sort_keys=True)}
    try:
        return _compile(path, data, font_folders, pdf_standards="ua-1")
    except typst.TypstError as problem:
        if "could not be displayed" not in problem.message:
            raise
        return _compile(path, data, font_folders)


def _compile(path: str, data: dict[str, str], font_folders: tuple[str, ...], **options: Any) -> bytes:
    try:
        made = _compiler(font_folders).compile(input=path, format="pdf", sys_inputs=data, **options)
    except (Exception, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as panic:
        # typst panics on some runs of marks. Its PanicException is no Exception: it would end the whole process.
        raise RuntimeError(f"typst cannot print this: {panic}") from None
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


def addressed(voice: Voice, names: Sequence[str], address: Sequence[str]) -> dict[str, Any]:
    """To whom a letter goes, line by line as on its envelope, and how it begins."""
    _ = voice
    together = ", ".join(names)
    return {"to": [*names, *address], "greeting": _("Dear %(name)s,", name=together) if together else ""}


@cache
def _compiler(font_folders: tuple[str, ...]) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS), *font_folders]
    )
    return typst.Compiler(root=str(SOURCES), font_paths=fonts)


def _printable(text: str) -> str:
    return breakable(_UNPRINTABLE.sub("\ufffd", text), LONGEST_WORD)


def _plain(text: str) -> str:
    """`text` with letters, figures, punctuation and symbols only: no marks that are put together, nothing invisible."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(one for one in composed if one == "\n" or unicodedata.category(one)[0] not in "MC")


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """`value`, JSON, with every string in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {str(name): _each(item, change) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each(item, change) for item in value]
    return value
