"""The statements of months and years as they were made: the list, and one as its reader may know it. Read-only.

Everything comes from the frozen body, so that a statement reads the same for ever. Verbs: `listed`, `shown`, `told`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.access import Scope
from domain.reports.agreements import payer_of
from domain.reports.delinquency_sheet import BUCKET_WORDS
from domain.rules.period_statements import GROUPS, PAID
from domain.words import N_, Gone, Sentence, Step, Trace, sentence_from
from models import Agreement, PeriodStatement, db
from papers.period_statement import PeriodPaper

RULE = "period_statement"


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened: above zero more is owed. `late`: it counts before the period and was not known then."""

    on: date
    words: str | Sentence
    amount_minor: int
    group: str
    late: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One statement for its reader; amounts in minor units of `row.currency`. `figures` sum to `closing_minor`.

    `aging` is what is late at the end, by days since it was due; `now_minor` and `next_minor` are as of `issued_on`.
    """

    row: PeriodStatement
    account: Mapping[str, Any]

    @property
    def opening_minor(self) -> int:
        return int(self.account["opening_minor"])

    @property
    def closing_minor(self) -> int:
        return int(self.account["closing_minor"])

    @property
    def title(self) -> Sentence:
        words = N_("Statement of the month to %(day)s")
        if self.row.span == "year":
            words = N_("Statement of the year to %(day)s")
        return Sentence(words, {"day": self.row.period_to})

    @property
    def owed(self) -> Sentence:
        """What the closing balance is: owed, a credit, or nothing."""
        if self.closing_minor < 0:
            words = N_("Credit at the end of %(day)s")
        else:
            words = N_("Owed at the end of %(day)s")
        return Sentence(words, {"day": self.row.period_to})

    @property
    def figures(self) -> list[tuple[str, Sentence, int]]:
        """(name, words, minor units): the opening balance and the movements that there are."""
        sums = self.account["sums"]
        moved = [(name, Sentence(words), sums[name]) for name, words in GROUPS.items() if name in sums]
        return [("opening", Sentence(N_("Balance before")), self.opening_minor), *moved]

    @property
    def lines(self) -> list[Line]:
        found = []
        for day, words, group, amount in self.account["lines"]:
            on = date.fromisoformat(day)
            said = sentence_from(words) if isinstance(words, Mapping) else words
            found.append(Line(on, said, amount, group, on < self.row.period_from))
        return found

    @property
    def paid(self) -> list[tuple[Sentence, int]]:
        """What money of the period paid: interest, principal, rent, fees."""
        paid = self.account["paid"]
        return [(Sentence(words), paid[name]) for name, words in PAID.items() if name in paid]

    @property
    def aging(self) -> list[tuple[Sentence, int]]:
        """What is late at the end of the period by age; nothing where nothing is late."""
        late = self.account["late"]
        if not late["past_due_minor"]:
            return []
        return [(Sentence(words), late["aging"][place]) for place, words in enumerate(BUCKET_WORDS)]

    @property
    def past_due_minor(self) -> int:
        return int(self.account["late"]["past_due_minor"])

    @property
    def issued_on(self) -> date:
        return date.fromisoformat(self.row.body["issued_on"])

    @property
    def next_on(self) -> date | None:
        day = self.account["due"]["next_on"]
        return date.fromisoformat(day) if day else None

    @property
    def coming(self) -> list[tuple[Sentence, int]]:
        """What was due and what was on its way when it was made, and what fell due next."""
        due = self.account["due"]
        rows = []
        if due["now_minor"]:
            rows.append((Sentence(N_("Due by %(day)s in all"), {"day": self.issued_on}), due["now_minor"]))
        if due["pending_minor"]:
            rows.append((Sentence(N_("On its way to us")), -due["pending_minor"]))
        if self.next_on:
            rows.append((Sentence(N_("Next due on %(day)s"), {"day": self.next_on}), due["next_minor"]))
        return rows


def listed(scope: Scope, agreement: Agreement) -> list[Shown]:
    """Every statement of an agreement that the person may see, the newest first."""
    query = scope.select(PeriodStatement).where(PeriodStatement.agreement_id == agreement.id)
    ordered = query.order_by(PeriodStatement.period_to.desc(), PeriodStatement.span.desc())
    return [shown(scope, row) for row in db.session.scalars(ordered)]


def shown(scope: Scope, row: PeriodStatement) -> Shown:
    """A statement as its reader may know it: without what is another payer's alone, the whole for the business."""
    payer = payer_of(scope)
    accounts = row.body.get("accounts")
    if not payer or accounts is None:
        return Shown(row, row.body["account"])
    return Shown(row, accounts.get(payer) or accounts[""])


def agreement_of(scope: Scope, row: PeriodStatement) -> Agreement:
    """The agreement of a statement. Raises Gone."""
    found = db.session.scalars(scope.select(Agreement).where(Agreement.id == row.agreement_id)).first()
    if found is None:
        raise Gone(Sentence(N_("There is no such agreement.")))
    return found


def told(one: Shown, what: str) -> tuple[Sentence, int, Trace]:
    """(title, minor units, reason) of a figure: "opening", "closing" or a movement. Raises Gone."""
    if what == "closing":
        steps = [Step(words, amount) for _name, words, amount in one.figures]
        return one.owed, one.closing_minor, Trace(f"{RULE}.closing", 1, tuple(steps))
    title, amount = next(((words, amount) for name, words, amount in one.figures if name == what), (None, 0))
    if title is None:
        raise Gone(Sentence(N_("There is no such figure.")))
    if what == "opening":
        words = Sentence(
            N_("Everything that counts before %(day)s, as it was known when the statement before was made."),
            {"day": one.row.period_from},
        )
        return title, amount, Trace(f"{RULE}.opening", 1, (Step(words, amount),))
    steps = [
        Step(Sentence(N_("%(what)s on %(day)s."), {"what": line.words, "day": line.on}), line.amount_minor)
        for line in one.lines
        if line.group == what
    ]
    return title, amount, Trace(f"{RULE}.{what}", 1, tuple(steps))


def paper(one: Shown) -> PeriodPaper:
    """What the PDF says."""
    body = one.row.body
    return PeriodPaper(
        business_lines=body["letterhead"], number=one.row.number, title=one.title, owed=one.owed,
        holders=body["holders"], address=body["address"], agreement_number=body["agreement_number"],
        agreement_title=body["agreement_title"], period_from=one.row.period_from, period_to=one.row.period_to,
        issued_on=one.issued_on, currency=one.row.currency, rows=[(words, minor) for _, words, minor in one.figures],
        closing_minor=one.closing_minor, lines=[(line.on, line.words, line.amount_minor) for line in one.lines],
        paid=one.paid, aging=one.aging, coming=one.coming, pay_at=body["pay_at"], test_mode=body["test_mode"],
        late_lines=any(line.late for line in one.lines), unposted_minor=one.account["late"]["unposted_minor"],
    )  # fmt: skip
