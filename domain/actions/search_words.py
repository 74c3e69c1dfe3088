"""Bring the words of the search up to the rows. Verbs: `rebuild`, `mend`. Both in short transactions of their own."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from domain.records.search_words import CHUNK, SUBJECTS, all_of, keep, missing
from domain.transaction import transaction

Next = Callable[[Session, str, int, int], list[int]]


def rebuild() -> int:
    """Look at everything that can be found; returns how many words came or went."""
    return sum(_walk(subject, all_of) for subject in SUBJECTS)


def mend() -> int:
    """Give words to what has none, as after an upgrade; returns how many came."""
    return sum(_walk(subject, missing) for subject in SUBJECTS)


def _walk(subject: str, ids_after: Next) -> int:
    changed, last = 0, 0
    while True:
        with transaction() as session:
            ids = ids_after(session, subject, last, CHUNK)
            if not ids:
                return changed
            last = ids[-1]
            changed += keep(session, subject, ids)
