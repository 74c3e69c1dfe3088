"""Named points in the flows that move money, where a test may end the process to see what survives.

`reach(name)` does nothing unless a test gave a function with `watch`. A test lists `NAMES` and kills at each one.
"""

from __future__ import annotations

from collections.abc import Callable

NAMES = (
    "payment.intent_kept",
    "payment.gateway_answered",
    "payment.door_before_commit",
    "payment.outcome_kept",
    "payment.counter_before_commit",
    "scheduled.before_commit",
    "scheduled.claimed",
    "watch.before_look_up",
    "watch.event_before_cursor",
    "notice.before_commit",
    "bill.before_commit",
    "bill.chunk_kept",
    "batch.chunk_before_commit",
    "batch.chunk_kept",
    "batch.closed",
    "batch.made",
    "batch.written_before_commit",
    "batch.unfiled_before_commit",
    "batch.settled_before_commit",
    "bank_file.kept",
    "bank_file.news_acted",
    "reminders.before_commit",
    "ladder.before_commit",
    "autopay.announced_before_commit",
    "autopay.before_commit",
    "autopay.chunk_kept",
    "autopay.retry_before_commit",
    "outbox.claimed",
    "outbox.sent_before_mark",
    "keys.row_sealed",
    "keys.chunk_kept",
)

_watcher: Callable[[str], None] | None = None


def watch(watcher: Callable[[str], None] | None) -> None:
    """Call `watcher` with the name of every point reached from now on; None ends it."""
    global _watcher
    _watcher = watcher


def reach(name: str) -> None:
    """Say that the flow is at the point `name`."""
    if _watcher is not None:
        _watcher(name)
