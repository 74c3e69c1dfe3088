"""The questions of the beginning: who the business is, its money, its ways to be paid, its mail, and what comes first.

Each question is a page of its own that can be opened again at any time; until the last one was answered, the desk leads
administrators here. Nothing is asked that cannot be changed later, but for the currency once somebody owes in it.
"""

from __future__ import annotations

from typing import Any

from babel.numbers import get_currency_name
from flask import abort, current_app, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Optional

from blueprints.office import office
from blueprints.office.typed import blame, text_field, whole_address
from blueprints.shared import frame, htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.fields import MoneyField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import business as acts
from domain.reports import set_up as report
from domain.words import Refused

STEPS = ("business", "money", "ways", "mail", "first")
AREAS = (SelectChoice("sqft", _("Square feet")), SelectChoice("m2", _("Square metres")))


class BusinessForm(FlaskForm):
    name = text_field(_("Name of the business"), 120, DataRequired(_("Write the name of your business.")))
    tagline = text_field(_("In one line, what you do"), 200, Optional())
    email = text_field(_("E-mail for customers"), 254, whole_address)
    phone = text_field(_("Telephone"), 40, Optional())
    address = text_field(_("Address"), 500, Optional(), lines=True)
    hours = text_field(_("Hours"), 500, Optional(), lines=True)


class MoneyForm(FlaskForm):
    currency = SelectField(_("Currency"))
    language = SelectField(
        _("Language, where nobody chose one"), choices=[SelectChoice(*one) for one in frame.LANGUAGES.items()]
    )
    area_unit = SelectField(_("Sizes are in"), choices=list(AREAS))
    returned_payment_fee_minor = MoneyField(_("Fee for a payment that comes back"), [Optional()])

    def __init__(self, **given: Any):
        super().__init__(**given)
        names = [(code, get_currency_name(code, locale=get_locale())) for code in acts.CURRENCIES]
        self.currency.choices = [SelectChoice(code, f"{code} · {name}") for code, name in names]
        # A fee is read in the currency that is chosen with it.
        chosen = self.currency.data if self.currency.data in acts.CURRENCIES else "USD"
        self.returned_payment_fee_minor.currency = chosen


@office.get("/office/set-up")
def set_up() -> ResponseReturnValue:
    """To the first question that is open, or to the last of all."""
    lookup.require("settings")
    done = report.answered(scope())
    step = next((step for step in STEPS if step not in done), STEPS[-1])
    return htmx.see_other(url_for("office.set_up_step", step=step))


@office.get("/office/set-up/<step>")
def set_up_step(step: str) -> ResponseReturnValue:
    lookup.require("settings")
    if step not in STEPS:
        abort(404)
    return _page(step)


@office.post("/office/set-up/business")
def set_up_business() -> ResponseReturnValue:
    lookup.require("settings")
    form = BusinessForm()
    if not form.validate():
        return _page("business", form, 422)
    values = {field.name: field.data or "" for field in form if field.name != "csrf_token"}
    return _done("business", form, lambda: acts.describe(acts.Facts(**values), who=scope(), now=now()))


@office.post("/office/set-up/money")
def set_up_money() -> ResponseReturnValue:
    lookup.require("settings")
    form = MoneyForm()
    if not form.validate():
        return _page("money", form, 422)
    wanted = acts.Money(
        form.currency.data, form.language.data, form.area_unit.data, form.returned_payment_fee_minor.data or 0
    )
    return _done("money", form, lambda: acts.choose_money(wanted, who=scope(), now=now()))


@office.post("/office/set-up/mail")
def set_up_mail() -> ResponseReturnValue:
    """Send a mail to whoever asks; it goes through the outbox like any other."""
    lookup.require("settings")
    try:
        to = acts.send_test_mail(who=scope(), now=now())
    except Refused as refused:
        form = FlaskForm(formdata=None)
        blame(form, refused)
        return _page("mail", form, 422)
    flash(gettext("A test is on its way to %(address)s. Look there in a minute.", address=to))
    return htmx.see_other(url_for("office.set_up_step", step="mail"))


@office.post("/office/set-up/first")
def finish_set_up() -> ResponseReturnValue:
    lookup.require("settings")
    try:
        acts.finish(who=scope(), now=now())
    except Refused as refused:
        flash(here().say(refused.sentence), "warning")
        return htmx.see_other(url_for("office.set_up_step", step="business"))
    frame.forget()
    flash(gettext("That is all. You find these questions again under Users."))
    return htmx.see_other(url_for("office.desk"))


def _done(step: str, form: FlaskForm, act: Any) -> ResponseReturnValue:
    try:
        act()
    except Refused as refused:
        blame(form, refused)
        return _page(step, form, 422)
    frame.forget()
    following = STEPS[STEPS.index(step) + 1]
    return htmx.see_other(url_for("office.set_up_step", step=following))


def _page(step: str, form: FlaskForm | None = None, status: int = 200) -> ResponseReturnValue:
    known = report.known(scope())
    if form is None:
        forms = {"business": BusinessForm, "money": MoneyForm}
        form = forms.get(step, FlaskForm)(formdata=None, **({"obj": known.business} if step in forms else {}))
    settings = current_app.config["SETTINGS"]
    return htmx.render(
        f"office/set_up/{step}.html", status=status, form=form, step=step, steps=STEPS, known=known,
        done=report.answered(scope()), zone=settings.timezone, test_mode=current_app.config["TEST_MODE"],
        mail_host=settings.smtp_host, mail_from=settings.mail_from,
    )  # fmt: skip
