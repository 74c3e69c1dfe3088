"""The gateway of UK direct debits by files: days, checks of an account, the file out and the reports back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from domain.rules.business_days import is_business_day, next_business_day, previous_business_day
from domain.rules.uk_accounts import fault_of_uk_account
from domain.words import N_, Sentence
from gateways.bacs_file import reader, writer
from gateways.bacs_file.service_user import ServiceUser
from gateways.base import Ability, MethodKind
from gateways.files import BankAccount, FileOrder, FileReading, Proof, WrittenFile

CALENDAR = "GB"
CYCLE_DAYS = 2
"""Working days from the day a file is sent to the day money moves: input, processing, entry."""
# Payment Services Regulations 2017, regulation 74.
_UNAUTHORISED_MONTHS = 13


class BacsFileGateway:
    """Direct debits of UK accounts, in files under the service user number of `user`.

    A file is sent on one working day, processed on the next and moves money on the third. Bacs is silent about debits
    that went well. `returnable_until` is the law's last day for a debit that was not authorised; a claim under the
    Direct Debit Guarantee can come even later, and reopens the debt all the same.
    """

    name = "bacs_file"
    takes: frozenset[MethodKind] = frozenset({"bank"})
    abilities: frozenset[Ability] = frozenset({"file", "credits"})
    # The instruction (0N) goes ahead of the first debit, and the payer's bank has its days to refuse it.
    verifies: Proof = "prenote"
    currency = "GBP"

    def __init__(self, user: ServiceUser, *, live: bool = True) -> None:
        self.user = user
        self.live = live

    @property
    def creditor_id(self) -> str:
        """The number by which the payer's bank knows the business."""
        return self.user.number

    @property
    def checks_numbers(self) -> bool:
        """Whether account numbers are held against the operator's weights; else only their shape is."""
        return self.user.table is not None

    def leaves_on(self, day: date, now: datetime | None = None) -> date:
        leaves = next_business_day(day, 0, CALENDAR)
        if now is None:
            return leaves
        there = now.astimezone(self.user.zone)
        today = there.date()
        if is_business_day(today, CALENDAR) and there.time() < self.user.cut_off:
            return max(leaves, today)
        return max(leaves, next_business_day(today, 1, CALENDAR))

    def effective_on(self, leaves_on: date, first: bool = False) -> date:
        return next_business_day(leaves_on, self.user.first_lead_days if first else CYCLE_DAYS, CALENDAR)

    def notice_until(self, effective_on: date) -> date:
        """The last day to tell the payer of a debit: the advance notice."""
        return previous_business_day(effective_on, self.user.notice_days, CALENDAR)

    def expected_on(self, kind: MethodKind, sent_on: date) -> date:
        return next_business_day(self.effective_on(sent_on), self.user.settle_days, CALENDAR)

    def returnable_until(self, kind: MethodKind, settled_on: date) -> date | None:
        return settled_on + relativedelta(months=_UNAUTHORISED_MONTHS)

    def check_account(self, account: BankAccount) -> Mapping[str, Sentence]:
        found = dict(fault_of_uk_account(account.routing, account.number, self.user.table))
        if not account.holder.strip():
            found["holder"] = Sentence(N_("Enter the name on the account."))
        return found

    def bank_name(self, account: BankAccount) -> str:
        """Always empty: the directory of sort codes belongs to the scheme's operator."""
        return ""

    def trace_of(self, number: int) -> str:
        """Empty: what stands in the reference of a line depends on the other lines of its file."""
        return ""

    def write(self, order: FileOrder) -> WrittenFile:
        return writer.write(order, self.user)

    def read(self, content: bytes) -> FileReading:
        return reader.read(content, self.user)
