"""Conversations in the office: who waits, one of them with notes and answers, a new one, who looks after it.

Landlords read and answer here what was written to them.
"""

from __future__ import annotations

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.talking import OFTEN, SayForm, file_answer, news, read
from blueprints.shared.throttle import POLLS, SEARCHES, limit_posts, limit_reads
from blueprints.shared.uploads import handed_in, uploads
from domain.actions import threads as acts
from domain.reports import canned_answers as canned
from domain.reports import thread_pages
from domain.reports import threads as reports
from domain.reports.finding import Wanted
from domain.rules.message_text import MOST_SUBJECT
from domain.words import Conflict, Refused
from models import Person, Thread


class WriteForm(SayForm):
    """A first message of the office to somebody."""

    agreement = SelectField(_("About which agreement?"), default="")
    subject = text_field(
        _("In a few words"), MOST_SUBJECT, DataRequired(_("Say in a few words what it is about."))
    )


class AssignForm(FlaskForm):
    colleague = SelectField(_("Looked after by"))


@office.get("/office/messages")
@limit_reads(SEARCHES)
def messages() -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    asked = wanted(("state", "whose", "topic", "person"))
    if "state" not in request.args and not asked.q and not asked.filters["person"]:
        asked = wanted_waiting(asked)
    listing = Listing("office.messages", asked, reports.threads(scope(), asked))
    return htmx.render(
        "office/messages/messages.html", "office/messages/_list.html", listing=listing, topics=reports.TOPICS,
        waiting=reports.waiting(scope()),
    )  # fmt: skip


def wanted_waiting(asked: Wanted) -> Wanted:
    """Who waits stands first where nothing else was asked for."""
    return Wanted(asked.q, {**asked.filters, "state": "waiting"}, asked.sort, asked.page)


@office.get("/office/people/<ref>/messages/new", endpoint="new_thread")
def new_thread(ref: str) -> ResponseReturnValue:
    person = addressed(ref)
    return htmx.render("office/messages/new.html", person=person, form=write_form(person))


@office.post("/office/people/<ref>/messages", endpoint="create_thread")
@limit_posts(OFTEN)
def create_thread(ref: str) -> ResponseReturnValue:
    person = addressed(ref)
    form = write_form(person, sent=True)
    if form.validate():
        opening = acts.Opening(
            form.subject.data, form.text.data or "", "other", form.agreement.data or "", person.ref,
            files=handed_in(form.file.data),
        )  # fmt: skip
        try:
            thread = acts.open_thread(
                opening, form.form_ref.ref or "", who=scope(), now=now(), uploads=uploads()
            )
            flash(gettext("It was sent."))
            return htmx.see_other(url_for("office.thread", ref=thread))
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            blame(form, Refused(conflict.sentence))
    return htmx.render("office/messages/new.html", status=422, person=person, form=form)


def addressed(ref: str) -> Person:
    lookup.require("people")
    return lookup.get_or_404(Person, ref)


def write_form(person: Person, *, sent: bool = False) -> WriteForm:
    form = WriteForm(f"to:{person.ref}", sent=sent)
    form.agreement.choices = [SelectChoice("", _("None of them"))]
    form.agreement.choices += [SelectChoice(*one) for one in canned.agreements_of(scope(), person)]
    return form


@office.get("/office/messages/<ref>", endpoint="thread")
def show_thread(ref: str) -> ResponseReturnValue:
    row = found(ref)
    shown = thread_pages.thread(scope(), row)
    read(ref)
    return page(shown, SayForm(ref))


def found(ref: str) -> Thread:
    lookup.require(acts.RIGHT)
    return lookup.get_or_404(Thread, ref)


def page(shown: thread_pages.Shown, form: SayForm, status: int = 200, *, fresh: bool = False) -> Response:
    staff = scope().staff
    assign = AssignForm(formdata=None)
    if staff:
        assign.colleague.choices = [
            SelectChoice("", _("Nobody")),
            *(SelectChoice(*one) for one in canned.colleagues()),
        ]
        assign.colleague.data = shown.assigned_ref
    return htmx.render(
        "office/messages/thread.html", "office/messages/_thread.html", status=status, shown=shown, form=form,
        assign=assign, fresh=fresh, answers=canned.offered(scope(), shown.language) if staff else (),
    )  # fmt: skip


@office.post("/office/messages/<ref>")
@limit_posts(OFTEN)
def say_in_thread(ref: str) -> ResponseReturnValue:
    row = found(ref)
    form = SayForm(ref, sent=True)
    wish = request.form.get("as") if scope().staff else ""
    if wish == "answer":
        return put_in(thread_pages.thread(scope(), row), form)
    act = acts.note if wish == "note" else acts.say
    if form.validate():
        try:
            act(
                ref, form.text.data or "", form.form_ref.ref or "", who=scope(), now=now(), uploads=uploads(),
                files=handed_in(form.file.data),
            )  # fmt: skip
            if not htmx.wants_fragment():
                return htmx.see_other(url_for("office.thread", ref=ref, _anchor="last"))
            lookup.forget()
            return page(thread_pages.thread(scope(), found(ref)), SayForm(ref), fresh=True)
        except Refused as refused:
            blame(form, refused)
        except Conflict as conflict:
            blame(form, Refused(conflict.sentence))
    return page(thread_pages.thread(scope(), row), form, 422)


def put_in(shown: thread_pages.Shown, form: SayForm) -> Response:
    """The page again with the ready-made answer below what was typed so far. Nothing is sent or kept by this."""
    typed = (form.text.data or "").rstrip()
    ready = canned.filled(scope(), request.form.get("answer", "")[:40], shown, today(), here().day)
    form.text.data = f"{typed}\n\n{ready}" if typed and ready else ready or typed
    return page(shown, form)


@office.post("/office/messages/<ref>/assign")
def assign_thread(ref: str) -> ResponseReturnValue:
    lookup.require("people")
    found(ref)
    wished = request.form.get("colleague", "")[:40]
    if wished and wished not in [one[0] for one in canned.colleagues()]:
        abort(404)
    acts.assign(ref, wished, who=scope(), now=now())
    return htmx.see_other(url_for("office.thread", ref=ref))


@office.post("/office/messages/<ref>/close", endpoint="close_thread", defaults={"closed": True})
@office.post("/office/messages/<ref>/reopen", endpoint="reopen_thread", defaults={"closed": False})
def turn(ref: str, closed: bool) -> ResponseReturnValue:
    found(ref)
    (acts.close if closed else acts.reopen)(ref, who=scope(), now=now())
    if closed:
        flash(gettext("It is marked as done."))
        return htmx.see_other(url_for("office.messages"))
    return htmx.see_other(url_for("office.thread", ref=ref))


@office.get("/office/messages/<ref>/widgets/news")
@limit_reads(POLLS)
def thread_news(ref: str) -> ResponseReturnValue:
    lookup.require(acts.RIGHT)
    return news(ref, "office/messages/_said.html")


@office.get("/office/messages/<ref>/files/<file>")
def thread_file(ref: str, file: str) -> ResponseReturnValue:
    return file_answer(found(ref), file)


@office.get("/office/messages/<ref>/pictures/<file>")
def thread_picture(ref: str, file: str) -> ResponseReturnValue:
    return file_answer(found(ref), file, shown=True)
