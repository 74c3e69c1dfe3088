"""Open agreements. Verb: `open_loan`. Never here: bringing in a whole book (`domain.actions.imports`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.kinds.loan_waterfall import check_waterfall
from domain.records import search_words
from domain.records.accounts import LOAN_PRINCIPAL, OPENING_BALANCES
from domain.records.books import Draft, lock, post, save
from domain.records.fee_policies import rate_caps
from domain.records.names import agreement_number, new_ref
from domain.records.parties import put_on
from domain.records.vehicles import keep_vehicles
from domain.records.words_out import audit
from domain.rules.rate_caps import check_rate_cap
from domain.rules.rebates import check_lawful
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.rules.vehicles import Facts
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import Agreement, Loan, Standing

WATERFALL = "interest,principal,fees"
"""How a payment is divided where nothing else is agreed on; see `domain.kinds.loan_waterfall`."""


def open_loan(
    *,
    title: str,
    terms: LoanTerms,
    by: str,
    today: date,
    now: datetime,
    number: str | None = None,
    person_refs: Sequence[str] = (),
    details: Mapping[str, Any] | None = None,
    opening_principal_minor: int | None = None,
    met_minor: int = 0,
    interest_from: date | None = None,
    waterfall: str = WATERFALL,
    roles: Mapping[str, str] | None = None,
    ref: str | None = None,
    branch: str = "",
    vehicles: Sequence[Facts] = (),
) -> str:
    """Open a loan and post what is owed on it; returns the agreement's ref.

    A new loan owes its principal from `terms.start_on`. One that is under way already says with
    `opening_principal_minor`, `met_minor` (minor units applied to installments) and `interest_from` where it stands
    `today`. `roles`: person ref -> what they are on it, else customer. `ref`: a form sent twice opens one agreement.
    Raises Refused for impossible terms, a rate above a ceiling of law or a number in use, Gone for an unknown person.
    """
    order = _checked(terms, waterfall)
    new = opening_principal_minor is None
    principal = terms.principal_minor if opening_principal_minor is None else opening_principal_minor
    since, effective = interest_from or terms.start_on, terms.start_on if new else today
    try:
        with transaction() as session:
            check_rate_cap(terms.annual_rate_percent, rate_caps(session), terms.start_on, "loan")
            agreement = Agreement(
                ref=ref or new_ref(),
                number=number or agreement_number(session),
                kind="loan",
                title=title[:200],
                currency=terms.currency, start_on=terms.start_on, opened_on=effective, created_at=now,
                details=dict(details or {}),
                branch=branch,
            )  # fmt: skip
            session.add(agreement)
            session.flush()
            session.add(_stored(agreement.id, terms, order, met_minor, since))
            session.add(_standing(agreement.id, met_minor, since, today))
            session.flush()
            search_words.keep(session, "agreement", [agreement.id], fresh=True)
            keep_vehicles(session, agreement.id, vehicles, by=by, now=now)
            put_on(session, agreement.id, person_refs, terms.start_on, roles)
            _open_books(session, agreement, principal, effective, now, by)
            audit(
                session, by=by, action="agreement.opened", subject="agreement", subject_id=agreement.id, at=now,
                detail={"number": agreement.number},
            )  # fmt: skip
            return agreement.ref
    except IntegrityError as error:
        raise Refused(
            Sentence(N_("The agreement number %(number)s is in use."), {"number": number or ""}), "number"
        ) from error


def _standing(agreement_id: int, met_minor: int, since: date, today: date) -> Standing:
    """The day's billing looks at it once, and from then on whenever a late fee may fall due."""
    return Standing(
        agreement_id=agreement_id, installments_met_minor=met_minor, interest_from=since, next_bill_on=today
    )


def _checked(terms: LoanTerms, waterfall: str) -> str:
    """The order of payment as it is kept, once everything that needs no stored row was checked."""
    loan_schedule(terms)
    if terms.rebate == "rule_of_78":
        check_lawful(terms.count, terms.start_on, ())  # no row of law on it can be kept yet
    if terms.carried_minor or terms.flat_interest_minor is not None:
        raise ValueError("interest carried in and stated belong to a revision of a plan, not to a new loan")
    return check_waterfall(waterfall)


def _stored(agreement_id: int, terms: LoanTerms, order: str, met_minor: int, since: date) -> Loan:
    return Loan(
        agreement_id=agreement_id,
        principal_minor=terms.principal_minor,
        annual_rate_percent=terms.annual_rate_percent,
        count=terms.count,
        frequency=terms.frequency,
        anchor_days=",".join(str(day) for day in terms.anchor_days or ()),
        first_due_on=terms.first_due_on,
        interest=terms.interest,
        day_count=terms.day_count,
        rounding=terms.rounding,
        payment_rounding=terms.payment_rounding,
        payment_unit_minor=terms.payment_unit_minor,
        payment_minor=terms.payment_minor,
        last=terms.last,
        balloon_minor=terms.balloon_minor,
        skip_months=",".join(str(month) for month in sorted(set(terms.skip_months))),
        interest_only=terms.interest_only,
        steps=[list(step) for step in terms.steps],
        rebate=terms.rebate,
        waterfall=order,
        opening_met_minor=met_minor,
        opening_interest_from=since,
    )


def _open_books(
    session: Session, agreement: Agreement, principal: int, effective: date, now: datetime, by: str
) -> None:
    if not principal:
        return
    head = lock(session, agreement.id)
    post(
        session,
        head,
        Draft(
            key=f"opening:{agreement.number}",
            cause="opening",
            currency=agreement.currency,
            effective_on=effective,
            lines=((LOAN_PRINCIPAL, principal), (OPENING_BALANCES, -principal)),
        ),
        now=now,
        by=by,
    )
    save(session, head)
