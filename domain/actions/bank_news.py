"""What one piece of news from the bank does: a debit that came back, details that were not right, a quarrel of banks.

Called inside a transaction of `domain.actions.bank_files`. Payments change through the one door only; what no rule can
decide becomes a task for a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions import refund_ends
from domain.actions.bank_accounts import fingerprint_of
from domain.actions.payments import Event, pass_the_door
from domain.records.alerts import tell_owner
from domain.records.stopped_methods import stop
from domain.records.tasks import open_task
from domain.records.words_out import audit
from domain.words import N_, Sentence
from gateways.files import BankAccount, FileGateway, News
from models import Batch, BatchLine, Payment, PaymentMethod, Person, User

MOST_NAME = 100
"""How long a bank's name of something may be; ISO 20022 allows 35 letters."""
EVENTS = {"returned": "returned", "rejected": "declined", "settled": "settled"}
"""News about a debit -> the event of a payment that it is."""
TASKS: Mapping[str, str] = {
    "dishonored": N_(
        "Our bank did not take the return of a debit (%(code)s, %(trace)s). The money may be ours again."
    ),
    "contested": N_("The payer's bank insists on a return (%(code)s, %(trace)s)."),
    "reversed": N_("The bank reversed a debit (%(code)s, %(trace)s)."),
    "unknown": N_("A file from the bank says something that we cannot read (%(code)s, %(trace)s)."),
}
"""News that only a person can judge -> what they are told."""


@dataclass(frozen=True, slots=True)
class Did:
    """What was done: done, again (it was known), unmatched, differs, task, noted or failed; and with which payment."""

    what: str
    payment: str = ""


def task_key(gateway: str, news: News) -> str:
    """The key of the task about a piece of news, however long the bank's name of it is."""
    name = news.id if len(news.id) <= MOST_NAME else sealing.fingerprint(news.id)
    return f"bank-news:{gateway}:{name}"


def act(
    session: Session, way: FileGateway, news: News, *, today: date, now: datetime, by: str, base_url: str
) -> Did:
    """Do what the news says, once."""
    line = _line(session, way.name, news)
    if line is None and news.kind == "rejected" and (named := _file_of(session, way.name, news)):
        said = N_(
            "The bank did not take the file %(file)s (%(code)s, %(trace)s). Look at it, and note that it was refused."
        )
        return _task(session, way, news, said, now, "task", file=named)
    if line is None:
        return _task(
            session, way, news, N_("A file from the bank names a debit that we do not know (%(code)s, %(trace)s)."),
            now, "unmatched",
        )  # fmt: skip
    if news.kind in EVENTS:
        return _debit(session, way, line, news, today, now, by)
    if news.kind == "corrected":
        return _corrected(session, way, line, news, now, by, base_url)
    if news.kind == "ended":
        return _ended(session, way, line, news, now)
    if news.kind == "accepted":
        mark = update(Batch).where(Batch.id == line.batch_id, Batch.state == "handed_over")
        session.execute(mark.values(state="accepted"))
        return Did("noted", line.payment_ref or "")
    return _task(session, way, news, TASKS[news.kind], now, "task", line)


def _line(session: Session, gateway: str, news: News) -> Any:
    """Our line by the bank's name of it, the latest; or by our own number."""
    query = (
        select(
            BatchLine.id, BatchLine.batch_id, BatchLine.kind, BatchLine.outcome, BatchLine.method_id,
            BatchLine.payment_id, BatchLine.refund_id, Payment.ref.label("payment_ref"), Payment.state,
            Payment.agreement_id,
        )
        .join(Batch, Batch.id == BatchLine.batch_id)
        .outerjoin(Payment, Payment.id == BatchLine.payment_id)
        .where(Batch.gateway == gateway)
        .order_by(BatchLine.id.desc())
        .limit(1)
    )  # fmt: skip
    found = session.execute(query.where(BatchLine.trace == news.trace)).first() if news.trace else None
    if found is None and news.number is not None:
        found = session.execute(query.where(BatchLine.id == news.number)).first()
    return found


def _file_of(session: Session, gateway: str, news: News) -> str:
    """The name of our file that the news is about as a whole, or of which it names a block ("DBx", "DBx-1")."""
    for named in dict.fromkeys((news.trace, re.sub(r"-\d+$", "", news.trace))):
        query = select(Batch.file_name).where(Batch.gateway == gateway)
        if found := session.scalar(query.where(Batch.control.startswith(f"{named}:", autoescape=True))):
            return str(found)
    return ""


def _debit(
    session: Session, way: FileGateway, line: Any, news: News, today: date, now: datetime, by: str
) -> Did:
    if line.outcome == news.kind:
        return Did("again", line.payment_ref or "")
    if line.payment_id is None:
        return _proof(session, way, line, news, today, now)
    # A bank that rejects what has settled with us gives the money back all the same.
    name = "returned" if news.kind == "rejected" and line.state == "settled" else EVENTS[news.kind]
    event = Event(
        name, min(news.on, today), code=news.code, source_id=news.id,
        amount_minor=news.amount_minor or None, currency=news.currency or None,
    )  # fmt: skip
    changed = pass_the_door(session, line.payment_ref, event, by=f"bank:{way.name}", today=today, now=now)
    if changed is None:
        said = N_("The bank names another amount for a debit than we have (%(code)s, %(trace)s).")
        return _task(session, way, news, said, now, "differs", line)
    if changed:
        _mark(session, line.id, news)
        return Did("done", line.payment_ref)
    if line.state in ("failed", "settled", "cancelled"):
        return Did("again", line.payment_ref)
    said = N_("A file from the bank tells of a debit that was not with it (%(code)s, %(trace)s).")
    return _task(session, way, news, said, now, "task", line)


def _mark(session: Session, line_id: int, news: News) -> None:
    values = {"outcome": news.kind, "code": news.code[:16]}
    session.execute(update(BatchLine).where(BatchLine.id == line_id).values(**values))


def _proof(session: Session, way: FileGateway, line: Any, news: News, today: date, now: datetime) -> Did:
    """A prenote or test amount that came back: the account is not to be debited. A refund: it was not given back."""
    _mark(session, line.id, news)
    if line.refund_id is not None:
        name, on = ("settled" if news.kind == "settled" else "failed"), min(news.on, today)
        moved = refund_ends.move(
            session, line.refund_id, name, on=on, by=f"bank:{way.name}", now=now, code=news.code
        )  # fmt: skip
        return Did("done" if moved else "again")
    if news.kind != "settled":
        failed = update(PaymentMethod).where(PaymentMethod.id == line.method_id)
        session.execute(failed.values(verification="failed", stopped_code=news.code[:16], stopped_at=now))
    return Did("done")


def _corrected(
    session: Session, way: FileGateway, line: Any, news: News, now: datetime, by: str, base_url: str
) -> Did:
    """Put the details right that the payer's bank corrected; it must be done before the next debit."""
    method = session.get_one(PaymentMethod, line.method_id, with_for_update=True)
    place = f"payment_method.token:{method.ref}"
    before = BankAccount(**json.loads(sealing.unseal(method.token_sealed, place)))
    fields = asdict(before)
    after = replace(before, **{name: text for name, text in news.corrected.items() if name in fields})
    if not news.corrected or way.check_account(after):
        said = N_("The payer's bank asks for a correction that we could not make (%(code)s, %(trace)s).")
        return _task(session, way, news, said, now, "task", line, kind="correction")
    if after == before:
        return Did("again", line.payment_ref or "")
    method.token_sealed = sealing.seal(json.dumps(asdict(after)), place)
    method.label = method.label.replace(method.last4, after.number[-4:])
    method.last4 = after.number[-4:]
    method.account_type, method.holder = after.account_type, after.holder
    method.fingerprint = fingerprint_of(after)
    method.stopped_code, method.stopped_at = "", None
    audit(
        session, by=f"bank:{way.name}", action="method.corrected", subject="payment_method", subject_id=method.id,
        at=now, detail={"code": news.code, "fields": ", ".join(sorted(news.corrected))},
    )  # fmt: skip
    owner = session.scalars(select(User).join(Person).where(Person.id == method.person_id)).first()
    if owner is not None and base_url:
        said = N_("Your bank corrected the details of your account %(label)s. We use them from now on.")
        tell_owner(session, owner, Sentence(said, {"label": method.label}), now=now, base_url=base_url)
    return Did("done", line.payment_ref or "")


def _ended(session: Session, way: FileGateway, line: Any, news: News, now: datetime) -> Did:
    """The payer's bank ended the permission behind an account: nothing is debited any more until there is a new one."""
    if not stop(session, line.method_id, news.code, revoked=True, by=f"bank:{way.name}", now=now):
        return Did("again")
    said = N_("The payer's bank ended the permission to debit an account (%(code)s, %(trace)s).")
    return _task(session, way, news, said, now, "done", line)


def _task(
    session: Session, way: FileGateway, news: News, msgid: str, now: datetime, what: str, line: Any = None,
    kind: str = "bank_file", file: str = "",
) -> Did:  # fmt: skip
    said = Sentence(
        msgid, {"code": news.code, "trace": news.trace[:MOST_NAME]} | ({"file": file} if file else {})
    )
    payment = line.payment_ref or "" if line is not None else ""
    open_task(
        session, "amount" if what == "differs" else kind, task_key(way.name, news), said, now=now,
        subject="payment" if payment else "", subject_id=line.payment_id if payment else None,
        agreement_id=line.agreement_id if payment else None,
    )  # fmt: skip
    return Did(what, payment)
