"""Make the file: the debits of an order as a pain.008.001.08 by the library sepaxml.

The same order gives the same bytes: the library makes up names and reads a clock where it is not told, so both are put
in the order's own. A file has one block of debits per sequence (first, recurring, final, one-off), all on one day.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sepaxml import SepaDD
from text_unidecode import unidecode

from domain.rules.bank_numbers import plain_number
from domain.rules.iban import fault_of_iban, in_sepa
from domain.words import N_, Sentence, plain_amount
from gateways.files import FileLine, FileOrder, FileRefused, WrittenFile
from gateways.sepa_file.creditor import Creditor

SCHEMA = "pain.008.001.08"
SEQUENCES = ("FRST", "RCUR", "FNAL", "OOFF")
MOST_AMOUNT = 99_999_999_999
"""999,999,999.99 EUR: the most that one SEPA debit can be."""
# The characters every bank takes: EPC217-08, SEPA requirements for an extended character set.
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
_MESSAGE = "DB"


def write(order: FileOrder, creditor: Creditor) -> WrittenFile:
    """The file. Raises FileRefused for lines that SEPA cannot carry, and for an order without any."""
    if order.currency != "EUR":
        raise FileRefused(Sentence(N_("SEPA debits are in euros only.")))
    document = _Document(creditor, message_id(order), order.made_at)
    total, traces = 0, dict[int, str]()
    # Read once: the lines may come page by page from the database.
    for line in order.lines:
        document.add_payment(_payment(line, order))
        traces[line.number] = trace_of(line.number)
        total += line.amount_minor
    if not traces:
        raise FileRefused(Sentence(N_("There is nothing to put into the file.")))
    return WrittenFile(
        name=f"sepa-{order.effective_on:%Y%m%d}-{order.number}.xml",
        content=document.export(validate=False),
        media_type="application/xml",
        count=len(traces),
        debit_minor=total,
        credit_minor=0,
        control=f"{message_id(order)}: {len(traces)} debits, {plain_amount(total, 'EUR')} EUR",
        traces=traces,
    )


def message_id(order: FileOrder) -> str:
    """The file's name to the bank (MsgId, at most 35 characters), by which its answers name it."""
    return _MESSAGE + identifier(order.ref, 33)


def is_ours(message: str) -> bool:
    """Whether a bank's answer speaks of a file of this program."""
    return message.startswith(_MESSAGE)


def trace_of(number: int) -> str:
    """The line's name to the banks and back (EndToEndId)."""
    return f"{_MESSAGE}{number}"


def number_of(trace: str) -> int | None:
    """The number of our line that this names; None for a name that is not ours."""
    digits = trace.removeprefix(_MESSAGE)
    ours = trace.startswith(_MESSAGE) and digits.isascii() and digits.isdigit() and not digits.startswith("0")
    # No line of ours has a number that a database could not hold.
    return int(digits) if ours and len(digits) <= 18 else None


def clean(text: str, most: int) -> str:
    """The text in the characters that every bank takes, at most `most` of them."""
    plain = "".join(char if char in _LATIN else " " for char in unidecode(text))
    return " ".join(plain.split())[:most].strip()


def identifier(text: str, most: int) -> str:
    """A name in characters that may stand in references; what may not becomes a dot, so that it stays as long."""
    plain = "".join(char if char in _LATIN and char not in " /" else "." for char in unidecode(text))
    return plain[:most]


def _payment(line: FileLine, order: FileOrder) -> dict[str, Any]:
    """One debit as the library wants it. Raises FileRefused for what no bank would take."""
    if line.kind != "debit":
        raise _refused(line, N_("Line %(line)s: a SEPA file of debits carries nothing but debits."))
    if not 0 < line.amount_minor <= MOST_AMOUNT:
        raise _refused(line, N_("Line %(line)s: this amount cannot be debited."))
    if line.mandate is None or line.mandate.sequence not in SEQUENCES:
        raise _refused(line, N_("Line %(line)s: there is no mandate to debit under."))
    if line.mandate.signed_on > order.effective_on:
        raise _refused(line, N_("Line %(line)s: the mandate is from after the debit."))
    if fault_of_iban(line.account.number) or not in_sepa(line.account.number):
        raise _refused(line, N_("Line %(line)s: the account is not one that SEPA reaches."))
    name, mandate = clean(line.account.holder, 70), identifier(line.mandate.ref, 35)
    if not name or not mandate:
        raise _refused(line, N_("Line %(line)s: the name of the payer or of the mandate is missing."))
    payment: dict[str, Any] = {
        "name": name,
        "IBAN": plain_number(line.account.number),
        "amount": line.amount_minor,
        "type": line.mandate.sequence,
        "collection_date": order.effective_on,
        "mandate_id": mandate,
        "mandate_date": line.mandate.signed_on,
        "description": clean(line.text, 140) or trace_of(line.number),
        "endtoend_id": trace_of(line.number),
    }
    if line.account.routing:
        payment["BIC"] = plain_number(line.account.routing)
    return payment


def _refused(line: FileLine, words: str) -> FileRefused:
    return FileRefused(Sentence(words, {"line": line.number}), line.number)


class _Document(SepaDD):
    """The library's file, with the names and the moment of our order in the place of what it makes up."""

    def __init__(self, creditor: Creditor, message: str, made_at: datetime) -> None:
        self._message = message
        self._made_at = made_at
        config = {
            "name": clean(creditor.name, 70),
            "IBAN": plain_number(creditor.iban),
            "batch": True,
            "creditor_id": plain_number(creditor.creditor_id),
            "currency": "EUR",
        }
        if creditor.bic:
            config["BIC"] = plain_number(creditor.bic)
        super().__init__(config, schema=SCHEMA, clean=False)

    def _finalize_batch(self) -> None:
        super()._finalize_batch()
        header = self._xml.find("CstmrDrctDbtInitn/GrpHdr")
        header.find("MsgId").text = self._message
        header.find("CreDtTm").text = f"{self._made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
        for number, block in enumerate(self._xml.iter("PmtInf"), 1):
            # At most 35 characters as well, and different for each block.
            block.find("PmtInfId").text = f"{self._message[:33]}-{number}"
