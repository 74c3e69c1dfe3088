"""The permission for autopay, in the words its payer accepts. Pure. Verb: `autopay_text`.

It stands on the permissions of `authorisations` for each scheme (recurring; US law wants the recurring nature, amount,
timing, account and how to revoke: 12 CFR 1005.10(b), CFPB Bulletin 2015-06) and says what a contract of autopay adds:
the rule of the amount, the limit and what happens above it, the range, holidays, the ways to pay in their order, the
first and the last day, and that a loan never depends on it (12 CFR 1005.10(e)). A change of any sentence is a new
version; what was accepted stays as it was kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.rules.authorisations import Authorisation, Facts, Scheme, authorisation
from domain.rules.autopay import Contract
from domain.rules.autopay_amount import percent
from domain.words import N_, Money, Refused, Sentence

VERSION = "autopay-2026-11"
BACKUP_SCHEMES = ("ach", "card")
"""What can stand in when the first way to pay fails: what needs no mandate of its own at a bank."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A further way to pay: its scheme and what its account is called."""

    scheme: Scheme
    account: str


def autopay_text(
    scheme: Scheme, facts: Facts, contract: Contract, backups: Sequence[Backup] = (), class_code: str = ""
) -> Authorisation:
    """The permission for `contract` from the account in `facts` (its amounts, days and rhythm are taken from here).

    Raises Refused where it would not say all it must, and for a backup that needs a mandate of its own.
    """
    for backup in backups:
        if backup.scheme not in BACKUP_SCHEMES:
            words = N_(
                "%(account)s needs a mandate of its own, so it cannot stand in for another way to pay."
            )
            raise Refused(Sentence(words, {"account": backup.account}), "backup")
    range_minor = _range(contract)
    asked = replace(
        facts, amount_minor=None, most_minor=contract.limit_minor, what=what(contract), on=None,
        rhythm=rhythm(contract), range_minor=range_minor,
    )  # fmt: skip
    base = authorisation(scheme, asked, class_code=class_code, recurring=True)
    first, rest = base.sentences[:1], base.sentences[1:]
    ours = tuple(_ours(contract, facts.account, backups))
    place = 2 if scheme in ("sepa", "bacs") else 0
    sentences = (*first, *rest[:place], *ours, *rest[place:]) if place else (*first, *ours, *rest)
    return replace(base, version=VERSION, sentences=sentences)


def what(contract: Contract) -> Sentence:
    """The amount of each debit, as words inside a sentence."""
    amount = {
        "amount": Money(contract.amount_minor, contract.currency),
        "percent": percent(contract.share_bp),
    }
    return {
        "due": Sentence(N_("all that is due")),
        "minimum": Sentence(N_("the minimum payment")),
        "statement": Sentence(N_("the balance of the statement")),
        "fixed": Sentence(N_("%(amount)s"), amount),
        "due_plus": Sentence(N_("all that is due and %(amount)s more"), amount),
        "share": Sentence(N_("%(percent)s %% of what is due"), amount),
    }[contract.amount_rule]


def rhythm(contract: Contract) -> Sentence:
    """When the debits are taken, as words inside a sentence."""
    first = contract.anchor_on or contract.starts_on
    if contract.cadence == "due":
        words = N_("%(days)s days before each due date") if contract.days_before else N_("on each due date")
        return Sentence(words, {"days": contract.days_before})
    if contract.cadence == "semimonthly":
        words = N_("twice a month from %(day)s on, on day %(first)s and day %(second)s")
        low, high = sorted((first.day, contract.second_day))
        return Sentence(words, {"day": first, "first": low, "second": high})
    words = {
        "weekly": N_("every week from %(day)s on"),
        "biweekly": N_("every two weeks from %(day)s on"),
        "monthly": N_("every month from %(day)s on"),
    }[contract.cadence]
    return Sentence(words, {"day": first})


def _ours(contract: Contract, account: str, backups: Sequence[Backup]) -> list[Sentence]:
    """What a contract of autopay says beyond the permission of the scheme."""
    said = [Sentence(N_("It is never more than what is owed, less what is paid or on its way."))]
    said += _limit(contract)
    if contract.cadence == "due" and contract.days_before:
        said.append(Sentence(N_("On a weekend or bank holiday it is taken on the banks' last day before.")))
    else:
        said.append(Sentence(N_("On a weekend or bank holiday it is taken on the banks' next day.")))
    said += [
        Sentence(
            N_("If %(first)s cannot be used or fails, it may be taken from %(next)s."),
            {"first": account, "next": backup.account},
        )
        for backup in backups
    ]
    if contract.ends_on is not None:
        words = N_("It begins on %(first)s and ends after %(last)s.")
        said.append(Sentence(words, {"first": contract.starts_on, "last": contract.ends_on}))
    else:
        words = N_("It begins on %(first)s and goes on until I end it or nothing is owed any more.")
        said.append(Sentence(words, {"first": contract.starts_on}))
    said.append(
        Sentence(
            N_(
                "I am told of each debit and its exact amount the day before. I can skip one, pause or end"
                " autopay under “Autopay” until it is sent. My agreement does not depend on it."
            )
        )
    )
    return said


def _limit(contract: Contract) -> list[Sentence]:
    said = []
    if contract.limit_minor is not None:
        words = {
            "pay_limit": N_("It is at most %(limit)s each time. If more is due, %(limit)s is taken."),
            "skip": N_("It is at most %(limit)s each time. If more is due, nothing is taken and I am told."),
            "ask": N_("It is at most %(limit)s each time. If more is due, nothing is taken before I say yes."),
        }[contract.above_limit]  # fmt: skip
        said.append(Sentence(words, {"limit": Money(contract.limit_minor, contract.currency)}))
    if contract.follow_rent_bp:
        words = N_(
            "If the regular payment rises by up to %(percent)s %%, autopay follows it, and my limit with it. If it"
            " rises more, I am asked first."
        )
        said.append(Sentence(words, {"percent": percent(contract.follow_rent_bp)}))
    return said


def _range(contract: Contract) -> tuple[int, int | None] | None:
    if contract.range_min_minor is None and contract.range_max_minor is None:
        return None
    return contract.range_min_minor or 0, contract.range_max_minor
