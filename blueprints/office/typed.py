"""What people type into the office's forms: made fit to be stored, and refused beside the field it concerns."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from blueprints.shared.formats import here
from domain.rules.sign_in_names import is_email
from domain.words import Refused


def plain(text: str | None) -> str:
    """The text without control characters (a database may refuse them), line breaks kept, ends trimmed."""
    kept = (char for char in text or "" if char.isprintable() or char in "\n\t")
    return "".join(kept).strip()


def text_field(label: Any, most: int, *validators: Any, lines: bool = False, **options: Any) -> Any:
    """A text field of at most `most` characters whose content is `plain`."""
    kind = TextAreaField if lines else StringField
    length = Length(max=most, message=_("Use at most %(count)s characters.", count=most))
    return kind(label, [*validators, length], filters=[plain], **options)


def whole_address(_form: Form, field: Any) -> None:
    """Refuse what cannot be a mail address; nothing at all is fine."""
    if field.data and not is_email(field.data):
        raise ValidationError(_("This is not a whole mail address, for example bo@example.org."))


def blame(form: Form, refused: Refused) -> None:
    """Put the sentence beside its field, or above the form where it names none."""
    text = here().say(refused.sentence)
    if refused.field and refused.field in form:
        form[refused.field].errors = [*form[refused.field].errors, text]
    else:
        form.form_errors = [*form.form_errors, text]
