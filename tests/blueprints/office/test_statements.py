"""The statements of an agreement at the office: every month and year, whole, with the shares of everybody."""

from __future__ import annotations

import pytest

from tests.blueprints.portal.test_period_statements import make, words_of
from tests.fixtures.four_kinds import bill_through, open_credit_for, shared_rental

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-04-03"), pytest.mark.database("sqlite")]


def test_the_office_reads_the_whole_statement_with_its_reasons_and_its_paper(house) -> None:
    home = shared_rental(house)
    dana = house.client("dana")
    assert "No statement yet" in dana.get(f"/office/agreements/{home}/statements").text
    bill_through(house)
    (ref,) = make(house)
    assert f'href="/office/statements/{ref}"' in dana.get(f"/office/agreements/{home}/statements").text
    for page in (
        dana.get(f"/office/statements/{ref}").text,
        dana.get(f"/office/statements/{ref}/why/charges").text,
        words_of(dana.get(f"/office/statements/{ref}/statement.pdf")),
    ):
        assert "$720.00" in page
        assert "$480.00" in page


def test_a_credit_line_has_its_cycles_and_a_year_but_no_months_beside_them(house) -> None:
    line = open_credit_for(house, "bo")
    assert make(house) == []
    page = house.client("dana").get(f"/office/agreements/{line}/statements").text
    assert "Cycles of the credit line" in page
    assert "$500.00" in page
