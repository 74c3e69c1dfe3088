"""The end of a month for all houses: one list of the months to close, one of the owners to pay, and their mails."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import InputRequired

from blueprints.office import office
from blueprints.office.cash_drawer import currency, owner
from blueprints.office.counter import letterhead
from blueprints.office.typed import text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import owner_batches as acts
from domain.actions.owner_months import MOST_REASON
from domain.reports import owner_batches as reports
from domain.reports.receipts import business_lines
from domain.sealing import fresh_ref


class MonthsForm(FlaskForm):
    picked = SelectMultipleField(_("Months to close"), choices=[], validate_choice=False)


class PayoutsForm(FlaskForm):
    """`picked` and `seen` name the same payouts: what was shown, so that nothing else is paid by the press."""

    picked = SelectMultipleField(_("Owners to pay"), choices=[], validate_choice=False)
    seen = HiddenField()
    day = DayField(_("Day"), [InputRequired(_("Choose the day on which it moved."))])
    reference = text_field(_("Reference"), MOST_REASON)
    form_ref = RefField(purpose="owner payouts")


@office.get("/office/owner-months")
def owner_months() -> ResponseReturnValue:
    """Every month that is over and not closed, with what its statements would say."""
    lookup.require("owners")
    return months_page(MonthsForm(formdata=None))


def months_page(form: MonthsForm, status: int = 200) -> ResponseReturnValue:
    found = reports.months_to_close(scope(), today())
    return htmx.render(
        "office/owner_batches/months.html", status=status, form=form, months=found, currency=currency(),
        ready=[one for one in found if one.why_not is None],
    )  # fmt: skip


@office.post("/office/owner-months")
def close_owner_months() -> ResponseReturnValue:
    """Close what was ticked; what had changed meanwhile is told and left."""
    lookup.require("owners")
    form = MonthsForm()
    ready = {one.key: one for one in reports.months_to_close(scope(), today()) if one.why_not is None}
    wanted = [ready[key] for key in form.picked.data or [] if key in ready]
    if not form.validate() or not form.picked.data:
        form.picked.errors = [gettext("Tick at least one month.")]
        return months_page(form, 422)
    done = acts.close_all(
        [(one.house_ref, one.first) for one in wanted], letterhead=business_lines(letterhead()), who=scope(),
        today=today(), now=now(),
    )  # fmt: skip
    flash(ngettext("%(num)s month was closed.", "%(num)s months were closed.", done.count))
    tell(done, {one.house_ref: one.house for one in wanted})
    return htmx.see_other(url_for("office.owner_payouts" if done.count else "office.owner_months"))


def tell(done: acts.Done, names: dict[str, str]) -> None:
    for house, why in done.refused:
        flash(f"{names.get(house, '')}: {here().say(why)}", "warning")


@office.get("/office/owner-payouts")
def owner_payouts() -> ResponseReturnValue:
    """Whom something may be paid out to now."""
    lookup.require("owners")
    return payouts_page(payouts_form(fresh=True))


def payouts_form(*, fresh: bool = False) -> PayoutsForm:
    form = PayoutsForm(formdata=None) if fresh else PayoutsForm()
    form.form_ref.owner = owner()
    if fresh:
        form.day.data = today()
        form.form_ref.data = seal_ref("owner payouts", fresh_ref(), owner())
    return form


def payouts_page(form: PayoutsForm, status: int = 200) -> ResponseReturnValue:
    found = reports.payable(scope(), today())
    return htmx.render(
        "office/owner_batches/payouts.html", status=status, form=form, payable=found, currency=currency(),
        total_minor=sum(one.available_minor for one in found), chosen=None,
    )  # fmt: skip


@office.post("/office/owner-payouts/review")
def review_owner_payouts() -> ResponseReturnValue:
    """What was ticked with its sum, to be confirmed; nothing is written yet."""
    lookup.require("owners")
    form = payouts_form()
    chosen = [one for one in reports.payable(scope(), today()) if one.key in (form.picked.data or [])]
    if not chosen:
        form.picked.errors = [gettext("Tick at least one owner.")]
    if not form.validate() or not chosen:
        return payouts_page(form, 422)
    form.seen.data = " ".join(f"{one.key}:{one.available_minor}" for one in chosen)
    return htmx.render(
        "office/owner_batches/payouts.html", form=form, payable=chosen, currency=currency(), chosen=chosen,
        total_minor=sum(one.available_minor for one in chosen),
    )  # fmt: skip


@office.post("/office/owner-payouts")
def pay_owners() -> ResponseReturnValue:
    """Write the payouts down as they were shown, each once."""
    lookup.require("owners")
    form = payouts_form()
    picked = shown(form.seen.data or "")
    if not form.validate() or not picked:
        return payouts_page(form, 422)
    names = {house.ref: house.name for house in reports.houses(scope())}
    done = acts.pay_all(
        picked, form.form_ref.ref or "", on=form.day.data, reference=form.reference.data or "", who=scope(),
        today=today(), now=now(),
    )  # fmt: skip
    flash(ngettext("%(num)s payout was written down.", "%(num)s payouts were written down.", done.count))
    tell(done, names)
    return htmx.see_other(url_for("office.owner_payouts"))


def shown(text: str) -> Sequence[acts.Payout]:
    """The payouts that the confirmation showed; what is no payout is left out, and each is checked when it is made."""
    parts = [one.split(":") for one in text[:200_000].split()]
    return [
        acts.Payout(part[0], part[1], int(part[2]))
        for part in parts
        if len(part) == 3 and part[2].isascii() and part[2].isdigit() and len(part[2]) < 14
    ]


@office.post("/office/owner-statements/mail")
def mail_owner_statements() -> ResponseReturnValue:
    """A link to their statements for every owner of months closed lately who was not told yet."""
    lookup.require("owners")
    sent, without = acts.mail_statements(who=scope(), now=now())
    flash(ngettext("%(num)s owner is mailed a link.", "%(num)s owners are mailed a link.", sent))
    if without:
        words = ngettext(
            "%(num)s owner cannot sign in and got none. Invite them under Users.",
            "%(num)s owners cannot sign in and got none. Invite them under Users.",
            without,
        )
        flash(words, "warning")
    return htmx.see_other(url_for("office.owner_statements"))
