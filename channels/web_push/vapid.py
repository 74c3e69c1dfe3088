"""Say to a push service who is sending (VAPID, RFC 8292): a short token signed with this installation's own key.

A browser that lets us push binds its yes to that key: with another key all of them would have to say yes again. So the
key is made of a secret of the installation that is kept beside its other keys and never renewed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from channels.web_push.encryption import public_bytes, to_text

LIFE = timedelta(hours=12)
"""How long a token counts; services refuse one that says more than a day."""
# The order of the curve P-256 (FIPS 186-5, SP 800-186, 3.2.1.3).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class Sender:
    """Who we are to push services. `contact` is how their people reach ours ("mailto:office@harbor.example")."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    contact: str

    @property
    def public(self) -> str:
        """Our public key as browsers want it (`applicationServerKey`), base64 for addresses."""
        return to_text(public_bytes(self.key.public_key()))

    def authorisation(self, endpoint: str, at: datetime) -> str:
        """The header Authorization of a push to `endpoint` at the aware moment `at`."""
        parts = urlsplit(endpoint)
        claims: dict[str, object] = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((at + LIFE).timestamp()),
            "sub": self.contact,
        }
        head: dict[str, object] = {"typ": "JWT", "alg": "ES256"}
        said = f"{_part(head)}.{_part(claims)}"
        one, other = decode_dss_signature(self.key.sign(said.encode(), ec.ECDSA(SHA256())))
        signature = one.to_bytes(32, "big") + other.to_bytes(32, "big")
        return f"vapid t={said}.{to_text(signature)}, k={self.public}"


def sender_of(secret: bytes, contact: str) -> Sender:
    """Us, by a secret of 32 bytes or more: the same secret is the same key (FIPS 186-5, A.2.1: extra random bits)."""
    bits = int.from_bytes(HKDF(SHA256(), 48, None, b"duebook web push").derive(secret), "big")
    return Sender(ec.derive_private_key(bits % (_ORDER - 1) + 1, ec.SECP256R1()), contact)


def _part(content: dict[str, object]) -> str:
    return to_text(json.dumps(content, separators=(",", ":")).encode())
