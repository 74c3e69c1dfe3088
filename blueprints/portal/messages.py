"""A customer's conversations with the business: the list, one of them, a new one, and what is new while it is open."""

from __future__ import annotations

from types import SimpleNamespace

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from blueprints.portal import portal
from blueprints.shared import headers, htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.talking import OFTEN, SayForm, blame, file_answer, news, read
from blueprints.shared.throttle import POLLS, SEARCHES, limit_posts, limit_reads
from blueprints.shared.uploads import handed_in, uploads
from domain.actions import threads as acts
from domain.reports import thread_pages
from domain.reports import threads as reports
from domain.reports.finding import Found, Wanted
from domain.rules.message_text import MOST_SUBJECT
from domain.words import Conflict, Refused
from models import Thread

SHOWN, PER_PAGE = 3, 20


class NewForm(SayForm):
    topic = SelectField(_("What is it about?"))
    agreement = SelectField(_("Which agreement?"), default="")
    subject = StringField(
        _("In a few words"),
        [
            InputRequired(_("Say in a few words what it is about.")),
            Length(max=MOST_SUBJECT, message=_("Use at most %(count)s characters.", count=MOST_SUBJECT)),
        ],
        filters=[lambda text: (text or "").replace("\x00", "").strip()],
    )
    to_owner = BooleanField(_("My landlord may read and answer it too"))


def new_form(*, sent: bool = False) -> NewForm:
    form = NewForm("new", sent=sent)
    mine = thread_pages.agreements(scope())
    form.topic.choices = [SelectChoice(key, gettext(reports.TOPICS[key])) for key in reports.OFFERED]
    form.agreement.choices = [
        SelectChoice("", _("None of them")),
        *(SelectChoice(one[0], one[1]) for one in mine),
    ]
    form.may_owner = any(one[2] for one in mine)
    if not sent and len(mine) == 1:
        form.agreement.data = mine[0][0]
    return form


@portal.get("/messages")
@limit_reads(SEARCHES)
def messages() -> ResponseReturnValue:
    q = request.args.get("q", "")[:200].replace("\x00", "").strip()
    number = request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    found = reports.threads(scope(), Wanted(q, page=page, per_page=PER_PAGE))
    return htmx.render(
        "portal/messages/messages.html",
        "portal/messages/_list.html",
        found=found,
        q=q,
        paging=paging(found, q),
    )


def paging(found: Found[reports.Line], q: str) -> SimpleNamespace:
    def address(number: int) -> str:
        return url_for("portal.messages", q=q or None, page=number if number > 1 else None)

    return SimpleNamespace(
        number=found.page, pages=found.pages, total=found.total,
        previous_url=address(found.page - 1) if found.page > 1 else None,
        next_url=address(found.page + 1) if found.page < found.pages else None,
    )  # fmt: skip


@portal.get("/messages/widgets/latest")
def latest_messages() -> ResponseReturnValue:
    """The last conversations by themselves, for the first page. Opened as a page it is the list."""
    if not htmx.wants_fragment():
        return messages()
    found = reports.threads(scope(), Wanted(per_page=SHOWN))
    return htmx.render("portal/messages/_latest.html", "portal/messages/_latest.html", found=found)


@portal.get("/messages/new")
def new_thread() -> ResponseReturnValue:
    """`?reference=`: the name of a request, from an error page."""
    form = new_form()
    if trace := headers.reported():
        form.subject.data = gettext("Error with the reference %(trace)s", trace=trace)
    return htmx.render("portal/messages/new.html", form=form)


@portal.post("/messages")
@limit_posts(OFTEN)
def create_thread() -> ResponseReturnValue:
    form = new_form(sent=True)
    if form.validate():
        opening = acts.Opening(
            form.subject.data, form.text.data or "", form.topic.data, form.agreement.data or "",
            to_owner=bool(form.may_owner and form.to_owner.data), files=handed_in(form.file.data),
        )  # fmt: skip
        try:
            ref = acts.open_thread(
                opening, form.form_ref.ref or "", who=scope(), now=now(), uploads=uploads()
            )
            flash(gettext("We have your message. You will hear from us."))
            return htmx.see_other(url_for("portal.thread", ref=ref))
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            form.form_errors = [*form.form_errors, here().say(conflict.sentence)]
    return htmx.render("portal/messages/new.html", status=422, form=form)


@portal.get("/messages/<ref>", endpoint="thread")
def show_thread(ref: str) -> ResponseReturnValue:
    row = lookup.get_or_404(Thread, ref)
    shown = thread_pages.thread(scope(), row)
    read(ref)
    return page(shown, SayForm(ref))


def page(
    shown: thread_pages.Shown, form: SayForm, status: int = 200, *, fresh: bool = False
) -> ResponseReturnValue:
    return htmx.render(
        "portal/messages/thread.html", "portal/messages/_thread.html", status=status, shown=shown, form=form,
        fresh=fresh,
    )  # fmt: skip


@portal.post("/messages/<ref>")
@limit_posts(OFTEN)
def say_in_thread(ref: str) -> ResponseReturnValue:
    row = lookup.get_or_404(Thread, ref)
    form = SayForm(ref, sent=True)
    if form.validate():
        try:
            acts.say(
                ref, form.text.data or "", form.form_ref.ref or "", who=scope(), now=now(), uploads=uploads(),
                files=handed_in(form.file.data),
            )  # fmt: skip
            if not htmx.wants_fragment():
                return htmx.see_other(url_for("portal.thread", ref=ref, _anchor="last"))
            lookup.forget()
            shown = thread_pages.thread(scope(), lookup.get_or_404(Thread, ref))
            return page(shown, SayForm(ref), fresh=True)
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            form.form_errors = [*form.form_errors, here().say(conflict.sentence)]
    return page(thread_pages.thread(scope(), row), form, 422)


@portal.post("/messages/<ref>/close")
@limit_posts(OFTEN)
def close_thread(ref: str) -> ResponseReturnValue:
    lookup.get_or_404(Thread, ref)
    acts.close(ref, who=scope(), now=now())
    return htmx.see_other(url_for("portal.thread", ref=ref, _anchor="last"))


@portal.get("/messages/<ref>/widgets/news")
@limit_reads(POLLS)
def thread_news(ref: str) -> ResponseReturnValue:
    return news(ref, "portal/messages/_said.html")


@portal.get("/messages/<ref>/files/<file>")
def thread_file(ref: str, file: str) -> ResponseReturnValue:
    return file_answer(lookup.get_or_404(Thread, ref), file)


@portal.get("/messages/<ref>/pictures/<file>")
def thread_picture(ref: str, file: str) -> ResponseReturnValue:
    return file_answer(lookup.get_or_404(Thread, ref), file, shown=True)
