"""The states of a payment and the events that may change them: one closed table, pure.

Shown on top of `settled`, from rows of their own: returned and disputed. An event that the table does not list for the
present state changes nothing; the caller writes down that it came.
"""

from __future__ import annotations

from domain.words import N_

LIVE = ("attempting", "unknown")
ON_ITS_WAY = ("scheduled", "awaiting", "attempting", "unknown", "pending")

UNSETTLED = ("awaiting", "attempting", "unknown", "pending", "cancelled")
FIRST = ("scheduled", "attempting")
"""The states in which a payment is written down first."""

TABLE: dict[str, tuple[frozenset[str], str]] = {
    "claimed": (frozenset({"scheduled"}), "attempting"),
    "filed": (frozenset({"scheduled"}), "pending"),
    "unfiled": (frozenset({"pending"}), "scheduled"),
    "stopped": (frozenset({"scheduled"}), "failed"),
    "accepted": (frozenset({"attempting", "unknown", "awaiting", "cancelled"}), "pending"),
    "settled": (frozenset({"attempting", "unknown", "awaiting", "pending", "cancelled"}), "settled"),
    "declined": (frozenset({"attempting", "unknown", "awaiting", "pending"}), "failed"),
    "needs_confirmation": (frozenset({"attempting", "unknown"}), "awaiting"),
    "no_answer": (frozenset({"attempting"}), "unknown"),
    "not_found": (frozenset({"attempting", "unknown"}), "failed"),
    "expired": (frozenset({"awaiting"}), "cancelled"),
    "cancelled": (frozenset({"scheduled", "awaiting"}), "cancelled"),
    "returned_unsettled": (frozenset(UNSETTLED), "failed"),
    "returned": (frozenset({"settled"}), "settled"),
    "disputed": (frozenset({"settled"}), "settled"),
}
"""Event -> (the states it may come in, the state it leads to).

A payment that we stopped waiting for can still be confirmed on the gateway's page, so the gateway's word about money
that moves is taken in `cancelled` too.
"""

WORDS: dict[str, str] = {
    "scheduled": N_("Planned"),
    "awaiting": N_("Waiting for you to confirm"),
    "attempting": N_("Being sent"),
    "unknown": N_("Waiting for the bank's answer"),
    "pending": N_("Sent to your bank"),
    "settled": N_("Settled"),
    "failed": N_("Did not go through"),
    "cancelled": N_("Cancelled"),
    "returned": N_("Returned by the bank"),
    "disputed": N_("Disputed"),
}
"""What each state is called on a page."""

EVENT_WORDS: dict[str, str] = {
    "begun": N_("Payment begun"),
    "planned": N_("Payment planned"),
    "changed": N_("Payment changed"),
    "claimed": N_("Its day came; being sent"),
    "filed": N_("Put into a file for the bank"),
    "unfiled": N_("Taken out of the file again"),
    "stopped": N_("Not sent: it could not be taken"),
    "accepted": N_("Sent to your bank"),
    "settled": N_("The money arrived"),
    "declined": N_("The payment was declined"),
    "needs_confirmation": N_("Your confirmation was asked for"),
    "no_answer": N_("No answer yet; we keep asking"),
    "not_found": N_("The processor has no such payment; nothing was taken"),
    "expired": N_("Not confirmed in time; nothing was taken"),
    "cancelled": N_("Cancelled; nothing was taken"),
    "returned_unsettled": N_("The bank sent it back before it settled"),
    "returned": N_("The bank sent the money back"),
    "disputed": N_("The payer's bank disputed it"),
}
"""What each event is called in a payment's timeline."""


def moves() -> frozenset[tuple[str, str]]:
    """Every (state before, state after) that the table allows; the triggers of `migrations.triggers` hold the same.

    A settlement told after a return that came first leads from `failed` to `settled` (see `early_return` of the door).
    """
    listed = {
        (source, target) for sources, target in TABLE.values() for source in sources if source != target
    }
    return frozenset(listed | {("failed", "settled")})


def after(state: str, event: str) -> str | None:
    """The state to which `event` leads from `state`, or None where the table does not allow it."""
    sources, target = TABLE[event]
    return target if state in sources else None


def named(state: str, event: str) -> str:
    """The event of our table that a gateway's `event` is in `state`.

    Money can come back before it was settled; and the gateway's page can close before we knew that it had opened: then
    the try has failed, since only what waited for a yes is cancelled.
    """
    if event == "expired" and state in LIVE:
        return "declined"
    return "returned_unsettled" if event in ("returned", "disputed") and state in UNSETTLED else event


def agrees(state: str, target: str) -> bool:
    """Whether an event that leads to `target` says nothing new in `state`.

    It is the same; or no money moves in both; or it tells that a payment was sent which has long settled.
    """
    return state == target or (state, target) in (
        ("cancelled", "failed"), ("failed", "cancelled"), ("settled", "pending"),
    )  # fmt: skip
