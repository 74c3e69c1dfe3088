"""Bring in a list of purchases on credit lines: a till's export, a spreadsheet. Verbs: `check`, `bring_in`.

Four columns: agreement, day, what, amount. Each line is one purchase, posted once however often the list is sent: its
name is what it says and which of its equals it is. A line that cannot be posted is told and left; the others go in.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from domain.access import Scope
from domain.actions import charges
from domain.actions.charges import Wanted
from domain.portfolio.problems import Problem
from domain.portfolio.table import open_table
from domain.rules.money import parse_amount
from domain.transaction import transaction
from domain.words import N_, DomainError, Refused, Sentence
from models import Agreement, Charge

COLUMNS = ("agreement", "day", "what", "amount")
MOST_LINES = 2_000
"""So many lines are checked and posted while somebody waits; every one is rehearsed under the books' lock."""
OTHER_NAMES = {"number": "agreement", "date": "day", "description": "what", "item": "what", "total": "amount"}


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line that can be posted. `ref` names it for ever."""

    line: int
    agreement_ref: str
    number: str
    currency: str
    day: date
    what: str
    amount_minor: int
    ref: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list holds: purchases that can be posted, those that were, and what is wrong with which line."""

    read: int
    fit: Sequence[Purchase]
    already: int
    problems: Sequence[tuple[int, Problem]]


def check(path: Path, *, who: Scope, today: date, now: datetime) -> Listed:
    """Read the list and say what would happen; nothing is written. Raises Refused for what is no list."""
    who.require(charges.RIGHT)
    problems: list[tuple[int, Problem]] = []
    fit: list[Purchase] = []
    read = already = 0
    for line, said in list(_said(path)):
        read += 1
        found = _purchase(line, said, who)
        if isinstance(found, Problem):
            problems.append((line, found))
        elif _posted(found, who):
            already += 1
        elif (problem := _refused(found, who, today, now)) is not None:
            problems.append((line, problem))
        else:
            fit.append(found)
    return Listed(read, fit, already, problems)


def bring_in(path: Path, *, who: Scope, today: date, now: datetime) -> Listed:
    """Post every line that can be posted. A limit that an earlier line used up refuses the later one."""
    listed = check(path, who=who, today=today, now=now)
    posted, problems = [], list(listed.problems)
    for purchase in listed.fit:
        try:
            charges.add(
                purchase.agreement_ref, _wanted(purchase), purchase.ref, who=who, today=today, now=now
            )
            posted.append(purchase)
        except DomainError as refused:
            problems.append((purchase.line, Problem("amount", refused.sentence, True)))
    return Listed(listed.read, posted, listed.already, sorted(problems, key=lambda one: one[0]))


def _said(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    table = open_table(path)
    names = [OTHER_NAMES.get(name.strip().lower(), name.strip().lower()) for name in table.headings]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        words = N_("The list needs the columns agreement, day, what and amount. Not found: %(missing)s.")
        raise Refused(Sentence(words, {"missing": ", ".join(missing)}), "file")
    places = {name: names.index(name) for name in COLUMNS}
    seen: Counter[tuple[str, ...]] = Counter()
    for count, (line, cells) in enumerate(table.rows(), 1):
        if count > MOST_LINES:
            words = N_("The file has more than %(most)s lines. Split it.")
            raise Refused(Sentence(words, {"most": MOST_LINES}), "file")
        said = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        same = tuple(said[name] for name in COLUMNS)
        seen[same] += 1
        yield line, {**said, "ref": _ref(same, seen[same])}


def _ref(said: tuple[str, ...], occurrence: int) -> str:
    text = "\x1f".join((*said, str(occurrence)))
    return f"list-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _purchase(line: int, said: dict[str, str], who: Scope) -> Purchase | Problem:
    with transaction() as session:
        row = session.execute(
            who.select(Agreement, Agreement.ref, Agreement.currency).where(
                Agreement.number == said["agreement"]
            )
        ).first()
    if row is None:
        return Problem("agreement", Sentence(N_("There is no such agreement.")), True)
    try:
        day = date.fromisoformat(said["day"])
    except ValueError:
        words = N_("Write the day as year-month-day, for example 2026-12-04.")
        return Problem("day", Sentence(words), True)
    try:
        amount = parse_amount(said["amount"], row.currency)
    except Refused as refused:
        return Problem("amount", refused.sentence, True)
    return Purchase(
        line, row.ref, said["agreement"], row.currency, day, said["what"], amount, said["ref"]
    )  # fmt: skip


def _wanted(purchase: Purchase) -> Wanted:
    return Wanted("purchase", purchase.what, purchase.amount_minor, purchase.day)


def _posted(purchase: Purchase, who: Scope) -> bool:
    with transaction() as session:
        known = (
            who.select(Charge, Charge.id)
            .join(Agreement, Agreement.id == Charge.agreement_id)
            .where(Agreement.ref == purchase.agreement_ref)
            .where(Charge.rule == charges.ADDED, Charge.period == purchase.ref)
        )
        return session.execute(known).first() is not None


def _refused(purchase: Purchase, who: Scope, today: date, now: datetime) -> Problem | None:
    try:
        charges.preview_add(
            purchase.agreement_ref, _wanted(purchase), purchase.ref, who=who, today=today, now=now
        )
    except DomainError as refused:
        return Problem(getattr(refused, "field", None) or "", refused.sentence, True)
    return None
