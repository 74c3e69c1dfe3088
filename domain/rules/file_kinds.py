"""What kind of file somebody handed in, by its first bytes: its name and what the browser says count for nothing.

Signatures: PDF 32000-1 7.5.2, PNG (W3C) 5.2, JPEG (ISO 10918-1) SOI marker, WebP container (RIFF), HEIF (ISO 23008-12,
brand in the `ftyp` box). Only what people photograph or scan is taken; nothing that a browser would run.
"""

from __future__ import annotations

from domain.words import N_, Refused, Sentence

MOST_BYTES = 10 * 1024 * 1024
SUFFIX = {
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/heic": "heic",
}  # fmt: skip
"""Media type -> how the name of such a file ends."""
ACCEPT = ".pdf,.png,.jpg,.jpeg,.webp,.heic"
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_OTHER = N_("Only a PDF or a picture (PNG, JPEG, WebP, HEIC) can be attached.")


def media_type_of(content: bytes, other: str = _OTHER) -> str:
    """The media type of a PDF, PNG, JPEG, WebP or HEIC. Raises Refused beside "file" for anything else, with the
    words of `other`."""
    if not content:
        raise Refused(Sentence(N_("This file is empty.")), "file")
    if len(content) > MOST_BYTES:
        raise Refused(Sentence(N_("This file is larger than 10 MB. Make it smaller.")), "file")
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "image/heic"
    raise Refused(Sentence(other), "file")
