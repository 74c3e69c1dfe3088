"""Guided answers: a few questions that lead to one article, a page, or to what became of the reader's own payments.

A step is a question with its choices. A choice leads to another step, an article ("article:slug"), a page
("page:endpoint"), or to the reader's own payments of some kind ("payments:failed").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.words import N_


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody may answer, and where it leads: `way` is step, article, page or payments."""

    words: str
    way: str
    target: str


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    choices: tuple[Choice, ...]


def _choice(words: str, to: str) -> Choice:
    way, _, target = to.partition(":")
    return Choice(words, way, target)


def _step(title: str, *choices: tuple[str, str]) -> Step:
    return Step(title, tuple(_choice(*one) for one in choices))


FIRST = "start"
STEPS: Mapping[str, Step] = {
    FIRST: _step(
        N_("What is it about?"),
        (N_("A payment"), "step:payment"),
        (N_("An amount or a fee"), "step:amount"),
        (N_("A document or a statement"), "step:papers"),
        (N_("Your home"), "step:home"),
        (N_("Access"), "step:sign-in"),
        (N_("This website or the app"), "step:website"),
        (N_("Something looks like fraud"), "step:fraud"),
    ),
    "payment": _step(
        N_("What happened to the payment?"),
        (N_("It failed or came back"), "payments:failed"),
        (N_("It is pending for a long time"), "payments:pending"),
        (N_("I got no confirmation"), "payments:lately"),
        (N_("I paid, but it is not on my account"), "payments:missing"),
        (N_("The amount was wrong"), "article:wrong-amount"),
        (N_("I want to pay, and do not know how"), "article:ways-to-pay"),
        (N_("I want to pay in another way than before"), "article:change-a-method"),
    ),
    "amount": _step(
        N_("Which amount is it?"),
        (N_("A late fee"), "article:late-fees"),
        (N_("A fee for a payment that came back"), "payments:failed"),
        (N_("The next payment is not what I expected"), "article:wrong-amount"),
        (N_("What it costs to end the agreement"), "article:payoff-and-buyout"),
        (N_("What autopay will take"), "article:autopay"),
        (N_("Another amount: ask about it"), "article:ask-about-amount"),
    ),
    "papers": _step(
        N_("What do you want to do?"),
        (N_("Read and sign a document"), "article:sign-documents"),
        (N_("Find a statement of a month or a year"), "article:statements"),
        (N_("Get a receipt, or all papers in one file"), "article:receipts-and-papers"),
        (N_("Check that a document is genuine"), "article:check-document"),
        (N_("Set up a new agreement after the counter"), "article:first-steps"),
    ),
    "home": _step(
        N_("What is it about?"),
        (N_("Something is broken"), "article:report-repair"),
        (N_("My deposit, or moving out"), "article:deposit-and-moving-out"),
        (N_("Something else: write to us"), "article:write-to-us"),
    ),
    "sign-in": _step(
        N_("What keeps you out?"),
        (N_("I forgot my password or username"), "article:forgotten-password"),
        (N_("The password is right, but I am not let in"), "article:locked-out"),
        (N_("The code or the mail does not arrive"), "article:code-or-notice-missing"),
        (N_("I have a new phone, or lost my second factor"), "article:second-factor"),
        (N_("I have no account yet"), "page:public.claim"),
    ),
    "website": _step(
        N_("What goes wrong?"),
        (N_("A page says that something went wrong"), "article:website-errors"),
        (N_("What I see looks old or strange"), "article:cache-and-cookies"),
        (N_("The connection is bad"), "article:bad-connection"),
        (N_("I want it on my phone like an app"), "article:install-the-app"),
    ),
    "fraud": _step(
        N_("What did you see?"),
        (N_("A mail, text message or call that may not be from you"), "article:phishing"),
        (N_("A payment or a change that was not me"), "article:break-in"),
        (N_("I typed my password on a page that was not yours"), "article:break-in"),
    ),
}

PAYMENTS: Mapping[str, tuple[str, str]] = {
    "failed": (N_("Payments that failed or came back"), "payment-failed"),
    "pending": (N_("Payments on their way"), "pending-too-long"),
    "lately": (N_("Your latest payments"), "no-confirmation"),
    "missing": (N_("Your latest payments"), "payment-not-credited"),
}
"""Which of somebody's own payments are shown, under which heading, with which article."""
