"""Make an agreement of any kind, as somebody agreed on it at a desk. Verbs: `check`, `make`.

`check` refuses what `make` would refuse, and writes nothing. `make` is safe to repeat: the ref that the form carries
names the agreement, so a form that is sent twice finds the one it made.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.actions.agreements import WATERFALL, open_loan
from domain.actions.openings import Opening, check_opening, open_agreement
from domain.actions.openings import Terms as DocumentTerms
from domain.kinds.loan_waterfall import check_waterfall
from domain.records.fee_policies import rate_caps
from domain.records.stays import check_free
from domain.rules.credit_line import CreditTerms
from domain.rules.rate_caps import check_rate_cap
from domain.rules.rent import RentTerms
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.rules.vehicles import checked
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import Agreement, Unit

Terms = LoanTerms | DocumentTerms
MOST_TITLE = 200


def check(terms: Terms, opening: Opening, waterfall: str = WATERFALL) -> None:
    """Refuse, with the sentence and its field, what no agreement can be made of: impossible terms, a rate above a
    ceiling of law, a unit that is let on those days, a number in use.
    """
    if isinstance(terms, LoanTerms):
        loan_schedule(terms)
        check_waterfall(waterfall)
        for vehicle in opening.vehicles:
            checked(vehicle)
    else:
        check_opening(terms, opening)
    _check_payers(terms, opening)
    with transaction() as session:
        if isinstance(terms, LoanTerms | CreditTerms):
            kind = "loan" if isinstance(terms, LoanTerms) else "credit_line"
            caps = rate_caps(session)
            check_rate_cap(terms.annual_rate_percent, caps, opening.start_on, kind)
        if opening.number and session.scalar(select(Agreement.id).where(Agreement.number == opening.number)):
            words = N_("The agreement number %(number)s is in use.")
            raise Refused(Sentence(words, {"number": opening.number}), "number")
        if isinstance(terms, RentTerms) and opening.unit_ref:
            unit = session.scalar(select(Unit).where(Unit.ref == opening.unit_ref))
            if unit is not None:
                check_free(session, unit, terms.from_on, terms.last_on)


def make(
    terms: Terms,
    opening: Opening,
    *,
    by: str,
    today: date,
    at: datetime,
    zone: ZoneInfo,
    now: datetime,
    waterfall: str = WATERFALL,
) -> str:
    """Open the agreement and bill what is due already; returns its ref. Raises Refused as `check` does, Gone for an
    unknown person or unit.
    """
    if made := _made(opening.ref):
        return made
    _check_payers(terms, opening)
    try:
        if not isinstance(terms, LoanTerms):
            return open_agreement(terms, opening, by=by, today=today, at=at, zone=zone, now=now)
        return open_loan(
            title=opening.title, terms=terms, by=by, today=today, now=now, number=opening.number,
            person_refs=opening.person_refs, details=opening.details, waterfall=waterfall, roles=opening.roles,
            ref=opening.ref, branch=opening.branch, vehicles=opening.vehicles,
        )  # fmt: skip
    except Refused:
        # Sent twice at once: whoever was second finds the unit let or the ref in use by the first.
        if made := _made(opening.ref):
            return made
        raise


def _check_payers(terms: Terms, opening: Opening) -> None:
    if "payer" in opening.roles.values() and not getattr(terms, "shares", ()):
        words = N_("A payer of a share needs a share: say what part of the rent they pay.")
        raise Refused(Sentence(words), "who")


def _made(ref: str | None) -> str | None:
    with transaction() as session:
        return session.scalar(select(Agreement.ref).where(Agreement.ref == ref)) if ref else None
