"""What every page template keeps to."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest

from tests.design.test_assets import COMMENT, ROOT, pages
from tests.house.pages import inline_code_in_templates

# Places that may mark text as safe, each with what makes it so. Nobody's typing may end up here.
MAY_BE_SAFE: dict[str, str] = {}
# Words that are the same in every language.
NAMES = re.compile(r"^(?:[A-Z]{2,5}|PDF|CSV|XLSX)$")
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-busy", "hx-confirm")


def environment() -> jinja2.Environment:
    folder = jinja2.FileSystemLoader(ROOT / "templates")
    made = jinja2.Environment(loader=folder, extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    for name in {
        "money",
        "plain_money",
        "day",
        "day_short",
        "weekday",
        "moment",
        "percent",
        "say",
        "markdown",
    } - set(made.filters):
        made.filters[name] = str
    return made


def plain(text: str) -> str:
    """The markup alone: Jinja's comments, expressions and statements taken out."""
    text = COMMENT.sub("", text)
    # These two blocks fill a class attribute: their text is never shown.
    text = re.sub(
        r"\{%-? block (?:width|body_class) -?%\}.*?\{%-? endblock", "{% endblock", text, flags=re.DOTALL
    )
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)


class Words(HTMLParser):
    """Collects what a reader would see or hear and no catalogue could translate."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("kbd", "code")
        for name, value in attrs:
            if name in SPOKEN and value:
                self.note(value)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("kbd", "code")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.note(data)

    def note(self, text: str) -> None:
        for word in re.findall(r"[^\W\d_]{2,}", text):
            if not NAMES.match(word):
                self.found.append(" ".join(text.split()))
                break


def untranslated(text: str) -> list[str]:
    reader = Words()
    reader.feed(plain(text))
    reader.close()
    return reader.found


def test_every_visible_word_goes_through_the_catalogue() -> None:
    for path in pages():
        found = untranslated(path.read_text("utf-8"))
        assert not found, f"{path.relative_to(ROOT)} says {found} in one language only"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>{{ _('Pay') }}</p>", []),
        ("<p>Pay</p>", ["Pay"]),
        ("<a aria-label='Close'>{{ icon('x') }}</a>", ["Close"]),
        ("<a>{{ icon('download') }}CSV</a>{# a note #}", []),
        ("{% if a %}<b>{{ a }} · 3</b>{% endif %}", []),
    ],
)
def test_a_word_outside_the_catalogue_is_found(text: str, found: list[str]) -> None:
    assert untranslated(text) == found


def test_the_frame_holds_no_inline_code() -> None:
    assert inline_code_in_templates(ROOT) == []


@pytest.mark.safety("W5")
def test_text_is_marked_safe_only_where_it_is_listed() -> None:
    for path in pages():
        place = str(path.relative_to(ROOT))
        text = COMMENT.sub("", path.read_text("utf-8"))
        unsafe = re.search(r"\|\s*safe\b|Markup\(|autoescape\s+false", text)
        assert not unsafe or place in MAY_BE_SAFE, f"{place} marks text as safe"


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_template_compiles_and_finds_what_it_builds_on(path: Path) -> None:
    jinja = environment()
    source = COMMENT.sub("", path.read_text("utf-8"))
    jinja.compile(source)
    for used in re.findall(r"\{%-?\s*(?:extends|include|import|from)\s+'([^']+)'", source):
        assert (ROOT / "templates" / used).exists(), f"{path.name} builds on {used}, which is not there"


def test_htmx_is_told_not_to_show_a_broken_answer() -> None:
    frame = (ROOT / "templates/layouts/base.html").read_text("utf-8")
    assert """<meta name="htmx-config" content='{"noSwap":[204,304,"5xx"]}'>""" in frame
