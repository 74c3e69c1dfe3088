"""Whatever happened and whatever the day: balance is past due plus not yet due less prepaid, and is what the lines say.

Random portfolios of rentals: some with roommates, deposits and charges to come; money at the counter and by debit, for
the charge of the day or far ahead; returns, waivers, charges taken back.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from domain.actions import charges, properties
from domain.actions.charges import Wanted
from domain.rules.rent_terms import Share
from domain.words import DomainError
from tests.fixtures.agreements import scope_of
from tests.fixtures.billed import local

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-10"), pytest.mark.database("sqlite")]
TODAY = date(2026, 3, 10)
STEPS = 7


def new_house(ledger) -> str:
    return properties.add_property(properties.House("Elm"), by="setup", now=ledger.house.now)


def live(ledger, dice: random.Random, house: str) -> str:
    """One rental and what happened to it; returns its ref."""
    begin = TODAY - timedelta(days=dice.randrange(30, 760))
    shares = ()
    names = ["tess"]
    if dice.random() < 0.4:
        shares = (
            Share(ledger.payer("tess"), percent=Decimal(60)),
            Share(ledger.payer("bo"), percent=Decimal(40)),
        )
        names.append("bo")
    name = f"{next(ledger.numbers):05d}"
    unit = properties.add_unit(house, properties.Let(name), by="setup", now=ledger.house.now)
    home = ledger.open_rental(
        *names, on=begin, rent=dice.randrange(50_000, 200_000), shares=shares,
        deposit_minor=dice.choice((0, 0, 90_000)), unit_ref=unit,
    )  # fmt: skip
    day = begin
    for _ in range(STEPS):
        day += timedelta(days=dice.randrange(1, 50))
        if day > TODAY:
            break
        ledger.bill(day)
        try:
            _happens(ledger, dice, home, day)
        except DomainError:
            continue  # what the day does not allow does not happen
    ledger.bill(TODAY)
    return home


def _happens(ledger, dice: random.Random, home: str, day: date) -> None:
    said = {"who": scope_of(ledger.house, "dana"), "today": day, "now": local(day)}
    key = f"k-{dice.randrange(10**9)}"
    what = dice.choice(("cash", "cash", "debit", "back", "waive", "correct", "add"))
    if what == "cash":
        ledger.take(home, dice.randrange(1_000, 300_000), on=day)
    elif what in ("debit", "back"):
        paid = ledger.debit("tess", home, dice.randrange(1_000, 150_000), on=day)
        ledger.settle(paid, day + timedelta(days=dice.randrange(4)))
        if what == "back":
            ledger.settle(
                paid, min(day + timedelta(days=dice.randrange(4, 30)), TODAY), "returned", code="R01"
            )
    elif what == "add":
        due = day + timedelta(days=dice.randrange(60))
        charges.add(home, Wanted("one_off", "Key", dice.randrange(1, 9_000), due), key, **said)
    else:
        some = ledger.position(home).charges
        if some:
            one = dice.choice(some)
            amount = dice.randrange(1, one.open_minor + 1)
            act = charges.waive if what == "waive" else charges.correct
            act(home, one.id, amount, "agreed", key, **said)


def figures_on(ledger, on: date, **wishes):
    from domain.reports.as_of import figures

    with ledger.house.app.app_context():
        return figures(scope_of(ledger.house, "dana"), on, today=TODAY, **wishes)


def booked_on(ledger, on: date) -> dict[int, int]:
    """Agreement id -> the sum of its lines on the accounts that are owed, by the plainest of statements."""
    query = sa.text(
        "SELECT e.agreement_id, SUM(l.amount_minor) FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id"
        " WHERE e.effective_on <= :on AND (l.account LIKE '%receivable' OR l.account = 'customer_credit')"
        " GROUP BY e.agreement_id HAVING SUM(l.amount_minor) <> 0"
    )
    return {key: int(amount) for key, amount in ledger.rows(query.bindparams(on=on.isoformat()))}


def check(ledger, on: date) -> None:
    found, booked = figures_on(ledger, on), booked_on(ledger, on)
    for one in found.values():
        assert one.balance_minor == one.past_due_minor + one.not_yet_due_minor - one.prepaid_minor
        assert one.past_due_minor == sum(one.aging)
        assert one.past_due_minor == one.rent_minor + one.fees_minor + one.deposit_minor + one.other_minor
        assert min(one.past_due_minor, one.not_yet_due_minor, one.prepaid_minor, *one.aging) >= 0
    assert {key: one.balance_minor for key, one in found.items() if one.balance_minor} == booked
    assert figures_on(ledger, on, slow=True) == found


def check_rent_roll(ledger, homes: list[str], on: date) -> None:
    """The sums of the rent roll, made by the database, are those of the figures of who lives there."""
    from domain.reports.rent_roll_sums import all_of, sums_of

    with ledger.house.app.app_context():
        sums = all_of(sums_of(scope_of(ledger.house, "dana"), on, today=TODAY, currency="USD"))
    found = figures_on(ledger, on)
    here = {ledger.id_of(home) for home in homes if ledger.contract(home).terms.from_on <= on}
    for name in ("balance_minor", "past_due_minor", "not_yet_due_minor", "prepaid_minor"):
        want = sum(getattr(one, name) for key, one in found.items() if key in here)
        assert getattr(sums["USD"], name) == want, name
    assert sums["USD"].others_minor == sum(one.balance_minor for key, one in found.items() if key not in here)
    assert (sums["USD"].occupied, sums["USD"].units) == (len(here), len(homes))


def test_every_figure_ties_to_the_books_on_any_day(ledger, rounds):
    house, homes = new_house(ledger), []
    for seed in range(rounds(3, 1_000)):
        dice = random.Random(seed)
        homes.append(live(ledger, dice, house))
        # Each look is at all that lived so far, so the long run looks at every tenth only.
        if (seed + 1) % rounds(1, 10):
            continue
        days = [
            TODAY,
            TODAY - timedelta(days=1),
            TODAY - timedelta(days=730),
            TODAY - timedelta(days=dice.randrange(760)),
        ]
        for on in days:
            check(ledger, on)
    for ago in (0, 1, 200, 365, 730):
        check_rent_roll(ledger, homes, TODAY - timedelta(days=ago))
    assert ledger.differences() == []
