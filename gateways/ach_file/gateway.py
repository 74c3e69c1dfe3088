"""The gateway of US bank debits by files: days, checks of an account, the file out and the files back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from domain.rules.business_days import is_business_day, next_business_day
from domain.words import Sentence
from gateways.ach_file import reader, writer
from gateways.ach_file.accounts import account_problems
from gateways.ach_file.originator import Originator
from gateways.base import Ability, MethodKind
from gateways.files import BankAccount, FileOrder, FileReading, Proof, WrittenFile

# A consumer may say within 60 days of settlement that a debit was not authorised (R05, R07, R10, R11).
_RETURN_DAYS = timedelta(days=60)
_ONE_DAY = timedelta(days=1)


class AchFileGateway:
    """Debits of US bank accounts, in files for the bank named in `originator`.

    A file that leaves on a banking day takes effect on the next one. Nothing here knows when a debit has settled: the
    bank is silent about those that went well, so `expected_on` is the day by which a return would have come.
    """

    name = "ach_file"
    takes: frozenset[MethodKind] = frozenset({"bank"})
    abilities: frozenset[Ability] = frozenset({"file", "credits"})
    currency = "USD"

    def __init__(self, originator: Originator, *, live: bool = True, verifies: Proof = "none") -> None:
        self.originator = originator
        self.live = live
        self.verifies: Proof = verifies

    def leaves_on(self, day: date, now: datetime | None = None) -> date:
        """`day` itself when the bank is open and the file of the day has not left by `now`, else the next one.

        `day` is by the calendar of the business. Where the bank's clock is past midnight already, its day counts.
        """
        if now is None:
            return next_business_day(day, 0)
        there = now.astimezone(self.originator.zone)
        if there.date() == day + _ONE_DAY:
            day = there.date()
        if is_business_day(day) and there.time() >= self.originator.cut_off:
            return next_business_day(day)
        return next_business_day(day, 0)

    def effective_on(self, leaves_on: date, first: bool = False) -> date:
        """The next banking day; the first debit needs no longer notice than any other."""
        return next_business_day(leaves_on)

    def expected_on(self, kind: MethodKind, sent_on: date) -> date:
        return next_business_day(self.effective_on(sent_on), self.originator.settle_days)

    def returnable_until(self, kind: MethodKind, settled_on: date) -> date | None:
        """Sixty days: a company's account could come back for two days only, but we cannot know whose it is."""
        return settled_on + _RETURN_DAYS

    def check_account(self, account: BankAccount) -> Mapping[str, Sentence]:
        return account_problems(account)

    def bank_name(self, account: BankAccount) -> str:
        """Always empty: no table of US banks may be shipped with a program."""
        return ""

    def trace_of(self, number: int) -> str:
        return writer.trace_of(number, self.originator)

    def write(self, order: FileOrder) -> WrittenFile:
        return writer.write(order, self.originator)

    def read(self, content: bytes) -> FileReading:
        return reader.read(content, self.originator)
