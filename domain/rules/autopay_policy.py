"""The business's own settings of autopay, with what counts where it set nothing. Pure. Verb: `autopay_policy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.words import N_, Refused, Sentence

MOST_DAYS = 28


@dataclass(frozen=True, slots=True)
class Policy:
    """Caps and habits of the run. Amounts are minor units of the business's currency; None: no cap.

    * `most_per_run`: debits that one run begins at most; `most_per_day_minor`: money that autopay begins on one day;
    * `most_per_customer_minor`: money it begins from one customer on one day;
    * `card_retry_days`: on which days after a soft decline a card is tried again, counted from the first try;
    * `funds_retry_days`: after how many days a bank debit without enough money is presented again;
    * `stop_after`: after how many failed periods in a row a contract stops; `late_days`: how many days late a missed
      debit is still taken; `notice_days`: how long before a debit of another amount its payer is told.
    """

    most_per_run: int | None = None
    most_per_day_minor: int | None = None
    most_per_customer_minor: int | None = None
    card_retry_days: tuple[int, ...] = (3, 5, 7)
    funds_retry_days: tuple[int, ...] = (3, 7)
    stop_after: int = 2
    late_days: int = 3
    notice_days: int = 10


_CAPS = ("most_per_run", "most_per_day_minor", "most_per_customer_minor")
_COUNTS = {"stop_after": (1, 10), "late_days": (0, MOST_DAYS), "notice_days": (10, 60)}
_PLANS = ("card_retry_days", "funds_retry_days")


def autopay_policy(stored: Mapping[str, Any] | None) -> Policy:
    """The policy of `Business.autopay_policy`: what is left out or empty counts as by default.

    Raises Refused, naming the field, for what makes no sense: nobody may be told of a changed amount later than law
    asks (12 CFR 1005.10(d): 10 days), and a plan of retries has at most five days, in order.
    """
    given = {name: value for name, value in (stored or {}).items() if value not in (None, "", [])}
    wishes: dict[str, Any] = {}
    for name in _CAPS:
        if name in given:
            wishes[name] = _number(given[name], name, 1, 10**15)
    for name, (least, most) in _COUNTS.items():
        if name in given:
            wishes[name] = _number(given[name], name, least, most)
    for name in _PLANS:
        if name in given:
            wishes[name] = _plan(given[name], name)
    return Policy(**wishes)


def _number(value: Any, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        words = N_("Enter a whole number from %(least)s to %(most)s.")
        raise Refused(Sentence(words, {"least": least, "most": most}), name)
    return value


def _plan(value: Any, name: str) -> tuple[int, ...]:
    days = tuple(value) if isinstance(value, list | tuple) else ()
    good = 0 < len(days) <= 5 and all(isinstance(day, int) and 1 <= day <= MOST_DAYS for day in days)
    if not good or list(days) != sorted(set(days)):
        raise Refused(Sentence(N_("Enter up to five days, from 1 to 28, the earliest first.")), name)
    return days
