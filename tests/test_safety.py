"""Every requirement of safety is shown by a test or says why not, and the page tells the same."""

from __future__ import annotations

import re
from pathlib import Path

from tests.safety.page import HEAD, marked
from tests.safety.requirements import REASONS, REQUIREMENTS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "security.md"


def rows() -> dict[str, str]:
    """Requirement -> its line of the page."""
    return dict(re.findall(r"^\| ([A-Z]\d+) (\|.*)$", PAGE.read_text("utf-8"), re.MULTILINE))


def test_every_requirement_is_shown_by_a_test_or_says_why_not() -> None:
    shown = marked(ROOT)
    assert [number for number in REQUIREMENTS if number not in shown and number not in REASONS] == []


def test_every_mark_names_a_requirement() -> None:
    assert set(marked(ROOT)) <= set(REQUIREMENTS)
    assert set(REASONS) <= set(REQUIREMENTS)


def test_the_page_names_no_test_that_is_gone_or_shows_something_else() -> None:
    """One that was marked since the page was made may be missing there; `make security` makes it anew."""
    shown = marked(ROOT)
    said = {number: re.findall(r"`([^`]+::test_\w+)`", row) for number, row in rows().items()}
    assert {
        n: [f"tests/{test}" for test in said[n] if f"tests/{test}" not in shown.get(n, [])] for n in said
    } == {number: [] for number in REQUIREMENTS}


def test_the_page_says_of_each_requirement_what_is_asked_and_why_nothing_shows_it() -> None:
    text, asked = PAGE.read_text("utf-8"), rows()
    assert text.startswith(HEAD)
    assert [number for number, words in REQUIREMENTS.items() if f"| {words} |" not in asked[number]] == []
    assert [number for number, reason in REASONS.items() if reason not in asked[number]] == []


def test_nothing_on_the_page_failed_when_it_was_made() -> None:
    ended = re.findall(r"\| ([A-Z]\d+) \|.* \| (.+?) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(ended) == len(REQUIREMENTS)
    assert [one for one in ended if one[1] not in ("passed", "not applicable", "not shown")] == []
