"""A business with loans to measure on, in a folder or a Postgres of its own that goes away afterwards."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask

from domain.access import Scope
from tests.fixtures.agreements import open_agreement_for, scope_of
from tests.fixtures.databases import close, migrate, test_settings
from tests.fixtures.people import House, build_house


@dataclass
class Installation:
    """A migrated database with Harbor Motors in it. `loans` are refs of Bo's loans, `method_ref` his bank account."""

    app: Flask
    house: House
    settings: dict[str, str]
    folder: Path
    loans: list[str]
    method_ref: str
    who: Scope
    first_due_on: date

    @property
    def database(self) -> Path:
        """The file, on SQLite."""
        return self.folder / "duebook.db"


@contextlib.contextmanager
def installed(
    loans: int,
    url: str | None = None,
    others: int = 0,
    age_days: int = 28,
    extra: Mapping[str, str] | None = None,
) -> Iterator[Installation]:
    """Harbor Motors at `url` or in a new SQLite file; forgotten at the end.

    `loans` are Bo's, `others` belong to nobody yet, as after an import. No two have the same terms; all began
    `age_days` ago. `extra` are settings besides those of tests.
    """
    from app import create_app

    with tempfile.TemporaryDirectory(prefix="duebook-bench-") as name:
        folder = Path(name)
        settings = test_settings(url or f"sqlite:///{folder / 'duebook.db'}", folder / "instance")
        settings |= dict(extra or {})
        migrate(settings["DUEBOOK_DATABASE_URL"], folder / "instance")
        app = create_app(settings)
        house = build_house(app)
        refs = [_loan(house, "bo", number, age_days) for number in range(loans)]
        for number in range(others):
            _loan(house, None, loans + number, age_days)
        first_due_on = _first_due(app, refs[0])
        who = scope_of(house, "bo")
        yield Installation(app, house, settings, folder, refs, _method(who, house.now), who, first_due_on)
        close(app)


def _loan(house: House, name: str | None, number: int, age_days: int) -> str:
    own = {"number": f"B-{number:05d}", "principal_minor": 900_000 + 100 * number, "age_days": age_days}
    return open_agreement_for(house, name, **own)


def _first_due(app: Flask, ref: str) -> date:
    from models import Agreement, db

    with app.app_context():
        agreement = db.session.query(Agreement).filter_by(ref=ref).one()
        return agreement.loan.first_due_on


def _method(who: Scope, now: datetime) -> str:
    """A bank account of the payer, stored as the action stores one that was chosen on the processor's page."""
    from domain import sealing
    from domain.transaction import transaction
    from models import PaymentMethod

    ref = secrets.token_urlsafe(16)
    with transaction() as session:
        session.add(
            PaymentMethod(
                ref=ref, person_id=who.person_id, gateway="sandbox", setup_ref=secrets.token_urlsafe(24), kind="bank",
                label="First Test Bank ••6789", last4="6789", bank_name="First Test Bank",
                token_sealed=sealing.seal("tok_bench", f"payment_method.token:{ref}"), created_at=now,
            )
        )  # fmt: skip
    return ref


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
