"""A document of an agreement on paper, and the same with the certificate of its signatures after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from domain.rules.signing import PROOFS, ROLE_WORDS
from domain.words import N_, Sentence
from papers.press import frame, print_pdf
from papers.voice import Voice


@dataclass(frozen=True, slots=True)
class DocumentData:
    """A document as it is printed. `blocks` are those of `domain.rules.document_text.fill`; `signers` are (name, role),
    none where nobody signs. All of it is JSON, so that it can be kept and printed again, the same to the byte.
    """

    number: str
    title: str
    language: str
    currency: str
    written_on: date
    agreement_number: str
    business_lines: Sequence[str]
    blocks: Sequence[Mapping[str, Any]]
    signers: Sequence[tuple[str, str]] = ()
    test_mode: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature as the certificate prints it. `signed_at` is aware."""

    name: str
    role: str
    typed_name: str
    signed_at: datetime
    proof: str
    address: str
    device: str
    hash: str


def document_pdf(
    data: DocumentData, voice: Voice, font_folders: Sequence[str] = (), *, sha256: str = "", terms: str = "",
    verify_at: str = "", signed: Sequence[Signed] = (), texts: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """The document as a PDF; the same data and voice give the same bytes. `terms`, the hash of what it is
    printed from, stands among its keywords.

    With `signed` its certificate stands after it: `sha256` is then that of the PDF that was signed, `verify_at` the
    page where anybody can check the file, `texts` what all of them agreed to.
    """
    _ = voice
    sheet = {
        **frame(voice, data.currency, data.business_lines, data.test_mode),
        "title": data.title,
        # In halves: a longer word gets break hints.
        "terms": [terms[:32], terms[32:]] if terms else [],
        "footer": " · ".join([*data.business_lines[:1], data.title, data.number]),
        "dated": " · ".join([data.number, data.agreement_number, voice.day(data.written_on)]),
        "blocks": [dict(block) for block in data.blocks],
        "signers_title": _("Signatures"),
        "signers_note": _(
            "To be signed on a screen by everybody below. The certificate that follows says when."
        ),
        "signers": [(name, _(ROLE_WORDS[role])) for name, role in data.signers],
        "certificate": _certificate(data, voice, sha256, verify_at, signed, texts) if signed else None,
    }
    return print_pdf("document", sheet, font_folders)


def _certificate(
    data: DocumentData,
    voice: Voice,
    sha256: str,
    verify_at: str,
    signed: Sequence[Signed],
    texts: Sequence[str],
) -> dict[str, Any]:
    _ = voice
    says = N_(
        "Everybody named here signed the document before this page. Its exact bytes have the fingerprint below."
    )
    ends = N_("Whoever changes anything in this file gets another fingerprint. Check it at %(address)s.")
    return {
        "title": _("Certificate of signatures"),
        "says": _(says),
        "facts": [
            (_("Document"), data.title),
            (_("Number"), data.number),
            (_("Agreement"), data.agreement_number),
            (_("Fingerprint (SHA-256)"), _grouped(sha256)),
        ],
        "signatures": [_signature(one, voice) for one in signed],
        "texts_title": _("What they agreed to"),
        "texts": list(texts),
        "ends": _(ends, address=verify_at),
    }


def _signature(one: Signed, voice: Voice) -> dict[str, Any]:
    _ = voice
    universal = f"{one.signed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    facts = [
        (_("Signed as"), one.typed_name),
        (_("When"), f"{universal} · {voice.moment(one.signed_at)}"),
        (_("Known by"), voice.words(Sentence(PROOFS[one.proof])) if one.proof in PROOFS else one.proof),
        (_("Where from"), one.address),
        (_("Device"), one.device),
        (_("Fingerprint"), _grouped(one.hash)),
    ]
    role = _(ROLE_WORDS[one.role])
    return {"title": f"{one.name} · {role}", "facts": [fact for fact in facts if fact[1]]}


def _grouped(digest: str) -> str:
    """A long hash in groups of eight, so that it can be read out and breaks where it should."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
