"""Signing on a screen: what is agreed to, how a signer was known, and the hash that ties the signatures together.

The texts follow E-SIGN, 15 U.S.C. 7001(c): before consenting, the consumer is told of paper copies, of taking the
consent back, of what it is for, and of what is needed to read and keep it; UETA 7 and 9 ask for the intent to sign and
an act of the person. They are kept word for word with each signature, so a change here changes none that was given.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.words import N_, Refused, Sentence, canonical_json

TEXTS_VERSION = "2026-11"
CONSENT = (
    N_("I agree to read and sign this document on a screen, and to get it that way instead of on paper. This is for "
       "this document only."),
    N_("I can ask %(business)s for it on paper at any time, free of charge, and I can decline to sign here and sign on "
       "paper instead."),
    N_("Until I sign I can take this consent back by leaving this page or declining. To change my address for notices "
       "I use my profile, or call or write to %(business)s: %(contact)s."),
    N_("I can open PDF files on this phone or computer: I can read the document above, and keep or print it."),
)  # fmt: skip
"""What consent to do it on a screen says, paragraph by paragraph."""
INTENT = N_(
    "I have read “%(title)s” (%(number)s) and agree to it. The name I type is my signature, as if I had "
    "written it on paper."
)
PROOFS: Mapping[str, str] = {
    "password": N_("password"),
    "device": N_("password, in a browser that was trusted before"),
    "totp": N_("password and a code of an authenticator app"),
    "sms": N_("password and a code by text message"),
    "recovery_code": N_("password and a recovery code"),
    "passkey": N_("passkey"),
    "email": N_("password and a code by mail"),
}
ROLE_WORDS: Mapping[str, str] = {
    "customer": N_("Customer"),
    "tenant": N_("Tenant"),
    "joint": N_("Joint holder"),
    "guarantor": N_("Guarantor"),
    "owner": N_("Owner of the house"),
    "business": N_("For the business"),
}
HASHED = (
    "document_id", "signer_id", "document_sha256", "typed_name", "consent", "intent", "texts_version", "language",
    "proof", "signed_at", "signed_by", "address", "device", "previous_hash",
)  # fmt: skip
"""The columns of a signature that its hash covers: all but its id and the hash itself."""
MOST_NAME = 120
NAME_SIGNS = " -\u2010\u2011'\u2019.,"
_TERMS = re.compile(rb"<pdf:Keywords>([^<]*)</pdf:Keywords>")
_NAME = re.compile("(LM{0,4}|[N ])*")
"""The shape of a typed name, by the sorts of its letters: no script in use stacks more marks on one."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What a signer agrees to, in the language of the document."""

    consent: Sequence[Sentence]
    intent: Sentence


def texts(business: str, contact: str, title: str, number: str) -> Texts:
    """The texts for one document of a business; `contact` is how it is reached."""
    said = {"business": business, "contact": contact}
    return Texts(
        [Sentence(words, said) for words in CONSENT], Sentence(INTENT, {"title": title, "number": number})
    )


def same_name(typed: str, name: str) -> bool:
    """Whether somebody typed the name they sign under: case, accents, dots and spaces do not matter."""
    return _plain(typed) == _plain(name) != ""


def check_name(typed: str, name: str) -> str:
    """The typed name as it is kept, in composed letters. Raises Refused beside "name".

    Signs that a comparison of names passes over (pictures, invisible ones, runs of marks) are taken in nowhere: the
    certificate has to print what was typed.
    """
    kept = unicodedata.normalize("NFC", " ".join(typed.split()))[:MOST_NAME]
    if not same_name(kept, name) or not _written(kept, name):
        raise Refused(
            Sentence(N_("Type your name as it stands in the document: %(name)s."), {"name": name}), "name"
        )
    return kept


def _written(typed: str, name: str) -> bool:
    """Whether it is letters with their marks, figures, and the signs of names or of this name."""
    sorts = {one: unicodedata.category(one)[0] for one in typed}
    signs = {one for one, sort in sorts.items() if sort not in "LM" and one in NAME_SIGNS + name}
    return _NAME.fullmatch("".join(" " if one in signs else sorts[one] for one in typed)) is not None


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = (one if one.isalnum() else " " for one in letters if not unicodedata.combining(one))
    return " ".join("".join(kept).split())


def signature_hash(signature: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over every column of `HASHED`; the moment in UTC, so that both databases give the same."""
    row = {name: signature[name] for name in HASHED}
    at = row["signed_at"]
    if isinstance(at, datetime):
        row["signed_at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(canonical_json(row).encode()).hexdigest()


def terms_hash(number: str, title: str, language: str, facts: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over everything a document is printed from. The PDF names it, so the bytes cover the terms."""
    return hashlib.sha256(canonical_json(["terms", number, title, language, facts]).encode()).hexdigest()


def has_terms(content: bytes, terms: str) -> bool:
    """Whether a PDF of ours was printed from the terms with this hash, and says so only once."""
    return {found.decode() for found in _TERMS.findall(content)} == {terms}


def part_of(role: str, kind: str) -> str:
    """The role as a document of that kind of agreement names it: whoever rents together is a tenant."""
    return "tenant" if kind == "rental" and role in ("customer", "joint") else role


def first_link(document_ref: str, sha256: str, terms: str) -> str:
    """What the first signature of a document names as the one before it. `terms` is the `terms_hash`."""
    return hashlib.sha256(canonical_json(["document", document_ref, sha256, terms]).encode()).hexdigest()


def chain_problem(
    signatures: Sequence[Mapping[str, Any]], document_ref: str, sha256: str, terms: str
) -> int | None:  # fmt: skip
    """The place, counted from 1, of the first signature that is not what was signed; None where all are."""
    before = first_link(document_ref, sha256, terms)
    for number, one in enumerate(signatures, start=1):
        if (
            one["document_sha256"] != sha256
            or one["previous_hash"] != before
            or one["hash"] != signature_hash(one)
        ):
            return number
        before = one["hash"]
    return None


def number_of(ref: str) -> str:
    """The number of a document that people read to each other, "D-7QK2-9XMA-3TVE", made of its random name."""
    letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    rest, found = int.from_bytes(hashlib.sha256(ref.encode()).digest()[:16], "big"), ""
    for _place in range(12):
        rest, digit = divmod(rest, len(letters))
        found += letters[digit]
    return f"D-{found[:4]}-{found[4:8]}-{found[8:]}"
