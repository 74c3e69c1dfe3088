"""Changes of a running agreement: what may be changed, what it would do, the change itself, and its final letter.

Which changes there are, the agreement's kind says; each has its form in `change_forms`. The review shows what will be
done, by doing it and taking it back; nothing changes before it is confirmed, and the form's sealed ref acts once.
"""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.office import office
from blueprints.office.adjusting import acting, found, told, tried
from blueprints.office.change_forms import FORMS, ChangeForm
from blueprints.office.counter import letterhead
from blueprints.shared import htmx, lookup
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.actions import changes as acts
from domain.reports import changes as reports
from domain.reports import letters
from domain.reports.agreements import View
from domain.words import Conflict, Gone
from models import Agreement
from papers.change_letter import change_letter_pdf
from papers.final_statement import final_statement_pdf


@office.get("/office/agreements/<ref>/changes")
def changes(ref: str) -> ResponseReturnValue:
    """What was changed so far, and what may be changed."""
    at = found(ref)
    return htmx.render(
        "office/changes/index.html",
        at=at,
        offers=offers(at),
        made=reports.changes(scope(), at.agreement, 100),
    )


def offers(at: View) -> dict[str, type[ChangeForm]]:
    """The forms of what may be changed here. Of one that closed by itself a deposit may still have to be settled."""
    left = (
        at.kind.CHANGES if at.open else ("move_out",) if at.agreement.ended_on is None else ("move_out_back",)
    )
    offered = {name: FORMS[name] for name in at.kind.CHANGES if name in left}
    if not reports.notice_stands(at.agreement):
        offered.pop("notice_back", None)
    if not reports.move_out_stands(at.agreement):
        offered.pop("move_out_back", None)
    return offered


def form_of(at: View, change: str, given: Any = None, *, sent: bool = False) -> ChangeForm:
    """The form of a change that this agreement offers, or 404."""
    if change not in at.kind.CHANGES:
        abort(404)
    return FORMS[change](at, given, sent=sent)


@office.get("/office/agreements/<ref>/changes/<change>/new")
def new_change(ref: str, change: str) -> ResponseReturnValue:
    """The form; with what was typed before where somebody comes back from the review to change it."""
    at = found(ref)
    return asked(at, change, form_of(at, change, request.args if "form_ref" in request.args else None))


def asked(at: View, change: str, form: ChangeForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/changes/new.html", status=status, at=at, name=change, form=form, preview=None)


@office.get("/office/agreements/<ref>/changes/<change>/review")
def review_change(ref: str, change: str) -> ResponseReturnValue:
    """What it would do; for HTMX, while somebody types, the effect alone."""
    at = found(ref)
    form = form_of(at, change, request.args)
    if htmx.wants_fragment():
        form.reason.validators = ()
        preview = shown(at, form)
        return htmx.render(
            "office/changes/review.html", "office/changes/_effect.html", at=at, form=form, name=change,
            preview=preview, **told(preview.effect if preview else None),
        )  # fmt: skip
    return review_page(at, change, form)


def shown(at: View, form: ChangeForm) -> acts.Preview | None:
    found_: acts.Preview | None = tried(form, lambda: acts.preview(at.ref, form.change, **acting()))
    return found_


def review_page(at: View, change: str, form: ChangeForm, *, changed: bool = False) -> ResponseReturnValue:
    """The review; the form again, with 422, where something is wrong."""
    preview = shown(at, form)
    if preview is None:
        return asked(at, change, form, 422)
    form.seen.data = f"{at.agreement.standing.entries}.{len(at.agreement.changes)}"
    given = request.args or request.form
    again = {name: given[name] for name in given if name in form and name not in ("csrf_token", "seen")}
    return htmx.render(
        "office/changes/review.html", status=409 if changed else 200, at=at, form=form, name=change,
        preview=preview, again=again, changed=changed, **told(preview.effect),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/changes/<change>")
def create_change(ref: str, change: str) -> ResponseReturnValue:
    """Make the change, once. When something was posted since the review, the review is shown anew instead."""
    at = found(ref)
    form = form_of(at, change, request.form, sent=True)
    seen = form.was_seen
    try:
        made = tried(
            form,
            lambda: acts.make(at.ref, form.change, form.reason.data, form.ref, seen=seen, **acting()),
        )
    except Conflict:
        lookup.forget()
        return review_page(found(ref), change, form, changed=True)
    if made is None:
        return asked(at, change, form, 422)
    flash(gettext("%(number)s was changed.", number=at.number))
    return htmx.see_other(url_for("office.agreement", ref=at.ref, _anchor="changes"))


@office.get("/office/agreements/<ref>/changes/<number>/final-statement.pdf")
@limit_reads(PAPERS)
def final_statement(ref: str, number: str) -> ResponseReturnValue:
    """The letter of a change that ended the agreement; 404 for any other."""
    agreement, counted = of_change(ref, number)
    try:
        data = letters.final_statement(scope(), agreement, counted, letterhead())
    except Gone:
        abort(404)
    return paper(final_statement_pdf(data, here().voice()), f"{agreement.number}-final-statement.pdf")


@office.get("/office/agreements/<ref>/changes/<number>/letter.pdf")
@limit_reads(PAPERS)
def change_letter(ref: str, number: str) -> ResponseReturnValue:
    """The letter of another rent, a renewal or notice; 404 for any other change."""
    agreement, counted = of_change(ref, number)
    try:
        data = letters.change_letter(scope(), agreement, counted, letterhead())
    except Gone:
        abort(404)
    return paper(change_letter_pdf(data, here().voice()), f"{agreement.number}-letter-{counted}.pdf")


def of_change(ref: str, number: str) -> tuple[Agreement, int]:
    """The agreement and the number of its change that the address names, or 404."""
    lookup.require("people")
    agreement = lookup.get_or_404(Agreement, ref)
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        abort(404)
    return agreement, int(number)


def paper(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
