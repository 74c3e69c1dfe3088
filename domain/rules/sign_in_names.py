"""The names people sign in by: username, e-mail address, customer number. Decides how they compare and which may be.

Names compare folded (Unicode NFKC, case folded, trimmed), so "Bo@Example.org" and "bo@example.org" are one. A username
holds plain letters, digits, dots, hyphens and underscores only, so it cannot be mistaken for an e-mail address, look
like another username in other letters, or be taken for a customer number (safety A4).
"""

from __future__ import annotations

import re
import unicodedata

from domain.words import N_, Sentence

SHORTEST, LONGEST = 2, 40
LONGEST_EMAIL = 254

_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\Z")
_NUMBER = re.compile(r"c[\s-]*(\d{1,12})\Z")
_LIKE_A_NUMBER = re.compile(r"c?[\d._-]+\Z")
_EMAIL = re.compile(
    r"[^\s@,;:<>()\[\]\"\\\x00-\x20\x7f]{1,64}@[^\s@,;:<>()\[\]\"\\\x00-\x20\x7f]+\.[^\s@.,;:<>()\[\]\"\\\x00-\x20\x7f]+\Z"
)


def folded(name: str) -> str:
    """The form in which names are compared; never shown."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _storable(name)).strip().casefold())


def customer_number(name: str) -> str:
    """The customer number somebody may have typed ("c 10001" -> "C-10001"), else the name trimmed as it is."""
    found = _NUMBER.match(folded(name))
    return f"C-{found.group(1)}" if found else _storable(name).strip()[:32]


def counted_as(name: str) -> str:
    """The one form under which tries at a name are counted, however it was typed."""
    return folded(customer_number(name)) if _NUMBER.match(folded(name)) else folded(name)


def _storable(name: str) -> str:
    # Postgres cannot even be asked for a text with a NUL in it.
    return name[:500].replace("\x00", "\ufffd")


def is_email(text: str) -> bool:
    """Whether `text` has the shape of one mail address with a domain; whether it exists only a mail can tell."""
    return len(text) <= LONGEST_EMAIL and bool(_EMAIL.match(text)) and ".." not in text


def username_problem(username: str) -> Sentence | None:
    """Why this cannot be a username, or None when it can (whether it is taken is another question)."""
    name = folded(username)
    if not SHORTEST <= len(name) <= LONGEST:
        return Sentence(
            N_("A username has %(shortest)s to %(longest)s characters."),
            {"shortest": SHORTEST, "longest": LONGEST},
        )
    if not username.isascii() or not _USERNAME.match(name):
        return Sentence(
            N_(
                "Use letters a to z, digits, dots, hyphens and underscores; begin and end with a letter or digit."
            )
        )
    if _LIKE_A_NUMBER.match(name):
        return Sentence(N_("This looks like a customer number. Choose a name with letters."))
    return None


def suggested_username(name: str, email: str) -> str:
    """A username to begin with, from the e-mail address or else the name: "bo.rivera". May be empty, may be taken."""
    for source in (email.partition("@")[0], name):
        plain = unicodedata.normalize("NFKD", source).encode("ascii", "ignore").decode().casefold()
        candidate = re.sub(r"[^a-z0-9]+", ".", plain).strip(".")[:LONGEST].strip(".")
        if candidate and username_problem(candidate) is None:
            return candidate
    return ""
