"""The fields of money that is handed over: what it is, the particulars of a paper, the cash given, the day.

Shared by the forms of the counter; what was typed is judged by `domain.rules.money_in_hand`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from blueprints.office.typed import blame, text_field
from blueprints.shared.clock import today
from blueprints.shared.fields import DayField, MoneyField
from blueprints.shared.formats import here
from domain.rules.money_in_hand import (
    IN_HAND,
    LONGEST_BANK,
    LONGEST_NOTE,
    LONGEST_NUMBER,
    Particulars,
    change_of,
    check_particulars,
)
from domain.words import Refused, Sentence

ICONS = {
    "cash": {"icon": "banknote"},
    "check": {"icon": "file-text"},
    "certified": {"icon": "file-text"},
    "money_order": {"icon": "receipt"},
    "terminal": {"icon": "wallet"},
}


def _instruments() -> list[SelectChoice]:
    return [SelectChoice(name, here().say(Sentence(words))) for name, words in IN_HAND.items()]


class HandForm(FlaskForm):
    """What was handed over. It is asked by GET and changes nothing: so Back from the receipt works."""

    class Meta:
        csrf = False

    instrument = RadioField(
        _("Paid with"), choices=_instruments, validators=[InputRequired(_("Choose what was handed over."))]
    )
    given = MoneyField(_("Cash given"))
    number = text_field(_("Number of the check or money order, or approval code"), LONGEST_NUMBER)
    bank = text_field(_("Bank or issuer"), LONGEST_BANK)
    last4 = text_field(_("Last four digits of the card"), 4)
    day = DayField(_("Day of the payment"))
    note = text_field(_("Note"), LONGEST_NOTE)

    @property
    def on(self) -> date:
        """The day the payment counts from; today where none was said."""
        return self.day.data or today()

    @property
    def paper(self) -> Particulars:
        """What was typed of the money besides its amount; of cash no number, of paper no cash."""
        cash = self.instrument.data == "cash"
        return Particulars(
            number="" if cash else self.number.data or "",
            bank="" if cash else self.bank.data or "",
            last4=(self.last4.data or "") if self.instrument.data == "terminal" else "",
            given_minor=self.given.data if cash else None,
            note=self.note.data or "",
        )

    def hand_fits(self, total_minor: int, currency: str) -> bool:
        """Whether what was handed over can be taken for this sum; what cannot be is said beside its field."""
        try:
            check_particulars(self.instrument.data or "", self.paper)
            change_of(self.instrument.data or "", total_minor, self.paper.given_minor, currency)
        except Refused as refused:
            blame(self, refused)
            return False
        return True

    def day_fits(self, since: date | None = None) -> bool:
        if self.on > today():
            self.day.errors = [_("A payment cannot count from a day that has not come.")]
        elif since is not None and self.on < since and self.on != today():
            words = _("This agreement stands in these books since %(day)s.", day=here().day(since))
            self.day.errors = [words]
        return not self.day.errors


class HandConfirm(FlaskForm):
    """The same, hidden in the form that takes the money. `again` is "1" for a paper that may have been taken before."""

    instrument = HiddenField()
    given_minor = IntegerField(widget=HiddenInput(), validators=[Optional()])
    number = text_field("", LONGEST_NUMBER, widget=HiddenInput())
    bank = text_field("", LONGEST_BANK, widget=HiddenInput())
    last4 = text_field("", 4, widget=HiddenInput())
    day = DayField(widget=HiddenInput())
    note = text_field("", LONGEST_NOTE, widget=HiddenInput())
    payer = HiddenField()
    again = HiddenField()

    @property
    def paper(self) -> Particulars:
        return Particulars(
            self.number.data or "",
            self.bank.data or "",
            self.last4.data or "",
            self.given_minor.data,
            self.note.data or "",
        )


def hidden(paper: Particulars, instrument: str, on: date, payer: str) -> dict[str, Any]:
    """The values of `HandConfirm` for what was reviewed."""
    return {
        "instrument": instrument,
        "given_minor": paper.given_minor,
        "number": paper.number,
        "bank": paper.bank,
        "last4": paper.last4,
        "day": on,
        "note": paper.note,
        "payer": payer,
    }


def said(
    paper: Particulars, instrument: str, on: date, total_minor: int, currency: str
) -> list[tuple[Any, str]]:
    """(label, value) of what was handed over, for the review."""
    change = change_of(instrument, total_minor, paper.given_minor, currency)
    given = paper.given_minor
    pairs = [
        (_("Paid with"), here().say(Sentence(IN_HAND[instrument]))),
        (_("Approval code") if instrument == "terminal" else _("Number"), paper.number),
        (_("Bank or issuer"), paper.bank),
        (_("Last four digits of the card"), paper.last4),
        (_("Cash given"), here().money(given, currency) if given is not None else ""),
        (_("Change to give back"), here().money(change, currency) if given is not None else ""),
        (_("Counts from"), here().day(on)),
        (_("Note"), paper.note),
    ]
    return [(label, value) for label, value in pairs if value]
