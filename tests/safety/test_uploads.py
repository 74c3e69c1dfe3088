"""Forty hostile files: each is refused with a sentence, or kept as what can do no harm."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from PIL import Image

from domain.actions.handed_in_files import name_for
from domain.rules import upload_checks
from domain.rules.file_kinds import MOST_BYTES
from domain.rules.upload_checks import checked
from domain.words import Refused
from tests.fixtures.talking import png

pytestmark = [pytest.mark.safety("W17"), pytest.mark.database("sqlite")]

SCRIPT = b"<script>alert(document.cookie)</script>"


def picture(format: str, size=(60, 40), **options) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "olive").save(made, format, **options)
    return made.getvalue()


def claims(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG whose header claims this size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg_claims(width: int, height: int) -> bytes:
    whole = picture("JPEG")
    at = whole.index(b"\xff\xc0") + 5
    return whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]


def zipped(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def with_place() -> bytes:
    """A photograph that says where it was taken."""
    notes = Image.Exif()
    notes[0x010E] = "<script>alert(1)</script>"
    notes[0x8825] = {1: "N", 2: (43.0, 39.0, 41.0)}
    return picture("JPEG", exif=notes)


REFUSED: dict[str, tuple[str, bytes]] = {
    "nothing in it": ("a.png", b""),
    "too large": ("a.pdf", b"%PDF-1.7" + b"x" * MOST_BYTES),
    "a page": ("a.html", b"<!doctype html>" + SCRIPT),
    "a page called a picture": ("a.png", b"<!doctype html>" + SCRIPT),
    "a drawing that runs": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "a drawing called a picture": ("a.jpg", b'<?xml version="1.0"?><svg onload="alert(1)"/>'),
    "a packed drawing": ("a.svgz", gzip.compress(b'<svg onload="alert(1)"/>')),
    "a script": ("a.js", b"alert(1)"),
    "a script of PHP": ("a.php", b"<?php system($_GET['c']); ?>"),
    "PHP called a GIF": ("a.php.gif", b"GIF89a<?php system($_GET['c']); ?>"),
    "a GIF": ("a.gif", picture("GIF")),
    "a program of Windows": ("a.exe", b"MZ\x90\x00" + b"\x00" * 60),
    "a program called a paper": ("invoice.pdf", b"MZ\x90\x00" + b"\x00" * 60),
    "a program of Linux": ("a.pdf", b"\x7fELF\x02\x01\x01"),
    "a program of Java": ("a.jar", zipped("META-INF/MANIFEST.MF", b"Main-Class: X")),
    "a shell script": ("a.sh", b"#!/bin/sh\nrm -rf /"),
    "an archive": ("a.zip", zipped("a.txt", b"x")),
    "a bomb of zeros": ("a.zip", zipped("0", b"\x00" * 5_000_000)),
    "a bomb called a paper": ("a.pdf", zipped("0", b"\x00" * 5_000_000)),
    "a letter with macros": ("a.docm", zipped("word/vbaProject.bin", b"x")),
    "an old letter with macros": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "a shortcut": ("a.lnk", b"L\x00\x00\x00\x01\x14\x02\x00"),
    "a paper behind other bytes": ("a.pdf", SCRIPT + b"%PDF-1.7"),
    "a paper called a picture": ("a.png", b"%PDF-1.7 x"),
    "a picture called a page": ("a.html", picture("PNG")),
    "a picture called a program": ("car.png.exe", picture("PNG")),
    "a picture without an ending": ("car", picture("PNG")),
    "a picture whose header is all there is": ("a.png", b"\x89PNG\r\n\x1a\n"),
    "a picture cut off": ("a.jpg", picture("JPEG", (600, 600))[:900]),
    "a picture of noise": ("a.webp", b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"\xff" * 40),
    "a bomb of pixels": ("a.png", claims(60_000, 60_000)),
    "a bomb of as many pixels as a photograph": ("a.png", claims(5_000, 4_000)),
    "a bomb that is thin": ("a.png", claims(2, 2_000_000_000)),
    "a bomb in a photograph": ("a.jpg", jpeg_claims(65_000, 65_000)),
    "a picture of no size": ("a.png", claims(0, 10)),
    "a text that is binary": ("a.txt", b"\x00\x01\x02"),
    "a text that moves the cursor": ("a.txt", b"\x1b]0;owned\x07"),
    "a text in another coding": ("a.txt", "año".encode("latin-1")),
    "a text that is too long": ("a.txt", b"x" * 300_000),
}  # fmt: skip
KEPT: dict[str, tuple[str, bytes, str]] = {
    "a page behind a picture": ("../../etc/cron.d/a.png", png() + SCRIPT, "a.png"),
    "a place in a photograph": ("C:\\Users\\bo\\car.jpg", with_place(), "car.jpg"),
    "a page called a text": ("a.html.txt", b"<!doctype html>" + SCRIPT, "a.html.txt"),
    "a paper with a script": ("a\u202egpj.pdf", b"%PDF-1.7 /JavaScript (app.alert(1))", "agpj.pdf"),
    "a name of marks": ('"><svg onload=alert(1)>.png', png(), "svg onload=alert(1).png"),
}


def test_there_are_forty_of_them() -> None:
    assert len(REFUSED) + len(KEPT) >= 40


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_honest_paper_picture_or_text_is_refused_with_a_sentence(what) -> None:
    name, content = REFUSED[what]
    with pytest.raises(Refused) as refused:
        checked(name, content)
    assert refused.value.field == "file"
    assert len(str(refused.value.sentence)) > 15


@pytest.mark.parametrize("what", KEPT)
def test_what_is_kept_has_a_plain_name_and_is_shown_only_as_a_picture_drawn_anew(what) -> None:
    name, content, plain = KEPT[what]
    file = checked(name, content)
    assert name_for(name, file.media_type) == plain
    assert file.media_type in ("image/png", "image/jpeg", "application/pdf", "text/plain")
    if file.preview is None:
        assert not file.media_type.startswith("image/")
        return
    assert b"script" not in file.preview
    with Image.open(io.BytesIO(file.preview)) as drawn:
        assert drawn.format == "JPEG"
        assert not drawn.getexif()


def test_a_photograph_may_have_more_pixels_than_what_is_decoded_whole() -> None:
    assert checked("a.jpg", picture("JPEG", (5_000, 4_000))).preview is not None
    with pytest.raises(Refused, match="too many pixels"):
        checked("a.png", claims(5_000, 4_000))
    with pytest.raises(Refused, match="too many pixels"):
        checked("a.webp", picture("WEBP", (4_100, 4_000), lossless=True, method=0, quality=0))


def test_a_picture_that_lies_on_its_side_is_drawn_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    preview = checked("a.jpg", picture("JPEG", (2_600, 1_300), exif=turned)).preview
    assert preview is not None
    with Image.open(io.BytesIO(preview)) as drawn:
        assert drawn.size == (640, 1_280)


def test_pictures_are_decoded_one_at_a_time(monkeypatch) -> None:
    drawing, most = [], []

    def draw(picture) -> bytes:
        drawing.append(picture)
        most.append(len(drawing))
        sleep(0.01)
        drawing.pop()
        return b""

    monkeypatch.setattr(upload_checks, "_drawn", draw)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _each: checked("a.png", png()), range(4)))
    assert most == [1] * 4
