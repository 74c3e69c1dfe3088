"""A month is looked at, closed once, and printed the same for good; its owner reads it, another landlord does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.fixtures.agreements import scope_of
from tests.fixtures.rentals import let_flat

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.settings(DUEBOOK_TODAY="2026-06-02")]


@pytest.fixture
def adam(house):
    return house.client("adam")


@pytest.fixture
def flat(house):
    from decimal import Decimal

    from domain.actions import counter, owners
    from domain.rules.owner_statements import Terms

    who = scope_of(house, "adam")
    flat = let_flat(house, "tess", begins_in=timedelta(days=-32))
    flat.place = f"/office/properties/{flat.property}"
    shares = [(house.email("lena"), Decimal(60)), (house.email("stan"), Decimal(40))]
    owners.set_shares(flat.property, shares, date(2026, 5, 1), who=who, now=house.now)
    owners.set_terms(flat.property, Terms(Decimal(8)), date(2026, 5, 1), who=who, now=house.now)
    counter.take(flat.agreement, 120_000, "cash", "cash-1", who=who, today=date(2026, 5, 3),
                 now=datetime(2026, 5, 3, 12, tzinfo=UTC))  # fmt: skip
    return flat


def close(client, flat, month: str = "2026-05"):
    return client.post(f"{flat.place}/months", data={"month": month})


def first_statement(page: str) -> str:
    return (
        "/office/owner-statements/" + page.partition('href="/office/owner-statements/')[2].partition('"')[0]
    )


def test_a_month_is_shown_before_it_is_closed_and_not_closed_before_it_is_over(adam, flat):
    page = adam.get(f"{flat.place}/months").text
    assert "Nothing is posted yet" in page
    assert "$662.40" in page  # 60 % of 1,200.00 - 96.00
    assert close(adam, flat, "2026-06").status_code == 422
    assert close(adam, flat, "June").status_code == 422
    assert "None yet" in adam.get(f"{flat.place}/owners").text


def test_a_closed_month_is_a_statement_and_a_pdf_that_stays_the_same(adam, flat):
    assert close(adam, flat).status_code == 303
    place = first_statement(adam.get(f"{flat.place}/owners").text)
    page = adam.get(place).text
    assert "Management fee" in page
    assert "$662.40" in page
    pdf = adam.get(f"{place}.pdf")
    assert pdf.mimetype == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf.data)).pages)
    assert "Lena Fischer" in text
    assert "662.40" in text
    assert "Harbor House" in text
    adam.post(f"/office/properties/{flat.property}", data={"name": "Another name"})
    assert adam.get(f"{place}.pdf").data == pdf.data
    assert "662.40" in adam.get("/office/reports/owner_statement").text


def test_an_owner_reads_their_own_statement_and_nobody_elses(house, adam, flat):
    close(adam, flat)
    lena = house.client("lena")
    mine = lena.get("/office/owner-statements").text
    assert "Lena Fischer" in mine
    assert "Stan Wu" not in mine
    place = first_statement(mine)
    assert lena.get(place).status_code == 200
    assert lena.get(f"{place}.pdf").status_code == 200
    owners = lena.get(f"{flat.place}/owners").text
    assert "Stan Wu" not in owners
    assert "Close a month" not in owners
    every = adam.get("/office/owner-statements").text
    others = {part.partition('"')[0] for part in every.split('href="/office/owner-statements/')[1:]}
    foreign = next(ref for ref in others if ref not in mine)
    assert lena.get(f"/office/owner-statements/{foreign}").status_code == 404
    assert lena.get(f"/office/owner-statements/{foreign}.pdf").status_code == 404
