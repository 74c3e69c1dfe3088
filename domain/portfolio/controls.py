"""The file's own totals held against the sum of its lines, so that a line which was lost or read wrongly is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.portfolio.rent_roll_layout import BETWEEN, CHARGES, FUTURE, TOTAL, WHAT, WITHIN
from domain.portfolio.signed import read_signed
from domain.words import N_, Money, Refused, Sentence

MOST_KEPT = 50


class Controls:
    """Sums of the columns of money, of all lines and of those since the last total. `places`: field -> column."""

    def __init__(
        self, places: Mapping[str, int], money: Sequence[str], headings: Sequence[str], currency: str
    ) -> None:
        self.money = {name: places[name] for name in money if name in places}
        self.what, self.charges = places[WHAT], places[CHARGES]
        self.headings, self.currency = headings, currency
        self.all = dict.fromkeys(self.money, 0)
        self.group = dict.fromkeys(self.money, 0)
        self.agreed, self.differing = 0, list[Sentence]()

    def take(self, line: int, row: Sequence[str], style: str) -> bool:
        """Count a line; whether it is one of totals, which is no tenancy."""
        amounts = {name: self._amount(row, place, style) for name, place in self.money.items()}
        what = row[self.what] if self.what < len(row) else ""
        if what == FUTURE:
            return False
        if what != TOTAL:
            for name, minor in amounts.items():
                self.all[name] += minor or 0
                self.group[name] += minor or 0
            if "charge_amount" in self.money:
                further = self._further(row, style)
                self.all["charge_amount"] += further
                self.group["charge_amount"] += further
            return False
        self._compare(line, amounts)
        return True

    def _compare(self, line: int, amounts: Mapping[str, int | None]) -> None:
        said = {name: minor for name, minor in amounts.items() if minor is not None}
        if not said:
            return
        # A total is of its group or of everything; the last one of a file is usually of everything.
        whole = sum(minor == self.all[name] for name, minor in said.items())
        parts = sum(minor == self.group[name] for name, minor in said.items())
        ours = self.all if whole > parts or self.group == dict.fromkeys(self.group, 0) else self.group
        for name, minor in said.items():
            if minor == ours[name]:
                self.agreed += 1
            elif len(self.differing) < MOST_KEPT:
                words = N_(
                    "Line %(line)s: the file's total of %(column)s is %(file)s, its lines add up to %(ours)s."
                )
                column = self.headings[self.money[name]]
                figures = {"file": Money(minor, self.currency), "ours": Money(ours[name], self.currency)}
                self.differing.append(Sentence(words, {"line": line, "column": column, **figures}))
        self.group = dict.fromkeys(self.money, 0)

    def _amount(self, row: Sequence[str], place: int, style: str) -> int | None:
        text = row[place] if place < len(row) else ""
        return self._read(text, style) if text else None

    def _further(self, row: Sequence[str], style: str) -> int:
        text = row[self.charges] if self.charges < len(row) else ""
        parts = (part.partition(WITHIN)[2] for part in text.split(BETWEEN) if part)
        return sum(self._read(part, style) or 0 for part in parts)

    def _read(self, text: str, style: str) -> int | None:
        try:
            return read_signed(text, self.currency, style)
        except Refused:
            return None

    def as_sentences(self) -> list[Sentence]:
        """What differs, or that everything the file adds up itself agrees; nothing for a file without totals."""
        if self.differing or not self.agreed:
            return self.differing
        return [Sentence(N_("The file's own totals agree with its lines."))]
