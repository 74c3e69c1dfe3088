"""What a payment would do, before anything moves: the amounts to choose from, and the effect of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.kinds.base import Part, part_sentence
from domain.reports.agreements import View
from domain.rules.business_days import next_business_day
from domain.words import N_, Money, Refused, Sentence

CALENDARS = {"EUR": "XECB", "GBP": "GB"}


@dataclass(frozen=True, slots=True)
class Choice:
    """An amount that a payer may choose with one tap (minor units)."""

    name: str
    title: Sentence
    amount_minor: int
    note: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect of a payment. `rows` sum to `amount_minor`; `due_minor` of it pays installments that
    are due, `ahead_minor` the next one, `extra_minor` shortens the plan.

    `balance_minor` is what would end it afterwards, on the same day: by the period a payoff holds the days of the
    period under way, which the books post later. For goods that would be bought by that, it is what the books say.
    `saved_payments` and `saved_interest_minor` compare the plan after it with the plan before.
    """

    amount_minor: int
    currency: str
    rows: Sequence[tuple[Sentence, int]]
    due_minor: int
    ahead_minor: int
    fees_minor: int
    extra_minor: int
    credit_minor: int
    balance_minor: int
    saved_payments: int
    saved_interest_minor: int
    ends_it: bool


def choices(view: View) -> list[Choice]:
    """The amounts worth offering, what is due first; money on its way is taken off, nothing above it is offered."""
    due, pending = view.due, view.pending_minor
    offers = []
    if due.now_minor:
        note = Sentence(N_("since %(day)s"), {"day": view.since}) if due.days_late else None
        offers.append(Choice("due", Sentence(N_("Everything due now")), due.now_minor, note))
        if 0 < due.past_due_minor < due.now_minor:
            offers.append(Choice("past", Sentence(N_("Only what is past due")), due.past_due_minor))
        owed = [row for row in view.plan if row.state in ("late", "due")]
        if len(owed) > 1:
            note = Sentence(N_("due %(day)s"), {"day": owed[0].due_on})
            offers.append(Choice("oldest", Sentence(N_("The oldest payment")), owed[0].open_minor, note))
        if due.next_minor and due.next_on:
            note = Sentence(N_("due %(day)s"), {"day": due.next_on})
            title = Sentence(N_("That and the next payment"))
            offers.append(Choice("next", title, due.now_minor + due.next_minor, note))
    elif due.next_minor and due.next_on:
        note = Sentence(N_("due %(day)s"), {"day": due.next_on})
        offers.append(Choice("next", Sentence(N_("The next payment")), due.next_minor, note))
    note = Sentence(N_("today; nothing is left to pay after it"))
    offers.append(Choice("payoff", Sentence(N_("Pay it all off")), view.quote.total_minor, note))
    # The next payment of a nearly paid loan can be more than what pays it off today.
    most = view.quote.total_minor
    return _distinct(
        Choice(offer.name, offer.title, offer.amount_minor - pending, offer.note)
        for offer in offers
        if offer.amount_minor <= most
    )


def _distinct(offers: Iterable[Choice]) -> list[Choice]:
    """Offers above zero, each amount once; the payoff stays, since it says more than its amount."""
    kept: dict[int, Choice] = {}
    for offer in offers:
        if offer.amount_minor > 0 and (offer.amount_minor not in kept or offer.name == "payoff"):
            kept[offer.amount_minor] = offer
    return list(kept.values())


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


def preview(view: View, amount_minor: int) -> Preview:
    """What a payment of `amount_minor` today would do, after what is on its way. Raises Refused as `check` does."""
    check(view, amount_minor)
    before = _once_settled(view)
    applied = view.kind.apply(view.terms, before.position, amount_minor, view.on)
    after = View(view.agreement, applied.after, view.on)
    due = _sum(applied.parts, lambda part: _numbered(part) and not _later(part, view.on))
    ahead = _sum(applied.parts, lambda part: _numbered(part) and _later(part, view.on))
    fees = _sum(applied.parts, lambda part: part.bucket == "fees")
    credit = _sum(applied.parts, lambda part: part.bucket == "credit")
    interest = _sum(applied.parts, lambda part: part.bucket == "interest")
    before_interest = sum(row.interest_minor for row in before.plan if row.open_minor)
    after_interest = sum(row.interest_minor for row in after.plan if row.open_minor)
    left = after.balance_minor if after.quote.buys else _owed(after)
    return Preview(
        amount_minor=amount_minor,
        currency=view.currency,
        rows=[(part_sentence(part), part.amount_minor) for part in applied.parts],
        due_minor=due,
        ahead_minor=ahead,
        fees_minor=fees,
        extra_minor=amount_minor - due - ahead - fees - credit,
        credit_minor=credit,
        balance_minor=left,
        saved_payments=_not_needed(after) - _not_needed(before),
        saved_interest_minor=max(before_interest - interest - after_interest, 0),
        ends_it=left <= 0,
    )


def _owed(view: View) -> int:
    """What would end it today; below zero, the customer's credit."""
    return view.quote.total_minor or min(view.balance_minor, 0)


def _once_settled(view: View) -> View:
    """The agreement as it will stand when what is on its way has arrived."""
    if not view.pending_minor:
        return view
    return View(
        view.agreement, view.kind.apply(view.terms, view.position, view.pending_minor, view.on).after, view.on
    )


def _sum(parts: Sequence[Part], fits: Callable[[Part], bool]) -> int:
    return sum(part.amount_minor for part in parts if fits(part))


def _numbered(part: Part) -> bool:
    return part.installment_number is not None


def _later(part: Part, on: date) -> bool:
    return part.due_on is not None and part.due_on > on


def _not_needed(view: View) -> int:
    return sum(1 for row in view.plan if row.state == "not_needed")


def settles_on(instrument: str, on: date, currency: str, days: int) -> date:
    """When money sent on a day should have arrived: a card at once, a bank debit after `days` business days."""
    if instrument != "bank":
        return on
    return next_business_day(on, days, CALENDARS.get(currency, "XFED"))
