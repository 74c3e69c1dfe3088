"""What a notice is about, as values for people: the stored data of an event with the rows it names. `notice_data`.

The same values serve mail, text, notification and the bell. Of the stored data, `..._minor` beside `currency` becomes
an amount (`amount_minor` -> `amount`), `on` and `..._on` a day, a stored sentence a Sentence; the rest stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from domain.words import Money, sentence_from
from models import Agreement, Payment, PaymentMethod

AnySession = Session | scoped_session[Any]


def notice_data(session: AnySession, stored: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """The values of a notice. A row that is gone leaves its values out."""
    data: dict[str, Any] = {}
    ref = str(stored.get("agreement_ref", ""))
    if ref:
        data |= _agreement(session, Agreement.ref == ref)
    if "payment_ref" in stored:
        data |= _payment(session, str(stored["payment_ref"]))
    path = str(stored.get("path", ""))
    return {**data, **plain_values(stored), "link": f"{base_url}{path}" if path.startswith("/") else base_url}


def plain_values(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The stored data as amounts, days and sentences."""
    currency = str(stored.get("currency", ""))
    found: dict[str, Any] = {}
    for name, value in stored.items():
        if name.endswith("_minor") and isinstance(value, int):
            if currency:
                found[name.removesuffix("_minor")] = Money(value, currency)
        elif isinstance(value, str) and (name == "on" or name.endswith("_on")):
            found[name] = date.fromisoformat(value[:10])
        elif isinstance(value, Mapping) and "msgid" in value:
            found[name] = sentence_from(value)
        elif isinstance(value, Mapping) and "money" in value:
            found[name] = Money(*value["money"])
        else:
            found[name] = value
    return found


def _agreement(session: AnySession, which: Any) -> dict[str, Any]:
    row = session.execute(select(Agreement.number, Agreement.title).where(which)).first()
    return {"agreement_number": row.number, "agreement_title": row.title} if row else {}


def _payment(session: AnySession, ref: str) -> dict[str, Any]:
    row = session.execute(
        select(
            Payment.amount_minor, Payment.currency, Payment.scheduled_on, Payment.begun_on, Payment.agreement_id,
            PaymentMethod.label,
        )
        .outerjoin(PaymentMethod, PaymentMethod.id == Payment.method_id)
        .where(Payment.ref == ref)
    ).first()  # fmt: skip
    if row is None:
        return {}
    return {
        **_agreement(session, Agreement.id == row.agreement_id),
        "amount": Money(row.amount_minor, row.currency),
        "leaves_on": row.scheduled_on or row.begun_on,
        "method": row.label or "",
        "reference": ref,
    }
