"""Whether the business reports to credit bureaus, and whether people agree to it. Verbs: `set_rule`, `agree`.

Each change is a row of its own: what counted on a day, and what somebody agreed to in which words, stays readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.access import Scope
from domain.access.parts import HOLDERS
from domain.records.credit_reporting import agreed, rule_on
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import Agreement, AgreementParty, CreditConsent, CreditReporting

RIGHT = "settings"
MOST_NAME, MOST_BUREAUS, MOST_ADDRESS, MOST_CONSENT = 120, 200, 500, 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """What the business does: whether it reports, through whom, to whom, and where disputes go."""

    reports: bool
    furnisher: str = ""
    bureaus: str = ""
    dispute_address: str = ""
    needs_consent: bool = True
    effective_from: date | None = None


def set_rule(rule: Rule, *, who: Scope, today: date, now: datetime) -> bool:
    """Keep what counts from a day on; False where it says what counts already. Raises NotAllowed and Refused."""
    who.require(RIGHT)
    _check(rule, today)
    since = rule.effective_from or today
    with transaction() as session:
        before = rule_on(session, since)
        row = CreditReporting(
            reports=rule.reports, furnisher=rule.furnisher.strip(), bureaus=rule.bureaus.strip(),
            dispute_address=rule.dispute_address.strip(), needs_consent=rule.needs_consent, effective_from=since,
            recorded_at=now, recorded_by=who.by,
        )  # fmt: skip
        if before is not None and _said(before) == _said(row):
            return False
        session.add(row)
        session.flush()
        audit(
            session, by=who.by, action="credit_reporting.changed", subject="business", subject_id=row.id, at=now,
            detail={"reports": row.reports, "furnisher": row.furnisher, "bureaus": row.bureaus,
                    "needs_consent": row.needs_consent, "from": since.isoformat()},
        )  # fmt: skip
    return True


def _said(row: CreditReporting) -> tuple[object, ...]:
    return row.reports, row.furnisher, row.bureaus, row.dispute_address, row.needs_consent


def _check(rule: Rule, today: date) -> None:
    for name, text, most in (
        ("furnisher", rule.furnisher, MOST_NAME),
        ("bureaus", rule.bureaus, MOST_BUREAUS),
        ("dispute_address", rule.dispute_address, MOST_ADDRESS),
    ):
        if len(text) > most:
            raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": most}), name)
        if rule.reports and name != "furnisher" and not text.strip():
            words = (
                N_("Say to whom you report.")
                if name == "bureaus"
                else N_("Say where disputes are to be sent.")
            )
            raise Refused(Sentence(words), name)
    if rule.effective_from is not None and rule.effective_from < today:
        raise Refused(
            Sentence(N_("Choose today or a later day: what was reported stays as it was.")), "effective_from"
        )


def agree(ref: str, yes: bool, text: str, *, who: Scope, today: date, now: datetime) -> bool:
    """Keep a holder's consent, in the words they read, or that they took it back; False where it was so already.

    Raises NotAllowed, Gone, Conflict where the business does not report any more.
    """
    who.require("profile")
    with transaction() as session:
        found = session.scalars(
            who.select(Agreement)
            .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
            .where(Agreement.ref == ref, AgreementParty.person_id == who.person_id)
            .where(AgreementParty.role.in_(HOLDERS), AgreementParty.until_on.is_(None))
            .with_for_update(of=Agreement)
        ).first()
        if found is None:
            raise Gone(Sentence(N_("There is no such agreement.")))
        rule = rule_on(session, today)
        if yes and (rule is None or not rule.reports):
            raise Conflict(Sentence(N_("Nothing is reported any more, so there is nothing to agree to.")))
        known = agreed(session, [found.id]).get((found.id, who.person_id))
        if (known is not None and known.agreed) == yes:
            return False
        session.add(
            CreditConsent(
                agreement_id=found.id,
                person_id=who.person_id,
                agreed=yes,
                text=text[:MOST_CONSENT],
                at=now,
                by=who.by,
            )
        )
        audit(
            session, by=who.by, action="credit_consent.given" if yes else "credit_consent.taken_back",
            subject="agreement", subject_id=found.id, at=now, detail={"number": found.number},
        )  # fmt: skip
    return True
