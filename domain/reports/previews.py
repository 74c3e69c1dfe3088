"""What a payment would do, before anything moves: the amounts to choose from, and the effect of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.kinds.base import Due, OpenCharge, Part, Position, part_sentence
from domain.kinds.choices import Choice
from domain.kinds.offers import EXTRA_WORDS
from domain.kinds.owed import owed_on
from domain.reports.agreements import View
from domain.words import N_, Money, Refused, Sentence

__all__ = ["EXTRA_WORDS", "Choice", "Preview", "check", "choices", "on_day", "preview", "with_closing"]

_DUE_WORDS = {
    "due": N_("What is due"),
    "cycles": N_("Purchases and interest"),
    "buys": N_("What buys it"),
}
_SAYS_MORE = ("statement", "balance", "payoff")


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect of a payment. `rows` sum to `amount_minor`; `due_minor` of it pays what `due` says, `ahead_minor` what
    follows, `extra_minor` principal beyond the plan, `credit_minor` is kept, as `kept` says.

    `balance_minor` is what is owed afterwards, as the receipt will say (`domain.kinds.owed`); below zero it is the
    customer's credit. `next_on` is the day on which the next payment falls due, where nothing is due before it.
    `saved_payments` and `saved_interest_minor` compare the plan after it with the plan before. `ways`: what money above
    what is due may do, each with its effect, where that is to be chosen; `does` says it of the chosen `extra`.
    """

    amount_minor: int
    currency: str
    rows: Sequence[tuple[Sentence, int]]
    due_minor: int
    due: Sentence
    ahead_minor: int
    fees_minor: int
    extra_minor: int
    credit_minor: int
    balance_minor: int
    saved_payments: int
    saved_interest_minor: int
    ends_it: bool
    buys: bool
    extra: str
    kept: Sentence
    ways: Sequence[Any] = ()
    does: Sentence | None = None
    next_on: date | None = None


def choices(view: View) -> list[Choice]:
    """The amounts worth offering, what is due first; money on its way is taken off, nothing above it is offered."""
    pending, most = view.pending_minor, view.kind.payable(view.terms, view.position, view.on)
    offers = view.offers.choices(view.terms, view.position, view.on)
    # The price of goods follows from what was paid: it is told anew when what is on its way has arrived.
    waits = pending > 0 and view.quote.buys
    found = [
        replace(offer, amount_minor=offer.amount_minor - pending)
        for offer in offers
        # The next payment of a nearly paid loan can be more than what pays it off today.
        if offer.amount_minor <= most and not (waits and offer.extra == "close")
    ]
    if pending and not any(offer.amount_minor > 0 and offer.extra != "close" for offer in found):
        found = [*_following(view), *found]
    return _distinct(found)


def _following(view: View) -> list[Choice]:
    """The payment after the one that money on its way covers, to be paid ahead, where the kind offers that."""
    settled = _once_settled(view)
    while settled.due.next_on and _credit_pays_next(settled.due):
        settled = on_day(settled, settled.due.next_on)
    offers = settled.offers.choices(settled.terms, settled.position, settled.on)
    return [one for one in offers if one.extra == "ahead" and one.amount_minor <= view.payable_minor][:1]


def _credit_pays_next(due: Due) -> bool:
    """Whether credit that nothing of what is due needs pays all that falls due next."""
    spare = due.credit_minor - due.past_due_minor - due.today_minor - due.fees_minor
    return 0 < due.next_minor <= spare


def _distinct(offers: Iterable[Choice]) -> list[Choice]:
    """Offers above zero, each amount once: under the name that says more than its amount, else under the first."""
    kept: dict[int, Choice] = {}
    for offer in offers:
        if offer.amount_minor > 0 and (offer.amount_minor not in kept or offer.name in _SAYS_MORE):
            kept[offer.amount_minor] = offer
    return list(kept.values())


def on_day(view: View, on: date) -> View:
    """The agreement as it will stand on a later day if nothing else happens until then."""
    return view if on == view.on else replace(view, on=on)


def check(view: View, amount_minor: int) -> None:
    """Raise Refused, with a sentence for the payer, when the amount may not be paid now."""
    if amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if not view.open:
        raise Refused(Sentence(N_("This agreement is closed. Nothing can be paid on it here.")), "amount")
    if amount_minor <= view.payable_minor:
        return
    most = Money(view.payable_minor, view.currency)
    if not view.pending_minor:
        sentence = Sentence(
            N_("That is more than you owe. At most %(most)s can be paid today."), {"most": most}
        )
        raise Refused(sentence, "amount")
    owed, pending = Money(view.quote.total_minor, view.currency), Money(view.pending_minor, view.currency)
    raise Refused(
        Sentence(
            N_(
                "You owe %(owed)s in all and %(pending)s is already on its way, so at most %(most)s can be paid."
            ),
            {"owed": owed, "pending": pending, "most": most},
        ),
        "amount",
    )


def preview(view: View, amount_minor: int, extra: str = "shorter") -> Preview:
    """What a payment of `amount_minor` today would do, after what is on its way. Raises Refused as `check` does."""
    check(view, amount_minor)
    before = _once_settled(view)
    start = with_closing(before, amount_minor, view.on, extra)
    applied = view.kind.apply(view.terms, start, amount_minor, view.on, extra=extra, payer=view.payer)
    after, bought = (
        View(view.agreement, applied.after, view.on, payer=view.payer),
        start is not before.position,
    )
    left = owed_on(view.kind, view.terms, applied.after, view.on)
    credit = _sum(applied.parts, lambda part: part.bucket == "credit")
    beyond = _sum(applied.parts, _beyond)
    ways = _ways(before, amount_minor)
    chosen = next((way for way in ways if way.name == extra), None)
    ahead = 0 if view.closes_cycles else _sum(applied.parts, lambda part: _ahead(part, view))
    fees = _sum(applied.parts, _fee)
    return Preview(
        amount_minor=amount_minor,
        currency=view.currency,
        rows=[(part_sentence(part), part.amount_minor) for part in applied.parts],
        due_minor=amount_minor - credit - beyond - ahead - fees,
        due=Sentence(_DUE_WORDS["buys" if bought else "cycles" if view.closes_cycles else "due"]),
        ahead_minor=ahead,
        fees_minor=fees,
        extra_minor=beyond,
        credit_minor=credit,
        balance_minor=left,
        saved_payments=_not_needed(after) - _not_needed(before) if extra != "smaller" else 0,
        saved_interest_minor=max(chosen.saved_minor, 0) if chosen else _saved(before, after, applied.parts),
        ends_it=left <= 0 and (bought or view.kind.finished(view.terms, applied.after)),
        buys=bought,
        extra=extra,
        kept=Sentence(view.offers.kept),
        ways=ways,
        does=_buyable(before, amount_minor)
        if before.quote.buys and not bought
        else _does(before, after, chosen),
        next_on=None if bought or after.due.now_minor else after.due.next_on,
    )


def with_closing(view: View, amount_minor: int, on: date, extra: str) -> Position:
    """The position with what is posted before this payment where it buys the goods (`domain.records.closings`)."""
    if extra != "close" or amount_minor < view.kind.close(view.terms, view.position, on).total_minor:
        return view.position
    closing = view.kind.closing(view.terms, view.position, on, "")
    if closing is None:
        return view.position
    charges = _less(view.position.charges, {charge.id: amount for charge, amount in closing.lowered})
    if (price := closing.charge) is not None:
        added = OpenCharge(0, price.rule, price.due_on, price.amount_minor, price.type, name=price.name)
        charges = (*charges, added)
    credit = view.position.credit_minor + closing.deposit_minor
    position = replace(view.position, charges=charges, credit_minor=credit)
    used: dict[int, int] = {}
    for part in view.kind.credit_parts(view.terms, position, on):
        used[part.charge_id or 0] = used.get(part.charge_id or 0, 0) + part.amount_minor
    return replace(position, charges=_less(charges, used), credit_minor=credit - sum(used.values()))


def _less(charges: Sequence[OpenCharge], taken: Mapping[int, int]) -> tuple[OpenCharge, ...]:
    """The charges less what is taken off each, without those of which nothing is left."""
    left = [replace(one, open_minor=one.open_minor - taken.get(one.id, 0)) for one in charges]
    return tuple(one for one in left if one.open_minor)


def _ways(view: View, amount_minor: int) -> Sequence[Any]:
    if not view.offers.extra or view.offers.what_if is None:
        return ()
    return view.offers.what_if.extras(view.terms, view.position, amount_minor, view.on)


def _does(before: View, after: View, way: Any) -> Sentence | None:
    """What the money above what is due does, in one sentence: of a chosen one of the `ways`."""
    if way is None:
        return None
    was = next((row for row in reversed(before.plan) if row.open_minor), None)
    paying = Money(way.payment_minor, before.currency)
    if way.name == "smaller":
        words = N_("The coming payments become %(payment)s each. The last one stays on %(day)s.")
        return Sentence(words, {"payment": paying, "day": way.ends_on})
    if way.name == "ahead":
        words = N_("It pays the payments that follow. Nothing more falls due before %(day)s.")
        return Sentence(words, {"day": after.due.next_on or way.ends_on})
    words = N_("The payment stays %(payment)s. The last one is on %(day)s instead of %(was)s.")
    return Sentence(words, {"payment": paying, "day": way.ends_on, "was": was.due_on if was else way.ends_on})


def _buyable(view: View, amount_minor: int) -> Sentence | None:
    """Said where as much would buy the goods today, and is about to be paid ahead instead."""
    if amount_minor < view.quote.total_minor:
        return None
    price = Money(view.quote.total_minor, view.currency)
    return Sentence(N_("For %(price)s you can buy it today: choose that instead."), {"price": price})


def _once_settled(view: View) -> View:
    """The agreement as it will stand when what is on its way has arrived."""
    if not view.pending_minor:
        return view
    arrived = view.kind.apply(view.terms, view.position, view.pending_minor, view.on, payer=view.payer)
    return replace(view, position=arrived.after, pending_minor=0)


def _saved(before: View, after: View, parts: Sequence[Part]) -> int:
    """Interest that will not be paid any more."""
    paid = _sum(parts, lambda part: part.bucket == "interest")
    return max(_interest(before) - paid - _interest(after), 0)


def _interest(view: View) -> int:
    return sum(row.interest_minor for row in view.plan if row.open_minor)


def _sum(parts: Sequence[Part], fits: Callable[[Part], bool]) -> int:
    return sum(part.amount_minor for part in parts if fits(part))


def _fee(part: Part) -> bool:
    return part.bucket == "fees"


def _beyond(part: Part) -> bool:
    """Principal, and the interest before it, that belongs to no installment of the plan."""
    return part.bucket in ("principal", "interest") and part.installment_number is None


def _ahead(part: Part, view: View) -> bool:
    later = part.due_on is not None and part.due_on > view.on
    return later and not _fee(part) and part.bucket != "credit"


def _not_needed(view: View) -> int:
    return sum(1 for row in view.plan if row.state == "not_needed")
