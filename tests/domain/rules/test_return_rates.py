"""Returned debits against the limits of the scheme (Nacha 2.17.2): 0.5 %, 3 % and 15 %."""

from __future__ import annotations

import pytest

from domain.rules.return_rates import return_rates


@pytest.mark.safety("L8")
@pytest.mark.parametrize(
    ("name", "code", "sent", "returned", "level"),
    [
        ("unauthorised", "R10", 10_000, 24, "fine"),
        ("unauthorised", "R10", 10_000, 25, "half"),  # half of 0.5 %
        ("unauthorised", "R07", 10_000, 39, "half"),
        ("unauthorised", "R29", 10_000, 40, "near"),  # 80 % of it
        ("unauthorised", "R51", 10_000, 50, "near"),  # the limit itself is allowed
        ("unauthorised", "R05", 10_000, 51, "over"),
        ("administrative", "R03", 1_000, 14, "fine"),
        ("administrative", "R02", 1_000, 15, "half"),
        ("administrative", "R04", 1_000, 24, "near"),
        ("administrative", "R04", 1_000, 31, "over"),
        ("all", "R01", 1_000, 74, "fine"),
        ("all", "R01", 1_000, 75, "half"),
        ("all", "R09", 1_000, 120, "near"),
        ("all", "R01", 1_000, 151, "over"),
    ],
)
def test_levels_are_told_at_half_at_four_fifths_and_above_the_limit(
    name, code, sent, returned, level
) -> None:
    found = {rate.name: rate for rate in return_rates(sent, {code: returned})}
    assert found[name].level == level
    assert found["all"].returned == returned


@pytest.mark.safety("L8")
def test_every_code_counts_in_all_and_only_its_own_in_its_kind() -> None:
    codes = {
        "R01": 5,
        "R02": 1,
        "R03": 1,
        "R04": 1,
        "R05": 1,
        "R07": 1,
        "R10": 1,
        "R11": 1,
        "R29": 1,
        "R51": 1,
        "R16": 2,
    }
    found = {rate.name: rate.returned for rate in return_rates(1_000, codes)}
    assert found == {"unauthorised": 6, "administrative": 3, "all": 16}


def test_nothing_sent_is_no_rate() -> None:
    assert [(rate.hundredths, rate.level) for rate in return_rates(0, {})] == [(0, "fine")] * 3
    assert return_rates(200, {"R10": 1})[0].hundredths == 50
