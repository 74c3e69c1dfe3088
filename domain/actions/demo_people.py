"""What every demo begins with: a business, its people and how they sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import pyotp
from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from domain.actions import credentials, people
from domain.rules.opening_hours import stored
from domain.transaction import transaction
from domain.words import N_, Conflict, Sentence
from models import BellNotice, Business, Outbox

BY = "setup:demo"


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One way in to the demo. `seed` is the authenticator's secret (staff only), base32."""

    username: str
    role: str
    name: str
    password: str
    seed: str = ""


class Known(NamedTuple):
    """Somebody who may sign in to a demo."""

    username: str
    role: str
    name: str
    email: str
    phone: str


def open_business(name: str, tagline: str, currency: str, *, now: datetime) -> None:
    """The business of a demo, marked as made up. Raises Conflict when this installation has one already."""
    with transaction() as session:
        if session.scalar(select(Business.id)) is not None:
            raise Conflict(
                Sentence(N_("This installation has a business already. The demo is filled in once."))
            )
        session.add(
            Business(
                id=1, name=name, tagline=tagline, email=f"hello@{name.replace(' ', '').lower()}.example",
                phone="+1 617 555 0100",
                address="12 Harbor Street\nBoston, MA 02110", hours="Monday to Friday 9 to 6, Saturday 10 to 2",
                opening_hours=stored({**dict.fromkeys(range(5), [(540, 1080)]), 5: [(600, 840)]}, []),
                currency=currency, language="en", returned_payment_fee_minor=2500, set_up_at=now, demo_at=now,
            )
        )  # fmt: skip


def add_people(known: Sequence[Known], *, now: datetime) -> tuple[list[DemoSignIn], dict[str, str]]:
    """(how they sign in, username -> ref of the person)."""
    sign_ins, refs = [], {}
    for username, role, name, email, phone in known:
        refs[username] = people.create_person(name, email, phone, by=BY, now=now)
        password = credentials.generated_password()
        seed = "" if role == "customer" else pyotp.random_base32()
        credentials.create_user(refs[username], role, username, password, by=BY, now=now, totp_seed=seed)
        sign_ins.append(DemoSignIn(username, role, name, password, seed))
    return sign_ins, refs


def forget_old_mails(now: datetime) -> None:
    """The mails of the past were sent in the past, and older notices read: nobody gets twenty on the first day."""
    with transaction() as session:
        newer = aliased(BellNotice)
        later = select(func.count()).where(newer.person_id == BellNotice.person_id, newer.id > BellNotice.id)
        session.execute(
            update(BellNotice).where(later.correlate(BellNotice).scalar_subquery() >= 3).values(read_at=now)
        )
        for mail in session.scalars(select(Outbox).where(Outbox.state == "due")):
            mail.state, mail.sent_at, mail.sealed = "sent", now, None
        session.flush()
