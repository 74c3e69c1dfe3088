"""The demo's agreements that are no loans: a house with three flats let, a laptop leased, an account for parts.

`open_all` opens them on the days they began and says what happened to them since, for `domain.actions.demo` to live
through day by day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.access import Scope
from domain.actions import billing, charges, openings, owners, people, policies, properties
from domain.actions.openings import Opening, Terms
from domain.actions.users import change
from domain.records.charging import payer_key
from domain.records.posts import Post
from domain.rules.calendar import add_months
from domain.rules.credit_line import CreditTerms, MinimumRule, MinimumTier
from domain.rules.late_fees import FeeBase, LateFeePolicy
from domain.rules.lease import BuyoutRule, LeaseTerms
from domain.rules.legal_caps import LegalCap
from domain.rules.rent import RentLine, RentTerms, Share
from domain.transaction import transaction
from models import Person, Property, User

ZONE = ZoneInfo("UTC")
BOUGHT = (
    (12, "Brake pads and discs", 28_940), (33, "Alternator, rebuilt", 21_500), (61, "Timing belt set", 17_275),
    (96, "Winter wiper set", 3_490), (131, "Battery, 80 Ah", 14_900),
)  # fmt: skip
"""(days after the beginning, what, minor units) bought on the account for parts."""


@dataclass(frozen=True, slots=True)
class Paid:
    """On that day the agreement was paid what was due: by the person's bank account, or in cash where none is named."""

    day: date
    agreement: str
    who: str
    by_bank: bool = False


@dataclass(frozen=True, slots=True)
class Bought:
    """On that day something was bought on a credit line."""

    day: date
    agreement: str
    name: str
    amount_minor: int


def bill_day(day: date) -> None:
    """What the scheduler did on a day gone by."""
    moment = datetime.combine(day, time(6), UTC)
    billing.bill(today=day, at=moment.replace(tzinfo=None), zone=ZONE, now=moment)


def buy(purchase: Bought, clerk: Scope, moment: datetime) -> None:
    wanted = charges.Wanted("purchase", purchase.name, purchase.amount_minor, purchase.day)
    charges.add(purchase.agreement, wanted, f"demo-{purchase.day}", who=clerk, today=purchase.day, now=moment)


def ask_late_fees(admin: Scope, begun: date, now: datetime, currency: str) -> None:
    """The flats' late fee, and the law of their place that it keeps to: none before the 30th day, whatever is asked."""
    law = LegalCap(
        "US-MA", "late_fee", begun, "M.G.L. c. 186, s. 15B(1)(c): none until thirty days after rent is due",
        verified_on=begun, kind="rental", earliest_days=30,
    )  # fmt: skip
    policies.add_cap(law, who=admin, today=begun, now=now)
    fee = LateFeePolicy(
        "Harbor House", 1, begun, currency=currency, first_fee_offset=30, bases=(FeeBase("flat", 2_500),)
    )
    with transaction() as session:
        concerns = policies.Concerns(property_ref=session.query(Property.ref).scalar() or "")
    policies.add_policy(fee, concerns, who=admin, today=begun, now=now)


def let_look_after(landlord: str, owner: str, begun: date, admin: Scope, now: datetime) -> None:
    """The flats are the landlord's, whose person is `owner`: they see these and nothing else of the business."""
    with transaction() as session:
        user_ref = session.query(User.ref).filter(User.username == landlord).scalar()
        flats = session.query(Property.ref).scalar()
    change(user_ref, Post("landlord", properties=(flats,)), who=admin, now=now)
    owners.set_shares(flats, [(owner, Decimal(100))], begun.replace(day=1), who=admin, now=now)


def open_all(
    refs: Mapping[str, str], begun: date, today: date, now: datetime, currency: str, by: str
) -> tuple[list[Paid], list[Bought]]:
    """Open them, as they were opened in the past; returns what was paid and bought since."""

    def opened(terms: Terms, opening: Opening) -> str:
        return openings.open_agreement(
            terms, opening, by=by, today=opening.start_on, at=datetime.combine(opening.start_on, time(9)),
            zone=ZONE, now=now,
        )  # fmt: skip

    paid = _rentals(opened, refs, begun, today, now, currency, by)
    start = begun + timedelta(days=20)
    laptop = LeaseTerms(
        cash_price_minor=120_000, payment_minor=12_900, count=12, frequency="monthly", start_on=start,
        first_due_on=start, tax_percent=Decimal("6.25"), same_as_cash_days=90, same_as_cash_fee_minor=4_900,
        buyout=BuyoutRule("discount", Decimal(15)), currency=currency,
    )  # fmt: skip
    lease = opened(
        laptop,
        Opening(
            title="Laptop, 15 inch", start_on=start, number="LTO-10050", person_refs=[refs["bo"]],
            details={"Item": "Laptop, 15 inch", "Serial number": "HL-15-20461", "Price": "1200.00"},
        ),
    )  # fmt: skip
    paid += [Paid(day, lease, "bo", by_bank=True) for day in _monthly(start, today)]
    parts = CreditTerms(
        limit_minor=200_000, annual_rate_percent=Decimal("19.99"), closing_day=20, currency=currency,
        minimum=MinimumRule((MinimumTier(0, Decimal(2), 0, True, True, True),), floor_minor=2_500),
    )  # fmt: skip
    line = opened(
        parts,
        Opening(title="Account for parts", start_on=begun, number="CR-10051", person_refs=[refs["tess"]]),
    )
    paid += [Paid(day + timedelta(days=22), line, "tess") for day in _monthly(begun.replace(day=20), today)]
    bought = [Bought(begun + timedelta(days=after), line, name, minor) for after, name, minor in BOUGHT]
    return paid, bought


def _monthly(first: date, today: date) -> list[date]:
    return [day for number in range(8) if (day := add_months(first, number)) <= today]


def _rentals(
    opened: Callable[[Terms, Opening], str], refs: Mapping[str, str], begun: date, today: date, now: datetime,
    currency: str, by: str,
) -> list[Paid]:  # fmt: skip
    """Tess pays on the third day, Ines left the newest rent unpaid, two roommates share the third flat."""
    own = properties.add_property(
        properties.House("Harbor House", "14 Quay Street\nBoston, MA 02110", "US-MA"), by=by, now=now
    )
    others = {
        name: people.create_person(full, f"{name}@example.org", "", by=by, now=now)
        for name, full in (("ines", "Ines Duarte"), ("joan", "Joan Park"), ("eli", "Eli Park"))
    }
    known = {**refs, **others}
    keys = _keys([others["joan"], others["eli"]])
    flats = (
        ("1A", 2, 145_000, 10, ("tess",), (RentLine("addon", "Parking", 7_500),), ()),
        ("2B", 1, 118_000, 24, ("ines",), (RentLine("utility", "Water", 4_000),), ()),
        ("3C", 3, 189_000, 38, ("joan", "eli"), (), tuple(Share(key, Decimal(50)) for key in keys)),
    )
    paid: list[Paid] = []
    for number, (name, beds, rent, after, tenants, added, shares) in enumerate(flats):
        unit = properties.add_unit(
            own, properties.Let(name, beds, Decimal("1"), 480 + 210 * beds, rent + 5_000), by=by, now=now
        )
        start = begun + timedelta(days=after)
        terms = RentTerms(
            from_on=start, to_on=add_months(start, 12) - timedelta(days=1), due_day=1, goes_on=True,
            currency=currency, lines=(RentLine("rent", "Rent", rent), *added), shares=shares,
        )  # fmt: skip
        agreement = opened(
            terms,
            Opening(
                title=f"Harbor House, {name}", start_on=start, number=f"RENT-{10_047 + number}", unit_ref=unit,
                person_refs=[known[tenant] for tenant in tenants], deposit_minor=rent,
                roles={others["eli"]: "joint"},
            ),
        )  # fmt: skip
        days = [start, *(add_months(start, later, 1) for later in range(1, 8))]
        met = [day for day in days if day + timedelta(days=2) <= today]
        met = met[:-1] if tenants == ("ines",) else met
        paid += [Paid(day + timedelta(days=2), agreement, "dana") for day in met]
    return paid


def _keys(person_refs: list[str]) -> list[str]:
    """The keys under which these people's shares stand, in their order."""
    with transaction() as session:
        ids = {row.ref: row.id for row in session.query(Person).where(Person.ref.in_(person_refs))}
    return [payer_key(ids[ref]) for ref in person_refs]
