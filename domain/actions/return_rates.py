"""Watch the rates at which US bank debits come back. Verb: `watch`, once a day is enough.

From half of a limit on a task stands on the desk; it closes by itself once the rate is lower.
"""

from __future__ import annotations

from datetime import date, datetime

from domain.records.tasks import close_task, open_task
from domain.reports.return_rates import rates
from domain.rules.return_rates import LEVELS, WORDS
from domain.transaction import transaction
from domain.words import N_, Sentence

KIND = "return_rate"


def watch(*, today: date, now: datetime) -> int:
    """Open or close the task of each rate; how many stand."""
    standing = 0
    with transaction() as session:
        for rate in rates(session, today).rates:
            key = f"return_rate:{rate.name}"
            if rate.level == "fine":
                close_task(session, key, now=now)
                continue
            words = N_(
                "%(what)s: %(returned)s of %(sent)s bank debits of the last 60 days came back. %(level)s."
            )
            said = {
                "what": Sentence(WORDS[rate.name]), "returned": rate.returned, "sent": rate.sent,
                "level": Sentence(LEVELS[rate.level]),
            }  # fmt: skip
            open_task(session, KIND, key, Sentence(words, said), now=now)
            standing += 1
    return standing
