"""Which passwords may be, and why not: lengths, words everybody guesses, words that belong to this person or business.

Length is what counts: 15 characters where a password stands alone, 12 beside a second factor (NIST SP 800-63B-4
section 3.1.1.2; ASVS 6.2.1 to 6.2.12). There are no rules about kinds of characters and nothing expires. A password is
compared in Unicode NFKC form and never cut short.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from domain.words import N_, Sentence

SHORTEST_ALONE = 15
SHORTEST_WITH_SECOND_FACTOR = 12
LONGEST = 256
LEAST_SCORE = 3
"""zxcvbn's 0 to 4: below 3 a stolen hash would not hold for long."""
LOOKED_AT = 72
"""zxcvbn's work grows with the square of the length, so it sees the beginning only."""
LEAST_OWN = 8
"""How many characters must be left once the words that others know of this person are taken out."""

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


def normal(password: str) -> str:
    """The form that is hashed and compared: NFKC, so that one password typed on two keyboards is one password."""
    return unicodedata.normalize("NFKC", password[: 4 * LONGEST])


def shortest(role: str) -> int:
    """The least number of characters for a user of this role; staff have a second factor as well."""
    return SHORTEST_ALONE if role == "customer" else SHORTEST_WITH_SECOND_FACTOR


def problem(password: str, *, role: str, known: Iterable[str] = ()) -> Sentence | None:
    """Why this password may not be used, or None. `known`: words others know (name, username, e-mail, business)."""
    password = normal(password)
    if len(password) < shortest(role):
        return Sentence(
            N_(
                "Use at least %(count)s characters. Four or five words that do not belong together are easy to keep."
            ),
            {"count": shortest(role)},
        )
    if len(password) > LONGEST:
        return Sentence(N_("Use at most %(count)s characters."), {"count": LONGEST})
    plain = "".join(character for character in password.casefold() if character.isalnum())
    words = _words(known)
    if plain in _COMMON.split():
        return Sentence(
            N_("This password is on the lists that people who break in try first. Choose another one.")
        )
    if len(_without(words, plain)) < min(LEAST_OWN, len(plain)):
        return Sentence(
            N_("This is mostly your name, your address or the name of the business. Add words of your own.")
        )
    return _guessable(password, words)


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


def _guessable(password: str, words: list[str]) -> Sentence | None:
    from zxcvbn import zxcvbn  # its word lists take a while to load, and only choosing a password needs them

    found = zxcvbn(password[:LOOKED_AT], user_inputs=words, max_length=LOOKED_AT)
    if found["score"] >= LEAST_SCORE:
        return None
    patterns = {part["pattern"] for part in found["sequence"]}
    if patterns <= {"repeat", "sequence", "spatial", "bruteforce"}:
        reason = N_("This is easy to guess: it repeats itself or follows the keyboard. Mix in other words.")
    elif "date" in patterns:
        reason = N_("This is easy to guess: dates are tried early. Mix in other words.")
    else:
        reason = N_(
            "This is easy to guess: it is made of common words. Add one or two that do not belong to them."
        )
    return Sentence(reason)
