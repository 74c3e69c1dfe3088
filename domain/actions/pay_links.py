"""Links by which one amount of one agreement can be paid without signing in. Verbs: `make`, `send`, `revoke`, `pay`.

Staff make one at the desk or during a telephone call, customers for somebody else who pays for them. A link tells
nothing of the customer but what is asked for, works once, and ends with its day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions import payments
from domain.actions.payment_intents import agreement_of
from domain.actions.payment_limits import PLAIN, Wanted, check_amount
from domain.records import text_consents
from domain.records.books import lock
from domain.records.names import new_ref
from domain.records.pay_links import hash_of, in_use, secret_of
from domain.records.planned_payments import owed_by
from domain.records.words_out import audit, enqueue_mail
from domain.rules.telephone import mobile_number
from domain.transaction import rows_changed, transaction
from domain.words import N_, Conflict, Gone, NotAllowed, Refused, Sentence
from models import Agreement, AgreementParty, Business, PayLink, Person

MOST_DAYS = 90
MOST_OPEN = 20
"""How many links of one agreement may wait at a time."""
MOST_NOTE = 120


@dataclass(frozen=True, slots=True)
class Made:
    """A link as it was made: `secret` is the last part of its address, `/pay-link/<secret>`."""

    ref: str
    secret: str


def make(
    agreement_ref: str,
    amount_minor: int,
    *,
    days: int,
    note: str = "",
    who: Scope,
    today: date,
    now: datetime,
    ref: str = "",
    person_ref: str = "",
) -> Made:
    """A link that pays `amount_minor` (minor units) of the agreement once, within `days` days.

    `note` says to the payer what for; nothing else of the customer is shown. `ref` comes from the form: the same one
    again finds the link it made. `person_ref`: for whom it counts as paid, else the customer who asks, else the first
    person on the agreement. Raises NotAllowed, Gone, Refused for an amount that cannot be paid, Conflict.
    """
    if not (who.may("counter") or who.may("pay")):
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
    if not 1 <= days <= MOST_DAYS:
        raise Refused(Sentence(N_("Let it work for 1 to %(most)s days."), {"most": MOST_DAYS}), "days")
    with transaction() as session:
        agreement = agreement_of(session, agreement_ref, who)
        head = lock(session, agreement.id)
        known = session.scalars(select(PayLink).where(PayLink.ref == ref)).first() if ref else None
        if known is not None:
            if (known.agreement_id, known.amount_minor, known.made_by) != (
                agreement.id,
                amount_minor,
                who.by,
            ):
                raise Conflict(Sentence(N_("This form was already used. Open it again.")))
            return Made(known.ref, secret_of(known.ref))
        payer = _payer(session, agreement.id, who, person_ref)
        door = session.connection()
        owed = owed_by(door, agreement, head, payer, today)
        check_amount(door, agreement, False, amount_minor, owed, replace(who, person_id=payer), now, True)
        _not_too_many(session, agreement.id, now)
        made = ref or new_ref()
        row = PayLink(
            ref=made, token_hash=hash_of(secret_of(made)), agreement_id=agreement.id, person_id=payer or None,
            amount_minor=amount_minor, currency=agreement.currency, note=" ".join(note.split())[:MOST_NOTE],
            made_at=now, made_by=who.by, expires_at=now + timedelta(days=days),
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit(
            session, by=who.by, action="pay_link.made", subject="agreement", subject_id=agreement.id, at=now,
            detail={"amount_minor": amount_minor, "days": days},
        )  # fmt: skip
    return Made(made, secret_of(made))


def _payer(session: Session, agreement_id: int, who: Scope, person_ref: str) -> int:
    """The id of the person for whom it counts as paid; 0 where nobody is on the agreement. Raises Gone."""
    if who.role == "customer":
        return who.person_id
    query = select(AgreementParty.person_id).where(
        AgreementParty.agreement_id == agreement_id, AgreementParty.until_on.is_(None)
    )
    if person_ref:
        found = session.scalar(query.join(Person).where(Person.ref == person_ref))
        if found is None:
            raise Gone(Sentence(N_("There is no such person.")))
        return found
    return session.scalar(query.order_by(AgreementParty.id).limit(1)) or 0


def _not_too_many(session: Session, agreement_id: int, now: datetime) -> None:
    waiting = select(func.count()).where(
        PayLink.agreement_id == agreement_id,
        ~in_use(),
        PayLink.revoked_at.is_(None),
        PayLink.expires_at > now,
    )
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise Refused(
            Sentence(N_("There are %(most)s open links already. Withdraw one first."), {"most": MOST_OPEN})
        )


def send(ref: str, way: str, *, base_url: str, who: Scope, now: datetime) -> None:
    """Put the link into a mail ("email") or a text ("sms") to the person it was made for, as we know them on file.

    At most one of each a minute. Raises NotAllowed, Gone, Conflict for a link that does not work any more, and Refused
    without an address.
    """
    who.require("counter")
    with transaction() as session:
        link = session.scalars(who.select(PayLink).where(PayLink.ref == ref)).first()
        if link is None:
            raise Gone(Sentence(N_("There is no such link.")))
        if link.revoked_at is not None or link.expires_at <= now:
            raise Conflict(Sentence(N_("This link works no more. Make a new one.")))
        person = session.get(Person, link.person_id) if link.person_id else None
        beside = session.scalar(select(Business.phone)) or ""
        to = "" if person is None else person.email if way == "email" else _number(person, beside)
        if person is None or not to:
            raise Refused(Sentence(N_("We have no address on file for this. Read the link out, or show it.")))
        if way == "sms" and (said := text_consents.newest(session, to)) is not None and not said.agreed:
            raise Refused(Sentence(N_("This number wants no texts. Mail the link, read it out, or show it.")))
        number = session.scalar(select(Agreement.number).where(Agreement.id == link.agreement_id))
        enqueue_mail(
            session, to=to, template="pay_link", channel=way, now=now, language=person.language,
            dedupe_key=f"pay_link:{link.ref}:{way}:{now:%Y%m%d%H%M}",
            data={
                "name": person.name, "agreement_number": number, "note": link.note,
                "amount": {"money": [link.amount_minor, link.currency]}, "expires": link.expires_at.isoformat(),
            },
            secret={"link": f"{base_url}/pay-link/{secret_of(link.ref)}"},
        )  # fmt: skip
        audit(
            session, by=who.by, action="pay_link.sent", subject="agreement", subject_id=link.agreement_id, at=now,
            detail={"amount_minor": link.amount_minor, "by": way},
        )  # fmt: skip


def _number(person: Person, beside: str) -> str:
    try:
        return mobile_number(person.phone, beside) if person.phone else ""
    except Refused:
        return ""


def revoke(ref: str, *, who: Scope, now: datetime) -> bool:
    """Withdraw a link; False when it was withdrawn before. Raises NotAllowed, Gone, and Conflict while it is in use.

    One whose payment came to nothing could be paid again, so it can be withdrawn.
    """
    if not (who.may("counter") or who.may("pay")):
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
    with transaction() as session:
        link = session.scalars(who.select(PayLink).where(PayLink.ref == ref)).first()
        if link is None:
            raise Gone(Sentence(N_("There is no such link.")))
        if link.revoked_at is not None:
            return False
        # Under the lock that its use takes as well: whoever comes second sees the other's work.
        lock(session, link.agreement_id)
        unused = update(PayLink).where(PayLink.id == link.id, PayLink.revoked_at.is_(None), ~in_use())
        if not rows_changed(session, unused.values(revoked_at=now)):
            raise Conflict(Sentence(N_("This link has been used. It can no longer be withdrawn.")))
        audit(
            session, by=who.by, action="pay_link.revoked", subject="agreement", subject_id=link.agreement_id,
            at=now, detail={"amount_minor": link.amount_minor},
        )  # fmt: skip
    return True


def scope_of(link: PayLink) -> Scope:
    """What somebody who opened this link may see: its agreement, and what was paid by it."""
    return Scope("link", 0, link.person_id or 0, link=link.id)


def pay(
    secret: str, payment_ref: str, gateway: str, *, today: date, now: datetime, return_url: str, wanted: Wanted = PLAIN
) -> str:  # fmt: skip
    """Begin the payment of a link on the page of `gateway`; returns the payment's ref, the same for the same form.

    Raises Gone for no such link, Conflict when it works no more, and Refused, in words that tell nothing of the
    customer, when its amount cannot be paid.
    """
    with transaction() as session:
        link = session.scalars(select(PayLink).where(PayLink.token_hash == hash_of(secret))).first()
        if link is None:
            raise Gone(Sentence(N_("This link does not work. Ask whoever sent it to you.")))
        who, amount, paused = (
            scope_of(link),
            link.amount_minor,
            session.scalar(select(Business.payments_paused)),
        )
        agreement_ref = session.scalar(who.select(Agreement, Agreement.ref))
    if paused:
        raise Refused(Sentence(N_("Payments are paused for a short while. Try again later.")))
    try:
        return payments.start(
            agreement_ref or "", amount, "", payment_ref, who=who, today=today, now=now, return_url=return_url,
            again=True, wanted=replace(wanted, channel="link", pay_link_id=link.id, hosted=gateway, choice="link"),
        )  # fmt: skip
    except (Gone, Refused) as refused:
        # Why not is the customer's business: whoever has the link learns only that it is so.
        raise Refused(
            Sentence(N_("This amount cannot be paid by this link any more. Ask whoever sent it to you."))
        ) from refused
