"""Markdown becomes HTML in which nothing runs and no link leads astray."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.markdown_text import html_of, text_of

TAGS = {
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "a", "em", "strong", "code", "pre", "blockquote", "hr", "br",
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "[x](https:///evil.example)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    '![x](/own.png"onerror="alert(1))',
    '[x](https://a.example "\\"><script>alert(1)</script>")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[a]: javascript:alert(1)\n\n[a]",
    '```"><script>alert(1)</script>\n</code><script>alert(1)</script>\n```',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- --><iframe src=//evil.example>",
    "<a href='javascript:alert(1)'>x</a>",
    "\x00<b>x</b>",
]


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag


def assert_harmless(html: str) -> None:
    for tag, attrs in Seen(html).tags:
        assert tag in TAGS, html
        for name, value in attrs.items():
            assert (tag, name) in {
                ("a", "href"), ("a", "title"), ("a", "rel"), ("ol", "start"), ("code", "class"),
            }, html  # fmt: skip
            if name == "href":
                assert re.match(r"(https?://[^/\\]|mailto:|tel:|/(?![/\\]))", value or "", re.IGNORECASE), (
                    html
                )


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_typed_becomes_a_tag_or_a_link_astray(text: str) -> None:
    assert_harmless(html_of(text))


@given(st.text(alphabet=st.sampled_from("<>\"'()[]!/\\:#*_`&;=\t\n ahrefjvscipt1"), max_size=60))
def test_no_text_at_all_does(text: str) -> None:
    assert_harmless(html_of(text))


@pytest.mark.parametrize(
    "link",
    [
        "https://bank.example/a?b=1",
        "http://a.example",
        "mailto:pay@a.example",
        "tel:+15550100",
        "/contact",
        "/",
    ],
)
def test_links_of_the_web_mail_telephone_and_this_program_work(link: str) -> None:
    assert f'<a href="{link}"' in html_of(f"[there]({link})")


def test_a_link_elsewhere_says_that_it_is_not_ours() -> None:
    assert html_of("[x](https://a.example)") == (
        '<p><a href="https://a.example" rel="noopener nofollow ugc">x</a></p>\n'
    )
    assert "rel=" not in html_of("[x](/help)")


def test_the_first_heading_of_an_article_is_below_the_title_of_its_page() -> None:
    assert html_of("# One\n\n## Two\n\n###### Six") == "<h2>One</h2>\n<h3>Two</h3>\n<h6>Six</h6>\n"


def test_the_words_alone_are_found_without_marks_and_addresses() -> None:
    text = "# Late fees\n\nA *fee*\nis [asked](/help) for.\n\n- one `x`\n- two\n"
    assert text_of(text) == "Late fees\nA fee is asked for.\none x\ntwo"
