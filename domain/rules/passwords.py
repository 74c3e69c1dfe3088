"""Which passwords may be, and why not: lengths, words everybody guesses, words that belong to this person or business.

Length is what counts: 15 characters where a password stands alone, 8 beside a second factor and 12 for staff, who
always have one (NIST SP 800-63B-4 section 3.1.1.2; ASVS 6.2.1 to 6.2.12). There are no rules about kinds of characters
and nothing expires. A password is compared in Unicode NFKC form and never cut short. Verbs: `problem`, `strength`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from domain.words import N_, Sentence

SHORTEST_ALONE = 15
SHORTEST_WITH_SECOND_FACTOR = 8
SHORTEST_OF_STAFF = 12
LONGEST = 256
LEAST_SCORE, LEAST_SCORE_WITH_SECOND_FACTOR = 3, 2
"""zxcvbn's 0 to 4: below 3 a stolen hash would not hold for long; eight random characters come to 2."""
LOOKED_AT = 72
"""zxcvbn's work grows with the square of the length, so it sees the beginning only."""
LEAST_OWN = 8
"""How many characters must be left once the words that others know of this person are taken out."""
OWN_WORDS = ("duebook",)
"""What everybody knows of every installation, besides what is known of the person and the business."""

_COMMON = """
    passwordpassword password12345678 passwordpassword1 correcthorsebatterystaple correctbatteryhorsestaple
    iloveyouiloveyou iloveyouforever iloveyousomuch qwertyuiopasdfgh qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm
    1234567890123456 12345678901234567890 1q2w3e4r5t6y7u8i 1q2w3e4r5t6y7u8i9o0p abcdefghijklmnop
    abcdefghijklmnopqrstuvwxyz administrator1234 administratoradministrator letmeinletmein1 letmeinplease123
    welcomewelcome1 welcometothejungle changemechangeme changeitplease1 mypasswordis123 mypasswordispassword
    thisismypassword thisisapassword thisisasecret123 trustno1trustno1 monkeymonkeymonkey dragondragondragon
    footballfootball baseballbaseball superman12345678 batmanbatmanbatman asdfghjklasdfghjkl zxcvbnmzxcvbnm123
    maytheforcebewithyou tobeornottobe thequickbrownfox thequickbrownfoxjumps livelaughlove123 onceuponatime123
    contrasenacontrasena micontrasena1234 teamomuchoteamo quierounacerveza
"""


_LINES = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
          "1234567890", "abcdefghijklmnopqrstuvwxyz")  # fmt: skip
_ROWS = (*_LINES, *(line[::-1] for line in _LINES))
SHORTEST_RUN = 4
REPEATS = N_("This is easy to guess: it repeats itself or follows the keyboard. Mix in other words.")


def normal(password: str) -> str:
    """The form that is hashed and compared: NFKC, so that one password typed on two keyboards is one password."""
    return unicodedata.normalize("NFKC", password[: 4 * LONGEST])


def shortest(role: str, *, second_factor: bool = False) -> int:
    """The least number of characters for a user of this role; staff have a second factor in any case."""
    if role != "customer":
        return SHORTEST_OF_STAFF
    return SHORTEST_WITH_SECOND_FACTOR if second_factor else SHORTEST_ALONE


def is_short_alone(password: str) -> bool:
    """Whether this one was chosen beside a second factor and is too short without one."""
    return len(normal(password)) < SHORTEST_ALONE


def problem(
    password: str, *, role: str, known: Iterable[str] = (), second_factor: bool = False
) -> Sentence | None:
    """Why this password may not be used, or None. `known`: words others know (name, username, e-mail, business)."""
    password = normal(password)
    least = shortest(role, second_factor=second_factor)
    if len(password) < least:
        return Sentence(
            N_(
                "Use at least %(count)s characters. Four or five words that do not belong together are easy to keep."
            ),
            {"count": least},
        )
    if len(password) > LONGEST:
        return Sentence(N_("Use at most %(count)s characters."), {"count": LONGEST})
    plain = "".join(character for character in password.casefold() if character.isalnum())
    words = _words([*known, *OWN_WORDS])
    if password.casefold() in listed() or plain in listed():
        return Sentence(
            N_("This password is on the lists that people who break in try first. Choose another one.")
        )
    if len(_without(words, plain)) < min(LEAST_OWN, len(plain)):
        return Sentence(
            N_("This is mostly your name, your address or the name of the business. Add words of your own.")
        )
    if len(_without_runs(plain)) < min(LEAST_OWN, len(plain)):
        return Sentence(REPEATS)
    enough = LEAST_SCORE_WITH_SECOND_FACTOR if second_factor and role == "customer" else LEAST_SCORE
    return _guessable(password, words, enough)


@dataclass(frozen=True, slots=True)
class Strength:
    """How a password stands while it is typed: `score` 0 (none yet, or refused) to 4, and what to tell about it."""

    score: int
    advice: Sentence


def strength(password: str, *, role: str, known: Iterable[str] = (), second_factor: bool = False) -> Strength:
    """Judge a password as `problem` does, with a word of advice when it may be used."""
    known = list(known)
    if wrong := problem(password, role=role, known=known, second_factor=second_factor):
        return Strength(min(1, len(password)), wrong)
    score = _guesses(normal(password), _words([*known, *OWN_WORDS]))["score"]
    if score <= LEAST_SCORE:
        return Strength(score, Sentence(N_("One more word would make it very strong.")))
    return Strength(score, Sentence(N_("Keep it in a password manager or on paper at home.")))


@cache
def listed() -> frozenset[str]:
    """The passwords that are tried first by people who break in: 30,000 from leaks (zxcvbn's list), and long ones."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"]) | frozenset(_COMMON.split())


def _words(known: Iterable[str]) -> list[str]:
    found = set()
    for text in known:
        pieces = "".join(c if c.isalnum() else " " for c in normal(text).casefold()).split()
        found |= {piece for piece in [*pieces, "".join(pieces)] if len(piece) >= 4}
    return sorted(found, key=lambda word: (-len(word), word))[:40]


def _without(words: list[str], plain: str) -> str:
    for word in words:
        plain = plain.replace(word, "")
    return plain


def _without_runs(plain: str) -> str:
    """What is left of it without four and more characters that stand in a row on keyboards, either way."""
    left, start = "", 0
    while start < len(plain):
        end = start
        while end < len(plain) and any(plain[start : end + 1] in row for row in _ROWS):
            end += 1
        run = end - start >= SHORTEST_RUN
        left += "" if run else plain[start]
        start = end if run else start + 1
    return left


def _guesses(password: str, words: list[str]) -> dict[str, Any]:
    from zxcvbn import zxcvbn  # its word lists take a while to load, and only choosing a password needs them

    found: dict[str, Any] = zxcvbn(password[:LOOKED_AT], user_inputs=words, max_length=LOOKED_AT)
    return found


def _guessable(password: str, words: list[str], enough: int) -> Sentence | None:
    found = _guesses(password, words)
    if found["score"] >= enough:
        return None
    patterns = {part["pattern"] for part in found["sequence"]}
    if patterns == {"bruteforce"}:
        reason = N_("This is easy to guess because it is short. Add a word or two.")
    elif patterns <= {"repeat", "sequence", "spatial", "bruteforce"}:
        reason = REPEATS
    elif "date" in patterns:
        reason = N_("This is easy to guess: dates are tried early. Mix in other words.")
    else:
        reason = N_(
            "This is easy to guess: it is made of common words. Add one or two that do not belong to them."
        )
    return Sentence(reason)
