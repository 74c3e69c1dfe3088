"""Form fields of our own: money to minor units, days, numbers, and the sealed ref that lets a form be sent twice."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import Field, HiddenField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput

from blueprints.shared.formats import here
from domain.rules.money import decimal_mark, parse_amount
from domain.words import Refused, exponent

_ = lazy_gettext


def _nothing_typed(field: Any) -> None:
    """Let what must be filled in ask for it when only blanks were sent: they mean no value, as if nothing was."""
    if not field.typed.strip():
        field.raw_data = []


class MoneyField(StringField):
    """An amount as people type it; `data` is whole minor units of `currency`. What was typed stays on the page."""

    def __init__(self, label: Any = None, validators: Any = None, currency: str = "USD", **kwargs: Any):
        super().__init__(label, validators, **kwargs)
        self.typed: str | None = None
        self._currency = currency

    @property
    def currency(self) -> str:
        return self._currency

    @currency.setter
    def currency(self, code: str) -> None:
        """A form learns its currency after it was filled: 500 yen is no 500.00, so what was typed is read again."""
        self._currency = code
        if self.typed is not None:
            self.process_errors = []
            try:
                self._read()
            except ValueError as error:
                self.process_errors = [str(error)]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = str(valuelist[0])[:60] if valuelist else ""
        _nothing_typed(self)
        self._read()

    def _read(self) -> None:
        """Read what was typed. Raises ValueError with a sentence for the reader."""
        self.data = None
        if not (self.typed or "").strip():
            return
        try:
            self.data = parse_amount(self.typed or "", self.currency, locale=str(here().locale))
        except Refused as refused:
            raise ValueError(here().say(refused.sentence)) from refused

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        if self.data is None:
            return ""
        places = exponent(self.currency)
        return f"{self.data // 10**places}.{self.data % 10**places:0{places}d}" if places else str(self.data)


class DayField(Field):
    """A local calendar date, sent as 2026-12-04 by the browser's date picker; also read as typed in that form."""

    widget = DateInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = str(valuelist[0])[:20] if valuelist else ""
        self.data = None
        _nothing_typed(self)
        if self.typed.strip():
            try:
                self.data = date.fromisoformat(self.typed.strip())
            except ValueError as error:
                raise ValueError(_("Write the day as year-month-day, for example 2026-12-04.")) from error

    def _value(self) -> str:
        typed = getattr(self, "typed", None)
        return typed if typed else (self.data.isoformat() if self.data else "")


class TypedField(StringField):
    """Text that means a value. `data` is what `read` made of it, None where nothing was typed; the text stays."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.typed: str | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = str(valuelist[0])[:200].replace("\x00", "") if valuelist else ""
        self.data = None
        _nothing_typed(self)
        if self.typed.strip():
            self.data = self.read(self.typed.strip())

    def read(self, text: str) -> Any:
        """The value meant. Raises ValueError with a sentence for the reader."""
        raise NotImplementedError

    def written(self) -> str:
        """The value as somebody would type it."""
        return str(self.data)

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.written()


class WholeField(TypedField):
    """A whole number; `data` is an int."""

    def read(self, text: str) -> int:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            raise ValueError(_("Write a whole number, for example 12."))
        return int(text)


class WholesField(TypedField):
    """Whole numbers with commas between; `data` is a tuple."""

    def read(self, text: str) -> tuple[int, ...]:
        parts = text.replace(",", " ").split()
        if not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
            raise ValueError(_("Write whole numbers with commas between, for example 6, 7, 8."))
        return tuple(int(part) for part in parts)

    def written(self) -> str:
        return ", ".join(str(number) for number in self.data)


class NumberField(TypedField):
    """A number that may have decimals, or a percentage: 9.9, 9,9 where that is the custom, 9.9 %. A Decimal."""

    def read(self, text: str) -> Decimal:
        plain, mark = text.removesuffix("%").strip(), decimal_mark(str(here().locale))
        if mark == "," and "." not in plain:
            plain = plain.replace(",", ".")
        if not re.fullmatch(r"-?[0-9]{0,12}\.?[0-9]{0,12}", plain, re.ASCII) or not any(
            c.isdigit() for c in plain
        ):
            raise ValueError(_("Write a number, for example %(number)s.", number=f"9{mark}9"))
        return Decimal(plain)

    def written(self) -> str:
        return format(self.data, "f")


def seal_ref(purpose: str, ref: str, owner: str) -> str:
    """`ref` signed for one purpose and one owner, so that a form cannot be made to name another person's row."""
    return URLSafeSerializer(current_app.secret_key, salt=purpose).dumps([ref, owner])


def open_ref(purpose: str, sealed: str, owner: str) -> str | None:
    """The ref that was sealed for this purpose and owner, or None when it was tampered with."""
    try:
        ref, sealed_for = URLSafeSerializer(current_app.secret_key, salt=purpose).loads(sealed)
    except (BadSignature, ValueError, TypeError):
        return None
    return ref if sealed_for == owner and isinstance(ref, str) else None


class RefField(HiddenField):
    """A sealed ref travelling in a form. Set `purpose` and `owner`; after validation `ref` is the opened one."""

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.purpose = purpose
        self.owner = ""
        self.ref: str | None = None

    def pre_validate(self, form: Any) -> None:
        self.ref = open_ref(self.purpose, self.data or "", self.owner)
        if self.ref is None:
            raise ValidationError(_("This form is out of date. Open the page again and start over."))
