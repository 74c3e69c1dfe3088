"""The states of a dispute and the events that may change them: one closed table, pure.

The money is taken back when the case opens. Only a case that is won brings it again.
"""

from __future__ import annotations

from domain.words import N_

RUNNING = ("open", "answered", "accepted")
"""The states in which the payer's bank has not decided."""

TABLE: dict[str, tuple[frozenset[str], str]] = {
    "answered": (frozenset({"open"}), "answered"),
    "accepted": (frozenset({"open"}), "accepted"),
    "won": (frozenset({"open", "answered", "accepted"}), "won"),
    "lost": (frozenset({"open", "answered"}), "lost"),
}
"""Event -> (the states it may come in, the state it leads to). A bank may decide for us even where we gave in."""

WORDS: dict[str, str] = {
    "open": N_("Waits for our answer"),
    "answered": N_("Evidence was sent"),
    "accepted": N_("We gave in"),
    "won": N_("Won"),
    "lost": N_("Lost"),
}
"""What each state is called on a page."""

EVENT_WORDS: dict[str, str] = {
    "dispute_answered": N_("Evidence was sent to the payer's bank"),
    "dispute_accepted": N_("The dispute was accepted"),
    "dispute_won": N_("The dispute was won; the money is back"),
    "dispute_lost": N_("The dispute was lost"),
}
"""What happens to a dispute after it was opened, in the words of its payment's timeline."""


def after(state: str, event: str) -> str | None:
    """The state to which `event` leads from `state`, or None where the table does not allow it."""
    sources, target = TABLE[event]
    return target if state in sources else None
