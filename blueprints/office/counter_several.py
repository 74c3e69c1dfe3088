"""Money in hand for several agreements of one person: tick them, say the amounts, see the change, take it in one go.

Each becomes a payment of its own with its own receipt; all are taken in one commit, or none. The person whose
agreements they are is the payer.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, HiddenField

from blueprints.office import office
from blueprints.office.hand_form import ICONS, HandConfirm, HandForm, hidden, said
from blueprints.office.typed import blame
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import MoneyField, RefField, seal_ref
from blueprints.shared.signed_in import scope
from domain.actions import counter as acts
from domain.actions.checkouts import ref_of
from domain.actions.payment_limits import TwinPayment
from domain.reports import checkouts as begun
from domain.reports import payment_desk
from domain.reports.agreement_list import of_person
from domain.reports.agreements import View
from domain.rules.money_in_hand import change_of
from domain.sealing import fresh_ref
from domain.words import Conflict, Refused
from models import Person

PURPOSE = "counter of several"


class RowForm(Form):
    """What is asked for each agreement."""

    pay = BooleanField(_("Pay this one"))
    amount = MoneyField(_("Amount"))


class SeveralForm(HandForm):
    form_ref = RefField(purpose=PURPOSE)


class ConfirmForm(HandConfirm):
    wishes = HiddenField()
    form_ref = RefField(purpose=PURPOSE)


@dataclass
class Row:
    """One agreement on the form. `wrong` says what is wrong with its amount, when it is ticked."""

    view: View
    fields: RowForm
    wrong: str = ""

    @property
    def minor(self) -> int:
        return int(self.fields.amount.data or 0) if self.fields.pay.data else 0


def owner(person: Person) -> str:
    return f"{scope().by}:{person.ref}"


def person_or_404(ref: str) -> Person:
    lookup.require("counter")
    return lookup.get_or_404(Person, ref)


def asked(person: Person, *, fresh: bool) -> tuple[SeveralForm, list[Row]]:
    """The form with a row for each agreement that stands; fresh, each that has something due is ticked with it."""
    form = SeveralForm(formdata=None if fresh else request.args)
    form.form_ref.owner = owner(person)
    rows = []
    for held in of_person(scope(), person.id, today()):
        at = held.view
        if at.agreement.status == "undone":
            continue
        fields = RowForm(None if fresh else request.args, prefix=f"of-{at.ref}-")
        fields.amount.currency = form.given.currency = at.currency
        due = max(at.due.now_minor, 0)
        if fresh:
            fields.pay.data, fields.amount.data = due > 0, due or None
        rows.append(Row(at, fields))
    if fresh:
        form.instrument.data, form.day.data = "cash", today()
        form.form_ref.data = seal_ref(PURPOSE, fresh_ref(), owner(person))
    return form, rows


@office.get("/office/people/<ref>/payments/new")
def new_payments(ref: str) -> ResponseReturnValue:
    person = person_or_404(ref)
    form, rows = asked(person, fresh="form_ref" not in request.args)
    return several_page(person, form, rows)


def several_page(
    person: Person, form: SeveralForm, rows: list[Row], status: int = 200
) -> ResponseReturnValue:
    return htmx.render(
        "office/counter_several/new.html", status=status, person=person, form=form, rows=rows, icons=ICONS
    )


def fits(form: SeveralForm, rows: list[Row]) -> bool:
    """Whether all of it can be taken; what cannot is said beside it."""
    fine = form.validate() and not form.day.errors
    ticked = [row for row in rows if row.fields.pay.data]
    for row in ticked:
        row.fields.validate()
        if row.fields.amount.errors:
            row.wrong = " ".join(str(one) for one in row.fields.amount.errors)
        elif not 0 < row.minor <= acts.MOST_MINOR:
            row.wrong = gettext("Enter an amount above zero, for example 155.97.")
    if not ticked:
        form.form_errors = [gettext("Choose at least one agreement.")]
    if not fine or not ticked or any(row.wrong for row in rows):
        return False
    latest = max(row.view.agreement.opened_on for row in ticked)
    total = sum(row.minor for row in ticked)
    return form.day_fits(latest) and form.hand_fits(total, ticked[0].view.currency)


@office.get("/office/people/<ref>/payments/review")
def review_payments(ref: str) -> ResponseReturnValue:
    person = person_or_404(ref)
    form, rows = asked(person, fresh=False)
    if not fits(form, rows):
        return several_page(person, form, rows, 422)
    ticked = [row for row in rows if row.fields.pay.data]
    refs = [ref_of(form.form_ref.ref or "", row.view.ref) for row in ticked]
    if begun.begun(scope(), refs):
        return htmx.see_other(url_for("office.taken_payments", ref=person.ref, of=",".join(refs)))
    instrument, currency = form.instrument.data, ticked[0].view.currency
    total = sum(row.minor for row in ticked)
    confirm = ConfirmForm(
        formdata=None, form_ref=form.form_ref.data, **hidden(form.paper, instrument, form.on, person.ref),
        wishes=" ".join(f"{row.view.ref}={row.minor}" for row in ticked),
    )  # fmt: skip
    return htmx.render(
        "office/counter_several/review.html", person=person, form=confirm, rows=ticked, total=total, currency=currency,
        handed=said(form.paper, instrument, form.on, total, currency), again=request.args.to_dict(flat=True),
        change=change_of(instrument, total, form.paper.given_minor, currency),
    )  # fmt: skip


@office.post("/office/people/<ref>/payments")
def create_payments(ref: str) -> ResponseReturnValue:
    """Take all of it, once; when anything cannot be taken, nothing is."""
    person = person_or_404(ref)
    form = ConfirmForm()
    form.form_ref.owner = owner(person)
    wishes = [part.partition("=") for part in (form.wishes.data or "").split()]
    usable = (
        form.validate()
        and wishes
        and all(m.isascii() and m.isdigit() and len(m) < 14 for _r, _e, m in wishes)
    )
    if not usable or form.form_ref.ref is None:
        again, rows = asked(person, fresh=True)
        again.form_errors = [
            _("This form is out of date or was changed on its way. Nothing was taken. Start over.")
        ]
        return several_page(person, again, rows, 422)
    try:
        refs = acts.take_all(
            [(agreement, int(minor)) for agreement, _e, minor in wishes], form.instrument.data or "", form.form_ref.ref,
            who=scope(), today=today(), now=now(), paper=form.paper, payer=person.ref, on=form.day.data,
            again=form.again.data == "1",
        )  # fmt: skip
    except TwinPayment as twin:
        return htmx.render(
            "office/counter_several/twin.html", status=409, person=person, form=form, twin=twin
        )
    except (Refused, Conflict) as refused:
        lookup.forget()
        again, rows = asked(person_or_404(ref), fresh=True)
        blame(again, refused if isinstance(refused, Refused) else Refused(refused.sentence))
        return several_page(person_or_404(ref), again, rows, 422)
    return htmx.see_other(url_for("office.taken_payments", ref=person.ref, of=",".join(refs)))


@office.get("/office/people/<ref>/payments/taken")
def taken_payments(ref: str) -> ResponseReturnValue:
    """What was taken in one go, each with its receipt."""
    person = person_or_404(ref)
    wanted = request.args.get("of", "")[:2_000].split(",")
    return htmx.render(
        "office/counter_several/taken.html", person=person, lines=payment_desk.these(scope(), wanted[:200])
    )
