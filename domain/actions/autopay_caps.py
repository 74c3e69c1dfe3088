"""The caps of the business on autopay: debits in a day's run, money of a day, money of one customer in a day.

Read inside the claim and one run after the other, so that no two runs beside each other exceed one. What a cap stopped
waits, and somebody is told.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from domain.records.autopay_cases import Case
from domain.records.tasks import open_task
from domain.rules.autopay_policy import Policy
from domain.words import N_, Money, Sentence
from models import Payment

_P = Payment.__table__.c


class Caps:
    """The caps of the business, and how much of them is used up today. Asked for inside the claim."""

    def __init__(self, door: Connection, policy: Policy, today: date):
        self.door, self.policy, self.today = door, policy, today
        self.full = ""
        self.currency = ""
        self.count, self.minor = 0, 0
        self.people: dict[int, int] = {}
        self.stopped: dict[int, Case] = {}
        if (self.policy.most_per_run, self.policy.most_per_day_minor) != (None, None):
            asked = select(func.count(), func.coalesce(func.sum(_P.amount_minor), 0))
            self.count, self.minor = map(int, door.execute(asked.where(*self._today())).one())

    def _today(self) -> tuple[Any, ...]:
        return (_P.channel == "autopay", _P.state != "cancelled", _P.scheduled_on >= self.today)

    def allows(self, case: Case, minor: int, approved: bool) -> bool:
        """Whether one more debit fits; it then counts. `approved`: staff let it pass the customer's cap."""
        run, day, customer = (
            self.policy.most_per_run, self.policy.most_per_day_minor, self.policy.most_per_customer_minor,
        )  # fmt: skip
        self.currency = case.agreement.currency
        if run is not None and self.count >= run:
            self.full = "run"
        elif day is not None and self.minor + minor > day:
            self.full = "day"
        if self.full:
            return False
        if customer is not None and not approved:
            taken = self._of_person(case.row.person_id)
            if taken + minor > customer:
                self.stopped[case.row.person_id] = case
                return False
            self.people[case.row.person_id] = taken + minor
        self.count, self.minor = self.count + 1, self.minor + minor
        return True

    def _of_person(self, person_id: int) -> int:
        if person_id not in self.people:
            asked = select(func.coalesce(func.sum(_P.amount_minor), 0)).where(
                _P.person_id == person_id, *self._today()
            )
            self.people[person_id] = int(self.door.execute(asked).scalar_one())
        return self.people[person_id]

    def tell(self, now: datetime) -> None:
        """Open a task for each cap that stopped something."""
        said = {
            "run": N_("Autopay has begun as many debits as a day's run may. The others wait."),
            "day": N_("Autopay has begun as much as a day may take. The other debits wait."),
        }
        if self.full:
            open_task(
                self.door,
                "autopay",
                f"autopay-cap:{self.full}:{self.today}",
                Sentence(said[self.full]),
                now=now,
            )
        for person_id, case in self.stopped.items():
            most = Money(self.policy.most_per_customer_minor or 0, self.currency)
            words = N_(
                "Autopay takes %(most)s at most from one customer in a day. A debit above it waits for you."
            )
            open_task(
                self.door, "autopay", f"autopay-cap:customer:{person_id}:{self.today}",
                Sentence(words, {"most": most}), now=now, subject="autopay", subject_id=case.row.id,
                agreement_id=case.row.agreement_id,
            )  # fmt: skip
