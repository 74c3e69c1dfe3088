"""What became of one debit of autopay, in words. Pure. Question: `became`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.words import N_, Sentence
from gateways.codes import is_bank_return, reason

BECAME: Mapping[tuple[str, str], str] = {
    ("begun", ""): N_("On its way."),
    ("retry", ""): N_("It failed and is tried again on %(day)s."),
    ("done", ""): N_("Taken."),
    ("covered", ""): N_("Nothing was owed any more, so nothing was taken."),
    ("held", ""): N_("Held back for now."),
    ("skipped", ""): N_("Left out: nothing was taken."),
    ("skipped", "by_payer"): N_("You left it out: nothing was taken."),
    ("skipped", "paused"): N_("Autopay was paused: nothing was taken."),
    ("skipped", "over_limit"): N_("More was due than your limit: nothing was taken."),
    ("given_up", ""): N_("Not taken."),
    ("given_up", "missed"): N_("Not taken: our program did not run on that day."),
    ("given_up", "on_hold"): N_("Not taken: payments were on hold."),
    ("given_up", "method_stopped"): N_("Not taken: the way to pay could not be used."),
    ("given_up", "not_answered"): N_("Not taken: more was due than your limit, and no answer came."),
    ("given_up", "waived"): N_("Not taken: we let it pass."),
    ("given_up", "by_payer"): N_("Not taken: autopay had ended."),
}
"""(state of a debit, its code) -> what became of it; with the code "" where no more is known."""

DISPUTED = "disputed"


def became(debit: Any, return_code: str | None, returned_on: date | None) -> Sentence:
    """What became of a debit; `return_code` and `returned_on` where its latest payment was taken and then went back."""
    if returned_on is not None and debit.state in ("retry", "given_up"):
        return returned(return_code or "", returned_on, debit.retry_on if debit.state == "retry" else None)
    if debit.state == "given_up" and is_bank_return(debit.code):
        return Sentence(N_("Not taken: the bank did not pay it. %(why)s"), {"why": reason(debit.code).title})
    words = BECAME.get((debit.state, debit.code)) or BECAME.get((debit.state, ""), N_("Not taken."))
    return Sentence(words, {"day": debit.retry_on} if debit.state == "retry" else {})


def returned(code: str, on: date, again_on: date | None = None) -> Sentence:
    """The words for a debit that was taken and went back on a day, and is perhaps tried again."""
    if code == DISPUTED:
        return Sentence(N_("Taken back by the bank on %(day)s, because of a dispute."), {"day": on})
    said = {"day": on, "why": reason(code).title}
    if again_on is None:
        return Sentence(N_("Returned by the bank on %(day)s. %(why)s"), said)
    words = N_("Returned by the bank on %(day)s. %(why)s It is tried again on %(again)s.")
    return Sentence(words, {**said, "again": again_on})
