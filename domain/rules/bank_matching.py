"""What a movement on our bank account may be: suggestions with a score and the reasons for it. Pure.

A movement is held against what is expected to arrive (a payout, the total of a file, money from the counter, a refund
that leaves) and against agreements that a customer may have paid by transfer. Scores are points out of 100, no chances:
what names itself beyond doubt has 95 and more. Nothing is ever certain when two things fit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.words import N_, Money, Sentence, Step, Trace

RULE, VERSION = "bank_matching", 1
CERTAIN = 95
FITS = 60
MOST = 6
_WINDOW = {"payout": 7, "batch": 6, "deposit": 14, "refund": 14, "payment": 30, "other": 14, "transfer": 0}
"""Kind -> how many days the bank may be later or earlier than expected."""
_NOT_A_LETTER = re.compile(r"[^0-9a-z]+")
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "herr", "frau", "sr", "sra", "and", "und", "y", "or", "the"})


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a statement: signed minor units, what the bank says of the other side, and its texts."""

    amount_minor: int
    currency: str
    booked_on: date
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """Something a movement may be. `kind`: payout, batch, deposit, refund, payment (a debit that came back), other
    (an entry that moved the bank) or transfer.

    `amount_minor` is signed as on the statement; for a transfer any amount may come, and `amounts` are those that would
    fit (what is due, past due, owed in all). `marks` name it in a text beyond doubt (a transfer reference, a payout's
    id), `numbers` name it to people (an agreement's or a check's number), `names` are those of the people on it.
    """

    kind: str
    ref: str
    currency: str
    amount_minor: int = 0
    on: date | None = None
    amounts: tuple[int, ...] = ()
    marks: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that a movement may be, how well it fits (points of 100), and why."""

    expected: Expected
    score: int
    trace: Trace

    @property
    def reasons(self) -> tuple[Sentence, ...]:
        return tuple(step.sentence for step in self.trace.steps)


def suggest(movement: Movement, expected: Iterable[Expected], most: int = MOST) -> list[Suggestion]:
    """What fits the movement, the best first, at most `most`. Equal scores keep the order in which they were given."""
    found = []
    for one in expected:
        if one.currency != movement.currency:
            continue
        score, steps = (_transfer if one.kind == "transfer" else _arrival)(movement, one)
        if score:
            found.append(Suggestion(one, min(score, 100), Trace(RULE, VERSION, tuple(steps))))
    return sorted(found, key=lambda suggestion: -suggestion.score)[:most]


def certain(suggestions: Sequence[Suggestion]) -> Suggestion | None:
    """The one suggestion that may be taken without asking; None where none is certain, or two fit."""
    best = suggestions[0] if suggestions else None
    if best is None or best.score < CERTAIN:
        return None
    return None if len(suggestions) > 1 and suggestions[1].score >= FITS else best


def _arrival(movement: Movement, one: Expected) -> tuple[int, list[Step]]:
    """Something that was announced: the amount must be exact and the day near."""
    if one.amount_minor != movement.amount_minor or one.on is None:
        return 0, []
    apart = abs((movement.booked_on - one.on).days)
    if apart > _WINDOW[one.kind]:
        return 0, []
    steps = [Step(Sentence(N_("The amount is exactly the one expected.")), one.amount_minor)]
    score = 40
    if apart <= 2:
        score += 20
        steps.append(Step(Sentence(N_("It was expected for %(day)s."), {"day": one.on})))
    elif apart:
        words = N_("It was expected for %(day)s, which is %(count)s days off.")
        steps.append(Step(Sentence(words, {"day": one.on, "count": apart})))
        score += 10
    if mark := _named(movement, one.marks):
        score += 40
        steps.append(Step(Sentence(N_("The bank's text names it: %(mark)s."), {"mark": mark})))
    elif number := _numbered(movement, one.numbers):
        score += 40
        steps.append(Step(Sentence(N_("The bank's text has its number: %(number)s."), {"number": number})))
    return score, steps


def _transfer(movement: Movement, one: Expected) -> tuple[int, list[Step]]:
    """Money a customer may have sent by themselves: it must say by a reference, a number or a name for what."""
    if movement.amount_minor <= 0:
        return 0, []
    score, steps = 0, []
    if mark := _named(movement, one.marks):
        score = CERTAIN
        words = N_("The transfer reference %(mark)s stands in the text, and its check digits are right.")
        steps.append(Step(Sentence(words, {"mark": mark})))
    elif number := _numbered(movement, one.numbers):
        score = 60
        steps.append(
            Step(Sentence(N_("The text has the agreement's number: %(number)s."), {"number": number}))
        )
    if name := next((name for name in one.names if same_name(name, f"{movement.name} {movement.text}")), ""):
        score += 35
        steps.append(Step(Sentence(N_("The name is that of %(name)s."), {"name": name})))
    if not score:
        return 0, []
    if movement.amount_minor in one.amounts:
        score += 25
        amount = Money(movement.amount_minor, movement.currency)
        steps.append(
            Step(
                Sentence(N_("%(amount)s is exactly what is owed."), {"amount": amount}), movement.amount_minor
            )
        )
    # Only a reference with check digits, or words of the bank's own, may make it certain.
    return (score if score >= CERTAIN and one.marks and mark else min(score, CERTAIN - 1)), steps


def _named(movement: Movement, marks: Iterable[str]) -> str:
    said = squeezed(f"{movement.name} {movement.text}")
    return next((mark for mark in marks if len(squeezed(mark)) >= 5 and squeezed(mark) in said), "")


def _numbered(movement: Movement, numbers: Iterable[str]) -> str:
    """A number that stands by itself in the text: 1042 is not in 10420."""
    words = _NOT_A_LETTER.split(f"{movement.name} {movement.text}".lower())
    said = f" {' '.join(words)} "
    for number in numbers:
        wanted = " ".join(part for part in _NOT_A_LETTER.split(number.lower()) if part)
        if len(wanted) >= 3 and f" {wanted} " in said:
            return number
    return ""


def squeezed(text: str) -> str:
    """Letters and digits alone, in lower case: as banks leave a reference after breaking their lines."""
    return _NOT_A_LETTER.sub("", _plain(text))


def same_name(name: str, said: str) -> bool:
    """Whether every word of a person's name stands in what the bank says, in any order and case, accents aside.

    Two words at least must meet: a first name alone is nobody.
    """
    wanted = name_words(name)
    return len(wanted) >= 2 and wanted <= name_words(said)


def name_words(text: str) -> set[str]:
    """The words by which a name is compared: no titles, no single letters, no accents."""
    return {word for word in _NOT_A_LETTER.split(_plain(text)) if len(word) > 1 and word not in _TITLES}


def _plain(text: str) -> str:
    spelled = text.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l")
    return "".join(one for one in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(one))
