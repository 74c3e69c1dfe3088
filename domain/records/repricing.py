"""Post the difference where charges that were billed already are asked for differently now.

Verbs: `reprice`, `take_off`. Inside the caller's transaction. A posted charge is never changed: more is a further
charge beside it, less lowers it, and what had been paid too much becomes the customer's credit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, select

from domain.records.books import Head
from domain.records.charging import post_charges
from domain.records.corrections import Standing, correct, standing_of
from domain.records.writers import Writer
from domain.rules.corrections import corrected
from domain.rules.planned import PlannedCharge, called_by
from domain.rules.rent_changes import Repriced
from domain.words import N_, Sentence, Step, Trace
from models import Charge

RULE = "rent.change"
_BASE = select(Charge.id).where(
    Charge.agreement_id == bindparam("of"),
    Charge.rule == bindparam("rule"),
    Charge.period == bindparam("key"),
)
_BESIDE = (
    select(Charge.id)
    .where(Charge.agreement_id == bindparam("of"), Charge.rule == RULE)
    .where(Charge.period.endswith(bindparam("end")))
    .order_by(Charge.id.desc())
)
_OF_RULE = select(Charge.id).where(Charge.agreement_id == bindparam("of"), Charge.rule == bindparam("rule"))


@dataclass(frozen=True, slots=True)
class Desk:
    """For whom and when something is posted: the locked head, the change's number, and who makes it."""

    session: Writer
    head: Head
    currency: str
    number: int
    today: date
    now: datetime
    by: str


def reprice(desk: Desk, found: Iterable[Repriced], why: Sentence) -> tuple[Step, ...]:
    """Post what the terms ask for differently of charges billed already; the steps say what was posted.

    A charge that somebody else collected (billing began later here) is left alone.
    """
    steps = []
    for one in found:
        base = desk.session.execute(
            _BASE, {"of": desk.head.agreement_id, "rule": one.charge.rule, "key": one.charge.key}
        ).scalar()
        if one.more_minor > 0 and (base is not None or not one.was_asked):
            _ask_more(desk, one, base)
            steps.append(_step(one.charge, N_("%(name)s for %(first)s to %(last)s: more."), one.more_minor))
        elif one.more_minor < 0 and base is not None:
            end = {"of": desk.head.agreement_id, "end": f":{base}"}
            ids = [*desk.session.execute(_BESIDE, end).scalars(), base]
            lowered = take_off(desk, ids, -one.more_minor, why)
            steps.append(_step(one.charge, N_("%(name)s for %(first)s to %(last)s: less."), -lowered))
    return tuple(step for step in steps if step.amount_minor)


def _ask_more(desk: Desk, one: Repriced, base: int | None) -> None:
    """The whole charge where it was not asked for before, else the difference as a charge beside it."""
    due_on = max(one.charge.due_on, desk.today)
    charge = replace(one.charge, due_on=due_on)
    if base is not None:
        charge = replace(
            charge, rule=RULE, key=f"{desk.number}:{base}", amount_minor=one.more_minor, tax_minor=0
        )
    post_charges(
        desk.session, [(desk.head, desk.currency, charge)], today=desk.today, now=desk.now, by=desk.by
    )


def of_rule(desk: Desk, rule: str) -> list[int]:
    """The ids of the charges a rule posted, the newest first."""
    rows = desk.session.execute(_OF_RULE, {"of": desk.head.agreement_id, "rule": rule}).scalars()
    return sorted((int(found) for found in rows), reverse=True)


def take_off(desk: Desk, ids: Sequence[int], amount_minor: int, why: Sentence) -> int:
    """Lower these charges by an amount in all, the first named first; returns how much could be taken off."""
    left = amount_minor
    for charge_id in ids:
        charge = standing_of(desk.session, desk.head.agreement_id, charge_id)
        if charge is None or not left or charge.stands_minor <= 0:
            continue
        less = min(left, charge.stands_minor)
        _lower(desk, charge, charge.stands_minor - less, why)
        left -= less
    return amount_minor - left


def _lower(desk: Desk, charge: Standing, to_minor: int, why: Sentence) -> None:
    correction = corrected(charge.stands_minor, charge.tax_minor, charge.paid_minor, to_minor, why)
    correct(
        desk.session, desk.head, desk.currency, charge, correction,
        key=f"change:{desk.number}:{charge.id}", on=desk.today, now=desk.now, by=desk.by,
    )  # fmt: skip


def _step(charge: PlannedCharge, words: str, amount_minor: int) -> Step:
    said = {
        "name": called_by(charge.name, charge.type),
        "first": charge.period_from,
        "last": charge.period_to,
    }
    return Step(Sentence(words, said), amount_minor)


def charged_more(desk: Desk, type_: str, rule: str, name: str, amount_minor: int, trace: Trace) -> None:
    """Post one further charge of this change, due today; its key is the change's number and its place."""
    keys = len(of_rule(desk, rule)) + 1
    charge = PlannedCharge(
        number=keys, type=type_, rule=rule, key=f"{desk.number}:{keys}", due_on=desk.today,
        period_from=desk.today, period_to=desk.today, amount_minor=amount_minor, trace=trace, name=name,
    )  # fmt: skip
    post_charges(
        desk.session, [(desk.head, desk.currency, charge)], today=desk.today, now=desk.now, by=desk.by
    )
