"""What a passkey is asked, and whether its answer is a proof (W3C Web Authentication, level 2).

Pure: the challenge comes from the caller, who makes sure that it is used once. An answer counts only when it was made
for this very site (`Site`), for this challenge, by this key, after the device had recognised its user (safety A20).
Whatever else arrives, however malformed, is simply no proof.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST_ANSWER = 16_000
"""Characters. An answer with the certificates of its maker stays well below."""
SECONDS = 120
"""How long a browser may let its person look for the finger."""
TRANSPORTS = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")
USUAL_PORT = {"http": 80, "https": 443}


Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Site:
    """What a passkey belongs to: the host of our address, the one origin that may ask, and the business's name."""

    rp_id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey as its device made it; `credential_id` and `public_key` (COSE) in base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: str
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """A right answer: the device's own count of answers (0 where it keeps none), and whose passkey it says it is."""

    sign_count: int
    backed_up: bool
    user_handle: str | None


def site_of(base_url: str, name: str) -> Site | None:
    """The site at this address; None where browsers allow no passkeys: at a bare number, or without https."""
    parts = urlsplit(base_url.lower())
    host, port = parts.hostname or "", parts.port
    if _is_number(host) or not host or (parts.scheme != "https" and host != "localhost"):
        return None
    tail = "" if port in (None, USUAL_PORT.get(parts.scheme)) else f":{port}"
    return Site(host, f"{parts.scheme}://{host}{tail}", name)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def question_for_new(
    site: Site, challenge: str, user_handle: str, username: str, person: str, known: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """What `navigator.credentials.create` is asked. `known`: (credential id, transports) that the user has already."""
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=user_handle.encode(),
        user_name=username,
        user_display_name=person,
        challenge=base64url_to_bytes(challenge),
        timeout=SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return _with_transports(options_to_json_dict(options), "excludeCredentials", known)


def question(site: Site, challenge: str, allowed: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What `navigator.credentials.get` is asked. `allowed` empty: any passkey that this device keeps for the site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=base64url_to_bytes(challenge),
        timeout=SECONDS * 1000,
        allow_credentials=_described(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _with_transports(options_to_json_dict(options), "allowCredentials", allowed)


def _described(known: Sequence[tuple[str, str]]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(name)) for name, _transports in known]


def _with_transports(options: dict[str, Any], where: str, known: Sequence[tuple[str, str]]) -> dict[str, Any]:
    ways = {name: transports.split(",") for name, transports in known if transports}
    for entry in options.get(where) or []:
        if entry["id"] in ways:
            entry["transports"] = ways[entry["id"]]
    return options


def named(answer: str) -> tuple[str, str]:
    """(credential id, challenge) that an answer says it is about; empty texts where it cannot be read."""

    def read() -> tuple[str, str]:
        said = json.loads(answer)
        client = json.loads(base64url_to_bytes(said["response"]["clientDataJSON"]))
        return said["id"], client["challenge"]

    found = _attempt(read) if len(answer) <= LONGEST_ANSWER else None
    if found is None or not all(isinstance(text, str) and 0 < len(text) <= 512 for text in found):
        return "", ""
    return found if all(text.isascii() and text.isprintable() for text in found) else ("", "")


def new_key(answer: str, site: Site, challenge: str) -> NewKey | None:
    """The passkey that an answer to `question_for_new` brings, or None when it proves nothing."""

    def read() -> NewKey | None:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        if _framed(answer) or len(made.credential_id) > 380:
            return None
        said = json.loads(answer)["response"].get("transports") or []
        return NewKey(
            bytes_to_base64url(made.credential_id),
            bytes_to_base64url(made.credential_public_key),
            made.sign_count,
            ",".join(way for way in TRANSPORTS if way in said),
            made.credential_backed_up,
        )

    return _attempt(read)


def proof(answer: str, site: Site, challenge: str, public_key: str) -> Proof | None:
    """What an answer to `question` proves with this public key, or None. The count is for the caller to judge:
    only an answer that was signed may raise the alarm."""

    def read() -> Proof | None:
        given = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        handle = json.loads(answer)["response"].get("userHandle")
        whose = base64url_to_bytes(handle).decode() if handle else None
        return None if _framed(answer) else Proof(given.new_sign_count, given.credential_backed_up, whose)

    return _attempt(read)


def goes_back(before: int, now: int) -> bool:
    """Whether a device's count did not grow: two devices then hold one key. A device without a count says 0 always."""
    return (before > 0 or now > 0) and now <= before


def _framed(answer: str) -> bool:
    """Whether the browser asked inside a page of another site."""
    client = json.loads(base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"]))
    return bool(client.get("crossOrigin"))


def _attempt(read: Callable[[], Read | None]) -> Read | None:
    try:
        return read()
    except Exception:  # bytes from anybody: over whatever their reader stumbles, they prove nothing
        return None
