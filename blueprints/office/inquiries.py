"""Customers' questions about amounts: the list, one with the explanation beside it, taking something off, answering."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office import office
from blueprints.office.adjusting import AdjustForm, acting, found, reviewed, tried
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.fields import MoneyField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import inquiry_answers as acts
from domain.reports import charges, payments, reasons, thread_pages
from domain.reports import inquiries as reports
from domain.reports.agreements import View
from domain.rules.inquiries import MOST_ANSWER, WAYS
from domain.words import Conflict, Gone, Refused
from models import Inquiry


def answer_field() -> Any:
    return text_field(
        _("What the customer reads"),
        MOST_ANSWER,
        DataRequired(_("Say why, so that the customer understands.")),
        lines=True,
    )


class ReliefForm(AdjustForm):
    amount = MoneyField(_("How much comes off"), [InputRequired(_("Enter an amount above zero."))])
    way = SelectField(_("How"))
    answer = answer_field()


class AnswerForm(FlaskForm):
    state = RadioField(_("Your answer"), validators=[InputRequired(_("Choose one."))])
    payment = SelectField(_("Which payment was it?"), validate_choice=False)
    answer = answer_field()


@office.get("/office/questions")
def inquiries() -> ResponseReturnValue:
    staff_only()
    asked = wanted(filters=("state",))
    listing = Listing("office.inquiries", asked, reports.listed(scope(), asked))
    return htmx.render("office/inquiries/inquiries.html", listing=listing, chosen=asked.filters["state"])


def staff_only() -> None:
    lookup.require("people")


def asked_of(ref: str) -> tuple[reports.Line, View]:
    """The inquiry, and its agreement as it stands today."""
    staff_only()
    lookup.get_or_404(Inquiry, ref)
    line = reports.one(scope(), ref)
    if line is None:
        abort(404)
    return line, found(line.agreement_ref, "talk")


@office.get("/office/questions/<ref>")
def inquiry(ref: str) -> ResponseReturnValue:
    line, at = asked_of(ref)
    return page(line, at, relief_of(line, at))


def relief_of(line: reports.Line, at: View) -> ReliefForm | None:
    """What may be taken off, for who may: filled again with what was typed before the review."""
    if not (line.open and line.row.charge_id and scope().may("adjust")):
        return None
    given = request.args if "form_ref" in request.args else None
    form = with_ways(ReliefForm(at, given))
    if given is None:
        left = charges.charge_lines.line(scope(), at.agreement, line.row.charge_id)
        form.amount.data = line.row.asked_minor or (left.open_minor if left else None)
        form.way.data = "waive" if left and left.open_minor else "correct"
    return form


def with_ways(form: ReliefForm) -> ReliefForm:
    form.answer.id = "relief-answer"  # beside it stands another form with an answer
    form.way.choices = [SelectChoice(key, gettext(words)) for key, words in WAYS.items()]
    return form


def answer_form(line: reports.Line, *, sent: bool = False) -> AnswerForm:
    form = AnswerForm() if sent else AnswerForm(formdata=None)
    form.state.choices = [
        SelectChoice("answered", _("Explain it")),
        SelectChoice("rejected", _("It stays as it is")),
    ]
    if line.row.about in ("missing", "payment", "balance"):
        form.state.choices.append(SelectChoice("found", _("The payment was found")))
    form.payment.choices = [SelectChoice("", _("Choose"))]
    for one in reports.candidates(scope(), line):
        words = (
            here().day(one.begun_on), here().money(one.amount_minor, one.currency), one.agreement_number,
            here().say(payments.state_words(one)),
        )  # fmt: skip
        form.payment.choices.append(SelectChoice(one.ref, " · ".join(words)))
    return form


def page(
    line: reports.Line, at: View, relief: ReliefForm | None, form: AnswerForm | None = None, status: int = 200
) -> ResponseReturnValue:
    reason = None
    if line.charge_entry:
        try:
            reason = reasons.reason(scope(), at, f"charge-{line.charge_entry}")
        except Gone:
            reason = None
    return htmx.render(
        "office/inquiries/inquiry.html", status=status, line=line, at=at, relief=relief,
        form=form or answer_form(line), reason=reason, said=said_in(line), figures=None,
        lines=reports.unexplained(scope(), line) if scope().may("bank") else (), state_words=payments.state_words,
        fitting=[one for one in reports.candidates(scope(), line) if one.amount_minor == line.row.asked_minor],
    )  # fmt: skip


def said_in(line: reports.Line) -> list[thread_pages.Message]:
    """The conversation without its first line, which repeats the facts that stand above it."""
    found = thread_pages.messages(scope(), line.row.thread_id)
    return found[1:] if line.row.asked_minor and found and found[0].side == "system" else found


@office.get("/office/questions/<ref>/relief/review")
def review_relief(ref: str) -> ResponseReturnValue:
    line, at = relievable(ref)
    form = with_ways(ReliefForm(at, request.args))
    effect = tried(
        form,
        lambda: acts.preview_relieve(
            at.ref, ref, relief(form), form.ref, charge_id=line.row.charge_id or 0, **acting()
        ),
    )
    rows = [
        (gettext("Charge"), line.subject),
        (gettext("Comes off"), here().money(form.amount.data or 0, at.currency)),
        (gettext("The customer reads"), form.answer.data),
    ]
    return reviewed(
        at, form, effect, lambda at, form, status: page(line, at, form, status=status),
        title=gettext("Take this off?"), rows=rows, confirm=gettext("Take it off and answer"),
        action=url_for("office.relieve_inquiry", ref=ref), step=url_for("office.inquiry", ref=ref),
    )  # fmt: skip


def relievable(ref: str) -> tuple[reports.Line, View]:
    line, at = asked_of(ref)
    lookup.require("adjust")
    if not line.row.charge_id:
        abort(404)
    return line, at


def relief(form: ReliefForm) -> acts.Relief:
    return acts.Relief(form.amount.data or 0, form.way.data or "", form.answer.data or "")


@office.post("/office/questions/<ref>/relief")
def relieve_inquiry(ref: str) -> ResponseReturnValue:
    line, at = relievable(ref)
    form = with_ways(ReliefForm(at, request.form, sent=True))
    made = tried(form, lambda: acts.relieve(at.ref, ref, relief(form), form.ref, **acting()))
    if made is None:
        return page(line, at, form, status=422)
    flash(gettext("It was taken off, and the customer is told."))
    return htmx.see_other(url_for("office.inquiry", ref=ref))


@office.post("/office/questions/<ref>/answer")
def answer_inquiry(ref: str) -> ResponseReturnValue:
    line, at = asked_of(ref)
    form = answer_form(line, sent=True)
    if form.validate():
        try:
            acts.answer(
                ref, form.state.data, form.answer.data or "", who=scope(), now=now(),
                payment_ref=form.payment.data or "",
            )  # fmt: skip
            flash(gettext("The customer is told."))
            return htmx.see_other(url_for("office.inquiry", ref=ref))
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            blame(form, Refused(conflict.sentence))
    return page(line, at, relief_of(line, at), form, 422)


@office.post("/office/questions/<ref>/look")
def look_into_inquiry(ref: str) -> ResponseReturnValue:
    asked_of(ref)
    if acts.look_into(ref, who=scope(), now=now()):
        flash(gettext("The customer sees that somebody is looking into it."))
    return htmx.see_other(url_for("office.inquiry", ref=ref))
