"""What waits for the office: tasks with where they lead. Read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from domain.access import Scope
from domain.records.tasks import KINDS
from domain.reports.actors import Name, names_of
from domain.reports.finding import Found, Wanted, page_of
from domain.words import Sentence, sentence_from
from models import (
    Agreement,
    Autopay,
    BankLine,
    BankStatement,
    Batch,
    Dispute,
    Document,
    Inquiry,
    MaintenanceRequest,
    Payment,
    Person,
    Promise,
    Task,
    db,
)

_REFS: Mapping[str, Any] = {
    "autopay": Autopay,
    "payment": Payment,
    "bank_line": BankLine,
    "bank_statement": BankStatement,
    "batch": Batch,
    "dispute": Dispute,
    "promise": Promise,
    "person": Person,
    "document": Document,
    "inquiry": Inquiry,
    "repair": MaintenanceRequest,
}
"""Subject of a task -> the model whose row it names."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A task as people read it. `target` is (subject, ref) of the row it is about, where a page shows that."""

    task: Task
    title: Sentence
    text: Sentence
    target: tuple[str, str] | None
    agreement_ref: str | None
    agreement_number: str | None
    closed_by: Name | None


def tasks(scope: Scope, wanted: Wanted) -> Found[Shown]:
    """One page of tasks: those that are open, the oldest first, or with filter state=done the closed ones."""
    done = wanted.filters.get("state", "") == "done"
    query = (
        scope.select(Task)
        .add_columns(Agreement.ref, Agreement.number)
        .outerjoin(Agreement, Agreement.id == Task.agreement_id)
        .where(Task.closed_at.is_not(None) if done else Task.closed_at.is_(None))
    )
    kind = wanted.filters.get("kind", "")
    if kind in KINDS:
        query = query.where(Task.kind == kind)
    found = page_of(
        query, wanted, [Task.closed_at.desc(), Task.id.desc()] if done else [Task.opened_at, Task.id]
    )
    return Found(_told(found.rows), found.total, found.page, found.pages, found.per_page)


def newest(scope: Scope, count: int = 5) -> tuple[Sequence[Shown], int]:
    """The open tasks that came last, and how many are open in all."""
    query = (
        scope.select(Task)
        .add_columns(Agreement.ref, Agreement.number)
        .outerjoin(Agreement, Agreement.id == Task.agreement_id)
        .where(Task.closed_at.is_(None))
    )
    total = db.session.scalar(scope.select(Task, func.count()).where(Task.closed_at.is_(None))) or 0
    return _told(db.session.execute(query.order_by(Task.id.desc()).limit(count)).all()), total


def about_person(scope: Scope, person_id: int, agreement_ids: Sequence[int], count: int = 20) -> list[Shown]:
    """The open tasks about a person or one of these agreements, the nearest day first, those without a day last."""
    mine = (Task.subject == "person") & (Task.subject_id == person_id)
    query = (
        scope.select(Task)
        .add_columns(Agreement.ref, Agreement.number)
        .outerjoin(Agreement, Agreement.id == Task.agreement_id)
        .where(Task.closed_at.is_(None), or_(mine, Task.agreement_id.in_(agreement_ids)))
        .order_by(Task.due_on.is_(None), Task.due_on, Task.id)
    )
    return _told(db.session.execute(query.limit(count)).all())


def _told(rows: Sequence[Any]) -> list[Shown]:
    targets = _targets([row[0] for row in rows])
    names = names_of({row[0].closed_by for row in rows if row[0].closed_by})
    return [
        Shown(
            task=task,
            title=Sentence(KINDS.get(task.kind, KINDS["other"])),
            text=sentence_from(task.detail),
            target=targets.get(task.id),
            agreement_ref=ref,
            agreement_number=number,
            closed_by=names.get(task.closed_by),
        )
        for task, ref, number in rows
    ]


def _targets(found: Sequence[Task]) -> dict[int, tuple[str, str]]:
    """Task's id -> (subject, ref) of the row it names: one statement per kind of subject."""
    targets: dict[int, tuple[str, str]] = {}
    for subject, model in _REFS.items():
        mine = {task.id: task.subject_id for task in found if task.subject == subject and task.subject_id}
        if not mine:
            continue
        query = select(model.id, model.ref).where(model.id.in_(set(mine.values())))
        refs = {row.id: row.ref for row in db.session.execute(query)}
        for task_id, subject_id in mine.items():
            if subject_id in refs:
                targets[task_id] = (subject, refs[subject_id])
    return targets
