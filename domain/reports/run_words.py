"""The words of a day's run: its groups, what becomes of its rows, and how notices are named. Data only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.rules.notice_events import CHANNEL_WORDS, EVENTS
from domain.rules.stop_codes import STOPPED
from domain.words import N_, Sentence

GROUPS: Mapping[str, str] = {
    "charge": N_("Charges"),
    "fee": N_("Late fees"),
    "statement": N_("Statements"),
    "ladder": N_("Steps for late agreements"),
    "debit": N_("Autopay"),
    "planned": N_("Planned payments"),
    "notice": N_("Notices"),
}
"""The groups of rows in the order in which the run comes to them."""

DEBIT_STATES: Mapping[str, str] = {
    "asked": N_("Above the payer's limit: they are asked."),
    "skipped": N_("Skipped."),
    "held": N_("Held back."),
    "covered": N_("Nothing is owed any more."),
    "given_up": N_("Nothing is taken, and it is not tried again."),
}
"""States of a debit in which nothing is taken in a run -> why."""

DEBIT_CODES: Mapping[str, str] = {
    "missed": N_("The program did not run on its day, and by now it is too late."),
    "on_hold": N_("The agreement is on hold."),
    "held": N_("Somebody of the office held it back."),
    "cap_customer": N_("It is more than a customer may be debited in a day. Approve it to let it pass."),
    "method_stopped": N_("None of the ways to pay of the contract works just now."),
    "waived": N_("Somebody of the office left it out."),
    "not_answered": N_("The payer was asked and did not answer."),
    "over_limit": N_("What is due is above the payer's limit."),
    "by_payer": N_("The payer left it out."),
    "paused": N_("The payer paused autopay."),
    "agreement_closed": N_("The agreement is closed."),
}
"""Why a debit is not taken, for the office."""

FATES: Mapping[str, str] = {
    **{code: why for code, (why, _) in STOPPED.items()},
    "": "",
    "waived": N_("Waived: posted and given up at once"),
    "not_sent": N_("Not sent"),
    "later": N_("Sent on its day"),
    "held": N_("Held back"),
    "proposed": N_("Waits for somebody to confirm it"),
    **{f"debit_{state}": words for state, words in DEBIT_STATES.items()},
    "ladder_notice": N_("A notice is sent"),
    "ladder_fee": N_("A fee is proposed"),
    "ladder_call": N_("A task to call is opened"),
    "ladder_hold": N_("Payments through the portal are stopped"),
}
"""What is special about a row -> in words; also why a payment is not sent, by its code."""

CHANNELS_TOLD = N_("%(event)s: to %(name)s, by %(channels)s")


def about_notice(event: str, name: str, channels: Iterable[str]) -> Sentence:
    """A notice in words: what it is of, to whom, by which channels."""
    known = EVENTS.get(event)
    by = [Sentence(CHANNEL_WORDS[one]) for one in CHANNEL_WORDS if one in set(channels)]
    said: Sentence | str = by[0] if by else ""
    for more in by[1:]:
        said = Sentence(N_("%(first)s, %(second)s"), {"first": said, "second": more})
    return Sentence(
        CHANNELS_TOLD, {"event": Sentence(known.words) if known else event, "name": name, "channels": said}
    )
