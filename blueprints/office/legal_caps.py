"""Legal limits: the figures of law that the operator keeps, by place and from a day; and the fee for returned payments.

Duebook brings none along. A change of law is a further row; rows that stand are never changed.
"""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField, NumberField, WholeField
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from domain.actions import policies as acts
from domain.reports import policies as reports
from domain.rules.legal_caps import LegalCap
from domain.words import Refused
from models import LegalCap as CapRow


class CapForm(FlaskForm):
    what = SelectField(_("What the law limits"))
    jurisdiction = text_field(_("Where"), 16)
    kind = SelectField(_("For"))
    effective_from = DayField(_("In force from"), [DataRequired(_("Choose the day."))])
    amount_minor = MoneyField(_("Amount at most"))
    percent = NumberField(_("Percent at most"))
    combine = SelectField(
        _("With both figures"),
        choices=[
            SelectChoice("lesser", _("The lesser of the two")),
            SelectChoice("greater", _("The greater of the two")),
        ],
    )
    earliest_days = WholeField(_("First late fee, days after the due day"))
    source = text_field(
        _("Where it stands"), 300, DataRequired(_("Say where the figure stands: a statute, a page."))
    )
    verified_on = DayField(_("Looked up on"), [DataRequired(_("Choose the day."))])

    def ask_for(self, currency: str) -> CapForm:
        self.amount_minor.currency = currency
        self.what.choices = [SelectChoice(name, gettext(words)) for name, words in reports.WHAT_WORDS.items()]
        kinds = [SelectChoice(name, gettext(words)) for name, words in reports.KIND_WORDS.items()]
        self.kind.choices = [SelectChoice("", _("Every agreement")), *kinds]
        for field in (self.what, self.kind, self.combine):
            if field.data is None:
                field.data = field.choices[0].value
        return self

    @property
    def cap(self) -> LegalCap:
        return LegalCap(
            jurisdiction=(self.jurisdiction.data or "").strip().upper(), what=self.what.data,
            effective_from=self.effective_from.data, source=self.source.data, verified_on=self.verified_on.data,
            kind=self.kind.data, amount_minor=self.amount_minor.data, percent=self.percent.data,
            earliest_days=self.earliest_days.data, combine=self.combine.data,
        )  # fmt: skip


class ReturnedFeeForm(FlaskForm):
    returned_payment_fee = MoneyField(_("Fee for each payment that comes back"))


def currency() -> str:
    return str((business() or {}).get("currency", "USD"))


@office.get("/office/legal-caps")
def legal_caps() -> ResponseReturnValue:
    lookup.require("adjust")
    caps = reports.caps(scope(), today())
    return htmx.render(
        "office/legal_caps/index.html", caps=caps, whats=reports.WHAT_WORDS, kinds=reports.KIND_WORDS
    )


@office.get("/office/legal-caps/new")
def new_legal_cap() -> ResponseReturnValue:
    lookup.require("settings")
    form = CapForm(formdata=None, effective_from=today(), verified_on=today()).ask_for(currency())
    return htmx.render("office/legal_caps/new.html", form=form, before=None)


@office.get("/office/legal-caps/<ref>/supersede")
def supersede_legal_cap(ref: str) -> ResponseReturnValue:
    """The form for a further row of the same place and thing, as the one that counts until then stands."""
    lookup.require("settings")
    before = reports.cap_of(lookup.get_or_404(CapRow, ref))
    form = CapForm(formdata=None, obj=before).ask_for(currency())
    form.effective_from.data = form.verified_on.data = today()
    return htmx.render("office/legal_caps/new.html", form=form, before=before)


@office.post("/office/legal-caps")
def create_legal_cap() -> ResponseReturnValue:
    lookup.require("settings")
    form = CapForm().ask_for(currency())
    if form.validate():
        try:
            acts.add_cap(form.cap, who=scope(), today=today(), now=now())
            flash(gettext("The limit was kept. Fees are held to it from its day."))
            return htmx.see_other(url_for("office.legal_caps"))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/legal_caps/new.html", status=422, form=form, before=None)


@office.get("/office/returned-payment-fee")
def returned_payment_fee() -> ResponseReturnValue:
    lookup.require("settings")
    form = ReturnedFeeForm(formdata=None, returned_payment_fee=reports.returned_fee(scope()))
    return fee_page(form)


def fee_page(form: ReturnedFeeForm, status: int = 200) -> ResponseReturnValue:
    form.returned_payment_fee.currency = currency()
    known = [one for one in reports.caps(scope(), today()) if one.cap.what == "returned_payment_fee"]
    return htmx.render(
        "office/legal_caps/returned_fee.html", status=status, form=form, kinds=reports.KIND_WORDS,
        caps=[one for one in known if one.counts],
    )  # fmt: skip


@office.post("/office/returned-payment-fee")
def change_returned_payment_fee() -> ResponseReturnValue:
    lookup.require("settings")
    form = ReturnedFeeForm()
    form.returned_payment_fee.currency = currency()
    if form.validate():
        try:
            acts.set_returned_payment_fee(
                form.returned_payment_fee.data or 0, reports.caps_at(scope(), "returned_payment_fee", ""),
                who=scope(), today=today(), now=now(),
            )  # fmt: skip
            flash(gettext("The fee was saved."))
            return htmx.see_other(url_for("office.legal_caps"))
        except Refused as refused:
            blame(form, refused)
    return fee_page(form, 422)
