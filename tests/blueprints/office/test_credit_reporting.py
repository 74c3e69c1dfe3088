"""What the business reports is written down with its day, refused where it says too little, and read in the report."""

from __future__ import annotations

import pytest

from tests.blueprints.portal.test_credit_reporting import answer, keep_rule, page_of, rule_in

pytestmark = pytest.mark.database("sqlite")
GIVEN = {
    "reports": "y",
    "furnisher": "Score Service",
    "bureaus": "Equifax",
    "dispute_address": "1 Quay",
    "needs_consent": "y",
}


def test_a_rule_is_kept_and_a_later_one_beside_it(house) -> None:
    adam = house.client("adam")
    assert adam.post("/office/credit-reporting", data=GIVEN).status_code == 303
    assert adam.post("/office/credit-reporting", data=GIVEN).status_code == 303
    assert adam.post("/office/credit-reporting", data={"furnisher": "Score Service"}).status_code == 303
    page = adam.get("/office/credit-reporting").text
    assert page.count("Equifax") == 1
    assert 'value="Score Service"' in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"bureaus": ""}, "Say to whom you report."),
        ({"dispute_address": " "}, "Say where disputes are to be sent."),
        ({"effective_from": "2001-01-01"}, "Choose today or a later day"),
        ({"furnisher": "x" * 121}, "Use at most 120 characters."),
    ],
)
def test_a_rule_that_says_too_little_is_refused_and_what_was_typed_stays(house, changed, words: str) -> None:
    answered = house.client("adam").post("/office/credit-reporting", data=GIVEN | changed)
    assert answered.status_code == 422
    assert words in answered.text
    assert "Score Service" in answered.text or "xxx" in answered.text


def test_the_report_lists_only_holders_who_agreed(house, open_agreement) -> None:
    loan, _other = open_agreement("bo", number="L-1", age_days=70), open_agreement("tess", number="L-2")
    adam = house.client("adam")
    assert "reports nothing" in adam.get("/office/reports/credit_reporting").text
    keep_rule(house)
    assert answer(house, loan, answer="yes", rule=rule_in(page_of(house, loan).text)).status_code == 303
    page = adam.get("/office/reports/credit_reporting").text
    assert "L-1" in page
    assert "L-2" not in page
    assert "71" in page
    csv = adam.post("/office/reports/credit_reporting.csv").text
    assert "30 to 59 days late" in csv
    assert house.client("dana").get("/office/credit-reporting").status_code == 403
