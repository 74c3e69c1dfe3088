"""How to reach the business: telephone, mail, hours, a form for whoever is not signed in, and what came of it.

What is written here without signing in reaches the desk as "not identified" and shows nothing of any account. Against
spam: a field that people leave empty, a form that was open for some seconds, and a throttle per address.
"""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, flash, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Optional

from blueprints.office.typed import blame, text_field
from blueprints.public import public
from blueprints.shared import chat, guest, headers, htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.signed_in import scope
from blueprints.shared.talking import LIVE
from blueprints.shared.throttle import HOUR, MINUTE, POLLS, SEARCHES, HowOften, limit_posts, limit_reads
from domain.actions import guest_threads as acts
from domain.actions.throttling import Limit
from domain.reports import contact_page as pages
from domain.reports import guest_threads as reports
from domain.reports.threads import TOPICS
from domain.rules.message_text import MOST_SUBJECT, MOST_TEXT
from domain.sealing import fresh_ref
from domain.words import Conflict, DomainError, Refused

CONTACT = HowOften((Limit(5, MINUTE), Limit(20, HOUR)), Limit(120, MINUTE))
"""How often an address may begin a conversation without signing in."""
GOING_ON = HowOften((Limit(20, MINUTE), Limit(100, HOUR)), Limit(600, MINUTE))
OFFERED = ("sign_in", "payment", "agreement", "question", "other")
FEWEST_SECONDS, MOST_SECONDS = 3, 24 * 3600


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="contact form")


class Opened(HiddenField):
    """When the form was opened and the ref of what comes of it, signed: sent twice, it is stored once."""

    ref = ""

    def fresh(self) -> None:
        self.data = _signer().dumps(fresh_ref())

    def pre_validate(self, form: Any) -> None:
        try:
            ref, opened = _signer().loads(self.data or "", max_age=MOST_SECONDS, return_timestamp=True)
        except BadSignature:
            self.fresh()
            form.wrong.append(
                _("This page was open for too long. What you typed is still here: send it again.")
            )
            return
        self.ref = str(ref)
        if (now() - opened).total_seconds() < FEWEST_SECONDS and current_app.config["THROTTLE"]:
            form.wrong.append(_("That was very quick. Look it over, and send it once more."))


class TextForm(FlaskForm):
    """A message without signing in. `website` is left empty by people; programs fill it in."""

    text = text_field(_("Your message"), MOST_TEXT, DataRequired(_("Write something.")), lines=True)
    website = text_field(_("Leave this empty"), 500, Optional())
    opened = Opened()

    def __init__(self, *, sent: bool = False):
        self.wrong: list[Any] = []
        super().__init__(**({} if sent else {"formdata": None}))
        if not sent:
            self.opened.fresh()

    def validate(self, extra_validators: Any = None) -> bool:
        well = super().validate(extra_validators)
        if self.website.data:
            self.wrong.append(_("Leave the field empty that says so. Only programs fill it in."))
        self.form_errors = [*self.form_errors, *self.wrong]
        return well and not self.wrong


class ContactForm(TextForm):
    name = text_field(_("Your name"), acts.MOST_NAME, DataRequired(_("Write your name.")))
    email = text_field(_("E-mail"), acts.MOST_EMAIL, Optional())
    phone = text_field(_("Telephone"), acts.MOST_PHONE, Optional())
    topic = SelectField(_("What is it about?"))
    subject = text_field(
        _("In a few words"), MOST_SUBJECT, DataRequired(_("Say in a few words what it is about."))
    )

    def __init__(self, *, sent: bool = False):
        super().__init__(sent=sent)
        self.topic.choices = [SelectChoice(key, gettext(TOPICS[key])) for key in OFFERED]


def signed_in() -> bool:
    return bool(current_user.is_authenticated and current_user.stage == "full")


@public.get("/contact", endpoint="contact")
def contact() -> ResponseReturnValue:
    """`?reference=`, from an error page: what was refused or failed, so that we find it in our logs."""
    form = ContactForm()
    if trace := headers.reported():
        form.subject.data = gettext("Error with the reference %(trace)s", trace=trace)
    return page(form)


def page(form: ContactForm, status: int = 200) -> ResponseReturnValue:
    mine = pages.mine(scope()) if signed_in() and current_user.role == "customer" else None
    return htmx.render(
        "public/contact/contact.html", status=status, form=None if signed_in() else form, mine=mine,
        hours=pages.week(), talks=[] if signed_in() else reports.standing(guest.held()),
        reference=headers.reported() or None,
    )  # fmt: skip


@public.post("/contact", endpoint="send_contact")
@limit_posts(CONTACT)
def send_contact() -> ResponseReturnValue:
    if signed_in():
        return htmx.see_other(
            url_for("portal.new_thread" if current_user.role == "customer" else "public.contact")
        )
    form = ContactForm(sent=True)
    if form.validate():
        secret = fresh_ref()
        asked = acts.Question(
            form.name.data or "", form.email.data or "", form.phone.data or "", form.subject.data or "",
            form.text.data or "", form.topic.data, str(current_app.extensions["language"]()),
        )  # fmt: skip
        try:
            ref = acts.open_thread(asked, form.opened.ref, secret, now=now())
            flash(gettext("We have your message. The answer stands on this page."))
            return guest.give(make_response(htmx.see_other(url_for("public.talk", ref=ref))), secret)
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            known = reports.find(form.opened.ref, guest.held())
            if known is not None:  # sent twice from the same browser
                return htmx.see_other(url_for("public.talk", ref=known.ref))
            blame(form, Refused(conflict.sentence))
    return page(form, 422)


def found(ref: str) -> reports.Talk:
    talk = reports.find(ref[:40], guest.held())
    if talk is None:
        abort(404)
    return talk


@public.get("/contact/<ref>", endpoint="talk")
def show_talk(ref: str) -> ResponseReturnValue:
    return talk_page(found(ref), TextForm())


def talk_page(talk: reports.Talk, form: TextForm, status: int = 200) -> Response:
    answer = htmx.render(
        "public/contact/talk.html", "public/contact/_talk.html", status=status, talk=talk, form=form
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@public.post("/contact/<ref>", endpoint="say_in_talk")
@limit_posts(GOING_ON)
def say_in_talk(ref: str) -> ResponseReturnValue:
    talk = found(ref)
    form = TextForm(sent=True)
    if form.validate():
        try:
            acts.say(ref, talk.secret, form.text.data or "", form.opened.ref, now=now())
            lookup.forget()
            answer = (
                talk_page(found(ref), TextForm())
                if htmx.wants_fragment()
                else make_response(htmx.see_other(url_for("public.talk", ref=ref, _anchor="last")))
            )
            return guest.give(answer, talk.secret)
        except DomainError as wrong:
            blame(form, wrong if isinstance(wrong, Refused) else Refused(wrong.sentence))
    return talk_page(talk, form, 422)


@public.get("/contact/<ref>/widgets/news", endpoint="talk_news")
@limit_reads(POLLS)
def talk_news(ref: str) -> ResponseReturnValue:
    """What was said after the message that the page names: 204 when nothing was."""
    news = reports.news(ref[:40], guest.held())
    if news is None:
        abort(404)
    moment, after = now(), request.args.get("after", "")[:32]
    if news.live_until is None or news.live_until < moment + LIVE / 2:
        acts.stay(ref, news.secret, moment + LIVE)
    if news.last == after:
        return make_response("", 204)
    said = found(ref).messages
    known = [one.ref for one in said]
    fresh = said[known.index(after) + 1 :] if after in known else said
    return htmx.render("public/contact/_said.html", "public/contact/_said.html", ref=ref, said=fresh)


@public.get("/contact/widgets/answering", endpoint="answering")
@limit_reads(SEARCHES)
def answering() -> ResponseReturnValue:
    return chat.renewed()
