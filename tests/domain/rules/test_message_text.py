"""What of a message is kept and what in it can be followed."""

from __future__ import annotations

import pytest

from domain.rules.message_text import kept_text, pieces


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://example.org/a?b=1, then call.", ["https://example.org/a?b=1"]),
        ("(http://example.org/x) and https://de.wikipedia.org/wiki/Miete_(Recht)",
         ["http://example.org/x", "https://de.wikipedia.org/wiki/Miete_(Recht)"]),
        ("javascript:alert(1) data:text/html,x ftp://example.org www.example.org", []),
        ('https://example.org/"><script>alert(1)</script>', ["https://example.org/"]),
        ("HTTPS://EXAMPLE.ORG.", ["HTTPS://EXAMPLE.ORG"]),
        ("https://", []),
    ],
)  # fmt: skip
def test_only_whole_addresses_of_the_web_can_be_followed_and_nothing_is_lost(text, addresses) -> None:
    found = pieces(text)
    assert [one.address for one in found if one.address] == addresses
    assert "".join(one.text for one in found) == text


def test_control_characters_and_signs_that_turn_a_text_are_not_kept() -> None:
    assert kept_text("\x00 a\r\nb\x1b[31m\u202egpj.exe \ud83d 👩‍👧 ") == "a\nb[31mgpj.exe  👩‍👧"
