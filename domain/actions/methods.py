"""Save, name, rank and remove ways to pay. On a processor's own page the payer chooses; we keep its sealed token.

Verbs: `begin`, `chosen`, `save` for methods of processors, `rename`, `rank`, `remove` for all. Accounts that are typed
on our page: `domain.actions.bank_accounts`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.second_factors import Place
from domain.records.autopay_rows import method_gone
from domain.records.mandates import end_mandate
from domain.records.methods import give_rank, keep_method, no_such_method, own_method, take_out, told
from domain.records.names import new_ref
from domain.rules.checks import check_choice
from domain.rules.method_notices import debit_notice
from domain.rules.payment_states import ON_ITS_WAY
from domain.transaction import nothing_open, transaction
from domain.words import N_, Conflict, Money, Refused, Sentence, sentence_json
from gateways import registry
from gateways.base import Gateway, GatewayRefused, GatewaySilent, MethodDetails
from models import Agreement, AgreementParty, Business, Mandate, Payment, PaymentMethod

MOST_NAME = 40
RANKS = ("primary", "backup", "other")


def processor(name: str = "") -> Gateway:
    """The processor on whose page methods are chosen: the one called `name`, or the usual one.

    Raises Refused when there is none such; a business that only makes files for its bank has none at all.
    """
    found = next((one for one in registry.able_to("charge") if name in ("", one.name)), None)
    if found is None:
        raise Refused(Sentence(N_("This way to pay is not offered here.")), "gateway")
    return found


def begin(*, name: str, return_url: str, now: datetime, gateway: str = "") -> tuple[str, str]:
    """(setup ref, address of the gateway's page) to choose a method on. Nothing is stored here yet.

    Raises Refused when the gateway does not answer or is not there.
    """
    nothing_open()
    setup_ref = secrets.token_urlsafe(24)
    try:
        address = processor(gateway).begin_method(
            setup_ref=setup_ref, return_url=return_url, name=name, now=now
        )
    except GatewaySilent as silent:
        raise Refused(_silent()) from silent
    except GatewayRefused as wrong:
        raise Refused(wrong.sentence) from wrong
    return setup_ref, address


def chosen(setup_ref: str, gateway: str = "") -> MethodDetails | None:
    """What was chosen on the gateway's page under `setup_ref`, asked from the gateway itself; None for nothing."""
    nothing_open()
    try:
        return processor(gateway).read_method(setup_ref)
    except GatewaySilent as silent:
        raise Refused(_silent()) from silent
    except GatewayRefused as wrong:
        raise Refused(wrong.sentence) from wrong


def _silent() -> Sentence:
    return Sentence(N_("The payment processor does not answer. Try again in a moment; nothing was stored."))


def save(
    setup_ref: str, *, keep: bool, who: Scope, now: datetime, place: Place | None = None, gateway: str = ""
) -> str:  # fmt: skip
    """Keep the method chosen under `setup_ref`; returns its ref. The same setup again returns the same method.

    With `keep` False it serves the payment at hand and is not offered again. `place`: from where it is done, so that
    the owner can be told of a method that stays. Raises Refused when nothing was chosen.
    """
    details = chosen(setup_ref, gateway)
    if details is None:
        raise Refused(Sentence(N_("Nothing was chosen on the processor's page. You can try again.")))
    kept_by = processor(gateway).name
    try:
        return _keep(setup_ref, kept_by, details, keep, who, now, place)
    except IntegrityError:
        # Two clicks at the same instant: the second one finds what the first one kept.
        return _keep(setup_ref, kept_by, details, keep, who, now, place)


def _keep(
    setup_ref: str, gateway: str, details: MethodDetails, keep: bool, who: Scope, now: datetime,
    place: Place | None,
) -> str:  # fmt: skip
    with transaction() as session:
        if known := saved_before(session, setup_ref, who):
            return known
        method = keep_method(
            session,
            {
                "ref": new_ref(), "gateway": gateway, "setup_ref": setup_ref, "kind": details.kind,
                "label": details.label[:80], "last4": details.last4[-4:], "bank_name": details.bank_name[:80],
                "expires": details.expires, "funding": details.funding, "holder": details.holder[:120], "kept": keep,
            },
            details.token, who=who, now=now,
        )  # fmt: skip
        told(session, method, "method.saved", who=who, now=now, place=place, said=added(method))
        return method.ref


def saved_before(session: Session, setup_ref: str, who: Scope) -> str:
    """The ref of the method that this form or visit kept before, "" for none. Raises Gone for somebody else's."""
    known = session.scalars(select(PaymentMethod).where(PaymentMethod.setup_ref == setup_ref)).first()
    if known is None:
        return ""
    if known.person_id != who.person_id:
        raise no_such_method()
    return known.ref


def added(method: PaymentMethod) -> Sentence | None:
    """What the owner is told of a method that stays."""
    if not method.kept:
        return None
    return Sentence(N_("A payment method was added to your account: %(label)s."), {"label": method.label})


def rename(method_ref: str, name: str, *, who: Scope, now: datetime, place: Place | None = None) -> None:
    """Give a method a name of the owner's own, "" for none. Raises Gone, Refused."""
    name = " ".join(name.split())
    if len(name) > MOST_NAME:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_NAME}), "name")
    with transaction() as session:
        method = _in_use(session, who, method_ref)
        if method.nickname != name:
            method.nickname = name
            told(session, method, "method.named", who=who, now=now, place=place, detail={"name": name})


def rank(
    method_ref: str, wanted: str, *, who: Scope, today: date, now: datetime, place: Place | None = None
) -> list[Sentence]:  # fmt: skip
    """Make a method the primary one, the backup, or neither; whoever had the rank takes the one that is left free.

    Returns what that means for payments that are planned: the rule of two days, kept in the trail with the change.
    Raises Gone; Refused where a primary is required and this is the one.
    """
    check_choice(wanted, "rank", RANKS)
    with transaction() as session:
        method = _in_use(session, who, method_ref)
        if method.rank == wanted:
            return []
        if wanted != "other" and method.stopped_code:
            raise Refused(
                Sentence(N_("This way to pay is stopped. Put it right first, or choose another one."))
            )
        if wanted == "other" and method.rank == "primary":
            _refuse_last_primary(session, who)
        other = give_rank(session, method, wanted)
        if other is None and wanted == "backup":
            _refuse_no_primary(session, who)
        notices = _planned(session, who, today) if "primary" in (wanted, other.rank if other else "") else []
        words = {
            "primary": N_("%(label)s is now your primary way to pay."),
            "backup": N_("%(label)s is now your backup way to pay."),
            "other": N_("%(label)s is neither your primary nor your backup way to pay any more."),
        }
        told(
            session, method, "method.ranked", who=who, now=now, place=place,
            detail={"rank": wanted, "notices": [sentence_json(one) for one in notices]},
            said=Sentence(words[wanted], {"label": method.label}),
        )  # fmt: skip
        return notices


def _in_use(session: Session, who: Scope, method_ref: str) -> PaymentMethod:
    method = own_method(session, who, method_ref)
    if method.removed_at is not None:
        raise no_such_method()
    return method


def _planned(session: Session, who: Scope, today: date) -> list[Sentence]:
    """What a change means for each payment that the person planned, the next one first."""
    rows = session.execute(
        select(
            Payment.scheduled_on,
            Payment.amount_minor,
            Payment.fee_minor,
            Payment.currency,
            PaymentMethod.label,
        )
        .join(PaymentMethod, PaymentMethod.id == Payment.method_id)
        .where(Payment.person_id == who.person_id, Payment.state == "scheduled")
        .order_by(Payment.scheduled_on, Payment.id)
    )
    said = (
        debit_notice(
            row.scheduled_on, today, Money(row.amount_minor + row.fee_minor, row.currency), row.label
        )
        for row in rows
    )
    return [one for one in said if one is not None]


def _refuse_last_primary(session: Session, who: Scope) -> None:
    if needs_primary(session, who):
        raise Conflict(
            Sentence(
                N_(
                    "One of your agreements asks for a primary way to pay: it can be replaced but not removed. Make"
                    " another one your primary first."
                )
            )
        )


def _refuse_no_primary(session: Session, who: Scope) -> None:
    there = select(PaymentMethod.id).where(
        PaymentMethod.person_id == who.person_id, PaymentMethod.rank == "primary",
        PaymentMethod.removed_at.is_(None),
    )  # fmt: skip
    if session.scalar(there) is None:
        _refuse_last_primary(session, who)


def needs_primary(session: Session, who: Scope) -> bool:
    """Whether the business asks for a primary method for a kind of agreement that the person has."""
    required: Sequence[str] = session.scalar(select(Business.primary_required)) or ()
    if not required:
        return False
    mine = (
        select(Agreement.id)
        .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
        .where(AgreementParty.person_id == who.person_id, AgreementParty.until_on.is_(None))
        .where(AgreementParty.role.in_(("customer", "joint")))
        .where(Agreement.status == "active", Agreement.kind.in_(list(required)))
    )
    return session.scalar(mine.limit(1)) is not None


def remove(method_ref: str, *, who: Scope, now: datetime, place: Place | None = None) -> None:
    """Take a method out of use; payments made with it keep its name. Doing it twice changes nothing. `place` as above.

    The backup comes in place of a primary, and the permissions to take money from it end. Raises Gone for somebody
    else's, Conflict while a payment with it is planned or on its way, and where a primary is required and no backup
    stands ready.
    """
    with transaction() as session:
        method = own_method(session, who, method_ref)
        if method.removed_at is not None:
            return
        _refuse_in_use(session, method)
        was_primary = method.rank == "primary"
        backup = take_out(session, method, now)
        if was_primary and backup is None:
            _refuse_last_primary(session, who)
        given = select(Mandate.id).where(Mandate.method_id == method.id, Mandate.ended_at.is_(None))
        for mandate_id in session.scalars(given).all():
            end_mandate(session, mandate_id, by=who.by, now=now, code="method_removed")
        method_gone(session, method.id, "method_removed", by=who.by, now=now)
        words = N_("A payment method was removed from your account: %(label)s.")
        told(
            session, method, "method.removed", who=who, now=now, place=place,
            said=Sentence(words, {"label": method.label}),
        )  # fmt: skip


def _refuse_in_use(session: Session, method: PaymentMethod) -> None:
    states = set(
        session.scalars(
            select(Payment.state).where(Payment.method_id == method.id, Payment.state.in_(ON_ITS_WAY))
        )
    )
    if states - {"scheduled"}:
        raise Conflict(
            Sentence(N_("A payment from this method is on its way. Remove it when that has settled."))
        )
    if states:
        raise Conflict(
            Sentence(
                N_("A payment from this method is planned. Cancel it, or take another way for it, first.")
            )
        )
