"""The processor's answers as JSON and back. Days and moments are ISO 8601; amounts are whole numbers."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from gateways.base import ChargeRecord, GatewayEvent, MethodDetails, Outcome, Payout


class Unreadable(Exception):
    """The text is not what was agreed."""


def dumped(answer: Outcome | GatewayEvent | MethodDetails | ChargeRecord | Payout) -> dict[str, Any]:
    """The fields of an answer as JSON knows them."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(answer).items()
    }


def _no_fraction(text: str) -> int:
    raise Unreadable(f"a whole number was expected, not {text[:20]}")


def parsed(text: bytes | str) -> Any:
    """The JSON value in `text`, which holds whole numbers only. Raises Unreadable."""
    try:
        return json.loads(text, parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(str(problem)) from problem


def text_of(fields: dict[str, Any], name: str, default: str | None = None) -> str:
    """The text under `name`. Raises Unreadable when it is missing (and has no default) or not a text."""
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise Unreadable(f"{name} should be a text")
    return value


def whole(fields: dict[str, Any], name: str) -> int:
    """The whole number under `name`. Raises Unreadable."""
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(f"{name} should be a whole number")
    return value


def day(fields: dict[str, Any], name: str) -> date:
    """The day under `name`. Raises Unreadable."""
    try:
        return date.fromisoformat(text_of(fields, name))
    except ValueError as problem:
        raise Unreadable(f"{name} should be a day") from problem


def moment(fields: dict[str, Any], name: str) -> datetime:
    """The moment under `name`, which must say its zone. Raises Unreadable."""
    try:
        found = datetime.fromisoformat(text_of(fields, name))
    except ValueError as problem:
        raise Unreadable(f"{name} should be a moment") from problem
    if found.tzinfo is None:
        raise Unreadable(f"{name} should say its time zone")
    return found


def _fields(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("a JSON object was expected")
    return value


def outcome(value: Any) -> Outcome:
    """An Outcome from its fields. Raises Unreadable."""
    fields = _fields(value)
    state = text_of(fields, "state")
    if state not in ("accepted", "settled", "declined", "needs_confirmation", "returned", "not_found"):
        raise Unreadable("an unknown state")
    return Outcome(
        state=state,  # type: ignore[arg-type]  # checked just above
        gateway_ref=text_of(fields, "gateway_ref", ""),
        code=text_of(fields, "code", ""),
        on=day(fields, "on") if fields.get("on") else None,
        expected_settlement_on=(
            day(fields, "expected_settlement_on") if fields.get("expected_settlement_on") else None
        ),
        redirect_url=text_of(fields, "redirect_url", ""),
    )


def event(value: Any) -> GatewayEvent:
    """A GatewayEvent from its fields. Raises Unreadable."""
    fields = _fields(value)
    return GatewayEvent(
        id=text_of(fields, "id"),
        key=text_of(fields, "key"),
        kind=text_of(fields, "kind"),  # type: ignore[arg-type]  # a kind nobody knows is for the caller to pass over
        amount_minor=whole(fields, "amount_minor"),
        currency=text_of(fields, "currency"),
        code=text_of(fields, "code"),
        on=day(fields, "on"),
        at=moment(fields, "at"),
        ref=text_of(fields, "ref", ""),
        gateway_ref=text_of(fields, "gateway_ref", ""),
        case_ref=text_of(fields, "case_ref", ""),
        due_on=day(fields, "due_on") if fields.get("due_on") else None,
    )


def payout(value: Any) -> Payout:
    """A Payout from its fields. Raises Unreadable."""
    fields = _fields(value)
    keys = fields.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise Unreadable("keys should be a list of texts")
    return Payout(
        text_of(fields, "id"), whole(fields, "amount_minor"), whole(fields, "fees_minor"), text_of(fields, "currency"),
        day(fields, "arrives_on"), tuple(keys),
    )  # fmt: skip


def method_details(value: Any) -> MethodDetails:
    """MethodDetails from its fields. Raises Unreadable."""
    fields = _fields(value)
    kind = text_of(fields, "kind")
    if kind not in ("bank", "card"):
        raise Unreadable("an unknown kind of method")
    return MethodDetails(
        token=text_of(fields, "token"),
        kind=kind,  # type: ignore[arg-type]  # checked just above
        label=text_of(fields, "label"),
        last4=text_of(fields, "last4"),
        bank_name=text_of(fields, "bank_name"),
        expires=text_of(fields, "expires", ""),
    )


def charge_record(value: Any) -> ChargeRecord:
    """A ChargeRecord from its fields. Raises Unreadable."""
    fields = _fields(value)
    return ChargeRecord(
        key=text_of(fields, "key"),
        ref=text_of(fields, "ref"),
        amount_minor=whole(fields, "amount_minor"),
        currency=text_of(fields, "currency"),
        state=text_of(fields, "state"),
        at=moment(fields, "at"),
    )


def written(value: Any) -> str:
    """The JSON text of fields made by `dumped`."""
    return json.dumps(value, ensure_ascii=False)
