"""The form of a late-fee policy: what staff type, as a `LateFeePolicy`, and back. It knows shapes, no rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Form, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from blueprints.office.typed import blame, text_field
from blueprints.shared.fields import DayField, MoneyField, NumberField, TypedField, WholeField
from domain.rules.late_fee_policy import USUAL_TYPES, Cap, FeeBase, LateFeePolicy, Recurring, Tier
from domain.words import N_, Refused, Sentence, exponent

TIERS = (1, 2, 3)
CAPS = ("charge", "period", "total")
ALL_USUAL = {name for names in USUAL_TYPES.values() for name in names}
BASES = {
    "flat": _("A fixed amount"),
    "of_standard": _("Percent of the regular rent or payment"),
    "of_overdue": _("Percent of what is unpaid of it"),
    "of_overdue_charges": _("Percent of everything overdue"),
    "monthly_by_day": _("Percent a month, by the day"),
}
COMBINE = {
    "sum": _("Both together"), "greater": _("The greater of the two"), "lesser": _("The lesser of the two")
}  # fmt: skip
MORE_TYPES = {
    "addon": _("Add-ons, such as parking"), "utility": _("Utilities"), "one_off": _("One-off charges"),
    "deposit": _("Security deposits"), "returned_payment_fee": _("Fees for returned payments"),
    "fee": _("Other fees"), "late_fee": _("Late fees (they count in what is overdue, never make a fee by themselves)"),
}  # fmt: skip

# Field the rules name -> field of the form that takes the blame.
_BLAMED = {
    "bases": "base1_kind", "percent": "base1_percent", "tiers": "tier1_from", "recurring": "every_kind",
    "caps": "cap_charge_amount", "concerns": "kind", "exclude_payers": "exclude",
}  # fmt: skip


class ClockField(TypedField):
    """A time of the day, 17:00."""

    widget = TextInput("time")

    def read(self, text: str) -> time:
        try:
            return time.fromisoformat(text[:5])
        except ValueError as error:
            raise ValueError(_("Write the time as hours:minutes, for example 17:00.")) from error

    def written(self) -> str:
        return f"{self.data:%H:%M}"


def choices(words: Mapping[str, Any], none: Any = None) -> list[SelectChoice]:
    first = [] if none is None else [SelectChoice("", none)]
    return first + [SelectChoice(name, label) for name, label in words.items()]


class PolicyForm(FlaskForm):
    """One version of a policy, and the payment whose calendar is shown beside it."""

    name = text_field(_("Name"), 80)
    kind = SelectField(_("For all"))
    property_ref = SelectField(_("Only one property"), choices=[])
    agreement_number = text_field(_("Only one agreement"), 64)
    effective_from = DayField(_("Counts for what falls due from"))
    first_fee_offset = WholeField(_("Days after the due day"))
    first_fee_day = WholeField(_("Or on this day of the month"))
    cut_off = ClockField(_("Until what time that day is in time"))
    base1_kind = SelectField(_("The fee is"), choices=choices(BASES, _("No fee")))
    base1_amount = MoneyField(_("Amount"))
    base1_percent = NumberField(_("Percent"))
    base2_kind = SelectField(_("And"), choices=choices(BASES, _("Nothing more")))
    base2_amount = MoneyField(_("Second amount"))
    base2_percent = NumberField(_("Second percent"))
    combine = SelectField(_("Of the two"), choices=choices(COMBINE))
    minimum_minor = MoneyField(_("At least"))
    maximum_minor = MoneyField(_("At most"))
    tier_by = SelectField(
        _("The fee changes by"),
        choices=choices(
            {"days_late": _("How many days late"), "overdue": _("How much is overdue")}, _("Nothing")
        ),
    )
    every_kind = SelectField(_("Further fee"), choices=choices(BASES, _("None")))
    every_amount = MoneyField(_("Amount of each"))
    every_percent = NumberField(_("Percent of each"))
    every_count = WholeField(_("Every so many"))
    every_unit = SelectField(_("Days or weeks"), choices=choices({"day": _("Days"), "week": _("Weeks")}))
    every_after = WholeField(_("First one, days after the first fee"))
    every_at = ClockField(_("At what time"))
    every_stop = WholeField(_("At most so many"))
    minimum_balance_minor = MoneyField(_("No fee when less than this is overdue"))
    charge_types = SelectMultipleField(
        _("Also counts when unpaid"), choices=choices(MORE_TYPES), widget=ListWidget(), option_widget=CheckboxInput()
    )  # fmt: skip
    exclude = text_field(_("Whose shares never count"), 300)
    per = SelectField(
        _("One fee for"),
        choices=choices({"agreement": _("The whole agreement"), "payer": _("Each payer's share")}),
    )
    posting = SelectField(
        _("Fees are"),
        choices=choices({"post": _("Posted by themselves"), "propose": _("Proposed; a person posts each")}),
    )
    rounding = SelectField(
        _("Fractions are rounded"),
        choices=choices(
            {"half-up": _("Half up"), "half-even": _("Half to even"), "floor": _("Down"), "ceiling": _("Up")}
        ),
    )
    sample_due = DayField(_("Due on"))
    sample_amount = MoneyField(_("Payment of"))
    sample_place = SelectField(_("Law of"), choices=[], validate_choice=False)

    def ask_for(self, currency: str, kinds: Mapping[str, Any], houses: Any, places: Any) -> PolicyForm:
        """Give the form what it is about; money typed so far is read again in the currency."""
        self.money = currency
        for field in self:
            if isinstance(field, MoneyField):
                field.currency = currency
        self.kind.choices = choices(kinds)
        self.property_ref.choices = choices(dict(houses), _("All of them"))
        self.sample_place.choices = choices({place: place for place in places}, _("The business's own place"))
        # A choice that was not sent is the usual one, the first.
        for field in self:
            if isinstance(field, SelectField) and field.data is None and not field.errors:
                field.data = [] if isinstance(field, SelectMultipleField) else field.choices[0].value
        return self


for _number in TIERS:
    setattr(PolicyForm, f"tier{_number}_from", NumberField(_("From")))
    setattr(
        PolicyForm, f"tier{_number}_kind", SelectField(_("The fee is"), choices=choices(BASES, _("No step")))
    )
    setattr(PolicyForm, f"tier{_number}_amount", MoneyField(_("Amount")))
    setattr(PolicyForm, f"tier{_number}_percent", NumberField(_("Percent")))
for _per in CAPS:
    setattr(PolicyForm, f"cap_{_per}_amount", MoneyField(_("Amount")))
    setattr(PolicyForm, f"cap_{_per}_percent", NumberField(_("Percent of the regular payment")))


def policy_of(form: PolicyForm, kind: str, excluded: tuple[str, ...]) -> LateFeePolicy:
    """What was typed. Raises Refused for what the rules could not even be asked about."""
    return LateFeePolicy(
        name=form.name.data or "",
        version=1,
        effective_from=form.effective_from.data or _missing("effective_from", N_("Choose the day.")),
        kind=kind,
        currency=form.money,
        first_fee_offset=form.first_fee_offset.data,
        first_fee_day=form.first_fee_day.data,
        cut_off=form.cut_off.data or time(0),
        bases=_bases(form),
        combine=form.combine.data or "sum",
        tier_by=form.tier_by.data or "",
        tiers=tuple(tier for number in TIERS if (tier := _tier(form, number))),
        minimum_minor=form.minimum_minor.data or 0,
        maximum_minor=form.maximum_minor.data,
        recurring=_recurring(form),
        caps=tuple(
            Cap(per, form[f"cap_{per}_amount"].data, form[f"cap_{per}_percent"].data)
            for per in CAPS
            if form[f"cap_{per}_amount"].data is not None or form[f"cap_{per}_percent"].data is not None
        ),
        minimum_balance_minor=form.minimum_balance_minor.data or 0,
        charge_types=(*USUAL_TYPES[kind], *form.charge_types.data) if form.charge_types.data else (),
        exclude_payers=excluded,
        per=form.per.data or "agreement",
        posting=form.posting.data or "post",
        rounding=form.rounding.data or "half-up",
    )


def _missing(field: str, words: str) -> Any:
    raise Refused(Sentence(words), field)


def _base(form: PolicyForm, name: str) -> FeeBase | None:
    """One way to count a fee. What was typed beside it must fit the choice, or somebody would be misread."""
    kind, amount, percent = (form[f"{name}_{part}"].data for part in ("kind", "amount", "percent"))
    if not kind:
        if amount is not None or percent is not None:
            _missing(f"{name}_kind", N_("You typed a figure. Choose what it is."))
        return None
    wanted, other = ("amount", percent) if kind == "flat" else ("percent", amount)
    if other is not None:
        _missing(f"{name}_kind", N_("A fixed amount has no percent, and a percentage has no amount."))
    value = amount if kind == "flat" else percent
    if value is None:
        _missing(f"{name}_{wanted}", N_("Write how much."))
    return FeeBase(kind, amount_minor=amount) if kind == "flat" else FeeBase(kind, percent=percent)


def _bases(form: PolicyForm) -> tuple[FeeBase, ...]:
    return tuple(base for name in ("base1", "base2") if (base := _base(form, name)))


def _tier(form: PolicyForm, number: int) -> Tier | None:
    begins, base = form[f"tier{number}_from"].data, _base(form, f"tier{number}")
    if begins is None and base is None:
        return None
    if begins is None:
        return _missing(f"tier{number}_from", N_("Write from where on this step counts."))
    places = exponent(form.money) if form.tier_by.data == "overdue" else 0
    at_least = begins.scaleb(places)
    if at_least != at_least.to_integral_value():
        _missing(f"tier{number}_from", N_("Write a whole number, for example 12."))
    return Tier(int(at_least), (base,) if base else ())


def _recurring(form: PolicyForm) -> Recurring | None:
    base = _base(form, "every")
    if base is None:
        return None
    every, after = form.every_count.data, form.every_after.data
    return Recurring(
        base, 1 if every is None else every, form.every_unit.data or "day", 1 if after is None else after,
        form.every_at.data or time(0), form.every_stop.data,
    )  # fmt: skip


def filled(policy: LateFeePolicy) -> dict[str, Any]:
    """The fields of the form for a policy."""
    same = (
        "name", "kind", "effective_from", "first_fee_offset", "first_fee_day", "cut_off", "combine", "tier_by",
        "maximum_minor", "per", "posting", "rounding",
    )  # fmt: skip
    fields: dict[str, Any] = {name: getattr(policy, name) for name in same}
    fields["minimum_minor"] = policy.minimum_minor or None
    fields["minimum_balance_minor"] = policy.minimum_balance_minor or None
    fields["charge_types"] = [name for name in policy.charge_types if name not in ALL_USUAL]
    for number, base in enumerate(policy.bases[:2], 1):
        fields |= _filled(f"base{number}", base)
    for number, tier in enumerate(policy.tiers[: len(TIERS)], 1):
        begins = Decimal(tier.at_least)
        if policy.tier_by == "overdue":
            begins = begins.scaleb(-exponent(policy.currency))
        fields |= {f"tier{number}_from": begins} | _filled(f"tier{number}", tier.bases[0])
    for cap in policy.caps:
        fields |= {f"cap_{cap.per}_amount": cap.amount_minor, f"cap_{cap.per}_percent": cap.percent}
    if again := policy.recurring:
        fields |= _filled("every", again.base) | {
            "every_count": again.every, "every_unit": again.unit, "every_after": again.first_after_days,
            "every_at": again.at, "every_stop": again.stop_after,
        }  # fmt: skip
    return fields


def _filled(name: str, base: FeeBase) -> dict[str, Any]:
    flat = base.kind == "flat"
    return {
        f"{name}_kind": base.kind,
        f"{name}_amount": base.amount_minor if flat else None,
        f"{name}_percent": None if flat else base.percent,
    }


def fits(policy: LateFeePolicy) -> bool:
    """Whether the form can show all of a policy: one that came from elsewhere may hold more."""
    most = len(policy.bases) <= 2 and len(policy.tiers) <= len(TIERS) and len(policy.caps) <= len(CAPS)
    return most and all(len(tier.bases) == 1 for tier in policy.tiers)


def blame_policy(form: Form, refused: Refused) -> None:
    """Put what the rules say beside the field it concerns."""
    field = _BLAMED.get(refused.field or "", refused.field)
    blame(form, Refused(refused.sentence, field))
