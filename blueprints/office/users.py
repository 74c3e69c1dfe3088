"""Users of the office: who may sign in, what they may do, which part of the business they see. Administrators only."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.office import office
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field, whole_address
from blueprints.shared import htmx, lookup, step_up
from blueprints.shared.clock import now
from blueprints.shared.signed_in import scope
from domain.actions import users as acts
from domain.actions.users import Post
from domain.reports import users as reports
from domain.reports.links import masked_email
from domain.rules.duties import DUTIES, EVERY_DUTY_OF_STAFF
from domain.words import Refused
from models import Person, User

ROLES = [
    SelectChoice("staff", _("Staff")), SelectChoice("admin", _("Administrator")),
    SelectChoice("landlord", _("Landlord")),
]  # fmt: skip


class Ticks(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PostForm(FlaskForm):
    role = RadioField(_("Role"), choices=ROLES, validators=[InputRequired(_("Choose what this user is."))])
    duties = Ticks(_("Duties"))
    properties = Ticks(_("Properties"))
    branches = text_field(_("Branches"), 400)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.duties.choices = [SelectChoice(key, gettext(words)) for key, words in DUTIES.items()]
        self.properties.choices = [SelectChoice(*one) for one in reports.property_choices(scope())]

    @property
    def post(self) -> Post:
        branches = (self.branches.data or "").split(",")
        return Post(self.role.data, self.duties.data or [], self.properties.data or [], branches)


class InviteForm(PostForm):
    name = text_field(_("Name"), 200, DataRequired(_("Write the person's name.")))
    email = text_field(
        _("E-mail"), 254, DataRequired(_("Write the address that the invitation goes to.")), whole_address
    )


@office.get("/office/users")
def users() -> ResponseReturnValue:
    lookup.require("users")
    asked = wanted(("role",), sort="name")
    listing = Listing("office.users", asked, reports.users(scope(), asked, now()))
    return htmx.render(
        "office/users/index.html", "office/users/_list.html", listing=listing, roles=reports.ROLE_WORDS,
        duties=DUTIES, invitations=reports.invitations(scope(), now()),
    )  # fmt: skip


@office.get("/office/users/new")
def new_user() -> ResponseReturnValue:
    lookup.require("users")
    return invite_page(InviteForm(formdata=None, role="staff", duties=sorted(EVERY_DUTY_OF_STAFF)))


def invite_page(form: InviteForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/users/new.html", status=status, form=form, branches=reports.branches(scope()))


@office.post("/office/users")
def create_user() -> ResponseReturnValue:
    lookup.require("users")
    if asked := step_up.required(back=url_for("office.new_user")):
        return asked
    form = InviteForm()
    if not form.validate():
        return invite_page(form, 422)
    try:
        acts.invite(
            form.name.data, form.email.data, form.post, who=scope(), now=now(),
            base_url=current_app.config["BASE_URL"],
        )  # fmt: skip
    except Refused as refused:
        blame(form, refused)
        return invite_page(form, 422)
    flash(gettext("The invitation was mailed to %(address)s.", address=masked_email(form.email.data)))
    return htmx.see_other(url_for("office.users"))


@office.post("/office/users/invitations/<ref>/withdrawn")
def withdraw_invitation(ref: str) -> ResponseReturnValue:
    lookup.require("users")
    acts.withdraw(lookup.get_or_404(Person, ref).ref, who=scope(), now=now())
    flash(gettext("The invitation was taken back."))
    return htmx.see_other(url_for("office.users"))


@office.get("/office/users/<ref>")
def user(ref: str) -> ResponseReturnValue:
    found = user_of(ref)
    post = reports.post(scope(), found)
    duties = sorted(EVERY_DUTY_OF_STAFF) if post.duties is None else post.duties
    form = PostForm(
        formdata=None, role=post.role, duties=duties, properties=post.properties,
        branches=", ".join(post.branches),
    )  # fmt: skip
    return user_page(found, form)


def user_of(ref: str) -> User:
    """The user of the office, or 404: customers have a page of their own among people."""
    lookup.require("users")
    return lookup.get_or_404(User, ref)


def user_page(found: User, form: PostForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/users/user.html", status=status, form=form, line=reports.line(scope(), found, now()),
        roles=reports.ROLE_WORDS, branches=reports.branches(scope()),
    )  # fmt: skip


@office.post("/office/users/<ref>")
def update_user(ref: str) -> ResponseReturnValue:
    found, form = user_of(ref), PostForm()
    if asked := step_up.required(back=url_for("office.user", ref=ref)):
        return asked
    if not form.validate():
        return user_page(found, form, 422)
    try:
        acts.change(found.ref, form.post, who=scope(), now=now())
    except Refused as refused:
        blame(form, refused)
        return user_page(found, form, 422)
    flash(gettext("The rights were changed. They count from now on."))
    return htmx.see_other(url_for("office.users"))


@office.post("/office/users/<ref>/deactivated")
def deactivate_user(ref: str) -> ResponseReturnValue:
    return done(user_of(ref), acts.deactivate, gettext("The user was deactivated and signed out everywhere."))


@office.post("/office/users/<ref>/reactivated")
def reactivate_user(ref: str) -> ResponseReturnValue:
    return done(user_of(ref), acts.reactivate, gettext("The user may sign in again."))


@office.post("/office/users/<ref>/unlocked")
def unlock_user(ref: str) -> ResponseReturnValue:
    return done(user_of(ref), acts.unlock, gettext("The failed tries are forgotten: they may try again now."))


def done(found: User, act: Any, words: str) -> ResponseReturnValue:
    if asked := step_up.required(back=url_for("office.user", ref=found.ref)):
        return asked
    try:
        act(found.ref, who=scope(), now=now())
    except Refused as refused:
        form = PostForm(formdata=None, role=found.role)
        blame(form, refused)
        return user_page(found, form, 422)
    flash(words)
    return htmx.see_other(url_for("office.user", ref=found.ref))
