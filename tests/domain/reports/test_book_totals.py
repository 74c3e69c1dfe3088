"""The book in a few sums: every receivable of every kind is in the total, and each in its own line."""

from __future__ import annotations

import pytest

from domain.actions import charge_offs, charges, counter
from domain.actions.charges import Wanted
from tests.fixtures.agreements import clock_today, scope_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def test_all_that_is_owed_is_in_the_total_and_nothing_twice(
    house, open_agreement, open_rental, open_line, open_lease, clock
):
    from domain.reports.agreement_list import agreements
    from domain.reports.book_totals import book_totals
    from domain.reports.finding import Wanted as Asked

    open_agreement("bo")
    home, line = open_rental(deposit_minor=50_000), open_line()
    open_lease()
    charges.add(home, Wanted("one_off", "Key", 4_500, clock_today(house)), "f-1", **clock())
    charges.add(home, Wanted("fee", "Letter", 700, clock_today(house)), "f-2", **clock())
    charges.add(line, Wanted("purchase", "Sofa", 48_000, clock_today(house)), "f-3", **clock())
    counter.take(line, 50_000, "cash", "cash-1", **clock())
    gone = open_rental("bo")
    charge_offs.charge_off(gone, 120_000, "moved away", "f-4", **clock("adam"))
    with house.app.app_context():
        (owed,) = book_totals(scope_of(house, "dana")).owed
        rows = agreements(scope_of(house, "dana"), Asked(sort="number"), clock_today(house)).rows
        assert owed.total_minor == sum(row.view.balance_minor for row in rows)
    assert owed.principal_minor == 900_000
    assert (owed.rent_minor, owed.other_minor, owed.fees_minor) == (120_000, 4_500, 700)
    assert (owed.lease_minor, owed.deposits_minor) == (8_800, 50_000)
    assert (owed.purchases_minor, owed.credit_minor) == (0, 2_000)


def test_the_desk_shows_them_apart(house, open_rental):
    open_rental(deposit_minor=50_000)
    page = house.client("dana").get("/office/desk/widgets/book").text
    for words in ("$1,700.00", "Rent", "$1,200.00", "Security deposits", "$500.00"):
        assert words in page
