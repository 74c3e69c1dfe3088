"""What the forms of new agreements share: rows that repeat, people with their shares, goods, and the groups of fields.

A form checks shape; what the terms mean is checked by the rules, whose Refused names a field of the form (or one of its
`ALIASES`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from blueprints.office import opening_goods
from blueprints.office.agreements import ROLES
from blueprints.office.typed import blame, text_field
from blueprints.shared.clock import today
from blueprints.shared.fields import DayField, MoneyField, NumberField, RefField, WholeField
from blueprints.shared.formats import here
from domain.actions.new_agreements import MOST_TITLE, WATERFALL, Terms
from domain.actions.openings import Opening
from domain.reports.parties import Named
from domain.rules.calendar import FREQUENCIES
from domain.rules.rent import Share
from domain.words import N_, Refused, Sentence

MORE_ROWS = 3
MOST_ROWS = 60
PERIODS = {
    "weekly": _("Every week"),
    "biweekly": _("Every two weeks"),
    "every-4-weeks": _("Every four weeks"),
    "semimonthly": _("Twice a month"),
    "monthly": _("Every month"),
    "quarterly": _("Every three months"),
    "yearly": _("Every year"),
    "days": _("Every so many days"),
}
ROUNDINGS = {
    "half-up": _("To the nearest, halves up"),
    "half-even": _("To the nearest, halves to even"),
    "floor": _("Down"),
    "ceiling": _("Up"),
}
assert set(FREQUENCIES) == set(PERIODS) - {"days"}


def choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


def choice(label: Any, words: Mapping[str, Any], default: str = "", **options: Any) -> SelectField:
    """A choice of one of `words`, the first unless another is the default."""
    return SelectField(label, choices=choices(words), default=default or next(iter(words)), **options)


def needed(sentence: Any) -> InputRequired:
    return InputRequired(sentence)


class Rows(FieldList):
    """Rows of the same fields. Empty ones mean nothing; `rows` are the others. What is wrong stands beside the row."""

    def __init__(self, row: type[Form], label: Any, least: int = 1, **options: Any):
        super().__init__(FormField(row), label, min_entries=least, max_entries=MOST_ROWS, **options)

    @property
    def rows(self) -> list[Form]:
        return [entry.form for entry in self.entries if not _blank(entry.form)]

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        fine = [_blank(entry.form) or entry.form.validate() for entry in self.entries]
        self.errors = [
            _("Row %(number)s: %(why)s", number=number, why=" ".join(_said(entry.form)))
            for number, (entry, good) in enumerate(zip(self.entries, fine, strict=True), 1)
            if not good
        ]
        return all(fine)

    def more(self) -> None:
        for _number in range(min(MORE_ROWS, MOST_ROWS - len(self.entries))):
            self.append_entry()


def _blank(row: Form) -> bool:
    """Whether nothing was typed into a row: its choices and ticks alone say nothing."""
    quiet = (SelectField, BooleanField, HiddenField)
    return not any(str(field._value()).strip() for field in row if not isinstance(field, quiet))


def _said(row: Form) -> list[str]:
    return [f"{field.label.text}: {error}" for field in row for error in field.errors]


class HolderRow(Form):
    """Somebody on the agreement. Unticked, they are left out. A share is a part of each charge, or an amount of it."""

    ref = HiddenField()
    keep = BooleanField(_("On it"), default=True)
    role = SelectField(_("As"), choices=ROLES, default="customer")
    percent = NumberField(_("Pays, in percent"))
    amount = MoneyField(_("Or a fixed amount"))


class OpeningForm(FlaskForm):
    """The part every kind has. `GROUPS`: (title, hint, names of fields, open at first) as the page shows them.

    A kind's form gives `GROUPS`, `terms()`, and where it needs them `opening_options()` and `waterfall`.
    """

    GROUPS: Sequence[tuple[Any, Any, Sequence[str], bool]] = ()
    ALIASES: Mapping[str, str] = {}
    SHARES = False
    waterfall_text = WATERFALL

    form_ref = RefField(purpose="opening")
    title = text_field(_("What for"), MOST_TITLE)
    number = text_field(_("Agreement number"), 64)
    branch = text_field(_("Branch"), 60)
    who = text_field(_("Name, number, e-mail or phone"), 200)
    new_name = text_field(_("Name"), 200)
    new_email = text_field(_("E-mail"), 254)
    new_phone = text_field(_("Phone"), 40)
    holders = FieldList(FormField(HolderRow), max_entries=20)
    seen = HiddenField()

    def __init__(self, currency: str, owner: str, **options: Any):
        super().__init__(**options)
        self.code = currency
        self.form_ref.owner = owner
        self.people: dict[str, Named] = {}
        for field in self.every():
            if isinstance(field, MoneyField):
                field.currency = currency

    def every(self) -> list[Any]:
        """Every field, also those of the rows."""
        found = []
        for field in self:
            found.append(field)
            for entry in getattr(field, "entries", ()):
                found.extend(entry.form)
        return found

    def take_people(self) -> None:
        """Leave out who was unticked, and add who was ticked among those found."""
        kept = [entry.form for entry in self.holders.entries if entry.form.keep.data and entry.form.ref.data]
        rows = [{name: field.data for name, field in row._fields.items()} for row in kept]
        typed = [(row.percent.typed, row.amount.typed) for row in kept]
        known = {row["ref"] for row in rows}
        added = [ref[:64] for ref in dict.fromkeys(request.form.getlist("add")) if ref not in known]
        while self.holders.entries:
            self.holders.pop_entry()
        for row, (percent, amount) in zip(rows, typed, strict=True):
            entry = self.holders.append_entry(row)
            entry.form.percent.typed, entry.form.amount.typed = percent, amount
        for ref in added[: 20 - len(rows)]:
            self.put_on(ref)
        for entry in self.holders.entries:
            entry.form.amount.currency = self.code

    def put_on(self, ref: str) -> None:
        """One more person on the agreement: the first is its customer."""
        role = "joint" if len(self.holders.entries) else "customer"
        self.holders.append_entry({"ref": ref, "keep": True, "role": role}).form.amount.currency = self.code

    @property
    def chosen(self) -> list[Any]:
        """(row, person) of everybody chosen whom the visitor may see."""
        return [
            (entry.form, self.people[entry.form.ref.data])
            for entry in self.holders.entries
            if entry.form.ref.data in self.people
        ]

    def shares(self) -> tuple[Share, ...]:
        """Who pays which part of each charge; nobody where nothing was said."""
        found = []
        for row, person in self.chosen:
            if row.percent.data is not None and row.amount.data is not None:
                raise Refused(Sentence(N_("A share is a percentage or an amount, one of the two.")), "who")
            if row.percent.data is not None or row.amount.data is not None:
                found.append(Share(person.payer, row.percent.data, row.amount.data))
        return tuple(found)

    def begin(self) -> list[str]:
        """Fill in a fresh form what the address says; the refs of the people it names."""
        return [request.args.get("person", "")[:64]]

    def terms(self) -> Terms:
        """The terms as typed. Raises Refused where the choices do not fit together."""
        raise NotImplementedError

    def starts(self) -> date:
        raise NotImplementedError

    def opening_options(self) -> dict[str, Any]:
        return {}

    def opening(self) -> Opening:
        return Opening(
            title=self.title.data or "",
            start_on=self.starts(),
            number=self.number.data or None,
            branch=self.branch.data or "",
            person_refs=[person.ref for _row, person in self.chosen],
            roles={person.ref: row.role.data for row, person in self.chosen},
            details=opening_goods.details(self.wares, self.code),
            vehicles=opening_goods.vehicles(self.wares),
            ref=self.form_ref.ref,
            **self.opening_options(),
        )

    @property
    def wares(self) -> list[Any]:
        """The rows of goods that say something."""
        goods = getattr(self, "goods", None)
        return goods.rows if goods else []

    def doubts(self) -> list[Sentence]:
        """What is odd, and told without refusing it."""
        return opening_goods.doubts(self.wares)

    def accuse(self, refused: Refused) -> None:
        """Put a refusal beside the field it concerns, under this form's name for it."""
        name = self.ALIASES.get(refused.field or "", refused.field)
        blame(self, Refused(refused.sentence, name))

    def frequency_name(self) -> str:
        """The frequency as the rules call it."""
        if self.frequency.data != "days":
            return str(self.frequency.data)
        every = self.every_days.data
        if not every or every < 1:
            raise Refused(Sentence(N_("Say after how many days each payment comes.")), "every_days")
        return f"every-{every}-days"

    def touched(self, names: Sequence[str]) -> bool:
        """Whether something in a group of fields was said, grew a row or is wrong: then the page shows it open."""
        return any(_touched(self[name]) or name == self.seen.data for name in names)

    def spoken(self) -> list[tuple[Any, str]]:
        """(label, what was chosen or typed) of everything that was said, for the page that is checked."""
        found = []
        for _title, _hint, names, _open in self.GROUPS:
            for name in names:
                found += [] if name in self.silent() else _spoken(self[name])
        return found

    def silent(self) -> set[str]:
        """Fields that mean nothing beside what was chosen elsewhere."""
        return (
            set()
            if self._fields.get("frequency") is None or self.frequency.data == "days"
            else {"every_days"}
        )


def _touched(field: Any) -> bool:
    if field.errors:
        return True
    if isinstance(field, Rows):
        return bool(field.rows)
    return field.data not in (None, "", field.default, False)


def _spoken(field: Any) -> list[tuple[Any, str]]:
    if isinstance(field, Rows):
        said = [[f"{label}: {text}" for one in row for label, text in _spoken(one)] for row in field.rows]
        return [(field.label.text, " · ".join(parts)) for parts in said]
    if isinstance(field, SelectField | RadioField):
        words = {str(value): label for value, label, *_more in field.iter_choices()}
        return [(field.label.text, str(words[str(field.data)]))] if str(field.data or "") in words else []
    if isinstance(field, BooleanField):
        return [(field.label.text, str(_("yes") if field.data else _("no")))]
    if field.data is None or field.data == "":
        return []
    if isinstance(field, DayField):
        return [(field.label.text, here().day(field.data))]
    if isinstance(field, MoneyField):
        return [(field.label.text, here().money(field.data, field.currency))]
    return [(field.label.text, str(field._value()))]


def every_field() -> WholeField:
    return WholeField(_("After how many days"), description=_("Where it comes every so many days."))


def start_field(label: Any) -> DayField:
    return DayField(label, [needed(_("Say from which day."))], default=today)
