"""What the pages share on which staff change a running agreement: look up, try, review, confirm.

The first step is asked by GET and changes nothing; HTMX fetches what it would do while somebody types. The review is a
page of its own, and its form sends the same fields again, hidden, together with a sealed ref that lets them act once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import RefField, seal_ref
from blueprints.shared.signed_in import scope
from domain.actions.adjusting import Effect
from domain.actions.charges import MOST_REASON
from domain.reports import charge_lines, effects
from domain.reports.agreements import WITH_TERMS, View, view
from domain.sealing import fresh_ref
from domain.words import Refused
from models import Agreement


def reason_field() -> Any:
    return text_field(
        _("Reason"), MOST_REASON, DataRequired(_("Say why, for those who look later.")), lines=True
    )


class AdjustForm(FlaskForm):
    """The fields of one such change. `sent`: it came by POST from the review, so its token counts."""

    form_ref = RefField(purpose="adjust")

    def __init__(self, at: View, given: Any = None, *, sent: bool = False, **start: Any):
        super().__init__(formdata=given, **({} if sent else {"meta": {"csrf": False}}), **start)
        self.form_ref.owner = f"{current_user.user_ref}:{at.ref}:{type(self).__name__}"
        if given is None:
            self.form_ref.data = seal_ref("adjust", fresh_ref(), self.form_ref.owner)
        if "amount" in self:
            self.amount.currency = at.currency

    @property
    def ref(self) -> str:
        """The opened ref, after validation."""
        return self.form_ref.ref or ""

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Every field as the review sends it again."""
        return [
            (field.name, field._value() if hasattr(field, "_value") else field.data or "")
            for field in self
            if field.name != "csrf_token"
        ]


def found(ref: str, right: str = "adjust") -> View:
    """The agreement as it stands today; 403 without the right, 404 for one that was taken out again."""
    lookup.require(right)
    agreement = lookup.get_or_404(Agreement, ref, *WITH_TERMS)
    if agreement.status == "undone":
        abort(404)
    return view(agreement, today())


def charge_of(at: View, charge: str) -> charge_lines.Line:
    """The charge of this agreement that the address names, or 404."""
    number = int(charge) if charge.isascii() and charge.isdigit() and len(charge) < 19 else 0
    line = charge_lines.line(scope(), at.agreement, number)
    if line is None:
        abort(404)
    return line


def acting() -> dict[str, Any]:
    """Who acts and when, as every action asks for it."""
    return {"who": scope(), "today": today(), "now": now()}


def tried(form: AdjustForm, work: Callable[[], Any]) -> Any:
    """What `work` gives for a valid form; None with the reason beside its field where something is wrong."""
    if not form.validate():
        return None
    try:
        return work()
    except Refused as refused:
        blame(form, refused)
        return None


def told(effect: Effect | None) -> dict[str, Any]:
    """The effect for `office/adjusting/_effect.html`."""
    if effect is None:
        return {"figures": None, "entries": ()}
    before, after = effect.before, effect.after
    rows = effects.figures(
        (before.owed_minor, after.owed_minor), (before.due_minor, after.due_minor),
        (before.credit_minor, after.credit_minor), (before.charge_minor, after.charge_minor),
    )  # fmt: skip
    return {"figures": rows, "entries": [effects.entry(one.cause, one.lines) for one in effect.entries]}


def reviewed(
    at: View, form: AdjustForm, effect: Effect | None, asks: Callable[..., ResponseReturnValue], **page: Any
) -> ResponseReturnValue:
    """The review; for HTMX the effect alone; where something is wrong the first step again, with 422.

    `page`: `title`, `rows` of what was typed, the address `action`, `back`, the words on the button (`confirm`).
    """
    if htmx.wants_fragment():
        return htmx.render(
            "office/adjusting/review.html", "office/adjusting/_effect.html", at=at, **told(effect)
        )
    if effect is None:
        return asks(at, form, status=422)
    back = {name: request.args[name] for name in request.args if name in form}
    return htmx.render("office/adjusting/review.html", at=at, form=form, again=back, **told(effect), **page)
