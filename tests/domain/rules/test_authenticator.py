"""Codes of an authenticator app, by the vectors of RFC 6238 (appendix B, SHA-1, last six digits) and by the clock."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.authenticator import STEP_SECONDS, matching_step, minutes_off

SEED = base64.b32encode(b"12345678901234567890").decode()


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
     (20000000000, "353130")],
)  # fmt: skip
def test_the_published_codes_belong_to_their_steps(seconds, code):
    assert matching_step(SEED, code, 0, at(seconds)) == seconds // STEP_SECONDS


@given(st.integers(10**9, 4 * 10**9), st.integers(-12, 12))
def test_a_code_counts_within_one_step_and_its_clock_is_named_within_ten(now, off):
    import pyotp

    code = pyotp.TOTP(SEED).at(now + off * STEP_SECONDS)
    step, minutes = matching_step(SEED, code, 0, at(now)), minutes_off(SEED, code, at(now))
    if abs(off) <= 1:
        assert step is not None
        assert minutes == 0
    elif step is None and 2 <= abs(off) <= 10 and minutes:
        # Seldom the same six digits stand nearer by: then the nearer one is named.
        assert 1 <= abs(minutes) <= 5


def test_none_at_or_before_the_last_one():
    current = 1111111111 // STEP_SECONDS
    assert matching_step(SEED, "050471", current, at(1111111111)) is None
    assert matching_step(SEED, "050471", current - 1, at(1111111111)) == current
