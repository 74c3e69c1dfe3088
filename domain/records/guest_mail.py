"""Tell somebody who is not signed in that what they wrote was answered. Verb: `mail_answer`.

The address was typed and never proved, so the mail holds no word of what was said, no name of any account, and no
secret: its link opens the conversation only in the browser from which it was written.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.records.words_out import enqueue_mail
from models import Thread, ThreadMessage

TEMPLATE = "contact_answered"


def mail_answer(session: Session, thread: Thread, now: datetime) -> bool:
    """Mail once until they write again; False where that was done, or where no address was given."""
    theirs = select(func.max(ThreadMessage.id)).where(
        ThreadMessage.thread_id == thread.id, ThreadMessage.side == "customer"
    )
    return enqueue_mail(
        session, to=thread.contact_email, template=TEMPLATE, language=thread.language, now=now,
        dedupe_key=f"contact:{thread.ref}:{session.scalar(theirs) or 0}",
        data={"path": f"/contact/{thread.ref}"},
    )  # fmt: skip
