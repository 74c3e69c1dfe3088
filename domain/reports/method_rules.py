"""The ways to pay for their page: what is taken today for each kind of agreement, what it costs, and every rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from domain.access import Scope
from domain.records.method_rules import fee_caps, method_rules
from domain.reports.actors import Name, names_of
from domain.reports.policies import KIND_WORDS
from domain.rules.method_fees import INSTRUMENTS, NAMES, WITH_FEE, MethodRule, in_force_on, method_fee
from domain.words import N_, Money, Sentence, exponent
from models import Business, db
from models import MethodRule as RuleRow


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay for one kind of agreement on a day: `total_minor` is what the sample amount comes to."""

    instrument: str
    accepted: bool
    total_minor: int
    rule: MethodRule | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What the rules do for one kind of agreement: its ways, and the same in one sentence."""

    kind: str
    ways: Sequence[Way]
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule as it was made. `state`: "in force", "before" (another one counts now) or "to come"."""

    rule: MethodRule
    made_at: datetime
    by: Name
    state: str


def sample_minor(currency: str) -> int:
    """The amount the effect is shown for: 1,200 whole units."""
    return int(1_200 * 10 ** exponent(currency))


def effects(currency: str, on: date) -> list[Effect]:
    """What is taken and what it costs on a day, for each kind of agreement."""
    rules, caps = method_rules(db.session), fee_caps(db.session, None)
    found = []
    for kind in KIND_WORDS:
        ways = []
        for instrument in INSTRUMENTS:
            rule = in_force_on(rules, kind, instrument, on)
            amount = sample_minor(currency)
            fee = method_fee(rule, amount, caps, kind, on).amount_minor if instrument in WITH_FEE else 0
            ways.append(Way(instrument, rule is None or rule.accepted, amount + fee, rule))
        found.append(Effect(kind, ways, _sentence(kind, ways, currency)))
    return found


def _sentence(kind: str, ways: Sequence[Way], currency: str) -> Sentence:
    """ "1,200.00 by bank account, 1,241.88 by credit card." """
    said: Sentence | None = None
    for way in ways:
        if way.instrument not in WITH_FEE or not way.accepted:
            continue
        one = Sentence(
            N_("%(total)s by %(way)s"),
            {"total": Money(way.total_minor, currency), "way": Sentence(_BY[way.instrument])},
        )
        said = one if said is None else Sentence(N_("%(ways)s, %(way)s"), {"ways": said, "way": one})
    name = Sentence(KIND_WORDS[kind])
    if said is None:
        return Sentence(N_("%(kind)s: nothing can be paid on line."), {"kind": name})
    return Sentence(N_("%(kind)s: %(ways)s."), {"kind": name, "ways": said})


_BY = {
    "bank": N_("bank account"),
    "credit": N_("credit card"),
    "debit": N_("debit card"),
    "prepaid": N_("prepaid card"),
}


def kept(scope: Scope, on: date) -> list[Kept]:
    """Every rule, the newest first."""
    rows = db.session.scalars(scope.select(RuleRow).order_by(RuleRow.id.desc())).all()
    rules = method_rules(db.session)
    names = names_of(row.made_by for row in rows)
    return [
        Kept(rule := _rule(row), row.made_at, names[row.made_by], _state(rules, rule, on)) for row in rows
    ]


def _rule(row: RuleRow) -> MethodRule:
    return MethodRule(
        row.instrument, row.from_on, row.agreement_kind, row.accepted, row.fee_percent, row.fee_fixed_minor,
        row.fee_cap_minor,
    )  # fmt: skip


def _state(rules: Sequence[MethodRule], rule: MethodRule, on: date) -> str:
    if rule.from_on > on:
        return "to come"
    kinds = [rule.agreement_kind] if rule.agreement_kind else list(KIND_WORDS)
    counts = any(in_force_on(rules, kind, rule.instrument, on) == rule for kind in kinds)
    return "in force" if counts else "before"


def words_of(rule: MethodRule, currency: str) -> Sentence:
    """A rule in one sentence: "Credit cards: taken, 3.49 percent on top." """
    way = Sentence(NAMES[rule.instrument])
    if not rule.accepted:
        return Sentence(N_("%(way)s: not taken."), {"way": way})
    if not rule.has_fee:
        return Sentence(N_("%(way)s: taken, nothing on top."), {"way": way})
    parts = {"percent": rule.fee_percent, "fixed": Money(rule.fee_fixed_minor, currency)}
    if rule.fee_percent and rule.fee_fixed_minor:
        fee = Sentence(N_("%(percent)s percent and %(fixed)s on top"), parts)
    elif rule.fee_percent:
        fee = Sentence(N_("%(percent)s percent on top"), parts)
    else:
        fee = Sentence(N_("%(fixed)s on top"), parts)
    if rule.fee_cap_minor is None:
        return Sentence(N_("%(way)s: taken, %(fee)s."), {"way": way, "fee": fee})
    most = Money(rule.fee_cap_minor, currency)
    return Sentence(N_("%(way)s: taken, %(fee)s, at most %(most)s."), {"way": way, "fee": fee, "most": most})


def primary_required() -> list[str]:
    """The kinds of agreement for which a primary way to pay is required."""
    return list(db.session.scalar(select(Business.primary_required)) or ())
