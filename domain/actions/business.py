"""What the business says of itself, and the questions of the beginning.

Verbs: `describe`, `choose_money`, `send_test_mail`, `finish`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.people import check_email
from domain.records import throttles
from domain.records.words_out import audit, enqueue_mail
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import Agreement, Business, Person

RIGHT = "settings"
LONGEST: Mapping[str, int] = {"name": 120, "tagline": 200, "phone": 40, "address": 500, "hours": 500}
LANGUAGES = ("en", "es")
CURRENCIES = (
    "USD", "CAD", "EUR", "GBP", "AUD", "NZD", "CHF", "DKK", "NOK", "SEK", "PLN", "CZK", "HUF", "RON", "MXN", "BRL",
    "COP", "CLP", "PEN", "ZAR", "KES", "INR", "PHP", "SGD", "HKD", "JPY",
)  # fmt: skip
AREA_UNITS = ("sqft", "m2")
MOST_FEE_MINOR = 1_000_000
TESTS = 6


@dataclass(frozen=True, slots=True)
class Facts:
    """How the business is called and reached, as its pages, mails and papers say it."""

    name: str
    tagline: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """Its currency (ISO 4217), the language of who has chosen none, how it measures, and a returned payment's fee.

    `area_unit` is "sqft" or "m2"; `returned_payment_fee_minor` is in minor units of the currency.
    """

    currency: str
    language: str = "en"
    area_unit: str = "sqft"
    returned_payment_fee_minor: int = 0


def describe(facts: Facts, *, who: Scope, now: datetime) -> None:
    """Say who the business is; the first time this makes it. Raises NotAllowed, and Refused beside its field."""
    who.require(RIGHT)
    said = {name: text.strip() for name, text in asdict(facts).items()}
    if not said["name"]:
        raise Refused(Sentence(N_("Write the name of your business.")), "name")
    for name, longest in LONGEST.items():
        if len(said[name]) > longest:
            raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": longest}), name)
    check_email(said["email"])
    _keep(said, "business.described", who, now)


def choose_money(money: Money, *, who: Scope, now: datetime) -> None:
    """Choose currency, language and measure. Raises NotAllowed, and Refused: also for another currency once there are
    agreements, because nothing that is owed is ever converted.
    """
    who.require(RIGHT)
    if money.currency not in CURRENCIES:
        raise Refused(Sentence(N_("Choose one of the currencies.")), "currency")
    for name, choices in (("language", LANGUAGES), ("area_unit", AREA_UNITS)):
        if getattr(money, name) not in choices:
            raise Refused(Sentence(N_("This is not one of the choices.")), name)
    if not 0 <= money.returned_payment_fee_minor <= MOST_FEE_MINOR:
        field = "returned_payment_fee_minor"
        raise Refused(Sentence(N_("This amount is too large. Check the number of digits.")), field)
    _keep(asdict(money), "business.money_chosen", who, now)


def send_test_mail(*, who: Scope, now: datetime) -> str:
    """Mail to whoever asks, to see that mail arrives; returns the address. Raises NotAllowed, Refused saying why."""
    who.require(RIGHT)
    with transaction() as session:
        reader = session.scalars(select(Person).where(Person.id == who.person_id)).one()
        if not reader.email:
            raise Refused(
                Sentence(N_("There is no e-mail address on file. Add one in your profile.")), "mail"
            )
        bucket = f"mail-test:{who.user_id}"
        if not throttles.count(session, bucket, now, limit=TESTS, window=timedelta(hours=1)):
            raise Refused(Sentence(N_("Enough tests were sent. Try again in an hour.")), "mail")
        enqueue_mail(
            session, to=reader.email, template="notice_test", now=now, person_id=reader.id,
            language=reader.language or "en", data={"path": "/office/set-up/mail"},
            dedupe_key=f"mail-test:{who.user_id}:{now:%Y%m%d%H%M%S}",
        )  # fmt: skip
        return reader.email


def finish(*, who: Scope, now: datetime) -> None:
    """The questions of the beginning are answered: nobody is led to them any more. Raises NotAllowed, Refused."""
    who.require(RIGHT)
    with transaction() as session:
        row = _row(session)
        if row is None:
            raise Refused(Sentence(N_("Say first who your business is.")), "name")
        if row.set_up_at is None:
            row.set_up_at = now
            session.flush()
            audit(session, by=who.by, action="business.set_up", subject="business", subject_id=row.id, at=now)


def _row(session: Session) -> Business | None:
    return session.scalars(select(Business).with_for_update()).first()


def _keep(said: Mapping[str, Any], action: str, who: Scope, now: datetime) -> None:
    try:
        with transaction() as session:
            _change(session, said, action, who, now)
    except IntegrityError:  # two began at the same instant: the row is there now
        with transaction() as session:
            _change(session, said, action, who, now)


def _change(session: Session, said: Mapping[str, Any], action: str, who: Scope, now: datetime) -> None:
    row = _row(session)
    if row is None:
        row = Business(id=1, name="")
        session.add(row)
    elif said.get("currency", row.currency) != row.currency and session.scalar(select(Agreement.id).limit(1)):
        words = N_(
            "There are agreements already. The currency of a business stays what it was when they began."
        )
        raise Refused(Sentence(words), "currency")
    changed = {name: value for name, value in said.items() if getattr(row, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(row, name, value)
    session.flush()
    audit(
        session, by=who.by, action=action, subject="business", subject_id=row.id, at=now,
        detail={"fields": sorted(changed)},
    )  # fmt: skip
