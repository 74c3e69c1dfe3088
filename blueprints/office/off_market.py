"""Days on which a unit is not to let: note them down, end them."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, RefField, seal_ref
from blueprints.shared.signed_in import scope
from domain.actions import off_market as acts
from domain.sealing import fresh_ref
from domain.words import Refused
from models import OffMarket, Unit


class OffMarketForm(FlaskForm):
    """`sent`: it came by POST, so its ref counts."""

    from_on = DayField(_("First day"), [DataRequired(_("Choose the day."))])
    until_on = DayField(_("Last day"))
    reason = text_field(_("Reason"), acts.MOST_REASON, DataRequired(_("Say why, for those who look later.")))
    form_ref = RefField(purpose="off_market")

    def __init__(self, unit_ref: str, *, sent: bool = False):
        super().__init__(**({} if sent else {"formdata": None}))
        self.form_ref.owner = f"{current_user.user_ref}:{unit_ref}:off_market"
        if not sent:
            self.form_ref.data = seal_ref("off_market", fresh_ref(), self.form_ref.owner)
            self.from_on.data = today()


@office.get("/office/units/<ref>/off-market/new")
def new_off_market(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    unit = lookup.get_or_404(Unit, ref)
    return form_page(unit, OffMarketForm(unit.ref))


def form_page(unit: Unit, form: OffMarketForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/off_market/new.html", status=status, unit=unit, form=form)


@office.post("/office/units/<ref>/off-market")
def create_off_market(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    unit = lookup.get_or_404(Unit, ref)
    form = OffMarketForm(unit.ref, sent=True)
    if form.validate():
        try:
            acts.take_off(
                unit.ref, form.from_on.data, form.until_on.data, form.reason.data, form.form_ref.ref or "",
                who=scope(), now=now(),
            )  # fmt: skip
            flash(gettext("%(name)s is off the market on these days.", name=unit.name))
            return htmx.see_other(url_for("office.unit", ref=unit.ref))
        except Refused as refused:
            blame(form, refused)
    return form_page(unit, form, 422)


@office.post("/office/units/<ref>/off-market/<days>/end")
def end_off_market(ref: str, days: str) -> ResponseReturnValue:
    """To let again from today on."""
    lookup.require(acts.RIGHT)
    unit = lookup.get_or_404(Unit, ref)
    row = lookup.get_or_404(OffMarket, days)
    if row.unit_id != unit.id:
        abort(404)
    acts.put_back(row.ref, today(), who=scope(), now=now())
    flash(gettext("%(name)s is to let again from today on.", name=unit.name))
    return htmx.see_other(url_for("office.unit", ref=unit.ref))
