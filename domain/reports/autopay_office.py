"""Autopay of an agreement as the office sees it: every contract with its person, its debits and their reasons.

Each contract is read as its own person would read it, so the office and the customer never see two figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain.access import Scope
from domain.reports import autopay
from domain.reports.actors import Name, names_of
from domain.reports.autopay import Told
from domain.reports.autopay_became import returned
from domain.reports.run_words import DEBIT_CODES, DEBIT_STATES
from domain.rules.autopay_ends import RESUMABLE
from domain.rules.stop_codes import STOPPED
from domain.words import N_, Sentence
from models import Agreement, AgreementParty, Autopay, AutopayDebit, Payment, PaymentReturn, Person, db

MOST = 24
STATES = {
    "prepared": N_("Waits for the person's yes"),
    "active": N_("Running"),
    "paused": N_("Paused"),
    "stopped": N_("Stopped"),
    "ended": N_("Ended"),
}
HISTORY = {
    "planned": N_("Announced"),
    "approved": N_("Approved by the payer"),
    "begun": N_("On its way"),
    "retry": N_("Failed, tried again"),
    "done": N_("Taken"),
    **DEBIT_STATES,
}


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a period: its days, amount, tries, why, and its latest payment's ref ("" for none)."""

    period: str
    due_on: date
    debit_on: date
    amount_minor: int | None
    state: Sentence
    why: Sentence | None
    tries: int
    retry_on: date | None
    payment_ref: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One contract with its person. `live`: it has not ended; `told` is what its person sees of it."""

    ref: str
    state: str
    words: Sentence
    person: str
    person_ref: str
    told: Told
    past: Sequence[Past]
    prepared_by: Name | None
    failures: int
    stopped_code: str

    @property
    def live(self) -> bool:
        return self.state != "ended"

    @property
    def resumable(self) -> bool:
        """Whether somebody of the office can let it go on: after failures only its person can, by a new yes."""
        if not self.told.open or self.state not in ("active", "paused", "stopped"):
            return False
        if self.state == "stopped":
            return self.stopped_code in RESUMABLE
        return self.state == "paused" or self.told.contract.paused_from is not None


def contracts(scope: Scope, agreement: Agreement, on: date) -> list[Shown]:
    """The contracts on an agreement, those that stand first, the newest first."""
    rows = db.session.execute(
        scope.select(Autopay)
        .add_columns(Person.name, Person.ref)
        .join(Person, Person.id == Autopay.person_id)
        .where(Autopay.agreement_id == agreement.id)
        .order_by(Autopay.state == "ended", Autopay.id.desc())
        .limit(MOST)
    ).all()
    names = names_of({row[0].prepared_by for row in rows if row[0].prepared_by})
    found = []
    for row, name, person_ref in rows:
        told = autopay.told(Scope("customer", scope.user_id, row.person_id), row.ref, on)
        if told is not None:
            found.append(
                Shown(
                    row.ref, row.state, Sentence(STATES[row.state]), name, person_ref, told, _past(row.id),
                    names.get(row.prepared_by), row.failures, row.stopped_code,
                )
            )  # fmt: skip
    return found


def without(scope: Scope, agreement: Agreement) -> list[tuple[str, str]]:
    """(ref, name) of the people on the agreement who have no contract there that stands."""
    live = select(Autopay.person_id).where(Autopay.agreement_id == agreement.id, Autopay.state != "ended")
    query = (
        scope.select(Person, Person.ref, Person.name)
        .join(AgreementParty, AgreementParty.person_id == Person.id)
        .where(AgreementParty.agreement_id == agreement.id, AgreementParty.until_on.is_(None))
        .where(Person.id.not_in(live))
        .order_by(AgreementParty.id)
    )
    return [(ref, name) for ref, name in db.session.execute(query)]


def _past(autopay_id: int) -> list[Past]:
    query = (
        select(AutopayDebit, Payment.ref, Payment.failure_code, PaymentReturn.code, PaymentReturn.returned_on)
        .outerjoin(Payment, Payment.id == AutopayDebit.payment_id)
        .outerjoin(PaymentReturn, PaymentReturn.payment_id == Payment.id)
        .where(AutopayDebit.autopay_id == autopay_id)
        .order_by(AutopayDebit.debit_on.desc(), AutopayDebit.id.desc())
        .limit(MOST)
    )
    return [
        Past(
            row.period, row.due_on, row.debit_on, row.amount_minor, _state(row.state, back, back_on),
            _why(row.code or code or ""), row.tries, row.retry_on if row.state == "retry" else None, ref or "",
        )
        for row, ref, code, back, back_on in db.session.execute(query)
    ]  # fmt: skip


def _state(state: str, code: str | None, returned_on: date | None) -> Sentence:
    """What became of a period; that its money was taken and went back is told as that."""
    if returned_on is not None and state == "given_up":
        return returned(code or "", returned_on)
    return Sentence(HISTORY[state])


def _why(code: str) -> Sentence | None:
    """Why, for the office: our own codes in words, those of banks as they are."""
    if code in DEBIT_CODES:
        return Sentence(DEBIT_CODES[code])
    if code in STOPPED:
        return Sentence(STOPPED[code][0])
    return Sentence(N_("Code %(code)s"), {"code": code}) if code[:1].isupper() else None


def stopped_by_a_hold(scope: Scope, agreement: Agreement) -> list[tuple[str, date | None]]:
    """(name of the person, day of the next debit) of the contracts that a hold on the agreement keeps from debiting."""
    query = (
        scope.select(Autopay, Person.name, Autopay.next_debit_on)
        .join(Person, Person.id == Autopay.person_id)
        .where(Autopay.agreement_id == agreement.id, Autopay.state.in_(("active", "paused")))
        .order_by(Autopay.next_debit_on, Autopay.id)
    )
    return [(name, day) for name, day in db.session.execute(query)]


def agreement_ref(scope: Scope, row: Autopay) -> str:
    """The ref of the agreement of a contract."""
    return (
        db.session.scalar(scope.select(Agreement, Agreement.ref).where(Agreement.id == row.agreement_id))
        or ""
    )
