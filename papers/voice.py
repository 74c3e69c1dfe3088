"""The reader's way of writing: language, and how days, times and money look in it.

The edges know who reads; papers only receive this small bundle, so they can be made by a page, a timer or a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from domain.words import Money, Sentence, plain_money, say

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})


def _iso(when: date) -> str:
    return when.isoformat()


def _minute(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M %Z").strip()


def _same(msgid: str) -> str:
    return msgid


@dataclass(frozen=True, slots=True)
class Voice:
    """How one reader is written to.

    `language` is a tag such as `en` or `es-MX`; `translate` gives the message of a msgid; `day`, `moment` and `money`
    write a date, an aware datetime (in the reader's zone) and an amount. The defaults are plain English with ISO dates,
    for the command line and tests.
    """

    language: str = "en"
    translate: Callable[[str], str] = _same
    day: Callable[[date], str] = _iso
    moment: Callable[[datetime], str] = _minute
    money: Callable[[Money], str] = plain_money

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.language.partition("-")[0].partition("_")[0].lower() in RIGHT_TO_LEFT

    def words(self, value: object) -> str:
        """Anything a paper may show, as text: Sentence, Money, datetime, date, str or int."""
        if isinstance(value, Sentence):
            return say(value, self.translate, self._when, self.money)
        if isinstance(value, Money):
            return self.money(value)
        if isinstance(value, date):
            return self._when(value)
        return "" if value is None else str(value)

    def label(self, value: object) -> str:
        """The same where it stands before an amount: a sentence loses its full stop there."""
        return self.words(value).rstrip().rstrip(".。")

    def __call__(self, msgid: str, **params: object) -> str:
        """The message of `msgid` with its `%(name)s` places filled from `params`."""
        text = self.translate(msgid)
        return text % {name: self.words(value) for name, value in params.items()} if params else text

    def _when(self, value: date) -> str:
        return self.moment(value) if isinstance(value, datetime) else self.day(value)
