"""Whether something handed in with a message may be kept, and a picture made anew of it to look at. Pure.

Name and bytes have to say the same of an allow-list: PDF, PNG, JPEG, WebP, HEIC or plain text. A picture's size in
pixels is read from its header before anything is decoded, and `preview_of` draws it anew, one picture at a time: what
else stood in the file (place and time, comments, a second file behind the picture) does not come along. The original is
only ever given out as a download.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from threading import Lock

from PIL import Image, ImageOps

from domain.rules.file_kinds import SUFFIX, media_type_of
from domain.words import N_, Refused, Sentence

TEXT = "text/plain"
MOST_TEXT_BYTES = 256 * 1024
MOST_PIXELS = 50_000_000
"""More than any telephone takes in one shot. A JPEG is decoded at a part of its size already."""
MOST_PIXELS_WHOLE = 16_000_000
"""Of a PNG or WebP, which can only be decoded whole: at most 64 MB. 2 kB of such a file may hold any number."""
MOST_SIDE = 20_000
PREVIEW_SIDE = 1_280
MOST_FILES = 5
"""So many files go with one message."""
ACCEPT = ".pdf,.png,.jpg,.jpeg,.webp,.heic,.txt"
_DRAWN = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_ENDINGS = {
    **{media_type: frozenset({suffix}) for media_type, suffix in SUFFIX.items()},
    "image/jpeg": frozenset({"jpg", "jpeg"}),
    "image/heic": frozenset({"heic", "heif"}),
    TEXT: frozenset({"txt"}),
}
_DECODING = Lock()
_OTHER = N_("Only a PDF, a picture (PNG, JPEG, WebP, HEIC) or plain text (.txt) can be attached.")
_BROKEN = N_("This picture cannot be read. Save it anew or photograph it again.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept: its media type, and of a picture the JPEG made anew to look at."""

    name: str
    media_type: str
    content: bytes
    preview: bytes | None = None


def checked(name: str, content: bytes) -> Upload:
    """The file as it may be kept. Raises Refused beside "file", with a sentence for whoever sent it."""
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    media_type = _text_type(content) if ending == "txt" else media_type_of(content, _OTHER)
    if ending not in _ENDINGS[media_type]:
        raise Refused(Sentence(N_("The name of this file says another kind than its content.")), "file")
    return Upload(name, media_type, content, preview_of(media_type, content))


def preview_of(media_type: str, content: bytes) -> bytes | None:
    """A picture of at most 1,280 pixels a side as a new JPEG; None for what is no picture that we draw."""
    if media_type not in _DRAWN:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=(_DRAWN[media_type],)) as picture:
                _check_size(*picture.size, MOST_PIXELS if picture.format == "JPEG" else MOST_PIXELS_WHOLE)
                with _DECODING:
                    return _drawn(picture)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_large() from bomb
    except Exception as fault:  # a decoder of other people's bytes may raise anything
        raise Refused(Sentence(_BROKEN), "file") from fault


def _drawn(picture: Image.Image) -> bytes:
    picture.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
    picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    turned = ImageOps.exif_transpose(picture)
    ground = Image.new("RGB", turned.size, "white")
    if "A" in turned.getbands() or "transparency" in turned.info:
        seen = turned.convert("RGBA")
        ground.paste(seen, mask=seen.getchannel("A"))
    else:
        ground.paste(turned.convert("RGB"))
    made = io.BytesIO()
    ground.save(made, "JPEG", quality=80, optimize=True)
    return made.getvalue()


def _check_size(width: int, height: int, most: int) -> None:
    if width < 1 or height < 1:
        raise Refused(Sentence(_BROKEN), "file")
    if width * height > most or max(width, height) > MOST_SIDE:
        raise _too_large()


def _too_large() -> Refused:
    return Refused(Sentence(N_("This picture has too many pixels. Make it smaller.")), "file")


def _text_type(content: bytes) -> str:
    """Plain text in UTF-8 without control characters. A browser gets it as a download only."""
    if not content:
        raise Refused(Sentence(N_("This file is empty.")), "file")
    if len(content) > MOST_TEXT_BYTES:
        raise Refused(Sentence(N_("This text is too long. Send it as a PDF.")), "file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused(Sentence(_OTHER), "file") from fault
    if any(ord(letter) < 32 and letter not in "\t\r\n" or ord(letter) == 127 for letter in text):
        raise Refused(Sentence(_OTHER), "file")
    return TEXT
