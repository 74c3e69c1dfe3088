"""What a file from the bank says about our debits: returns, corrections, and disputes between the banks.

A return carries an addenda 99 with the code and our own trace; a notification of change (class COR) an addenda 98 with
the right details. Returns of returns (R61 to R70 by our bank, R71 to R77 by the payer's) carry the same fields in the
same places, so one record type reads them all. Source: Nacha Operating Rules, Appendix Three and Four.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from domain.words import N_, Sentence
from gateways.ach_file.layout import ACCOUNT_TYPES, CORRECTION
from gateways.ach_file.originator import Originator
from gateways.ach_file.parser import Entry, ParsedFile, addenda_fields, parse
from gateways.files import FileReading, FileRefused, News, NewsKind, ReadKind

_DISHONORED = {f"R{number}" for number in (61, 62, *range(67, 71))}
_CONTESTED = {f"R{number}" for number in range(71, 78)}

# Where each change code puts what it corrects: (field, first column, last column) of the 29 characters.
_CORRECTED: Mapping[str, tuple[tuple[str, int, int], ...]] = {
    "C01": (("number", 0, 17),),
    "C02": (("routing", 0, 9),),
    "C03": (("routing", 0, 9), ("number", 12, 29)),
    "C04": (("holder", 0, 22),),
    "C05": (("code", 0, 2),),
    "C06": (("number", 0, 17), ("code", 20, 22)),
    "C07": (("routing", 0, 9), ("number", 9, 26), ("code", 26, 28)),
}


def read(content: bytes, originator: Originator) -> FileReading:
    """The news in a file from our bank. Raises FileRefused for a damaged, foreign or forward file."""
    file = parse(content)
    _check_ours(file, originator)
    made_on = _made_on(file.header["made_on"])
    news = tuple(_news(file, made_on))
    if not news:
        if any(batch.entries for batch in file.batches):
            raise FileRefused(
                Sentence(N_("This file holds debits or credits on their way, no returns and no corrections."))
            )
        raise FileRefused(Sentence(N_("There is nothing in this file.")))
    control = f"{file.totals.hash % 10**10:010d}"
    file_ref = "-".join(file.header[name] for name in ("origin", "made_on", "made_at", "modifier"))
    return FileReading(_kind(news), f"{file_ref}-{control}", made_on, news, control)


def _check_ours(file: ParsedFile, originator: Originator) -> None:
    """Every batch names our company: the bank gives a return under the name that sent the debit."""
    for batch in file.batches:
        if batch.header["company"] != originator.company_id.strip():
            raise FileRefused(
                Sentence(
                    N_("This file is for another company (%(name)s, %(number)s)."),
                    {"name": batch.header["company_name"], "number": batch.header["company"]},
                )
            )


def _made_on(text: str) -> date:
    try:
        return datetime.strptime(text, "%y%m%d").date()
    except ValueError:
        raise FileRefused(Sentence(N_("The file does not say on which day it was made.")), 1) from None


def _news(file: ParsedFile, made_on: date) -> Iterator[News]:
    for batch in file.batches:
        for entry in batch.entries:
            for line in entry.of_kind("99"):
                yield _returned(entry, line, made_on)
            for line in entry.of_kind("98"):
                yield _corrected(line, made_on)


def _returned(entry: Entry, line: str, made_on: date) -> News:
    fields = addenda_fields(line)
    code = fields["code"]
    kind: NewsKind = "returned"
    if code in _DISHONORED:
        kind = "dishonored"
    elif code in _CONTESTED:
        kind = "contested"
    elif not code.startswith("R"):
        kind = "unknown"
    return News(
        id=f"{fields['original_trace']}:{code}:{fields['trace']}",
        kind=kind,
        trace=fields["original_trace"],
        on=made_on,
        amount_minor=entry.amount_minor,
        currency="USD",
        code=code,
        text=fields["text"],
    )


def _corrected(line: str, made_on: date) -> News:
    fields = addenda_fields(line)
    code = fields["code"]
    return News(
        id=f"{fields['original_trace']}:{code}:{fields['trace']}",
        # C61 to C69 refuse a notification that we sent, which we never do.
        kind="corrected" if code[:1] == "C" and code < "C60" else "unknown",
        trace=fields["original_trace"],
        on=made_on,
        currency="USD",
        code=code,
        corrected=_corrections(code, CORRECTION.cut(line, "corrected")),
        text=fields["corrected"],
    )


def _corrections(code: str, text: str) -> Mapping[str, str]:
    found = {name: text[start:end].strip() for name, start, end in _CORRECTED.get(code, ())}
    if kind := ACCOUNT_TYPES.get(found.pop("code", "")[:1]):
        found["account_type"] = kind
    return {name: value for name, value in found.items() if value}


def _kind(news: tuple[News, ...]) -> ReadKind:
    kinds = {one.kind == "corrected" for one in news}
    return "mixed" if len(kinds) == 2 else ("corrections" if True in kinds else "returns")
