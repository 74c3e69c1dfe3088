"""The customer's documents: all papers in one place, one to read, sign or decline, the whole set as a ZIP."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import frame, htmx, signing
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.lookup import forget, get_or_404
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, TRIES, limit_posts, limit_reads
from domain.actions import signing as acts
from domain.actions.handed_in_files import open_file
from domain.reports import agreements as agreement_reports
from domain.reports import document_set, letters, paper_lists
from domain.reports import documents as reports
from domain.words import Gone
from models import Document
from papers.change_letter import change_letter_pdf


@portal.get("/documents")
def documents() -> ResponseReturnValue:
    views = agreement_reports.views(scope(), today())
    lists = [(view, papers_of(view)) for view in views]
    return htmx.render("portal/documents/index.html", waiting=reports.to_sign(scope()), lists=lists)


def papers_of(view: agreement_reports.View) -> list[tuple[str, list[paper_lists.Paper]]]:
    """The papers of an agreement whose pages this installation has, by their headings."""
    known = [
        (words, [one for one in found if f"portal.{one.page}" in current_app.view_functions])
        for words, found in paper_lists.papers(scope(), view.agreement)
    ]
    return [(words, found) for words, found in known if found]


@portal.get("/documents/widgets/to-sign")
def documents_widget() -> ResponseReturnValue:
    """What waits for a signature, as a part of the first page."""
    return htmx.render(
        "portal/documents/widget.html", "portal/documents/_to_sign.html", waiting=reports.to_sign(scope())
    )


@portal.get("/documents/<ref>")
def document(ref: str) -> ResponseReturnValue:
    row = get_or_404(Document, ref)
    shown = reports.one(scope(), row)
    if shown.own is not None and shown.own.signer.viewed_at is None and not scope().reading:
        acts.seen(ref, who=scope(), now=now())
        forget()
        shown = reports.one(scope(), get_or_404(Document, ref))
    return page(shown)


def page(
    shown: reports.Shown, form: signing.SignForm | None = None, status: int = 200
) -> ResponseReturnValue:
    return htmx.render("portal/documents/document.html", status=status, **signing.context(shown, form))


@portal.post("/documents/<ref>/signature")
@limit_posts(TRIES)
def sign_document(ref: str) -> ResponseReturnValue:
    """Sign it: what was ticked and typed is bound to the bytes that were shown."""
    shown, form = reports.one(scope(), get_or_404(Document, ref)), signing.SignForm()
    back = url_for("portal.document", ref=ref)
    if asked := signing.proof_first(shown, form, back):
        return asked
    status = signing.tried(shown, form)
    if status is None:
        flash(gettext("You have signed. Your copy stays here."))
        return htmx.see_other(back)
    return page(reports.one(scope(), get_or_404(Document, ref)), form, status)


@portal.post("/documents/<ref>/refusal")
def decline_document(ref: str) -> ResponseReturnValue:
    """Say no, with or without a reason."""
    if signing.declined(get_or_404(Document, ref).ref):
        flash(gettext("You have declined. We will call or write to you about it."))
    return htmx.see_other(url_for("portal.document", ref=ref))


@portal.get("/documents/<ref>/file")
@limit_reads(PAPERS)
def document_file(ref: str) -> ResponseReturnValue:
    """The file as it was signed or handed in; with ?signed=1 the one with the certificate."""
    row = get_or_404(Document, ref)
    try:
        return signing.file_answer(row, row.signed_file if request.args.get("signed") else row.file)
    except Gone as gone:
        return htmx.render("portal/documents/gone.html", status=410, words=here().say(gone.sentence))


def letterhead() -> dict[str, Any]:
    return (frame.business() or {}) | {
        "test_mode": current_app.config["TEST_MODE"], "site": current_app.config["BASE_URL"],
    }  # fmt: skip


@portal.get("/agreements/<ref>/letters/<int:number>.pdf")
@limit_reads(PAPERS)
def letter(ref: str, number: int) -> ResponseReturnValue:
    """The letter of another rent, a renewal or notice."""
    view = viewed(ref)
    if not paper_lists.has_letter(scope(), view.agreement, number):
        abort(404)
    data = letters.change_letter(scope(), view.agreement, number, letterhead())
    answer = Response(change_letter_pdf(data, here().voice()), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{view.number}-letter-{number}.pdf")
    return answer


@portal.get("/agreements/<ref>/documents.zip")
@limit_reads("6 per minute; 40 per hour")
def documents_set(ref: str) -> ResponseReturnValue:
    """Every paper of an agreement in one file."""
    view = viewed(ref)
    content = document_set.archive(
        scope(), view.agreement, letterhead(), here().voice(), lambda file: open_file(file, signing.uploads())
    )
    answer = Response(content, mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{view.number}-documents.zip")
    return answer
