"""The words of the ladder's notices, each step's own: a friendly reminder, a second one, the last. Pure.

Question: `words_of`. Words that the business wrote for a rung itself take the place of the second sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.rules.ladder import Late, Rung
from domain.words import N_, Money, Sentence

FRIENDLY_DAYS = 10
"""Up to so many days late a notice takes it that somebody forgot."""
FIRST = (
    N_("A friendly reminder: %(amount)s for %(number)s was due on %(day)s."),
    N_(
        "Perhaps it slipped your mind. If you have just paid it, thank you: there is nothing more to do. "
        "If it is hard to pay now, promise a day or ask for more time on your pages."
    ),
)
SECOND = (
    N_("%(amount)s for %(number)s is still open. It was due on %(day)s."),
    N_(
        "Please pay it, or tell us when you can: on your pages you can promise a day or ask for more time. "
        "A call is welcome too."
    ),
)
LAST = (
    N_("Last reminder: %(amount)s for %(number)s has been open since %(day)s."),
    N_(
        "Please pay it, or call us in the next days, so that we can find a way together. "
        "This is the last reminder of it that we send."
    ),
)


def words_of(
    rung: Rung, rungs: Sequence[Rung], late: Late, number: str, currency: str
) -> tuple[Sentence, Sentence | str]:
    """(what it is about, what to do about it) of a notice. `rungs` are those in use, `number` the agreement's."""
    last = not any(one.act == "notice" and one.days_late > rung.days_late for one in rungs)
    about, advice = FIRST if rung.days_late < FRIENDLY_DAYS else LAST if last else SECOND
    said = {"amount": Money(late.amount_minor, currency), "number": number, "day": late.since}
    own = str(rung.body.get("words", "")).strip()
    return Sentence(about, said), own or Sentence(advice)
