"""What makes no sense as autopay is refused by its field; what reaches beyond the accepted text needs a new yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.rules.autopay import Contract
from domain.rules.autopay_checks import check_contract, check_methods, widens
from domain.words import Refused

TODAY = date(2026, 3, 2)
PLAIN = Contract("USD", "due", TODAY)


def check(contract: Contract, statements: bool = False, follows: bool = False) -> None:
    check_contract(contract, statements=statements, follows=follows, today=TODAY)


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"amount_rule": "all"}, "rule"), ({"amount_rule": "minimum"}, "rule"), ({"amount_rule": "statement"}, "rule"),
        ({"amount_rule": "fixed"}, "amount"), ({"amount_rule": "due_plus", "amount_minor": -1}, "amount"),
        ({"amount_rule": "share"}, "share"), ({"amount_rule": "share", "share_bp": 10_001}, "share"),
        ({"limit_minor": 0}, "limit"), ({"amount_rule": "fixed", "amount_minor": 200, "limit_minor": 100}, "limit"),
        ({"above_limit": "perhaps"}, "above"), ({"cadence": "yearly"}, "cadence"),
        ({"range_min_minor": 300, "range_max_minor": 200}, "high"), ({"range_max_minor": 0}, "high"),
        ({"range_min_minor": -1}, "low"), ({"follow_rent_bp": 300}, "follow"), ({"days_before": 29}, "before"),
        ({"starts_on": date(2026, 3, 1)}, "starts"), ({"ends_on": date(2026, 3, 1)}, "ends"),
        ({"cadence": "weekly"}, "anchor"), ({"cadence": "semimonthly", "anchor_on": TODAY}, "second"),
        ({"cadence": "semimonthly", "anchor_on": TODAY, "second_day": 2}, "anchor_days"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(wishes: dict, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check(replace(PLAIN, **wishes))
    assert refused.value.field == field


def test_what_makes_sense_passes() -> None:
    check(PLAIN)
    check(replace(PLAIN, amount_rule="minimum"), statements=True)
    check(replace(PLAIN, follow_rent_bp=300), follows=True)
    check(replace(PLAIN, cadence="semimonthly", anchor_on=date(2026, 3, 15), second_day=31))


def test_one_way_to_pay_and_at_most_two_more() -> None:
    check_methods(1)
    check_methods(3)
    for count in (0, 4):
        with pytest.raises(Refused):
            check_methods(count)


LIMITED = replace(
    PLAIN, amount_rule="due_plus", amount_minor=5_000, limit_minor=50_000, above_limit="ask", range_min_minor=100,
    range_max_minor=200, follow_rent_bp=300, ends_on=date(2027, 3, 2), starts_on=date(2026, 4, 1),
)  # fmt: skip


@pytest.mark.parametrize(
    "wishes",
    [
        {"amount_rule": "due"}, {"amount_minor": 5_001}, {"limit_minor": 50_001}, {"limit_minor": None},
        {"above_limit": "pay_limit"}, {"range_max_minor": 201}, {"range_max_minor": None}, {"range_min_minor": 99},
        {"follow_rent_bp": 301}, {"ends_on": None}, {"ends_on": date(2027, 3, 3)}, {"starts_on": date(2026, 3, 31)},
        {"days_before": 1}, {"cadence": "monthly", "anchor_on": date(2026, 4, 1)},
    ],
)  # fmt: skip
def test_more_earlier_or_otherwise_than_accepted_needs_a_new_yes(wishes: dict) -> None:
    assert widens(LIMITED, replace(LIMITED, **wishes), [1], [1])


@pytest.mark.parametrize(
    "wishes",
    [
        {}, {"amount_minor": 4_999}, {"limit_minor": 49_999}, {"above_limit": "skip"}, {"range_max_minor": 199},
        {"range_min_minor": None, "range_max_minor": None}, {"follow_rent_bp": 0}, {"ends_on": date(2027, 3, 1)},
        {"starts_on": date(2026, 4, 2)},
    ],
)  # fmt: skip
def test_less_or_later_than_accepted_needs_none(wishes: dict) -> None:
    assert not widens(LIMITED, replace(LIMITED, **wishes), [1, 2], [1, 2])


def test_another_account_needs_a_new_yes_and_leaving_a_backup_out_does_not() -> None:
    assert not widens(PLAIN, PLAIN, [1, 2, 3], [1, 3])
    for chosen in ([2], [1, 4], [1, 3, 2], [2, 1]):
        assert widens(PLAIN, PLAIN, [1, 2, 3], chosen)


def test_a_first_range_means_being_told_of_less() -> None:
    assert widens(PLAIN, replace(PLAIN, range_max_minor=100), [1], [1])
