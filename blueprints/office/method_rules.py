"""Ways to pay: which are taken for which kind of agreement from which day, what they cost, where a primary is required.

A change is a further rule with its day; what stands is never changed. The page shows the effect on a sample amount, so
that nobody learns from a customer what a percentage does.
"""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.office import office
from blueprints.office.legal_caps import currency
from blueprints.office.typed import blame
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField, NumberField
from blueprints.shared.signed_in import scope
from domain.actions import method_rules as acts
from domain.reports import method_rules as reports
from domain.reports.policies import KIND_WORDS
from domain.rules.method_fees import INSTRUMENTS, NAMES, MethodRule
from domain.words import Refused


class RuleForm(FlaskForm):
    instrument = SelectField(_("Way to pay"))
    agreement_kind = SelectField(_("For"))
    from_on = DayField(_("From"), [DataRequired(_("Choose the day."))])
    accepted = RadioField(
        _("Is it taken?"),
        [InputRequired(_("Choose whether it is taken."))],
        choices=[SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))],
    )
    fee_percent = NumberField(_("Fee in percent"))
    fee_fixed_minor = MoneyField(_("Fixed fee"))
    fee_cap_minor = MoneyField(_("Fee at most"))

    def ask(self) -> RuleForm:
        for field in (self.fee_fixed_minor, self.fee_cap_minor):
            field.currency = currency()
        self.instrument.choices = [SelectChoice(name, gettext(NAMES[name])) for name in INSTRUMENTS]
        kinds = [SelectChoice(name, gettext(words)) for name, words in KIND_WORDS.items()]
        self.agreement_kind.choices = [SelectChoice("", _("Every agreement")), *kinds]
        return self

    @property
    def rule(self) -> MethodRule:
        return MethodRule(
            self.instrument.data, self.from_on.data, self.agreement_kind.data or "", self.accepted.data == "yes",
            self.fee_percent.data, self.fee_fixed_minor.data or 0, self.fee_cap_minor.data,
        )  # fmt: skip


class PrimaryForm(FlaskForm):
    kinds = SelectMultipleField(
        _("Kinds of agreement"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


def primary_form(**given: object) -> PrimaryForm:
    form = PrimaryForm(**given)
    form.kinds.choices = [SelectChoice(name, gettext(words)) for name, words in KIND_WORDS.items()]
    return form


@office.get("/office/ways-to-pay")
def method_rules() -> ResponseReturnValue:
    lookup.require("settings")
    return page(primary_form(formdata=None, kinds=reports.primary_required()))


def page(form: PrimaryForm, status: int = 200) -> ResponseReturnValue:
    kept = reports.kept(scope(), today())
    return htmx.render(
        "office/method_rules/index.html", status=status, effects=reports.effects(currency(), today()),
        kept=[(one, reports.words_of(one.rule, currency())) for one in kept], kinds=KIND_WORDS, names=NAMES,
        form=form, sample=reports.sample_minor(currency()),
    )  # fmt: skip


@office.post("/office/ways-to-pay/primary")
def require_primary() -> ResponseReturnValue:
    lookup.require("settings")
    form = primary_form()
    if not form.validate():
        return page(form, 422)
    acts.require_primary(form.kinds.data or [], who=scope(), now=now())
    flash(gettext("Saved."))
    return htmx.see_other(url_for("office.method_rules"))


@office.get("/office/ways-to-pay/new")
def new_method_rule() -> ResponseReturnValue:
    lookup.require("settings")
    return htmx.render(
        "office/method_rules/new.html", form=RuleForm(formdata=None, from_on=today(), accepted="yes").ask()
    )


@office.post("/office/ways-to-pay")
def create_method_rule() -> ResponseReturnValue:
    lookup.require("settings")
    form = RuleForm().ask()
    if form.validate():
        try:
            acts.add_rule(form.rule, who=scope(), today=today(), now=now())
            flash(gettext("The rule was kept. It counts from its day."))
            return htmx.see_other(url_for("office.method_rules"))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/method_rules/new.html", status=422, form=form)
