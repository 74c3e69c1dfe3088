"""The signed address at which mails of one kind are switched off without signing in (RFC 8058).

It names a person and an event and nothing else, so it can be forwarded without giving anything away.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from config import Settings

SALT = "unsubscribe"


def leave_links(settings: Settings) -> Callable[[str, str], str]:
    """What makes the path of a person (ref) and an event; the newest key signs."""
    sealer = URLSafeSerializer([*settings.older_secret_keys, settings.secret_key], SALT)
    return lambda person_ref, event: f"/unsubscribe/{sealer.dumps([person_ref, event])}"


def read(token: str) -> tuple[str, str] | None:
    """(person ref, event) of the address, None for one that we did not make."""
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    try:
        person_ref, event = URLSafeSerializer(keys, SALT).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(person_ref), str(event)
