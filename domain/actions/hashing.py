"""Password hashes: argon2id with 19 MiB, two passes, one lane (OWASP). Verbs: `make`, `matches`, `is_stale`, `spend`.

Never here: which password may be (`domain.rules.passwords`), and whose it is (`domain.actions.credentials`).
"""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.rules.passwords import normal

STRONG = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
CHEAP = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)

_hasher = STRONG
_nobody = _hasher.hash(secrets.token_urlsafe(16))


def configure(*, cheap: bool) -> None:
    """Choose the cost once at start. `cheap` is for tests only; production refuses to start with it."""
    global _hasher, _nobody
    wanted = CHEAP if cheap else STRONG
    if _hasher is not wanted:
        _hasher = wanted
        _nobody = _hasher.hash(secrets.token_urlsafe(16))


def make(password: str) -> str:
    return _hasher.hash(normal(password))


def matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, normal(password))
    except (VerificationError, InvalidHashError):
        return False


def is_stale(stored: str) -> bool:
    """Whether the hash was made with other costs than today's, and should be made again at the next sign-in."""
    return _hasher.check_needs_rehash(stored)


def spend(password: str) -> None:
    """The work of a check that nobody can pass: an unknown name must not answer faster than a known one."""
    matches(_nobody, password)
