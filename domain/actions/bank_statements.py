"""Bring statements of our bank in. Verbs: `receive`, `learn`, `bring_in`, `undo`; `bring_in_file` for the command line.

A file is kept as it came, sealed, also one that is refused, so that somebody can look at it. The same file, or one that
overlaps another, adds each movement once. Bringing in moves no money: what a movement was is said by `bank_matching`.
A file is read while no transaction is open: a large one takes seconds, in which everybody else goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions import kept_files
from domain.banking.csv_layout import Layout
from domain.banking.reading import Read, Unknown, placed, read_as, require_size
from domain.banking.statement import StatementLine
from domain.records.names import new_ref
from domain.records.tasks import close_task, open_task
from domain.records.words_out import audit
from domain.reports.bank_files import KIND, Learned, Planned, learned, plan, shown_account, statements_in
from domain.sealing import CannotOpen
from domain.transaction import rows_changed, transaction
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence, sentence_json
from models import BankFile, BankLine, BankMatch, BankStatement, CsvLayout

RIGHT = "bank"
CHUNK = 500
MOST_NAME = 200


def receive(content: bytes, name: str, *, folder: Path, who: Scope, now: datetime) -> str:
    """Keep an uploaded file and look whether it can be read; returns its ref, that of the first where it came before.

    A file that is no statement is kept as refused, with the reason; nothing else is written. Kept files lie sealed in
    `folder`. Raises Refused for one that is too large.
    """
    who.require(RIGHT)
    require_size(len(content))
    digest = hashlib.sha256(content).hexdigest()
    with transaction() as session:
        known = _by_hash(session, digest)
        ref = known.ref if known is not None else new_ref()
        learned_now = learned(session)
    path = kept_files.keep(folder, ref, content)  # also a file that was lost since is there again
    verdict = _verdict(content, learned_now)
    try:
        with transaction() as session:
            _note(session, ref, digest, {"name": name[:MOST_NAME], "path": path, **verdict}, who, now)
    except IntegrityError:  # the same bytes came at the same instant
        kept_files.forget(folder, path)
        with transaction() as session:
            known = _by_hash(session, digest)
            return known.ref if known is not None else ref
    return ref


def _verdict(content: bytes, known: Learned) -> dict[str, Any]:
    """Whether a file can be read, as its row says it."""
    try:
        statements_in(content, known)
    except Refused as refused:
        return {"state": "refused", "problem": sentence_json(refused.sentence)}
    return {"state": "reading", "problem": {}}


def _note(session: Session, ref: str, digest: str, values: dict[str, Any], who: Scope, now: datetime) -> None:
    """Put the row of a kept file there. One that was read already stays so."""
    file = session.scalars(select(BankFile).where(BankFile.ref == ref).with_for_update()).first()
    if file is None:
        file = BankFile(ref=ref, kind=KIND, file_hash=digest, received_at=now, received_by=who.by, **values)
        session.add(file)
    elif file.state == "read":
        file.path = values["path"]
        return
    else:
        file.path, file.state, file.problem = values["path"], values["state"], values["problem"]
    session.flush()
    if file.state == "refused":
        audit(session, by=who.by, action="bank_file.refused", subject="bank_file", subject_id=file.id, at=now,
              detail={"name": file.name})  # fmt: skip


def kept(ref: str, *, folder: Path, who: Scope) -> bytes | None:
    """The bytes of a file that was handed in; None when they are not here any more. Raises Gone."""
    who.require(RIGHT)
    with transaction() as session:
        path = _file(session, ref).path
    try:
        return kept_files.read(folder, path)
    except (OSError, CannotOpen):
        return None


def learn(file_ref: str, layout: Layout, name: str, *, folder: Path, who: Scope, now: datetime) -> None:
    """Keep how the columns of this bank's CSV are to be read, for this file and those like it. Raises Refused."""
    content = kept(file_ref, folder=folder, who=who)
    with transaction() as session:
        currency = learned(session).currency
    if content is None:
        raise Refused(Sentence(N_("The file is not here any more. Hand it in again.")), "file")
    with placed(content) as path:
        read = read_as(path, layout, currency)
    if not read.statements[0].account:
        raise Refused(Sentence(N_("Say of which account this file is.")), "account")
    with transaction() as session:
        file = _file(session, file_ref)
        values = {"name": name[:80], "mapping": layout.as_json(), "made_at": now, "made_by": who.by}
        changed = rows_changed(
            session, update(CsvLayout).where(CsvLayout.fingerprint == read.fingerprint).values(values)
        )
        if not changed:
            session.execute(insert(CsvLayout), {"fingerprint": read.fingerprint, **values})
        audit(session, by=who.by, action="bank_file.layout_learned", subject="bank_file", subject_id=file.id, at=now,
              detail={"name": name[:80]})  # fmt: skip


def bring_in(file_ref: str, *, folder: Path, who: Scope, now: datetime) -> list[str]:
    """Add the statements of a kept file with each line that is not known yet; returns their refs. Safe to repeat.

    Raises Gone, Refused where the file cannot be read, Conflict where its columns were not explained yet.
    """
    who.require(RIGHT)
    with transaction() as session:
        standing = _standing(session, _file(session, file_ref).file_hash)
        known = learned(session)
    if standing:
        return standing
    read = statements_in(kept(file_ref, folder=folder, who=who), known)
    if isinstance(read, Unknown):
        raise Conflict(Sentence(N_("Say first what the columns of this file are.")))
    try:
        return _bring_in(file_ref, read, who, now)
    except IntegrityError:
        # Another file brought one of these lines in at the same instant: now it is known.
        return _bring_in(file_ref, read, who, now)


def _bring_in(file_ref: str, read: Read, who: Scope, now: datetime) -> list[str]:
    with transaction() as session:
        file = _file(session, file_ref)
        standing = _standing(session, file.file_hash)
        if standing:
            return standing
        layout = select(CsvLayout.id).where(CsvLayout.fingerprint == read.fingerprint)
        layout_id = session.scalar(layout) if read.fingerprint else None
        about = {
            "format": read.form, "name": file.name, "file_hash": file.file_hash, "layout_id": layout_id,
            "imported_at": now, "imported_by": who.by,
        }  # fmt: skip
        refs = [_keep(session, planned, about, now) for planned in plan(session, read.statements)]
        session.execute(
            update(BankFile).where(BankFile.id == file.id).values(state="read", outcome={"statements": refs})
        )
        audit(session, by=who.by, action="bank_statement.brought_in", subject="bank_file", subject_id=file.id, at=now,
              detail={"name": file.name, "statements": len(refs)})  # fmt: skip
    return refs


def _keep(session: Session, planned: Planned, about: Mapping[str, Any], now: datetime) -> str:
    data = planned.data
    statement = BankStatement(
        ref=new_ref(), account=shown_account(data.account), account_key=planned.account_key, currency=data.currency,
        from_on=data.first_on, to_on=data.last_on, opening_minor=data.opening_minor,
        closing_minor=data.closing_minor, **about,
    )  # fmt: skip
    session.add(statement)
    session.flush()
    rows = [
        _row(statement.id, number, planned.account_key, line_hash, line, data.currency)
        for number, (line, line_hash, new) in enumerate(
            zip(data.lines, planned.hashes, planned.fresh, strict=True), 1
        )
        if new
    ]
    for first in range(0, len(rows), CHUNK):
        session.execute(insert(BankLine), rows[first : first + CHUNK])
    _tell_gap(session, planned, statement, now)
    return statement.ref


def _row(
    statement_id: int, number: int, key: str, line_hash: str, line: StatementLine, currency: str
) -> dict[str, Any]:
    return {
        "ref": new_ref(),
        "statement_id": statement_id,
        "number": number,
        "account_key": key,
        "line_hash": line_hash,
        "booked_on": line.booked_on,
        "value_on": line.value_on,
        "amount_minor": line.amount_minor,
        "currency": currency,
        "name": line.name,
        "text": f"{line.text} #{line.check_number}".strip() if line.check_number else line.text,
        "bank_ref": line.bank_ref,
        # A line of nothing explains itself.
        "state": "open" if line.amount_minor else "ignored",
    }


def _tell_gap(session: Session, planned: Planned, statement: BankStatement, now: datetime) -> None:
    """What is missing between two balances of the bank is a task; it is closed when a later file fills the gap."""
    key = f"bank:gap:{planned.account_key[:32]}:{statement.to_on}"
    if not planned.gap_minor:
        close_task(session, key, now=now)
        return
    words = N_(
        "Between the balances that the bank told, %(amount)s moved on account %(account)s that no statement here holds."
        " Bring in the days before %(day)s."
    )
    params = {
        "amount": Money(planned.gap_minor, statement.currency),
        "account": statement.account,
        "day": statement.from_on,
    }
    open_task(session, "missing", key, Sentence(words, params), now=now, subject="bank_statement",
              subject_id=statement.id)  # fmt: skip


def undo(statement_ref: str, *, who: Scope, now: datetime) -> int:
    """Take a statement out again, while nothing of it was matched or ignored by somebody; how many lines went.

    Raises Gone, and Conflict where a match stands or a later file relies on its lines.
    """
    who.require(RIGHT)
    with transaction() as session:
        statement = session.scalars(
            select(BankStatement).where(BankStatement.ref == statement_ref).with_for_update()
        ).first()
        if statement is None:
            raise Gone(Sentence(N_("There is no such statement.")))
        if statement.undone_at is not None:
            return 0
        mine = BankLine.statement_id == statement.id
        matched = select(BankMatch.id).join(BankLine, BankLine.id == BankMatch.line_id)
        if session.scalar(matched.where(mine, BankMatch.undone_at.is_(None)).limit(1)) is not None:
            words = N_("Movements of this statement are matched. Undo those matches first.")
            raise Conflict(Sentence(words))
        later = select(BankStatement.id).where(
            BankStatement.account_key == statement.account_key,
            BankStatement.id > statement.id,
            BankStatement.undone_at.is_(None),
            BankStatement.from_on <= statement.to_on,
            BankStatement.to_on >= statement.from_on,
        )
        if session.scalar(later.limit(1)) is not None:
            words = N_("A statement that came later shares days with this one. Take that one out first.")
            raise Conflict(Sentence(words))
        gone = rows_changed(
            session, update(BankLine).where(mine, BankLine.state != "undone").values(state="undone")
        )
        statement.undone_at = now
        session.flush()
        audit(session, by=who.by, action="bank_statement.undone", subject="bank_statement", subject_id=statement.id,
              at=now, detail={"name": statement.name, "lines": gone})  # fmt: skip
    return gone


def bring_in_file(path: Path, *, folder: Path, who: Scope, now: datetime) -> list[str]:
    """A file from the command line, kept and brought in. Raises Refused, or Conflict for columns to be explained."""
    require_size(path.stat().st_size)
    ref = receive(path.read_bytes(), path.name, folder=folder, who=who, now=now)
    return bring_in(ref, folder=folder, who=who, now=now)


def _file(session: Session, ref: str) -> BankFile:
    file = session.scalars(select(BankFile).where(BankFile.ref == ref, BankFile.kind == KIND)).first()
    if file is None:
        raise Gone(Sentence(N_("There is no such file.")))
    return file


def _by_hash(session: Session, content_hash: str) -> BankFile | None:
    known = session.scalars(select(BankFile).where(BankFile.file_hash == content_hash)).first()
    if known is not None and known.kind != KIND:
        words = N_("This very file was handed in before, among the files from the bank.")
        raise Refused(Sentence(words), "file")
    return known


def _standing(session: Session, content_hash: str) -> list[str]:
    """The refs of the statements that this very file brought in and that stand."""
    query = select(BankStatement.ref).where(
        BankStatement.file_hash == content_hash, BankStatement.undone_at.is_(None)
    )
    return list(session.scalars(query.order_by(BankStatement.id)))
