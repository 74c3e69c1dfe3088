"""Lists for the tax year: interest that borrowers paid, and rents that came in for owners. Read-only.

What counts is what was received, on the day it counted, less what went back; not what was charged. From which amount a
payer or owner is to be reported is a dated row that the operator keeps with its source (`LegalCap`, "interest_reported"
and "rent_reported"); none is built in. Verbs: `make_interest`, `make_rents`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select

from domain.access import Scope
from domain.records.fee_policies import legal_caps
from domain.reports.narrowed import again, agreements, named
from domain.reports.sheet import Asked, Column, Link, Row, Sheet, Value
from domain.rules.legal_caps import LegalCap, in_force
from domain.rules.money import round_minor
from domain.words import N_, Money, Sentence
from models import Agreement, Allocation, Business, JournalEntry, Person, Property, PropertyOwner, Unit, db

INTEREST_TITLE = Sentence(N_("Interest received"))
RENTS_TITLE = Sentence(N_("Rents received"))
INTEREST, RENT = ("interest", "finance"), ("rent",)
_INTEREST_COLUMNS = (
    Column("who", Sentence(N_("Borrower"))),
    Column("agreement", Sentence(N_("Agreement"))),
    Column("interest", Sentence(N_("Interest received")), "money"),
    Column("reported", Sentence(N_("To be reported")), "flag"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
_RENT_COLUMNS = (
    Column("owner", Sentence(N_("Owner"))),
    Column("property", Sentence(N_("Property"))),
    Column("rent", Sentence(N_("Rents received")), "money"),
    Column("reported", Sentence(N_("To be reported")), "flag"),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
_RENT_LINES = (
    Column("agreement", Sentence(N_("Agreement"))),
    Column("place", Sentence(N_("Unit"))),
    Column("who", Sentence(N_("Who"))),
    *_RENT_COLUMNS[2:3],
    *_RENT_COLUMNS[4:],
)
RENT_CHOICES = {"by": {"": N_("Owner and property"), "agreement": N_("Agreement")}}
_NO_THRESHOLD = N_(
    "No amount is kept from which this is to be reported. Add it with its source under the legal limits."
)
_THRESHOLD = N_("To be reported from %(amount)s on (%(source)s, checked on %(day)s).")


def make_interest(scope: Scope, asked: Asked) -> Sheet:
    """What each borrower paid of interest from `asked.since` through `asked.until`, by agreement."""
    sums = _received(scope, asked, INTEREST)
    about = named((key for key, _ in sums), "office.journal")
    limit = threshold("interest_reported", asked.until)
    by_person: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for (key, currency), amount in sums.items():
        by_person[about[key].who, currency].append((key, amount))
    rows: list[Row] = []
    totals: dict[str, int] = defaultdict(int)
    for (who, currency), mine in sorted(by_person.items()):
        whole = sum(amount for _, amount in mine)
        totals[currency] += whole
        flag = _reported(limit, whole)
        for key, amount in sorted(mine, key=lambda one: about[one[0]].number):
            values: dict[str, Value] = {
                "who": who or Sentence(N_("Nobody")), "agreement": about[key].number, "interest": amount,
                "currency": currency, "reported": flag if len(mine) == 1 else None,
            }  # fmt: skip
            rows.append(Row(values, opens={"agreement": about[key].link}))
        if len(mine) > 1:
            values = {"who": who, "interest": whole, "reported": flag, "currency": currency}
            rows.append(Row(values, kind="subtotal"))
    return Sheet(
        "interest_received", INTEREST_TITLE, asked, _INTEREST_COLUMNS, rows, _totals("who", "interest", totals),
        _notes(limit),
    )  # fmt: skip


def make_rents(scope: Scope, asked: Asked) -> Sheet:
    """What came in of rent for each owner and property, by the shares that counted on the day of each payment.

    `asked.by` "agreement": what came in on each agreement, before any share.
    """
    if asked.by == "agreement":
        return _by_agreement(scope, asked)
    owners = _owners(scope)
    exact: dict[tuple[int, str, int], Fraction] = defaultdict(Fraction)
    whole: dict[tuple[int, str], int] = defaultdict(int)
    for house, currency, day, amount in db.session.execute(_rents(scope, asked)):
        whole[house, currency] += int(amount)
        for person, percent in _shares(owners.get(house, ()), day):
            exact[house, currency, person] += Fraction(percent) / 100 * int(amount)
    amounts = _whole(exact, whole)
    names = _names(scope, {house for house, _, _ in amounts}, {person for _, _, person in amounts if person})
    limit = threshold("rent_reported", asked.until)
    of_owner: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for (house, currency, person), amount in amounts.items():
        of_owner[person, currency].append((house, amount))
    rows: list[Row] = []
    totals: dict[str, int] = defaultdict(int)
    for (person, currency), mine in sorted(
        of_owner.items(), key=lambda one: (one[0][0] == 0, names[0].get(one[0][0], ""))
    ):
        total = sum(amount for _, amount in mine)
        totals[currency] += total
        flag = _reported(limit, total) if person else None
        owner = names[0].get(person) or Sentence(N_("No owner named"))
        for house, amount in sorted(mine, key=lambda one: names[1].get(one[0], ("", ""))[0]):
            name, ref = names[1].get(house, (Sentence(N_("No property")), ""))
            values: dict[str, Value] = {
                "owner": owner, "property": name, "rent": amount, "currency": currency,
                "reported": flag if len(mine) == 1 else None,
            }  # fmt: skip
            opens: dict[str, Link] = {}
            if ref:
                lines = again("rents_received", asked, by="agreement", property_ref=ref)
                opens = {"property": ("office.property", {"ref": ref}), "rent": lines}
            rows.append(Row(values, opens=opens))
        if len(mine) > 1:
            values = {"owner": owner, "rent": total, "reported": flag, "currency": currency}
            rows.append(Row(values, kind="subtotal"))
    return Sheet(
        "rents_received",
        RENTS_TITLE,
        asked,
        _RENT_COLUMNS,
        rows,
        _totals("owner", "rent", totals),
        _notes(limit),
    )


def _by_agreement(scope: Scope, asked: Asked) -> Sheet:
    sums = _received(scope, asked, RENT)
    about = named((key for key, _ in sums), "office.journal")
    totals: dict[str, int] = defaultdict(int)
    rows = []
    for (key, currency), amount in sorted(sums.items(), key=lambda one: (one[0][1], about[one[0][0]].number)):
        totals[currency] += amount
        values = {**about[key].values, "rent": amount, "currency": currency}
        rows.append(Row(values, about[key].link))
    feet = _totals("agreement", "rent", totals)
    return Sheet("rents_received", RENTS_TITLE, asked, _RENT_LINES, rows, feet, _notes(None)[:1])


def threshold(what: str, on: date) -> LegalCap | None:
    """The amount from which something is to be reported, in force on a day; the lowest where places differ."""
    caps = [
        cap for cap in in_force(legal_caps(db.session(), what), what, "", on) if cap.amount_minor is not None
    ]
    return min(caps, key=lambda cap: cap.amount_minor or 0, default=None)


def _reported(limit: LegalCap | None, amount: int) -> bool | None:
    return None if limit is None else amount >= (limit.amount_minor or 0)


def _notes(limit: LegalCap | None) -> Sequence[Sentence]:
    received = Sentence(N_("Counted is what was received on its day, less what went back."))
    if limit is None:
        return received, Sentence(_NO_THRESHOLD)
    currency = db.session.scalar(select(Business.currency)) or ""
    from_ = {
        "amount": Money(limit.amount_minor or 0, currency),
        "source": limit.source,
        "day": limit.verified_on,
    }
    return received, Sentence(_THRESHOLD, from_)


def _totals(first: str, column: str, sums: Mapping[str, int]) -> list[Row]:
    words = Sentence(N_("Total"))
    return [
        Row({first: words, column: amount, "currency": currency}, kind="total")
        for currency, amount in sorted(sums.items())
    ]


def _paid(scope: Scope, asked: Asked, buckets: tuple[str, ...], *columns: Any) -> Select[Any]:
    return (
        scope.select(JournalEntry, *columns, func.sum(Allocation.amount_minor))
        .join(Allocation, Allocation.entry_id == JournalEntry.id)
        .where(JournalEntry.effective_on.between(asked.since, asked.until), Allocation.bucket.in_(buckets))
        .where(JournalEntry.agreement_id.in_(agreements(scope, asked)))
        .group_by(*columns)
        .having(func.sum(Allocation.amount_minor) != 0)
    )


def _received(scope: Scope, asked: Asked, buckets: tuple[str, ...]) -> dict[tuple[int, str], int]:
    query = _paid(scope, asked, buckets, JournalEntry.agreement_id, JournalEntry.currency)
    return {(key, currency): int(amount) for key, currency, amount in db.session.execute(query)}


def _rents(scope: Scope, asked: Asked) -> Select[Any]:
    """(property id or 0, currency, day, rent received)."""
    house = func.coalesce(Unit.property_id, 0)
    query = _paid(scope, asked, RENT, house, JournalEntry.currency, JournalEntry.effective_on)
    return query.join(Agreement, Agreement.id == JournalEntry.agreement_id).outerjoin(
        Unit, Unit.id == Agreement.unit_id
    )


def _owners(scope: Scope) -> Mapping[int, Sequence[PropertyOwner]]:
    found: dict[int, list[PropertyOwner]] = defaultdict(list)
    for row in db.session.scalars(scope.select(PropertyOwner).order_by(PropertyOwner.id)):
        found[row.property_id].append(row)
    return found


def _shares(owners: Sequence[PropertyOwner], day: date) -> list[tuple[int, Any]]:
    """(person id, percent) of a day; person 0 has what nobody is named for."""
    here = [
        (one.person_id, one.share_percent)
        for one in owners
        if one.from_on <= day and (one.until_on is None or day <= one.until_on)
    ]
    rest = 100 - sum(percent for _, percent in here)
    return [*here, (0, rest)] if rest > 0 else here


def _whole(
    exact: Mapping[tuple[int, str, int], Fraction], whole: Mapping[tuple[int, str], int]
) -> dict[tuple[int, str, int], int]:
    """Whole minor units for each (property, currency, person) that add up to what came in; the last takes the rest."""
    found: dict[tuple[int, str, int], int] = {}
    for (house, currency), total in whole.items():
        people = sorted(
            (key[2] for key in exact if key[:2] == (house, currency)), key=lambda one: (one == 0, one)
        )
        left = total
        for place, person in enumerate(people):
            last = place == len(people) - 1
            amount = left if last else round_minor(exact[house, currency, person])
            left -= amount
            found[house, currency, person] = amount
    return found


def _names(
    scope: Scope, houses: set[int], people: set[int]
) -> tuple[Mapping[int, str], Mapping[int, tuple[Any, str]]]:
    who = scope.select(Person, Person.id, Person.name).where(Person.id.in_(people))
    where = scope.select(Property, Property.id, Property.name, Property.ref).where(Property.id.in_(houses))
    return (
        {row.id: row.name for row in db.session.execute(who)},
        {key: (name, ref) for key, name, ref in db.session.execute(where)},
    )
