"""Every sentence of the code is there in every language we offer, whole and with its places to fill."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from blueprints.shared.frame import LANGUAGES
from tests.fixtures.words import words

OTHERS = sorted(set(LANGUAGES) - {"en"})


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return words.collect()


def catalogue(*pairs: tuple[str, str], **flags: Iterable[str]) -> Catalog:
    made = Catalog(locale="es")
    for english, text in pairs:
        made.add(english, text, [("page.html", 1)], **flags)
    return made


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_code_is_translated(wanted: Catalog, language: str) -> None:
    complaints = list(
        words.complaints(wanted, words.read(words.TRANSLATIONS / language / "LC_MESSAGES/messages.po"))
    )
    assert not complaints, "run bin/words and translate:\n" + "\n".join(complaints)


def test_the_catalogues_are_those_of_the_languages_on_offer() -> None:
    assert [path.parents[1].name for path in words.po_files()] == OTHERS


def test_words_are_collected_wherever_people_read_them(wanted: Catalog) -> None:
    files = {file for message in wanted for file, _line in message.locations}
    for place in ("app.py", "blueprints/", "domain/rules/", "domain/reports/", "gateways/", "papers/receipt.py",
                  "templates/mail/", "templates/portal/", "templates/office/", "templates/errors/"):  # fmt: skip
        assert any(file.startswith(place) for file in files), f"nothing was found in {place}"
    strangers = {
        file for file in files if file.startswith(("gateways/sandbox/", "tests/", "bench/", "instance/"))
    }
    assert not strangers


@pytest.mark.parametrize(
    ("held", "complaint"),
    [
        (catalogue(), "missing: 'Pay %(amount)s' (page.html)"),
        (catalogue(("Pay %(amount)s", "")), "missing: 'Pay %(amount)s' (page.html)"),
        (catalogue(("Pay %(amount)s", "Pagar %(amount)s"), flags=["fuzzy"]), "fuzzy: 'Pay %(amount)s'"),
        (
            catalogue(("Pay %(amount)s", "Pagar %(monto)s")),
            "other places to fill, 'Pagar %(monto)s': 'Pay %(amount)s'",
        ),
        (catalogue(("Pay %(amount)s", "Pagar")), "other places to fill, 'Pagar': 'Pay %(amount)s'"),
        (catalogue(("Pay %(amount)s", "Pagar %(amount)s ")), "other space at the ends, 'Pagar %(amount)s '"),
        (catalogue(("Pay %(amount)s", "Pagar 5 % %(amount)s")), "a percent sign that is not doubled"),
        (catalogue(("Pay %(amount)s", "Pagar %(amount)s"), ("Gone", "Ido")), "obsolete: 'Gone'"),
    ],
    ids=["absent", "empty", "fuzzy", "renamed", "forgotten", "spaced", "percent", "obsolete"],
)
def test_the_check_names_what_is_wrong(held: Catalog, complaint: str) -> None:
    found = list(words.complaints(catalogue(("Pay %(amount)s", "")), held))
    assert any(complaint in line for line in found), found


def test_a_plural_needs_each_of_its_forms() -> None:
    code, half, whole = Catalog(locale="es"), Catalog(locale="es"), Catalog(locale="es")
    form = ("%(num)s day", "%(num)s days")
    code.add(form, locations=[("page.html", 1)])
    half.add(form, ("%(num)s día", ""))
    whole.add(form, ("%(num)s día", "%(num)s días"))
    assert list(words.complaints(code, half)) == ["missing: '%(num)s day' (page.html)"]
    assert not list(words.complaints(code, whole))


def test_a_change_of_the_words_is_compiled_by_the_next_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "es" / "LC_MESSAGES" / "messages.po"
    monkeypatch.setattr(words, "TRANSLATIONS", tmp_path)
    words.write(source, catalogue(("Pay", "Pagar")))
    assert words.compile_stale() == [source.with_suffix(".mo")]
    assert words.compile_stale() == []
    words.write(source, catalogue(("Pay", "Abonar")))
    assert words.compile_stale() == [source.with_suffix(".mo")]
    assert b"Abonar" in source.with_suffix(".mo").read_bytes()


def test_writing_a_catalogue_twice_changes_nothing(tmp_path: Path, wanted: Catalog) -> None:
    first, second = tmp_path / "first.po", tmp_path / "second.po"
    words.write(first, wanted)
    words.write(second, wanted)
    assert first.read_bytes() == second.read_bytes()
    assert b"2026-" not in first.read_bytes().split(b"\n\n")[0]
