"""What goes onto the statements of a month or a year, read from the books for some agreements at once. Read-only.

A statement tells everything that counts by its last day and that none before it told: an entry that was written down
later for an earlier day is on the next one. Its opening is therefore always the closing of the one before, and its
closing what the lines of the books sum to for the day, as they were known. Verbs: `site_of`, `make`.

Where people owe shares that are theirs alone, each holder gets an account of what they may know (`accounts` of the
body, "" for somebody who came later); `account` is the whole one, for the business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from domain.access import Scope
from domain.reports import agreements
from domain.reports import statement_rows as rows_of
from domain.reports.as_of import Figures, bucket_of, figures
from domain.reports.journal import CAUSE_WORDS
from domain.reports.positions import on_its_way
from domain.reports.receipts import business_lines
from domain.rules.payment_states import ON_ITS_WAY
from domain.rules.period_statements import Line, Period, account, group_of
from domain.rules.planned import called_by
from domain.words import Sentence, sentence_json
from models import Agreement, Business, db

EVERYBODY = Scope("admin")


@dataclass(frozen=True, slots=True)
class Site:
    """What papers say of us: the lines of the letterhead, the address of the portal, and whether money is real."""

    letterhead: Sequence[str]
    address: str
    test_mode: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A statement ready to be kept. `entries` is the end of the agreement's chain when it was read."""

    agreement_id: int
    number: str
    currency: str
    entries: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The books of some agreements for a period: by agreement, what was read."""

    before: Mapping[int, Any]
    entries: Mapping[int, Sequence[Any]]
    paid: Mapping[int, Sequence[Any]]
    apart: Mapping[int, Sequence[Any]]
    figures: Mapping[int, Figures]
    holders: Mapping[int, Sequence[Any]]


def site_of(address: str, test_mode: bool) -> Site:
    """What papers say of us today."""
    row = db.session.scalars(select(Business)).first()
    if row is None:
        return Site([], address, test_mode)
    lines = [line for line in row.address.splitlines() if line.strip()]
    known = {"name": row.name, "address_lines": lines, "phone": row.phone, "email": row.email}
    return Site(business_lines(known), address, test_mode)


def make(ids: Sequence[int], period: Period, site: Site, *, today: date) -> list[Made]:
    """The statements of these agreements; none for one on which nothing was owed and nothing happened."""
    rows = db.session.scalars(
        select(Agreement).where(Agreement.id.in_(ids)).options(*agreements.WITH_TERMS).order_by(Agreement.id)
    ).all()
    ends = {row.id: row.standing.entries for row in rows}
    books = _books(ids, period, today)
    keys = {payer for found in books.apart.values() for payer in [str(one.payer) for one in found]}
    told = _told(rows, books, today, keys)
    made = []
    for row in rows:
        whole = _account(row, books, period, None, told["", row.id])
        if not (whole["lines"] or whole["opening_minor"]):
            continue
        body = {"account": whole, **_head(row, books, site, today)}
        if books.apart.get(row.id):
            mine = {"", *(str(one.person_id) for one in books.holders.get(row.id, ()))}
            body["accounts"] = {
                key: _account(row, books, period, key, told.get((key, row.id)) or told["nobody", row.id])
                for key in sorted(mine)
            }
        number = f"{'S' if period.span == 'month' else 'Y'}{period.mark}-{row.id}"
        made.append(Made(row.id, number, row.currency, ends[row.id], body))
    return made


def _head(row: Agreement, books: _Rows, site: Site, today: date) -> dict[str, Any]:
    """What stands above the figures, frozen: who, what for, where to pay, and whose paper it is."""
    holders = books.holders.get(row.id, ())
    return {
        "version": 1,
        "issued_on": today.isoformat(),
        "letterhead": list(site.letterhead),
        "test_mode": site.test_mode,
        "agreement_number": row.number,
        "agreement_title": row.title,
        "holders": [one.name for one in holders],
        "address": next((one.address.splitlines() for one in holders if one.address), []),
        "pay_at": f"{site.address}/agreements/{row.ref}/payments/new" if row.status == "active" else "",
    }


def _books(ids: Sequence[int], period: Period, today: date) -> _Rows:
    return _Rows(
        before=rows_of.before(ids, period),
        entries=rows_of.grouped(rows_of.entries(ids, period)),
        paid=rows_of.grouped(rows_of.paid(ids, period)),
        apart=rows_of.apart(ids, period),
        figures=figures(
            EVERYBODY, period.last, today=today, agreements=select(Agreement.id).where(Agreement.id.in_(ids))
        ),
        holders=rows_of.holders(ids, period),
    )


def _told(
    rows: Sequence[Agreement], books: _Rows, today: date, payers: set[str]
) -> dict[tuple[str, int], dict[str, Any]]:
    """(payer's key, agreement id) -> what is due as the statement is made, and what is on its way to it.

    "" is the business, which sees all; "nobody" somebody who owes no share.
    """
    found = {}
    shared = [row for row in rows if books.apart.get(row.id)]
    for key, some in [("", rows), *((key, shared) for key in sorted(payers)), ("nobody", shared)]:
        pending = (
            on_its_way([row.id for row in some], ON_ITS_WAY, key if key.isdigit() else "") if some else {}
        )
        for one in agreements.standing(some, today, key):
            due = None if one.charged_off else one.due
            found[key, one.agreement.id] = {
                "now_minor": due.now_minor if due else 0,
                "next_minor": due.next_minor if due else 0,
                "next_on": due.next_on.isoformat() if due and due.next_on and due.next_minor else None,
                "pending_minor": 0 if key == "nobody" else pending.get(one.agreement.id, 0),
            }
    return found


def _account(
    row: Agreement, books: _Rows, period: Period, key: str | None, told: Mapping[str, Any]
) -> dict[str, Any]:
    """The account of an agreement: the whole (None), or without what is the share of others than the payer `key`."""
    theirs: dict[int, int] = defaultdict(int)
    if key is not None:
        for one in books.apart.get(row.id, ()):
            if one.payer != key:
                theirs[one.entry_id] += int(one.amount)
    before, new = books.before.get(row.id), books.entries.get(row.id, ())
    fresh = {one.id for one in new}
    opening = int(before.closing_minor) if before else 0
    # What was another's alone before is not in this one's opening either.
    opening -= sum(amount for entry, amount in theirs.items() if entry not in fresh)
    lines = []
    for one in new:
        amount = int(one.amount) - theirs.get(one.id, 0)
        if before is None and one.effective_on < period.first:
            opening += amount
        elif amount:
            lines.append(Line(one.effective_on, _words(one), group_of(one.cause), amount))
    paid: dict[str, int] = defaultdict(int)
    for one in books.paid.get(row.id, ()):
        mine = key is None or (one.payer or "") in ("", key)
        if mine and (before is not None or one.effective_on >= period.first):
            paid[one.bucket] += int(one.amount)
    made = account(opening, lines, paid, {"due": dict(told)})
    return made | {"late": _late(books.figures.get(row.id), key, made["closing_minor"], period.last)}


def _late(figure: Figures | None, key: str | None, closing_minor: int, on: date) -> dict[str, Any]:
    """What is late at the end of the period by age, what is not due yet, and what was paid ahead."""
    aging = [0, 0, 0, 0]
    coming, unposted, since = 0, 0, None
    if figure is not None:
        for line in figure.open:
            if key is not None and line.payer not in ("", key):
                continue
            if line.due_on < on:
                aging[bucket_of((on - line.due_on).days)] += line.open_minor
                since = min(since or line.due_on, line.due_on)
            else:
                coming += line.open_minor
        unposted = figure.unposted_minor
        if key is None:
            coming = figure.not_yet_due_minor
    late = sum(aging)
    return {
        "past_due_minor": late,
        "aging": aging,
        "not_yet_due_minor": coming,
        "prepaid_minor": late + coming - closing_minor,
        "unposted_minor": unposted,
        "since": since.isoformat() if since else None,
    }


def _words(one: Any) -> Any:
    """What an entry is called, as stored: a text or a sentence."""
    named = one.type and one.amount > 0 and group_of(one.cause) in ("charges", "fees", "interest")
    said = called_by(one.name, one.type) if named else Sentence(CAUSE_WORDS.get(one.cause, one.cause))
    return sentence_json(said) if isinstance(said, Sentence) else said
