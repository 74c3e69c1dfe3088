"""Paying several agreements in one go, the first step: tick them, with an amount for each and one method for all.

The form's sealed `ref` names the checkout, and from it and the agreement comes the ref of each payment: the same form
sent again finds the payments it began. On the way to the review (blueprints/portal/checkout.py) the whole choice is
sealed: who pays which agreements how much by which method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.fields import MoneyField, RefField, open_ref, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions.checkouts import ref_of
from domain.reports import agreements, my_methods, previews
from domain.reports import checkouts as report
from domain.reports.agreements import View
from domain.reports.previews import Preview
from domain.sealing import fresh_ref
from domain.words import Money, Refused

LONGEST = 3_500
"""Characters of an address that every server and proxy takes."""
FORM, REVIEW = "checkout", "checkout of a choice"
PREFIX = "of-"


class PayForm(FlaskForm):
    method = RadioField(_("Pay from"), [InputRequired(_("Choose where the money comes from."))])
    ref = RefField(purpose=FORM)


class RowForm(Form):
    """What is asked for each agreement."""

    pay = BooleanField(_("Pay this one"))
    amount = MoneyField(_("Amount"))


@dataclass
class Row:
    """One agreement on the form. `wrong` says what is wrong with its amount, when it is ticked."""

    view: View
    fields: RowForm
    wrong: str = ""

    @property
    def ticked(self) -> bool:
        return bool(self.fields.pay.data)

    @property
    def amount(self) -> Money:
        return Money(self.fields.amount.data or 0, self.view.currency)


@dataclass(frozen=True)
class Choice:
    """What the review asks about: the checkout, the method, and (agreement's ref, amount in minor units) of each."""

    checkout: str
    method: str
    wishes: tuple[tuple[str, int], ...]

    def sealed(self) -> str:
        parts = [self.checkout, self.method, *(f"{ref}={amount}" for ref, amount in self.wishes)]
        return seal_ref(REVIEW, ":".join(parts), current_user.user_ref)

    def begun(self) -> set[str]:
        """The agreements whose payment was begun already."""
        return begun_of(self.checkout, [ref for ref, _amount in self.wishes])


def opened(text: str | None) -> Choice | None:
    """The choice that was sealed as this text."""
    if not text:
        return None
    checkout, method, *parts = text.split(":")
    pairs = (part.split("=") for part in parts)
    return Choice(checkout, method, tuple((ref, int(amount)) for ref, amount in pairs))


def begun_of(checkout: str, agreement_refs: list[str]) -> set[str]:
    """Those of the agreements whose payment within the checkout was begun already."""
    refs = {ref_of(checkout, ref): ref for ref in agreement_refs}
    return {refs[ref] for ref in report.begun(scope(), refs)}


@portal.get("/checkouts/new")
def new_checkout() -> ResponseReturnValue:
    if "ref" in request.args:
        return asked_again()
    sealed = open_ref(REVIEW, request.args.get("sealed", ""), current_user.user_ref)
    return page(*new_form(request.args.get("method", ""), opened(sealed)))


@portal.post("/checkouts/preview")
def preview_checkout() -> ResponseReturnValue:
    """What the choice on the form would do; the form stays as it is."""
    _form, rows = sent_form(request.form)
    done = judge(rows)
    effects = effects_of(rows, done)
    return htmx.render(
        "portal/pay_several/preview.html", "portal/pay_several/_effect.html", 422 if wrong(rows) else 200,
        rows=rows, effects=effects, totals=totals(rows),
    )  # fmt: skip


@portal.post("/checkouts/review", endpoint="choose_checkout")
def choose_checkout() -> ResponseReturnValue:
    """On to the review, which is a page of its own: Back and reload find it again without sending anything."""
    form, rows = sent_form(request.form)
    valid = form.validate()
    judge(rows, form.ref.ref)
    others = how_many(rows)
    if not valid or wrong(rows) or others:
        address = address_of(form, rows)
        if "csrf_token" in form.errors or len(address) > LONGEST:
            return page(form, rows, 422, others)
        return htmx.see_other(address)
    wishes = tuple((row.view.ref, row.amount.minor) for row in rows if row.ticked)
    sealed = Choice(form.ref.ref or "", form.method.data, wishes).sealed()
    return htmx.see_other(url_for("portal.review_checkout", sealed=sealed))


def mine() -> dict[str, View]:
    """The visitor's agreements by ref."""
    return {view.ref: view for view in agreements.views(scope(), today())}


def sent_form(given: MultiDict[str, str]) -> tuple[PayForm, list[Row]]:
    """The form as it was sent, or as an address gives it. 404 when it names an agreement that is not the visitor's."""
    views = mine()
    sent = {name.removeprefix(PREFIX).rpartition("-")[0] for name in given if name.startswith(PREFIX)}
    if not sent <= set(views):
        abort(404)
    form = PayForm() if given is request.form else PayForm(given, meta={"csrf": False})
    shown = sent | {view.ref for view in report.payable(views.values())}
    rows = [new_row(view, given if ref in sent else None) for ref, view in views.items() if ref in shown]
    for row in rows:
        if row.view.ref not in sent:
            row.fields.amount.data, _due = report.offered(row.view)
    return with_methods(form, given.get("method", "")), rows


def address_of(form: PayForm, rows: list[Row]) -> str:
    """Where a form that was refused is shown again, with what was typed: a page of its own that Back can show."""
    typed = {"method": (form.method.data or "")[:64], "ref": (form.ref.data or "")[:400]}
    for row in rows:
        if row.ticked:
            typed |= {row.fields.pay.name: "y", row.fields.amount.name: row.fields.amount.typed or ""}
    return url_for("portal.new_checkout", **typed)


def asked_again() -> ResponseReturnValue:
    """The first step as it was sent and refused, saying what is wrong with it."""
    form, rows = sent_form(request.args)
    valid = form.validate()
    judge(rows, form.ref.ref)
    others = how_many(rows)
    return page(form, rows, 422 if others or wrong(rows) or not valid else 200, others)


def new_form(method: str = "", choice: Choice | None = None) -> tuple[PayForm, list[Row]]:
    """A form with a new ref, filled with a choice made before, or with what is due now.

    What was begun of that choice is not ticked again: under the new ref it would be paid a second time.
    """
    asked = method or (choice.method if choice else "")
    form = with_methods(PayForm(formdata=None), asked)
    form.ref.data = seal_ref(FORM, fresh_ref(), current_user.user_ref)
    saved = [one.ref for one in form.saved]
    form.method.data = asked if asked in saved else (saved[0] if saved else None)
    wishes, done = (dict(choice.wishes), choice.begun()) if choice else ({}, set())
    rows = [new_row(view) for view in report.payable(mine().values())]
    for row in rows:
        amount, due = report.offered(row.view)
        row.fields.amount.data = wishes.get(row.view.ref, amount)
        row.fields.pay.data = row.view.ref in wishes and row.view.ref not in done if choice else due
    return form, rows


def new_row(view: View, sent: Any = None) -> Row:
    fields = RowForm(sent, prefix=f"{PREFIX}{view.ref}-")
    fields.amount.currency = view.currency
    fields.amount.label.text = gettext("Amount for %(name)s", name=view.name)
    return Row(view, fields)


def with_methods(form: PayForm, method: str) -> PayForm:
    form.saved = my_methods.methods(scope(), also=method)
    form.method.choices = [SelectChoice(one.ref, one.label) for one in form.saved]
    form.ref.owner = current_user.user_ref
    return form


def judge(rows: list[Row], checkout: str | None = None) -> set[str]:
    """Say in each ticked row what is wrong with its amount. What the checkout began already is not judged anew.

    Gives the refs of the agreements whose payment was begun.
    """
    done = begun_of(checkout, [row.view.ref for row in rows]) if checkout else set()
    for row in rows:
        if not row.ticked:
            # What was once typed in a row that is not ticked is not asked for any more.
            row.fields.amount.process_errors = []
        elif row.fields.amount.process_errors:
            row.wrong = " ".join(str(error) for error in row.fields.amount.process_errors)
        elif row.view.ref not in done:
            row.wrong = objection(row)
        row.fields.amount.errors = [row.wrong] if row.wrong else []
    return done


def objection(row: Row) -> str:
    try:
        previews.check(row.view, row.amount.minor)
    except Refused as refused:
        return here().say(refused.sentence)
    return ""


def wrong(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.wrong]


def how_many(rows: list[Row]) -> list[str]:
    """What is wrong with the number of ticked rows."""
    ticked = sum(row.ticked for row in rows)
    if not ticked:
        return [gettext("Tick at least one agreement to pay.")]
    if ticked > report.MOST:
        return [gettext("Choose at most %(most)s agreements at a time.", most=report.MOST)]
    return []


def effects_of(rows: list[Row], done: set[str]) -> list[tuple[Row, Preview]]:
    """(row, what its payment would do) of the ticked rows whose amount can be paid."""
    good = [row for row in rows if row.ticked and not row.wrong and row.view.ref not in done]
    return [(row, previews.preview(row.view, row.amount.minor)) for row in good]


def totals(rows: list[Row]) -> list[Money]:
    return report.totals(row.amount for row in rows if row.ticked and not row.wrong)


def page(
    form: PayForm, rows: list[Row], status: int = 200, others: list[str] | None = None, begun: str = ""
) -> ResponseReturnValue:
    """The first step. `begun` names a checkout of which some payments were begun already."""
    if status == 200:
        judge(rows)
    fields = [*form, *(field for row in rows for field in row.fields)]
    return htmx.render(
        "portal/pay_several/new.html", status=status, form=form, rows=rows, fields=fields, others=others or [],
        effects=effects_of(rows, set()) if not wrong(rows) else [], totals=totals(rows), begun=begun,
    )  # fmt: skip
