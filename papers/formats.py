"""Money, days and sentences in a reader's language and zone, with Babel. Pages, mails and PDFs share these formats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, get_decimal_symbol
from babel.support import Translations

from domain.rules.money import decimal_mark
from domain.words import Money, Sentence, exponent, say
from papers.voice import Voice

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


def major(minor: int, currency: str) -> Decimal:
    """Minor units as the decimal people write."""
    return Decimal(minor).scaleb(-exponent(currency))


@lru_cache(maxsize=16)
def catalogue(language: str) -> Callable[[str], str]:
    """The translation of message ids into `language`; English where there is none."""
    return Translations.load(str(TRANSLATIONS), [language]).gettext


@lru_cache(maxsize=64)
def locale_of(language: str, zone: str) -> Locale:
    """The language as it is written where the business is, which its time zone tells.

    In Spanish that is `$1,234.50` in New York and `1.234,50 €` in Madrid. The language alone where that place has no
    form of its own for it, or one whose decimal mark is not the one that `parse_amount` reads.
    """
    plain = Locale.parse(language, sep="-" if "-" in language else "_")
    territory = get_global("zone_territories").get(zone)
    if plain.territory or not territory:
        return plain
    try:
        local = Locale.parse(f"{plain.language}_{territory}")
    except UnknownLocaleError:
        return plain
    return local if get_decimal_symbol(local) == decimal_mark(str(local)) else plain


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError):
        return None  # a name that was dropped from the list of zones since it was chosen


class Formats:
    """The formats of one language, for pages (the request's own) and for mails (the customer's)."""

    def __init__(
        self, language: str, zone: ZoneInfo, translate: Callable[[str], str] | None = None, clock: str = ""
    ):
        """`zone` is the business's; `clock` the reader's own time zone (IANA), where they chose one."""
        self.locale = locale_of(language, zone.key)
        self.zone = _zone(clock) or zone
        self.translate = translate or catalogue(str(self.locale))

    def money(self, minor: int | Money, currency: str | None = None) -> str:
        """`$1,234.50`, with a true minus sign."""
        amount, code = (
            (minor.minor, minor.currency) if isinstance(minor, Money) else (minor, currency or "USD")
        )
        return format_currency(major(amount, code), code, locale=self.locale).replace("-", MINUS)

    def plain_money(self, minor: int, currency: str = "USD") -> str:
        """`1,234.50`, for columns that name the currency once."""
        places = exponent(currency)
        pattern = "#,##0." + "0" * places if places else "#,##0"
        return format_decimal(major(minor, currency), pattern, locale=self.locale).replace("-", MINUS)

    def day(self, value: date | None) -> str:
        """`4 December 2026`."""
        pattern = "d 'de' MMMM 'de' y" if self.locale.language == "es" else "d MMMM y"
        return format_date(value, pattern, locale=self.locale) if value else ""

    def weekday(self, value: date | None) -> str:
        """`Friday, 4 December 2026`."""
        pattern = "EEEE d 'de' MMMM 'de' y" if self.locale.language == "es" else "EEEE, d MMMM y"
        return format_date(value, pattern, locale=self.locale) if value else ""

    def day_short(self, value: date | None) -> str:
        """`4 Dec 2026`."""
        return format_date(value, "d MMM y", locale=self.locale) if value else ""

    def moment(self, value: datetime | None) -> str:
        """`4 Dec 2026, 14:05`, by the reader's clock, else the business's."""
        return (
            format_datetime(value.astimezone(self.zone), "d MMM y, HH:mm", locale=self.locale)
            if value
            else ""
        )

    def percent(self, value: Decimal) -> str:
        return f"{format_decimal(value, '#,##0.####', locale=self.locale)}{NO_BREAK}%"

    def say(self, sentence: Sentence | str | None) -> str:
        if not isinstance(sentence, Sentence):
            return sentence or ""
        return say(sentence, self.translate, self.day, self.money)

    def voice(self) -> Voice:
        """The same formats as papers take them."""
        return Voice(str(self.locale).replace("_", "-"), self.translate, self.day, self.moment, self.money)
