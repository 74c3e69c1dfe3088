"""Send again what was given up, when its cause is mended. Verb: `send_again`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from domain.access import Scope
from domain.records import address_troubles
from domain.records.contacts import NOT_WANTED
from domain.records.dead_letters import KIND
from domain.records.tasks import close_task
from domain.records.words_out import audit
from domain.rules.sign_in_names import folded
from domain.transaction import rows_changed, transaction
from domain.words import N_, Gone, Sentence
from models import Outbox, Task

RIGHT = "contact"
NOT_OLDER = timedelta(days=30)
"""What is older says what was true long ago."""
FOR_GOOD = (NOT_WANTED, "too late")


def send_again(task_ref: str, *, who: Scope, now: datetime) -> int:
    """Let every message to the task's address that was given up go out again; returns how many, and closes the task.

    What its reader did not want any more, codes that came too late, and what is older than 30 days stay where they are.
    Raises NotAllowed, Gone.
    """
    who.require(RIGHT)
    with transaction() as session:
        query = who.select(Task).where(Task.ref == task_ref, Task.kind == KIND).with_for_update()
        task = session.scalars(query).first()
        if task is None:
            raise Gone(Sentence(N_("There is no such task.")))
        mail = session.execute(
            select(Outbox.channel, Outbox.to_address).where(Outbox.id == task.subject_id)
        ).one()
        address = folded(mail.to_address) if mail.channel == "email" else mail.to_address
        address_troubles.clear(session, mail.channel, address, now)
        again = (
            update(Outbox)
            .where(
                Outbox.channel == mail.channel, Outbox.to_address == mail.to_address, Outbox.state == "dead"
            )
            .where(Outbox.last_error.not_in(FOR_GOOD), Outbox.created_at >= now - NOT_OLDER)
            .values(state="due", tries=0, not_before=now)
            .execution_options(synchronize_session=False)
        )
        sent = rows_changed(session, again)
        close_task(session, task.dedupe_key, now=now, by=who.by)
        audit(
            session, by=who.by, action="mail.sent_again", subject="task", subject_id=task.id, at=now,
            detail={"messages": sent},
        )  # fmt: skip
        return sent
