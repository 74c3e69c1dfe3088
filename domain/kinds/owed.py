"""What is owed on a day, all told: the one figure that a review promises and a receipt keeps. Verb: `owed_on`."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.kinds.base import Position
from domain.kinds.kind import Kind


def owed_on(kind: Kind, terms: Any, position: Position, on: date) -> int:
    """What the books say is owed (minor units), with the interest that has run through the day and is posted later;
    below zero, the customer's credit. A price that would buy goods early is owed by nobody.
    """
    if not position.principal_minor:
        return position.owed_minor
    day = max(on, position.interest_from)
    running = kind.close(terms, position, day).interest_minor - position.interest_minor
    return position.owed_minor + max(running, 0)
