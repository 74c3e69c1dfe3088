"""What pages of documents have in common for whoever signs one: the form with its texts, the act, the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, flash, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from blueprints.shared import frame, step_up, visit
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.lookup import forget
from blueprints.shared.signed_in import scope
from domain.actions import signing as acts
from domain.actions.handed_in_files import open_file
from domain.reports.documents import Shown
from domain.rules.signing import MOST_NAME, Texts, texts
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import Document, KeptFile
from papers.voice import Voice

BEGUN = "begun_signature"


class SignForm(FlaskForm):
    """The two yeses and the name. `sha256` is of the document that was shown."""

    consent = BooleanField(
        _("I agree to do this on a screen, as said above."),
        [DataRequired(_("Agree to sign on a screen first, or ask us for paper."))],
    )
    intent = BooleanField(validators=[DataRequired(_("Say that you have read it and mean to sign."))])
    name = StringField(
        _("Your name, as your signature"),
        [DataRequired(_("Type your name as it stands in the document.")), Length(max=MOST_NAME)],
    )
    sha256 = HiddenField()


class DeclineForm(FlaskForm):
    reason = TextAreaField(_("Why not?"), [Length(max=acts.MOST_REASON)])


def uploads() -> Path:
    return Path(current_app.config["SETTINGS"].uploads)


def voice_of(language: str) -> Voice:
    """The voice in which documents of that language are written."""
    return current_app.extensions["post"].formats(language, "").voice()


def texts_of(shown: Shown) -> Texts:
    """What a signer agrees to."""
    house = frame.business() or {}
    contact = house.get("phone") or house.get("email") or current_app.config["BASE_URL"]
    return texts(
        house.get("name") or current_app.config["BASE_URL"], contact, shown.row.title, shown.row.number
    )


def mark_of(shown: Shown) -> str:
    """What a fresh proof to sign is bound to: this document, in the bytes that are shown."""
    return f"document:{shown.row.ref}:{shown.row.sha256}"


def proof_first(shown: Shown, form: SignForm, back: str) -> ResponseReturnValue | None:
    """None when the person proved lately that it is them; else the way there, with what they ticked and typed kept
    for this document in these bytes, so that pressing "Sign" is all that is left to do after it."""
    asked = step_up.required(about=mark_of(shown), words=gettext("Sign a document"), back=back)
    if asked is not None:
        typed = (form.name.data or "")[:MOST_NAME]
        session[BEGUN] = [mark_of(shown), bool(form.consent.data), bool(form.intent.data), typed]
    return asked


def begun(shown: Shown) -> dict[str, Any]:
    """What the person had filled in before they were asked to prove that it is them; empty for another document."""
    kept = session.get(BEGUN)
    if not isinstance(kept, list) or len(kept) != 4 or kept[0] != mark_of(shown):
        return {}
    return {"consent": kept[1], "intent": kept[2], "name": kept[3]}


def context(shown: Shown, form: SignForm | None = None, decline: DeclineForm | None = None) -> dict[str, Any]:
    """What a document's page shows besides: the forms, and the texts in the language of the document."""
    kept = begun(shown) if form is None and shown.mine else {}
    form = form or SignForm(formdata=None, data=kept)
    form.sha256.data = shown.row.sha256
    said, voice = texts_of(shown), voice_of(shown.row.language)
    return {
        "shown": shown, "form": form, "begun": bool(kept), "decline": decline or DeclineForm(formdata=None),
        "consent": [voice.words(line) for line in said.consent], "intent": voice.words(said.intent),
        "tongue": shown.row.language,
    }  # fmt: skip


def tried(shown: Shown, form: SignForm) -> int | None:
    """Sign what was shown: None when it is signed, else the status of the page that says why not."""
    if not form.validate():
        return 422
    try:
        sign(shown, form)
    except NotAllowed:
        abort(403)
    except Refused as refused:
        blame(form, refused)
        return 422
    except (Conflict, Gone) as late:
        form.form_errors = [*form.form_errors, here().say(late.sentence)]
        return 409
    return None


def declined(ref: str) -> bool:
    """Say no to a document; whether it was. What stood against it is told on the next page."""
    form = DeclineForm()
    if not form.validate():
        return False
    try:
        acts.decline(ref, form.reason.data or "", who=scope(), now=now())
    except NotAllowed:
        abort(403)
    except (Conflict, Refused) as late:
        flash(here().say(late.sentence), "warning")
        return False
    return True


def sign(shown: Shown, form: SignForm) -> None:
    """Add the visitor's signature, and the certificate when it was the last. Raises what the action raises."""
    said, voice = texts_of(shown), voice_of(shown.row.language)
    given = acts.Given(
        typed_name=form.name.data or "", sha256=form.sha256.data or "", proof=current_user.strength,
        consent="\n\n".join(voice.words(line) for line in said.consent) if form.consent.data else "",
        intent=voice.words(said.intent) if form.intent.data else "",
    )  # fmt: skip
    ref, place, who = shown.row.ref, visit.place(), scope()
    if acts.sign(ref, given, who=who, uploads=uploads(), today=today(), now=now(), place=place):
        finish(ref, voice)
    session.pop(BEGUN, None)
    forget()


def finish(ref: str, voice: Voice) -> None:
    """Make the certificate of a document that all have signed."""
    acts.finish(
        ref, voice=voice, verify_at=url_for("public.check_document", _external=True), uploads=uploads(), today=today(),
        now=now(),
    )  # fmt: skip


def blame(form: FlaskForm, refused: Refused) -> None:
    """Put the sentence beside its field, or above the form where it names none."""
    text = here().say(refused.sentence)
    if refused.field and refused.field in form:
        form[refused.field].errors = [*form[refused.field].errors, text]
    else:
        form.form_errors = [*form.form_errors, text]


def file_answer(row: Document, file: KeptFile | None) -> Response:
    """A kept file as a download, or in the browser where it is a PDF that we made ourselves. Raises Gone."""
    if file is None:
        abort(404)
    answer = Response(open_file(file, uploads()), mimetype=file.media_type)
    ours = file.kept_by.startswith("document:")
    answer.headers.set("Content-Disposition", "inline" if ours else "attachment", filename=file.name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if not ours:
        answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
