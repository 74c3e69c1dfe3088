"""The words of every notice, as data: see `papers.notices`. Places are named as the data of a notice is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.words import N_

PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Words:
    """`line`: the sentence, best first, the last without any place. `more`: what the mail says besides. `day`: what the
    day `on` is called among the facts, `button`: what the link of the mail is called."""

    line: tuple[str, ...]
    more: tuple[str, ...] = ()
    day: str = N_("Day")
    button: str = N_("See it on my pages")


# What the cause says itself, as a sentence of its own.
WHAT, ANSWER, HEADLINE = "%(what)s", "%(answer)s", "%(headline)s"
_PAY_NOW = N_("Pay now")
_SEE_AUTOPAY = N_("See autopay")
_SEE_PAYMENT = N_("See this payment")
_UNTIL_IT_LEAVES = N_(
    "Until it leaves you can skip this one, pay another way, or change autopay on your pages."
)
_STAYS_DUE = N_("What is due stays due: pay it another way so that it is not late.")

_REMINDERS = {
    "reminder_before": Words(
        (N_("%(amount)s for %(agreement_number)s is due on %(on)s."), N_("A payment is due soon.")),
        (N_("You can pay now, plan a payment for a later day, or let autopay do it."),),
        N_("Due on"), _PAY_NOW,
    ),
    "reminder_due": Words(
        (N_("%(amount)s for %(agreement_number)s is due today, %(on)s."), N_("A payment is due today.")),
        (N_("You can pay now, or let autopay do it from the next time on."),),
        N_("Due on"), _PAY_NOW,
    ),
    "reminder_late": Words(
        (
            N_("%(amount)s for %(agreement_number)s was due on %(on)s and has not been paid."),
            N_("A payment is late."),
        ),
        (
            N_("Please pay it now. If that is not possible, promise a day or ask for more time on your pages."),
            N_("A payment that was begun in the last hours is not counted here yet."),
        ),
        N_("Was due on"), _PAY_NOW,
    ),
}  # fmt: skip
_AUTOPAY = {
    "autopay_tomorrow": Words(
        (
            N_("Autopay takes %(amount)s for %(agreement_number)s from %(method)s on %(on)s."),
            N_("Autopay takes %(amount)s for %(agreement_number)s on %(on)s."),
            N_("Autopay takes a payment soon."),
        ),
        (WHAT, _UNTIL_IT_LEAVES), N_("Leaves on"), _SEE_AUTOPAY,
    ),
    "autopay_on": Words(
        (
            N_("Autopay is on for %(agreement_number)s. It begins on %(on)s."),
            N_("Autopay is on for %(agreement_number)s."),
            N_("Autopay is on."),
        ),
        (
            WHAT,
            N_("The day before each debit we tell you the exact amount. You can skip one, pause or end it."),
            N_("What you agreed to comes in a mail of its own. Keep it."),
        ),
        N_("First debit on"), _SEE_AUTOPAY,
    ),
    "autopay_changed": Words(
        (N_("Autopay for %(agreement_number)s was changed."), N_("Autopay was changed.")),
        (WHAT, N_("If you did not do this, call us now.")), N_("Counts from"), _SEE_AUTOPAY,
    ),
    "autopay_ended": Words(
        (N_("Autopay for %(agreement_number)s has ended."), N_("Autopay has ended.")),
        (WHAT, N_("From now on you pay by yourself, on or before the day something is due.")),
        N_("Ended on"), _SEE_AUTOPAY,
    ),
    "autopay_amount_changed": Words(
        (
            N_("Autopay takes %(amount)s for %(agreement_number)s on %(on)s. Last time it was %(was)s."),
            N_("Autopay takes another amount for %(agreement_number)s: %(amount)s on %(on)s."),
            N_("Autopay takes another amount than the last time."),
        ),
        (WHAT, _UNTIL_IT_LEAVES), N_("Leaves on"), _SEE_AUTOPAY,
    ),
    "autopay_over_limit": Words(
        (
            N_("%(amount)s is due for %(agreement_number)s on %(on)s, above your autopay limit of %(limit)s."),
            N_("%(amount)s is due for %(agreement_number)s, above your autopay limit."),
            N_("What is due is above your autopay limit."),
        ),
        (WHAT,), N_("Due on"), N_("Say what should happen"),
    ),
    "autopay_skipped": Words(
        (
            N_("Autopay leaves out the payment of %(on)s for %(agreement_number)s."),
            N_("Autopay leaves out a payment."),
        ),
        (WHAT, _STAYS_DUE), N_("Day"), _SEE_AUTOPAY,
    ),
    "autopay_held": Words(
        (N_("We hold back the autopay of %(on)s for %(agreement_number)s."), N_("We hold back an autopay payment.")),
        (WHAT, N_("Nothing is taken for now, and no late fee comes of it. We write to you once it is decided.")),
        N_("Was to leave on"), _SEE_AUTOPAY,
    ),
    "autopay_let_go": Words(
        (N_("The autopay for %(agreement_number)s goes on. It leaves on %(on)s."), N_("Autopay goes on.")),
        (_UNTIL_IT_LEAVES,), N_("Leaves on"), _SEE_AUTOPAY),
    "autopay_retry": Words(
        (
            N_("The autopay of %(amount)s for %(agreement_number)s failed. We try again on %(on)s."),
            N_("An autopay payment failed. We try again."),
        ),
        (
            WHAT,
            N_("If you pay it before then in another way, we do not try again."),
        ),
        N_("Next try on"), _SEE_AUTOPAY,
    ),
    "autopay_stopped": Words(
        (N_("Autopay for %(agreement_number)s has stopped. Please pay another way."), N_("Autopay has stopped.")),
        (
            WHAT,
            N_("Nothing more is taken until you switch autopay on again, perhaps with another way to pay."),
            _STAYS_DUE,
        ),
        N_("Stopped on"), _SEE_AUTOPAY,
    ),
    "autopay_missed": Words(
        (
            N_("Autopay did not take the %(amount)s of %(on)s for %(agreement_number)s. Please pay it another way."),
            N_("Autopay did not take a payment. Please pay it another way."),
        ),
        (WHAT, N_("It was not your fault if something on our side stood still. Call us if a fee follows.")),
        N_("Due on"), _PAY_NOW,
    ),
}  # fmt: skip
_PAYMENTS = {
    "payment_planned": Words(
        (
            N_("A payment of %(amount)s for %(agreement_number)s is planned for %(leaves_on)s."),
            N_("A planned payment was changed."),
        ),
        button=_SEE_PAYMENT,
    ),
    "payment_changed": Words(
        (
            N_("Your planned payment for %(agreement_number)s was changed: %(amount)s on %(leaves_on)s."),
            N_("A planned payment was changed."),
        ),
        button=_SEE_PAYMENT,
    ),
    "payment_cancelled": Words(
        (
            N_("The planned payment of %(amount)s for %(agreement_number)s was cancelled."),
            N_("A planned payment was cancelled."),
        ),
        button=_SEE_PAYMENT,
    ),
    "payment_sent": Words(
        (N_("%(amount)s for %(agreement_number)s is on its way to us."), N_("A payment is on its way.")),
        button=_SEE_PAYMENT,
    ),
    "payment_settled": Words(
        (N_("%(amount)s for %(agreement_number)s has arrived. Thank you."), N_("A payment has arrived.")),
        button=_SEE_PAYMENT,
    ),
    "payment_failed": Words(
        (
            N_("Your payment of %(amount)s for %(agreement_number)s did not go through."),
            N_("A payment did not go through."),
        ),
        button=_SEE_PAYMENT,
    ),
    "payment_returned": Words(
        (
            N_("Your payment of %(amount)s for %(agreement_number)s was taken back and is owed again."),
            N_("A payment was taken back."),
        ),
        button=_SEE_PAYMENT,
    ),
    "payment_refunded": Words(
        (N_("We gave back %(given_back)s for %(agreement_number)s."), N_("We gave money back.")),
        button=_SEE_PAYMENT,
    ),
    "dispute_won": Words(
        (
            N_("Your payment of %(amount)s for %(agreement_number)s counts again."),
            N_("A payment counts again."),
        ),
        (
            N_("Your bank had taken it back because of a dispute, and decided that it stays paid."),
            N_("It counts as paid from %(on)s. If you do not understand this, ask your bank or call us."),
        ),
        N_("Paid again on"), _SEE_PAYMENT,
    ),
    "promise_made": Words(
        (
            N_("You promised to pay %(amount)s for %(agreement_number)s by %(on)s."),
            N_("A promise to pay was written down."),
        ),
        (N_("Until then we send no reminders of it. What the agreement says about late payments stays as it is."),),
        N_("Pay by"), _PAY_NOW,
    ),
    "promise_kept": Words(
        (N_("Your promise to pay %(amount)s for %(agreement_number)s was kept. Thank you."), N_("Thank you.")),
        (),
    ),
    "promise_broken": Words(
        (
            N_("The %(amount)s you promised for %(agreement_number)s by %(on)s has not arrived."),
            N_("What you promised to pay has not arrived."),
        ),
        (N_("Please pay now, or call us: together we find a way more easily than later."),),
        N_("Promised by"), _PAY_NOW,
    ),
    "more_time_decided": Words(
        (N_("Your request for more time has an answer."),),
        (WHAT, ANSWER), N_("Pay by"), N_("See the answer"),
    ),
    "pay_link": Words((N_("A link to pay %(amount)s was sent to you."), N_("A link to pay was sent to you."))),
}  # fmt: skip
_AGREEMENT = {
    "statement_ready": Words(
        (
            N_("Your statement for %(agreement_number)s is ready: %(amount)s, due on %(on)s."),
            N_("Your statement for %(agreement_number)s is ready."), N_("A statement is ready."),
        ), (WHAT,), N_("Due on"), N_("See the statement"),
    ),
    "period_statement": Words(
        (N_("Your statement for %(agreement_number)s is ready."), N_("A statement is ready.")), (WHAT,)),
    "fee_posted": Words(
        (
            N_("A fee of %(amount)s was charged on %(agreement_number)s: %(name_of_fee)s."),
            N_("A fee of %(amount)s was charged on %(agreement_number)s."),
            N_("A fee was charged."),
        ),
        (WHAT, N_("If you think this is wrong, tell us.")), N_("Due on"), N_("See why"),
    ),
    "due_date_changed": Words(
        (
            N_("What falls due under %(agreement_number)s has other days from %(on)s on."),
            N_("What falls due has other days now."),
        ),
        (WHAT,), N_("Counts from"), N_("See the plan"),
    ),
    "terms_changed": Words(
        (N_("The terms of %(agreement_number)s have changed."), N_("The terms of an agreement have changed.")),
        (WHAT,), N_("Counts from"), N_("See what changed")),
    "rent_changed": Words(
        (
            N_("The rent for %(agreement_number)s is %(amount)s from %(on)s. It was %(was)s."),
            N_("The rent for %(agreement_number)s is %(amount)s from %(on)s."),
            N_("The rent for %(agreement_number)s changes on %(on)s."),
            N_("The rent changes."),
        ),
        (WHAT,), N_("Counts from"), N_("See the change")),
    "ladder_notice": Words(
        (
            HEADLINE, N_("Please read: %(amount)s for %(agreement_number)s is overdue."),
            N_("Please read our notice about an overdue payment."),
        ), (WHAT,), N_("Was due on"), _PAY_NOW),
    "document_to_sign": Words(
        (HEADLINE, N_("A document for %(agreement_number)s is ready to sign."), N_("A document is ready to sign.")),
        (WHAT,), N_("Sign by"), N_("Read and sign")),
    "document_signed": Words(
        (N_("A document for %(agreement_number)s was signed by all."), N_("A document was signed by all.")),
        (WHAT,), button=N_("See the document")),
    "question_decided": Words(
        (HEADLINE, N_("Your question about %(agreement_number)s has an answer."), N_("Your question has an answer.")),
        (WHAT,), button=N_("See the answer"),
    ),
    "announcement": Words((HEADLINE, N_("There is an announcement for you.")), (WHAT,)),
    "message_received": Words((N_("There is a message for you."),), (), button=N_("Read it")),
}  # fmt: skip
_ACCOUNT = {
    "method_expiring": Words((N_("Your card %(method)s ends soon."), N_("Your card ends soon."))),
    "security": Words((WHAT, N_("Something about your account was changed."))),
    "contact_answered": Words((N_("We answered what you wrote to us."),), (
        N_("Open it in the browser you wrote from: the link opens nothing anywhere else."),
        N_("You did not write to us? Then somebody typed your address by mistake, and you need do nothing."),
    ), button=N_("Read the answer")),
    "notice_test": Words((N_("This is a test. Notices reach you here."),), (
        N_("You asked for it on the page of your alerts. Nothing was paid or changed."),), button=N_("See my alerts")),
}  # fmt: skip

WORDS: Mapping[str, Words] = _REMINDERS | _AUTOPAY | _PAYMENTS | _AGREEMENT | _ACCOUNT
"""Event (or the mail's own name) -> its words."""
