"""All papers of an agreement in one ZIP file: what is kept as it is, letters, statements and receipts printed anew.

Verb: `archive`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from domain.access import Scope
from domain.reports import (
    agreements,
    documents,
    letters,
    paper_lists,
    period_statements,
    receipts,
    statement_papers,
    statements,
)
from domain.words import Gone
from models import Agreement, KeptFile, PeriodStatement, Statement, db
from papers.change_letter import change_letter_pdf
from papers.period_statement import period_statement_pdf
from papers.receipt import receipt_pdf
from papers.statement import statement_pdf
from papers.voice import Voice

Read = Callable[[KeptFile], bytes]
MOST_OF_A_SORT = 40


def archive(
    scope: Scope, agreement: Agreement, business: Mapping[str, Any], voice: Voice, read: Read
) -> bytes:
    """The ZIP of an agreement's papers that the person may see; `read` opens a kept file, or raises Gone.

    Of statements and receipts the newest; all are on the pages. Each bears its own day, in its name and as its date, so
    the same papers give the same bytes. In place of a file that is gone stands a note that says so.
    """
    into, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as made:
        for on, name, content in _papers(scope, agreement, business, voice, read):
            dated = (max(on.year, 1980), on.month, on.day, 0, 0, 0)
            made.writestr(zipfile.ZipInfo(_free(f"{on} {name}", taken), dated), content)
    return into.getvalue()


def _papers(
    scope: Scope, agreement: Agreement, business: Mapping[str, Any], voice: Voice, read: Read
) -> Iterator[tuple[date, str, bytes]]:
    """(day, name, content) of each."""
    for shown in documents.of_agreement(scope, agreement):
        for file in filter(None, (shown.row.file, shown.row.signed_file)):
            on = documents.when(shown).date()
            try:
                yield on, f"{shown.title} {file.name}", read(file)
            except Gone as gone:
                yield on, f"{shown.title} {file.name}.txt", voice.words(gone.sentence).encode()
    for _heading, found in paper_lists.papers(scope, agreement):
        for one in found[:MOST_OF_A_SORT]:
            printed = _printed(scope, agreement, one, business, voice)
            if printed is not None:
                yield (one.on, *printed)


def _printed(
    scope: Scope, agreement: Agreement, one: paper_lists.Paper, business: Mapping[str, Any], voice: Voice
) -> tuple[str, bytes] | None:
    """(name, content) of a paper that is printed anew; None for what is no paper, as a permission with its page."""
    if one.page == "letter":
        try:
            data = letters.change_letter(scope, agreement, int(one.values["number"]), business)
        except Gone:
            return None
        return f"{agreement.number}-letter-{one.values['number']}.pdf", change_letter_pdf(data, voice)
    if one.page == "receipt_pdf":
        receipt = receipts.receipt_of(db.session, scope, one.values["ref"], business)
        return (f"{receipt.receipt_number}.pdf", receipt_pdf(receipt, voice)) if receipt else None
    if one.page == "statement":
        row = db.session.scalars(scope.select(Statement).where(Statement.ref == one.values["ref"])).one()
        holders = [name for name, _role in agreements.people_on(scope, agreement)]
        paper = statement_papers.paper(statements.issued(scope, row), holders, business)
        return f"{agreement.number}-statement.pdf", statement_pdf(paper, voice)
    if one.page == "period_statement":
        kept = db.session.scalars(
            scope.select(PeriodStatement).where(PeriodStatement.ref == one.values["ref"])
        ).one()
        whole = period_statements.paper(period_statements.shown(scope, kept))
        return f"statement-{kept.number}.pdf", period_statement_pdf(whole, voice)
    return None


def _free(name: str, taken: set[str]) -> str:
    """A name that no other file in it has, without anything that is a path."""
    plain = re.sub(r"[^\w .()-]+", "_", name).strip(" .") or "paper"
    stem, dot, ending = plain.rpartition(".")
    found, number = plain, 2
    while found.casefold() in taken:
        found, number = f"{stem} ({number}){dot}{ending}", number + 1
    taken.add(found.casefold())
    return found
