"""The states of a refund and the events that may change them: one closed table, pure.

A refund is booked when it is begun, so that nobody gives the same money back twice; one that fails is put back by a new
entry. An event that the table does not list for the present state changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from domain.words import N_

LIVE = ("attempting", "unknown")
COUNTS = ("attempting", "unknown", "pending", "settled")
"""The states in which a refund reduces what may still be given back."""

TABLE: dict[str, tuple[frozenset[str], str]] = {
    "accepted": (frozenset({"attempting", "unknown"}), "pending"),
    "filed": (frozenset({"attempting"}), "pending"),
    "unfiled": (frozenset({"pending"}), "attempting"),
    "settled": (frozenset({"attempting", "unknown", "pending"}), "settled"),
    "no_answer": (frozenset({"attempting"}), "unknown"),
    "not_found": (frozenset({"attempting", "unknown"}), "failed"),
    "declined": (frozenset({"attempting", "unknown", "pending"}), "failed"),
    "failed": (frozenset({"attempting", "unknown", "pending", "settled"}), "failed"),
}
"""Event -> (the states it may come in, the state it leads to).

`filed`: put into a file for the bank. `failed`: a bank can send a refund back after it had arrived.
"""

WORDS: dict[str, str] = {
    "attempting": N_("Being sent back"),
    "unknown": N_("Waiting for the bank's answer"),
    "pending": N_("On its way back"),
    "settled": N_("Given back"),
    "failed": N_("Could not be given back"),
}
"""What each state is called on a page."""

EVENT_WORDS: dict[str, str] = {
    "refund_begun": N_("A refund was begun"),
    "refund_sent": N_("The refund is on its way"),
    "refund_unknown": N_("No answer about the refund yet; we keep asking"),
    "refunded": N_("Money was given back"),
    "refund_failed": N_("The refund did not arrive; the money counts again"),
    "reversed": N_("It was entered by mistake and taken back"),
}
"""What happens to a refund (or to a mistake), in the words of its payment's timeline."""

WAY_WORDS: dict[str, str] = {
    "gateway": N_("The way it was paid"),
    "file": N_("To the bank account, with the next file"),
    "cash": N_("Cash from the drawer"),
    "check": N_("A check"),
    "transfer": N_("A transfer from our bank"),
}
"""How money is given back, in words."""


def after(state: str, event: str) -> str | None:
    """The state to which `event` leads from `state`, or None where the table does not allow it."""
    sources, target = TABLE[event]
    return target if state in sources else None


def ways_of(abilities: Collection[str], instrument: str, has_method: bool) -> list[str]:
    """How money of a payment may be given back, by what its gateway can do (nothing for money in hand).

    What came by card goes back to the card where that can be: the schemes ask for it.
    """
    by_hand = ["cash", "check", "transfer"]
    if "refund" in abilities:
        return ["gateway"] if instrument == "card" else ["gateway", *by_hand[1:]]
    return (["file"] if "credits" in abilities and has_method else []) + by_hand
