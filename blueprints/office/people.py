"""People: the list, one page per person, adding one, changing how to reach them, the link to their account."""

from __future__ import annotations

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from blueprints.office import notes, office
from blueprints.office.agreements import ROLE_WORDS
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field, whole_address
from blueprints.shared import htmx, lookup, step_up
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.frame import LANGUAGES
from blueprints.shared.signed_in import scope
from domain.actions import claims
from domain.actions import people as acts
from domain.reports import links, person_page
from domain.reports import people as reports
from domain.words import Refused
from models import Agreement, Person


class ContactForm(FlaskForm):
    name = text_field(_("Name"), 200, DataRequired(_("Write the person's name.")))
    email = text_field(_("E-mail"), 254, whole_address)
    phone = text_field(_("Phone"), 40)
    address = text_field(_("Address"), 500, lines=True)
    language = SelectField(_("Language of mails"), default="")

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.language.choices = [
            SelectChoice("", _("Not said")), *(SelectChoice(*one) for one in LANGUAGES.items()),
        ]  # fmt: skip


class PersonForm(ContactForm):
    anyway = BooleanField(_("This is somebody else. Add them as well."))


@office.get("/office/people")
def people() -> ResponseReturnValue:
    lookup.require("people")
    asked = wanted(("account", "agreements", "role"), sort="name")
    listing = Listing("office.people", asked, reports.people(scope(), asked, now()))
    return htmx.render("office/people/index.html", "office/people/_list.html", listing=listing)


@office.get("/office/people/new")
def new_person() -> ResponseReturnValue:
    lookup.require("new_person")
    return htmx.render("office/people/new.html", form=PersonForm(formdata=None), same=None)


@office.post("/office/people")
def create_person() -> ResponseReturnValue:
    lookup.require("new_person")
    form = PersonForm()
    same = reports.same_address(scope(), form.email.data or "") if not form.anyway.data else None
    if not form.validate() or same:
        return htmx.render("office/people/new.html", status=422, form=form, same=same)
    try:
        ref = acts.create_person(
            form.name.data, form.email.data or "", form.phone.data or "", form.address.data or "",
            by=scope().by, now=now(), language=form.language.data or "",
        )  # fmt: skip
    except Refused as refused:
        blame(form, refused)
        return htmx.render("office/people/new.html", status=422, form=form, same=None)
    flash(gettext("%(name)s was added.", name=form.name.data))
    return htmx.see_other(url_for("office.person", ref=ref))


@office.get("/office/people/<ref>")
def person(ref: str) -> ResponseReturnValue:
    lookup.require("people")
    who = lookup.get_or_404(Person, ref)
    whole = reports.whole(scope(), who, today(), now())
    return htmx.render(
        "office/people/person.html", person=who, whole=whole, on=today(), roles=ROLE_WORDS,
        around=person_page.around(scope(), who, whole.held, today()), **notes.beside(who),
    )  # fmt: skip


@office.get("/office/people/<ref>/contact")
def contact(ref: str) -> ResponseReturnValue:
    """The person's contact, as their page shows it: what Cancel brings back in place of the form."""
    lookup.require("people")
    who = lookup.get_or_404(Person, ref)
    if not htmx.wants_fragment():
        return htmx.see_other(url_for("office.person", ref=who.ref))
    return htmx.render("office/people/_contact.html", person=who)


@office.get("/office/people/<ref>/contact/edit")
def edit_contact(ref: str) -> ResponseReturnValue:
    lookup.require("contact")
    who = lookup.get_or_404(Person, ref)
    return edit_page(who, ContactForm(formdata=None, obj=who))


@office.post("/office/people/<ref>/contact")
def update_contact(ref: str) -> ResponseReturnValue:
    lookup.require("contact")
    who = lookup.get_or_404(Person, ref)
    acts.require_over(who.ref, who=scope())
    form = ContactForm()
    if not form.validate():
        return edit_page(who, form, 422)
    if asked := prove_for_address(who, form.email.data or ""):
        return asked
    before = (who.email, who.name)
    try:
        acts.set_email(
            who.ref, form.email.data or "", by=scope().by, now=now(), base_url=current_app.config["BASE_URL"]
        )
        acts.change_contact(
            who.ref, by=scope().by, now=now(), name=form.name.data, phone=form.phone.data or "",
            address=form.address.data or "", language=form.language.data or "",
        )  # fmt: skip
    except Refused as refused:
        blame(form, refused)
        return edit_page(who, form, 422)
    lookup.forget()
    who = lookup.get_or_404(Person, ref)
    # The rest of the page speaks of the name, and of where links can be mailed.
    if htmx.wants_fragment() and (who.email, who.name) == before:
        return htmx.render("office/people/_contact.html", person=who, saved=True)
    flash(gettext("The contact details were saved."))
    return htmx.see_other(url_for("office.person", ref=who.ref))


def prove_for_address(who: Person, email: str) -> ResponseReturnValue | None:
    """Another address for somebody with an account: the link to a new password goes there (safety A22, A23)."""
    if email.strip() == who.email or not reports.account_of(scope(), who, now()).role:
        return None
    words = gettext("Change the e-mail address of %(name)s to %(email)s.", name=who.name, email=email.strip())
    back = url_for("office.edit_contact", ref=who.ref)
    return step_up.required(f"email:{who.ref}:{email.strip()}", words=words, back=back)


def edit_page(who: Person, form: ContactForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/people/edit.html", "office/people/_contact_form.html", status, person=who, form=form
    )


@office.post("/office/people/<ref>/invitations")
def invite_person(ref: str) -> ResponseReturnValue:
    """Mail the link to their account. A second click right after the first sends nothing."""
    lookup.require("contact")
    who = lookup.get_or_404(Person, ref)
    back = htmx.see_other(url_for("office.person", ref=who.ref, _anchor="account"))
    account = reports.account_of(scope(), who, now())
    if account.again_at:
        flash(
            gettext(
                "A link was mailed a moment ago. It can be sent again at %(time)s.", time=clock_time(account)
            )
        )
        return back
    agreement = request.form.get("agreement", "")[:64] or None
    if agreement:
        # The mail says its number: a foreign one is not there.
        agreement = lookup.get_or_404(Agreement, agreement).ref
    try:
        claims.invite(who.ref, agreement, by=scope().by, now=now(), base_url=current_app.config["BASE_URL"])
    except Refused as refused:
        flash(here().say(refused.sentence), "error")
        return back
    flash(gettext("The link was mailed to %(address)s.", address=links.masked_email(who.email)))
    return back


def clock_time(account: reports.Account) -> str:
    return here().moment(account.again_at)
