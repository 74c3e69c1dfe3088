"""What the pages of a thread have in common, for customers and for the office: the forms, what is new, its files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, abort, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from blueprints.shared import htmx
from blueprints.shared.clock import now
from blueprints.shared.fields import RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from blueprints.shared.throttle import HOUR, MINUTE, HowOften
from blueprints.shared.uploads import FilesField, download, picture
from domain.actions import threads as acts
from domain.actions.throttling import Limit
from domain.reports import thread_pages
from domain.rules.message_text import MOST_TEXT
from domain.sealing import fresh_ref
from domain.words import Gone, Refused
from models import Thread

PURPOSE = "message"
OFTEN = HowOften((Limit(30, MINUTE), Limit(300, HOUR)), Limit(2_000, MINUTE))
"""How often somebody may write. A conversation is quick, so it is generous."""
LIVE = timedelta(seconds=40)


def text_area(label: Any) -> TextAreaField:
    most = Length(max=MOST_TEXT, message=_("Use at most %(count)s characters.", count=MOST_TEXT))
    return TextAreaField(label, [most], filters=[lambda text: (text or "").replace("\x00", "")])


def short_text(label: Any, longest: int) -> StringField:
    most = Length(max=longest, message=_("Use at most %(count)s characters.", count=longest))
    return StringField(label, [most], filters=[lambda text: (text or "").replace("\x00", "").strip()])


class SayForm(FlaskForm):
    """A message in a thread. `form_ref` is its key: sent twice, it is stored once."""

    text = text_area(_("Your message"))
    file = FilesField(_("Files"))
    form_ref = RefField(purpose=PURPOSE)

    def __init__(self, about: str, *, sent: bool = False):
        super().__init__(**({} if sent else {"formdata": None}))
        self.form_ref.owner = f"{current_user.user_ref}:{about}"
        if not sent:
            self.form_ref.data = seal_ref(PURPOSE, fresh_ref(), self.form_ref.owner)


def blame(form: FlaskForm, refused: Refused) -> None:
    """Put the sentence beside its field, or above the form where it names none."""
    text = here().say(refused.sentence)
    if refused.field and refused.field in form:
        form[refused.field].errors = [*form[refused.field].errors, text]
    else:
        form.form_errors = [*form.form_errors, text]


def read(ref: str) -> None:
    """The reader has the thread before them: what is in it is read, and a customer's page counts as open."""
    try:
        acts.mark_read(ref, who=scope(), now=now())
    except Gone:
        abort(404)


def news(ref: str, fragment: str) -> ResponseReturnValue:
    """What was said after the message that the page names: 204 when nothing was. Polling counts as no use."""
    found = thread_pages.news(scope(), ref)
    if found is None:
        abort(404)
    keep_live(ref, found)
    after = request.args.get("after", "")[:32]
    if found.last == after:
        return make_response("", 204)
    said = thread_pages.messages(scope(), found.thread_id, after)
    if not said:
        return make_response("", 204)
    if request.args.get("seen"):
        read(ref)
    return htmx.render(fragment, fragment, ref=ref, said=said)


def keep_live(ref: str, found: thread_pages.News) -> None:
    """A customer's page is open. Written down only when that is about to be forgotten: a poll mostly just reads."""
    if scope().role != "customer" or scope().reading:
        return
    moment = now()
    if found.live_until is None or found.live_until < moment + LIVE / 2:
        acts.stay(ref, moment + LIVE, who=scope())


def file_answer(row: Thread, file_ref: str, *, shown: bool = False) -> Response:
    """A file of the thread as a download, or the picture of it to be `shown`."""
    found = thread_pages.file_of(scope(), row, file_ref)
    if found is None:
        abort(404)
    file, drawn = found
    if not shown:
        return download(file)
    if drawn is None:
        abort(404)
    return picture(drawn)
