"""Seal and open small secrets that must not stand readable in the database (gateway tokens, authenticator seeds).

AES-256-GCM with a fresh nonce; the place of the value (table, row, column) is bound in, so a ciphertext copied to
another row does not open. A sealed text starts with the id of its key, so keys can be changed while old rows stand:
whoever is about to seal, or meets a text under a key they do not know, looks whether the keys were changed meanwhile.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Keys(Protocol):
    """Where the master keys of an installation are kept (32 bytes or more each)."""

    def read(self) -> tuple[bytes, list[bytes]]:
        """The key to seal with, and those before it that may still open something."""

    def stamp(self) -> object:
        """What is different after the key was changed; None while nothing can be read. Asked often, so it is cheap."""


_keys: dict[str, bytes] = {}
_current = ""
_source: Keys | None = None
_stamp: object = None


class CannotOpen(Exception):
    """The sealed text was changed, moved to another place, or its key is not here."""


def configure(master: bytes) -> None:
    """Give the master key (32 bytes or more) of this installation, where it is never changed."""
    global _current, _source
    _source = None
    _current = _learn(master)


def follow(source: Keys) -> None:
    """Give the place where this installation's keys are kept. Called once at start."""
    global _source
    _source = source
    _read_again()


def key_id(master: bytes) -> str:
    """The name of a key, as every text sealed with it begins."""
    return hashlib.sha256(b"duebook key id" + master).hexdigest()[:8]


def current_key() -> str:
    """The name of the key that is sealed with now."""
    _look_for_change()
    return _current


def _learn(master: bytes) -> str:
    name = key_id(master)
    _keys[name] = HKDF(SHA256(), 32, None, b"duebook sealed columns").derive(master)
    return name


def _read_again() -> None:
    global _current, _stamp
    seen = _source.stamp() if _source is not None else None
    if _source is None or seen is None:
        return
    _stamp = seen  # taken before the reading: a change in between is then seen the next time
    current, older = _source.read()
    for master in older:
        _learn(master)
    _current = _learn(current)


def _look_for_change() -> None:
    if _source is not None and _source.stamp() != _stamp:
        _read_again()


def seal(plain: str, place: str) -> str:
    """`plain` sealed for `place` ("payment_method.token:REF")."""
    _look_for_change()
    if not _current:
        raise RuntimeError("no key was configured for sealing")
    nonce = os.urandom(12)
    body = AESGCM(_keys[_current]).encrypt(nonce, plain.encode(), place.encode())
    return f"{_current}.{base64.urlsafe_b64encode(nonce + body).decode()}"


def unseal(sealed: str, place: str) -> str:
    """What was sealed for `place`. Raises CannotOpen when it was edited or moved, or its key is missing."""
    name, _, encoded = sealed.partition(".")
    if name not in _keys:
        _read_again()
    if name not in _keys:
        raise CannotOpen(f"the key {name!r} is not in this installation")
    try:
        raw = base64.urlsafe_b64decode(encoded.encode())
        return AESGCM(_keys[name]).decrypt(raw[:12], raw[12:], place.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(f"the sealed value at {place} was changed or moved") from error


def keyed_hash(text: str, place: str) -> str:
    """HMAC-SHA-256 of a short secret (six digits) under a key of its own: without the key nobody can try them all."""
    _look_for_change()
    return _keyed(_keys[_current], text, place)


def is_keyed_hash(text: str, place: str, stored: str) -> bool:
    """Whether `stored` is the hash of this text at this place, under any key of this installation."""
    return any(same(_keyed(key, text, place), stored) for key in _keys.values())


def _keyed(key: bytes, text: str, place: str) -> str:
    apart = HKDF(SHA256(), 32, None, b"duebook hashed codes").derive(key)
    return hmac.new(apart, f"{place}:{text}".encode(), hashlib.sha256).hexdigest()


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
