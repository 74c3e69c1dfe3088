"""The form of a change of a running agreement: what each of them has, and how its fields are shown."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from blueprints.office.adjusting import AdjustForm
from blueprints.shared.fields import MoneyField
from domain.actions.changes import Change, Seen
from domain.reports.agreements import View

A_DAY = InputRequired(_("Choose a day."))
AN_AMOUNT = InputRequired(_("Enter an amount above zero."))
A_NUMBER = InputRequired(_("Enter a number above zero."))
YES_NO = [SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))]
DEDUCTIONS = range(1, 7)


class ChangeForm(AdjustForm):
    """One change. `seen`: how many entries and changes there were when its effect was shown."""

    TITLE: Any = ""
    LEAD: Any = ""
    HINTS: dict[str, Any] = {}
    OPTIONAL: tuple[str, ...] = ()
    DANGER = False

    seen = HiddenField()

    def __init__(self, at: View, given: Any = None, *, sent: bool = False):
        super().__init__(at, given, sent=sent)
        for field in self:
            if isinstance(field, MoneyField):
                field.currency = at.currency
        self.prepare(at, fresh=given is None)

    def prepare(self, at: View, *, fresh: bool) -> None:
        """Fill choices; when `fresh`, the likeliest values."""

    @property
    def asked(self) -> list[Field]:
        """The fields of the change itself, in order."""
        beside = ("form_ref", "seen", "reason", "csrf_token")
        return [
            field for field in self if field.name not in beside and not field.name.startswith("deduction_")
        ]

    @property
    def lines(self) -> list[tuple[Field, Field]]:
        """Pairs of what for and how much, where the form has them."""
        found = [(f"deduction_{n}_name", f"deduction_{n}_amount") for n in DEDUCTIONS]
        return [(self[name], self[amount]) for name, amount in found if name in self]

    @property
    def more_lines(self) -> bool:
        """Whether something stands in the lines beyond the first two, or is wrong there."""
        return any(
            name.data or amount.typed or name.errors or amount.errors for name, amount in self.lines[2:]
        )

    @property
    def change(self) -> Change:
        raise NotImplementedError

    @property
    def was_seen(self) -> Seen:
        """What `seen` says; (-1, -1) for what nobody was shown."""
        entries, _dot, changes = (self.seen.data or "").partition(".")
        sound = entries.isascii() and entries.isdigit() and changes.isascii() and changes.isdigit()
        return (int(entries[:12]), int(changes[:12])) if sound else (-1, -1)
