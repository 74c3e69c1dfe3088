"""Texts that are searched by parts of words: their form, what somebody asks for, slips of the keys, and what to mark.

A word is asked for wherever it stands, also inside another one. Who typed one letter wrong, left out, doubled or
swapped (two in a long word) finds it too. Words that stand in every text ("the", "para") are not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from domain.rules.search_words import folded

AT_ONCE = 1_000
MOST_WORDS = 8
LONGEST = 40
SHORTEST = 3
"""So many letters an index by trigrams needs."""
EXCERPT = 190
LONGEST_SLIP = 16
"""In a longer word no slip is forgiven: to compare two takes their lengths multiplied."""
MOST_SLIPS = 300
"""So many different words of a text are looked at for slips."""
MOST_COMPARED = 5_000
"""So many pairs of words are compared letter by letter for one answer."""

_ENGLISH = (
    "a an and am are as at be been but by can cant could did didnt do does doesnt dont for from had has have how i if"
    " im in into is isnt it its ive me my no not of on or our so still that the their them then there they this to was"
    " we what when where which who why will with would you your"
)
_SPANISH = (
    "al como con cual cuando de del donde el ella en es esta este esto hay la las le lo los me mi mis no nos o para"
    " pero por porque puedo que se si sin su sus te tengo un una y ya yo"
)
_EMPTY = frozenset(_ENGLISH.split()) | frozenset(_SPANISH.split())
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `marked` where it is what somebody asked for."""

    text: str
    marked: bool = False


def searched(text: str) -> str:
    """The text in the form in which it is searched: folded words apart by blanks, "e-mail" as "email e mail"."""
    whole = "".join(folded(text[first : first + AT_ONCE]) for first in range(0, len(text), AT_ONCE))
    return " ".join(_forms(whole))


def _forms(text: str) -> Iterator[str]:
    for word in text.split():
        runs = _runs(word)
        if len(runs) > 1:
            yield "".join(runs)
        yield from runs


def _runs(word: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in word).split()


def asked(q: str) -> list[str]:
    """The words somebody asks for, without what stands everywhere and without the s of a plural, at most eight."""
    typed = (("".join(_runs(word)))[:LONGEST] for word in folded(q[:200]).split())
    words = [word for word in typed if word]
    telling = [word for word in words if word not in _EMPTY] or words
    return list(dict.fromkeys(_stem(word) for word in telling))[:MOST_WORDS]


def _stem(word: str) -> str:
    plural = len(word) > SHORTEST and word.endswith("s") and not word.endswith("ss") and not word.isdigit()
    return word[:-1] if plural else word


def trigrams(word: str) -> list[str]:
    """The runs of three letters of a word, each once."""
    return list(dict.fromkeys(word[first : first + 3] for first in range(len(word) - 2)))


@lru_cache(maxsize=20_000)
def near(asked_for: str, word: str) -> bool:
    """Whether the word may be what was meant: one slip in four to six letters, two in more, none in fewer."""
    slips = _forgiven(asked_for, word)
    return _distance(asked_for, word, slips) <= slips if slips else asked_for == word


def _forgiven(asked_for: str, word: str) -> int:
    """How many slips may lie between the two; 0 where they are the same word or none."""
    long = len(asked_for)
    slips = 0 if long < 4 or long > LONGEST_SLIP else 1 if long < 7 else 2
    return slips if abs(long - len(word)) <= slips else 0


@dataclass(slots=True)
class Slips:
    """The pairs of words compared for one answer. After `most` of them only what is typed alike is the same word, so
    that no search takes long, whatever somebody wrote or asks for."""

    most: int = MOST_COMPARED
    compared: set[tuple[str, str]] = field(default_factory=set)

    def near(self, asked_for: str, word: str) -> bool:
        """As `near`, as long as there is room."""
        if asked_for == word or not _forgiven(asked_for, word):
            return asked_for == word
        pair = (asked_for, word)
        if pair not in self.compared:
            if len(self.compared) >= self.most:
                return False
            self.compared.add(pair)
        return near(asked_for, word)


def _distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped with the next; more than `most` is `most` + 1."""
    # Only cells at most `most` off the diagonal can hold so few.
    older: list[int] = []
    before = list(range(len(other) + 1))
    for line, left in enumerate(one, 1):
        row = [line] + [most + 1] * len(other)
        for column in range(max(1, line - most), min(len(other), line + most) + 1):
            right = other[column - 1]
            cost = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (left != right))
            if line > 1 and column > 1 and left == other[column - 2] and one[line - 2] == right:
                cost = min(cost, older[column - 2] + 1)
            row[column] = cost
        if min(row) > most:
            return most + 1
        older, before = before, row
    return before[-1]


def weight(words: Sequence[str], title: str, body: str, slips: Slips | None = None) -> int:
    """How well a text (as `searched`) answers; 0 when fewer than half of the words stand in it, slips allowed.

    `slips` are those of the whole answer, where many texts are weighed for it.
    """
    slips = slips or Slips()
    titles, bodies = dict.fromkeys(title.split()), dict.fromkeys(body.split())
    found = [_one(word, title, titles, 4, slips) or _one(word, body, bodies, 1, slips) for word in words]
    hits = sum(1 for one in found if one)
    return sum(found) + 10 * hits if hits * 2 >= len(words) and hits else 0


def _one(word: str, text: str, words: Collection[str], times: int, slips: Slips) -> int:
    if word in words or word + "s" in words:
        return 3 * times
    # A title is short: there two letters already say how a word begins, as somebody types it.
    typed = times > 1 and len(word) > 1 and word not in _EMPTY
    begun = typed and any(other.startswith(word) for other in words)
    if begun or (len(word) >= SHORTEST and word in text):
        return 2 * times
    # What stands in every text is nobody's slip: "chat" is not "that".
    alike = (slips.near(word, other) for other in islice(words, MOST_SLIPS) if other not in _EMPTY)
    return times if any(alike) else 0


def marked(text: str, words: Sequence[str], slips: Slips | None = None) -> list[Piece]:
    """The text with the words that were asked for marked."""
    pieces, last = [], 0
    for start, end in _places(text, words, slips or Slips()):
        pieces += [Piece(text[last:start]), Piece(text[start:end], marked=True)]
        last = end
    return [piece for piece in [*pieces, Piece(text[last:])] if piece.text]


def _places(text: str, words: Sequence[str], slips: Slips) -> Iterator[tuple[int, int]]:
    for match in _WORD.finditer(text):
        plain = "".join(_runs(folded(match.group())))
        if any(word in plain if len(word) >= SHORTEST else word == plain for word in words) or any(
            plain not in _EMPTY and (slips.near(word, plain) or slips.near(word, _stem(plain)))
            for word in words
        ):
            yield match.span()


def excerpt(text: str, words: Sequence[str], most: int = EXCERPT, slips: Slips | None = None) -> list[Piece]:
    """The part of the text in which most of the words stand close together, marked; its beginning where none does."""
    flat = " ".join(text.split())
    slips = slips or Slips()
    places = list(_places(flat, words, slips))
    best = max(places, key=lambda place: (_close(flat, places, place[0], most), -place[0]), default=(0, 0))
    start = max(best[0] - 30, 0)
    while start and not flat[start - 1].isspace():
        start -= 1
    end = min(start + most, len(flat))
    while end < len(flat) and not flat[end].isspace():
        end -= 1
    cut = ("… " if start else "") + flat[start : end if end > start else start + most]
    return marked(cut + (" …" if end < len(flat) else ""), words, slips)


def _close(text: str, places: Sequence[tuple[int, int]], start: int, most: int) -> int:
    """How many different words are marked in what begins here."""
    return len({folded(text[first:last]) for first, last in places if start <= first < start + most - 30})
