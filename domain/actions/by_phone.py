"""Take a payment from somebody who calls. Verbs: `debit`, `send_link`, `add_account`.

Staff make sure who calls, read the permission aloud word by word, and the caller says yes: that text is kept as a
permission by telephone (ACH entry class TEL), and a copy is mailed in the same commit. It is for one payment; nothing
is taken again under it. Cards are never typed here: the caller gets a link to the processor's own page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.actions import bank_accounts, pay_links, payments
from domain.actions.payment_limits import Accepted, Wanted
from domain.rules.account_entry import Typed
from domain.rules.caller_checks import check_caller
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Agreement, AgreementParty, Person

RIGHT = "counter"
SCHEMES = ("ach", "bacs")
"""Where a permission may be given by telephone; a SEPA mandate wants more than a voice, a card its own page."""
LINK_DAYS = 1


def caller_scope(agreement_ref: str, person_ref: str, who: Scope) -> Scope:
    """What the caller may pay, done by `who`: the caller's own scope, with the clerk as the one who acts.

    Raises NotAllowed, and Gone for an agreement that the clerk does not see or a person who is not on it.
    """
    who.require(RIGHT)
    with transaction() as session:
        agreement = session.scalar(who.select(Agreement, Agreement.id).where(Agreement.ref == agreement_ref))
        on_it = (
            select(Person.id)
            .join(AgreementParty, AgreementParty.person_id == Person.id)
            .where(AgreementParty.agreement_id == agreement, AgreementParty.until_on.is_(None))
        )
        person_id = session.scalar(on_it.where(Person.ref == person_ref))
    if agreement is None or person_id is None:
        raise Gone(Sentence(N_("There is no such person.")))
    return Scope("customer", who.user_id, person_id)


def debit(
    agreement_ref: str,
    person_ref: str,
    amount_minor: int,
    method_ref: str,
    ref: str,
    *,
    permission: Accepted,
    checks: Iterable[str],
    who: Scope,
    today: date,
    now: datetime,
    fee_minor: int = 0,
    again: bool = False,
) -> str:
    """Begin the debit that the caller agreed to; returns the payment's ref. Safe to repeat.

    `permission` is the text as it was read aloud. Raises what `payments.start` raises, and Refused where the caller was
    not recognised or the permission may not be given by telephone.
    """
    heard = check_caller(checks)
    caller = caller_scope(agreement_ref, person_ref, who)
    if permission.scheme not in SCHEMES or permission.recurring:
        raise Refused(
            Sentence(N_("This way to pay cannot be allowed by telephone. Send a link instead.")), "method"
        )
    spoken = replace(permission, channel="phone", strength="staff", device=", ".join(heard))
    return payments.start(
        agreement_ref, amount_minor, method_ref, ref, who=caller, today=today, now=now, again=again,
        wanted=Wanted(channel="phone", permission=spoken, fee_minor=fee_minor, choice="phone"),
    )  # fmt: skip


def send_link(
    agreement_ref: str,
    person_ref: str,
    amount_minor: int,
    ref: str,
    *,
    checks: Iterable[str],
    who: Scope,
    today: date,
    now: datetime,
) -> pay_links.Made:
    """Make the link by which the caller pays by card during the call; it works for a day. Safe to repeat."""
    check_caller(checks)
    caller_scope(agreement_ref, person_ref, who)
    return pay_links.make(
        agreement_ref,
        amount_minor,
        days=LINK_DAYS,
        who=who,
        today=today,
        now=now,
        ref=ref,
        person_ref=person_ref,
    )


def add_account(
    agreement_ref: str,
    person_ref: str,
    gateway: str,
    typed: Typed,
    *,
    named: str,
    setup_ref: str,
    checks: Iterable[str],
    who: Scope,
    now: datetime,
) -> str:
    """Keep the account that the caller names, typed by staff, for this payment alone; returns its method's ref.

    Raises what `bank_accounts.add` raises. The owner is told by mail, as of every change of their ways to pay.
    """
    check_caller(checks)
    caller = caller_scope(agreement_ref, person_ref, who)
    return bank_accounts.add(
        gateway, typed, keep=False, named=named, setup_ref=setup_ref, who=caller, now=now
    )
