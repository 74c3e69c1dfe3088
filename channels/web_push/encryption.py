"""Seal a few words for one browser, so that the push service on the way cannot read them (RFC 8291 over RFC 8188).

One record of at most 4,096 bytes, padded so that its length tells nothing of what it says.
"""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from channels.message import ChannelRefused

RECORD = 4096
LONGEST = 3_000
"""Bytes of a message; push services must take 4,096 of ciphertext."""
_BLOCK = 512
_TEXT = re.compile(r"[A-Za-z0-9_-]*={0,2}\Z")


def to_text(raw: bytes) -> str:
    """Base64 for addresses, without its padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def to_bytes(text: str, length: int) -> bytes:
    """The `length` bytes that base64 for addresses (or the usual one) says; ValueError when it says anything else."""
    plain = text.replace("+", "-").replace("/", "_")
    if not _TEXT.match(plain):
        raise ValueError("this is not base64")
    raw = base64.urlsafe_b64decode(plain.rstrip("=") + "=" * (-len(plain.rstrip("=")) % 4))
    if len(raw) != length:
        raise ValueError("these are too few or too many bytes")
    return raw


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where one browser listens, and the two keys it made for us: `p256dh` (its point), `auth` (16 bytes), as base64.

    Raises ChannelRefused(about="recipient") when the keys are none.
    """

    endpoint: str
    p256dh: str
    auth: str = field(repr=False)

    def __post_init__(self) -> None:
        try:
            self.point, self.secret  # noqa: B018 (read to see whether they can be)
        except (ValueError, InvalidKey):
            raise ChannelRefused("the keys of this browser are no keys", about="recipient") from None

    @property
    def point(self) -> ec.EllipticCurvePublicKey:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to_bytes(self.p256dh, 65))

    @property
    def secret(self) -> bytes:
        return to_bytes(self.auth, 16)


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """The point as 65 bytes, uncompressed."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    subscription: Subscription,
    plain: bytes,
    *,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
    padding: int | None = None,
) -> bytes:
    """The body of a push ("aes128gcm"): header, then one record. Raises ChannelRefused for a message that is too long.

    `salt` (16 bytes), `own` (the sender's key of this one message) and `padding` are random, or made to measure, unless
    a test repeats the example of RFC 8291.
    """
    if len(plain) > LONGEST:
        raise ChannelRefused("the notification is too long")
    salt = os.urandom(16) if salt is None else salt
    own = own or ec.generate_private_key(ec.SECP256R1())
    theirs, ours = public_bytes(subscription.point), public_bytes(own.public_key())
    shared = own.exchange(ec.ECDH(), subscription.point)
    secret = _derive(shared, subscription.secret, b"WebPush: info\x00" + theirs + ours, 32)
    key = _derive(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\x00", 12)
    if padding is None:
        padding = -(len(plain) + 1) % _BLOCK
    record = AESGCM(key).encrypt(nonce, plain + b"\x02" + bytes(padding), None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours + record


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
