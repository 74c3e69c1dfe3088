"""Adam keeps what the law allows at most, as he looked it up; nothing is brought along and no row is ever changed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.fixtures.forms import fields_of
from tests.fixtures.late_fees import keep_cap

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-11-20")
CAP = {
    "what": "late_fee", "jurisdiction": "us-me", "kind": "rental", "effective_from": "2026-01-01", "percent": "4",
    "earliest_days": "15", "source": "14 M.R.S. § 6028", "verified_on": "2026-11-20",
}  # fmt: skip


@pytest.fixture
def adam(house):
    return house.client("adam")


def kept(app):
    from models import LegalCap, db

    with app.app_context():
        return list(db.session.scalars(sa.select(LegalCap).order_by(LegalCap.id)))


def test_an_empty_table_says_that_nothing_is_limited_and_whose_job_the_law_is(app, adam):
    page = adam.get("/office/legal-caps").text
    assert "No limits are kept, so nothing is limited." in page
    assert "This program knows no law" in page
    assert kept(app) == []


def test_a_limit_is_kept_and_shown_with_its_source_and_the_day_somebody_looked(app, adam):
    answer = adam.post("/office/legal-caps", data=CAP)
    assert answer.status_code == 303, answer.text
    page = adam.get("/office/legal-caps").text
    for words in (
        "US-ME",
        "4%",
        "14 M.R.S. § 6028",
        "looked up on 20 Nov 2026",
        "15 days after the due day",
        "In force",
    ):
        assert words in page.replace(" %", "%").replace("\xa0%", "%"), words
    (row,) = kept(app)
    assert (row.jurisdiction, row.kind, str(row.percent), row.recorded_by[:5]) == (
        "US-ME",
        "rental",
        "4",
        "user:",
    )


def test_a_change_of_law_is_a_further_row_and_the_old_one_counts_until_its_day(app, house, adam):
    ref = keep_cap(house, jurisdiction="US-ME", amount_minor=4_000)
    form = fields_of(adam.get(f"/office/legal-caps/{ref}/supersede").text, "/office/legal-caps")
    assert form["amount_minor"] == "40.00"
    answer = adam.post(
        "/office/legal-caps", data=form | {"amount_minor": "50", "effective_from": "2027-01-01"}
    )
    assert answer.status_code == 303, answer.text
    old, new = kept(app)
    assert (old.amount_minor, new.amount_minor) == (4_000, 5_000)
    page = adam.get("/office/legal-caps").text
    assert "To come" in page
    assert page.count("In force") == 1


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"source": " "}, "Say where the figure stands"),
        ({"verified_on": "2026-11-21"}, "Nobody can have looked on a day that has not come."),
        ({"percent": "-1"}, "between 0 and 1,000 percent"),
        ({"amount_minor": "lots"}, "amount"),
        ({"effective_from": ""}, "Choose the day."),
        ({"earliest_days": "400"}, "0 to 366 days"),
        ({"what": "rate", "amount_minor": "5"}, "a percentage a year, without an amount"),
        ({"what": "returned_payment_fee"}, "Only late fees have a first day."),
        ({"what": "everything"}, "Not a valid choice"),
        ({"jurisdiction": "x" * 17}, "at most 16"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_refused_and_what_was_typed_stays(app, adam, typed, sentence):
    answer = adam.post("/office/legal-caps", data=CAP | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert kept(app) == []
    if "source" not in typed:
        assert fields_of(answer.text, "/office/legal-caps")["source"] == CAP["source"]


def fee(app) -> int:
    from models import Business, db

    with app.app_context():
        return db.session.scalar(sa.select(Business.returned_payment_fee_minor))


def test_the_fee_for_returned_payments_is_set_within_the_law(app, house, adam):
    page = adam.get("/office/returned-payment-fee").text
    assert "No limit of law is kept for it." in page
    assert adam.post("/office/returned-payment-fee", data={"returned_payment_fee": "30"}).status_code == 303
    assert fee(app) == 3_000
    keep_cap(house, what="returned_payment_fee", amount_minor=2_500)
    above = adam.post("/office/returned-payment-fee", data={"returned_payment_fee": "25.01"})
    assert above.status_code == 422
    assert "at most $25.00" in above.text
    assert 'value="25.01"' in above.text
    assert fee(app) == 3_000
    assert adam.post("/office/returned-payment-fee", data={"returned_payment_fee": "25"}).status_code == 303
    assert fee(app) == 2_500
    assert adam.post("/office/returned-payment-fee", data={"returned_payment_fee": "abc"}).status_code == 422


def test_only_an_administrator_changes_limits_and_staff_read_them(house):
    ref, dana = keep_cap(house), house.client("dana")
    assert dana.get("/office/legal-caps").status_code == 200
    assert dana.post("/office/legal-caps", data=CAP).status_code == 403
    assert dana.get(f"/office/legal-caps/{ref}/supersede").status_code == 403
    assert dana.post("/office/returned-payment-fee", data={"returned_payment_fee": "1"}).status_code == 403
    assert house.client("bo").get("/office/legal-caps").status_code == 404
    assert house.client("adam").get("/office/legal-caps/none/supersede").status_code == 404
