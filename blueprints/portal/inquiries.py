"""A customer asks about an amount, or says that a payment is missing; what became of it."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields import SelectChoice

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.talking import OFTEN, SayForm, blame, text_area
from blueprints.shared.throttle import limit_posts
from blueprints.shared.uploads import handed_in, uploads
from domain.actions import inquiries as acts
from domain.reports import inquiries as reports
from domain.reports import thread_pages
from domain.reports.agreements import View
from domain.rules.inquiries import PAID_BY, Asked, answer_by
from domain.rules.message_text import MOST_SUBJECT
from domain.words import Gone, Refused
from models import Inquiry


class AskForm(SayForm):
    """What is wrong with an amount. `amount`: what should come off."""

    text = text_area(_("What is wrong?"))
    amount = MoneyField(_("How much should come off?"))


class MissingForm(SayForm):
    """A payment that is not here."""

    amount = MoneyField(_("How much did you pay?"))
    day = DayField(_("When?"))
    way = SelectField(_("How?"))
    text = text_area(_("Anything that helps us find it"))


def form_of(view: View, matter: reports.Matter, what: str, *, sent: bool = False) -> SayForm:
    kind = MissingForm if matter.about == "missing" else AskForm
    form = kind(f"{view.ref}:{what}", sent=sent)
    form.amount.currency = view.currency
    if "way" in form:
        form.way.choices = [
            SelectChoice("", _("Choose")),
            *(SelectChoice(key, gettext(words)) for key, words in PAID_BY.items()),
        ]
    return form


def asked_about(view: View, what: str) -> reports.Matter:
    """What the address names; 404 for a figure or payment that is not there."""
    try:
        return reports.matter(scope(), view, what)
    except Gone:
        abort(404)


def called(view: View, matter: reports.Matter) -> str:
    """What the conversation is called; of a figure, with how much it was."""
    title = here().say(matter.title)
    if matter.about == "balance" and matter.reason:
        title = f"{title}: {here().money(matter.reason.amount_minor, view.currency)}"
    return title[:MOST_SUBJECT]


@portal.get("/questions")
def inquiries() -> ResponseReturnValue:
    return htmx.render("portal/inquiries/inquiries.html", lines=reports.mine(scope()))


@portal.get("/agreements/<ref>/ask/<what>")
def new_inquiry(ref: str, what: str) -> ResponseReturnValue:
    view = viewed(ref)
    matter = asked_about(view, what)
    return page(view, matter, what, form_of(view, matter, what))


def page(
    view: View, matter: reports.Matter, what: str, form: SayForm, status: int = 200
) -> ResponseReturnValue:
    return htmx.render(
        "portal/inquiries/new.html", status=status, view=view, matter=matter, what=what, form=form,
        reason=matter.reason, answer_by=answer_by(today()),
        known=reports.asked_already(scope(), view, matter, called(view, matter)) if status == 200 else None,
    )  # fmt: skip


@portal.post("/agreements/<ref>/ask/<what>")
@limit_posts(OFTEN)
def create_inquiry(ref: str, what: str) -> ResponseReturnValue:
    view = viewed(ref)
    matter = asked_about(view, what)
    form = form_of(view, matter, what, sent=True)
    if form.validate():
        missing = matter.about == "missing"
        asked = Asked(
            matter.about, form.text.data or "", form.amount.data, form.day.data if missing else None,
            form.way.data if missing else "",
        )  # fmt: skip
        question = acts.Question(
            asked, called(view, matter), matter.charge_id, matter.payment_ref,
            files=handed_in(form.file.data),
        )  # fmt: skip
        try:
            made = acts.ask(
                ref,
                question,
                form.form_ref.ref or "",
                who=scope(),
                today=today(),
                now=now(),
                uploads=uploads(),
            )
            flash(gettext("We have your question."))
            return htmx.see_other(url_for("portal.inquiry", ref=made))
        except Refused as refused:
            blame(form, refused)
    return page(view, matter, what, form, 422)


@portal.get("/questions/<ref>", endpoint="inquiry")
def show_inquiry(ref: str) -> ResponseReturnValue:
    row = lookup.get_or_404(Inquiry, ref)
    line = reports.one(scope(), ref)
    if line is None:
        abort(404)
    return htmx.render(
        "portal/inquiries/inquiry.html", line=line, said=thread_pages.messages(scope(), row.thread_id)
    )


@portal.post("/questions/<ref>/withdraw")
def withdraw_inquiry(ref: str) -> ResponseReturnValue:
    lookup.get_or_404(Inquiry, ref)
    if acts.withdraw(ref, who=scope(), now=now()):
        flash(gettext("You took your question back."))
    return htmx.see_other(url_for("portal.inquiry", ref=ref))
