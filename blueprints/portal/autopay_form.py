"""The form of autopay: what is taken, when, and from where, in three steps; what was chosen travels in the address.

Each step asks for its own fields and carries the others along, so that Back, reload and "Change" find everything again
and nothing is stored before the text was accepted. A form checks shape; `domain.rules.autopay_checks` checks meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired

from blueprints.shared.clock import today
from blueprints.shared.fields import DayField, MoneyField, NumberField, WholeField
from blueprints.shared.formats import here
from domain.rules.autopay import Contract
from domain.rules.autopay_amount import percent

STEPS = ("amount", "days", "methods", "check")
FIELDS: dict[str, tuple[str, ...]] = {
    "amount": ("rule", "amount", "share", "limit", "above", "follow", "low", "high"),
    "days": ("cadence", "before", "anchor", "second", "starts", "ends"),
    "methods": ("method", "backup", "third"),
}
"""Step -> the fields it asks for."""
RULES = {
    "due": _("All that is due"),
    "minimum": _("The minimum payment"),
    "statement": _("The whole statement balance"),
    "due_plus": _("All that is due, and more on top"),
    "share": _("My share of what is due"),
    "fixed": _("A fixed amount"),
}
CADENCES = {
    "due": _("When a payment falls due"),
    "weekly": _("Every week"),
    "biweekly": _("Every two weeks"),
    "semimonthly": _("Twice a month"),
    "monthly": _("Every month"),
}


class AutopayForm(FlaskForm):
    """Read from an address, so without the token of a form that changes something."""

    class Meta:
        csrf = False

    NAMES = tuple(name for names in FIELDS.values() for name in names)

    rule = RadioField(_("What shall be taken?"), [DataRequired(_("Choose what shall be taken."))])
    amount = MoneyField(_("Amount"))
    share = NumberField(_("My share, in percent"))
    limit = MoneyField(_("Never more than"))
    above = RadioField(_("If more is due than that"), default="ask")
    follow = NumberField(_("Follow my rent up by, in percent"))
    low = MoneyField(_("From"))
    high = MoneyField(_("To"))
    cadence = RadioField(_("When?"), default="due")
    before = WholeField(_("Days before it is due"))
    anchor = DayField(_("First debit"))
    second = WholeField(_("The other day of the month"))
    starts = DayField(_("Not before"))
    ends = DayField(_("Not after"))
    method = RadioField(_("Take it from"), [DataRequired(_("Choose where the money comes from."))])
    backup = SelectField(_("If that fails, from"))
    third = SelectField(_("And if that fails, from"))

    def of_step(self, step: str) -> list[Field]:
        return [self[name] for name in FIELDS.get(step, ()) if name in self]

    @property
    def wanted(self) -> set[str]:
        """The fields that matter for what was chosen; what was typed into another one once is not asked for."""
        rule, cadence = self.rule.data, self.cadence.data
        wanted = {"rule", "limit", "cadence", "starts", "ends", "method", "backup", "third", "low", "high"}
        wanted |= {"amount"} if rule in ("fixed", "due_plus") else set()
        wanted |= {"share"} if rule == "share" else set()
        wanted |= {"above"} if self.limit.typed or self.limit.data else set()
        wanted |= {"follow"} if "follow" in self else set()
        wanted |= {"before"} if cadence == "due" else {"anchor"}
        return wanted | ({"second"} if cadence == "semimonthly" else set())

    def serves(self, step: str) -> bool:
        """Whether what the step asks for can be read; else with the errors in its fields."""
        good = True
        for field in self.of_step(step):
            if field.short_name not in self.wanted:
                field.errors = []
            elif not field.validate(self):
                good = False
        if step == "methods" and good:
            return self._methods_serve()
        return good

    def _methods_serve(self) -> bool:
        way = next((way for way in self.saved if way.ref == self.method.data), None)
        if way is not None and way.problem is not None:
            return self.blame("method", here().say(way.problem))
        if len(self.refs) != len(set(self.refs)):
            return self.blame("backup", gettext("Choose each way to pay only once."))
        return True

    def blame(self, name: str, words: str) -> bool:
        """Put a sentence beside its field; always False."""
        field = self[name if name in self else "rule"]
        field.errors = [*field.errors, words]
        return False

    @property
    def refs(self) -> tuple[str, ...]:
        """The chosen methods in the order in which they are tried."""
        chosen = (self.method.data, self.backup.data, self.third.data if "third" in self else "")
        return tuple(ref for ref in chosen if ref)

    def values(self) -> dict[str, str]:
        """Everything as it was typed, for an address or hidden fields; what is empty is left out."""
        return {field.short_name: text for field in self if (text := _typed(field))}

    def address(self, ref: str, step: str) -> str:
        """The address of a step with everything as it was typed."""
        return url_for("portal.new_autopay", ref=ref, **(self.values() | {"step": step}))

    def carried(self, step: str) -> list[tuple[str, str]]:
        """What the other steps ask for, as (name, value)."""
        own = FIELDS.get(step, ())
        return [(name, text) for name, text in self.values().items() if name not in own]

    def contract(self, currency: str) -> Contract:
        """What was chosen as the rule reads it. Only for a form whose steps serve."""
        wanted, own = self.wanted, self.cadence.data != "due"
        starts = max(self.starts.data or today(), today())
        return Contract(
            currency=currency,
            amount_rule=self.rule.data,
            starts_on=starts,
            amount_minor=(self.amount.data or 0) if "amount" in wanted else 0,
            share_bp=_basis_points(self.share.data) if "share" in wanted else 0,
            limit_minor=self.limit.data,
            above_limit=self.above.data or "ask",
            cadence=self.cadence.data,
            days_before=0 if own else self.before.data or 0,
            anchor_on=self.anchor.data if own else None,
            second_day=(self.second.data or 0) if "second" in wanted else 0,
            range_min_minor=self.low.data,
            range_max_minor=self.high.data,
            follow_rent_bp=_basis_points(self.follow.data) if "follow" in self else 0,
            ends_on=self.ends.data,
        )


class AcceptForm(FlaskForm):
    """The end of the wizard. `shown` is the hash of the text as the page showed it."""

    agree = BooleanField(
        _("I have read this and allow it."), [InputRequired(_("Tick the box to allow autopay."))]
    )
    shown = HiddenField()


def filled(form: AutopayForm, contract: Contract, refs: Sequence[str]) -> None:
    """Fill the form as a contract stands."""
    form.rule.data, form.above.data, form.cadence.data = (
        contract.amount_rule,
        contract.above_limit,
        contract.cadence,
    )
    form.amount.data, form.limit.data = contract.amount_minor or None, contract.limit_minor
    form.share.data, form.follow.data = _percent(contract.share_bp), _percent(contract.follow_rent_bp)
    form.low.data, form.high.data = contract.range_min_minor, contract.range_max_minor
    form.before.data, form.anchor.data = contract.days_before or None, contract.anchor_on
    form.second.data, form.ends.data = contract.second_day or None, contract.ends_on
    form.starts.data = contract.starts_on if contract.starts_on > today() else None
    form.method.data, form.backup.data, form.third.data = (*refs, "", "", "")[:3]


def _typed(field: Field) -> str:
    if isinstance(field, RadioField | SelectField):
        return str(field.data or "")[:64]
    return str(field._value() or "")[:64]


def _percent(basis_points: int) -> Decimal | None:
    return Decimal(percent(basis_points)) if basis_points else None


def _basis_points(value: Decimal | None) -> int:
    return int((value or Decimal(0)) * 100)
