"""The phrase by which a person knows our mail (mission G13): words that a forger cannot know.

Three words are made for everybody at their first sign-in, out of words that are written alike and mean alike in English
and Spanish. The phrase guards against forged mail only and opens nothing, so it may be read in every mail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.words import N_, Sentence

_WORDS = """
    actor animal arena auto bar bingo canal capital cereal chocolate club color coral debate doctor drama
    extra familiar festival final flora general golf hobby honor horizontal
    hospital hotel ideal idea iris judo karate kilo kiwi koala laser lava legal local manual mango
    mental metal mineral motor mural musical natural normal opal opera original panda
    panel papaya patio perfume piano plan plasma plaza polar popular portal postal puma radar radio real regular
    robot rodeo rural safari salsa sauna sector sensor serial simple similar soda sofa solar solo sonar superior
    taxi terminal tiara total tractor trio tropical tuba tutor unicolor universal usual vapor vertical
    villa violin visual yoga zigzag
"""
WORDS = tuple(_WORDS.split())
SHORTEST, LONGEST = 6, 60


def made(choose: Callable[[Sequence[str]], str]) -> str:
    """Three different words, by `choose` (of the operating system's random source)."""
    words: list[str] = []
    while len(words) < 3:
        word = choose(WORDS)
        if word not in words:
            words.append(word)
    return " ".join(words)


def tidy(phrase: str) -> str:
    """On one line, without signs that nobody sees."""
    return " ".join("".join(c if c.isprintable() else " " for c in phrase).split())


def problem(phrase: str) -> Sentence | None:
    """Why this cannot be a phrase (already tidy), or None."""
    if not SHORTEST <= len(phrase) <= LONGEST:
        return Sentence(
            N_("Use %(shortest)s to %(longest)s characters."), {"shortest": SHORTEST, "longest": LONGEST}
        )
    if not any(c.isalpha() for c in phrase):
        return Sentence(N_("Use words that you will know again."))
    if any(sign in phrase for sign in ("://", "www.", "@", "<", ">")):
        return Sentence(N_("Use plain words, no addresses: they stand in every mail of ours."))
    return None
