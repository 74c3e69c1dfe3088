"""Templates of documents: the list, one to read and change, how it reads with example data, its versions."""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields import SelectChoice

from blueprints.office import office
from blueprints.office.cash_drawer import currency
from blueprints.office.documents import LANGUAGES
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup, signing
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import document_templates as acts
from domain.reports import document_drafts as reports
from domain.reports.documents import TYPE_WORDS
from domain.rules.document_places import KIND_WORDS, places_of
from domain.rules.document_text import Block, check
from domain.words import Conflict, Refused
from models import DocumentTemplate


class TemplateForm(FlaskForm):
    title = text_field(_("Title"), acts.MOST_TITLE)
    sort = SelectField(_("For"))
    type = SelectField(_("What it is"))
    language = SelectField(_("Language"))
    body = TextAreaField(
        _("Text"), filters=[lambda text: (text or "").replace("\r\n", "\n").replace("\x00", "")]
    )
    version = HiddenField()

    @property
    def expected(self) -> int:
        digits = self.version.data or ""
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0

    def draft(self, slug: str = "") -> acts.Draft:
        return acts.Draft(
            self.title.data or "",
            self.body.data or "",
            self.type.data,
            self.sort.data,
            self.language.data,
            slug,
        )


def template_form(*, sent: bool) -> TemplateForm:
    form = TemplateForm() if sent else TemplateForm(formdata=None)
    kinds = [SelectChoice(name, gettext(words)) for name, words in KIND_WORDS.items()]
    form.sort.choices = [SelectChoice("", gettext("Every kind of agreement")), *kinds]
    form.type.choices = [SelectChoice(name, gettext(TYPE_WORDS[name])) for name in acts.TYPES]
    form.language.choices = [SelectChoice(tag, name) for tag, name in LANGUAGES.items()]
    return form


@office.get("/office/document-templates")
def document_templates() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    return htmx.render(
        "office/document_templates/index.html", templates=reports.templates(scope()), tongues=LANGUAGES,
        kinds=KIND_WORDS,
    )  # fmt: skip


@office.get("/office/document-templates/new")
def new_document_template() -> ResponseReturnValue:
    """A new one, empty or begun with one of ours."""
    lookup.require(acts.RIGHT)
    form, begun = template_form(sent=False), request.args.get("begin", "")[:60]
    form.version.data = "0"
    fill(form, "", "", "agreement", "", "en")
    if begun:
        one = reports.find(scope(), begun)
        if one is None:
            abort(404)
        fill(form, one.title, one.body, one.type, one.sort, one.language)
    return edit_page(form)


def fill(form: TemplateForm, title: str, body: str, type_: str, sort: str, language: str) -> None:
    form.title.data, form.body.data, form.type.data = title, body, type_
    form.sort.data, form.language.data = sort, language


def edit_page(
    form: TemplateForm, row: DocumentTemplate | None = None, status: int = 200, *, look: bool = False
) -> ResponseReturnValue:
    sort = form.sort.data if form.sort.data in KIND_WORDS else ""
    return htmx.render(
        "office/document_templates/edit.html", status=status, form=form, row=row, names=places_of(sort),
        versions=reports.versions(scope(), row) if row else (), blocks=read(form, sort) if look else (),
        tongue=form.language.data if form.language.data in LANGUAGES else "en",
    )  # fmt: skip


def read(form: TemplateForm, sort: str) -> list[Block]:
    """How the text reads with example data; nothing where it cannot be filled, which the field then says."""
    try:
        check(form.body.data or "", places_of(sort))
    except Refused as refused:
        blame(form, refused)
        return []
    voice = signing.voice_of(form.language.data)
    return reports.example(form.body.data or "", sort, voice, currency(), today())


@office.post("/office/document-templates")
def create_document_template() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    return keep(template_form(sent=True), None)


def keep(form: TemplateForm, row: DocumentTemplate | None) -> ResponseReturnValue:
    """Show how it reads, or keep it as a further version: whichever button was pressed."""
    if not form.validate():
        return edit_page(form, row, 422)
    if "look" in request.form:
        return edit_page(form, row, look=True)
    try:
        ref = acts.write(form.draft(row.slug if row else ""), form.expected, who=scope(), now=now())
    except Refused as refused:
        blame(form, refused)
        return edit_page(form, row, 422)
    except Conflict as late:
        form.form_errors = [*form.form_errors, here().say(late.sentence)]
        return edit_page(form, row, 409)
    flash(
        gettext("This text is used for new documents from now on. Those that were written stay as they are.")
    )
    return htmx.see_other(url_for("office.document_template", ref=ref))


@office.get("/office/document-templates/<ref>")
def document_template(ref: str) -> ResponseReturnValue:
    """A version to read; what is kept from here is the next one after the newest."""
    lookup.require(acts.RIGHT)
    row = lookup.get_or_404(DocumentTemplate, ref)
    form = template_form(sent=False)
    fill(form, row.title, row.body, row.type, row.agreement_kind, row.language)
    form.version.data = str(max(one.number for one in reports.versions(scope(), row)))
    return edit_page(form, row, look=True)


@office.post("/office/document-templates/<ref>")
def change_document_template(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    row = lookup.get_or_404(DocumentTemplate, ref)
    form = template_form(sent=True)
    form.language.data = row.language
    return keep(form, row)


@office.post("/office/document-templates/<ref>/retirement")
def retire_document_template(ref: str) -> ResponseReturnValue:
    """Offer it no more; documents made of it stay."""
    lookup.require(acts.RIGHT)
    acts.retire(lookup.get_or_404(DocumentTemplate, ref).ref, who=scope(), now=now())
    flash(gettext("This template is offered no more."))
    return htmx.see_other(url_for("office.document_templates"))
