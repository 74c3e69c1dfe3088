"""Gateways that work by files: debits are written into a file for the bank, what became of them comes back in others.

Nothing here answers on line: a debit is on its way when its file was handed over, and it has settled when its day came
and no return did. A file gateway holds no rows: it is given the lines of a file and makes its bytes, the same bytes for
the same lines, so that a file lost in a crash can be written again; and it reads what the bank sends back.

Amounts are whole minor units, days are local days of the business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from domain.words import Sentence
from gateways.base import AnyGateway

LineKind = Literal["debit", "credit", "prenote", "test_credit", "test_debit"]
Proof = Literal["none", "prenote", "micro"]
"""How a new account is proved before its first debit: not at all, by a debit of nothing, by two small credits."""
ReadKind = Literal["returns", "corrections", "acknowledgement", "status", "statement", "mixed"]
NewsKind = Literal[
    "accepted",
    "settled",
    "rejected",
    "returned",
    "corrected",
    "dishonored",
    "contested",
    "reversed",
    "ended",
    "unknown",
]
"""`ended` is of a permission, not of a debit: `trace` is then the mandate's reference as the scheme keeps it."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account at a bank, as it is sealed in a method's token (JSON of these fields).

    `number` is the account number (ACH, UK) or the IBAN (SEPA); `routing` the ABA number, the sort code, or a BIC (may
    be empty). `account_type` is "checking" or "savings" where the scheme asks, `holder` whose it is, `country` by ISO
    3166.
    """

    number: str
    routing: str = ""
    account_type: str = ""
    holder: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """The permission a debit rests on: its reference, when it was given, and which debit under it this is.

    `sequence` is FRST, RCUR, FNAL or OOFF (SEPA), and "" where the scheme does not ask.
    """

    ref: str
    signed_on: date
    sequence: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line of a file. `number` is ours and unique for ever; it names the line to the bank and back.

    `key` is the attempt's. `class_code` is the ACH entry class (WEB, PPD, CCD, TEL). `text` may be seen by the payer.
    """

    number: int
    key: str
    kind: LineKind
    amount_minor: int
    account: BankAccount
    payer_ref: str = ""
    class_code: str = ""
    recurring: bool = False
    mandate: MandateFacts | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class FileOrder:
    """What is to stand in one file: `number` counts the files of its day from 1; all lines take effect on one day."""

    ref: str
    number: int
    made_at: datetime
    effective_on: date
    currency: str
    lines: Sequence[FileLine]


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file for the bank with its control totals. `traces` is by line number: the name by which the bank knows it."""

    name: str
    content: bytes
    media_type: str
    count: int
    debit_minor: int
    credit_minor: int
    control: str
    traces: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class News:
    """One thing a file from the bank says about one of our lines.

    `id` is unique for ever within the gateway (made of the file's own names), so that a file read twice acts once.
    `trace` is the name our line had, `number` our own number where the file carries it. `code` is the scheme's reason;
    `corrected` the right details of a correction ("routing", "number", "account_type", "holder", "iban", "bic").
    """

    id: str
    kind: NewsKind
    trace: str
    on: date
    amount_minor: int = 0
    currency: str = ""
    code: str = ""
    number: int | None = None
    corrected: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file from the bank holds. `file_ref` is the bank's own name of it; `control` its totals in words."""

    kind: ReadKind
    file_ref: str
    made_on: date | None
    news: Sequence[News]
    control: str = ""


class FileRefused(Exception):
    """The file cannot be taken as a whole: of another scheme or firm, cut short, totals that do not add up."""

    def __init__(self, sentence: Sentence, line: int | None = None):
        super().__init__(str(sentence))
        self.sentence = sentence
        self.line = line


class FileGateway(AnyGateway, Protocol):
    """A scheme of bank files. `abilities` holds "file", and "credits" where money can go back by it."""

    @property
    def verifies(self) -> Proof: ...

    @property
    def currency(self) -> str: ...

    def leaves_on(self, day: date, now: datetime | None = None) -> date:
        """The business day whose file a debit can still be in that is confirmed on `day`, or planned for it.

        `now` (aware) is the moment it is confirmed: after the cut-off, in the scheme's own zone, it is the next
        business day. Without it the whole day counts.
        """

    def effective_on(self, leaves_on: date, first: bool = False) -> date:
        """The day debits of a file that leaves on this day take effect; `first`: the first under its mandate."""

    def check_account(self, account: BankAccount) -> Mapping[str, Sentence]:
        """What is wrong with an account that somebody typed, by field ("routing", "number", ...); empty when right."""

    def bank_name(self, account: BankAccount) -> str:
        """The bank's name where a table knows it, else ""."""

    def trace_of(self, number: int) -> str:
        """The name by which the bank will know line `number`; "" where only the written file tells (`traces`)."""

    def write(self, order: FileOrder) -> WrittenFile:
        """The file. Raises FileRefused for lines that the scheme cannot carry."""

    def read(self, content: bytes) -> FileReading:
        """What a file from the bank says. Raises FileRefused."""
