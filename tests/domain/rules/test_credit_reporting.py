"""What would be reported of an account: by the days it is late, in the codes that furnishers use."""

from __future__ import annotations

import pytest

from domain.rules.credit_reporting import Reported, reported, sent


@pytest.mark.parametrize(
    ("days", "code"),
    [(0, "11"), (29, "11"), (30, "71"), (59, "71"), (60, "78"), (89, "78"), (90, "80"), (119, "80"), (120, "82"),
     (149, "82"), (150, "83"), (179, "83"), (180, "84"), (900, "84")],
)  # fmt: skip
def test_an_account_is_current_until_30_days_after_a_due_day(days: int, code: str) -> None:
    # Metro 2 format, field 17A (account status): 11 is 0-29 days past the due date, 71 is 30-59, and so on.
    assert reported("active", days, 90_000, 5_000) == Reported(code, 90_000, 0 if code == "11" else 5_000)


def test_what_is_closed_and_paid_or_charged_off_has_a_code_of_its_own() -> None:
    assert reported("closed", 0, 0, 0) == Reported("13", 0, 0)
    assert reported("charged_off", 400, 70_000, 70_000) == Reported("97", 70_000, 70_000)
    assert reported("closed", 40, 500, 500) == Reported("71", 500, 500)


def test_a_credit_is_a_balance_of_zero_and_never_more_is_past_due_than_is_owed() -> None:
    assert reported("active", 0, -5_000, 0) == Reported("11", 0, 0)
    assert reported("active", 45, 4_000, 6_000) == Reported("71", 4_000, 4_000)


@pytest.mark.parametrize(
    ("reports", "asks", "agreed", "is_sent"),
    [
        (False, False, True, False),
        (True, True, False, False),
        (True, True, True, True),
        (True, False, False, True),
    ],
)
def test_nothing_is_sent_without_a_consent_that_is_asked_for(
    reports: bool, asks: bool, agreed: bool, is_sent: bool
) -> None:
    assert sent(reports, asks, agreed) is is_sent
