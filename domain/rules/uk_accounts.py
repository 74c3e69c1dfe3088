"""UK sort codes and account numbers: shape, and the modulus check with the operator's own table.

The weights belong to the payment scheme's operator (the "valacdos" table, with "scsubtab" beside it), so none ship with
Duebook: the business fetches them and names the files in its settings. Without them only the shape is checked, and the
page says so. A sort code that no row names cannot be checked either, which is no fault of it.

Source of the algorithm: "Validating account numbers: UK modulus checking" (Vocalink, published), with its letters:
u v w x y z are the digits of the sort code, a b c d e f g h those of the account number.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from domain.rules.bank_numbers import plain_number
from domain.words import N_, Refused, Sentence

Verdict = Literal["fits", "does_not_fit", "not_known"]

METHODS = ("MOD10", "MOD11", "DBLAL")
# Exceptions 2, 8 and 9 name fixed weights and sort codes; these are of the specification itself, not of the table.
_EX2_A_NOT_0 = (0, 0, 1, 2, 5, 3, 6, 4, 8, 7, 10, 9, 3, 1)
_EX2_A_NOT_0_G_9 = (0, 0, 0, 0, 0, 0, 0, 0, 8, 7, 10, 9, 3, 1)
_EX8_SORT_CODE = "090126"
_EX9_SORT_CODE = "309634"
# Pairs of rows of which one that passes is enough.
_EITHER = ({2, 9}, {10, 11}, {12, 13})


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One row of the table: sort codes `start` to `end`, a method, 14 weights, an exception (0 = none)."""

    start: str
    end: str
    method: str
    weights: tuple[int, ...]
    exception: int = 0


@dataclass(frozen=True)
class WeightTable:
    """The rows in the order of the file, and the sort codes that exception 5 puts in the place of others."""

    rows: Sequence[WeightRow]
    substitutes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _starts(self) -> list[str]:
        return [row.start for row in self.rows]

    def rows_of(self, sort_code: str) -> list[WeightRow]:
        """The one or two rows for a sort code, in the table's order."""
        last = bisect.bisect_right(self._starts, sort_code)
        # Rows are sorted by their first sort code and ranges do not overlap but where one range has two rows.
        return [row for row in self.rows[max(0, last - 4) : last] if row.start <= sort_code <= row.end]


def read_table(weights: str, substitutes: str = "") -> WeightTable:
    """The table from the text of the operator's files. Raises Refused, which names the line, for another format."""
    rows = [_read_row(number, line) for number, line in enumerate(weights.splitlines(), 1) if line.strip()]
    if not rows:
        raise Refused(Sentence(N_("The file of weights is empty.")))
    pairs: dict[str, str] = {}
    for number, line in enumerate(substitutes.splitlines(), 1):
        words = line.split()
        if words and not (len(words) == 2 and all(_is_digits(word, 6) for word in words)):
            raise Refused(Sentence(N_("Line %(line)s is not a pair of sort codes."), {"line": number}))
        if words:
            pairs[words[0]] = words[1]
    return WeightTable(sorted(rows, key=lambda row: row.start), pairs)


def _read_row(number: int, line: str) -> WeightRow:
    words = line.split()
    shaped = (
        len(words) in (17, 18)
        and _is_digits(words[0], 6)
        and _is_digits(words[1], 6)
        and words[0] <= words[1]
        and words[2] in METHODS
        and all(word.isascii() and word.removeprefix("-").isdigit() for word in words[3:])
    )
    if not shaped:
        raise Refused(Sentence(N_("Line %(line)s is not a row of weights."), {"line": number}))
    exception = int(words[17]) if len(words) == 18 else 0
    return WeightRow(words[0], words[1], words[2], tuple(int(word) for word in words[3:17]), exception)


def plain_account(sort_code: str, account: str) -> tuple[str, str]:
    """Sort code (6 digits) and account number (8 digits) as the scheme sends them. Raises Refused for other shapes.

    By the specification, numbers of 6 or 7 digits are filled with zeros, and of 9 digits (Santander) the first takes
    the place of the sort code's last. Ten digits mean different things at different banks, so they are asked for again.
    """
    code, number = plain_number(sort_code), plain_number(account)
    if not _is_digits(code, 6):
        raise Refused(Sentence(N_("A sort code has 6 digits, for instance 12-34-56.")), "routing")
    if not (number.isascii() and number.isdigit()):
        raise Refused(Sentence(N_("An account number has digits only.")), "number")
    if len(number) == 9:
        return code[:5] + number[0], number[1:]
    if not 6 <= len(number) <= 8:
        words = N_(
            "A UK account number has 8 digits; this one has %(count)s. Ask your bank if yours is longer."
        )
        raise Refused(Sentence(words, {"count": len(number)}), "number")
    return code, number.rjust(8, "0")


def verdict(table: WeightTable, sort_code: str, account: str) -> Verdict:
    """Whether an account of 8 digits fits its sort code of 6; "not_known" where no row says how to check it."""
    rows = table.rows_of(sort_code)
    if not rows or _is_foreign_currency(rows, account):
        return "not_known" if not rows else "fits"
    first = _passes(table, rows[0], sort_code, account)
    if len(rows) == 1:
        return "fits" if first else "does_not_fit"
    kinds = {row.exception for row in rows}
    if kinds in _EITHER:
        fits = first or _passes(table, rows[1], sort_code, account)
    elif rows[1].exception == 3 and account[2] in "69":
        fits = first
    else:
        fits = first and _passes(table, rows[1], sort_code, account)
    return "fits" if fits else "does_not_fit"


def fault_of_uk_account(sort_code: str, account: str, table: WeightTable | None) -> Mapping[str, Sentence]:
    """What is wrong with a UK account as typed, by field ("routing", "number"); empty when nothing is known to be."""
    try:
        code, number = plain_account(sort_code, account)
    except Refused as refused:
        return {refused.field or "number": refused.sentence}
    if table is not None and verdict(table, code, number) == "does_not_fit":
        words = N_(
            "This account number does not fit the sort code. One digit is probably mistyped or swapped."
        )
        return {"number": Sentence(words)}
    return {}


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _is_foreign_currency(rows: Sequence[WeightRow], account: str) -> bool:
    """Exception 6: such accounts are in another currency and cannot be checked."""
    return any(row.exception == 6 for row in rows) and account[0] in "45678" and account[6] == account[7]


def _passes(table: WeightTable, row: WeightRow, sort_code: str, account: str) -> bool:
    """Whether one row's check passes, with the row's exception."""
    row = replace(row, weights=_weights(row, account))
    if row.exception == 8:
        sort_code = _EX8_SORT_CODE
    elif row.exception == 9:
        sort_code = _EX9_SORT_CODE
    elif row.exception == 5:
        return _passes_5(row, table.substitutes.get(sort_code, sort_code), account)
    total = _total(row, sort_code + account)
    if row.exception == 4:
        return total % 11 == int(account[6:])
    if row.exception == 14:
        return total % 11 == 0 or _passes_14(row, sort_code, account)
    if row.exception == 1:
        total += 27
    return total % (11 if row.method == "MOD11" else 10) == 0


def _weights(row: WeightRow, account: str) -> tuple[int, ...]:
    """The weights to use: exceptions 2, 7 and 10 put others in their place for some accounts."""
    if row.exception == 2 and account[0] != "0":
        return _EX2_A_NOT_0_G_9 if account[6] == "9" else _EX2_A_NOT_0
    without_bank = (0,) * 8 + row.weights[8:]
    if row.exception == 7 and account[6] == "9":
        return without_bank
    if row.exception == 10 and account[:2] in ("09", "99") and account[6] == "9":
        return without_bank
    return row.weights


def _total(row: WeightRow, digits: str) -> int:
    products = [int(digit) * weight for digit, weight in zip(digits, row.weights, strict=True)]
    if row.method == "DBLAL":
        return sum(sum(int(digit) for digit in str(abs(product))) for product in products)
    return sum(products)


def _passes_5(row: WeightRow, sort_code: str, account: str) -> bool:
    """Exception 5: g is the check digit of the first check (modulus 11), h of the second (double alternate)."""
    total = _total(row, sort_code + account)
    if row.method == "DBLAL":
        return (10 - total % 10) % 10 == int(account[7])
    rest = total % 11
    return rest != 1 and (11 - rest) % 11 == int(account[6])


def _passes_14(row: WeightRow, sort_code: str, account: str) -> bool:
    """Exception 14: older, shorter numbers end in 0, 1 or 9; without that digit the rest is checked."""
    return account[7] in "019" and _total(row, sort_code + "0" + account[:7]) % 11 == 0
