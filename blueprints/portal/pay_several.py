"""Paying several agreements in one go, the first step: tick them, with an amount for each and one method for all.

The form's sealed `ref` names the checkout, and from it and the agreement comes the ref of each payment: the same form
sent again finds the payments it began. On the way to the review (blueprints/portal/checkout.py) the whole choice is
sealed: who pays which agreements how much by which method.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
from wtforms.validators import InputRequired, ValidationError

from blueprints.portal import portal
from blueprints.portal.checkout_choice import REVIEW, Choice, begun_of, opened
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.fields import DayField, MoneyField, RefField, open_ref, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions.payment_limits import check_day
from domain.reports import agreements, my_methods, previews, ways_to_pay
from domain.reports import checkouts as report
from domain.reports.agreements import View
from domain.reports.previews import Preview
from domain.reports.ways_to_pay import Way
from domain.sealing import fresh_ref
from domain.words import Money, Refused

LONGEST = 3_500
"""Characters of an address that every server and proxy takes."""
FORM = "checkout"
PREFIX = "of-"


class PayForm(FlaskForm):
    method = RadioField(_("Pay from"), [InputRequired(_("Choose where the money comes from."))])
    on = DayField(_("On a later day"))
    ref = RefField(purpose=FORM)

    def validate_on(self, field: DayField) -> None:
        try:
            check_day(field.data, today())
        except Refused as refused:
            raise ValidationError(here().say(refused.sentence)) from refused

    @property
    def later(self) -> date | None:
        """The later day that was asked for; None for today."""
        return self.on.data if self.on.data and self.on.data > today() else None

    @property
    def way(self) -> Way | None:
        return next((way for way in self.saved if way.ref == self.method.data), None)


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
    others = [*how_many(rows), *objections(form, rows)]
    if not valid or wrong(rows) or others:
        address = address_of(form, rows)
        if "csrf_token" in form.errors or len(address) > LONGEST:
            return page(form, rows, 422, others)
        return htmx.see_other(address)
    wishes = tuple((row.view.ref, row.amount.minor) for row in rows if row.ticked)
    fees = tuple(fee_of(form, row) for row in rows if row.ticked)
    sealed = Choice(form.ref.ref or "", form.method.data, wishes, fees, form.later).sealed()
    return htmx.see_other(url_for("portal.review_checkout", sealed=sealed))


def mine(on: date | None = None) -> dict[str, View]:
    """The visitor's agreements by ref, as they will stand on a later day where one is given."""
    views = agreements.views(scope(), today())
    return {view.ref: previews.on_day(view, on or view.on) for view in views}


def sent_form(given: MultiDict[str, str]) -> tuple[PayForm, list[Row]]:
    """The form as it was sent, or as an address gives it. 404 when it names an agreement that is not the visitor's."""
    form = PayForm() if given is request.form else PayForm(given, meta={"csrf": False})
    views = mine(form.later)
    sent = {name.removeprefix(PREFIX).rpartition("-")[0] for name in given if name.startswith(PREFIX)}
    if not sent <= set(views):
        abort(404)
    shown = sent | {view.ref for view in report.payable(views.values())}
    rows = [new_row(view, given if ref in sent else None) for ref, view in views.items() if ref in shown]
    for row in rows:
        if row.view.ref not in sent:
            row.fields.amount.data, _due = report.offered(row.view)
    return with_methods(form, given.get("method", "")), rows


def address_of(form: PayForm, rows: list[Row]) -> str:
    """Where a form that was refused is shown again, with what was typed: a page of its own that Back can show."""
    typed = {"method": (form.method.data or "")[:64], "ref": (form.ref.data or "")[:400]}
    typed |= {"on": form.on.typed} if getattr(form.on, "typed", "") else {}
    for row in rows:
        if row.ticked:
            typed |= {row.fields.pay.name: "y", row.fields.amount.name: row.fields.amount.typed or ""}
    return url_for("portal.new_checkout", **typed)


def asked_again() -> ResponseReturnValue:
    """The first step as it was sent and refused, saying what is wrong with it."""
    form, rows = sent_form(request.args)
    valid = form.validate()
    judge(rows, form.ref.ref)
    others = [*how_many(rows), *objections(form, rows)]
    return page(form, rows, 422 if others or wrong(rows) or not valid else 200, others)


def new_form(method: str = "", choice: Choice | None = None) -> tuple[PayForm, list[Row]]:
    """A form with a new ref, filled with a choice made before, or with what is due now.

    What was begun of that choice is not ticked again: under the new ref it would be paid a second time.
    """
    asked = method or (choice.method if choice else "")
    form = with_methods(PayForm(formdata=None), asked)
    form.ref.data = seal_ref(FORM, fresh_ref(), current_user.user_ref)
    saved = [one.ref for one in form.saved if one.problem is None]
    form.on.data = choice.on if choice else None
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
    form.saved = ways_to_pay.saved(scope(), also=method)
    form.method.choices = [SelectChoice(one.ref, here().say(one.label)) for one in form.saved]
    form.ref.owner = current_user.user_ref
    return form


def fee_of(form: PayForm, row: Row) -> int:
    """The fee for paying this row by the chosen method, in minor units."""
    agreement, amount = row.view.agreement, row.amount.minor
    return ways_to_pay.fees(agreement, [form.way], amount, today())[form.way.ref] if form.way else 0


def objections(form: PayForm, rows: list[Row]) -> list[str]:
    """Why the chosen method cannot pay some of the ticked rows."""
    if form.way is None:
        return []
    found = (ways_to_pay.objection(form.way, row.view.agreement, today()) for row in rows if row.ticked)
    return sorted({here().say(sentence) for sentence in found if sentence is not None})


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
        additions=my_methods.additions(scope()),
    )  # fmt: skip
