"""Every table of Duebook: declarations only, no queries and no behaviour.

**The nouns, in the order in which money meets them.**

A `Business` runs the portal; there is one per installation. A `Person` is somebody it knows: a borrower, a tenant, a
clerk, the landlord. A person who may sign in has one `User`; each time they do is a `SignIn`, a row the server can end.
A `Token` is a link we mailed (to claim an account, to recover a password), a `Code` six digits that we sent: only their
hash is here, and they work once. A user may have `Passkey`s and `RecoveryCode`s; a `KnownDevice` is a browser they
signed in from before. A `UserLimit` says which property or branch a user of the office is limited to, or owns. A
`Throttle` counts tries. An `AuditSeal` seals what people did, as a `Seal` does with the books.

An `Agreement` is what somebody owes under: a loan, a lease-to-own, a rental or a credit line. The terms of a loan stand
in `Loan`; those of the others are lists of dated lines and stand as one document in `Agreement.terms`, which the rules
of the kind check before it is kept. Each later change of terms is an `AgreementChange`, a row that is only ever added.
The people on it are its `AgreementParty` rows, and it may have none yet; a rental is of a `Unit` in a `Property`.

What falls due under a loan comes from the terms by rule and is called an installment. What falls due under the others,
and every fee, is a `Charge`, posted once per agreement, rule and period by the day's billing or by a person. A charge
is lowered by a further one that names it (a waiver is a second row, the first one stays). A `Statement` closes a cycle
of a credit line. A `LateFeePolicy` is one version of a fee rule; a `LegalCap` a dated figure of law, kept by the
operator. A `Hold` stops payments of an agreement and says why.

The books are double entry. A `JournalEntry` has one cause, one key that is UNIQUE for that cause, and `JournalLine`s
that sum to zero: debit is positive, credit negative, in integer minor units of the entry's currency. An `Allocation`
says which installment, charge or bucket a piece of a payment paid. Rows of the books are only ever added; triggers
refuse UPDATE and DELETE. Entries are chained by hash per agreement, and a daily `Seal` covers the heads of all chains.
A `Balance` (per agreement and account) and a `Standing` (per agreement) are kept in the same transaction as the lines,
so that pages need not add up history; `flask books verify` proves them against the lines.

A `Payment` is one intent to pay one agreement. It has `Attempt`s, each one try at a gateway under a key of its own;
what happened to it is a list of `PaymentEvent`s, and its state changes through one door only. Money that comes back is
a `PaymentReturn`, a row of its own; money that we give back is a `Refund`; a payer's bank that asks why opens a
`Dispute`. A settled payment has a `Receipt`. A `PaymentMethod` is a bank account or card: we hold its sealed token and
its last four digits. A `Mandate` is the permission to take money, as it was accepted. A `PayLink` lets one amount be
paid without signing in. A `MethodRule` says which ways to pay are taken, and with which fee. A `GatewayNotice` is news
that a gateway told, a `GatewayPayout` money it sent to our bank.

Debits by file stand as `BatchLine`s in a `Batch`, one file for the bank; what the bank sends back is a `BankFile`. Our
own account's movements are `BankLine`s of a `BankStatement` (a `CsvLayout` says how to read one), and a `BankMatch`
says what a movement was. A `DrawerCount` is the cash drawer counted by hand; a
`BankDeposit` is counter money on its way to the bank, with its `BankDepositItem`s. A `Task` waits for a person of the
office.

An `Autopay` is the contract by which money is taken by itself, from its `AutopayMethod`s in order; each period of it
that was touched has an `AutopayDebit`, and what staff decided of tonight's run is a `RunDecision`. What a person wishes
to be told stands in `NoticeWish` and `ReminderDay`, that they may be texted in `ContactConsent`; a `PushDevice` is a
browser that can be pushed to, a `BellNotice` a line behind the bell, a `CalendarFeed` a secret address of due dates, an
`AddressTrouble` an address that bounced, a `NoticeText` words that staff wrote. A `Promise` is a day promised to pay
by; a `LadderStep` says what is done after so many days late, a `LadderAct` that it was done.

An `ImportBatch` is one file brought in, an `ImportRow` one line of it. `Outbox` holds mails and texts to be sent,
written in the transaction that caused them. An `AuditEvent` says who did what. A `DutyRun` says that a timed duty was
done for a day.

A `Property` belongs to its `PropertyOwner`s and is managed on `ManagementTerms`. A `MarketRent` says what a unit
could be let for from a day on, an `OffMarket` when it was not to let. Somebody who asks for a unit is a
`RentalApplication`; a `MoveNotice` says that a tenant leaves. An `Expense` is money spent on a property, an
`OwnerStatement` a closed month of an owner, an `OwnerMovement` money to or from them; `LegalDays` are law as the
operator knows it. A `Vehicle` is the car behind an agreement. The office keeps `Note`s and `KeptFile`s; a
`ColumnChoice` is how a user likes a report, a `ReportSchedule` one that is mailed, an `ExportRun` everything written
into one archive, a `SearchWord` a word by which something is found.

People and the business talk in `Thread`s of `ThreadMessage`s with `ThreadFile`s; `ThreadRead` is how far a user has
read. A `CannedAnswer` is written once for many, a `Presence` says who of the office is on line, a `SupportCode` by
which a caller is known. An `Announcement` goes to many (`AnnouncementSeen`: put away). An `Inquiry` asks about an
amount or a payment that is missing, a `MaintenanceRequest` for a repair, with its `MaintenanceStep`s. A
`DocumentTemplate` becomes a `Document`, which its `DocumentSigner`s sign: a `Signature` each. A `PeriodStatement` is a
month or a year of an agreement; `CreditReporting` says whether payments are reported, a `CreditConsent` who agreed.
`HelpArticle`s are those that staff wrote, `HelpVote`s whether they helped, `SearchText` what is searched by parts.

Money columns end in `_minor`, local calendar dates in `_on`, instants (UTC) in `_at`. `ref` is a random public name:
addresses in the browser use it, never the integer id.
"""

from __future__ import annotations

from tables.agreements import (
    Agreement,
    AgreementChange,
    AgreementParty,
    Hold,
    LateFeePolicy,
    LegalCap,
    Loan,
    Standing,
)
from tables.asking import Inquiry, MaintenanceRequest, MaintenanceStep
from tables.autopay import (
    ABOVE_LIMIT,
    AMOUNT_RULES,
    CADENCES,
    DEBIT_STATES,
    Autopay,
    AutopayDebit,
    AutopayMethod,
    RunDecision,
)
from tables.banking import (
    BankDeposit,
    BankDepositItem,
    BankFile,
    BankLine,
    BankMatch,
    BankStatement,
    Batch,
    BatchLine,
    CsvLayout,
    DrawerCount,
    MethodRule,
)
from tables.base import NAMING, Base, BigId, ExactDecimal, Model, UTCDateTime, db, one_of
from tables.books import (
    BUCKETS,
    Allocation,
    Balance,
    Charge,
    JournalEntry,
    JournalLine,
    LedgerAccount,
    Seal,
    Statement,
)
from tables.delinquency import LadderAct, LadderLook, LadderStep, Promise
from tables.documents import (
    CreditConsent,
    CreditReporting,
    Document,
    DocumentSigner,
    DocumentTemplate,
    PeriodStatement,
    Signature,
)
from tables.help import HelpArticle, HelpVote, SearchText
from tables.imports import ImportBatch, ImportRow
from tables.methods import Mandate, PayLink, PaymentMethod
from tables.notices import (
    NOTICE_CHANNELS,
    AddressTrouble,
    BellNotice,
    CalendarFeed,
    ContactConsent,
    NoticeText,
    NoticeWish,
    PushDevice,
    ReminderDay,
    ReminderLook,
)
from tables.office import ColumnChoice, ExportRun, KeptFile, Note, ReportSchedule, SearchWord
from tables.payments import (
    CHANNELS,
    INSTRUMENTS,
    PAYMENT_STATES,
    Attempt,
    GatewayCursor,
    Payment,
    PaymentEvent,
    PaymentReturn,
    Receipt,
)
from tables.people import (
    Business,
    Code,
    KnownDevice,
    Passkey,
    PasskeyChallenge,
    Person,
    RecoveryCode,
    SignIn,
    Throttle,
    Token,
    User,
    UserLimit,
)
from tables.properties import (
    Expense,
    LegalDays,
    ManagementTerms,
    MarketRent,
    MoveNotice,
    OffMarket,
    OwnerMovement,
    OwnerStatement,
    Property,
    PropertyOwner,
    RentalApplication,
    Unit,
    Vehicle,
)
from tables.returns import Dispute, GatewayNotice, GatewayPayout, Refund, Task
from tables.running import AuditEvent, AuditSeal, DutyRun, Outbox
from tables.talking import (
    Announcement,
    AnnouncementSeen,
    CannedAnswer,
    Presence,
    SupportCode,
    Thread,
    ThreadFile,
    ThreadMessage,
    ThreadRead,
)

__all__ = [
    "ABOVE_LIMIT", "AMOUNT_RULES", "CADENCES", "DEBIT_STATES", "NOTICE_CHANNELS", "Autopay",
    "AutopayDebit", "AutopayMethod", "RunDecision", "AddressTrouble", "BellNotice", "CalendarFeed",
    "ContactConsent", "NoticeText", "NoticeWish", "PushDevice", "ReminderDay", "ReminderLook",
    "LadderAct", "LadderLook", "LadderStep", "Promise", "BankDeposit", "BankDepositItem", "BankFile",
    "BankLine", "BankMatch", "BankStatement", "Batch", "BatchLine", "CsvLayout", "DrawerCount",
    "MethodRule", "Dispute", "GatewayNotice", "GatewayPayout", "Refund", "Task", "CHANNELS",
    "INSTRUMENTS", "Mandate", "PayLink", "BOOK_TABLES", "Base", "BigId", "ExactDecimal", "Model",
    "NAMING", "UTCDateTime", "db", "one_of", "Business", "Person", "User", "SignIn", "KnownDevice",
    "Code", "RecoveryCode", "Passkey", "PasskeyChallenge", "UserLimit", "Throttle", "Token", "Agreement",
    "AgreementParty", "Loan", "AgreementChange", "Property", "Unit", "Hold", "LateFeePolicy", "LegalCap",
    "Standing", "LedgerAccount", "JournalEntry", "JournalLine", "Balance", "Charge", "Statement",
    "Allocation", "Seal", "BUCKETS", "PaymentMethod", "Payment", "Attempt", "PaymentEvent",
    "PaymentReturn", "Receipt", "GatewayCursor", "PAYMENT_STATES", "ImportBatch", "ImportRow", "Outbox",
    "AuditEvent", "AuditSeal", "DutyRun", "Expense", "LegalDays", "ManagementTerms", "MarketRent",
    "MoveNotice", "OffMarket", "OwnerMovement", "OwnerStatement", "PropertyOwner", "RentalApplication",
    "Vehicle", "ColumnChoice", "ExportRun", "KeptFile", "Note", "ReportSchedule", "SearchWord",
    "Announcement", "AnnouncementSeen", "CannedAnswer", "Presence", "SupportCode", "Thread", "ThreadFile",
    "ThreadMessage", "ThreadRead", "Inquiry", "MaintenanceRequest", "MaintenanceStep", "CreditConsent",
    "CreditReporting", "Document", "DocumentSigner", "DocumentTemplate", "PeriodStatement", "Signature",
    "HelpArticle", "HelpVote", "SearchText",
]  # fmt: skip

BOOK_TABLES = (
    "journal_entry",
    "journal_line",
    "charge",
    "allocation",
    "statement",
    "agreement_change",
    "late_fee_policy",
    "seal",
    "payment_event",
    "payment_return",
    "receipt",
    "audit_event",
    "audit_seal",
    "market_rent",
    "management_terms",
    "expense",
    "owner_statement",
    "owner_movement",
    "signature",
    "period_statement",
    "credit_reporting",
    "credit_consent",
)
"""Tables whose rows are only ever added: triggers refuse UPDATE and DELETE on each of them."""
