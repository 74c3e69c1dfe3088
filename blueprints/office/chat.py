"""Chats in the office: being there, who waits at an open page, and the hours at which somebody can be reached."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.validators import Optional, ValidationError

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import frame, htmx, lookup
from blueprints.shared.clock import now, zone
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.talking import OFTEN
from blueprints.shared.throttle import limit_posts
from domain.actions import chat as acts
from domain.reports import chat as reports
from domain.rules import opening_hours as rules
from domain.words import Refused


def spans(_form: FlaskForm, field: Any) -> None:
    try:
        rules.parse_spans(field.data or "")
    except Refused as refused:
        raise ValidationError(here().say(refused.sentence)) from refused


def days_off(_form: FlaskForm, field: Any) -> None:
    try:
        rules.parse_closed(field.data or "")
    except Refused as refused:
        raise ValidationError(here().say(refused.sentence)) from refused


class HoursForm(FlaskForm):
    day_0 = text_field(_("Monday"), 60, Optional(), spans)
    day_1 = text_field(_("Tuesday"), 60, Optional(), spans)
    day_2 = text_field(_("Wednesday"), 60, Optional(), spans)
    day_3 = text_field(_("Thursday"), 60, Optional(), spans)
    day_4 = text_field(_("Friday"), 60, Optional(), spans)
    day_5 = text_field(_("Saturday"), 60, Optional(), spans)
    day_6 = text_field(_("Sunday"), 60, Optional(), spans)
    closed = text_field(_("Closed on these days"), 1_000, Optional(), days_off, lines=True)

    def fill(self, hours: rules.Hours) -> None:
        for day, spans_ in hours.days.items():
            self[f"day_{day}"].data = ", ".join(rules.written(span) for span in spans_)
        self.closed.data = "\n".join(day.isoformat() for day in sorted(hours.closed))


@office.get("/office/chat/widgets/waiting")
def chat_waiting() -> ResponseReturnValue:
    """Who waits at an open page. 204 while that is what the page shows; whoever takes chats is still there."""
    lookup.require("people")
    board = reports.board(scope(), now())
    if board.takes:
        acts.still_there(who=scope(), now=now())
    if htmx.wants_fragment() and request.args.get("shown", "") == board.mark:
        return make_response("", 204)
    return htmx.render("office/chat/waiting.html", "office/chat/_waiting.html", board=board)


@office.post("/office/chat", endpoint="take_chats")
@limit_posts(OFTEN)
def take_chats() -> ResponseReturnValue:
    lookup.require("people")
    acts.take_chats(request.form.get("wanted") == "yes", who=scope(), now=now())
    if not htmx.wants_fragment():
        return htmx.see_other(url_for("office.messages"))
    lookup.forget()
    return htmx.render(
        "office/chat/waiting.html", "office/chat/_waiting.html", board=reports.board(scope(), now())
    )


@office.get("/office/hours", endpoint="hours")
def hours() -> ResponseReturnValue:
    lookup.require(acts.SETTINGS)
    form = HoursForm(formdata=None)
    form.fill(reports.hours())
    return page(form)


@office.post("/office/hours", endpoint="keep_hours")
def keep_hours() -> ResponseReturnValue:
    lookup.require(acts.SETTINGS)
    form = HoursForm()
    if form.validate():
        days = {day: rules.parse_spans(form[f"day_{day}"].data or "") for day in range(7)}
        try:
            acts.keep_hours(days, rules.parse_closed(form.closed.data or ""), who=scope(), now=now())
            frame.forget()
            flash(gettext("The hours were kept."))
            return htmx.see_other(url_for("office.messages"))
        except Refused as refused:
            blame(form, refused)
    return page(form, 422)


def page(form: HoursForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/chat/hours.html", status=status, form=form, zone=zone().key)
