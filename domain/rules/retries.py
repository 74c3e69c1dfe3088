"""When a debit of autopay that failed is tried again, and the sentence for its payer. Pure. Verb: `next_try`.

Bank debits by the rule of `domain.rules.representment` (Nacha 2.12.4: R01 and R09 at most twice, within 180 days; what
was stopped or not authorised never; a wrong account only once it was put right), on the days of the business's plan
after the return. Cards on the days of its plan after the first try, where the decline is soft; never where it is hard.
Never on the day on which it came back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from domain.rules.autopay_policy import Policy
from domain.rules.representment import Retryable, Tried, represent
from domain.words import N_, Sentence


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """The day of the next try, None for none; and the sentence that says so."""

    on: date | None
    sentence: Sentence


def next_try(
    code: str, scheme: str, tried: Tried, on: date, policy: Policy, *, retryable: Retryable = "never"
) -> RetryPlan:
    """The next try of a debit that failed with `code`, as known on the day `on`.

    `scheme` is "card", or that of a bank debit ("ach", "sepa", "bacs"); `retryable` what the table of codes says.
    """
    card = scheme == "card"
    plan = policy.card_retry_days if card else policy.funds_retry_days
    if tried.again < len(plan):
        first = tried.first_on if card else tried.back_on
        day = max(
            first + timedelta(days=plan[tried.again]),
            tried.back_on + timedelta(days=1),
            on + timedelta(days=1),
        )
    else:
        day = on + timedelta(days=1)
    if card:
        return _card(retryable, tried, plan, day)
    found = represent(code, retryable, tried, day)
    if not found.allowed:
        return RetryPlan(None, found.reason)
    if tried.again >= len(plan):
        return RetryPlan(
            None, Sentence(N_("It was tried as often as we try. It is not tried again by itself."))
        )
    return RetryPlan(day, Sentence(N_("It is tried again on %(day)s."), {"day": day}))


def _card(retryable: Retryable, tried: Tried, plan: tuple[int, ...], day: date) -> RetryPlan:
    if retryable != "yes":
        return RetryPlan(
            None, Sentence(N_("The card was refused for good, so it is not tried again by itself."))
        )
    if tried.again >= len(plan):
        return RetryPlan(
            None, Sentence(N_("It was tried as often as we try. It is not tried again by itself."))
        )
    return RetryPlan(day, Sentence(N_("It is tried again on %(day)s."), {"day": day}))
