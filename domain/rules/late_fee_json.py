"""A late-fee policy as plain JSON and back: exact decimals, days and times as text, so that nothing is lost in storage.

Reading is strict: a field nobody knows, a number that is not whole, or a percent that is not text is refused. Fields
that an older row does not have take their default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from domain.rules.late_fee_policy import Cap, FeeBase, LateFeePolicy, Recurring, Tier
from domain.words import N_, Refused, Sentence


def to_json(policy: LateFeePolicy) -> dict[str, Any]:
    """The policy as JSON for the stored row."""
    written: dict[str, Any] = _written(policy)
    return written


def from_json(body: Mapping[str, Any]) -> LateFeePolicy:
    """The policy that `to_json` wrote. Raises Refused for anything else."""
    try:
        return LateFeePolicy(**_values(body))
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise Refused(Sentence(N_("This late fee policy cannot be read.")), "body") from error


def _written(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _written(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def _values(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _READERS.get(name, _plain)(value) for name, value in body.items()}


def _plain(value: Any) -> Any:
    if value is None or type(value) in (int, str):
        return value
    raise ValueError(value)


def _decimal(value: Any) -> Decimal | None:
    if value is None:
        return None
    if not isinstance(value, str) or not Decimal(value).is_finite():
        raise ValueError(value)
    return Decimal(value)


def _each(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def several(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(value)
        return tuple(read(one) for one in value)

    return several


def _base(value: Any) -> FeeBase:
    return FeeBase(**_values(value))


def _recurring(value: Any) -> Recurring | None:
    return None if value is None else Recurring(**_values(value))


_READERS: dict[str, Callable[[Any], Any]] = {
    "effective_from": date.fromisoformat,
    "cut_off": time.fromisoformat,
    "at": time.fromisoformat,
    "percent": _decimal,
    "base": _base,
    "bases": _each(_base),
    "tiers": _each(lambda value: Tier(**_values(value))),
    "recurring": _recurring,
    "caps": _each(lambda value: Cap(**_values(value))),
    "charge_types": _each(str),
    "exclude_payers": _each(str),
}
