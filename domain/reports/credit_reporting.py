"""Credit reporting: what a customer is told of it, and the fields that a furnisher's service asks for. Read-only.

Verbs: `told` for the page of an agreement, `rules` for the office, `make` for the report. Late is counted as of a day
from the oldest due day that is open, for each holder of what they owe: their own share and what is nobody's alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select

from domain.access import Scope
from domain.access.parts import HOLDERS
from domain.kinds import kind_of
from domain.records.accounts import CUSTOMER_CREDIT, RECEIVABLES
from domain.records.charging import payer_key
from domain.records.credit_reporting import agreed, rule_on
from domain.records.position import PAYMENT_CAUSES
from domain.reports.agreements import View
from domain.reports.as_of import Figures, figures
from domain.reports.narrowed import AT_ONCE, agreements
from domain.reports.sheet import Asked, Column, Row, Sheet, Value
from domain.rules.credit_reporting import (
    CONSENT,
    DISPUTED,
    PORTFOLIO,
    Reported,
    reported,
    sent,
)
from domain.words import N_, Sentence
from models import (
    Agreement,
    AgreementParty,
    CreditReporting,
    Inquiry,
    JournalEntry,
    JournalLine,
    Payment,
    Person,
    db,
)

EVERYBODY = Scope("admin")
TITLE = Sentence(N_("Credit reporting"))
WHAT = Sentence(
    N_("What would be furnished to credit bureaus as of a day, one row for each holder who agreed.")
)
COLUMNS = (
    Column("who", Sentence(N_("Name"))),
    Column("address", Sentence(N_("Address")), hidden=True),
    Column("ecoa", Sentence(N_("ECOA code"))),
    Column("agreement", Sentence(N_("Account number"))),
    Column("portfolio", Sentence(N_("Portfolio type"))),
    Column("opened", Sentence(N_("Opened on")), "day"),
    Column("original", Sentence(N_("Original amount")), "money"),
    Column("limit", Sentence(N_("Credit limit")), "money", hidden=True),
    Column("status", Sentence(N_("Account status"))),
    Column("words", Sentence(N_("In words"))),
    Column("balance", Sentence(N_("Current balance")), "money"),
    Column("past_due", Sentence(N_("Amount past due")), "money"),
    Column("late_since", Sentence(N_("First late on")), "day"),
    Column("paid", Sentence(N_("Paid in the month")), "money"),
    Column("last_paid", Sentence(N_("Last payment on")), "day"),
    Column("closed", Sentence(N_("Closed on")), "day", hidden=True),
    Column("condition", Sentence(N_("Compliance condition"))),
    Column("as_of", Sentence(N_("As of")), "day", hidden=True),
    Column("agreed", Sentence(N_("Agreed on")), "day", hidden=True),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
_OPEN = ("received", "in_review")
_STOPPED = Sentence(N_("The business reports nothing as of this day, so there is nothing to furnish."))
_AGREED_ONLY = Sentence(N_("Only holders who agreed are listed."))


@dataclass(frozen=True, slots=True)
class Told:
    """What a holder is told: the rule that counts (None: nothing is reported), their word, and what would be sent.

    `holder`: whether they hold the agreement themselves and can agree. `disputed`: a question of theirs is open.
    """

    rule: CreditReporting | None
    agreed_at: Any
    agreed: bool
    sent: bool
    now: Reported
    days_late: int
    holder: bool
    disputed: bool
    consent: Sentence


def told(scope: Scope, view: View, business: str, today: date) -> Told:
    """What is said to the person who looks at an agreement of theirs."""
    rule = rule_on(db.session, today)
    rule = rule if rule is not None and rule.reports else None
    key = (view.agreement.id, scope.person_id)
    word = agreed(db.session, [view.agreement.id]).get(key)
    yes = bool(word and word.agreed)
    only = select(Agreement.id).where(Agreement.id == view.agreement.id)
    figure = figures(EVERYBODY, today, today=today, agreements=only).get(view.agreement.id)
    now, since = _standing(view.agreement, figure, payer_key(scope.person_id))
    holds = (
        scope.select(Agreement)
        .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
        .where(Agreement.id == view.agreement.id, AgreementParty.person_id == scope.person_id)
        .where(AgreementParty.role.in_(HOLDERS), AgreementParty.until_on.is_(None))
    )
    return Told(
        rule=rule,
        agreed_at=word.at if word else None,
        agreed=yes,
        sent=bool(rule and sent(rule.reports, rule.needs_consent, yes)),
        now=now,
        days_late=(today - since).days if since else 0,
        holder=db.session.scalars(holds).first() is not None,
        disputed=key in _disputes([view.agreement.id]),
        consent=Sentence(
            CONSENT, {"business": business, "agreement": view.number, "bureaus": rule.bureaus if rule else ""}
        ),
    )


def rules(scope: Scope) -> Sequence[CreditReporting]:
    """Everything that was written down, the newest first."""
    return db.session.scalars(scope.select(CreditReporting).order_by(CreditReporting.id.desc())).all()


def _standing(row: Any, figure: Figures | None, key: str) -> tuple[Reported, date | None]:
    """What would be reported of what a holder owes, and since when something of it is late."""
    if figure is None:
        return reported(row.status, 0, 0, 0), None
    mine = [line for line in figure.open if line.payer in ("", key)]
    theirs = sum(line.open_minor for line in figure.open) - sum(line.open_minor for line in mine)
    late = [line for line in mine if line.due_on < figure.on]
    since = min((line.due_on for line in late), default=None)
    days = (figure.on - since).days if since else 0
    past_due = sum(line.open_minor for line in late)
    return reported(row.status, days, figure.balance_minor - theirs, past_due), since


def make(scope: Scope, asked: Asked) -> Sheet:
    """One row for each holder whose account would be reported as of `asked.on`."""
    rule = rule_on(db.session, asked.on)
    if rule is None or not rule.reports:
        return Sheet("credit_reporting", TITLE, asked, COLUMNS, [], notes=(_STOPPED,))
    notes = (_AGREED_ONLY,) if rule.needs_consent else ()
    return Sheet("credit_reporting", TITLE, asked, COLUMNS, _rows(scope, asked, rule), notes=notes)


def _rows(scope: Scope, asked: Asked, rule: CreditReporting) -> Iterator[Row]:
    query = agreements(scope, asked).where(Agreement.start_on <= asked.on)
    ids = list(db.session.scalars(query.order_by(Agreement.id)))
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        found = figures(
            scope, asked.on, today=asked.today, agreements=select(Agreement.id).where(Agreement.id.in_(some))
        )
        consents, disputes, paid = agreed(db.session, some), _disputes(some), _payments(some, asked.on)
        holders: dict[int, int] = {}
        people = _people(some, asked.on)
        for row, _person in people:
            holders[row.id] = holders.get(row.id, 0) + 1
        for row, person in people:
            word = consents.get((row.id, person.id))
            if not sent(True, rule.needs_consent, bool(word and word.agreed)):
                continue
            now, since = _standing(row, found.get(row.id), payer_key(person.id))
            in_month, last = paid.get(row.id, (0, None))
            values: dict[str, Value] = {
                "who": person.name, "address": ", ".join(person.address.splitlines()),
                "ecoa": "1" if holders[row.id] == 1 else "2", "agreement": row.number,
                "portfolio": PORTFOLIO.get(row.kind, ""), "opened": row.start_on, "status": now.code,
                "words": now.words,
                "balance": now.balance_minor, "past_due": now.past_due_minor,
                "late_since": since if now.past_due_minor else None, "paid": in_month, "last_paid": last,
                "closed": row.ended_on if row.status == "closed" else None,
                "condition": DISPUTED if (row.id, person.id) in disputes else "", "as_of": asked.on,
                "agreed": word.at.date() if word and word.agreed else None, "currency": row.currency, **_size(row),
            }  # fmt: skip
            yield Row(values, opens={"agreement": ("office.agreement", {"ref": row.ref})})


def _size(row: Agreement) -> dict[str, Value]:
    """What was lent, and up to where can be bought."""
    if row.loan is not None:
        return {"original": row.loan.principal_minor, "limit": None}
    if not kind_of(row.kind).STATEMENTS:
        return {"original": None, "limit": None}
    return {"original": None, "limit": kind_of(row.kind).read(row).terms.limit_minor}


def _people(ids: Sequence[int], on: date) -> list[tuple[Agreement, Person]]:
    """(agreement, holder) of those who held it on a day, by agreement."""
    query = (
        select(Agreement, Person)
        .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
        .join(Person, Person.id == AgreementParty.person_id)
        .where(Agreement.id.in_(ids), AgreementParty.role.in_(HOLDERS))
        .where(AgreementParty.until_on.is_(None) | (AgreementParty.until_on >= on))
        .order_by(Agreement.id, AgreementParty.id)
    )
    return [(row, person) for row, person in db.session.execute(query)]


def _payments(ids: Sequence[int], on: date) -> dict[int, tuple[int, date]]:
    """Agreement id -> (what came in the month until the day, less what went back; the day of the last that came)."""
    came = (
        select(JournalEntry.agreement_id, func.max(JournalEntry.effective_on))
        .where(JournalEntry.agreement_id.in_(ids), JournalEntry.cause == "payment.settled")
        .where(JournalEntry.effective_on <= on)
        .where(~exists().where(Payment.id == JournalEntry.payment_id, Payment.state == "returned"))
        .group_by(JournalEntry.agreement_id)
    )
    month = _month(ids, on)
    return {key: (month.get(key, 0), day) for key, day in db.session.execute(came) if key is not None}


def _month(ids: Sequence[int], on: date) -> dict[int, int]:
    query = (
        select(JournalEntry.agreement_id, func.sum(-JournalLine.amount_minor))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.agreement_id.in_(ids), JournalEntry.cause.in_(PAYMENT_CAUSES))
        .where(JournalEntry.effective_on.between(on.replace(day=1), on))
        .where(JournalLine.account.in_((*RECEIVABLES, CUSTOMER_CREDIT)))
        .group_by(JournalEntry.agreement_id)
    )
    return {key: int(amount) for key, amount in db.session.execute(query) if key is not None}


def _disputes(ids: Sequence[int]) -> set[tuple[int, int]]:
    """(agreement id, person id) of questions about money that are open."""
    query = select(Inquiry.agreement_id, Inquiry.person_id).where(
        Inquiry.agreement_id.in_(ids), Inquiry.state.in_(_OPEN)
    )
    return {(agreement, person) for agreement, person in db.session.execute(query)}
