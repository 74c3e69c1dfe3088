"""Receipts as they were issued, for the page, the PDF and the mail's attachment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, scoped_session

from domain.access import Scope
from domain.reports.mail_data import clerk, method_words, receipt_rows, settled_words
from domain.reports.payments import OF_SOMEBODY_ELSE
from domain.reports.verification import token_of
from domain.words import Sentence
from models import Payment, Person, db
from papers.receipt import ReceiptData, receipt_pdf
from papers.voice import Voice

AnySession = Session | scoped_session[Any]


def receipt_of(
    session: AnySession, scope: Scope, payment_ref: str, business: Mapping[str, Any]
) -> ReceiptData | None:
    """The receipt of a payment that the person may see; None when it has none (yet)."""
    return _receipt(session, scope.select(Payment).where(Payment.ref == payment_ref), business, scope)


def my_receipt(scope: Scope, payment_ref: str, business: Mapping[str, Any]) -> ReceiptData | None:
    """`receipt_of` for a page, which has no session of its own."""
    return receipt_of(db.session, scope, payment_ref, business)


def receipt_attachment(
    session: Session, payment_ref: str, business: Mapping[str, Any], voice: Voice
) -> tuple[str, str, bytes] | None:
    """(file name, type, bytes) of the receipt for the mail to the payer; None for a mail without one."""
    if not payment_ref:
        return None
    data = _receipt(session, select(Payment).where(Payment.ref == payment_ref), business)
    if data is None:
        return None
    return f"{data.receipt_number}.pdf", "application/pdf", receipt_pdf(data, voice)


def _receipt(
    session: AnySession, query: Any, business: Mapping[str, Any], reader: Scope | None = None
) -> ReceiptData | None:
    """`reader` is None for the mail, which goes to the payer."""
    payment = session.scalars(
        query.options(
            joinedload(Payment.agreement),
            joinedload(Payment.method),
            joinedload(Payment.receipt),
            joinedload(Payment.returns),
        )
    ).unique().first()  # fmt: skip
    if payment is None or payment.receipt is None:
        return None
    body = payment.receipt.body
    method = _method_for(reader, payment)
    person = session.get(Person, payment.person_id) if payment.person_id else None
    return ReceiptData(
        business_lines=business_lines(business),
        receipt_number=payment.receipt.number,
        paid_on=payment.begun_on,
        payer=person.name if person else "",
        agreement_number=payment.agreement.number,
        agreement_title=payment.agreement.title,
        method=method if isinstance(method, Sentence) else str(method),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        rows=[(words, money.minor) for words, money in receipt_rows(body, payment.currency)],
        balance_after_minor=body["balance_after_minor"],
        state=settled_words(payment),
        reference=payment.ref,
        received_by=clerk(session, payment) if payment.channel == "counter" else None,
        note=payment.note or None,
        fee_minor=payment.fee_minor,
        test_mode=bool(business.get("test_mode")),
        verify_url=f"{site}/verify/{token_of(payment.receipt.id)}" if (site := business.get("site")) else "",
    )


def _method_for(reader: Scope | None, payment: Payment) -> str | Sentence:
    """How it was paid, as this reader may know it: of somebody else's method only what it is."""
    if reader is None or reader.staff or payment.method is None:
        return method_words(payment)
    if payment.method.person_id == reader.person_id:
        return method_words(payment)
    return Sentence(OF_SOMEBODY_ELSE[payment.instrument])


def business_lines(business: Mapping[str, Any]) -> list[str]:
    """The business's name and how to reach it, as papers print it."""
    lines = [str(business.get("name", "")), *business.get("address_lines", ())]
    return [line for line in (*lines, str(business.get("phone", "")), str(business.get("email", ""))) if line]
