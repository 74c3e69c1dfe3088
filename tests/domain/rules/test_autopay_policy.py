"""The business's settings of autopay: what is left out counts as by default, what makes no sense is refused."""

from __future__ import annotations

import pytest

from domain.rules.autopay_policy import Policy, autopay_policy
from domain.words import Refused


def test_a_business_that_set_nothing_has_the_usual_policy() -> None:
    assert autopay_policy(None) == autopay_policy({}) == Policy()
    assert (Policy().stop_after, Policy().late_days, Policy().card_retry_days) == (2, 3, (3, 5, 7))


def test_what_is_set_counts_and_an_empty_field_is_no_cap() -> None:
    found = autopay_policy({"most_per_run": 500, "most_per_day_minor": "", "card_retry_days": [2, 4]})
    assert (found.most_per_run, found.most_per_day_minor, found.card_retry_days) == (500, None, (2, 4))
    assert autopay_policy({"late_days": 0}).late_days == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("notice_days", 9), ("stop_after", 0), ("most_per_run", "many"), ("most_per_run", True),
        ("card_retry_days", [3, 3]), ("card_retry_days", [5, 3]), ("card_retry_days", [1, 2, 3, 4, 5, 6]),
        ("funds_retry_days", [0]), ("late_days", 29),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(name: str, value) -> None:
    with pytest.raises(Refused) as refused:
        autopay_policy({name: value})
    assert refused.value.field == name
