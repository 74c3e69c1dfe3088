"""Accept the text of an autopay contract: the permission it rests on, kept and mailed in the commit of its cause.

Inside the caller's transaction; only `domain.actions.autopay` and its sisters call it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.autopay_work import Work
from domain.actions.payment_limits import Accepted
from domain.records.holds import HELD, refuse_held
from domain.records.mandates import end_mandate, keep_mandate
from domain.records.words_out import enqueue_mail
from domain.rules.authorisations import scheme_of, text_hash
from domain.words import N_, Refused, Sentence
from models import Autopay, Mandate, Payment, PaymentMethod, Person


def keep(at: Work, permission: Accepted, methods: Sequence[PaymentMethod], *, by: str, now: datetime) -> int:
    """Keep the permission as it was accepted and mail a copy, in this transaction; its id.

    Raises Refused for a text of another kind: for one payment, of another scheme, or that does not name the account.
    """
    method = methods[0]
    scheme = scheme_of(method.kind, at.agreement.currency, method.gateway)
    if not permission.recurring or permission.scheme != scheme or permission.class_code == "TEL":
        raise Refused(
            Sentence(N_("This permission is not one for autopay. Read the text and accept it again."))
        )
    if method.last4 and method.last4 not in permission.text:
        raise Refused(
            Sentence(N_("The text does not name the account. Read it and accept it again.")), "method"
        )
    mandate_id = keep_mandate(
        at.session.connection(), permission, method_id=method.id, person_id=at.person_id,
        agreement_id=at.agreement.id, by=by, today=at.today, now=now,
    )  # fmt: skip
    ref = at.session.scalars(select(Mandate.ref).where(Mandate.id == mandate_id)).one()
    email = at.session.scalar(select(Person.email).where(Person.id == at.person_id))
    enqueue_mail(
        at.session, to=email or "", template="permission", dedupe_key=f"permission:{ref}:autopay", now=now,
        language=permission.language, data={"permission_ref": ref},
    )  # fmt: skip
    return mandate_id


def same_text(session: Session, mandate_id: int | None, permission: Accepted) -> bool:
    """Whether the permission was accepted in just these words."""
    kept = session.scalar(select(Mandate.text_hash).where(Mandate.id == mandate_id))
    return kept == text_hash(permission.text)


def refuse_on_hold(at: Work) -> None:
    """Raise Refused, saying why, while a hold stands on the agreement."""
    held = at.session.execute(select(HELD), {"agreement": at.agreement.id}).scalar()
    refuse_held(at.session.connection(), held)


def renew(
    at: Work,
    row: Autopay,
    permission: Accepted,
    chosen: Sequence[PaymentMethod],
    who: Scope,
    now: datetime,
) -> None:
    """Let the contract rest on the permission that was just given; the one before ends."""
    before = row.mandate_id
    row.mandate_id = keep(at, permission, chosen, by=who.by, now=now)
    row.state, row.stopped_code, row.failures, row.version = "active", "", 0, row.version + 1
    row.paused_from = row.paused_until = None
    at.session.flush()
    if before is None:
        return
    # What is planned already and not sent stays, under the new permission where that names its account too.
    planned = (Payment.mandate_id == before, Payment.state == "scheduled")
    ids = [one.id for one in chosen]
    at.session.execute(
        update(Payment).where(*planned, Payment.method_id.in_(ids)).values(mandate_id=row.mandate_id)
    )
    if at.session.scalar(select(Payment.id).where(*planned).limit(1)) is None:
        end_mandate(at.session, before, by=who.by, now=now)
