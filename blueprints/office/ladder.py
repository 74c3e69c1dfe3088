"""The delinquency ladder: its rungs with all their versions, and whom it would reach today."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import MoneyField, WholeField
from blueprints.shared.formats import here
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from domain.actions import ladder as acts
from domain.reports import ladder as reports
from domain.rules.ladder import ACTS, MOST_NAME, Rung
from domain.words import Conflict, Refused
from models import LadderStep


class RungForm(FlaskForm):
    name = text_field(_("Name"), MOST_NAME, InputRequired(_("Give it a name.")))
    days_late = WholeField(_("After so many days late"), [InputRequired(_("Choose 1 to 3,650 days."))])
    act = RadioField(_("What is done"), validators=[InputRequired(_("Choose one."))])
    kind = SelectField(_("For"))
    least = MoneyField(_("Only when at least so much is late"))
    words = text_field(_("Words"), 500, lines=True)
    amount = MoneyField(_("Fee"))
    hold = SelectField(_("Kind of hold"))
    active = BooleanField(_("Switched on"))


def formed(rung: Rung | None = None) -> RungForm:
    """The form as it was sent, or with a rung in it."""
    if request.method == "POST":
        form = RungForm()
    elif rung is None:
        form = RungForm(formdata=None, data={"active": True, "act": "notice"})
    else:
        data = {"name": rung.name, "days_late": rung.days_late, "act": rung.act, "kind": rung.kind,
                "least": rung.least_minor or None, "words": rung.body.get("words", ""), "active": rung.active,
                "amount": rung.body.get("amount_minor"), "hold": rung.body.get("hold", "other")}  # fmt: skip
        form = RungForm(formdata=None, data=data)
    currency = str((business() or {}).get("currency", "USD"))
    form.least.currency = form.amount.currency = currency
    form.act.choices = [SelectChoice(name, gettext(words)) for name, words in ACTS.items()]
    form.kind.choices = [SelectChoice(name, gettext(words)) for name, words in reports.KIND_WORDS.items()]
    form.hold.choices = [
        SelectChoice("other", gettext("Other")),
        SelectChoice("certified_funds", gettext("Certified funds only")),
    ]
    return form


def rung_of(form: RungForm) -> Rung:
    body: dict[str, Any] = {"words": form.words.data or ""}
    if form.act.data == "fee":
        body = {"amount_minor": form.amount.data or 0}
    elif form.act.data == "hold":
        body["hold"] = form.hold.data
    return Rung(
        form.name.data, form.act.data, form.days_late.data, form.kind.data or "", form.least.data or 0,
        bool(form.active.data), body=body,
    )  # fmt: skip


@office.get("/office/ladder")
def ladder() -> ResponseReturnValue:
    lookup.require("people")
    given = request.args.get("after", "0")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
    return htmx.render(
        "office/ladder/index.html", versions=reports.versions(scope()), on=reports.on(scope()), acts=ACTS,
        kinds=reports.KIND_WORDS, found=reports.preview(scope(), today(), after), after=after,
    )  # fmt: skip


@office.post("/office/ladder/start")
def start_ladder() -> ResponseReturnValue:
    """Switch the usual ladder on."""
    lookup.require("settings")
    added = acts.start(who=scope(), today=today(), now=now())
    flash(gettext("The ladder is on, with %(count)s new rungs. It begins with the next run.", count=added))
    return htmx.see_other(url_for("office.ladder"))


@office.get("/office/ladder/new")
def new_rung() -> ResponseReturnValue:
    lookup.require("settings")
    return htmx.render("office/ladder/new.html", form=formed())


@office.post("/office/ladder")
def create_rung() -> ResponseReturnValue:
    lookup.require("settings")
    form = formed()
    if form.validate():
        try:
            acts.add(rung_of(form), who=scope(), today=today(), now=now())
            flash(gettext("The rung was kept. It begins with the next run."))
            return htmx.see_other(url_for("office.ladder"))
        except Refused as refused:
            blame(form, refused)
    return htmx.render("office/ladder/new.html", status=422, form=form)


@office.get("/office/ladder/<ref>", endpoint="rung")
def show_rung(ref: str) -> ResponseReturnValue:
    lookup.require("people")
    row = lookup.get_or_404(LadderStep, ref)
    known = reports.versions(scope(), row.name)
    return rung_page(known, formed(known[0].rung))


def rung_page(known: list[reports.Version], form: RungForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/ladder/rung.html", status=status, versions=known, last=known[0], form=form, acts=ACTS,
        kinds=reports.KIND_WORDS,
    )  # fmt: skip


@office.post("/office/ladder/<ref>", endpoint="change_rung")
def change_rung(ref: str) -> ResponseReturnValue:
    """Keep a further version. Rows that stand are never changed."""
    lookup.require("settings")
    row = lookup.get_or_404(LadderStep, ref)
    form = formed()
    form.name.data = row.name
    if form.validate():
        try:
            acts.change(row.ref, rung_of(form), who=scope(), today=today(), now=now())
            flash(gettext("The new version counts from today."))
            return htmx.see_other(url_for("office.ladder"))
        except Refused as refused:
            blame(form, refused)
        except Conflict as late:
            flash(here().say(late.sentence), "warning")
            return htmx.see_other(url_for("office.ladder"))
    return rung_page(reports.versions(scope(), row.name), form, 422)
