"""What staff do to the charges of an agreement: add one, waive one, take one back.

Verbs: `add`, `waive`, `correct`; each has a `preview_` that tells what it would post. Each is safe to repeat: the `ref`
of the form names the row it makes. Money is never taken from a customer here, and nothing posted is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from domain.access import Scope
from domain.actions.adjusting import MOST_MINOR, Adjusting, Effect, adjusting, rehearse
from domain.records.accounts import DEPOSITS_HELD
from domain.records.charging import lower, post_charges
from domain.records.corrections import Standing, late_fees_of, standing_of
from domain.records.corrections import correct as correct_charge
from domain.records.position import balances_of
from domain.rules.corrections import corrected
from domain.rules.planned import PlannedCharge
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence, Step, Trace
from models import Charge

RIGHT = "adjust"
ADDED = "added"
"""The rule of a charge that a person added."""
MOST_NAME, MOST_REASON = 120, 300
_GONE = Sentence(N_("the charge it was asked for was taken back"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A charge somebody wants to add. `payer` is the key of whose share it is, "" when nobody's alone."""

    type: str
    name: str
    amount_minor: int
    due_on: date
    payer: str = ""


def add(agreement_ref: str, wanted: Wanted, ref: str, *, who: Scope, today: date, now: datetime) -> int:
    """Add a charge (or a purchase) to an agreement; returns its id.

    Credit of the customer pays it as soon as it is due. The same `ref` again returns the charge it made. Raises
    NotAllowed, Gone, Refused (naming the field), or Conflict when `ref` was used for another charge.
    """
    with adjusting(agreement_ref, RIGHT, who=who, today=today, now=now) as at:
        return _add(at, wanted, ref)


def preview_add(
    agreement_ref: str, wanted: Wanted, ref: str, *, who: Scope, today: date, now: datetime
) -> Effect:
    """What `add` would do; raises what it would raise."""
    return rehearse(agreement_ref, RIGHT, lambda at: _add(at, wanted, ref), who=who, today=today, now=now)


def _add(at: Adjusting, wanted: Wanted, ref: str) -> int:
    known = _known(at, ADDED, ref)
    if known is not None:
        said = (known.type, known.name, known.amount_minor, known.due_on, known.payer)
        _same(said == (wanted.type, wanted.name, wanted.amount_minor, wanted.due_on, wanted.payer))
        return int(known.id)
    at.must_run()
    _check_wanted(at, wanted)
    why = Step(Sentence(N_("%(name)s: added by the office."), {"name": wanted.name}), wanted.amount_minor)
    charge = PlannedCharge(
        number=1, type=wanted.type, rule=ADDED, key=ref, due_on=wanted.due_on, period_from=wanted.due_on,
        period_to=wanted.due_on, amount_minor=wanted.amount_minor, trace=Trace("charge.added", 1, (why,)),
        name=wanted.name, payer=wanted.payer, effective_on=min(wanted.due_on, at.today),
    )  # fmt: skip
    (charge_id,) = post_charges(
        at.session, [(at.head, at.currency, charge)], today=at.today, now=at.now, by=at.who.by
    )
    at.spend_credit()
    at.look_again(wanted.due_on)
    at.audit("charge.added", type=wanted.type, name=wanted.name, amount_minor=wanted.amount_minor)
    return charge_id


def _check_wanted(at: Adjusting, wanted: Wanted) -> None:
    if not wanted.name.strip():
        raise Refused(Sentence(N_("Say what it is for.")), "name")
    if len(wanted.name) > MOST_NAME:
        words = N_("The name of a charge has at most %(most)s letters.")
        raise Refused(Sentence(words, {"most": MOST_NAME}), "name")
    if wanted.amount_minor > MOST_MINOR:
        raise Refused(Sentence(N_("This amount is too large. Check the number of digits.")), "amount")
    at.kind.check_charge(at.terms, at.position, wanted.type, wanted.amount_minor, wanted.due_on, at.today)
    if wanted.payer and wanted.payer not in at.kind.payers(at.terms, wanted.due_on):
        raise Refused(Sentence(N_("This is not one of the choices.")), "payer")


def waive(
    agreement_ref: str, charge_id: int, amount_minor: int, reason: str, ref: str, *,
    who: Scope, today: date, now: datetime,
) -> int:  # fmt: skip
    """Give up what is open of a charge, all of it or a part; returns the id of the row that lowers it.

    The charge stays, and so does its income; the loss is a figure of its own. Raises as `add` does.
    """
    with adjusting(agreement_ref, RIGHT, who=who, today=today, now=now) as at:
        return waive_at(at, charge_id, amount_minor, reason, ref)


def preview_waive(
    agreement_ref: str, charge_id: int, amount_minor: int, reason: str, ref: str, *,
    who: Scope, today: date, now: datetime,
) -> Effect:  # fmt: skip
    return rehearse(
        agreement_ref, RIGHT, lambda at: waive_at(at, charge_id, amount_minor, reason, ref),
        who=who, today=today, now=now, charge_id=charge_id,
    )  # fmt: skip


def waive_at(at: Adjusting, charge_id: int, amount_minor: int, reason: str, ref: str) -> int:
    """`waive` inside the caller's work on the agreement."""
    known = _known(at, "waiver", ref)
    if known is not None:
        _same((known.about_id, known.amount_minor) == (charge_id, -amount_minor))
        return int(known.id)
    at.must_run()
    charge = _charge(at, charge_id)
    if charge.type == "deposit":
        words = N_("A deposit is held, not earned, so there is nothing to give up. Take it back instead.")
        raise Refused(Sentence(words))
    if amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if amount_minor > charge.open_minor:
        words = N_("At most %(open)s is open of this charge. What was paid is not waived, but taken back.")
        raise Refused(Sentence(words, {"open": Money(charge.open_minor, at.currency)}), "amount")
    _check_reason(reason)
    said = Sentence(N_("Waived: %(reason)s"), {"reason": reason})
    made = lower(
        at.session, at.head, charge.open_charge, amount_minor, currency=at.currency, rule="waiver", key=ref,
        on=at.today, trace=Trace("charge.waiver", 1, (Step(said, -amount_minor),)), now=at.now, by=at.who.by,
    )  # fmt: skip
    at.look_again(at.today)
    _close_if_finished(at)
    at.audit("charge.waived", charge=charge_id, amount_minor=amount_minor, reason=reason)
    return made


def correct(
    agreement_ref: str, charge_id: int, to_minor: int, reason: str, ref: str, *,
    who: Scope, today: date, now: datetime,
) -> int:  # fmt: skip
    """Set a charge to what it should have been, zero to take all of it back; returns the id of the row that lowers it.

    The income and its tax are taken back. What was paid too much becomes the customer's credit and pays what else is
    due. Taken back in full, the late fees that were asked for because of it are taken back with it. Raises as `add`
    does.
    """
    with adjusting(agreement_ref, RIGHT, who=who, today=today, now=now) as at:
        return correct_at(at, charge_id, to_minor, reason, ref)


def preview_correct(
    agreement_ref: str, charge_id: int, to_minor: int, reason: str, ref: str, *,
    who: Scope, today: date, now: datetime,
) -> Effect:  # fmt: skip
    return rehearse(
        agreement_ref, RIGHT, lambda at: correct_at(at, charge_id, to_minor, reason, ref),
        who=who, today=today, now=now, charge_id=charge_id,
    )  # fmt: skip


def correct_at(at: Adjusting, charge_id: int, to_minor: int, reason: str, ref: str) -> int:
    """`correct` inside the caller's work on the agreement."""
    known = _known(at, "correction", ref)
    if known is not None:
        _same(known.about_id == charge_id)
        return int(known.id)
    at.must_run()
    charge = _charge(at, charge_id)
    at.kind.check_correction(at.terms, charge.type)
    _check_reason(reason)
    made = _take_back(at, charge, to_minor, reason, ref)
    if to_minor == 0 and _charges_say_it_all(at):
        _take_back_fees(at, charge, ref)
    at.spend_credit()
    at.look_again(at.today)
    _close_if_finished(at)
    at.audit("charge.corrected", charge=charge_id, to_minor=to_minor, reason=reason)
    return made


def _take_back(at: Adjusting, charge: Standing, to_minor: int, reason: str | Sentence, key: str) -> int:
    correction = corrected(charge.stands_minor, charge.tax_minor, charge.paid_minor, to_minor, reason)
    if charge.type == "deposit":
        held = -balances_of(at.session, at.agreement.id).get(DEPOSITS_HELD, 0)
        if correction.lower_minor > held:
            raise Refused(Sentence(N_("This deposit was settled already.")), "amount")
    return correct_charge(
        at.session, at.head, at.currency, charge, correction, key=key, on=at.today, now=at.now, by=at.who.by
    )


def _take_back_fees(at: Adjusting, charge: Standing, ref: str) -> None:
    """The late fees of a charge that should never have been, and the fees of those fees."""
    for fee in late_fees_of(at.session, at.agreement.id, charge.id):
        if fee.stands_minor:
            _take_back(at, fee, 0, _GONE, f"{ref}:{fee.id}")
        _take_back_fees(at, fee, ref)


def _charges_say_it_all(at: Adjusting) -> bool:
    """Whether late fees are about charges here. Elsewhere their keys begin with the number of an installment."""
    return at.kind.late_lines(at.terms, at.position, at.today, at.today) is None


def _close_if_finished(at: Adjusting) -> None:
    """An agreement with nothing left to fall due is closed, as when the last payment comes."""
    if at.agreement.status == "active" and at.kind.finished(at.terms, at.position):
        at.end("closed")


def _known(at: Adjusting, rule: str, ref: str) -> Any:
    """The row that this form made before, if it did."""
    query = select(Charge.__table__).where(
        Charge.agreement_id == at.agreement.id, Charge.rule == rule, Charge.period == ref
    )
    return at.session.execute(query).first()


def _same(same: bool) -> None:
    if not same:
        raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))


def _charge(at: Adjusting, charge_id: int) -> Standing:
    charge = standing_of(at.session, at.agreement.id, charge_id)
    if charge is None:
        raise Gone(Sentence(N_("There is no such charge.")))
    return charge


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
    if len(reason) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "reason")
