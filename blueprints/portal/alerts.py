"""How a customer is told of things: of what, by which way, on which days; and what does not arrive, with what to do."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.lookup import forget, get_or_404
from blueprints.shared.second_factors import texts_go_out
from blueprints.shared.signed_in import scope, viewed
from domain.actions import notice_wishes, text_wishes
from domain.reports import bell_pages, notices
from domain.rules.notice_events import CHANNEL_WORDS, EVENTS, GROUPS
from domain.words import Refused
from models import Person

OFFERED_DAYS = (14, 10, 7, 5, 3, 2, 1, 0, -1, -3, -7)
"""The reminder days to tick: before, on and after a due date."""
Refusal = tuple[str, str]
"""What was refused: the part of the page, and why."""


@portal.get("/alerts")
def alerts() -> ResponseReturnValue:
    return shown()


@portal.post("/alerts")
def save_alerts() -> ResponseReturnValue:
    """Keep the choices of one heading: what is not ticked there is not wanted."""
    group = request.form.get("group", "")
    ticked = set(request.form.getlist("wanted"))
    channels = _channels()
    wishes = {
        (event.name, channel): f"{event.name}.{channel}" in ticked
        for event in EVENTS.values()
        for channel in channels
        if event.group == group and event.may_choose(channel)
    }
    try:
        notice_wishes.set_wishes(wishes, who=scope(), now=now())
    except Refused as refused:
        return shown(("wishes", here().say(refused.sentence)))
    flash(_("Saved."))
    return htmx.see_other(url_for("portal.alerts", _anchor=f"group-{group}" if wishes else None))


@portal.post("/alerts/reminders/<ref>")
def save_reminders(ref: str) -> ResponseReturnValue:
    """Keep the reminder days of one agreement; the usual ones of the business when that was asked for."""
    typed = request.form.getlist("days")
    try:
        days = [int(one) for one in typed if len(one) < 5]
    except ValueError:
        days = [notice_wishes.FURTHEST + 1]
    wanted = None if "usual" in request.form else days
    try:
        notice_wishes.set_reminder_days(ref, wanted, who=scope(), now=now())
    except Refused as refused:
        return shown((f"days-{ref}", here().say(refused.sentence)))
    flash(_("Saved."))
    return htmx.see_other(url_for("portal.alerts", _anchor="reminders"))


@portal.post("/alerts/texts")
def save_texts() -> ResponseReturnValue:
    """Agree to text messages, or end them."""
    try:
        if request.form.get("agreed") == "yes":
            text_wishes.agree(who=scope(), now=now())
            flash(_("You agreed to text messages. One is on its way to you."))
        elif request.form.get("agreed") == "no":
            text_wishes.refuse(who=scope(), now=now())
            flash(_("No more text messages go to you, but the codes you ask for."))
        else:
            return shown(("sms", _("Tick the box to agree.")))
    except Refused as refused:
        return shown(("sms", here().say(refused.sentence)))
    return htmx.see_other(url_for("portal.alerts", _anchor="ways"))


@portal.post("/alerts/addresses")
def try_address_again() -> ResponseReturnValue:
    """Try a mail address or number again that did not take what we sent."""
    channel = request.form.get("channel", "")
    try:
        text_wishes.try_again(channel, who=scope(), now=now())
    except Refused as refused:
        return shown((_part(channel), here().say(refused.sentence)))
    flash(_("It is used again from now on. Send yourself a test."))
    return htmx.see_other(url_for("portal.alerts", _anchor="ways"))


@portal.post("/alerts/test")
def send_test() -> ResponseReturnValue:
    """Send a test by one way."""
    channel = request.form.get("channel", "")
    try:
        to = notice_wishes.send_test(channel, who=scope(), now=now())
    except Refused as refused:
        return shown((_part(channel), here().say(refused.sentence)))
    flash(_("A test is on its way to %(address)s.", address=to) if to else _("A test is on its way."))
    return htmx.see_other(url_for("portal.alerts", _anchor="ways"))


def _part(channel: str) -> str:
    return channel if channel in CHANNEL_WORDS else "email"


def _channels() -> list[str]:
    """The ways that this installation has at all."""
    post = current_app.extensions["post"]
    there = {"email": True, "sms": texts_go_out(), "push": post.pushes is not None, "bell": True}
    return [channel for channel in CHANNEL_WORDS if there[channel]]


def shown(refusal: Refusal | None = None) -> ResponseReturnValue:
    """The page; `refusal` stands beside the part that it is about."""
    forget()
    who, post, other = scope(), current_app.extensions["post"], viewed()
    person = get_or_404(Person, other.ref if other else current_user.person_ref)
    context: dict[str, Any] = {
        "groups": list(zip(GROUPS, notices.choices(who), strict=True)),
        "channels": {channel: CHANNEL_WORDS[channel] for channel in _channels()},
        "reminders": notices.reminder_days(who),
        "offered": OFFERED_DAYS,
        "ways": {way.channel: way for way in notices.ways(who)},
        "devices": bell_pages.devices(who),
        "push_key": post.pushes.sender.public if post.pushes else "",
        "sent": notices.last_sent(who),
        "person": person,
        "consent": text_wishes.WORDS,
        "refused": dict([refusal]) if refusal else {},
    }
    return htmx.render("portal/alerts/alerts.html", status=422 if refusal else 200, **context)
