"""The language of documents' templates: Markdown with {{places}}, in which nothing runs.

    ## Rent
    The rent is {{rent}}.
    {{#if deposit}}
    The deposit is {{deposit}}.
    {{/if}}

A place is filled after the Markdown was read, so that nothing a person typed is ever read as Markdown. A place whose
value is a table or a list stands on a line of its own. `#if` and `#if not` stand on lines of their own, too, and are
not put into each other. Verbs: `check` (at writing), `fill` (blocks for a page and for a paper).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from domain.words import N_, Refused, Sentence

MOST_LETTERS = 60_000
MOST_LINES = 3_000
_PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_.]{0,59})\s*\}\}")
_IF = re.compile(r"^\s*\{\{#if\s+(not\s+)?([a-z][a-z0-9_.]{0,59})\s*\}\}\s*$")
_END = re.compile(r"^\s*\{\{/if\}\}\s*$")
_BRACES = re.compile(r"\{\{|\}\}")

Block = dict[str, Any]
"""JSON: {"block": "heading", "level", "runs"}, {"block": "paragraph", "runs"}, {"block": "list", "ordered", "start",
"items"} (each item a list of blocks), {"block": "table", "head", "rows"}, {"block": "rule"}. A run is {"text",
"strong", "em"}."""

Values = Mapping[str, Any]
"""Place -> text, {"rows": [[label, value]], "head": [...] or none} or {"lines": [text]}; what is missing is ""."""


def _reader() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": 8})
    made.disable(["html_block", "html_inline", "link", "image", "autolink", "reference", "backticks", "code", "fence",
                  "blockquote", "lheading"])  # fmt: skip
    return made


_READER = _reader()


def check(text: str, places: Collection[str]) -> None:
    """Refuse a template that could not be filled, beside "body", with the line that is wrong.

    `places` are the names there are.
    """
    if not text.strip():
        raise Refused(Sentence(N_("Write the text of the template.")), "body")
    if len(text) > MOST_LETTERS or text.count("\n") > MOST_LINES:
        raise Refused(Sentence(N_("This text is too long for one template.")), "body")
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        begins, ends = _IF.match(line), _END.match(line)
        if begins and inside:
            raise _wrong(N_("Line %(line)s: an {{#if}} cannot stand inside another."), number)
        if ends and not inside:
            raise _wrong(N_("Line %(line)s: this {{/if}} has no beginning."), number)
        inside = (inside or begins is not None) and ends is None
        names = [begins[2]] if begins else _PLACE.findall(line)
        for name in names:
            if name not in places:
                raise _wrong(N_("Line %(line)s: there is no place called %(name)s."), number, name=name)
        if not begins and not ends and _BRACES.search(_PLACE.sub("", line)):
            raise _wrong(N_("Line %(line)s: write a place as {{name}}."), number)
    if inside:
        raise Refused(Sentence(N_("An {{#if}} has no {{/if}} after it.")), "body")


def _wrong(words: str, line: int, **more: str) -> Refused:
    return Refused(Sentence(words, {"line": line, **more}), "body")


def fill(text: str, values: Values) -> list[Block]:
    """The blocks of the text with its places filled; a paragraph of which nothing is left goes."""
    tokens = _READER.parse("\n".join(_kept(text, values)))
    found, _next = _blocks(tokens, 0, values)
    _level(list(_headings(found)))
    return found


def _headings(blocks: Sequence[Block]) -> Iterator[Block]:
    for one in blocks:
        if one["block"] == "heading":
            yield one
        for item in one.get("items", ()):
            yield from _headings(item)


def _level(headings: Sequence[Block]) -> None:
    """Let the headings begin at level 1 and skip none, as a reader of the tagged PDF expects."""
    first, before = min((one["level"] for one in headings), default=1), 0
    for one in headings:
        one["level"] = before = min(one["level"] - first + 1, before + 1, 3)


def _kept(text: str, values: Values) -> Iterator[str]:
    """The lines whose condition is met. Lines that only ask are taken out, and part what stood around them."""
    shown = True
    for line in text.splitlines():
        if begins := _IF.match(line):
            shown = bool(values.get(begins[2])) is not bool(begins[1])
            yield ""
        elif _END.match(line):
            shown = True
            yield ""
        elif shown:
            yield line


def _blocks(tokens: Sequence[Token], at: int, values: Values) -> tuple[list[Block], int]:
    """The blocks from a token on to the end of what it is inside of, and the token after it."""
    found: list[Block] = []
    while at < len(tokens):
        token = tokens[at]
        if token.type in ("paragraph_open", "heading_open"):
            level = int(token.tag[1]) if token.type == "heading_open" else 0
            found += _line(tokens[at + 1], level, values)
            at += 3
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            items, at = _items(tokens, at + 1, values)
            if items:
                start = int(token.attrGet("start") or 1)
                ordered = token.type.startswith("ordered")
                found.append({"block": "list", "ordered": ordered, "start": start, "items": items})
        elif token.nesting < 0:
            return found, at + 1
        else:
            found += [{"block": "rule"}] if token.type == "hr" else []
            at += 1
    return found, at


def _items(tokens: Sequence[Token], at: int, values: Values) -> tuple[list[list[Block]], int]:
    items = []
    while tokens[at].type == "list_item_open":
        inner, at = _blocks(tokens, at + 1, values)
        items += [inner] if inner else []
    return items, at + 1


def _line(token: Token, level: int, values: Values) -> list[Block]:
    """A paragraph or heading; a table or list where it is the place of one and nothing else."""
    alone = _PLACE.fullmatch(token.content.strip())
    whole = values.get(alone[1]) if alone else None
    if isinstance(whole, Mapping):
        return _whole(whole)
    runs = list(_runs(token.children or (), values))
    if not any(run["text"].strip() for run in runs):
        return []
    if level:
        return [{"block": "heading", "level": level, "runs": runs}]
    return [{"block": "paragraph", "runs": runs}]


def _whole(value: Mapping[str, Any]) -> list[Block]:
    if value.get("rows"):
        return [{"block": "table", "head": value.get("head") or [], "rows": value["rows"]}]
    lines = value.get("lines") or ()
    items = [[{"block": "paragraph", "runs": [_run(line, 0, 0)]}] for line in lines]
    return [{"block": "list", "ordered": False, "start": 1, "items": items}] if items else []


def _runs(children: Sequence[Token], values: Values) -> Iterator[dict[str, Any]]:
    strong = em = 0
    for child in children:
        if child.type in ("strong_open", "strong_close"):
            strong += child.nesting
        elif child.type in ("em_open", "em_close"):
            em += child.nesting
        elif child.type in ("softbreak", "hardbreak"):
            yield _run(" " if child.type == "softbreak" else "\n", strong, em)
        elif child.content:
            yield _run(_PLACE.sub(lambda place: _text(values.get(place[1])), child.content), strong, em)


def _text(value: Any) -> str:
    """A value within a sentence, on one line."""
    if isinstance(value, Mapping):
        rows = [": ".join(str(cell) for cell in row) for row in value.get("rows", ())]
        return "; ".join([*rows, *(str(line) for line in value.get("lines", ()))])
    return ", ".join(line.strip() for line in str(value or "").splitlines() if line.strip())


def _run(text: str, strong: int, em: int) -> dict[str, Any]:
    return {"text": text, "strong": strong > 0, "em": em > 0}
