"""What becomes of one debit of autopay on the day it is to be sent, and how much it may take. Pure.

Verbs: `verdict`, `may_take`, `failed_in_a_row`. The run, its notices and the claim of a waiting debit all decide by
these, so that what people were told, what "tonight's run" shows and what is taken cannot differ.

Sources: 12 CFR 1005.10(d) (notice of another amount 10 days before; or of the range only), the advance notices of Bacs
(10 working days) and SEPA (14 days), the design's J4 (catch-up), J19 (one switch and holds inside the claim).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from domain.rules.autopay_amount import Amount, differs

Act = Literal["begin", "wait", "hold", "skip", "covered", "give_up", "over"]
OVER = ("begun", "retry", "done", "given_up", "covered")
"""States of a debit on which the run has nothing to decide any more."""
NOT_FAILED = ("missed", "on_hold", "held", "agreement_closed", "pause")
"""Codes of a debit that was given up without anything having gone wrong with money or way to pay."""
_DAY = timedelta(days=1)
NO_MONEY_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a debit on the day it is decided.

    `send_on` is the day it was to be begun, `debit_on` the day the money is taken; `state` that of its row, "" where
    there is none; `announced_on` and `announced_minor` what its payer was told the day before; `accepted_on` the day
    the contract was accepted, whose text names the first debit. `decision` is what staff decided of it: "", "hold",
    "waive" or "approve"; `held`: a hold of the agreement stands; `paused`: the person paused the contract on the day.
    """

    send_on: date
    debit_on: date
    state: str = ""
    announced_on: date | None = None
    announced_minor: int | None = None
    accepted_on: date | None = None
    decision: str = ""
    held: bool = False
    paused: bool = False
    open: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the debit: `begin` takes `minor`; `wait` changes nothing yet; `hold` looks again tomorrow; all
    others end its period. `code` says why.
    """

    act: Act
    minor: int = 0
    code: str = ""


def verdict(facts: Facts, amount: Amount | None, today: date, late_days: int) -> Verdict:
    """What becomes of a debit today. `amount`: what the contract takes of what is owed now; None: no way to pay.

    A debit that was missed (nobody ran the program) is taken up to `late_days` late, where its payer was told of it;
    an older one is given up, for a person to look at.
    """
    if facts.state in OVER:
        return Verdict("over")
    if facts.state == "skipped" or facts.paused:
        return Verdict("skip", code="by_payer" if facts.state == "skipped" else "paused")
    if not facts.open:
        return Verdict("covered", code="agreement_closed")
    if facts.decision == "waive":
        return Verdict("skip", code="waived")
    too_late = today > facts.send_on + timedelta(days=late_days)
    if facts.held or facts.decision == "hold":
        code = "on_hold" if facts.held else "held"
        return Verdict("give_up" if too_late else "hold", code=code)
    if too_late:
        return Verdict("give_up", code="missed")
    if amount is None:
        return Verdict("give_up", code="method_stopped")
    if not amount.minor:
        if amount.code == "nothing_due":
            return Verdict("covered", code="nothing_due")
        return Verdict("skip", code="not_answered" if amount.asks else "over_limit")
    if not told(facts, today):
        return Verdict("wait")
    minor = amount.minor
    if facts.announced_minor is not None and facts.announced_on is not None:
        minor = min(minor, facts.announced_minor)
    return Verdict("begin", minor, amount.code) if minor else Verdict("covered", code="nothing_due")


def told(facts: Facts, today: date) -> bool:
    """Whether the payer was told of the exact amount the day before, or by the text they accepted a day ago at most."""
    if facts.announced_on is not None:
        return facts.announced_on < today
    return facts.accepted_on is not None and facts.accepted_on >= facts.send_on - _DAY


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of another amount: how much, on which day; `approved`: the person said yes to it."""

    minor: int | None = None
    on: date | None = None
    approved: bool = False


def may_take(
    contract: object,
    minor: int,
    last_minor: int | None,
    notice: Told,
    debit_on: date,
    *,
    notice_days: int,
    until: date | None = None,
) -> int:
    """How much of `minor` may be taken on `debit_on`, in minor units.

    The amount taken last, and less than it, always may: what is less was paid by hand or taken back by us. More may be
    taken within the range agreed on, and where it was told of `notice_days` before (and by `until`, the last day that
    the scheme itself allows). Else at most the greatest amount of these is taken; the rest stays due.
    """
    if last_minor is None or minor <= last_minor or not differs(contract, minor, last_minor):  # type: ignore[arg-type]
        return minor
    most = max(last_minor, getattr(contract, "range_max_minor", None) or 0)
    if notice.minor is not None and (notice.approved or in_time(notice.on, debit_on, notice_days, until)):
        most = max(most, notice.minor)
    return min(minor, most)


def in_time(told_on: date | None, debit_on: date, notice_days: int, until: date | None = None) -> bool:
    """Whether a notice of another amount came early enough."""
    if told_on is None:
        return False
    return told_on <= debit_on - timedelta(days=notice_days) and (until is None or told_on <= until)


def failed_in_a_row(states: Iterable[tuple[str, str, int]]) -> int:
    """How many periods failed one after the other, of (state, code, tries) from the latest back.

    However often one period is presented again, it counts once, also while its next try is under way. What was covered,
    skipped or held, is under way for the first time, or was taken so lately that the bank may still send it back for
    lack of money ("taken"), says nothing either way.
    """
    count = 0
    for state, code, tries in states:
        if state == "done":
            break
        failed_before = (state == "retry" and tries >= 1) or (state == "begun" and tries > 1)
        if code not in NOT_FAILED and (failed_before or state == "given_up"):
            count += 1
    return count


def settled_for_good(settled_on: date | None, returnable_until: date | None, today: date) -> bool:
    """Whether money that arrived counts as paid when failures are counted: at once where no bank can send it back, else
    once the days have passed in which banks send back what an account did not hold (two banking days by the Nacha
    rules, three for Bacs, five for SEPA). One that was not authorised can come back for much longer.
    """
    return returnable_until is None or settled_on is None or today > settled_on + NO_MONEY_DAYS
