"""Make the file: the lines of an order as records, in batches with their hashes and totals.

The same order gives the same bytes. A batch holds one entry class and one purpose, since the bank wants them apart.
Traces are the bank's first eight digits and the line's own number, so no two files share one within ten million lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase, digits

from domain.words import N_, Money, Sentence
from gateways.ach_file.layout import (
    BATCH_CONTROL,
    BATCH_HEADER,
    BLOCK,
    ENTRY,
    FILE_CONTROL,
    FILE_HEADER,
    FILLER,
    TRANSACTION_CODES,
    clean,
    is_debit,
)
from gateways.ach_file.originator import Originator
from gateways.files import FileLine, FileOrder, FileRefused, WrittenFile

CLASS_CODES = ("CCD", "PPD", "TEL", "WEB")
MODIFIERS = ascii_uppercase + digits
MOST_AMOUNT = 9_999_999_999
MOST_TOTAL = 999_999_999_999
MOST_IN_A_BATCH = 500_000
_SEQUENCE = 9_999_999
_HASH = 10_000_000_000

_PURPOSES = {
    "credit": "REFUND", "prenote": "PRENOTE", "test_credit": "ACCTVERIFY", "test_debit": "ACCTVERIFY"
}  # fmt: skip


@dataclass(slots=True)
class Totals:
    """What a control record counts: entries with addenda, the sum of the banks' eight digits, debits and credits."""

    count: int = 0
    hash: int = 0
    debit_minor: int = 0
    credit_minor: int = 0

    def add(self, routing: str, amount_minor: int, debit: bool, records: int = 1) -> None:
        self.count += records
        self.hash += int(routing[:8])
        if debit:
            self.debit_minor += amount_minor
        else:
            self.credit_minor += amount_minor

    def plus(self, other: Totals) -> None:
        self.count += other.count
        self.hash += other.hash
        self.debit_minor += other.debit_minor
        self.credit_minor += other.credit_minor

    @property
    def fields(self) -> tuple[int, int, int, int]:
        return self.count, self.hash % _HASH, self.debit_minor, self.credit_minor


@dataclass(slots=True)
class Batch:
    """The entries of one class and purpose: (record, bank, amount, whether a debit)."""

    class_code: str
    purpose: str
    entries: list[tuple[str, str, int, bool]] = field(default_factory=list)


def write(order: FileOrder, originator: Originator) -> WrittenFile:
    """The file of an order. Raises FileRefused for a line or a sum that the format cannot carry."""
    if not 1 <= order.number <= len(MODIFIERS):
        raise FileRefused(Sentence(N_("A day can have at most 36 files for the bank.")))
    if order.currency != "USD":
        raise FileRefused(Sentence(N_("A file of this kind carries US dollars only.")))
    made_at = order.made_at.astimezone(originator.zone)
    modifier = MODIFIERS[order.number - 1]
    traces: dict[int, str] = {}
    batches = _sorted_batches(order, originator, traces)
    records = [
        FILE_HEADER.template
        % (
            "1", "01", originator.destination.rjust(10), originator.origin.rjust(10), made_at.strftime("%y%m%d"),
            made_at.strftime("%H%M"), modifier, "094", "10", "1", clean(originator.destination_name, 23),
            clean(originator.origin_name, 23), clean(order.ref, 8),
        )
    ]  # fmt: skip
    whole, number = Totals(), 0
    for batch in batches:
        for start in range(0, len(batch.entries), MOST_IN_A_BATCH):
            number += 1
            entries = batch.entries[start : start + MOST_IN_A_BATCH]
            whole.plus(_add_batch(records, batch, entries, number, order, originator))
    if max(whole.debit_minor, whole.credit_minor) > MOST_TOTAL:
        most = Money(MOST_TOTAL, order.currency)
        raise FileRefused(Sentence(N_("One file carries at most %(most)s."), {"most": most}))
    blocks = -(-(len(records) + 1) // BLOCK)
    records.append(FILE_CONTROL.template % ("9", number, blocks, *whole.fields, ""))
    records += [FILLER] * (blocks * BLOCK - len(records))
    return WrittenFile(
        name=f"ach-{made_at:%Y%m%d}-{modifier}.ach",
        content=("\n".join(records) + "\n").encode("ascii"),
        media_type="text/plain",
        count=len(traces),
        debit_minor=whole.debit_minor,
        credit_minor=whole.credit_minor,
        control=f"{whole.hash % _HASH:010d}",
        traces=traces,
    )


def trace_of(number: int, originator: Originator) -> str:
    """The trace of a line: the bank's first eight digits and the line's own number."""
    return f"{originator.odfi[:8]}{(number - 1) % _SEQUENCE + 1:07d}"


def _sorted_batches(order: FileOrder, originator: Originator, traces: dict[int, str]) -> Iterator[Batch]:
    """The batches in the order of their class and purpose, each with its entries in the order of their traces."""
    found: dict[tuple[str, str], Batch] = {}
    for line in order.lines:
        class_code = _class_code(line)
        purpose = _PURPOSES.get(line.kind, originator.description)
        trace = trace_of(line.number, originator)
        traces[line.number] = trace
        batch = found.setdefault((class_code, purpose), Batch(class_code, purpose))
        batch.entries.append(_entry(line, class_code, trace))
    for key in sorted(found):
        found[key].entries.sort(key=lambda entry: entry[0][-15:])
        yield found[key]


def _class_code(line: FileLine) -> str:
    """A consumer's refund goes out as PPD: WEB and TEL are for what the payer allowed on line or by telephone."""
    if line.class_code not in CLASS_CODES:
        raise _refused(line, N_("Line %(number)s has no entry class (WEB, PPD, CCD or TEL)."))
    return "PPD" if line.kind in ("credit", "test_credit") and line.class_code != "CCD" else line.class_code


def _entry(line: FileLine, class_code: str, trace: str) -> tuple[str, str, int, bool]:
    account, amount = line.account, line.amount_minor
    code = TRANSACTION_CODES.get((line.kind, account.account_type))
    if code is None:
        raise _refused(line, N_("Line %(number)s does not say whether the account is checking or savings."))
    if not 0 <= amount <= MOST_AMOUNT or (amount == 0) is not (line.kind == "prenote"):
        raise _refused(line, N_("The amount of line %(number)s does not fit into the file."))
    number = clean(account.number, 18)
    if len(account.routing) != 9 or not account.routing.isdigit() or not 1 <= len(number) <= 17:
        raise _refused(line, N_("The bank account of line %(number)s does not fit into the file."))
    payer_ref = clean(line.payer_ref, 15)
    once_or_often = ("R" if line.recurring else "S") if class_code in ("WEB", "TEL") else ""
    record = ENTRY.template % (
        "6", code, account.routing, number, amount, payer_ref, clean(account.holder, 22) or payer_ref or "PAYER",
        once_or_often, "0", trace,
    )  # fmt: skip
    return record, account.routing, amount, is_debit(code)


def _add_batch(
    records: list[str],
    batch: Batch,
    entries: list[tuple[str, str, int, bool]],
    number: int,
    order: FileOrder,
    originator: Originator,
) -> Totals:
    totals, sides = Totals(), set()
    for _, routing, amount, debit in entries:
        totals.add(routing, amount, debit)
        sides.add(debit)
    service = "200" if len(sides) == 2 else ("225" if True in sides else "220")
    odfi = originator.odfi[:8]
    records.append(
        BATCH_HEADER.template
        % (
            "5", service, clean(originator.company_name, 16), "", originator.company_id, batch.class_code,
            clean(batch.purpose, 10), "", order.effective_on.strftime("%y%m%d"), "", "1", odfi, number,
        )
    )  # fmt: skip
    records += [record for record, _, _, _ in entries]
    records.append(
        BATCH_CONTROL.template % ("8", service, *totals.fields, originator.company_id, "", "", odfi, number)
    )
    return totals


def _refused(line: FileLine, msgid: str) -> FileRefused:
    return FileRefused(Sentence(msgid, {"number": line.number}), line.number)
