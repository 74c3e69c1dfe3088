"""Seal and open small secrets that must not stand readable in the database (gateway tokens, authenticator seeds).

AES-256-GCM with a fresh nonce; the place of the value (table, row, column) is bound in, so a ciphertext copied to
another row does not open. A sealed text starts with the id of its key, so keys can be changed while old rows stand.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_keys: dict[str, bytes] = {}
_current = ""


class CannotOpen(Exception):
    """The sealed text was changed, moved to another place, or its key is not here."""


def configure(master: bytes) -> None:
    """Give the master key (32 bytes or more) of this installation. Called once at start."""
    global _current
    key_id = hashlib.sha256(b"duebook key id" + master).hexdigest()[:8]
    _keys[key_id] = HKDF(SHA256(), 32, None, b"duebook sealed columns").derive(master)
    _current = key_id


def seal(plain: str, place: str) -> str:
    """`plain` sealed for `place` ("payment_method.token:REF")."""
    if not _current:
        raise RuntimeError("no key was configured for sealing")
    nonce = os.urandom(12)
    body = AESGCM(_keys[_current]).encrypt(nonce, plain.encode(), place.encode())
    return f"{_current}.{base64.urlsafe_b64encode(nonce + body).decode()}"


def unseal(sealed: str, place: str) -> str:
    """What was sealed for `place`. Raises CannotOpen when it was edited or moved, or its key is missing."""
    key_id, _, encoded = sealed.partition(".")
    if key_id not in _keys:
        raise CannotOpen(f"the key {key_id!r} is not in this installation")
    try:
        raw = base64.urlsafe_b64decode(encoded.encode())
        return AESGCM(_keys[key_id]).decrypt(raw[:12], raw[12:], place.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(f"the sealed value at {place} was changed or moved") from error


def fresh_ref() -> str:
    """A random public name of 22 characters (128 bits). It begins with a letter or digit, so that a spreadsheet
    takes it for text and a command for a value.
    """
    ref = secrets.token_urlsafe(16)
    return ref if ref[0].isalnum() else fresh_ref()


def fingerprint(secret: str) -> str:
    """SHA-256 of a random secret (a cookie's id, a mailed link), for look-up; never for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Whether two texts are equal, in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
