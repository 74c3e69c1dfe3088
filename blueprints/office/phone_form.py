"""The forms of a payment by telephone: who calls and how we know it, how much, from where; an account that is named."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from blueprints.office.counter_form import choices
from blueprints.office.typed import blame, text_field
from blueprints.shared.fields import MoneyField, RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions.counter import MOST_MINOR
from domain.reports.agreements import View
from domain.reports.by_phone import Caller
from domain.reports.ways_to_pay import Way
from domain.rules.account_entry import ACCOUNT_TYPES, FIELDS, LABELS, OWNERS, Typed
from domain.rules.caller_checks import CHECKS, check_caller
from domain.sealing import fresh_ref
from domain.words import Refused, Sentence

LINK = "link"
PURPOSE = "by phone"


def words(choice: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(name, here().say(Sentence(text))) for name, text in choice.items()]


class Ticks(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CallForm(FlaskForm):
    """Who calls, how much, from where. It is asked by GET and changes nothing."""

    class Meta:
        csrf = False

    person = HiddenField()
    checks = Ticks(_("How do we know who is calling?"), choices=lambda: words(dict(CHECKS)))
    choice = RadioField(_("How much?"), validators=[InputRequired(_("Choose an amount."))])
    amount = MoneyField(_("Another amount"))
    method = RadioField(_("Pay from"), validators=[InputRequired(_("Choose where the money comes from."))])
    form_ref = RefField(purpose=PURPOSE)

    def __init__(self, at: View, by: Caller, found: list[Way], *, fresh: bool = False):
        super().__init__(formdata=None if fresh else request.args)
        self.at, self.found = at, found
        self.amount.currency = at.currency
        self.form_ref.owner = owner(at, by)
        self.choice.choices = [SelectChoice(name, label) for name, label, _minor in choices(at)]
        self.method.choices = [
            *(SelectChoice(way.ref, here().say(way.label)) for way in found if way.problem is None),
            SelectChoice(LINK, _("By card: send a link during the call")),
        ]
        if fresh:
            self.person.data = by.ref
            named = request.args.get("method", "")
            usable = [choice.value for choice in self.method.choices]
            self.choice.data, self.method.data = self.choice.choices[0].value, usable[0]
            if named in usable:
                self.method.data = named
            self.checks.data = [name for name in request.args.getlist("checks") if name in CHECKS]
            self.form_ref.data = seal_ref(PURPOSE, fresh_ref(), self.form_ref.owner)

    @property
    def minor(self) -> int | None:
        fixed = {name: minor for name, _label, minor in choices(self.at)}
        return self.amount.data if self.choice.data == "other" else fixed.get(self.choice.data or "")

    @property
    def way(self) -> Way | None:
        return next((way for way in self.found if way.ref == self.method.data), None)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if self.choice.data == "other" and not self.amount.errors and not self.amount.data:
            self.amount.errors = [_("Enter an amount above zero, for example 155.97.")]
            return False
        if (self.minor or 0) > MOST_MINOR:
            self.amount.errors = [_("This amount is too large. Check the number of digits.")]
            return False
        try:
            check_caller(self.checks.data or ())
        except Refused as refused:
            blame(self, refused)
            return False
        return fine


class SaidForm(FlaskForm):
    """What was read aloud, and that the caller said yes to it."""

    person = HiddenField()
    checks = HiddenField()
    method = HiddenField()
    amount_minor = IntegerField(widget=HiddenInput(), validators=[Optional()])
    fee_minor = IntegerField(widget=HiddenInput(), validators=[Optional()])
    text_hash = HiddenField()
    form_ref = RefField(purpose=PURPOSE)
    again = HiddenField()
    said = BooleanField(_("I read this aloud, and the caller said yes"))


class SendForm(FlaskForm):
    way = RadioField(
        _("How?"),
        choices=[SelectChoice("email", _("By mail")), SelectChoice("sms", _("By text message"))],
        default="email",
    )


class AccountForm(FlaskForm):
    """An account that the caller names. Numbers are never shown again, not even after a mistake."""

    person = HiddenField()
    checks = Ticks(_("How do we know who is calling?"), choices=lambda: words(dict(CHECKS)))
    routing = text_field("", 40)
    number = text_field("", 60)
    again = text_field("", 60)
    account_type = RadioField(_("Which kind of account?"), choices=lambda: words(ACCOUNT_TYPES))
    holder = text_field(_("Name on the account"), 120)
    owner = RadioField(_("Whose account is it?"), choices=lambda: words(OWNERS), default="mine")
    form_ref = RefField(purpose="account by phone")

    def __init__(self, gateway: str, at: View, by: Caller, *, fresh: bool = False):
        super().__init__(formdata=None if fresh else request.form)
        self.form_ref.owner = owner(at, by)
        for name in ("routing", "number", "again"):
            if name in FIELDS[gateway]:
                self[name].label.text = here().say(Sentence(LABELS[gateway, name]))
            else:
                del self[name]
        if "account_type" not in FIELDS[gateway]:
            del self.account_type
        if fresh:
            self.person.data, self.holder.data = by.ref, by.name
            self.form_ref.data = seal_ref("account by phone", fresh_ref(), self.form_ref.owner)

    @property
    def typed(self) -> Typed:
        found = {
            name: (self[name].data or "")
            for name in ("routing", "number", "again", "account_type")
            if name in self
        }
        return Typed(
            number=found.get("number", ""), again=found.get("again", ""), holder=self.holder.data or "",
            owner=self.owner.data or "", routing=found.get("routing", ""), account_type=found.get("account_type", ""),
        )  # fmt: skip

    def forget_numbers(self) -> None:
        """Take what was typed of the account out of the form, so that no page shows it."""
        for name in ("routing", "number", "again"):
            if name in self:
                self[name].data, self[name].raw_data = "", None


def owner(at: View, by: Caller) -> str:
    """Whom a form is sealed for: the clerk, the agreement and the caller."""
    return f"{scope().by}:{at.ref}:{by.ref}"
