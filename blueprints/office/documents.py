"""Documents of an agreement at the office: the list, writing one from a template, sending it out, signing for the
business, taking it back, keeping a paper signed by hand. Landlords read and sign those of their houses.
"""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.agreements import found
from blueprints.office.counter import letterhead
from blueprints.office.expenses import handed_in
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup, signing
from blueprints.shared.clock import now, today
from blueprints.shared.fields import RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import PAPERS, TRIES, limit_posts, limit_reads
from domain.actions import documents as acts
from domain.actions import signing as signing_acts
from domain.reports import document_drafts, document_values, unit_facts
from domain.reports import documents as reports
from domain.reports.agreements import View
from domain.reports.receipts import business_lines
from domain.rules.document_text import fill
from domain.rules.signing import ROLE_WORDS, part_of
from domain.sealing import fresh_ref
from domain.words import Conflict, Gone, Refused
from models import Document

PURPOSE = "document"
LANGUAGES = {"en": "English", "es": "Español"}


class DraftForm(FlaskForm):
    title = text_field(_("Title"), acts.MOST_TITLE, DataRequired(_("Write a title.")))
    signers = SelectMultipleField(_("Who signs"), choices=[], validate_choice=False)
    template = HiddenField()
    form_ref = RefField(purpose=PURPOSE)


class PaperForm(FlaskForm):
    title = text_field(_("What it is"), acts.MOST_TITLE, DataRequired(_("Write a title.")))
    file = FileField(_("The scan or picture"))
    form_ref = RefField(purpose=PURPOSE)


class VoidForm(FlaskForm):
    reason = text_field(_("Why?"), acts.MOST_REASON, DataRequired(_("Say why.")))


def fresh(form: Any, owner: str) -> Any:
    """A form that was not sent yet, with a name of its own, so that sending it twice does it once."""
    form.form_ref.owner = owner
    form.form_ref.data = seal_ref(PURPOSE, fresh_ref(), owner)
    return form


@office.get("/office/agreements/<ref>/documents")
def documents(ref: str) -> ResponseReturnValue:
    return list_page(found(ref))


def list_page(at: View, form: PaperForm | None = None, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/documents/index.html", status=status, at=at, papers=reports.of_agreement(scope(), at.agreement),
        templates=document_drafts.templates(scope(), at.agreement), tongues=LANGUAGES,
        form=form or fresh(PaperForm(formdata=None), at.ref),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/papers")
@limit_posts(TRIES)
def keep_paper(ref: str) -> ResponseReturnValue:
    """Keep a paper that was signed by hand."""
    at = found(ref)
    lookup.require(acts.RIGHT)
    form = PaperForm()
    form.form_ref.owner = at.ref
    if form.validate():
        try:
            made = acts.hand_in(
                at.ref, form.title.data, handed_in(form.file.data), form.form_ref.ref or "", who=scope(),
                uploads=signing.uploads(), now=now(),
            )  # fmt: skip
            flash(gettext("The paper is kept. The people on the agreement can read it."))
            return htmx.see_other(url_for("office.document", ref=made))
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            blame(form, Refused(conflict.sentence))
    return list_page(at, form, 422)


@office.get("/office/agreements/<ref>/documents/new")
def new_document(ref: str) -> ResponseReturnValue:
    """The document as it would be written now, and who is to sign it."""
    at = found(ref)
    lookup.require(acts.RIGHT)
    form = fresh(DraftForm(formdata=None), at.ref)
    form.template.data = request.args.get("template", "")[:60]
    template = chosen(at, form)
    form.title.data = template.title
    form.signers.data = [one.key for one in reports.parties(at.agreement, today())]
    return draft_page(at, form, template)


def chosen(at: View, form: DraftForm) -> document_drafts.Template:
    template = document_drafts.find(scope(), form.template.data or "", at.agreement)
    if template is None:
        abort(404)
    return template


def draft_page(
    at: View, form: DraftForm, template: document_drafts.Template, status: int = 200
) -> ResponseReturnValue:
    parties = reports.parties(at.agreement, today())
    form.signers.choices = [
        SelectChoice(one.key, f"{one.name} · {gettext(ROLE_WORDS[part_of(one.role, at.agreement.kind)])}")
        for one in parties
    ]
    return htmx.render(
        "office/documents/new.html",
        status=status,
        at=at,
        form=form,
        template=template,
        blocks=filled(at, template),
        unowned=None
        if any(one.role == "owner" for one in parties)
        else unit_facts.place_of(scope(), at.agreement),
    )


def filled(at: View, template: document_drafts.Template) -> list[dict[str, Any]]:
    """The template's text with this agreement in its places."""
    voice = signing.voice_of(template.language)
    return fill(template.body, document_values.values(scope(), at, voice, letterhead(), today()))


@office.post("/office/agreements/<ref>/documents")
@limit_posts(TRIES)
def create_document(ref: str) -> ResponseReturnValue:
    at = found(ref)
    lookup.require(acts.RIGHT)
    form = DraftForm()
    form.form_ref.owner = at.ref
    template = chosen(at, form)
    if form.validate():
        draft = acts.Draft(
            at.ref, form.title.data, template.language, filled(at, template), business_lines(letterhead()),
            form.signers.data or [], template.type, template.ref, bool(letterhead()["test_mode"]),
        )  # fmt: skip
        try:
            made = acts.draw_up(
                draft, form.form_ref.ref or "", voice=signing.voice_of(template.language), who=scope(),
                uploads=signing.uploads(), today=today(), now=now(),
            )  # fmt: skip
            flash(gettext("The document is written. Nobody else sees it before you send it."))
            return htmx.see_other(url_for("office.document", ref=made))
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            blame(form, Refused(conflict.sentence))
    return draft_page(at, form, template, 422)


def document_of(ref: str) -> reports.Shown:
    """The document that the address names, or 404."""
    lookup.require("agreements")
    return reports.one(scope(), lookup.get_or_404(Document, ref))


@office.get("/office/documents/<ref>")
def document(ref: str) -> ResponseReturnValue:
    shown = document_of(ref)
    if shown.own is not None and shown.own.signer.person_id and shown.own.signer.viewed_at is None:
        signing_acts.seen(ref, who=scope(), now=now())
        lookup.forget()
        shown = document_of(ref)
    return page(shown)


def page(
    shown: reports.Shown,
    form: signing.SignForm | None = None,
    void: VoidForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return htmx.render(
        "office/documents/document.html", status=status, void=void or VoidForm(formdata=None),
        **signing.context(shown, form),
    )  # fmt: skip


@office.post("/office/documents/<ref>/sending")
def send_document(ref: str) -> ResponseReturnValue:
    """Send a draft out, or tell those again who have not signed."""
    shown = document_of(ref)
    lookup.require(acts.RIGHT)
    try:
        if acts.send(ref, who=scope(), today=today(), now=now()):
            flash(gettext("It is out. Everybody who is to sign was told."))
        elif acts.remind(ref, who=scope(), today=today(), now=now()):
            flash(gettext("Everybody who has not signed was told again."))
        else:
            flash(gettext("They were told today already."))
    except Refused as refused:
        flash(here().say(refused.sentence), "warning")
    return htmx.see_other(url_for("office.document", ref=shown.row.ref))


@office.post("/office/documents/<ref>/void")
def void_document(ref: str) -> ResponseReturnValue:
    shown, form = document_of(ref), VoidForm()
    lookup.require(acts.RIGHT)
    if form.validate():
        try:
            acts.void(ref, form.reason.data, who=scope(), now=now())
            flash(gettext("The document was taken back."))
            return htmx.see_other(url_for("office.document", ref=ref))
        except Refused as refused:
            blame(form, refused)
    return page(shown, void=form, status=422)


@office.post("/office/documents/<ref>/signature")
@limit_posts(TRIES)
def sign_for_business(ref: str) -> ResponseReturnValue:
    """Sign as the owner of the house, or for the business."""
    shown, form = document_of(ref), signing.SignForm()
    back = url_for("office.document", ref=ref)
    if asked := signing.proof_first(shown, form, back):
        return asked
    status = signing.tried(shown, form)
    if status is None:
        flash(gettext("You have signed."))
        return htmx.see_other(back)
    return page(document_of(ref), form, status=status)


@office.post("/office/documents/<ref>/refusal")
def decline_for_business(ref: str) -> ResponseReturnValue:
    if signing.declined(document_of(ref).row.ref):
        flash(gettext("You have declined."))
    return htmx.see_other(url_for("office.document", ref=ref))


@office.get("/office/documents/<ref>/file")
@limit_reads(PAPERS)
def document_file(ref: str) -> ResponseReturnValue:
    """The file as it was signed or handed in; with ?signed=1 the one with the certificate."""
    row = document_of(ref).row
    try:
        return signing.file_answer(row, row.signed_file if request.args.get("signed") else row.file)
    except Gone as gone:
        return htmx.render("office/documents/gone.html", status=410, words=here().say(gone.sentence), row=row)
