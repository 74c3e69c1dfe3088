"""The sentences of each permission; `domain.rules.authorisations` says which are taken and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.words import N_, Money, Sentence

BACS_NOTICE = 10
SEPA_NOTICE = 14


@dataclass(frozen=True, slots=True)
class Facts:
    """What a permission says. Amounts are minor units of `currency`; days are local days of the business.

    * `business`, `contact`: who takes the money and how to reach them (a telephone number, else an address of mail);
    * `payer`, `account`: whose account it is and what it is called ("First Test Bank ••6789");
    * `agreement`: what it pays ("L-10001");
    * `amount_minor`, `fee_minor`: what is taken each time, and the fee for the way of paying that it includes;
      `most_minor`: where the amount differs, the most that may be taken each time;
    * `on`: the day of one payment, or of the first; `rhythm`: when the following ones are taken;
    * `said_on`: the day of the call, for a permission by telephone;
    * `mandate_ref`, `creditor_id`: the names by which the schemes know the permission and the business;
    * `notice_days`: how many days before a debit the payer is told of it, where the scheme asks;
    * `what`: what is taken each time in words, for an amount that follows a rule; `range_minor`: the amounts (from, to;
      no end: None) within which the payer wishes to be told of no difference.
    """

    business: str
    contact: str
    account: str
    agreement: str
    currency: str
    payer: str = ""
    amount_minor: int | None = None
    fee_minor: int = 0
    most_minor: int | None = None
    on: date | None = None
    rhythm: Sentence | None = None
    said_on: date | None = None
    mandate_ref: str = ""
    creditor_id: str = ""
    notice_days: int | None = None
    what: Sentence | None = None
    range_minor: tuple[int, int | None] | None = None


def _params(facts: Facts) -> dict[str, Any]:
    params: dict[str, Any] = {
        "business": facts.business, "contact": facts.contact, "account": facts.account, "payer": facts.payer,
        "agreement": facts.agreement, "amount": _amount(facts),
    }  # fmt: skip
    if facts.on is not None:
        params["day"] = facts.on
    if facts.rhythm is not None:
        params["rhythm"] = facts.rhythm
    return params


def _amount(facts: Facts) -> Money | Sentence:
    if facts.what is not None:
        return facts.what
    if facts.amount_minor is None:
        most = Money(facts.most_minor or 0, facts.currency)
        return Sentence(N_("what is due, at most %(most)s each time"), {"most": most})
    amount = Money(facts.amount_minor, facts.currency)
    if not facts.fee_minor:
        return amount
    fee = Money(facts.fee_minor, facts.currency)
    words = N_("%(amount)s (with %(fee)s as the fee for paying this way)")
    return Sentence(words, {"amount": amount, "fee": fee})


def _taken(facts: Facts, recurring: bool) -> Sentence:
    """Who takes what, from which account, when and for what: what every permission begins with."""
    if not recurring:
        words = N_(
            "I allow %(business)s to take %(amount)s from %(account)s once, on %(day)s or shortly after, for"
            " %(agreement)s."
        )
    elif facts.on is not None:
        words = N_(
            "I allow %(business)s to take %(amount)s from %(account)s again and again, first on %(day)s and"
            " then %(rhythm)s, for %(agreement)s."
        )
    else:
        words = N_(
            "I allow %(business)s to take %(amount)s from %(account)s again and again, %(rhythm)s, for %(agreement)s."
        )
    return Sentence(words, _params(facts))


def _revoke(facts: Facts, recurring: bool) -> Sentence:
    words = (
        N_(
            "I can take this permission back at any time under “My permissions” or at %(contact)s, at least 3"
            " business days before a payment if it is to be stopped. What I owe stays owed."
        )
        if recurring
        else N_(
            "I can take this permission back under “My permissions” or at %(contact)s until the payment is"
            " sent. What I owe stays owed."
        )
    )
    return Sentence(words, _params(facts))


def _changes(facts: Facts) -> Sentence:
    if facts.range_minor is not None:
        low, high = facts.range_minor
        words = (
            N_(
                "I am told at least 10 days earlier of an amount outside %(low)s to %(high)s; inside it amounts may"
                " differ."
            )
            if high is not None
            else N_(
                "I am told at least 10 days earlier of an amount below %(low)s; above it amounts may differ."
            )
        )
        return Sentence(words, {"low": Money(low, facts.currency), "high": Money(high or 0, facts.currency)})
    return Sentence(
        N_(
            "If an amount differs from the one before, I am told of it and of the day at least 10 days earlier."
        )
    )


def ach(facts: Facts, recurring: bool, class_code: str) -> list[Sentence]:
    """A US bank debit, given on our pages (WEB), on paper (PPD) or for a firm's account (CCD)."""
    said = [_taken(facts, recurring)]
    if recurring and facts.amount_minor is None:
        said.append(_changes(facts))
    owner = (
        N_("The account is a business account, and I may give this permission for the business.")
        if class_code == "CCD"
        else N_("The account is mine, or I may use it for payments like this one.")
    )
    said.append(Sentence(owner))
    said.append(
        Sentence(
            N_(
                "It is a debit by the ACH network under its rules and US law. If the bank returns it, it may be"
                " sent again at most twice, and the fee agreed for a returned payment may be charged."
            )
        )
    )
    return [*said, _revoke(facts, recurring)]


def telephone(facts: Facts, recurring: bool) -> list[Sentence]:
    """What staff read aloud before a debit by telephone (TEL): the payer says yes to it, and it is kept."""
    params = _params(facts) | {"said_on": facts.said_on}
    words = (
        N_(
            "Today, %(said_on)s, you allow %(business)s to take %(amount)s from %(account)s by ACH debits,"
            " %(rhythm)s, for %(agreement)s."
        )
        if recurring
        else N_(
            "Today, %(said_on)s, you allow %(business)s to take %(amount)s from %(account)s by one ACH debit on"
            " %(day)s or shortly after, for %(agreement)s."
        )
    )
    return [
        Sentence(words, params),
        Sentence(N_("The account is in the name of %(payer)s, and you may use it."), params),
        Sentence(
            N_(
                "Call %(contact)s with any question, and to take this permission back before the payment is"
                " sent. What you owe stays owed."
            ),
            params,
        ),
        Sentence(N_("We keep what you say now and send you a copy. Do you agree?")),
    ]


def sepa(facts: Facts, recurring: bool) -> list[Sentence]:
    """The core mandate of the European Payments Council, with what it is for."""
    params = _params(facts) | {"mandate": facts.mandate_ref, "creditor": facts.creditor_id}
    days = facts.notice_days if facts.notice_days is not None else SEPA_NOTICE
    said = [
        Sentence(
            N_(
                "By accepting this mandate you authorise (A) %(business)s to send instructions to your bank to"
                " debit your account and (B) your bank to debit your account in accordance with the"
                " instructions from %(business)s."
            ),
            params,
        ),
        Sentence(
            N_(
                "As part of your rights, you are entitled to a refund from your bank under the terms and"
                " conditions of your agreement with your bank. A refund must be claimed within 8 weeks starting"
                " from the date on which your account was debited. Your rights are explained in a statement"
                " that you can obtain from your bank."
            )
        ),
        _taken(facts, recurring),
        _notice(recurring, days),
    ]
    if facts.creditor_id or facts.mandate_ref:
        names = N_("Creditor identifier %(creditor)s, mandate reference %(mandate)s.")
        said.append(Sentence(names, params))
    return [*said, _revoke(facts, recurring)]


def _notice(recurring: bool, days: int) -> Sentence:
    """The pre-notification: of one debit, the mandate itself is it, since it names the amount and the day."""
    if recurring:
        return Sentence(
            N_("You are told of each debit and its day at least %(days)s days before."), {"days": days}
        )
    return Sentence(N_("This is your notice of the debit: you agree that no other one is sent before it."))


def bacs(facts: Facts, recurring: bool) -> list[Sentence]:
    """The instruction to the bank and the Direct Debit Guarantee, word for word."""
    params = _params(facts) | {"reference": facts.mandate_ref, "user": facts.creditor_id}
    params["days"] = facts.notice_days if facts.notice_days is not None else BACS_NOTICE
    said = [
        _taken(facts, recurring),
        Sentence(
            N_(
                "Instruction to your bank or building society: please pay %(business)s Direct Debits from the"
                " account named in this instruction, subject to the safeguards assured by the Direct Debit"
                " Guarantee. This instruction may remain with %(business)s and, if so, details will be passed"
                " electronically to your bank or building society."
            ),
            params,
        ),
        *(Sentence(words, params) for words in _GUARANTEE),
    ]
    if facts.creditor_id or facts.mandate_ref:
        said.append(Sentence(N_("Service user number %(user)s, reference %(reference)s."), params))
    return [*said, _revoke(facts, recurring)]


_GUARANTEE = (
    N_(
        "The Direct Debit Guarantee is offered by all banks and building societies that accept instructions to"
        " pay Direct Debits."
    ),
    N_(
        "If there are any changes to the amount, date or frequency of your Direct Debit %(business)s will"
        " notify you %(days)s working days in advance of your account being debited or as otherwise agreed. If"
        " you request %(business)s to collect a payment, confirmation of the amount and date will be given to"
        " you at the time of the request."
    ),
    N_(
        "If an error is made in the payment of your Direct Debit, by %(business)s or your bank or building"
        " society, you are entitled to a full and immediate refund of the amount paid from your bank or"
        " building society. If you receive a refund you are not entitled to, you must pay it back when"
        " %(business)s asks you to."
    ),
    N_(
        "You can cancel a Direct Debit at any time by simply contacting your bank or building society. Written"
        " confirmation may be required. Please also notify us."
    ),
)


def card(facts: Facts, recurring: bool) -> list[Sentence]:
    """A card that is charged once, or kept and charged again (the networks' rules on stored credentials)."""
    said = [_taken(facts, recurring)]
    if recurring:
        said.append(
            Sentence(
                N_(
                    "The card is kept by the payment processor for this and charged without asking me each"
                    " time. I am told by mail before anything of this changes. It ends when the agreement is"
                    " paid or I take it back."
                )
            )
        )
        if facts.amount_minor is None:
            said.append(_changes(facts))
    said.append(Sentence(N_("The card is mine, or I may use it for payments like this one.")))
    return [*said, _revoke(facts, recurring)]
