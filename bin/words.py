"""Keep the catalogues in translations/ in step with the words in the code. English is the code itself.

    bin/words             collect the words (translations/messages.pot), update every language, list what is missing
    bin/words fr          the same, with French begun if it is not there
    bin/words --check     write nothing; exit 1 and name what is missing, fuzzy, obsolete or has other %(places)s
    bin/words --compile   make the .mo files that are older than their .po (bin/install does this)

Nothing is guessed: a changed English sentence is a new one, and its old translation is dropped.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateError

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "translations"
# `translate` is how an edge says a sentence of its own (papers.formats.Formats); elsewhere it is given no literal.
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "translate": None}
# A place to fill, or two percent signs, which print one.
PLACE = re.compile(r"%\((\w+)\)[sd]|(%%)")
# These headers change with every run and would make every update a change.
RESTLESS = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Report-Msgid-Bugs-To")
NOBODY = ("Project-Id-Version", "Last-Translator: FULL NAME", "Language-Team")


class Unreadable(Exception):
    """A template or module is broken, so the words of the code are not known."""


def collect(root: Path = ROOT) -> Catalog:
    """Every message of the code and the templates below `root`, with the files it stands in."""
    with (TRANSLATIONS / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(project="Duebook", charset="utf-8")
    now: list[str] = []  # the file being read, for the message when it cannot be
    reading = extract_from_dir(root, methods, options, KEYWORDS, callback=lambda name, *_: now.append(name))
    try:
        for name, line, message, _comments, context in reading:
            found.add(message, None, [(Path(name).as_posix(), line)], context=context)
    except (TemplateError, SyntaxError) as problem:
        raise Unreadable(f"{now[-1]} cannot be read: {problem}") from problem
    return found


def po_files() -> list[Path]:
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    """The catalogue of one language; its language is the name of its folder."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def write(path: Path, catalogue: Catalog) -> None:
    """The catalogue as text, in the order of the files that say the words and without line numbers or dates."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        write_po(file, catalogue, width=110, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    lines = temporary.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}' for name in RESTLESS + NOBODY))]
    temporary.write_text("".join(kept), "utf-8")
    temporary.replace(path)


def texts(message: Message) -> list[tuple[str, str]]:
    """(English, translation) of a message, one pair for each plural form; a form without English takes the last."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string or ""))]
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    return [(message.id[min(number, 1)], text or "") for number, text in enumerate(said)]


def places(text: str) -> list[str]:
    """The names of the places to fill, and the doubled percent signs, in order of name."""
    return sorted(name or sign for name, sign in PLACE.findall(text))


def edges(text: str) -> tuple[str, str]:
    """The space before and after the text."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def complaints(wanted: Catalog, held: Catalog) -> Iterator[str]:
    """What is wrong with `held` as a translation of all that is `wanted`, one line each."""
    for message in wanted:
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        translated = held.get(message.id, message.context)
        if translated is None or not all(text for _, text in texts(translated)):
            yield f"missing: {name!r} ({message.locations[0][0]})"
        elif translated.fuzzy:
            yield f"fuzzy: {name!r}"
        else:
            yield from (f"{fault}: {name!r}" for fault in faults(translated))
    for message in held:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"obsolete: {message.id if isinstance(message.id, str) else message.id[0]!r}"
    yield from (f"obsolete: {name!r}" for name in held.obsolete)


def faults(message: Message) -> Iterator[str]:
    """What is wrong with the texts of one translated message."""
    for english, text in texts(message):
        if places(english) != places(text):
            yield f"other places to fill, {text!r}"
        if edges(english) != edges(text):
            yield f"other space at the ends, {text!r}"
        if "%" in PLACE.sub("", text):
            yield f"a percent sign that is not doubled, {text!r}"


def check() -> int:
    wanted = collect()
    lines = [
        f"{path.parents[1].name}: {line}" for path in po_files() for line in complaints(wanted, read(path))
    ]
    for line in lines:
        print(line, file=sys.stderr)
    return 1 if lines else 0


def update(languages: list[str]) -> int:
    """Bring each language up to the code; returns 1 where a translator still has to write something."""
    wanted = collect()
    write(TRANSLATIONS / "messages.pot", wanted)
    new = [TRANSLATIONS / str(Locale.parse(name)) / "LC_MESSAGES" / "messages.po" for name in languages]
    left = 0
    for path in sorted({*po_files(), *new}):
        language = path.parents[1].name
        held = read(path) if path.exists() else Catalog(locale=language, charset="utf-8")
        held.update(wanted, no_fuzzy_matching=True)
        held.obsolete.clear()
        held.fuzzy = False
        held.header_comment = f"# Duebook in {Locale.parse(language).english_name}. See docs/languages.md."
        write(path, held)
        lines = list(complaints(wanted, held))
        left += len(lines)
        for line in lines:
            print(f"{language}: {line}")
        print(f"{language}: {len(held)} messages, {len(lines)} to do")
    return 1 if left else 0


def compile_stale() -> list[Path]:
    """Make the .mo of every .po that is newer than it; returns what was made. Fuzzy and empty messages stay English."""
    made = []
    for path in po_files():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        temporary = target.with_name(f"messages.{os.getpid()}.tmp")
        with temporary.open("wb") as file:
            write_mo(file, read(path))
        temporary.replace(target)  # whoever reads meanwhile reads the old one, whole
        made.append(target)
    return made


def main(arguments: list[str]) -> int:
    if arguments == ["--compile"]:
        compile_stale()
        return 0
    try:
        return check() if arguments == ["--check"] else update(arguments)
    except Unreadable as problem:
        print(problem, file=sys.stderr)
        return 1
    except (UnknownLocaleError, ValueError):
        print(
            f"These are not all languages: {' '.join(arguments)}. Write them like fr or pt_BR.",
            file=sys.stderr,
        )
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
