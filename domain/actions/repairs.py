"""Something in a home is broken. Verbs: `report`, `move`, `note`.

A tenant reports, with photos in a conversation of its own; staff move it on step by step, and the tenant is told of
each. What it cost becomes an `Expense` of the house in the same commit, and so stands on the owner's next statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.expenses import Spent, check_spent, spend_within
from domain.actions.handed_in_files import HandedIn
from domain.actions.threads import author_of, name_of
from domain.actions.uploads import keep, prepare
from domain.records.house_entries import house_head
from domain.records.names import new_ref
from domain.records.notices import tell
from domain.records.tasks import close_task, open_task
from domain.records.threads import Author, Matter, add_message, add_thread, mark
from domain.records.words_out import audit
from domain.rules.file_kinds import media_type_of
from domain.rules.repairs import (
    MOST_NOTE,
    MOST_VENDOR,
    MOST_WHEN,
    OPEN,
    Report,
    check_length,
    check_move,
    check_report,
    told,
)
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, NotAllowed, Refused, Sentence
from models import Agreement, Expense, MaintenanceRequest, MaintenanceStep, Person, Property, Thread, Unit

RIGHT = "talk"


def report(
    agreement_ref: str, said: Report, ref: str, *, who: Scope, today: date, now: datetime, uploads: Path,
    files: Sequence[HandedIn] = (),
) -> str:  # fmt: skip
    """A tenant reports something broken; returns the request's ref, which is the form's. Safe to repeat.

    Raises NotAllowed, Gone (an agreement that is not theirs or is about no unit), Refused beside its field, Conflict.
    """
    who.require(RIGHT)
    if who.role != "customer":
        raise NotAllowed(Sentence(N_("Tenants report here.")))
    check_report(said)
    checked = prepare(files, by=who.by, now=now)
    with transaction() as session:
        query = who.select(Agreement).where(Agreement.ref == agreement_ref, Agreement.unit_id.is_not(None))
        home = session.scalars(query).first()
        if home is None:
            raise Gone(Sentence(N_("There is no such home.")))
        language = session.scalar(select(Person.language).where(Person.id == who.person_id)) or "en"
        matter = Matter(said.title, "repair", who.person_id, home.id, language=language)
        # The conversation is locked by its ref first, so that one form makes one request.
        thread, fresh = add_thread(session, ref, matter, by=who.by, now=now)
        if not fresh:
            if session.scalar(select(MaintenanceRequest.id).where(MaintenanceRequest.ref == ref)) is None:
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return ref
        kept = keep(session, checked, uploads, by=who.by, now=now, property_id=thread.property_id)
        add_message(session, thread, author_of(session, who), said.description, key=ref, now=now, files=kept)
        if who.user_id:
            mark(session, thread, who.user_id, now)
        row = MaintenanceRequest(
            ref=ref, unit_id=home.unit_id, agreement_id=home.id, person_id=who.person_id, thread_id=thread.id,
            title=said.title.strip(), description=said.description.strip(), place=said.place.strip(),
            urgency=said.urgency, may_enter=said.may_enter, access_times=said.access_times.strip(), reported_at=now,
            reported_by=who.by, state="reported",
        )  # fmt: skip
        session.add(row)
        session.flush()
        _step(session, row, "reported", "", False, None, who, now)
        _ask_the_office(session, row, home, today, now)
        _audit(session, row, "repair.reported", who, now)
    return ref


def _ask_the_office(
    session: Session, row: MaintenanceRequest, home: Agreement, today: date, now: datetime
) -> None:
    words = N_("%(house)s %(unit)s: %(title)s")
    if row.urgency == "emergency":
        words = N_("Emergency in %(house)s %(unit)s: %(title)s")
    house, unit = session.execute(
        select(Property.name, Unit.name)
        .join(Unit, Unit.property_id == Property.id)
        .where(Unit.id == row.unit_id)
    ).one()
    open_task(
        session, "repair", f"repair:{row.ref}", Sentence(words, {"house": house, "unit": unit, "title": row.title}),
        now=now, subject="repair", subject_id=row.id, agreement_id=home.id,
        due_on=today if row.urgency == "emergency" else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """The next step. `note` is read by the tenant; who comes and when go with "planned", what it cost (minor units,
    paid from our bank on `paid_on`) with "done"."""

    state: str
    note: str = ""
    vendor: str = ""
    planned_for: date | None = None
    planned_words: str = ""
    cost_minor: int | None = None
    paid_on: date | None = None
    invoice: HandedIn | None = None


def move(ref: str, step: Move, key: str, *, who: Scope, today: date, now: datetime, uploads: Path) -> bool:
    """Take the request to its next state; False where this form did it. The tenant is told.

    Raises NotAllowed (without the right to write expenses down, for a cost), Gone, Refused beside "state", "note",
    "planned_for", "vendor", "when", "amount", "day" or "file".
    """
    _require_staff(who)
    _check_move(step, who)
    with transaction() as session:
        if step.cost_minor is not None:
            house_head(session)  # the books of the houses before the request, as everybody locks them
        row = _locked(session, ref, who)
        if (
            step.cost_minor is not None
            and session.scalar(select(Expense.id).where(Expense.ref == key)) is not None
        ):
            return False
        plan = step.planned_for, step.planned_words.strip()
        if step.state == row.state and (
            step.state != "planned" or plan == (row.planned_for, row.planned_words)
        ):
            return False
        check_move(row.state, step.state, step.note, step.planned_for, today)
        if step.state == "planned":
            row.planned_for, row.planned_words = plan
        row.vendor = step.vendor.strip() or row.vendor
        if step.cost_minor is not None:
            spent = _spent(session, row, step, today)
            check_spent(spent, today)
            row.expense_id = spend_within(
                session, spent, key, who=who, now=now, uploads=uploads, file=step.invoice
            )  # fmt: skip
        row.state = step.state
        row.finished_at = None if step.state in OPEN else now
        _step(session, row, step.state, step.note, False, step.cost_minor, who, now)
        _tell(session, row, step.note, who, now)
        close_task(session, f"repair:{row.ref}", now=now, by=who.by, note=step.note)
        _audit(session, row, f"repair.{step.state}", who, now)
    return True


def _check_move(step: Move, who: Scope) -> None:
    check_length(step.note, MOST_NOTE, "note")
    check_length(step.vendor, MOST_VENDOR, "vendor")
    check_length(step.planned_words, MOST_WHEN, "when")
    if step.cost_minor is None:
        return
    who.require("expenses")
    if step.state != "done":
        raise Refused(Sentence(N_("Write the cost down when it is done.")), "amount")
    if step.invoice is not None:
        media_type_of(step.invoice.content)


def _spent(session: Session, row: MaintenanceRequest, step: Move, today: date) -> Spent:
    house, unit = session.execute(
        select(Property.ref, Unit.name)
        .join(Unit, Unit.property_id == Property.id)
        .where(Unit.id == row.unit_id)
    ).one()
    return Spent(house, step.paid_on or today, "repairs", step.cost_minor or 0, row.vendor, row.title, unit)


def note(ref: str, text: str, *, who: Scope, now: datetime) -> None:
    """Keep a note that only the business reads. Raises NotAllowed, Gone, Refused beside "note"."""
    _require_staff(who)
    if not text.strip():
        raise Refused(Sentence(N_("Write something.")), "note")
    check_length(text, MOST_NOTE, "note")
    with transaction() as session:
        row = _locked(session, ref, who)
        _step(session, row, row.state, text, True, None, who, now)


def _locked(session: Session, ref: str, who: Scope) -> MaintenanceRequest:
    query = who.select(MaintenanceRequest).where(MaintenanceRequest.ref == ref)
    row = session.scalars(query.with_for_update(of=MaintenanceRequest)).first()
    if row is None:
        raise Gone(Sentence(N_("There is no such repair.")))
    return row


def _step(
    session: Session, row: MaintenanceRequest, state: str, text: str, inside: bool, cost_minor: int | None, who: Scope,
    now: datetime,
) -> None:  # fmt: skip
    session.add(MaintenanceStep(
        request_id=row.id, state=state, note=text.strip(), inside=inside, cost_minor=cost_minor, at=now, by=who.by
    ))  # fmt: skip
    session.flush()


def _tell(session: Session, row: MaintenanceRequest, text: str, who: Scope, now: datetime) -> None:
    """Say it in the conversation, and tell whoever reported it."""
    said = told(row.state, row.title, row.planned_for, row.vendor, row.planned_words)
    whole = (
        Sentence(N_("%(said)s %(answer)s"), {"said": said, "answer": text.strip()}) if text.strip() else said
    )
    thread = session.scalars(select(Thread).where(Thread.id == row.thread_id).with_for_update()).first()
    if thread is not None:
        author = Author("system", who.user_id, name_of(session, who))
        add_message(session, thread, author, "", key=new_ref(), now=now, said=whole)
        thread.waits_since = None
        thread.state = "open" if row.state in OPEN else "closed"
        thread.closed_at, thread.closed_by = (None, "") if row.state in OPEN else (now, who.by)
    if row.person_id is None:
        return
    steps = len(session.scalars(select(MaintenanceStep.id).where(MaintenanceStep.request_id == row.id)).all())
    data: dict[str, object] = {"headline": said}
    if text.strip():
        data["what"] = Sentence(N_("%(text)s"), {"text": text.strip()})
    tell(
        session, "question_decided", row.person_id, agreement_id=row.agreement_id, data=data,
        dedupe_key=f"repair:{row.ref}:{steps}", path=f"/repairs/{row.ref}", now=now,
    )  # fmt: skip


def _audit(session: Session, row: MaintenanceRequest, action: str, who: Scope, now: datetime) -> None:
    audit(session, by=who.by, action=action, subject="unit", subject_id=row.unit_id, at=now,
          detail={"repair": row.ref, "title": row.title})  # fmt: skip


def _require_staff(who: Scope) -> None:
    who.require(RIGHT)
    if not who.staff:
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
