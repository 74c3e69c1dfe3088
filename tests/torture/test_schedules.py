"""Ten thousand loans of every kind, each computed a second time by the definitions."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from domain.rules.schedule import LoanTerms
from tests.domain.rules.naive_schedule import agrees, any_terms, made


@pytest.mark.torture
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_terms())
def test_ten_thousand_loans_come_out_the_same_by_a_second_way(wanted: LoanTerms) -> None:
    schedule = made(wanted)
    if schedule:
        agrees(schedule)
