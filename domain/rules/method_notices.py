"""What a change of somebody's ways to pay means for payments that are planned, and for the day a card ends.

Verbs: `debit_notice`, `change_notice`, `last_day`, `warns`. The rule of two days: whoever changes a method less than
two days before a debit is told whether the change still catches it. A planned payment keeps the way it was planned
with, so it never does by itself; what can be done until then is said too.
"""

from __future__ import annotations

from datetime import date, timedelta

from domain.rules.calendar import month_end
from domain.words import N_, Money, Sentence

NOTICE_DAYS = 2


def debit_notice(debit_on: date, today: date, amount: Money, method: str) -> Sentence | None:
    """What another primary way to pay from today on means for a debit of `amount` planned for `debit_on` from `method`.

    None for a debit that is over.
    """
    if debit_on < today:
        return None
    params = {"amount": amount, "day": debit_on, "method": method}
    if debit_on - today < timedelta(days=NOTICE_DAYS):
        words = N_(
            "Your payment of %(amount)s on %(day)s is less than 2 days away: it still comes from %(method)s. The change"
            " counts for what you pay after it."
        )
    else:
        words = N_(
            "Your payment of %(amount)s planned for %(day)s still comes from %(method)s. Open it to take another way."
        )
    return Sentence(words, params)


def change_notice(debit_on: date, today: date, *, begun: bool, method: str) -> Sentence | None:
    """What a change of autopay from today on means for its debit of `debit_on`: whether it still catches that one.

    `begun`: it is being sent already, from `method`. None where nothing need be said: the debit is two days away.
    """
    if begun:
        words = N_(
            "The debit of %(day)s has begun already: it still comes from %(method)s. The change counts for the"
            " next one."
        )
        return Sentence(words, {"day": debit_on, "method": method or Sentence(N_("the same account"))})
    if debit_on < today or debit_on - today >= timedelta(days=NOTICE_DAYS):
        return None
    words = N_("The debit of %(day)s is less than 2 days away. The change counts for it already.")
    return Sentence(words, {"day": debit_on})


def last_day(expires: str) -> date | None:
    """The last day of a card that is good through a month ("2030-12"); None where there is no such month."""
    year, _, month = expires.partition("-")
    if not (year.isdigit() and month.isdigit() and 1 <= int(month) <= 12 and 1900 <= int(year) <= 2200):
        return None
    return date(int(year), int(month), month_end(int(year), int(month)))


def warns(expires: str, on: date) -> bool:
    """Whether a card's owner is to be warned on a day: it ends in this month or the next one and has not ended yet."""
    last = last_day(expires)
    if last is None or last < on:
        return False
    return (last.year - on.year) * 12 + last.month - on.month <= 1
