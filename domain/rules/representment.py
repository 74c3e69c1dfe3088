"""Whether a debit that failed or came back may be presented again, and until when. Pure.

Source: Nacha Operating Rules 2.12.4 (reinitiation of returned entries): a debit returned for insufficient or
uncollected funds (R01, R09) at most two times after the return of the original, within 180 days of its settlement; one
that was stopped or not authorised (R05, R07, R08, R10, R11, R29, R51) not without a new permission; one for a wrong
account (R02, R03, R04) only once the account was corrected. Other codes, of other schemes and of cards, by what their
table says (`retryable`), within the same limits. Never on the day on which it came back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from domain.words import N_, Sentence, Step, Trace

MOST_AGAIN = 2
WITHIN = timedelta(days=180)
FUNDS = frozenset({"R01", "R09"})
UNAUTHORISED = frozenset({"R05", "R07", "R08", "R10", "R11", "R29", "R51"})
CORRECTABLE = frozenset({"R02", "R03", "R04"})
REVOKED = frozenset({"R05", "R07", "R10", "R29", "R51", "MD01", "MD06", "MS02", "ARUDD-1", "ARUDD-6"})
"""Codes by which the payer says that there is no permission (any more): the mandate ends with them."""

Retryable = Literal["yes", "after_correction", "never"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it may be presented again on the day, how often after that, the last day, and the reasons."""

    allowed: bool
    left: int
    until: date
    trace: Trace

    @property
    def reason(self) -> Sentence:
        """The sentence that decided it."""
        return self.trace.steps[-1].sentence


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried so far: the day of the first debit, the day the last one came back, how often it came again."""

    first_on: date
    back_on: date
    again: int
    corrected: bool = False


def represent(code: str, retryable: Retryable, tried: Tried, on: date) -> Verdict:
    """Whether the debit that came back with `code` may be presented again `on` a day.

    `retryable` is what the table of codes says; for the codes of US bank debits that the rule names, the rule decides.
    """
    code = code.upper() if code[:1] in "rR" and code[1:].isdigit() else code
    until = tried.first_on + WITHIN
    left = max(MOST_AGAIN - tried.again, 0)
    no = _refusal(code, _by_code(code, retryable), tried, until, left, on)
    count = Sentence(N_("Presented again so far: %(count)s of %(most)s times."),
                     {"count": tried.again, "most": MOST_AGAIN})  # fmt: skip
    last = no or Sentence(N_("It may be presented again until %(day)s."), {"day": until})
    return Verdict(no is None, left, until, Trace("representment", 1, (Step(count), Step(last))))


def _by_code(code: str, retryable: Retryable) -> Retryable:
    if code in FUNDS:
        return "yes"
    if code in UNAUTHORISED:
        return "never"
    return "after_correction" if code in CORRECTABLE else retryable


def _refusal(
    code: str, retryable: Retryable, tried: Tried, until: date, left: int, on: date
) -> Sentence | None:
    if code in UNAUTHORISED:
        return Sentence(N_("The payer did not allow this debit. Ask for a new permission first."))
    if retryable == "never":
        return Sentence(N_("A debit that came back for this reason is not presented again."))
    if retryable == "after_correction" and not tried.corrected:
        return Sentence(N_("The account has to be corrected first."))
    if not left:
        words = N_("It was presented again %(most)s times already. That is the most the rules allow.")
        return Sentence(words, {"most": MOST_AGAIN})
    if on > until:
        return Sentence(N_("The last day to present it again was %(day)s."), {"day": until})
    if on <= tried.back_on:
        return Sentence(N_("Not on the day on which it came back."))
    return None
