"""What people are told of, as data: one `Event` per thing that can happen, with its words and who may choose what.

A required event always reaches its reader by mail and on their pages; the other channels are theirs to choose. Codes
and links that open an account are no events: nobody can switch them off (`domain.records.words_out.enqueue_mail`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.words import N_

CHANNELS = ("email", "sms", "push", "bell")
CHANNEL_WORDS: Mapping[str, str] = {
    "email": N_("E-mail"),
    "sms": N_("Text message"),
    "push": N_("On this phone or computer"),
    "bell": N_("On these pages"),
}
GROUPS: Mapping[str, str] = {
    "reminders": N_("Reminders of what is due"),
    "autopay": N_("Autopay"),
    "payments": N_("Payments"),
    "agreement": N_("Your agreement"),
    "account": N_("Your account"),
}
"""The headings under which people choose, in order."""

MAIL = ("email", "bell")
MAIL_PUSH = ("email", "push", "bell")
EVERY = ("email", "sms", "push", "bell")
AT_ONCE: tuple[str, ...] = ()
LOUD = ("sms", "push")
QUIET = ("email", "sms", "push")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing people are told of.

    `words` name it on the preferences page. `default`: by which channels somebody is told who chose nothing; a text
    goes only where they agreed to texts, a push only where they let a browser take it. `required`: mail and bell cannot
    be switched off. `quiet`: the channels that wait for the hours in which the reader may be written to; what somebody
    just did themselves is confirmed by mail at once. `mail`: the name of the mail, "" where it is the event's own.
    """

    name: str
    group: str
    words: str
    default: tuple[str, ...] = MAIL_PUSH
    required: bool = False
    quiet: tuple[str, ...] = QUIET
    mail: str = ""

    @property
    def template(self) -> str:
        """The name of the mail under templates/mail/."""
        return self.mail or self.name

    def may_choose(self, channel: str) -> bool:
        """Whether the reader may switch this channel off for this event."""
        return not (self.required and channel in MAIL)


_ALL = (
    Event("reminder_before", "reminders", N_("Some days before something is due")),
    Event("reminder_due", "reminders", N_("On the day something is due"), EVERY),
    Event("reminder_late", "reminders", N_("When something is late"), EVERY),
    Event("autopay_tomorrow", "autopay", N_("The day before autopay takes money"), EVERY, required=True),
    Event("autopay_on", "autopay", N_("Autopay was switched on"), required=True, quiet=LOUD),
    Event("autopay_changed", "autopay", N_("Autopay was changed or paused"), required=True, quiet=LOUD),
    Event("autopay_ended", "autopay", N_("Autopay has ended"), required=True, quiet=LOUD),
    Event("autopay_amount_changed", "autopay", N_("Autopay will take another amount"), EVERY, required=True),
    Event("autopay_over_limit", "autopay", N_("What is due is above your limit"), EVERY, required=True),
    Event("autopay_skipped", "autopay", N_("Autopay leaves a payment out"), required=True),
    Event("autopay_held", "autopay", N_("We hold back a debit of autopay"), required=True),
    Event("autopay_let_go", "autopay", N_("A debit of autopay is held back no more"), EVERY, required=True),
    Event("autopay_retry", "autopay", N_("Autopay tries again after a failure"), EVERY, required=True),
    Event("autopay_stopped", "autopay", N_("Autopay has stopped after failures"), EVERY, required=True),
    Event("autopay_missed", "autopay", N_("Autopay could not take a payment"), EVERY, required=True),
    Event("payment_planned", "payments", N_("A payment was planned, changed or cancelled"), quiet=LOUD),
    Event("payment_sent", "payments", N_("A payment is on its way"), quiet=LOUD, mail="payment_started"),
    Event(
        "payment_settled", "payments", N_("A payment has arrived: the receipt"), quiet=LOUD, mail="receipt"
    ),
    Event("payment_failed", "payments", N_("A payment failed"), EVERY, required=True, quiet=LOUD),
    Event("payment_returned", "payments", N_("A bank took a payment back"), EVERY, required=True, quiet=LOUD),
    Event("payment_refunded", "payments", N_("Money was given back"), quiet=LOUD),
    Event("promise_made", "payments", N_("A promise to pay was written down"), MAIL, quiet=LOUD),
    Event("promise_kept", "payments", N_("A promise to pay was kept"), MAIL),
    Event("promise_broken", "payments", N_("A promise to pay was not kept"), required=True),
    Event("more_time_decided", "payments", N_("An answer to your request for more time"), required=True),
    Event("pay_link", "payments", N_("A link to pay was sent to you"), MAIL, required=True, quiet=AT_ONCE),
    Event("statement_ready", "agreement", N_("A statement is ready"), required=True),
    Event("period_statement", "agreement", N_("The statement of a month or a year is ready"), MAIL),
    Event("fee_posted", "agreement", N_("A fee was charged"), required=True),
    Event("due_date_changed", "agreement", N_("A due date has changed"), required=True),
    Event("terms_changed", "agreement", N_("The terms of an agreement have changed"), required=True),
    Event("rent_changed", "agreement", N_("The rent changes"), required=True),
    Event("ladder_notice", "agreement", N_("A notice about an overdue payment"), EVERY, required=True),
    Event("document_to_sign", "agreement", N_("A document is ready to sign"), required=True),
    Event("document_signed", "agreement", N_("A document was signed by all"), required=True),
    Event("question_decided", "agreement", N_("An answer to a question or request")),
    Event("message_received", "agreement", N_("A message from us")),
    Event("announcement", "agreement", N_("What we tell all our customers"), MAIL),
    Event("method_expiring", "account", N_("A card ends soon"), mail="method_expires"),
    Event("security", "account", N_("Sign-ins and changes to your account"), required=True, quiet=AT_ONCE),
)

EVENTS: Mapping[str, Event] = {event.name: event for event in _ALL}
"""Every event by its name, in the order of the preferences page."""

MAIL_OF: Mapping[str, str] = {
    "payment_planned": "payment_planned",
    "payment_changed": "payment_planned",
    "payment_cancelled": "payment_planned",
    "payment_started": "payment_sent",
    "receipt": "payment_settled",
    "counter_receipt": "payment_settled",
    "payment_failed": "payment_failed",
    "payment_returned": "payment_returned",
    "payment_reversed": "payment_returned",
    "payment_refunded": "payment_refunded",
    "dispute_won": "payment_settled",
}
"""Which event a mail about a payment tells of."""
