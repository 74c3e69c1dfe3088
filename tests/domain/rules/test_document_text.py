"""Templates of documents are Markdown with places; nothing that was typed into a place is read as Markdown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.document_places import KIND_WORDS, places_of
from domain.rules.document_text import check, fill
from domain.words import Refused
from papers.contracts import LANGUAGES, contract

pytestmark = pytest.mark.database("sqlite")
NAMES = {"name", "deposit", "terms", "fees"}


def words(blocks) -> str:
    """All the text of blocks, one after another."""
    if isinstance(blocks, dict):
        return blocks.get("text", "") + words(list(blocks.values()))
    return "".join(map(words, blocks)) if isinstance(blocks, list) else ""


def test_places_are_filled_in_paragraphs_headings_and_lists() -> None:
    heading, item, paragraph = fill(
        "# For {{name}}\n\n3. One for *{{ name }}*\n\nThe **end**.", {"name": "Bo"}
    )
    assert (heading["level"], words([heading])) == (1, "For Bo")
    assert (item["ordered"], item["start"], words(item["items"])) == (True, 3, "One for Bo")
    assert [run["strong"] for run in paragraph["runs"]] == [False, True, False]


def test_a_table_or_a_list_stands_where_its_place_stands_alone() -> None:
    table, lines = fill(
        "{{terms}}\n\n{{fees}}", {"terms": {"rows": [["Rent", "$1"]]}, "fees": {"lines": ["a"]}}
    )
    assert table == {"block": "table", "head": [], "rows": [["Rent", "$1"]]}
    assert (lines["block"], words(lines["items"])) == ("list", "a")
    assert words(fill("We say: {{terms}}", {"terms": {"rows": [["Rent", "$1"]]}})) == "We say: Rent: $1"


def test_what_is_asked_for_first_is_left_out_where_it_is_missing() -> None:
    text = (
        "Begin\n\n{{#if deposit}}\n## Deposit\n\n{{deposit}}\n{{/if}}\n{{#if not deposit}}\nNone.\n{{/if}}\n"
    )
    assert words(fill(text, {"deposit": "$5"})) == "BeginDeposit$5"
    assert words(fill(text, {})) == "BeginNone."


@given(st.text(max_size=80))
def test_no_value_becomes_markdown_or_another_place(value: str) -> None:
    (block,) = fill("x {{name}} y", {"name": value, "deposit": "never"})
    assert block["block"] == "paragraph"
    assert [run["strong"] or run["em"] for run in block["runs"]] == [False] * len(block["runs"])
    shown = ", ".join(line.strip() for line in value.splitlines() if line.strip())
    assert words([block]) == f"x {shown} y"


def test_html_links_and_pictures_stay_the_letters_they_are() -> None:
    text = "<script>x</script> [a](javascript:b) ![c](d) `e`"
    (block,) = fill(text, {})
    assert words([block]) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("fine\n{{nmae}}", "Line 2: there is no place called nmae."),
        ("{{ name.__class__ }}", "Line 1: there is no place called name.__class__."),
        ("{{ name() }}", "Line 1: write a place as {{name}}."),
        ("{{name", "Line 1: write a place as {{name}}."),
        ("{% for x in y %}{{ x() }}", "Line 1: write a place as {{name}}."),
        ("{{#if name}}\n{{#if name}}", "Line 2: an {{#if}} cannot stand inside another."),
        ("a\n{{/if}}", "Line 2: this {{/if}} has no beginning."),
        ("{{#if name}}\na", "An {{#if}} has no {{/if}} after it."),
        ("  ", "Write the text of the template."),
        ("a" * 60_001, "This text is too long for one template."),
    ],
)
def test_what_could_not_be_filled_is_refused_with_its_line(text: str, line: str) -> None:
    with pytest.raises(Refused) as refused:
        check(text, NAMES)
    assert (str(refused.value.sentence), refused.value.field) == (line, "body")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KIND_WORDS)
def test_the_contracts_we_bring_along_can_be_filled(kind: str, language: str) -> None:
    text = contract(kind, language)
    check(text, places_of(kind))
    filled = fill(text, dict.fromkeys(places_of(kind), "HERE"))
    assert "{{" not in json.dumps(filled)
    assert "HERE" in words(filled)
