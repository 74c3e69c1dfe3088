"""Money, days and sentences in the reader's language. Templates use the filters; mails and PDFs get the same ones.

Filters: `|money(currency)` "$1,234.50", `|plain_money(currency)` "1,234.50", `|day` "4 December 2026", `|day_short`
"4 Dec 2026", `|moment` a local time, `|percent` "6.87 %", `|say` a `domain.words.Sentence` as text.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from flask import Flask, current_app
from flask_babel import get_locale, gettext

from domain.words import Money, Sentence, exponent, say


def major(minor: int, currency: str) -> Decimal:
    """Minor units as the decimal people write."""
    return Decimal(minor).scaleb(-exponent(currency))


class Formats:
    """The formats of one language, for pages (the request's own) and for mails (the customer's)."""

    def __init__(self, locale: Locale | str, zone: ZoneInfo, translate: Callable[[str], str]):
        self.locale = Locale.parse(str(locale))
        self.zone = zone
        self.translate = translate
        self._long = "EEEE d MMMM y" if self.locale.language == "es" else "EEEE, d MMMM y"

    def money(self, minor: int | Money, currency: str | None = None) -> str:
        amount, code = (minor.minor, minor.currency) if isinstance(minor, Money) else (minor, currency or "USD")
        return format_currency(major(amount, code), code, locale=self.locale).replace("-", "\u2212")

    def plain_money(self, minor: int, currency: str = "USD") -> str:
        places = exponent(currency)
        pattern = "#,##0." + "0" * places if places else "#,##0"
        return format_decimal(major(minor, currency), pattern, locale=self.locale).replace("-", "\u2212")

    def day(self, value: date | None) -> str:
        return format_date(value, "d MMMM y", locale=self.locale) if value else ""

    def weekday(self, value: date) -> str:
        return format_date(value, self._long, locale=self.locale)

    def day_short(self, value: date | None) -> str:
        return format_date(value, "d MMM y", locale=self.locale) if value else ""

    def moment(self, value: datetime | None) -> str:
        return format_datetime(value.astimezone(self.zone), "d MMM y, HH:mm", locale=self.locale) if value else ""

    def percent(self, value: Decimal) -> str:
        return f"{format_decimal(value, '#,##0.####', locale=self.locale)}\u00a0%"

    def say(self, sentence: Sentence | str | None) -> str:
        if not isinstance(sentence, Sentence):
            return sentence or ""
        return say(sentence, self.translate, self.day, self.money)


def here() -> Formats:
    """The formats of the current request."""
    return Formats(get_locale() or "en", current_app.extensions["clock"].zone, lambda msgid: gettext(msgid))


def _filter(name: str) -> Callable[..., str]:
    def apply(value: Any, *arguments: Any) -> str:
        return getattr(here(), name)(value, *arguments)

    return apply


def init_app(app: Flask) -> None:
    for name in ("money", "plain_money", "day", "day_short", "weekday", "moment", "percent", "say"):
        app.jinja_env.filters[name] = _filter(name)
