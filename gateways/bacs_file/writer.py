"""Make the file: labels, one record of 100 characters for each line, the contra, and trailer labels (Standard 18).

A file is for one processing day. Its records and their fields follow what banks publish of Standard 18 (Bank of
Ireland's BACS file specification; HSBC's Message Implementation Guide, August 2012). The same order gives the same
bytes.

Transaction codes: 0N sets an instruction up, 0C cancels one, 01 is the first debit under it, 17 any other, 18 one
presented again, 19 the last; 99 is a credit. What they move stands once more, the other way, in the contra record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from text_unidecode import unidecode

from domain.rules.business_days import previous_business_day
from domain.rules.uk_accounts import plain_account
from domain.words import N_, Refused, Sentence, plain_amount
from gateways.bacs_file.service_user import ServiceUser
from gateways.files import FileLine, FileOrder, FileRefused, WrittenFile

MOST_AMOUNT: Final = 2_000_000_000
"""20,000,000.00 GBP: the most that one Bacs item can be."""
_MOST_CONTRA: Final = 99_999_999_999
_TRACE_LENGTH: Final = 35
_CODES: Final = {"FRST": "01", "RCUR": "17", "FNAL": "19", "OOFF": "01", "": "17"}
_DEBIT_CODES: Final = frozenset({"01", "17", "18", "19"})
_INSTRUCTION_CODES: Final = frozenset({"0N", "0C"})
_ALLOWED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/& ")
_END: Final = "\r\n"


@dataclass(slots=True)
class _Totals:
    """What the trailer counts, the contra records among it."""

    debit_minor: int = 0
    credit_minor: int = 0
    debits: int = 0
    credits: int = 0


def write(order: FileOrder, user: ServiceUser) -> WrittenFile:
    """The file. Raises FileRefused for lines that Bacs cannot carry, and for an order without any."""
    if order.currency != "GBP":
        raise FileRefused(Sentence(N_("UK direct debits are in pounds only.")))
    totals, records, traces = _Totals(), list[str](), dict[int, str]()
    names: dict[str, int] = {}
    # Read once: the lines may come page by page from the database.
    for line in order.lines:
        code = _code(line)
        records.append(_record(line, code, user))
        traces[line.number] = _named_once(line, code, order, names)
        if code == "99":
            totals.credit_minor += line.amount_minor
            totals.credits += 1
        elif code in _DEBIT_CODES:
            totals.debit_minor += line.amount_minor
            totals.debits += 1
    if not records:
        raise FileRefused(Sentence(N_("There is nothing to put into the file.")))
    debit_minor, credit_minor = totals.debit_minor, totals.credit_minor
    control = f"{serial(order)}: {totals.debits} debits, {plain_amount(debit_minor, 'GBP')} GBP"
    contras = list(_contras(user, totals))
    lines = [*_labels(order, user), *records, *contras, *_trailers(order, user, totals)]
    return WrittenFile(
        name=f"bacs-{order.effective_on:%Y%m%d}-{order.number}.txt",
        content="".join(line + _END for line in lines).encode("ascii"),
        media_type="text/plain",
        count=len(records),
        debit_minor=debit_minor,
        credit_minor=credit_minor,
        control=control,
        traces=traces,
    )


def serial(order: FileOrder) -> str:
    """The submission's serial number: six digits that no other file of the day has."""
    if not 1 <= order.number <= 999:
        raise FileRefused(Sentence(N_("Bacs knows no more than 999 files of one day.")))
    return f"{order.made_at:%j}{order.number:03d}"


def processing_day(effective_on: date) -> date:
    """The day between sending a file and its money: by it Bacs names a file and what came back of it."""
    return previous_business_day(effective_on, 1, "GB")


def clean(text: str, most: int = 18) -> str:
    """The text in the characters that Bacs takes, at most `most` of them."""
    plain = "".join(char if char in _ALLOWED else " " for char in unidecode(text).upper())
    return " ".join(plain.split())[:most].strip()


def instruction_ref(mandate: str) -> str:
    """The reference of an instruction as Bacs keeps it: 6 to 18 capitals and digits, the same for all its debits.

    Raises FileRefused for a mandate whose name gives none: too short, all of one character, or beginning with DDIC,
    which Bacs keeps for claims under the Guarantee.
    """
    plain = "".join(char for char in clean(mandate, 60) if char.isalnum())[:18]
    if len(plain) < 6 or len(set(plain)) == 1 or plain.startswith("DDIC"):
        raise FileRefused(
            Sentence(N_("%(ref)s cannot be the reference of a UK direct debit."), {"ref": mandate})
        )
    return plain


def debit_trace(ref: str, processed_on: date, amount_minor: int) -> str:
    """How a report names a debit: its instruction, the day it was processed, and its amount."""
    return f"{ref}/{processed_on:%y%j}/{amount_minor}"


def nth(trace: str, count: int) -> str:
    """The name of the second, third, ... debit that a report could not tell from the first."""
    return trace if count == 1 else f"{trace}#{count}"


def _named_once(line: FileLine, code: str, order: FileOrder, names: dict[str, int]) -> str:
    ref = _ref(line)
    trace = ref
    if code not in _INSTRUCTION_CODES:
        trace = debit_trace(ref, processing_day(order.effective_on), line.amount_minor)
    names[trace] = names.get(trace, 0) + 1
    named = nth(trace, names[trace])
    if len(named) > _TRACE_LENGTH or (code in _INSTRUCTION_CODES and names[trace] > 1):
        raise _refused(line, N_("Line %(line)s: the bank could not tell it from another one."))
    return named


def _ref(line: FileLine) -> str:
    if line.mandate is None:
        if line.kind in ("credit", "test_credit"):
            return clean(line.payer_ref) or f"DB{line.number}"
        raise _refused(line, N_("Line %(line)s: there is no instruction to debit under."))
    return instruction_ref(line.mandate.ref)


def _code(line: FileLine) -> str:
    """The transaction code. Raises FileRefused for a line that has none, or whose amount does not fit it."""
    sequence = line.mandate.sequence if line.mandate else ""
    given = line.class_code
    if line.kind == "prenote":
        code = given if given in _INSTRUCTION_CODES else "0N"
    elif line.kind == "debit":
        code = given if given in _DEBIT_CODES else _CODES.get(sequence, "17")
    elif line.kind in ("credit", "test_credit"):
        code = "99"
    else:
        raise _refused(line, N_("Line %(line)s: Bacs carries no such line."))
    fits = line.amount_minor == 0 if code in _INSTRUCTION_CODES else 0 < line.amount_minor <= MOST_AMOUNT
    if not fits:
        raise _refused(line, N_("Line %(line)s: this amount cannot be sent."))
    return code


def _record(line: FileLine, code: str, user: ServiceUser) -> str:
    name = clean(line.account.holder)
    if not name:
        raise _refused(line, N_("Line %(line)s: the name of the payer is missing."))
    try:
        sort_code, account = plain_account(line.account.routing, line.account.number)
    except Refused as refused:
        raise _refused(line, N_("Line %(line)s: the account is not one of the United Kingdom.")) from refused
    return _data(sort_code, account, code, user, line.amount_minor, clean(user.name), _ref(line), name)


def _data(
    sort_code: str,
    account: str,
    code: str,
    user: ServiceUser,
    amount: int,
    narrative: str,
    ref: str,
    name: str,
) -> str:
    own_code, own_account = plain_account(user.sort_code, user.account)
    record = (
        f"{sort_code}{account}0{code}{own_code}{own_account}{'':4}{amount:011d}"
        f"{narrative[:18]:<18}{ref[:18]:<18}{name[:18]:<18}"
    )
    if len(record) != 100:
        raise ValueError(f"a record of {len(record)} characters")
    return record


def _contras(user: ServiceUser, totals: _Totals) -> Iterator[str]:
    """One record for all debits (a credit of our account) and one for all credits; counted in the trailer too."""
    if max(totals.debit_minor, totals.credit_minor) > _MOST_CONTRA:
        raise FileRefused(Sentence(N_("The file has more money in it than one Bacs file can carry.")))
    own, name = plain_account(user.sort_code, user.account), clean(user.name)
    debits, credits = totals.debit_minor, totals.credit_minor
    if debits:
        yield _data(*own, "99", user, debits, name, "CONTRA", name)
        totals.credit_minor += debits
        totals.credits += 1
    if credits:
        yield _data(*own, "17", user, credits, name, "CONTRA", name)
        totals.debit_minor += credits
        totals.debits += 1


def _labels(order: FileOrder, user: ServiceUser) -> list[str]:
    processed = processing_day(order.effective_on)
    return [
        f"VOL1{serial(order)}{'':31}{user.number}{'':4}{'':28}1",
        _file_label("HDR1", order, user),
        f"HDR2F0200000100{'':65}",
        f"UHL1{_day(processed)}999999{'':4}00000000{'1 DAILY':<9}001{'':40}",
    ]


def _trailers(order: FileOrder, user: ServiceUser, totals: _Totals) -> list[str]:
    return [
        _file_label("EOF1", order, user),
        f"EOF2F0200000100{'':65}",
        f"UTL1{totals.debit_minor:013d}{totals.credit_minor:013d}{totals.debits:07d}{totals.credits:07d}{'':36}",
    ]


def _file_label(label: str, order: FileOrder, user: ServiceUser) -> str:
    keep = _day(processing_day(order.effective_on) + timedelta(days=7))
    name = f"A{user.number}S{'':2}1{user.number}"
    return f"{label}{name}{serial(order)}00010001{'':6}{_day(order.made_at.date())}{keep}{'':27}"


def _day(day: date) -> str:
    return f" {day:%y%j}"


def _refused(line: FileLine, words: str) -> FileRefused:
    return FileRefused(Sentence(words, {"line": line.number}), line.number)
