"""What the pages about second factors share: the set-up of an authenticator app, and whether text messages go out."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_login import current_user

from blueprints.shared import frame
from blueprints.shared.qr import picture
from domain.actions import second_factors


def signing_key() -> bytes:
    """The secret key of this installation."""
    key = current_app.secret_key
    return key if isinstance(key, bytes) else str(key).encode()


def texts_go_out() -> bool:
    """Whether this installation can send text messages."""
    return current_app.extensions["post"].texts is not None


def texts_in_mailbox() -> bool:
    """Whether text messages stay in the mailbox of this machine."""
    return texts_go_out() and not current_app.config["SETTINGS"].sms_url


def app_to_set_up(instead_of: str = "") -> dict[str, Any]:
    """For a page that sets an app up: `address` (otpauth), `picture` (its QR code), `seed` in groups to copy by hand.

    `instead_of`: the sealed seed that it would replace.
    """
    seed = second_factors.pending_seed(
        signing_key(), current_user.sign_in_id, current_user.user_ref, instead_of
    )
    issuer = (frame.business() or {}).get("name") or "Duebook"
    address = second_factors.setup_address(seed, current_user.username, issuer)
    groups = " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))
    return {"address": address, "picture": picture(address), "seed": groups}
