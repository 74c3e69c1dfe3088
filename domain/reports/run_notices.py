"""The notices that a day's run writes: one row per event and person, whatever the channels. Verb: `notices`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from domain.reports.run_words import about_notice
from domain.reports.tonight import Row
from models import Agreement, BellNotice, Outbox, Payment, Person


def notices(session: Session, after_mail: int, after_bell: int) -> list[Row]:
    """What people are told after these ids of the outbox and the bell."""
    told: dict[tuple[str, int, str], tuple[str, set[str], Any]] = {}
    mails = (
        select(Outbox.event, Outbox.person_id, Outbox.dedupe_key, Outbox.channel, Outbox.data, Person.name)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.id > after_mail, Outbox.event != "")
    )
    for row in session.execute(mails.order_by(Outbox.id)):
        base = row.dedupe_key.partition(f":{row.person_id}:{row.channel}")[0]
        told.setdefault((row.event, row.person_id, base), (row.name, set(), row.data))[1].add(row.channel)
    bells = (
        select(BellNotice.event, BellNotice.person_id, BellNotice.dedupe_key, BellNotice.data, Person.name)
        .join(Person, Person.id == BellNotice.person_id)
        .where(BellNotice.id > after_bell)
    )
    for row in session.execute(bells.order_by(BellNotice.id)):
        base = row.dedupe_key.partition(f":{row.person_id}:bell")[0]
        told.setdefault((row.event, row.person_id, base), (row.name, set(), row.data))[1].add("bell")
    places = _places(session, [data for _, _, data in told.values()])
    return [
        _notice(event, name, channels, data, places) for (event, _, _), (name, channels, data) in told.items()
    ]


def _places(session: Session, said: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The agreements that notices name by their own ref or a payment's, under that ref."""
    refs = {str(data[name]) for data in said for name in ("agreement_ref", "payment_ref") if data.get(name)}
    wanted = sorted(refs)
    found: dict[str, Any] = {}
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        for row in session.execute(_agreements().where(Agreement.ref.in_(some))):
            found[row.agreement_ref] = row
        paid = _agreements(Payment.ref).join(Payment, Payment.agreement_id == Agreement.id)
        for row in session.execute(paid.where(Payment.ref.in_(some))):
            found[row.ref] = row
    return found


def _notice(
    event: str, name: str, channels: set[str], data: Mapping[str, Any], places: Mapping[str, Any]
) -> Row:
    at = places.get(str(data.get("agreement_ref") or "")) or places.get(str(data.get("payment_ref") or ""))
    amount = data.get("amount_minor")
    return Row(
        "notice", at.agreement_id if at else None, at.agreement_ref if at else "", at.number if at else "",
        about_notice(event, name, channels), None, amount if isinstance(amount, int) else None,
        str(data.get("currency") or (at.currency if at else "")), event=event,
    )  # fmt: skip


def _agreements(*columns: Any) -> Select[Any]:
    return select(Agreement.id.label("agreement_id"), Agreement.ref.label("agreement_ref"), Agreement.number,
                  Agreement.currency, *columns)  # fmt: skip
