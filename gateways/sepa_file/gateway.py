"""The gateway of SEPA direct debits by files: days, checks of an account, the file out and the files back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from domain.rules.business_days import is_business_day, next_business_day
from domain.rules.iban import bank_of_iban, fault_of_iban, in_sepa
from domain.words import N_, Sentence
from gateways.base import Ability, MethodKind
from gateways.files import BankAccount, FileOrder, FileReading, Proof, WrittenFile
from gateways.sepa_file import reader, writer
from gateways.sepa_file.creditor import Creditor

CALENDAR = "XECB"
# A consumer may have any debit given back within eight weeks, and one without a mandate within 13 months (SEPA Direct
# Debit Core Rulebook, 4.3.4; Directive (EU) 2015/2366, Articles 71, 76 and 77).
_REFUND = timedelta(weeks=8)
_UNAUTHORISED_MONTHS = 13


class SepaFileGateway:
    """Debits of accounts in SEPA under the Core scheme, in files for the bank of `creditor`.

    Money goes out of the payer's account and into ours on the same day; a bank is silent about debits that went well,
    so `expected_on` is the day by which most of those that did not have come back.
    """

    name = "sepa_file"
    takes: frozenset[MethodKind] = frozenset({"bank"})
    # A pain.008 carries debits alone, no credits: money goes back by an ordinary transfer.
    abilities: frozenset[Ability] = frozenset({"file"})
    verifies: Proof = "none"
    currency = "EUR"

    def __init__(self, creditor: Creditor, *, live: bool = True) -> None:
        self.creditor = creditor
        self.live = live

    @property
    def creditor_id(self) -> str:
        """The number by which the payer's bank knows the business."""
        return self.creditor.creditor_id

    def leaves_on(self, day: date, now: datetime | None = None) -> date:
        leaves = next_business_day(day, 0, CALENDAR)
        if now is None:
            return leaves
        there = now.astimezone(self.creditor.zone)
        today = there.date()
        if is_business_day(today, CALENDAR) and there.time() < self.creditor.cut_off:
            return max(leaves, today)
        return max(leaves, next_business_day(today, 1, CALENDAR))

    def effective_on(self, leaves_on: date, first: bool = False) -> date:
        """`lead_days` TARGET days later, for the first debit under a mandate as for all others."""
        return next_business_day(leaves_on, self.creditor.lead_days, CALENDAR)

    def notice_until(self, effective_on: date) -> date:
        """The last day to tell the payer of a debit: the pre-notification."""
        return effective_on - timedelta(days=self.creditor.notice_days)

    def expected_on(self, kind: MethodKind, sent_on: date) -> date:
        return next_business_day(self.effective_on(sent_on), self.creditor.settle_days, CALENDAR)

    def returnable_until(self, kind: MethodKind, settled_on: date) -> date | None:
        return settled_on + _REFUND

    def unauthorised_until(self, settled_on: date) -> date:
        """The last day on which a debit without a mandate can come back."""
        return settled_on + relativedelta(months=_UNAUTHORISED_MONTHS)

    def check_account(self, account: BankAccount) -> Mapping[str, Sentence]:
        found: dict[str, Sentence] = {}
        if fault := fault_of_iban(account.number):
            found["number"] = fault
        elif not in_sepa(account.number):
            found["number"] = Sentence(
                N_("This country's banks take no SEPA debits. Use another way to pay.")
            )
        if not account.holder.strip():
            found["holder"] = Sentence(N_("Enter the name on the account."))
        return found

    def bank_name(self, account: BankAccount) -> str:
        return bank_of_iban(account.number)[0]

    def trace_of(self, number: int) -> str:
        return writer.trace_of(number)

    def write(self, order: FileOrder) -> WrittenFile:
        return writer.write(order, self.creditor)

    def read(self, content: bytes) -> FileReading:
        return reader.read(content, self.creditor)
