"""What the page of whoever runs the portal shows beside `domain.reports.operating`: the duties in words, the messages
that were given up with their tasks, the payments without an answer. Read-only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.access import Scope
from domain.records.dead_letters import KIND
from domain.reports.finding import Found, Wanted
from domain.reports.payments import Line, lines, read
from domain.reports.tasks import Shown, tasks
from domain.words import N_
from models import Payment

MOST = 20

DUTY_WORDS: Mapping[str, str] = {
    "deliver_outbox": N_("Send messages that wait"),
    "send_due": N_("Send planned payments whose day has come"),
    "resolve_unknown": N_("Ask about payments without an answer"),
    "resolve_refunds": N_("Ask about refunds without an answer"),
    "read_gateway_events": N_("Read news of the processors"),
    "expire_confirmations": N_("Cancel payments that nobody confirmed"),
    "look_for_late": N_("Look for payments that take too long"),
    "bill_day": N_("Post what falls due, fees and statements"),
    "watch_late": N_("Check promises, take the steps for late payers"),
    "debit_day": N_("Announce and begin autopay debits"),
    "remind": N_("Remind people of what falls due"),
    "tell_unread": N_("Tell of answers nobody read"),
    "watch_return_rates": N_("Watch how many debits come back"),
    "build_files": N_("Make files for the bank"),
    "settle_files": N_("Settle debits by file"),
    "read_payouts": N_("Read payouts of the processors"),
    "reconcile": N_("Compare books, processors and bank"),
    "tell_expiring": N_("Warn of cards that end"),
    "seal_books": N_("Seal the books of yesterday"),
    "seal_audit": N_("Seal the audit trail"),
    "write_exports": N_("Write archives that were asked for"),
    "mail_reports": N_("Mail reports"),
    "finish_documents": N_("Finish signed documents"),
    "mail_announcements": N_("Mail announcements"),
    "issue_statements": N_("Make statements of months and years"),
    "end_ownerships": N_("Take houses from owners who sold them"),
    "forget_tries": N_("Forget old tries to sign in"),
    "keep_backup": N_("Make and prove the backup of the night"),
    "mend_search": N_("Give words to the search"),
    "tell_watcher": N_("Give a sign of life to the watcher elsewhere"),
}
"""Duty -> what it does, in words for people."""
STATES: Mapping[str, str] = {
    "well": N_("Ran well"),
    "failed": N_("Failed"),
    "late": N_("Has not run for too long"),
    "never": N_("Has not run yet"),
}
WAITING_WORDS: Mapping[str, str] = {
    "due": N_("Waiting to be sent"),
    "sending": N_("Being sent"),
    "dead": N_("Given up"),
}


def given_up(scope: Scope) -> Found[Shown]:
    """The open tasks of messages that were given up, the oldest first; sending again goes by such a task."""
    return tasks(scope, Wanted(filters={"kind": KIND}, per_page=MOST))


def unanswered(scope: Scope) -> Sequence[Line]:
    """The payments whose outcome nobody knows yet."""
    return read(lines(scope).where(Payment.state == "unknown").limit(MOST))
