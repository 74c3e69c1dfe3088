"""Markdown of the business (help articles, announcements) as HTML that is safe on a page.

CommonMark without HTML and without pictures. Links lead to http(s), mailto, tel and to paths of this program; what
else is written as a link stays text. A heading "#" becomes h2, since the page's own title is the h1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

ELSEWHERE = re.compile(r"https?://[^/\\]", re.IGNORECASE)
# A second slash, also a backslash that browsers read as one, would lead to another host.
SAFE = re.compile(
    r"(?:https?://[^/\\]|mailto:[^/\\]|tel:\+?[\d]|/(?![/\\]))[^\x00-\x20\x7f\\]*", re.IGNORECASE
)
LAST_LEVEL = 6


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802, the library's own name
        return SAFE.fullmatch(url) is not None


def _link_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, _env: Any) -> str:
    token = tokens[index]
    if ELSEWHERE.match(str(token.attrGet("href") or "")):
        token.attrSet("rel", "noopener nofollow ugc")
    return renderer.renderToken(tokens, index, options, _env)


def _reader() -> MarkdownIt:
    made = _Reader("commonmark", {"html": False, "breaks": False, "maxNesting": 20})
    made.disable("image")
    made.add_render_rule("link_open", _link_open)
    return made


READER = _reader()


def html_of(text: str) -> str:
    """The Markdown as HTML: only tags made here, everything typed escaped."""
    tokens = READER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, LAST_LEVEL)}"
    return str(READER.renderer.render(tokens, READER.options, {}))


def text_of(text: str) -> str:
    """The words of the Markdown alone, blocks apart by a line break: what is searched and quoted."""
    blocks = (block for token in READER.parse(text) if (block := " ".join(_words(token)).strip()))
    return "\n".join(re.sub(r"\s+", " ", block) for block in blocks)


def _words(token: Token) -> Iterator[str]:
    if token.type == "inline":
        yield "".join(
            " " if child.type in ("softbreak", "hardbreak") else child.content
            for child in token.children or []
        )
    elif token.type in ("fence", "code_block"):
        yield token.content
