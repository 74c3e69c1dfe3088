"""Demo books of houses: three of a landlord's own ("landlord"), forty buildings managed for twelve owners ("manager").

`fill` opens the business, its people, houses and leases, and lives through the months since: rent asked on the first of
each month and paid at the counter, mostly in time. All of it comes from one seed, so two demos of a day are alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlalchemy import select

from domain.access import Scope
from domain.actions import (
    counter,
    demo_house_turns,
    demo_kinds,
    demo_people,
    expenses,
    openings,
    owner_months,
    owners,
    people,
    policies,
    properties,
)
from domain.actions.openings import Opening
from domain.kinds import kind_of
from domain.records.position import position_of
from domain.rules.calendar import add_months
from domain.rules.late_fees import FeeBase, LateFeePolicy
from domain.rules.money_in_hand import PLAIN, Particulars
from domain.rules.rent import RentLine, RentTerms
from domain.transaction import transaction
from models import Agreement, User

ZONE = demo_kinds.ZONE
SEED = 20_260_401
FIRST_NAMES = (
    "Ana", "Ben", "Carla", "Dev", "Elena", "Femi", "Grace", "Hugo", "Ines", "Jonas", "Kira", "Luis", "Maya", "Nils",
    "Olga", "Pablo", "Quinn", "Rosa", "Sam", "Tara", "Uma", "Viktor", "Wei", "Ximena", "Yara", "Zane",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Bauer", "Castro", "Duarte", "Eriksen", "Flores", "Grant", "Haddad", "Ivanov", "Jensen", "Kumar",
    "Lopez", "Moreau", "Nakamura", "Okafor", "Park", "Quiroga", "Rossi", "Silva", "Tran", "Ulrich", "Vega", "Wong",
)  # fmt: skip
STREETS = (
    "Alder Street", "Birch Lane", "Canal Road", "Dock Street", "Elm Row", "Ferry Lane", "Garden Court", "Hill Road",
)  # fmt: skip
ADDED = (
    RentLine("addon", "Parking", 7_500),
    RentLine("addon", "Pet", 3_500),
    RentLine("utility", "Water", 4_200),
)
SPENT = (
    ("repairs", "Boiler valve replaced", 18_450), ("cleaning", "Stairs and hall", 9_600),
    ("insurance", "Building insurance, a month", 12_300), ("utilities", "Light in the hall", 4_110),
    ("supplies", "Locks and keys", 6_275),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """How large a demo is: houses, the fewest and most units of one, owners beside the business, months of history.

    By the order in which units are made: `late` paid nothing in the last two months, `leaving` has given notice,
    `empty` nobody lives in, of which the last is being mended.
    """

    name: str
    tagline: str
    houses: int
    units: tuple[int, int]
    owners: int
    months: int
    people: tuple[demo_people.Known, ...] = field(default=())
    late: tuple[int, ...] = ()
    leaving: int | None = None
    empty: tuple[int, ...] = ()


BOOKS: Mapping[str, Book] = {
    "landlord": Book(
        "Ortiz Homes", "Three houses by the harbor, looked after by their owner", 3, (2, 4), 0, 8,
        (
            demo_people.Known("lena", "admin", "Lena Ortiz", "lena@example.org", "+1 617 555 0121"),
            demo_people.Known("tess", "customer", "Tess Novak", "tess@example.org", "+1 617 555 0177"),
            demo_people.Known("bo", "customer", "Bo Rivera", "bo@example.org", "+1 617 555 0142"),
        ),
        late=(1, 3), leaving=2, empty=(4, 5),
    ),
    "manager": Book(
        "Elm Row Management", "Forty buildings, kept well for twelve owners", 40, (2, 6), 12, 5,
        (
            demo_people.Known("adam", "admin", "Adam Cole", "adam@example.org", ""),
            demo_people.Known("dana", "staff", "Dana Whitlock", "dana@example.org", ""),
            demo_people.Known("lena", "landlord", "Lena Ortiz", "lena@example.org", "+1 617 555 0121"),
            demo_people.Known("tess", "customer", "Tess Novak", "tess@example.org", "+1 617 555 0177"),
            demo_people.Known("bo", "customer", "Bo Rivera", "bo@example.org", "+1 617 555 0142"),
        ),
    ),
}  # fmt: skip


@dataclass(slots=True)
class Told:
    """One lease as the demo goes on with it: its ref, and how its tenant pays."""

    ref: str
    day: int
    misses: frozenset[int]


def fill(
    name: str, *, today: date, now: datetime, uploads: Path, currency: str = "USD"
) -> list[demo_people.DemoSignIn]:
    """The demo of that name, once; who may sign in. Raises Conflict when there is a business already."""
    book, dice = BOOKS[name], Random(SEED)
    demo_people.open_business(book.name, book.tagline, currency, now=now)
    sign_ins, refs = demo_people.add_people(book.people, now=now)
    admin = _admin()
    begun = add_months(today.replace(day=1), -book.months)
    houses = _houses(book, dice, now)
    if book.owners:
        _own(book, houses, refs["lena"], admin, begun, now)
    _ask_late_fees(admin, begun, now, currency)
    leases = _let(book, dice, houses, refs, begun, now, currency)
    _live(book, dice, leases, admin, begun, today, now, currency)
    _spend(book, dice, houses, admin, begun, today, now, uploads)
    if book.leaving is not None:
        demo_house_turns.give_notice(leases[book.leaving].ref, admin, today, now)
    if book.empty:
        units = [unit for _house, rooms in houses for unit, _rent in rooms]
        demo_house_turns.mend(units[book.empty[-1]], admin, today, now)
    if book.owners:
        _close(houses[: len(houses) // 2], admin, begun, today, now)
    demo_people.forget_old_mails(now)
    return sign_ins


def _admin() -> Scope:
    with transaction() as session:
        row = session.scalars(select(User).where(User.role == "admin").order_by(User.id)).first()
        if row is None:
            raise LookupError("a demo needs an administrator")
        return Scope(row.role, row.id, row.person_id)


def _houses(book: Book, dice: Random, now: datetime) -> list[tuple[str, list[tuple[str, int]]]]:
    """(ref of the house, (ref of a unit, its rent) each)."""
    made = []
    for number in range(book.houses):
        street = STREETS[number % len(STREETS)]
        at = 3 + 4 * (number // len(STREETS))
        house = properties.House(f"{street} {at}", f"{at} {street}\nBoston, MA 02110", "US-MA")
        ref = properties.add_property(house, by=demo_people.BY, now=now)
        units = []
        for unit in range(dice.randint(*book.units)):
            beds = dice.choice((1, 1, 2, 2, 3))
            rent = 95_000 + 32_500 * beds + 500 * dice.randrange(60)
            let = properties.Let(
                f"{1 + unit // 2}{'AB'[unit % 2]}", beds, Decimal(1 + beds // 3), 420 + 230 * beds,
                rent + 1_000 * dice.randrange(-2, 8),
            )  # fmt: skip
            units.append((properties.add_unit(ref, let, by=demo_people.BY, now=now), rent))
        made.append((ref, units))
    return made


def _own(
    book: Book, houses: Sequence[tuple[str, list[tuple[str, int]]]], lena: str, admin: Scope, begun: date,
    now: datetime,
) -> None:  # fmt: skip
    """Each house has one owner, every fifth two; the first owner may sign in."""
    known = [lena]
    for number in range(1, book.owners):
        full = f"{FIRST_NAMES[-number]} {LAST_NAMES[number]}"
        known.append(people.create_person(full, f"owner{number}@example.org", "", by=demo_people.BY, now=now))
    terms = owners.Terms(Decimal(8), "collected", 0, 0, 50_000)
    for number, (house, _units) in enumerate(houses):
        first, second = known[number % len(known)], known[(number + 5) % len(known)]
        shares = [(first, Decimal(60)), (second, Decimal(40))] if number % 5 == 4 else [(first, Decimal(100))]
        owners.set_shares(house, shares, begun, who=admin, now=now)
        owners.set_terms(house, terms, begun, who=admin, now=now)


def _ask_late_fees(admin: Scope, begun: date, now: datetime, currency: str) -> None:
    fee = LateFeePolicy(
        "Late rent", 1, begun, currency=currency, first_fee_offset=30, bases=(FeeBase("flat", 5_000),)
    )
    policies.add_policy(fee, policies.Concerns(), who=admin, today=begun, now=now)


def _let(
    book: Book, dice: Random, houses: Sequence[tuple[str, list[tuple[str, int]]]], refs: Mapping[str, str],
    begun: date, now: datetime, currency: str,
) -> list[Told]:  # fmt: skip
    """A lease for about nineteen of twenty units; the first two tenants are those who may sign in."""
    waiting = [refs["tess"], refs["bo"]]
    leases: list[Told] = []
    for number, (unit, rent) in enumerate(unit for _house, units in houses for unit in units):
        if number in book.empty or (number > 3 and dice.randrange(100) < 6):
            continue
        tenant = waiting.pop(0) if waiting else _tenant(dice, number, now)
        added = tuple(line for line in ADDED if dice.randrange(4) == 0)
        start = begun if dice.randrange(10) < 7 else begun + timedelta(days=dice.randrange(1, 28))
        terms = RentTerms(
            from_on=start, to_on=add_months(start, 12) - timedelta(days=1), due_day=1,
            goes_on=dice.randrange(10) < 8, currency=currency, lines=(RentLine("rent", "Rent", rent), *added),
        )  # fmt: skip
        opening = Opening(
            title="", start_on=start, unit_ref=unit, person_refs=[tenant], number=f"RENT-{10_001 + number}",
            deposit_minor=rent,
        )  # fmt: skip
        ref = openings.open_agreement(
            terms,
            opening,
            by=demo_people.BY,
            today=start,
            at=datetime.combine(start, time(9)),
            zone=ZONE,
            now=now,
        )
        misses = frozenset(month for month in range(1, book.months + 1) if dice.randrange(100) < 4)
        if number in book.late:
            misses |= {book.months - 1, book.months}
        leases.append(Told(ref, dice.choice((1, 1, 1, 2, 3, 3, 5, 9)), misses))
    return leases


def _tenant(dice: Random, number: int, now: datetime) -> str:
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    phone = f"+1 617 555 {1000 + number:04d}"
    mail = f"{first}.{last}.{number}@example.org".lower()
    return people.create_person(f"{first} {last}", mail, phone, by=demo_people.BY, now=now)


def _live(
    book: Book, dice: Random, leases: Sequence[Told], admin: Scope, begun: date, today: date, now: datetime,
    currency: str,
) -> None:  # fmt: skip
    """Month by month: what is due is asked, late fees on the tenth, and each tenant pays on their day. On the sixth
    and tenth what lies at the counter goes to the bank, but for what came after the last sixth.
    """
    for month in range(book.months + 1):
        first = add_months(begun, month)
        for day in (first + timedelta(days=at) for at in range(10)):
            if day > today:
                return
            if day.day in (1, 10):
                demo_kinds.bill_day(day)
            moment = min(datetime.combine(day, time(15), UTC), now)
            if day.day == 6 or (day.day == 10 and month < book.months):
                demo_house_turns.carry_to_bank(admin, day, moment, currency)
            for lease in leases:
                if lease.day == day.day and month not in lease.misses:
                    _take(lease.ref, dice.choice(("check", "cash", "money_order")), admin, day, moment)


def _take(ref: str, instrument: str, admin: Scope, day: date, moment: datetime) -> None:
    with transaction() as session:
        row = session.scalars(select(Agreement).where(Agreement.ref == ref)).one()
        if row.start_on > day:
            return
        kind = kind_of(row.kind)
        position = position_of(session, row.id, row.kind, row.standing)
        owed, row_id = kind.due(kind.read(row), position, day).headline_minor, row.id
    if owed:
        paper = Particulars(number=f"{day:%m%d}{row_id:03d}") if instrument != "cash" else PLAIN
        counter.take(
            ref, owed, instrument, f"demo-{ref}-{day}", who=admin, today=day, now=moment, paper=paper
        )


def _spend(
    book: Book, dice: Random, houses: Sequence[tuple[str, list[tuple[str, int]]]], admin: Scope, begun: date,
    today: date, now: datetime, uploads: Path,
) -> None:  # fmt: skip
    for number, (house, _units) in enumerate(houses):
        for month in range(0, book.months, 2):
            category, words, minor = SPENT[(number + month) % len(SPENT)]
            on = add_months(begun, month) + timedelta(days=dice.randrange(3, 25))
            if on <= today:
                spent = expenses.Spent(house, on, category, minor, "Harbor Trades", words)
                ref = f"demo-{number}-{month}"
                expenses.spend(spent, ref, who=admin, today=today, now=now, uploads=uploads)


def _close(
    houses: Sequence[tuple[str, list[tuple[str, int]]]], admin: Scope, begun: date, today: date, now: datetime
) -> None:
    """The first month of half of the houses was told to their owners; the others wait to be closed."""
    for house, _units in houses:
        owner_months.close(house, begun, letterhead=("Elm Row Management",), who=admin, today=today, now=now)
