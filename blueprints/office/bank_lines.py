"""One movement on our account at a time: what it may be, split over agreements, not ours, and taking that back."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import InputRequired, Length

from blueprints.office import office
from blueprints.office.bank import KINDS, STATES, ConfirmForm
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import MoneyField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import bank_matching as acts
from domain.actions.bank_matching import Part
from domain.reports import bank_statements, bank_suggestions
from domain.reports.agreement_list import exact
from domain.words import DomainError
from models import BankLine, BankMatch

ROWS = 4


class PartForm(Form):
    agreement = StringField(_("Agreement"), [Length(max=40)])
    amount = MoneyField(_("Amount"))


class SplitForm(FlaskForm):
    """Which agreements a transfer pays, by their numbers. Rows that are empty count for nothing."""

    parts = FieldList(FormField(PartForm), min_entries=ROWS, max_entries=20)


class IgnoreForm(FlaskForm):
    reason = StringField(
        _("Why"), [InputRequired(_("Say why, for those who look later.")), Length(max=200)],
        description=_("For example: the owner's own money, rent of the office, a loan of the bank."),
    )  # fmt: skip


@office.get("/office/bank/movements/<ref>")
def bank_line(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    return _shown(lookup.get_or_404(BankLine, ref))


@office.post("/office/bank/movements/<ref>/matches")
def match_bank_line(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    line = lookup.get_or_404(BankLine, ref)
    kind, target = request.form.get("kind", "")[:12], request.form.get("target", "")[:200]
    form = ConfirmForm()
    if not form.validate():
        return _shown(line, status=422)
    try:
        if kind == "transfer":
            parts = [Part(target, line.amount_minor)]
            acts.transfer(line.ref, parts, who=scope(), today=today(), now=now())
        else:
            acts.match(line.ref, kind, target, who=scope(), today=today(), now=now())
    except DomainError as refused:
        return _refused(ref, refused)
    return _done(
        line, gettext("%(amount)s is matched.", amount=here().money(line.amount_minor, line.currency))
    )


@office.post("/office/bank/movements/<ref>/parts")
def split_bank_line(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    line = lookup.get_or_404(BankLine, ref)
    form = _split_form(line, sent=True)
    if not form.validate():
        return _shown(line, split=form, status=422)
    parts, unknown = [], []
    for row in form.parts:
        number, amount = (row.agreement.data or "").strip(), row.amount.data
        if not number and amount is None:
            continue
        found = exact(scope(), number) if number else None
        if found is None:
            row.agreement.errors = [gettext("There is no agreement with this number.")]
            unknown.append(number)
        elif amount is None:
            row.amount.errors = [gettext("Enter an amount above zero.")]
            unknown.append(number)
        else:
            parts.append(Part(found, amount))
    if unknown:
        return _shown(line, split=form, status=422)
    try:
        acts.transfer(line.ref, parts, who=scope(), today=today(), now=now())
    except DomainError as refused:
        return _refused(ref, refused, split=form)
    return _done(
        line, gettext("%(amount)s is matched.", amount=here().money(line.amount_minor, line.currency))
    )


@office.post("/office/bank/movements/<ref>/ignore")
def ignore_bank_line(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    line = lookup.get_or_404(BankLine, ref)
    form = IgnoreForm()
    if not form.validate():
        return _shown(line, ignore=form, status=422)
    try:
        acts.ignore(line.ref, form.reason.data, who=scope(), now=now())
    except DomainError as refused:
        return _refused(ref, refused, ignore=form)
    return _done(line, gettext("Left out of the books."))


@office.post("/office/bank/movements/<ref>/look-again")
def look_again_at_bank_line(ref: str) -> ResponseReturnValue:
    lookup.require("bank")
    line = lookup.get_or_404(BankLine, ref)
    try:
        acts.look_again(line.ref, who=scope(), now=now())
    except DomainError as refused:
        return _refused(ref, refused)
    return htmx.see_other(url_for("office.bank_line", ref=ref))


@office.route("/office/bank/matches/<ref>/undo", methods=["GET", "POST"])
def undo_bank_match(ref: str) -> ResponseReturnValue:
    """What taking a match back does, then doing it."""
    lookup.require("bank")
    match = lookup.get_or_404(BankMatch, ref)
    line = _line_of(match)
    form = ConfirmForm()
    problem = None
    if request.method == "POST" and form.validate():
        try:
            acts.undo(match.ref, who=scope(), today=today(), now=now())
        except DomainError as refused:
            problem = here().say(refused.sentence)
        else:
            flash(gettext("Taken back. The movement waits for an explanation again."))
            return htmx.see_other(url_for("office.bank_line", ref=line.ref))
        lookup.forget()
        match, line = lookup.get_or_404(BankMatch, ref), _line_of(match)
    standing = bank_statements.explained(scope(), [line.id]).get(line.id, ())
    status = 200 if request.method == "GET" else 422
    return htmx.render(
        "office/bank_lines/undo_match.html", status=status, match=match, line=line, standing=standing, form=form,
        problem=problem, kinds=KINDS, of_customer=match.kind == "transfer",
    )  # fmt: skip


def _done(line: BankLine, words: str) -> ResponseReturnValue:
    """On to the next movement that waits, in this statement first; back to the statement when none does."""
    ref = line.ref
    flash(words)
    lookup.forget()
    line = lookup.get_or_404(BankLine, ref)
    following = bank_statements.next_open(scope(), line)
    if following is not None:
        return htmx.see_other(url_for("office.bank_line", ref=following))
    return htmx.see_other(url_for("office.bank_statement", ref=bank_statements.of_line(scope(), line).ref))


def _refused(ref: str, refused: DomainError, **forms: Any) -> ResponseReturnValue:
    lookup.forget()
    return _shown(lookup.get_or_404(BankLine, ref), problem=here().say(refused.sentence), status=422, **forms)


def _line_of(match: BankMatch) -> BankLine:
    ref = bank_statements.line_of(scope(), match)
    return lookup.get_or_404(BankLine, ref)


def _split_form(line: BankLine, sent: bool = False) -> SplitForm:
    form = SplitForm() if sent else SplitForm(formdata=None)
    for row in form.parts:
        row.amount.currency = line.currency
    return form


def _shown(
    line: BankLine, *, split: SplitForm | None = None, ignore: IgnoreForm | None = None, problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:  # fmt: skip
    found = bank_suggestions.suggestions(scope(), line, today()) if line.state == "open" else []
    return htmx.render(
        "office/bank_lines/line.html",
        status=status,
        line=line,
        statement=bank_statements.of_line(scope(), line),
        state=STATES[line.state],
        found=found,
        kinds=KINDS,
        standing=bank_statements.explained(scope(), [line.id]).get(line.id, ()),
        split=split or _split_form(line),
        ignore=ignore or IgnoreForm(formdata=None),
        confirm=ConfirmForm(),
        problem=problem,
        next_ref=bank_statements.next_open(scope(), line),
    )
