"""A file of the bank as it would be brought in: what it holds, what of it is known already. Read-only.

`dry_run` tells a person what will happen; `statements_in` is what the action itself reads, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from domain import sealing
from domain.banking.csv_layout import Layout
from domain.banking.reading import Read, Unknown, placed, read_statements, require_size
from domain.banking.statement import StatementData, line_hashes
from domain.words import N_, Refused, Sentence, sentence_from
from models import BankFile, BankLine, BankStatement, Business, CsvLayout, db

AnySession = Session | scoped_session[Any]
KIND = "statement"
"""What `BankFile.kind` says of a statement."""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """One statement of a file, and what is new in it. `hashes` are the names of its lines, in their order.

    `account_key` names the account, `fresh` says of each line whether it is new, `begins` that the account is.
    `gap_minor` is what is missing between this statement and those before it, by the bank's own balances (0: nothing,
    None: nobody can tell).
    """

    data: StatementData
    account_key: str
    hashes: tuple[str, ...]
    fresh: tuple[bool, ...]
    begins: bool
    gap_minor: int | None = None

    @property
    def new(self) -> int:
        return sum(self.fresh)

    @property
    def known(self) -> int:
        return len(self.fresh) - self.new


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a file would do. `read` is None where a person must say first what the columns of a CSV are (`unknown`).

    `problem` says why the file cannot be taken.
    """

    form: str = ""
    planned: tuple[Planned, ...] = ()
    unknown: Unknown | None = None
    problem: Sentence | None = None

    @property
    def new(self) -> int:
        return sum(one.new for one in self.planned)


def account_key(account: str) -> str:
    """The name of one of our accounts. It is no secret (it stands on our invoices), and stays when keys are changed."""
    return sealing.fingerprint(f"bank account {''.join(account.split()).upper()}")


def shown_account(account: str) -> str:
    """An account as pages show it: its last four."""
    bare = "".join(account.split())
    return f"••{bare[-4:]}" if len(bare) > 4 else bare


@dataclass(frozen=True, slots=True)
class Learned:
    """What reading a file needs of the database, so that no transaction is open while it is read.

    `currency` is that of the books, `layouts` are the CSVs that were explained, by fingerprint.
    """

    currency: str
    layouts: Mapping[str, Layout]


def learned(session: AnySession) -> Learned:
    stored = session.execute(select(CsvLayout.fingerprint, CsvLayout.mapping)).all()
    currency = session.scalar(select(Business.currency).order_by(Business.id)) or "USD"
    return Learned(currency, {row.fingerprint: Layout.from_json(row.mapping) for row in stored})


def dry_run(session: AnySession, file: BankFile, content: bytes | None) -> DryRun:
    """What bringing in this kept file would do now; `content` is what was kept (None: it is not here any more)."""
    if file.state == "refused":
        return DryRun(problem=sentence_from(file.problem))
    try:
        read = statements_in(content, learned(session))
    except Refused as refused:
        return DryRun(problem=refused.sentence)
    if isinstance(read, Unknown):
        return DryRun(form="csv", unknown=read)
    return DryRun(read.form, tuple(plan(session, read.statements)))


def shown(file: BankFile, content: bytes | None) -> DryRun:
    """`dry_run` for a page."""
    return dry_run(db.session, file, content)


def statements_in(content: bytes | None, known: Learned) -> Read | Unknown:
    """The statements in a file, in a currency and of an account that can be taken. Raises Refused.

    It takes seconds for a large file: never called inside a transaction that writes.
    """
    if content is None:
        raise Refused(Sentence(N_("The file is not here any more. Hand it in again.")), "file")
    require_size(len(content))
    with placed(content) as path:
        read = read_statements(path, known.layouts.get, known.currency)
    if isinstance(read, Read):
        for data in read.statements:
            if not data.account:
                raise Refused(Sentence(N_("The file does not say of which account it is.")), "account")
            if data.currency != known.currency:
                words = N_("This statement is in %(own)s. The books of this business are in %(currency)s.")
                raise Refused(Sentence(words, {"own": data.currency, "currency": known.currency}), "file")
    return read


def plan(session: AnySession, statements: Iterable[StatementData]) -> Iterator[Planned]:
    """What of each statement is new. A line stands in the books of the bank once, whatever files hold it."""
    met: set[str] = set()
    for data in statements:
        key = account_key(data.account)
        hashes = line_hashes(key, data.lines)
        known = known_of(session, key, hashes) | met
        met |= set(hashes)
        standing = BankStatement.account_key == key, BankStatement.undone_at.is_(None)
        begins = session.scalar(select(BankStatement.id).where(*standing).limit(1)) is None
        fresh = tuple(one not in known for one in hashes)
        yield Planned(data, key, tuple(hashes), fresh, begins, _gap(session, key, data, fresh))


def known_of(session: AnySession, key: str, hashes: Sequence[str]) -> set[str]:
    """Which of these lines of the account stand already."""
    found: set[str] = set()
    for first in range(0, len(hashes), CHUNK):
        some = hashes[first : first + CHUNK]
        query = select(BankLine.line_hash).where(
            BankLine.account_key == key, BankLine.line_hash.in_(some), BankLine.state != "undone"
        )
        found.update(session.scalars(query))
    return found


def _gap(session: AnySession, key: str, data: StatementData, fresh: Sequence[bool]) -> int | None:
    """What the bank moved between the balance it told last and the one it tells now, and that no file holds.

    Only where both balances are told and the later one is the statement's: closing - earlier closing - lines between.
    """
    if data.closing_minor is None:
        return None
    before = session.execute(
        select(BankStatement.to_on, BankStatement.closing_minor)
        .where(
            BankStatement.account_key == key,
            BankStatement.undone_at.is_(None),
            BankStatement.closing_minor.is_not(None),
            BankStatement.to_on < data.last_on,
        )
        .order_by(BankStatement.to_on.desc(), BankStatement.id.desc())
        .limit(1)
    ).first()
    if before is None:
        return None
    here = select(BankLine.amount_minor).where(
        BankLine.account_key == key,
        BankLine.state != "undone",
        BankLine.booked_on > before.to_on,
        BankLine.booked_on <= data.last_on,
    )
    moved = sum(session.scalars(here)) + sum(
        line.amount_minor
        for line, new in zip(data.lines, fresh, strict=True)
        if new and line.booked_on > before.to_on
    )
    return data.closing_minor - before.closing_minor - moved
