"""Every schedule comes out the same by a second, naive way; ten thousand more of them in `make torture`."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from domain.rules.schedule import LoanTerms
from tests.domain.rules.naive_schedule import agrees, any_terms, made

CALM = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@CALM
@given(any_terms())
def test_a_naive_second_computation_comes_to_the_same_rows(wanted: LoanTerms) -> None:
    schedule = made(wanted)
    assume(schedule is not None)
    assert schedule is not None
    agrees(schedule)
