"""What the actions on an autopay contract share: whose it is, its ways to pay, its permission, what is ahead of it.

Inside the caller's transaction; only `domain.actions.autopay` and its sisters call it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.payment_intents import agreement_of
from domain.actions.payment_limits import check_currency
from domain.actions.second_factors import Place
from domain.kinds import kind_of
from domain.kinds.charged import seen_by
from domain.kinds.coming import nearest_due
from domain.kinds.kind import Kind
from domain.records.autopay_cases import contract_of
from domain.records.autopay_rows import ahead
from domain.records.books import Head, lock
from domain.records.charging import payer_key
from domain.records.method_rules import fee_for
from domain.records.parties import pays_alone
from domain.records.position import position_of
from domain.records.words_out import audit
from domain.reports.autopay_days import calendar_of, notice_until, send_day
from domain.rules.authorisations import scheme_of
from domain.rules.autopay import Contract, Turn, turns
from domain.rules.autopay_checks import check_contract, check_methods
from domain.rules.autopay_text import BACKUP_SCHEMES
from domain.words import N_, Gone, Refused, Sentence
from models import Agreement, Autopay, AutopayDebit, AutopayMethod, PaymentMethod

OFFICE_RIGHT = "counter"
_DAY = timedelta(days=1)
MOST_AHEAD = timedelta(days=400)
CONTRACT_COLUMNS = tuple(one.name for one in fields(Contract) if one.name != "currency")


@dataclass(frozen=True, slots=True)
class Work:
    """An agreement under the lock of its standing, as the payer of one contract knows it."""

    session: Session
    agreement: Any
    head: Head
    person_id: int
    today: date

    @property
    def kind(self) -> Kind:
        return kind_of(self.agreement.kind)

    def seen(self) -> tuple[Any, Any]:
        """(terms, position) as the payer may know them."""
        payer = payer_key(self.person_id)
        alone = pays_alone(self.session, self.agreement.id, payer)
        position = position_of(self.session, self.agreement.id, self.agreement.kind, self.head)
        return self.kind.of_payer(self.kind.read(self.agreement), payer, alone), seen_by(
            position, payer, alone
        )


def begin(session: Session, agreement_ref: str, who: Scope, person_id: int, today: date) -> Work:
    """The agreement that the person may see, under its lock. Raises Gone, and Refused once it is over."""
    if who.link:
        raise Gone(Sentence(N_("There is no such agreement.")))
    agreement = agreement_of(session, agreement_ref, who)
    if agreement.status != "active":
        raise Refused(Sentence(N_("This agreement is over, so there is nothing that autopay could take.")))
    return Work(session, agreement, lock(session, agreement.id), person_id, today)


def own(session: Session, ref: str, who: Scope) -> Autopay:
    """The person's own contract; for staff, one of the people they see. Raises Gone.

    It is locked later (`hold`): payments are locked first, then the standing of the agreement, then contracts.
    """
    row = session.scalars(who.select(Autopay).where(Autopay.ref == ref)).first()
    if row is None or (not who.staff and row.person_id != who.person_id):
        raise Gone(Sentence(N_("There is no such autopay.")))
    if who.staff:
        who.require(OFFICE_RIGHT)
    return row


def hold(session: Session, row: Autopay) -> None:
    """Lock the contract and read it again, once the standing of its agreement is locked."""
    session.flush()
    session.refresh(row, with_for_update=True)


def agreement_ref_of(session: Session, row: Autopay) -> str:
    return session.scalars(select(Agreement.ref).where(Agreement.id == row.agreement_id)).one()


def live(session: Session, agreement_id: int, person_id: int) -> Autopay | None:
    """The person's contract on the agreement that has not ended."""
    return session.scalars(
        select(Autopay).where(
            Autopay.agreement_id == agreement_id, Autopay.person_id == person_id, Autopay.state != "ended"
        )
    ).first()


def methods_of(at: Work, refs: Sequence[str]) -> list[PaymentMethod]:
    """The person's ways to pay of these refs, in order, fit for autopay on the agreement. Raises Refused."""
    check_methods(len(refs))
    if len(set(refs)) != len(refs):
        raise Refused(Sentence(N_("Choose each way to pay only once.")), "backup")
    found = {
        one.ref: one
        for one in at.session.scalars(
            select(PaymentMethod).where(
                PaymentMethod.ref.in_(refs), PaymentMethod.person_id == at.person_id,
                PaymentMethod.removed_at.is_(None), PaymentMethod.kept.is_(True),
            )
        )
    }  # fmt: skip
    if len(found) != len(refs):
        raise Refused(Sentence(N_("Choose a way to pay that is saved in your account.")), "method")
    chosen = [found[ref] for ref in refs]
    for number, method in enumerate(chosen):
        if method.stopped_code or method.verification in ("sent", "failed"):
            words = N_("This way to pay cannot be used now. “Ways to pay” says why.")
            raise Refused(Sentence(words), "backup" if number else "method")
        if number and scheme_of(method.kind, at.agreement.currency, method.gateway) not in BACKUP_SCHEMES:
            words = N_(
                "%(account)s needs a mandate of its own, so it cannot stand in for another way to pay."
            )
            raise Refused(Sentence(words, {"account": method.label}), "backup")
        check_currency(method.gateway, at.agreement.currency)
        fee_for(at.session, at.agreement, method.kind, method.funding, 100, at.today)
    return chosen


def check(at: Work, contract: Contract, today: date) -> None:
    """Raise Refused for a contract that makes no sense on the agreement."""
    follows = "rent" in at.kind.CHANGES
    if contract.currency != at.agreement.currency:
        raise Refused(Sentence(N_("The currency is not that of the agreement.")))
    check_contract(contract, statements=at.kind.STATEMENTS, follows=follows, today=today)


def standard_of(at: Work, contract: Contract) -> int | None:
    """The regular payment from which a rise is counted; None where none is followed."""
    if not contract.follow_rent_bp:
        return None
    terms, _position = at.seen()
    return at.kind.standard_payment(terms, max(contract.starts_on, at.today))


def set_methods(session: Session, row: Autopay, methods: Sequence[PaymentMethod]) -> None:
    """Write down the ways to pay in their order."""
    session.execute(AutopayMethod.__table__.delete().where(AutopayMethod.autopay_id == row.id))
    session.execute(
        insert(AutopayMethod),
        [{"autopay_id": row.id, "position": place, "method_id": one.id} for place, one in enumerate(methods)],
    )


def set_ahead(at: Work, row: Autopay, gateway: str) -> None:
    """Write what is ahead of a contract: the next period that nothing was done for and that can still be begun.

    Nothing is ahead while it takes nothing. The first debit of a new permission is late enough for the notice that its
    scheme asks for.
    """
    columns = ahead(None, None)
    if row.state == "active":
        columns = _next(at, row, gateway)
    for name, value in columns.items():
        setattr(row, name, value)


def _next(at: Work, row: Autopay, gateway: str) -> dict[str, Any]:
    contract = contract_of(row, at.agreement.currency)
    terms, position = at.seen()
    dues = nearest_due(at.kind, terms, position, at.today)
    over, last = _over(at.session, row.id, at.today)
    first = last is None
    earliest = at.today if last is None else max(at.today, last + _DAY)
    for turn in turns(contract, dues, calendar_of(gateway)):
        if turn.debit_on < earliest or turn.period in over:
            continue
        if contract.paused_on(turn.debit_on):
            if contract.paused_until is None:
                break
            continue
        until = notice_until(gateway, turn.debit_on) if first else None
        send_on = send_day(gateway, turn.debit_on, first=first)
        if send_on >= at.today and (until is None or until >= at.today):
            return ahead(turn, send_on)
    return ahead(None, None)


def turn_of_period(at: Work, row: Autopay, period: str, gateway: str) -> tuple[Turn | None, date]:
    """The coming turn of a period and the day it is begun; None for one that does not come (any more)."""
    contract = contract_of(row, at.agreement.currency)
    terms, position = at.seen()
    for turn in turns(contract, nearest_due(at.kind, terms, position, at.today), calendar_of(gateway)):
        if turn.period == period and turn.debit_on >= at.today:
            return turn, send_day(gateway, turn.debit_on)
        if turn.debit_on > at.today + MOST_AHEAD:
            break
    return None, at.today


def _over(session: Session, autopay_id: int, today: date) -> tuple[set[str], date | None]:
    """(periods that are not begun any more, the last day on which money was taken)."""
    table = AutopayDebit.__table__.c
    done = or_(
        table.payment_id.is_not(None),
        and_(table.state.in_(("covered", "given_up", "skipped")), table.debit_on < today),
    )
    periods = session.scalars(select(table.period).where(table.autopay_id == autopay_id, done))
    taken = select(func.max(table.debit_on)).where(
        table.autopay_id == autopay_id, table.payment_id.is_not(None)
    )
    return set(periods), session.scalar(taken)


def columns_of(at: Work, contract: Contract) -> dict[str, Any]:
    """The columns of a contract as it was chosen, and the regular payment it counts from."""
    values = {name: getattr(contract, name) for name in CONTRACT_COLUMNS}
    return values | {"standard_minor": standard_of(at, contract)}


def begins(row: Autopay) -> date:
    """The day from which it counts: of the next debit, else its first day."""
    return row.next_debit_on or row.starts_on


def method_refs(session: Session, autopay_id: int) -> list[str]:
    """The refs of its ways to pay, in order."""
    query = select(PaymentMethod.ref).join(AutopayMethod, AutopayMethod.method_id == PaymentMethod.id)
    return list(
        session.scalars(query.where(AutopayMethod.autopay_id == autopay_id).order_by(AutopayMethod.position))
    )


def method_ids(session: Session, autopay_id: int) -> list[int]:
    """Their ids."""
    query = select(AutopayMethod.method_id).where(AutopayMethod.autopay_id == autopay_id)
    return list(session.scalars(query.order_by(AutopayMethod.position)))


def done(
    session: Session, row: Autopay, action: str, who: Scope, now: datetime, place: Place | None, **detail: Any
) -> None:
    """Write down who did what to the contract."""
    audit(
        session, by=who.by, action=action, subject="autopay", subject_id=row.id, at=now, detail=detail,
        address=place.address if place else "", device=place.device if place else "",
    )  # fmt: skip
