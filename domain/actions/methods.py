"""Save and remove ways to pay. The payer chooses on the gateway's own page; we keep its sealed token and digits."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain import sealing
from domain.access import Scope
from domain.actions.second_factors import Place
from domain.records.alerts import tell_owner
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.rules.payment_states import ON_ITS_WAY
from domain.transaction import nothing_open, rows_changed, transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from gateways import registry
from gateways.base import GatewaySilent, MethodDetails
from models import Payment, PaymentMethod, User


def begin(*, name: str, return_url: str, now: datetime) -> tuple[str, str]:
    """(setup ref, address of the gateway's page) to choose a method on. Nothing is stored here yet.

    Raises Refused when the gateway does not answer.
    """
    nothing_open()
    setup_ref = secrets.token_urlsafe(24)
    try:
        address = registry.default().begin_method(
            setup_ref=setup_ref, return_url=return_url, name=name, now=now
        )
    except GatewaySilent as silent:
        raise Refused(_silent()) from silent
    return setup_ref, address


def chosen(setup_ref: str) -> MethodDetails | None:
    """What was chosen on the gateway's page under `setup_ref`, asked from the gateway itself; None for nothing."""
    nothing_open()
    try:
        return registry.default().read_method(setup_ref)
    except GatewaySilent as silent:
        raise Refused(_silent()) from silent


def _silent() -> Sentence:
    return Sentence(N_("The payment processor does not answer. Try again in a moment; nothing was stored."))


def save(setup_ref: str, *, keep: bool, who: Scope, now: datetime, place: Place | None = None) -> str:
    """Keep the method chosen under `setup_ref`; returns its ref. The same setup again returns the same method.

    With `keep` False it serves the payment at hand and is not offered again. `place`: from where it is done, so that
    the owner can be told of a method that stays. Raises Refused when nothing was chosen.
    """
    details = chosen(setup_ref)
    if details is None:
        raise Refused(Sentence(N_("Nothing was chosen on the processor's page. You can try again.")))
    try:
        return _keep(setup_ref, details, keep, who, now, place)
    except IntegrityError:
        # Two clicks at the same instant: the second one finds what the first one kept.
        return _keep(setup_ref, details, keep, who, now, place)


def _keep(
    setup_ref: str, details: MethodDetails, keep: bool, who: Scope, now: datetime, place: Place | None
) -> str:
    with transaction() as session:
        known = session.scalars(select(PaymentMethod).where(PaymentMethod.setup_ref == setup_ref)).first()
        if known is not None:
            if known.person_id != who.person_id:
                raise Gone(Sentence(N_("There is no such payment method.")))
            return known.ref
        ref = new_ref()
        method = PaymentMethod(
            ref=ref,
            person_id=who.person_id,
            gateway=registry.default().name,
            setup_ref=setup_ref,
            kind=details.kind,
            label=details.label[:80],
            last4=details.last4[-4:],
            bank_name=details.bank_name[:80],
            expires=details.expires,
            token_sealed=sealing.seal(details.token, f"payment_method.token:{ref}"),
            kept=keep,
            created_at=now,
        )
        session.add(method)
        session.flush()
        audit(
            session, by=who.by, action="method.saved", subject="payment_method", subject_id=method.id, at=now,
            detail={"label": method.label}, address=place.address if place else "",
            device=place.device if place else "",
        )  # fmt: skip
        if keep:
            said = Sentence(
                N_("A payment method was added to your account: %(label)s."), {"label": method.label}
            )
            _tell(session, who, said, place, now)
    return ref


def _tell(session: Session, who: Scope, said: Sentence, place: Place | None, now: datetime) -> None:
    user = session.get(User, who.user_id)
    if place is not None and user is not None:
        tell_owner(
            session, user, said, now=now, base_url=place.base_url, address=place.address, device=place.device
        )


def remove(method_ref: str, *, who: Scope, now: datetime, place: Place | None = None) -> None:
    """Take a method out of use; payments made with it keep its name. Doing it twice changes nothing. `place` as above.

    Raises Gone for somebody else's, Conflict while a payment with it is on its way.
    """
    with transaction() as session:
        query = who.select(PaymentMethod).where(
            PaymentMethod.ref == method_ref, PaymentMethod.person_id == who.person_id
        )
        method = session.scalars(query).first()
        if method is None:
            raise Gone(Sentence(N_("There is no such payment method.")))
        waiting = session.scalar(
            select(Payment.ref).where(Payment.method_id == method.id, Payment.state.in_(ON_ITS_WAY)).limit(1)
        )
        if waiting:
            raise Conflict(
                Sentence(N_("A payment from this method is on its way. Remove it when that has settled."))
            )
        statement = update(PaymentMethod).where(
            PaymentMethod.id == method.id, PaymentMethod.removed_at.is_(None)
        )
        if rows_changed(session, statement.values(removed_at=now)):
            audit(
                session,
                by=who.by,
                action="method.removed",
                subject="payment_method",
                subject_id=method.id,
                at=now,
                address=place.address if place else "",
                device=place.device if place else "",
            )
            said = Sentence(
                N_("A payment method was removed from your account: %(label)s."), {"label": method.label}
            )
            _tell(session, who, said, place, now)
