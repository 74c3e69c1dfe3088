"""How long an answer takes that must not tell anything (safety A6), and the limits of the doors (A7)."""

from __future__ import annotations

import functools
import time
from typing import Any

from flask import current_app

from blueprints.shared.throttle import MAILS, TRIES, TYPING, View, limit_posts

__all__ = [
    "MAILS",
    "SECONDS_TO_ANSWER",
    "TRIES",
    "TYPING",
    "limit_posts",
    "same_time_for_all",
    "wait_for_all",
]

SECONDS_TO_ANSWER = 0.15


def same_time_for_all(view: View) -> View:
    """Answer after a fixed time, so that a name that makes a mail is not told from one that makes none by waiting."""

    @functools.wraps(view)
    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.monotonic()
        answer = view(*arguments, **named)
        wait_for_all(began)
        return answer

    return timed


def wait_for_all(began: float) -> None:
    """Wait until a whole number of SECONDS_TO_ANSWER is over since `began`: a slow machine needs more than one."""
    if current_app.config["THROTTLE"]:
        time.sleep(-(time.monotonic() - began) % SECONDS_TO_ANSWER)
