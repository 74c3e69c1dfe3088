"""What a mail in the outbox says, gathered when it is sent: from the stored cause and the rows it names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, scoped_session

from domain.reports.notice_data import notice_data
from domain.rules.payment_states import WORDS
from domain.rules.refund_states import WAY_WORDS
from domain.words import N_, Money, Sentence, sentence_from
from gateways.codes import reason
from models import Business, Charge, Mandate, Outbox, Payment, Person, User
from papers.notices import is_notice

MOMENTS = ("at", "expires")
INSTRUMENT = {
    "bank": N_("bank account"),
    "card": N_("card"),
    "cash": N_("cash"),
    "check": N_("check"),
    "certified": N_("cashier's or certified check"),
    "money_order": N_("money order"),
    "terminal": N_("card terminal"),
    "transfer": N_("bank transfer"),
}


def business_data(session: Session, base_url: str, test_mode: bool) -> dict[str, Any]:
    """The business as every mail and paper names it."""
    row = session.scalars(select(Business)).first()
    return {
        "name": row.name if row else "Duebook",
        "phone": row.phone if row else "",
        "email": row.email if row else "",
        "hours": row.hours if row else "",
        "address_lines": [line for line in (row.address if row else "").splitlines() if line.strip()],
        "site": base_url,
        "test_mode": test_mode,
    }


def mail_data(session: Session, mail: Outbox, secret: Mapping[str, str], base_url: str) -> dict[str, Any]:
    """The data of `papers.mails.compose` for one mail. Raises LookupError when the row it names is gone."""
    stored = dict(mail.data)
    if is_notice(mail.template) or (mail.channel != "email" and mail.event):
        greeted = session.get(Person, mail.person_id) if mail.person_id else None
        return notice_data(session, stored, base_url) | {"name": greeted.name if greeted else ""}
    if "payment_ref" in stored:
        return _payment_data(session, stored, base_url)
    if "permission_ref" in stored:
        return _permission_data(session, str(stored["permission_ref"]), base_url)
    if "method_ref" in stored:
        return {
            **stored, "last_day": date.fromisoformat(stored["last_day"]), "link": f"{base_url}/methods",
        }  # fmt: skip
    moments = {
        name: datetime.fromisoformat(stored[name]) for name in MOMENTS if isinstance(stored.get(name), str)
    }
    said: dict[str, Any] = (
        {"what": sentence_from(stored["what"])} if isinstance(stored.get("what"), dict) else {}
    )
    if isinstance(stored.get("amount"), dict):
        said["amount"] = Money(*stored["amount"]["money"])
    # A mail whose cause knew no page of ours leads to the front door.
    return {"link": base_url + stored.pop("path", "")} | stored | moments | said | dict(secret)


def _permission_data(session: Session, ref: str, base_url: str) -> dict[str, Any]:
    mandate = session.scalars(select(Mandate).where(Mandate.ref == ref)).first()
    if mandate is None:
        raise LookupError("the permission of this mail is not here")
    person = session.get(Person, mandate.person_id) if mandate.person_id else None
    return {
        "name": person.name if person else "",
        "paragraphs": mandate.text.split("\n\n"),
        "accepted_on": mandate.accepted_on,
        "reference": mandate.ref,
        "link": f"{base_url}/permissions/{mandate.ref}",
    }


def _payment_data(session: Session, stored: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    query = select(Payment).where(Payment.ref == stored["payment_ref"])
    payment = session.scalars(
        query.options(
            joinedload(Payment.agreement),
            joinedload(Payment.method),
            joinedload(Payment.receipt),
            joinedload(Payment.returns),
        )
    ).unique().first()  # fmt: skip
    if payment is None:
        raise LookupError("the payment of this mail is not here")
    person = session.get(Person, payment.person_id) if payment.person_id else None
    data: dict[str, Any] = {
        "name": person.name if person else "",
        "agreement_number": payment.agreement.number,
        "agreement_title": payment.agreement.title,
        "amount": Money(payment.amount_minor, payment.currency),
        "method": method_words(payment),
        "reference": payment.ref,
        "link": f"{base_url}/payments/{payment.ref}",
        "started_on": payment.begun_on,
        "leaves_on": payment.scheduled_on,
        "counts_on": payment.begun_on,
        "fee_on_top": Money(payment.fee_minor, payment.currency) if payment.fee_minor else None,
        "settles_on": payment.expected_on,
        "paid_on": payment.begun_on,
        "failed_on": date.fromisoformat(stored["failed_on"]) if "failed_on" in stored else payment.begun_on,
        **_failure(payment, str(stored.get("code", ""))),
    }
    if payment.receipt is not None:
        data |= _receipt(payment) | {"received_by": clerk(session, payment)}
    if payment.returns:
        data |= _return(session, payment)
    if "reversed_on" in stored:
        data |= {"reversed_on": date.fromisoformat(stored["reversed_on"]), "reason": stored["reason"]}
    if "refund_minor" in stored:
        data |= {
            "given_back": Money(int(stored["refund_minor"]), payment.currency),
            "refunded_on": date.fromisoformat(stored["refunded_on"]),
            "way": Sentence(WAY_WORDS[stored["way"]]),
        }
    return data


def method_words(payment: Payment) -> str | Sentence:
    """How it was paid: the method's label, or cash or check."""
    return (
        payment.method.label
        if payment.method
        else Sentence(INSTRUMENT.get(payment.instrument, payment.instrument))
    )


def _failure(payment: Payment, code: str) -> dict[str, Any]:
    why = reason(code or payment.failure_code)
    return {
        "what": why.title,
        "cost": Sentence(N_("It cost you nothing.")),
        "next_step": why.advice,
    }


def _receipt(payment: Payment) -> dict[str, Any]:
    assert payment.receipt is not None
    body = payment.receipt.body
    left = body["balance_after_minor"]
    return {
        "receipt_number": payment.receipt.number,
        "rows": receipt_rows(body, payment.currency),
        "balance_after": Money(left, payment.currency) if left >= 0 else None,
        "credit_after": Money(-left, payment.currency) if left < 0 else None,
        "state": settled_words(payment),
        "return_until": payment.returnable_until,
    }


def clerk(session: Session | scoped_session[Session], payment: Payment) -> str:
    """The name of whoever took the money at the counter."""
    if not payment.begun_by.startswith("user:"):
        return ""
    user_id = int(payment.begun_by.removeprefix("user:"))
    query = select(Person.name).join(User, User.person_id == Person.id).where(User.id == user_id)
    return session.scalar(query) or ""


def receipt_rows(body: Mapping[str, Any], currency: str) -> list[tuple[Sentence, Money]]:
    """What a payment paid, from its frozen receipt: words and amount."""
    return [(sentence_from(row), Money(row["amount_minor"], currency)) for row in body["rows"]]


def settled_words(payment: Payment) -> Sentence:
    """The honest state of a settled payment: settled for good, or until when the bank may take it back."""
    if payment.returns:
        return Sentence(WORDS["returned"])
    if payment.returnable_until:
        return Sentence(
            N_("Settled; the bank can return it until %(day)s"), {"day": payment.returnable_until}
        )
    return Sentence(WORDS["settled"])


def _return(session: Session, payment: Payment) -> dict[str, Any]:
    back = payment.returns[0]
    why = reason(back.code)
    fee = session.get(Charge, back.fee_charge_id) if back.fee_charge_id else None
    fee_minor = fee.amount_minor if fee else 0
    return {
        "returned_on": back.returned_on,
        "why": why.title,
        "fee": Money(fee_minor, payment.currency) if fee_minor else None,
        "owed": Money(payment.amount_minor + fee_minor, payment.currency),
        "next_step": why.advice,
    }
