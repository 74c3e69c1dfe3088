"""A bank account typed on our page, for schemes in which debits leave by files: no processor keeps its number for us.

The number is typed twice and never shown again: not after it was refused, not on any page. That is the one place where
what was typed does not stay, and the page says so. Adding asks for a fresh proof of who it is (safety A22).
"""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice

from blueprints.portal import portal
from blueprints.shared import htmx, step_up, visit
from blueprints.shared.addresses import with_value
from blueprints.shared.clock import now
from blueprints.shared.doors import local_path
from blueprints.shared.fields import MoneyField, RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from domain.actions import bank_accounts as actions
from domain.reports import my_methods
from domain.rules.account_entry import ACCOUNT_TYPES, FIELDS, LABELS, OWNERS, Typed
from domain.sealing import fresh_ref
from domain.words import Refused

PURPOSE = "bank_account"
MOST_TYPED = 60


class UnshownField(StringField):
    """Text that is never given back to the page, not even when the form was refused."""

    def _value(self) -> str:
        return ""


class AccountForm(FlaskForm):
    routing = UnshownField()
    number = UnshownField()
    again = UnshownField()
    account_type = RadioField(_("What kind of account is it?"))
    holder = StringField(_("Name on the account"))
    owner = RadioField(_("Whose account is it?"))
    keep = BooleanField(_("Save it for later payments"))
    back = HiddenField()
    ref = RefField(purpose=PURPOSE)

    def ask(self, gateway: str) -> AccountForm:
        """Keep the fields that this scheme asks for, with their names."""
        for name in ("routing", "number", "again", "account_type"):
            if name not in FIELDS[gateway]:
                del self[name]
            elif (gateway, name) in LABELS:
                self[name].label.text = gettext(LABELS[gateway, name])
        if "account_type" in self:
            self.account_type.choices = [
                SelectChoice(name, gettext(words)) for name, words in ACCOUNT_TYPES.items()
            ]
            self.account_type.validate_choice = False
        self.owner.choices = [SelectChoice(name, gettext(words)) for name, words in OWNERS.items()]
        self.owner.validate_choice = False
        self.ref.owner = current_user.user_ref
        return self

    @property
    def typed(self) -> Typed:
        def text(name: str) -> str:
            return (self[name].data or "")[:MOST_TYPED] if name in self else ""

        return Typed(
            text("number"), text("again"), (self.holder.data or "")[:200], text("owner"), text("routing"),
            text("account_type"),
        )  # fmt: skip


class AmountsForm(FlaskForm):
    first = MoneyField(_("First amount"))
    second = MoneyField(_("Second amount"))


@portal.get("/methods/accounts/<gateway>")
def new_bank_account(gateway: str) -> ResponseReturnValue:
    actions.file_gateway(gateway)
    back = local_path(request.args.get("next"))
    if asked := step_up.required():
        return asked
    form = AccountForm(formdata=None, holder=current_user.name, back=back)
    form.ref.data = seal_ref(PURPOSE, fresh_ref(), current_user.user_ref)
    return page(gateway, form.ask(gateway))


def page(gateway: str, form: AccountForm, status: int = 200) -> ResponseReturnValue:
    way = actions.file_gateway(gateway)
    return htmx.render(
        "portal/bank_accounts/new.html", status=status, form=form, gateway=gateway,
        once=bool(local_path(form.back.data)), proof=way.verifies, checked=getattr(way, "checks_numbers", True),
    )  # fmt: skip


@portal.post("/methods/accounts/<gateway>")
def create_bank_account(gateway: str) -> ResponseReturnValue:
    actions.file_gateway(gateway)
    form = AccountForm().ask(gateway)
    back = local_path(form.back.data)
    if asked := step_up.required(back=url_for("portal.new_bank_account", gateway=gateway, next=back or None)):
        return asked
    if not form.validate():
        return page(gateway, form, 422)
    keep = bool(form.keep.data) or not back
    try:
        ref = actions.add(
            gateway, form.typed, keep=keep, named=gettext("Bank account"), setup_ref=form.ref.ref or "",
            who=scope(), now=now(), place=visit.place(),
        )  # fmt: skip
    except actions.WrongAccount as wrong:
        return page(gateway, blamed(form, wrong), 422)
    return after_adding(ref, back)


def blamed(form: AccountForm, wrong: actions.WrongAccount) -> AccountForm:
    """The form with each sentence beside its field."""
    for name, sentence in wrong.problems.items():
        field: Field = form[name if name in form else "number"]
        field.errors = [*field.errors, here().say(sentence)]
    return form


def after_adding(ref: str, back: str) -> ResponseReturnValue:
    method = my_methods.method(scope(), ref)
    waits = method.waits if method is not None else None
    if waits is not None:
        flash(gettext("Saved.") + " " + here().say(waits))
        return htmx.see_other(url_for("portal.methods"))
    if back:
        return htmx.see_other(with_value(back, "method", ref))
    flash(gettext("Saved. You can pay with it from now on."))
    return htmx.see_other(url_for("portal.methods"))


@portal.get("/methods/<ref>/amounts")
def amounts(ref: str) -> ResponseReturnValue:
    method = waiting(ref)
    if method is None:
        return htmx.see_other(url_for("portal.methods"))
    return htmx.render("portal/bank_accounts/amounts.html", method=method, form=AmountsForm(formdata=None))


@portal.post("/methods/<ref>/amounts")
def confirm_amounts(ref: str) -> ResponseReturnValue:
    """The two amounts as they stand on the account; three tries in all."""
    method = waiting(ref)
    if method is None:
        return htmx.see_other(url_for("portal.methods"))
    form = AmountsForm()
    for field in (form.first, form.second):
        field.currency = str((business() or {}).get("currency", "USD"))
    if form.validate() and _both_typed(form):
        try:
            typed = [form.first.data or 0, form.second.data or 0]
            actions.confirm_amounts(ref, typed, who=scope(), now=now(), place=visit.place())
            flash(gettext("Confirmed. You can pay with it from now on."))
            return htmx.see_other(url_for("portal.methods"))
        except Refused as refused:
            form.first.errors = [*form.first.errors, here().say(refused.sentence)]
    return htmx.render(
        "portal/bank_accounts/amounts.html", status=422, method=waiting(ref) or method, form=form
    )


def _both_typed(form: AmountsForm) -> bool:
    for field in (form.first, form.second):
        if field.data is None:
            field.errors = [*field.errors, gettext("Enter the amount, for example 0.32.")]
    return form.first.data is not None and form.second.data is not None


def waiting(ref: str) -> my_methods.Method | None:
    """The visitor's method that waits for two amounts; None when it waits no more. 404 for any other."""
    method = my_methods.method(scope(), ref)
    if method is None or not (method.by_amounts or method.verification == "passed"):
        abort(404)
    return method if method.verification == "sent" else None
