"""The codes of an authenticator app (TOTP, RFC 6238: six digits, steps of 30 seconds, SHA-1).

Questions: which step a typed code belongs to, and how far the clock of the phone is off.
"""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
WINDOW = 1
"""How many steps before and after now are accepted (RFC 6238, 5.2: at most one for the way a code takes)."""
LOOKED_AT = 10
"""How far a clock may be off for us to say so: five minutes."""


def matching_step(seed: str, typed: str, after: int, now: datetime) -> int | None:
    """The step whose code this is, among the one before now, now and the next, and later than `after`; else None.

    `seed` is base32; `after` is the last step that was accepted, so that a code works once and none before it either.
    """
    steps = _steps(seed, typed, now, WINDOW)
    return next((step for step in steps if step > after), None)


def minutes_off(seed: str, typed: str, now: datetime) -> int:
    """By how many minutes the clock that made this code is fast (above 0) or slow (below 0); 0 when that explains
    nothing: the code is of now, or of no step near it."""
    current = _step(now)
    off = [step - current for step in _steps(seed, typed, now, LOOKED_AT)]
    if not off or min(map(abs, off)) <= WINDOW:
        return 0
    nearest = min(off, key=abs)
    minutes = max(1, round(abs(nearest) * STEP_SECONDS / 60))
    return minutes if nearest > 0 else -minutes


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def _steps(seed: str, typed: str, now: datetime, window: int) -> list[int]:
    """Every step within `window` of now that has this code, earliest first."""
    code = "".join(typed.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return []
    made, current = pyotp.TOTP(seed), _step(now)
    around = range(current - window, current + window + 1)
    return [step for step in around if hmac.compare_digest(made.at(step * STEP_SECONDS), code)]
