"""Take a file that came from the bank: who reads it, what it says, what became of each line. Verbs: `take`, `finish`.

The file is kept before anything is done with it, also one that is refused, so that somebody can look at it. The same
bytes act once, and so does the same news in another file, since every event has the bank's own name. Each piece of news
is a transaction of its own: one that cannot be used blocks no other, and a run that ended in the middle goes on.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from domain import sealing
from domain.actions import bank_news, kept_files
from domain.actions.payment_watch import LOST_DATABASE
from domain.points import reach
from domain.records.tasks import close_task, open_task
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence, sentence_json
from gateways import registry
from gateways.files import FileGateway, FileReading, FileRefused, News
from models import BankFile

MOST_BYTES = 20_000_000
UNREAD = "bank-file-unread"
"""How the key of the task begins that tells of a file that was lost before it was read."""
MOST_KEPT = 2_000
"""How many lines of what was done are kept with the file, for its page."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """The ref of the kept file, and whether these bytes had come before."""

    ref: str
    again: bool = False


def take(
    content: bytes, name: str, *, folder: Path, today: date, now: datetime, by: str, base_url: str = ""
) -> Taken:
    """Keep a file and do what it says. A file that nobody can read is kept as refused, with the reason.

    Raises Refused for an empty file, one that is too large, and where no way to pay by files is set up.
    """
    if not content:
        raise Refused(Sentence(N_("The file is empty.")), "file")
    if len(content) > MOST_BYTES:
        raise Refused(Sentence(N_("The file is larger than 20 MB.")), "file")
    ways = [registry.by_file(way.name) for way in registry.all_gateways() if "file" in way.abilities]
    if not ways:
        raise Refused(Sentence(N_("No way to pay by files is set up in this installation.")), "file")
    digest = hashlib.sha256(content).hexdigest()
    if known := _known(digest):
        return _again(known, ways, content, folder=folder, today=today, now=now, by=by, base_url=base_url)
    read = _read(ways, content)
    ref = sealing.fresh_ref()
    row = {
        "ref": ref, "name": name[:200], "file_hash": digest, "path": kept_files.keep(folder, ref, content),
        "received_at": now, "received_by": by, "gateway": "", "kind": "file", "state": "refused",
    }  # fmt: skip
    if isinstance(read, FileRefused):
        row |= {"problem": sentence_json(read.sentence)}
    else:
        row |= {"gateway": read[0].name, "kind": _kind(read[1].kind), "state": "reading"}
    try:
        with transaction() as session:
            file = BankFile(**row)
            session.add(file)
            session.flush()
            audit(
                session, by=by, action="bank_file.taken", subject="bank_file", subject_id=file.id, at=now,
                detail={"state": file.state, "hash": digest},
            )  # fmt: skip
    except IntegrityError:
        known = _known(digest)  # the same bytes came at the same instant
        return Taken(known.ref if known else ref, again=True)
    reach("bank_file.kept")
    if not isinstance(read, FileRefused):
        _act(ref, *read, today=today, now=now, by=by, base_url=base_url)
    return Taken(ref)


def _again(
    known: Any, ways: list[FileGateway], content: bytes, *, folder: Path, today: date, now: datetime, by: str,
    base_url: str,
) -> Taken:  # fmt: skip
    """The same bytes once more. One that waits to be read goes on, also when what was kept of it was lost."""
    way = next((way for way in ways if way.name == known.gateway), None)
    if known.state != "reading" or way is None:
        return Taken(known.ref, again=True)
    kept_files.keep(folder, known.ref, content)
    with transaction() as session:
        close_task(session, f"{UNREAD}:{known.ref}", now=now, by=by)
    _act(known.ref, way, way.read(content), today=today, now=now, by=known.received_by, base_url=base_url)
    return Taken(known.ref, again=True)


def finish(*, folder: Path, today: date, now: datetime, base_url: str = "") -> int:
    """Go on with files that somebody was ended in the middle of; how many there were."""
    with transaction() as session:
        unread = session.execute(
            select(BankFile.ref, BankFile.name, BankFile.gateway, BankFile.path, BankFile.received_by).where(
                BankFile.state == "reading", BankFile.gateway != ""
            )
        ).all()
    for file in unread:
        try:
            way = registry.by_file(file.gateway)
            reading = way.read(kept_files.read(folder, file.path))
        except (OSError, sealing.CannotOpen, LookupError, FileRefused) as fault:
            # Gone from the disk, its key or its way to pay: that one waits for a person and holds nothing up.
            log.error("bank_file_not_read", file=file.ref, exc_info=fault)
            _tell(file, now)
            continue
        _act(file.ref, way, reading, today=today, now=now, by=file.received_by, base_url=base_url)
    return len(unread)


def _tell(file: Any, now: datetime) -> None:
    said = Sentence(
        N_("The file %(name)s from the bank cannot be read any more. Hand it in again."), {"name": file.name}
    )
    with transaction() as session:
        open_task(session, "bank_file", f"{UNREAD}:{file.ref}", said, now=now)


def _kind(kind: str) -> str:
    """What kind of file it is; our own account's statements are kept under "statement" by others."""
    return "status" if kind == "statement" else kind


def _known(digest: str) -> Any:
    """The row of these bytes (ref, state, gateway, who handed them in), None where they are new."""
    with transaction() as session:
        return session.execute(
            select(BankFile.ref, BankFile.state, BankFile.gateway, BankFile.received_by).where(
                BankFile.file_hash == digest
            )
        ).first()


def _read(ways: list[FileGateway], content: bytes) -> tuple[FileGateway, FileReading] | FileRefused:
    """The first gateway that can read the file, and what it says; else the reason of the one that got furthest."""
    refused: list[FileRefused] = []
    for way in ways:
        try:
            return way, way.read(content)
        except FileRefused as why:
            refused.append(why)
    # Who does not know the format at all stops at the first line; who stopped later, or at the whole, knows more.
    return next((why for why in refused if why.line != 1), refused[0])


def _act(
    ref: str, way: FileGateway, reading: FileReading, *, today: date, now: datetime, by: str, base_url: str
) -> None:
    counted: Counter[str] = Counter()
    told: list[dict[str, Any]] = []
    for news in reading.news:
        did = _one(way, news, today, now, by, base_url)
        reach("bank_file.news_acted")
        counted[did.what] += 1
        if len(told) < MOST_KEPT:
            told.append(
                {
                    "kind": news.kind, "code": news.code, "trace": news.trace[: bank_news.MOST_NAME],
                    "on": news.on.isoformat(),
                    "amount_minor": news.amount_minor, "currency": news.currency, "did": did.what,
                    "payment": did.payment,
                }
            )  # fmt: skip
    outcome = {
        "counts": dict(counted),
        "lines": told,
        "control": reading.control,
        "file_ref": reading.file_ref,
    }
    with transaction() as session:
        done = update(BankFile).where(BankFile.ref == ref, BankFile.state == "reading")
        session.execute(done.values(state="read", outcome=outcome))


def _one(way: FileGateway, news: News, today: date, now: datetime, by: str, base_url: str) -> bank_news.Did:
    try:
        with transaction() as session:
            return bank_news.act(session, way, news, today=today, now=now, by=by, base_url=base_url)
    except LOST_DATABASE:
        raise
    except Exception as fault:
        log.error("bank_news_not_used", gateway=way.name, news=news.id, exc_info=fault)
        with transaction() as session:
            said = Sentence(
                N_("A line of a file from the bank could not be used (%(code)s, %(trace)s)."),
                {"code": news.code, "trace": news.trace[: bank_news.MOST_NAME]},
            )
            open_task(session, "bank_file", bank_news.task_key(way.name, news), said, now=now)
        return bank_news.Did("failed")
