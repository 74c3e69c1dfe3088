"""How long a stay lasts: notice by either side, taken back again, and renewal. Their work, for `rental_changes`.

A notice is a row of its own (`MoveNotice`) beside the change, so that rent rolls can say what was known on a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from domain.actions.adjusting import Adjusting
from domain.records.names import new_ref
from domain.records.stays import check_free
from domain.rules import rent_changes
from domain.rules.documents import from_document
from domain.rules.rent_changes import Changed
from domain.rules.rent_terms import RentTerms
from domain.words import N_, Refused, Sentence
from models import AgreementChange, MoveNotice, Unit

SIDES = ("tenant", "landlord")


@dataclass(frozen=True, slots=True)
class Notice:
    """The last day of the stay is known: month to month no longer, or another end than agreed.

    `given_on`: the day on which one side told the other, today where left out. `given_by`: one of `SIDES`.
    """

    last_on: date
    given_on: date | None = None
    given_by: str = "tenant"
    name: str = "notice"


@dataclass(frozen=True, slots=True)
class NoticeTakenBack:
    """They stay after all: the end is again what it was before notice was given."""

    name: str = "notice_back"


@dataclass(frozen=True, slots=True)
class Renewal:
    """Another last day (None: month to month), and another rent of `line` from a day on where an amount is given."""

    to_on: date | None
    goes_on: bool = False
    line: str = ""
    amount_minor: int | None = None
    from_on: date | None = None
    name: str = "renewal"


def notice(at: Adjusting, terms: RentTerms, wanted: Notice) -> tuple[Changed, date]:
    if wanted.last_on < at.today:
        words = N_("That day has passed. Record the move-out instead.")
        raise Refused(Sentence(words), "last_on")
    given_on = wanted.given_on or at.today
    if given_on > at.today:
        raise Refused(Sentence(N_("That day has not come.")), "given_on")
    if wanted.given_by not in SIDES:
        raise Refused(Sentence(N_("This is not one of the choices.")), "given_by")
    changed = rent_changes.last_day(terms, wanted.last_on)
    _unit_free(at, terms, changed.terms, "last_on")
    at.session.add(
        MoveNotice(
            ref=new_ref(), agreement_id=at.agreement.id, given_on=given_on, leaves_on=wanted.last_on,
            given_by=wanted.given_by, recorded_at=at.now, recorded_by=at.who.by,
        )
    )  # fmt: skip
    return changed, wanted.last_on


def notice_back(at: Adjusting, terms: RentTerms, wanted: NoticeTakenBack) -> tuple[Changed, date]:
    rows = at.session.execute(
        select(AgreementChange.type, AgreementChange.body)
        .where(AgreementChange.agreement_id == at.agreement.id)
        .order_by(AgreementChange.number.desc())
    )
    before = None
    for row in rows:
        if row.type in ("notice_back", "renewal"):
            break
        if row.type == "notice":
            before = from_document(RentTerms, row.body["before"])
    if before is None:
        raise Refused(Sentence(N_("No notice stands that could be taken back.")))
    changed = rent_changes.stays_after_all(terms, before)
    if changed.terms.last_on < at.today:
        words = N_("Without the notice the stay ended on %(day)s. Renew it instead.")
        raise Refused(Sentence(words, {"day": changed.terms.last_on}))
    _unit_free(at, terms, changed.terms, "reason")
    _take_back_notices(at)
    return changed, at.today


def renewal(at: Adjusting, terms: RentTerms, wanted: Renewal) -> tuple[Changed, date]:
    changed = rent_changes.renewed(terms, wanted.to_on, wanted.goes_on)
    if changed.terms.last_on < at.today:
        raise Refused(Sentence(N_("That day has passed.")), "to_on")
    _unit_free(at, terms, changed.terms, "to_on")
    _take_back_notices(at)
    from_on = wanted.from_on or at.today
    if wanted.amount_minor is None:
        return changed, at.today
    if wanted.amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if from_on < max(terms.from_on, at.agreement.opened_on):
        raise Refused(Sentence(N_("The stay began on %(day)s."), {"day": terms.from_on}), "from_on")
    rent = rent_changes.new_amount(changed.terms, wanted.line, wanted.amount_minor, from_on)
    return Changed(rent.terms, changed.trace.plus(*rent.trace.steps)), from_on


def _unit_free(at: Adjusting, before: RentTerms, after: RentTerms, field: str) -> None:
    """Refuse a longer stay where somebody else has the unit by then."""
    if at.agreement.unit_id is None or after.last_on <= before.last_on:
        return
    unit = at.session.scalars(select(Unit).where(Unit.id == at.agreement.unit_id).with_for_update()).one()
    try:
        check_free(at.session, unit, after.from_on, after.last_on, but=at.agreement.id)
    except Refused as refused:
        raise Refused(refused.sentence, field) from refused


def _take_back_notices(at: Adjusting) -> None:
    at.session.execute(
        update(MoveNotice)
        .where(MoveNotice.agreement_id == at.agreement.id, MoveNotice.withdrawn_on.is_(None))
        .values(withdrawn_on=at.today)
    )
