"""The records of a Nacha file: which field stands where. Every record is 94 characters of printable ASCII.

Source: Nacha Operating Rules, Appendix Three, as the open specifications of moov-io/ach give it. A field is either a
number (digits, zero-filled, right) or text (space-filled, left). Nothing else of the package slices a line by itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

WIDTH = 94
BLOCK = 10
FILLER = "9" * WIDTH

_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+")
_SPACES = re.compile(r" {2,}")
# Letters that stand for themselves and do not come apart into a letter and its accent.
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i", "’": "'", "‘": "'", "–": "-",
        "—": "-",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field: where it stands (counted from 0), and whether it is a number."""

    name: str
    start: int
    end: int
    number: bool


class Record:
    """The fields of one type of record, in order; `template` makes its line from one value for each field."""

    def __init__(self, name: str, fields: str) -> None:
        """`fields` is "name width n" or "name width", separated by commas."""
        self.name = name
        found, start = [], 0
        for part in fields.split(","):
            label, width, *kind = part.split()
            found.append(Field(label, start, start + int(width), kind == ["n"]))
            start += int(width)
        if start != WIDTH:
            raise ValueError(f"the {name} record has {start} columns")
        self.fields = tuple(found)
        self.template = "".join(
            f"%0{field.end - field.start}d"
            if field.number
            else f"%-{field.end - field.start}.{field.end - field.start}s"
            for field in found
        )

    def read(self, line: str) -> dict[str, str]:
        """The fields of a line as they stand in it, without the spaces around them."""
        return {field.name: line[field.start : field.end].strip() for field in self.fields}

    def cut(self, line: str, name: str) -> str:
        """One field with its spaces, where a place inside it means something."""
        field = next(field for field in self.fields if field.name == name)
        return line[field.start : field.end]


FILE_HEADER = Record(
    "file header",
    "type 1,priority 2,destination 10,origin 10,made_on 6,made_at 4,modifier 1,size 3,blocking 2,format 1,"
    "destination_name 23,origin_name 23,reference 8",
)
BATCH_HEADER = Record(
    "batch header",
    "type 1,service 3,company_name 16,company_data 20,company 10,class_code 3,description 10,descriptive_date 6,"
    "effective_on 6,settled_on 3,status 1,odfi 8,batch 7 n",
)
ENTRY = Record(
    "entry",
    "type 1,code 2,routing 9,account 17,amount 10 n,payer_ref 15,payer_name 22,discretion 2,addenda 1,trace 15",
)
ADDENDA = Record("addenda", "type 1,kind 2,text 80,sequence 4 n,entry 7 n")
CORRECTION = Record(
    "correction addenda",
    "type 1,kind 2,code 3,original_trace 15,reserved 6,original_bank 8,corrected 29,reserved2 15,trace 15",
)
RETURN = Record(
    "return addenda",
    "type 1,kind 2,code 3,original_trace 15,death 6,original_bank 8,text 44,trace 15",
)
BATCH_CONTROL = Record(
    "batch control",
    "type 1,service 3,count 6 n,hash 10 n,debit 12 n,credit 12 n,company 10,authentication 19,reserved 6,odfi 8,"
    "batch 7 n",
)
FILE_CONTROL = Record(
    "file control",
    "type 1,batches 6 n,blocks 6 n,count 8 n,hash 10 n,debit 12 n,credit 12 n,reserved 39",
)
TRANSACTION_CODES = {
    ("debit", "checking"): "27",
    ("debit", "savings"): "37",
    ("credit", "checking"): "22",
    ("credit", "savings"): "32",
    ("prenote", "checking"): "28",
    ("prenote", "savings"): "38",
    ("test_debit", "checking"): "27",
    ("test_debit", "savings"): "37",
    ("test_credit", "checking"): "22",
    ("test_credit", "savings"): "32",
}
"""(What an entry does, the kind of account) -> its transaction code. A prenote is one of a debit."""

ACCOUNT_TYPES = {"2": "checking", "3": "savings"}
"""The first digit of a transaction code -> the kind of account."""


def is_debit(code: str) -> bool:
    """Whether an entry counts in the debit totals; a returned debit (26) does, as the debit itself did."""
    return code[1:2] in ("6", "7", "8", "9")


def clean(text: str, width: int) -> str:
    """`text` in the characters a record may hold, at most `width` of them: accents go, the rest becomes a space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    if not text.isprintable() or not text.isascii():
        text = _NOT_PRINTABLE.sub(" ", text)
    return _SPACES.sub(" ", text).strip()[:width].rstrip()
