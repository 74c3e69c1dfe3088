"""Announcements in the office: the list, writing and changing one with how it looks, ending one."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Optional

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, zone
from blueprints.shared.fields import RefField, seal_ref
from blueprints.shared.signed_in import scope
from blueprints.shared.talking import OFTEN
from blueprints.shared.throttle import limit_posts
from domain.actions import announcements as acts
from domain.reports import announcements as reports
from domain.rules.announcements import AUDIENCES, WEIGHTS
from domain.rules.document_places import KIND_WORDS
from domain.sealing import fresh_ref
from domain.words import Refused
from models import Announcement

TYPED = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


class AnnouncementForm(FlaskForm):
    title = text_field(_("Title"), acts.MOST_TITLE, DataRequired(_("Write something.")))
    body = text_field(_("Text"), acts.MOST_BODY, DataRequired(_("Write something.")), lines=True)
    weight = RadioField(_("How it is shown"), default="plain")
    audience = SelectField(_("Who it is for"))
    property = SelectField(_("Property"))
    sort = SelectField(_("Sort of agreement"))
    from_at = DateTimeLocalField(_("Shown from"), [DataRequired(_("Choose a day and a time."))], format=TYPED)
    until_at = DateTimeLocalField(_("Shown until"), [Optional()], format=TYPED)
    by_mail = BooleanField(_("Mail it too, once"))
    form_ref = RefField(purpose="announcement")

    def __init__(self, row: Announcement | None = None, *, sent: bool = False):
        super().__init__(**({} if sent else {"formdata": None}))
        self.weight.choices = [SelectChoice(key, gettext(words)) for key, words in WEIGHTS.items()]
        self.audience.choices = [SelectChoice(key, gettext(words)) for key, words in AUDIENCES.items()]
        self.property.choices = [SelectChoice("", _("Choose"))]
        self.property.choices += [SelectChoice(*one) for one in reports.places(scope())]
        self.sort.choices = [SelectChoice("", _("Choose"))]
        self.sort.choices += [SelectChoice(key, gettext(words)) for key, words in KIND_WORDS.items()]
        self.form_ref.owner = f"{current_user.user_ref}:announcement:{row.ref if row else ''}"
        if not sent:
            self.form_ref.data = seal_ref(
                "announcement", row.ref if row else fresh_ref(), self.form_ref.owner
            )
            self._fill(row)

    def _fill(self, row: Announcement | None) -> None:
        self.from_at.data = local(row.from_at if row else now())
        if row is not None:
            self.title.data, self.body.data, self.weight.data = row.title, row.body, row.weight
            self.audience.data, self.sort.data, self.by_mail.data = (
                row.audience,
                row.agreement_kind,
                row.by_mail,
            )
            self.property.data = reports.place_of(scope(), row)
            self.until_at.data = local(row.until_at) if row.until_at else None

    def draft(self) -> acts.Draft:
        return acts.Draft(
            self.title.data or "", self.body.data or "", instant(self.from_at.data),
            instant(self.until_at.data) if self.until_at.data else None, self.weight.data, self.audience.data,
            self.property.data or "", self.sort.data or "", bool(self.by_mail.data),
        )  # fmt: skip


def local(moment: datetime) -> datetime:
    """By the business's clock, as the form shows it."""
    return moment.astimezone(zone()).replace(tzinfo=None, second=0, microsecond=0)


def instant(typed: datetime) -> datetime:
    return typed.replace(tzinfo=zone())


@office.get("/office/announcements", endpoint="announcements")
def announcements() -> ResponseReturnValue:
    lookup.require("people")
    return htmx.render("office/announcements/index.html", lines=reports.listed(scope(), now()))


@office.get("/office/announcements/new", endpoint="new_announcement")
def new_announcement() -> ResponseReturnValue:
    lookup.require("people")
    return page(AnnouncementForm(), None)


@office.get("/office/announcements/<ref>", endpoint="announcement")
def show_announcement(ref: str) -> ResponseReturnValue:
    row = standing(ref)
    return page(AnnouncementForm(row), row)


def standing(ref: str) -> Announcement:
    lookup.require("people")
    row = lookup.get_or_404(Announcement, ref)
    if row.ended_at is not None:
        abort(404)
    return row


def page(
    form: AnnouncementForm, row: Announcement | None, status: int = 200, *, look: bool = False
) -> ResponseReturnValue:
    return htmx.render(
        "office/announcements/announcement.html",
        status=status,
        form=form,
        row=row,
        look=look,
        zone=zone().key,
    )


@office.post("/office/announcements", endpoint="create_announcement")
@limit_posts(OFTEN)
def create_announcement() -> ResponseReturnValue:
    lookup.require("people")
    return kept(None)


@office.post("/office/announcements/<ref>", endpoint="change_announcement")
@limit_posts(OFTEN)
def change_announcement(ref: str) -> ResponseReturnValue:
    return kept(standing(ref))


def kept(row: Announcement | None) -> ResponseReturnValue:
    """Keep it, or show how it will look with nothing kept."""
    form = AnnouncementForm(row, sent=True)
    if form.validate():
        if request.form.get("do") == "look":
            return page(form, row, look=True)
        try:
            acts.keep(form.form_ref.ref or "", form.draft(), who=scope(), now=now())
            flash(gettext("The announcement was kept."))
            return htmx.see_other(url_for("office.announcements"))
        except Refused as refused:
            blame(form, refused)
    return page(form, row, 422)


@office.post("/office/announcements/<ref>/end", endpoint="end_announcement")
@limit_posts(OFTEN)
def end_announcement(ref: str) -> ResponseReturnValue:
    row = standing(ref)
    acts.end(row.ref, who=scope(), now=now())
    flash(gettext("It is shown no more."))
    return htmx.see_other(url_for("office.announcements"))
