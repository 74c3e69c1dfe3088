"""Terms as a document that can be kept as JSON, and back: exact, by the fields of their dataclass.

`to_document` and `from_document` know int, str, bool, date, time, Decimal, Fraction, None, tuples of these and nested
dataclasses. A field that is at its default is left out, so a document says only what was agreed on and a field added
later needs no migration. Raises ValueError for a document that is not one of the class.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]


def to_document(value: Any) -> Any:
    """A dataclass, or what may stand in one, as plain JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_document(getattr(value, field.name))
            for field in fields(value)
            if getattr(value, field.name) != _default(field)
        }
    if isinstance(value, tuple | list):
        return [to_document(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def from_document(cls: type[T], document: Mapping[str, Any]) -> T:
    """The dataclass that `to_document` wrote."""
    made: T = _maker(cast(Any, cls))(document)
    return made


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


@cache
def _maker(cls: type) -> Reader:
    """What makes a document of that class into it."""
    hints = get_type_hints(cls)
    readers = {field.name: _reader(hints[field.name]) for field in fields(cast(Any, cls))}

    def made(document: Any) -> Any:
        try:
            return cls(**{name: readers[name](value) for name, value in document.items()})
        except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise ValueError(f"not a document of {cls.__name__}: {error}") from error

    return made


def _reader(hint: Any) -> Reader:
    """How a value of that type is read from JSON."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [one for one in get_args(hint) if one is not type(None)]
        read = _number if set(inner) == {Decimal, Fraction} else _reader(inner[0])
        return lambda value: None if value is None else read(value)
    if origin is tuple:
        one = _reader(get_args(hint)[0])
        return lambda values: tuple([one(value) for value in values])
    if is_dataclass(hint):
        return _maker(cast(type, hint))
    if hint in (date, time):
        return cast(Reader, hint.fromisoformat)
    if hint in (Decimal, Fraction):
        return _number if hint is Fraction else Decimal
    return partial(_plain, hint) if hint in (int, str, bool) else lambda value: value


def _plain(hint: type, value: Any) -> Any:
    """A value as it is, when it is of that type: true is no number, and "12" is no amount."""
    if type(value) is not hint:
        raise TypeError(f"{value!r} is not {hint.__name__}")
    return value


def _number(text: str) -> Decimal | Fraction:
    return Fraction(text) if "/" in text else Decimal(text)
