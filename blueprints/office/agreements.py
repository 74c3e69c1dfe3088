"""Agreements: the list, one page each, their plan, the reason behind a figure, and the people on them."""

from __future__ import annotations

from flask import abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from blueprints.office import notes, office
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field, whole_address
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import claims
from domain.actions import people as acts
from domain.reports import (
    agreement_list,
    changes,
    charge_lines,
    deposits,
    holds,
    office_views,
    payment_desk,
    reasons,
    unit_facts,
    vehicles,
)
from domain.reports import people as people_reports
from domain.reports.agreements import WITH_TERMS, View, view
from domain.reports.finding import Wanted
from domain.reports.links import masked_email
from domain.words import Refused
from models import Agreement, Person

ROLES = [
    SelectChoice("customer", _("Customer")), SelectChoice("joint", _("Joint holder")),
    SelectChoice("guarantor", _("Guarantor")), SelectChoice("payer", _("Payer of a share")),
]  # fmt: skip
ROLE_WORDS = {role.value: role.label for role in ROLES}


class RoleForm(FlaskForm):
    """Somebody we know already is put on the agreement."""

    role = SelectField(_("What they are on it"), choices=ROLES)
    invite = BooleanField(_("Mail them the link to their account"))


class NewHolderForm(RoleForm):
    """Somebody new is put on the agreement."""

    name = text_field(_("Name"), 200, DataRequired(_("Write the person's name.")))
    email = text_field(_("E-mail"), 254, whole_address)
    phone = text_field(_("Phone"), 40)
    anyway = BooleanField(_("This is somebody else. Add them as well."))


class TakeOffForm(FlaskForm):
    reason = text_field(_("Reason"), 200, DataRequired(_("Say why, for those who look later.")))


@office.get("/office/agreements")
def agreements() -> ResponseReturnValue:
    lookup.require("agreements")
    asked = wanted(("status", "person", "batch"), sort="number")
    listing = Listing("office.agreements", asked, agreement_list.agreements(scope(), asked, today()))
    return htmx.render(
        "office/agreements/index.html", "office/agreements/_list.html",
        listing=listing, batches=agreement_list.batches(scope()),
    )  # fmt: skip


def found(ref: str) -> View:
    """The agreement as it stands today, or 404."""
    lookup.require("agreements")
    return view(lookup.get_or_404(Agreement, ref, *WITH_TERMS), today())


@office.get("/office/agreements/<ref>")
def agreement(ref: str) -> ResponseReturnValue:
    stands = found(ref)
    holders = office_views.holders_of([stands.agreement.id]).get(stands.agreement.id, [])
    return htmx.render(
        "office/agreements/agreement.html", at=stands, holders=holders, roles=ROLE_WORDS,
        payments=payment_desk.of_agreement(scope(), stands.agreement), on=today(),
        made=changes.changes(scope(), stands.agreement, 5),
        charges=charge_lines.lines(scope(), stands.agreement, 8), held=holds.standing(scope(), stands.agreement),
        charge_count=charge_lines.count(scope(), stands.agreement),
        unit=unit_facts.place_of(scope(), stands.agreement), **notes.beside(stands.agreement),
        vehicles=vehicles.on_page(scope(), stands.agreement), deposit_minor=deposits.held_minor(scope(), stands),
    )  # fmt: skip


@office.get("/office/agreements/<ref>/schedule")
def schedule(ref: str) -> ResponseReturnValue:
    return htmx.render("office/agreements/schedule.html", "office/agreements/_schedule.html", at=found(ref))


@office.get("/office/agreements/<ref>/why/<what>")
def why(ref: str, what: str) -> ResponseReturnValue:
    stands = found(ref)
    reason = reasons.reason(scope(), stands, what[:40])
    return htmx.render("office/agreements/why.html", "office/agreements/_why.html", at=stands, reason=reason)


@office.get("/office/agreements/<ref>/people/new")
def new_holder(ref: str) -> ResponseReturnValue:
    """Find somebody we know, or write down somebody new; a person chosen is shown before they are put on."""
    lookup.require("parties")
    stands = found(ref)
    chosen = request.args.get("person", "")
    if chosen:
        who = lookup.get_or_404(Person, chosen)
        return known_page(stands, who, RoleForm(formdata=None, invite=True))
    return holder_page(stands, NewHolderForm(formdata=None, invite=True))


def known_page(stands: View, who: Person, form: RoleForm, status: int = 200) -> ResponseReturnValue:
    account = people_reports.account_of(scope(), who, now())
    return htmx.render(
        "office/agreements/put_on.html", status=status, at=stands, person=who, account=account, form=form
    )


def holder_page(
    stands: View, form: NewHolderForm, same: object = None, status: int = 200
) -> ResponseReturnValue:
    q = wanted().q
    asked = Wanted(q=q, filters={"role": "customers"}, per_page=8)
    matches = people_reports.people(scope(), asked, now()) if q else None
    return htmx.render(
        "office/agreements/new_holder.html", "office/agreements/_matches.html" if status == 200 else None, status,
        at=stands, form=form, words=q, matches=matches, same=same,
    )  # fmt: skip


@office.post("/office/agreements/<ref>/people")
def add_holder(ref: str) -> ResponseReturnValue:
    """Put somebody new, or with `?person=` somebody we know, on the agreement; and mail them their link if ticked."""
    lookup.require("parties")
    stands = found(ref)
    if request.args.get("person"):
        who = lookup.get_or_404(Person, request.args["person"])
        form = RoleForm()
        if not form.validate():
            return known_page(stands, who, form, 422)
        acts.assign(ref, by=scope().by, today=today(), now=now(), person_ref=who.ref, role=form.role.data)
        return welcome(stands, who.ref, who.name, who.email, form)
    form = NewHolderForm()
    same = people_reports.same_address(scope(), form.email.data or "") if not form.anyway.data else None
    if not form.validate() or same:
        return holder_page(stands, form, same, 422)
    given = {"name": form.name.data, "email": form.email.data or "", "phone": form.phone.data or ""}
    try:
        person = acts.assign(
            ref, by=scope().by, today=today(), now=now(), new_person=given, role=form.role.data
        )
    except Refused as refused:
        blame(form, refused)
        return holder_page(stands, form, status=422)
    return welcome(stands, person, given["name"], given["email"], form)


@office.get("/office/agreements/<ref>/people/<person>/end", endpoint="ask_take_off")
def ask_take_off(ref: str, person: str) -> ResponseReturnValue:
    """What it means to take this person off the agreement; nothing changes by looking."""
    lookup.require("parties")
    return take_off_page(found(ref), person, TakeOffForm(formdata=None))


@office.post("/office/agreements/<ref>/people/<person>/end", endpoint="take_off")
def take_off(ref: str, person: str) -> ResponseReturnValue:
    lookup.require("parties")
    stands, form = found(ref), TakeOffForm()
    who = lookup.get_or_404(Person, person)
    if not form.validate():
        return take_off_page(stands, person, form, 422)
    acts.take_off(stands.ref, who.ref, form.reason.data, by=scope().by, today=today(), now=now())
    flash(gettext("%(name)s is no longer on agreement %(number)s.", name=who.name, number=stands.number))
    return htmx.see_other(url_for("office.agreement", ref=stands.ref))


def take_off_page(stands: View, person: str, form: TakeOffForm, status: int = 200) -> ResponseReturnValue:
    """The question; 404 for somebody who is not on the agreement."""
    who = lookup.get_or_404(Person, person)
    on_it = office_views.holders_of([stands.agreement.id]).get(stands.agreement.id, [])
    role = next((holder.role for holder in on_it if holder.ref == who.ref), None)
    if role is None:
        abort(404)
    return htmx.render(
        "office/agreements/take_off.html",
        status=status,
        at=stands,
        person=who,
        form=form,
        role=ROLE_WORDS[role],
    )


def welcome(stands: View, person_ref: str, name: str, email: str, form: RoleForm) -> ResponseReturnValue:
    """Say that they are on it; mail the link where it was asked for and they have no account yet."""
    flash(gettext("%(name)s is on agreement %(number)s now.", name=name, number=stands.number))
    if form.invite.data:
        try:
            claims.invite(
                person_ref, stands.ref, by=scope().by, now=now(), base_url=current_app.config["BASE_URL"]
            )
            flash(
                gettext("The link to their account was mailed to %(address)s.", address=masked_email(email))
            )
        except Refused as refused:
            flash(gettext("No link was mailed. %(why)s", why=here().say(refused.sentence)), "warning")
    return htmx.see_other(url_for("office.agreement", ref=stands.ref))
