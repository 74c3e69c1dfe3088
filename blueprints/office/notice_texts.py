"""The words of notices: which may be changed, how they read with example data, a test to oneself, and back to ours."""

from __future__ import annotations

from flask import abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from blueprints.office import office
from blueprints.office.typed import blame
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import notice_texts as acts
from domain.reports import notice_texts as reports
from domain.words import Conflict, Refused
from papers.own_words import CHANNELS, MOST_BODY, MOST_SUBJECT, MOST_TEXT, Own, variables

NAMES = {"en": "English", "es": "Español"}


class WordsForm(FlaskForm):
    subject = StringField(_("Subject and heading"))
    body = TextAreaField(_("Words"))
    version = HiddenField()

    @property
    def own(self) -> Own:
        return Own(self.subject.data or "", (self.body.data or "").replace("\r\n", "\n"))

    @property
    def expected(self) -> int:
        digits = self.version.data or ""
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0


@office.get("/office/notices")
def notice_texts() -> ResponseReturnValue:
    lookup.require("settings")
    groups = reports.listed(scope(), acts.editable)
    return htmx.render("office/notice_texts/index.html", groups=groups, tongues=NAMES)


def known(event: str, channel: str, language: str) -> list[reports.Version]:
    """The versions there are; 404 for words that nobody may write."""
    lookup.require("settings")
    if not acts.editable(event, channel) or language not in acts.LANGUAGES:
        abort(404)
    return reports.versions(scope(), event, channel, language)


@office.get("/office/notices/<event>/<channel>/<language>")
def notice_text(event: str, channel: str, language: str) -> ResponseReturnValue:
    versions = known(event, channel, language)
    form = WordsForm(formdata=None)
    asked = request.args.get("version", "")
    shown = next((one for one in versions if str(one.number) == asked), versions[0] if versions else None)
    if shown is not None:
        form.subject.data, form.body.data = shown.subject, shown.body
    form.version.data = str(versions[0].number if versions else 0)
    return page(event, channel, language, form, versions)


def page(
    event: str, channel: str, language: str, form: WordsForm, versions: list[reports.Version], status: int = 200
) -> ResponseReturnValue:  # fmt: skip
    return htmx.render(
        "office/notice_texts/edit.html", status=status, event=event, channel=channel, language=language, form=form,
        versions=versions, title=reports.title(event), names=variables(event),
        tongues=NAMES, channels=[one for one in CHANNELS if acts.editable(event, one)],
        stands=bool(versions and versions[0].body), looks=looks(event, channel, language, form.own),
        most_subject=MOST_SUBJECT, most_body=MOST_BODY if channel == "email" else MOST_TEXT,
    )  # fmt: skip


def looks(event: str, channel: str, language: str, draft: Own) -> list[reports.Look]:
    """The message in each language: with what is typed in the one that is edited, with what stands in the others."""
    post = current_app.extensions["post"]
    found = []
    for tag in (language, *(one for one in acts.LANGUAGES if one != language)):
        own = draft if draft.body.strip() else None
        if tag != language:
            kept = reports.versions(scope(), event, channel, tag)
            own = Own(kept[0].subject, kept[0].body) if kept and kept[0].body else None
        voice = post.formats(tag, "").voice()
        found.append(reports.look(event, channel, tag, voice, own, post.base_url, post.test_mode))
    return found


@office.post("/office/notices/<event>/<channel>/<language>")
def create_notice_text(event: str, channel: str, language: str) -> ResponseReturnValue:
    """Keep the words, look at them, mail them to oneself, or go back to ours: whichever button was pressed."""
    versions = known(event, channel, language)
    form = WordsForm()
    if not form.validate():
        return page(event, channel, language, form, versions, 422)
    if "look" in request.form:
        return page(event, channel, language, form, versions)
    try:
        if "try" in request.form and channel == "email":
            address = acts.try_out(event, language, form.own, who=scope(), now=now())
            flash(gettext("A test is on its way to %(address)s. Nothing was kept.", address=address))
            return page(event, channel, language, form, versions)
        if "back" in request.form:
            acts.take_back(event, channel, language, form.expected, who=scope(), now=now())
            flash(gettext("Our own words are used again."))
        else:
            acts.write(event, channel, language, form.own, form.expected, who=scope(), now=now())
            flash(gettext("These words are used from now on."))
    except Refused as refused:
        blame(form, refused)
        return page(event, channel, language, form, versions, 422)
    except Conflict as late:
        form.form_errors = [*form.form_errors, here().say(late.sentence)]
        return page(event, channel, language, form, versions, 409)
    return htmx.see_other(url_for("office.notice_text", event=event, channel=channel, language=language))
