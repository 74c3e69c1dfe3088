"""Files that come with a form, and are given out again: as a download, a picture drawn anew also to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app
from flask_babel import lazy_gettext as _
from wtforms import MultipleFileField

from domain.actions.uploads import HandedIn, open_file
from domain.rules.file_kinds import MOST_BYTES
from domain.rules.upload_checks import ACCEPT, MOST_FILES
from domain.words import Gone
from models import KeptFile

__all__ = ["FilesField", "download", "handed_in", "picture", "uploads"]

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Whatever a file is, nothing in it runs and nothing shows it inside a page."""


def uploads() -> Path:
    """The folder of the installation that keeps what people hand in."""
    return Path(current_app.config["SETTINGS"].uploads)


class FilesField(MultipleFileField):
    """Several files; `handed_in(field.data)` are those that were chosen."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any):
        # Said before it is sent: what is too large for the whole request comes back without the form.
        big = _("Choose at most 10 MB a file and 30 MB in all. Nothing was sent yet.")
        kwargs.setdefault("render_kw", {"accept": ACCEPT, "data-most": MOST_BYTES, "data-say-big": big})
        super().__init__(label, validators, **kwargs)


def handed_in(files: Iterable[Any] | None) -> list[HandedIn]:
    """The files that came with a form; an empty field sends one without a name. One too many is enough to say so."""
    chosen = [file for file in files or () if getattr(file, "filename", "")]
    return [HandedIn(re.split(r"[/\\]", file.filename)[-1], file.read()) for file in chosen[: MOST_FILES + 1]]


def download(file: KeptFile) -> Response:
    """The file as it was handed in, to be saved: a browser never shows it."""
    answer = _answer(file)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer


def picture(file: KeptFile) -> Response:
    """A picture that we drew anew, shown on a page."""
    if file.media_type != "image/jpeg":
        abort(404)
    answer = _answer(file)
    answer.headers.set("Content-Disposition", "inline", filename=file.name)
    return answer


def _answer(file: KeptFile) -> Response:
    try:
        content = open_file(file, uploads())
    except Gone:
        abort(410)
    answer = Response(content, mimetype=file.media_type)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
