"""Adam writes down what paying late costs, sees it day by day first, and changes it from a day on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.fixtures.forms import fields_of
from tests.fixtures.late_fees import keep_cap, keep_policy
from tests.fixtures.rentals import let_flat

TODAY = "2026-11-20"
pytestmark = pytest.mark.settings(DUEBOOK_TODAY=TODAY)
NEW = {
    "name": "Rent, standard", "kind": "rental", "effective_from": "2026-12-01", "first_fee_offset": "4",
    "base1_kind": "flat", "base1_amount": "50.00", "sample_due": "2026-12-01", "sample_amount": "1200",
}  # fmt: skip


@pytest.fixture
def adam(house):
    return house.client("adam")


def rows(app, model: str, *columns: str):
    import models

    with app.app_context():
        table = getattr(models, model).__table__
        return models.db.session.execute(
            sa.select(*(table.c[name] for name in columns)).order_by(table.c.id)
        ).all()


def test_the_list_says_how_to_begin_while_there_is_no_policy(adam):
    page = adam.get("/office/policies")
    assert page.status_code == 200
    assert "No late fees yet" in page.text
    assert 'href="/office/policies/new"' in page.text


def test_a_policy_is_kept_and_read_in_words_with_the_date_of_the_first_fee(app, adam):
    answer = adam.post("/office/policies", data=NEW)
    assert answer.status_code == 303, answer.text
    page = adam.get(answer.location).text
    assert "Due on 1 December 2026: the first fee falls on 5 December 2026." in page
    assert "The fee is $50.00." in page
    assert "5 Dec 2026" in page
    assert rows(app, "LateFeePolicy", "name", "version", "kind") == [("Rent, standard", 1, "rental")]
    assert "Rent, standard" in adam.get("/office/policies").text


def test_the_calendar_shows_the_date_while_it_is_typed_and_keeps_nothing(app, adam):
    part = adam.post("/office/policies/preview", data=NEW, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "5 Dec 2026" in part.text
    assert "$50.00" in part.text
    whole = adam.post("/office/policies", data=NEW | {"show": "1"})
    assert whole.status_code == 200
    assert "5 Dec 2026" in whole.text
    assert 'value="Rent, standard"' in whole.text
    assert rows(app, "LateFeePolicy", "id") == []


def test_the_calendar_marks_where_a_limit_is_reached(adam):
    typed = NEW | {"every_kind": "flat", "every_amount": "10", "cap_charge_amount": "75"}
    part = adam.post("/office/policies/preview", data=typed, headers={"HX-Request": "true"}).text
    # 50 on the 5th, 10 on the 6th and the 7th, then 5 on the 8th, and the limit of 75 is reached.
    assert "A limit is reached" in part
    assert "8 Dec 2026" in part
    assert "9 Dec 2026" not in part
    assert "$75.00" in part
    assert "Limit" in part


def test_the_calendar_says_what_is_missing(adam):
    part = adam.post(
        "/office/policies/preview", data=NEW | {"base1_amount": ""}, headers={"HX-Request": "true"}
    )
    assert "Write how much." in part.text
    bad = adam.post(
        "/office/policies/preview", data=NEW | {"base1_amount": "abc"}, headers={"HX-Request": "true"}
    )
    assert bad.status_code == 200
    assert "<table" not in bad.text


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "Give the policy a name."),
        ({"effective_from": ""}, "Choose the day."),
        ({"effective_from": "soon"}, "Write the day as year-month-day"),
        ({"first_fee_offset": ""}, "Say either how many days"),
        ({"first_fee_day": "5"}, "Say either how many days"),
        ({"first_fee_offset": "four"}, "Write a whole number"),
        ({"base1_percent": "5"}, "A fixed amount has no percent"),
        ({"base2_amount": "5"}, "Choose what it is"),
        ({"base1_kind": "of_standard", "base1_amount": "", "base1_percent": "101"}, "at most 100"),
        ({"minimum_minor": "20", "maximum_minor": "10"}, "below the least fee"),
        (
            {"tier_by": "days_late", "tier1_from": "10.5", "tier1_kind": "flat", "tier1_amount": "5"},
            "whole number",
        ),
        ({"tier_by": "days_late"}, "give at least one step"),
        ({"every_kind": "flat", "every_amount": "5", "every_count": "0"}, "every 1 to 366 days"),
        ({"cap_total_amount": "0"}, "A limit must be above zero"),
        ({"exclude": "C-99999"}, "Nobody has the customer number C-99999"),
        ({"agreement_number": "NONE-1"}, "No agreement under way has this number"),
        ({"kind": "boat"}, "Not a valid choice"),
        ({"cut_off": "late"}, "Write the time as hours:minutes"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_everything_typed_stays(app, adam, typed, sentence):
    sent = NEW | {"minimum_balance_minor": "12.34", "cap_period_amount": "321"} | typed
    answer = adam.post("/office/policies", data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "error-summary" in answer.text
    kept = fields_of(answer.text, "/office/policies")
    for name, value in sent.items():
        if name not in ("kind", "name"):
            assert kept[name] == value, name
    assert rows(app, "LateFeePolicy", "id") == []
    assert rows(app, "AuditEvent", "action")[-1].action != "late_fee_policy.added"


def test_a_policy_above_the_law_of_its_place_is_refused_with_the_law(house, adam):
    keep_cap(house, amount_minor=4_000)
    answer = adam.post("/office/policies", data=NEW)
    assert answer.status_code == 422
    assert "late fees for one payment are at most $40.00 (a statute, § 1)" in answer.text


def test_a_policy_of_every_property_is_kept_and_warns_where_the_law_allows_less(house, adam):
    flat = let_flat(house, "tess")
    named = {"name": "Harbor House", "jurisdiction": "us-me"}
    house.client("dana").post(f"/office/properties/{flat.property}", data=named)
    keep_cap(house, jurisdiction="US-ME", amount_minor=4_000)
    part = adam.post("/office/policies/preview", data=NEW, headers={"HX-Request": "true"}).text
    assert "In US-ME late fees for one payment are at most $40.00" in part
    held = adam.post(
        "/office/policies/preview", data=NEW | {"sample_place": "US-ME"}, headers={"HX-Request": "true"}
    ).text
    assert "A limit is reached" in held
    assert "+$40.00" in held
    assert adam.post("/office/policies", data=NEW).status_code == 303


def test_one_scope_has_one_policy_and_a_name_is_used_once(house, adam):
    assert adam.post("/office/policies", data=NEW).status_code == 303
    same_name = adam.post("/office/policies", data=NEW | {"kind": "loan", "name": "rent, STANDARD"})
    assert same_name.status_code == 422
    assert "Choose another name" in same_name.text
    same_scope = adam.post("/office/policies", data=NEW | {"name": "Another"})
    assert same_scope.status_code == 422
    assert "There is a policy for this already, Rent, standard" in same_scope.text


def test_a_change_is_a_further_version_and_the_old_one_stays_as_it_was(app, adam, house):
    ref = keep_policy(house)
    before = rows(app, "LateFeePolicy", "id", "body", "effective_from")
    form = fields_of(adam.get(f"/office/policies/{ref}/change").text, f"/office/policies/{ref}")
    assert form["base1_amount"] == "50.00"
    assert form["first_fee_offset"] == "4"
    answer = adam.post(
        f"/office/policies/{ref}", data=form | {"base1_amount": "60", "effective_from": "2027-01-01"}
    )
    assert answer.status_code == 303, answer.text
    after = rows(app, "LateFeePolicy", "id", "body", "effective_from")
    assert after[:1] == before
    assert (len(after), after[1].body["bases"][0]["amount_minor"]) == (2, 6_000)
    page = adam.get(answer.location).text
    assert "Version 2" in page
    assert "Version 1" in page
    assert "The fee is $60.00." in page
    assert "The fee is $50.00." in page
    listed = adam.get("/office/policies").text
    assert "The fee is $50.00." in listed  # the one that counts today
    assert "Version 2 counts from 1 January 2027." in listed


def test_a_change_made_from_an_old_version_or_before_it_is_refused(adam, house):
    ref = keep_policy(house)
    form = fields_of(adam.get(f"/office/policies/{ref}/change").text, f"/office/policies/{ref}")
    early = adam.post(f"/office/policies/{ref}", data=form | {"effective_from": "2026-10-31"})
    assert early.status_code == 422
    assert "counts from 1 November 2026" in early.text
    assert adam.post(f"/office/policies/{ref}", data=form).status_code == 303
    again = adam.post(f"/office/policies/{ref}", data=form)
    assert again.status_code == 422
    assert "Somebody changed this policy meanwhile" in again.text


def test_every_field_survives_the_way_into_the_books_and_back_to_the_form(adam, house):
    bo = house.client("dana").get("/office/people?q=Bo").text
    number = bo[bo.index("C-1") :][:7]
    sent = NEW | {
        "first_fee_offset": "", "first_fee_day": "6", "cut_off": "17:00", "base2_kind": "of_standard",
        "base2_percent": "5", "combine": "lesser", "minimum_minor": "10.00", "maximum_minor": "90.00",
        "tier_by": "overdue", "tier1_from": "500.00", "tier1_kind": "flat", "tier1_amount": "30.00",
        "tier2_from": "900.00", "tier2_kind": "of_overdue", "tier2_percent": "4.5", "every_kind": "flat",
        "every_amount": "5.00", "every_count": "2", "every_unit": "week", "every_after": "3", "every_at": "09:30",
        "every_stop": "4", "cap_charge_amount": "100.00", "cap_charge_percent": "10", "cap_period_amount": "120.00",
        "cap_total_percent": "50", "minimum_balance_minor": "25.00", "charge_types": "utility", "exclude": number,
        "per": "payer", "posting": "propose", "rounding": "floor",
    }  # fmt: skip
    answer = adam.post("/office/policies", data=sent)
    assert answer.status_code == 303, answer.text
    back = fields_of(adam.get(f"{answer.location}/change").text, answer.location)
    own = {"name", "kind", "effective_from", "sample_due", "sample_amount"}
    assert {name: back.get(name) for name in set(sent) - own} == {
        name: value for name, value in sent.items() if name not in own
    }
    page = adam.get(answer.location).text
    for sentence in (
        "Money begun before 17:00 on that day is in time.", "the lesser of $50.00 and 5 percent",
        "When $500.00 or more is overdue, the fee is $30.00.", "A fee is at least $10.00.", "A fee is at most $90.00.",
        "3 days after the first fee, $5.00 more, and again every 14 days until paid.",
        "At most 4 such further fees come.",
        "In a calendar month, late fees are at most $120.00.", "Less than $25.00 overdue makes no fee.",
        "Also counts when unpaid: Utilities.", "Shares of 1 payers never count", "Each payer&#39;s share",
        "Fees are proposed", "Fees are rounded down.",
        "Due on 1 December 2026: the first fee falls on 6 December 2026.",
    ):  # fmt: skip
        assert sentence in page, sentence


def test_agreements_it_may_concern_are_looked_at_with_the_next_run(app, house):
    flat = let_flat(house, "tess")
    import models

    with app.app_context():
        agreement = models.db.session.scalar(
            sa.select(models.Agreement).where(models.Agreement.ref == flat.agreement)
        )
        assert agreement.standing.next_bill_on > date(2026, 11, 20)
    keep_policy(house, kind="loan", name="Loans")
    with app.app_context():
        assert models.db.session.scalar(sa.select(models.Standing.next_bill_on)) > date(2026, 11, 20)
    keep_policy(house)
    with app.app_context():
        assert models.db.session.scalar(sa.select(models.Standing.next_bill_on)) == date(2026, 11, 20)


def test_only_an_administrator_changes_policies_and_staff_read_them(house, adam):
    ref = keep_policy(house)
    dana = house.client("dana")
    assert dana.get(f"/office/policies/{ref}").status_code == 200
    assert "Change from a day on" not in dana.get(f"/office/policies/{ref}").text
    for address in ("/office/policies/new", f"/office/policies/{ref}/change"):
        assert dana.get(address).status_code == 403
    assert dana.post("/office/policies", data=NEW | {"kind": "loan"}).status_code == 403
    assert house.client("bo").get(f"/office/policies/{ref}").status_code == 404
    assert house.client("lena").get("/office/policies").status_code == 403
    assert adam.get("/office/policies/not-one-of-ours").status_code == 404


def test_the_list_costs_the_same_statements_for_one_policy_as_for_many(house, adam, count_statements):
    keep_policy(house)
    adam.get("/office/policies")
    with count_statements() as one:
        adam.get("/office/policies")
    for number, kind in enumerate(("loan", "lease_to_own", "credit_line")):
        keep_policy(
            house, kind=kind, name=f"Rule {number}", effective_from=date(2026, 11, 1) + timedelta(number)
        )
    with count_statements() as many:
        adam.get("/office/policies")
    assert len(many) == len(one)
