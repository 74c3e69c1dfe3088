"""What stands in a person's calendar: due dates, debits of autopay, planned payments, and what was cancelled of them.

Questions: `entries`, `due_entry`, `payment_entry`, `feed`. Read-only, within the reader's Scope.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from domain.access import Scope
from domain.reports.agreements import View, views
from domain.reports.autopay_coming import Coming, upcoming
from domain.words import N_, Money, Sentence
from models import Agreement, CalendarFeed, Payment, db
from papers.calendar import Entry
from papers.voice import Voice

AHEAD = timedelta(days=366)
BEHIND = timedelta(days=31)
MOST_OF_ONE = 60
DEBITS = 12

_STATES = ("late", "due", "next", "upcoming")


def entries(scope: Scope, on: date, voice: Voice, amounts: bool, site: str) -> list[Entry]:
    """Everything of the next year, and what was cancelled lately. `site` is the portal's base address."""
    found = [
        entry for view in views(scope, on) if view.open for entry in _dues(view, on, voice, amounts, site)
    ]
    found += [
        _coming(one, voice, amounts, site) for one in upcoming(scope, on, count=DEBITS) if _happens(one)
    ]
    return found + _cancelled(scope, on, voice, amounts, site)


def _dues(view: View, on: date, voice: Voice, amounts: bool, site: str) -> list[Entry]:
    """One entry for each day on which something of the agreement is due and not paid."""
    days: dict[date, int] = defaultdict(int)
    for row in view.plan:
        if row.state in _STATES and row.open_minor > 0 and on - AHEAD <= row.due_on <= on + AHEAD:
            days[row.due_on] += row.open_minor
    return [_due(view, day, minor, voice, amounts, site) for day, minor in sorted(days.items())[:MOST_OF_ONE]]


def _due(view: View, day: date, minor: int, voice: Voice, amounts: bool, site: str) -> Entry:
    words = N_("%(name)s: %(amount)s is due") if amounts else N_("%(name)s: a payment is due")
    said = {"name": view.name} | ({"amount": Money(minor, view.currency)} if amounts else {})
    return Entry(
        _uid(f"due-{view.ref}-{day}", site), day, voice.words(Sentence(words, said)), view.number,
        f"{site}/agreements/{view.ref}/payments/new",
    )  # fmt: skip


def due_entry(view: View, day: date, voice: Voice, site: str) -> Entry | None:
    """The entry of one due day of an agreement, with its amount; None where nothing is due on it."""
    minor = sum(row.open_minor for row in view.plan if row.due_on == day and row.state in _STATES)
    return _due(view, day, minor, voice, True, site) if minor > 0 else None


def _happens(one: Coming) -> bool:
    """Whether it has an entry: money is taken, or was to be taken and is struck out; not a debit of nothing."""
    return one.stage != "way" and (one.debit is None or one.debit.taken or "skipped" in one.debit.notes)


def _coming(one: Coming, voice: Voice, amounts: bool, site: str) -> Entry:
    cancelled = one.debit is not None and "skipped" in one.debit.notes
    if one.stage == "autopay" and one.debit is not None:
        key = f"autopay-{one.autopay_ref}-{one.debit.period}"
        name, said = N_("%(name)s: autopay"), N_("%(name)s: autopay takes %(amount)s")
        link = f"{site}/upcoming"
    else:
        key = one.payment_ref if one.payment_ref.startswith("autopay-") else f"payment-{one.payment_ref}"
        name, said = N_("%(name)s: planned payment"), N_("%(name)s: planned payment of %(amount)s")
        link = f"{site}/payments/{one.payment_ref}"
    told = amounts and bool(one.amount_minor)
    params: dict[str, Any] = {"name": one.name}
    if told:
        params["amount"] = Money(one.amount_minor or 0, one.currency)
    title = voice.words(Sentence(said if told else name, params))
    return Entry(_uid(key, site), one.on, title, voice.words(one.method) if amounts else "", link, cancelled)


def _cancelled(scope: Scope, on: date, voice: Voice, amounts: bool, site: str) -> list[Entry]:
    """Planned payments of the reader that were cancelled, struck out for a month."""
    query = (
        scope.select(
            Payment, Payment.ref, Payment.scheduled_on, Payment.begun_on, Payment.amount_minor, Payment.fee_minor,
            Payment.currency, Agreement.ref.label("agreement_ref"), Agreement.title, Agreement.number,
        )
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .where(
            Payment.person_id == scope.person_id, Payment.state == "cancelled",
            Payment.scheduled_on.is_not(None), Payment.begun_on >= on - BEHIND,
        )
    )  # fmt: skip
    found = []
    for row in db.session.execute(query):
        one = Coming(
            "planned", row.begun_on, row.agreement_ref, row.title or row.number, "",
            row.amount_minor + row.fee_minor, row.currency, payment_ref=row.ref,
        )  # fmt: skip
        entry = _coming(one, voice, amounts, site)
        found.append(Entry(entry.uid, entry.on, entry.title, entry.text, entry.link, cancelled=True))
    return found


def payment_entry(scope: Scope, ref: str, on: date, voice: Voice, site: str) -> Entry | None:
    """The entry of one planned payment of the reader; None where it is not planned (any more)."""
    found = (one for one in upcoming(scope, on, count=0) if one.stage == "planned" and one.payment_ref == ref)
    one = next(found, None)
    return _coming(one, voice, True, site) if one else None


def feed(scope: Scope) -> CalendarFeed | None:
    """The reader's address that works, without its secret, which nobody knows but them."""
    query = scope.select(CalendarFeed).where(CalendarFeed.revoked_at.is_(None))
    return db.session.scalars(query.order_by(CalendarFeed.id.desc()).limit(1)).first()


def _uid(key: str, site: str) -> str:
    return f"{key}@{site.partition('://')[2].partition('/')[0].partition(':')[0] or 'duebook'}"
