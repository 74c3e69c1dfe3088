"""All papers of an agreement in one ZIP file: what is kept as it is, letters and receipts printed anew. `archive`."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from domain.access import Scope
from domain.reports import documents, letters, paper_lists, receipts
from domain.words import Gone
from models import Agreement, KeptFile, db
from papers.change_letter import change_letter_pdf
from papers.receipt import receipt_pdf
from papers.voice import Voice

Read = Callable[[KeptFile], bytes]
MOST_RECEIPTS = 40
_MOMENT = (2000, 1, 1, 0, 0, 0)
"""What every file in it is dated with: the same papers give the same bytes."""


def archive(
    scope: Scope, agreement: Agreement, business: Mapping[str, Any], voice: Voice, read: Read
) -> bytes:
    """The ZIP of an agreement's papers that the person may see; `read` opens a kept file, or raises Gone.

    Of receipts the newest; all are on the pages. In place of a file that is gone stands a note that says so.
    """
    into, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in _papers(scope, agreement, business, voice, read):
            made.writestr(zipfile.ZipInfo(_free(name, taken), _MOMENT), content)
    return into.getvalue()


def _papers(
    scope: Scope, agreement: Agreement, business: Mapping[str, Any], voice: Voice, read: Read
) -> Iterator[tuple[str, bytes]]:
    for shown in documents.of_agreement(scope, agreement):
        for file in filter(None, (shown.row.file, shown.row.signed_file)):
            try:
                yield f"{shown.title} {file.name}", read(file)
            except Gone as gone:
                yield f"{shown.title} {file.name}.txt", voice.words(gone.sentence).encode()
    for _heading, found in paper_lists.papers(scope, agreement):
        for one in found[:MOST_RECEIPTS]:
            if one.page == "letter":
                try:
                    data = letters.change_letter(scope, agreement, int(one.values["number"]), business)
                except Gone:
                    continue
                yield f"{agreement.number}-letter-{one.values['number']}.pdf", change_letter_pdf(data, voice)
            elif one.page == "receipt_pdf":
                receipt = receipts.receipt_of(db.session, scope, one.values["ref"], business)
                if receipt is not None:
                    yield f"{receipt.receipt_number}.pdf", receipt_pdf(receipt, voice)


def _free(name: str, taken: set[str]) -> str:
    """A name that no other file in it has, without anything that is a path."""
    plain = re.sub(r"[^\w .()-]+", "_", name).strip(" .") or "paper"
    stem, dot, ending = plain.rpartition(".")
    found, number = plain, 2
    while found.casefold() in taken:
        found, number = f"{stem} ({number}){dot}{ending}", number + 1
    taken.add(found.casefold())
    return found
