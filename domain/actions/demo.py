"""Fill a new installation with the demo business: Harbor Motors, its people, agreements of every kind, their past.

Everything is done through the same actions as in real life, on past days, with the sandbox as processor: the books and
the processor's own record agree. Passwords are made anew at each installation and returned once, to be shown.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import sealing
from domain.access import Scope
from domain.actions import (
    counter,
    demo_autopay,
    demo_kinds,
    demo_talk,
    methods,
    payment_watch,
    payments,
)
from domain.actions.agreements import open_loan
from domain.actions.day import pass_sandbox_days
from domain.actions.demo_people import BY, DemoSignIn, Known, add_people, forget_old_mails, open_business
from domain.kinds import kind_of
from domain.records.names import new_ref
from domain.records.position import position_of
from domain.rules.schedule import LoanTerms
from domain.transaction import transaction
from models import Agreement, PaymentMethod, User

WEEK = timedelta(days=7)


PEOPLE = (
    ("bo", "customer", "Bo Rivera", "bo@example.org", "+1 617 555 0142"),
    ("tess", "customer", "Tess Novak", "tess@example.org", "+1 617 555 0177"),
    ("stan", "customer", "Stan Field", "stan@example.org", ""),
    ("dana", "staff", "Dana Whitlock", "dana@example.org", ""),
    ("lena", "landlord", "Lena Ortiz", "lena@example.org", ""),
    ("adam", "admin", "Adam Cole", "adam@example.org", ""),
)


def fill(*, today: date, now: datetime, currency: str = "USD") -> list[DemoSignIn]:
    """The demo business, once. Raises Conflict when this installation has a business already."""
    open_business("Harbor Motors", "Cars with a fair plan, on Harbor Street since 1998", currency, now=now)
    sign_ins, refs = add_people([Known(*one) for one in PEOPLE], now=now)
    _past(refs, today, now, currency)
    forget_old_mails(now)
    return sign_ins


def _past(refs: dict[str, str], today: date, now: datetime, currency: str) -> None:
    """Bo's car (up to date, one payment came back), Bo's tires, Tess's van (late), two loans without a person, and the
    agreements of `demo_kinds`; then every day since.
    """
    begun = today - timedelta(days=7 * 23)
    camry = _open(
        "2021 Toyota Camry", 900_000, "21", 78, "biweekly", begun, begun + 2 * WEEK, refs["bo"], now, "L-10042",
        {"Make": "Toyota", "Model": "Camry SE", "Year": "2021", "VIN": "4T1G11AK0MU000042", "Colour": "Silver"},
    )  # fmt: skip
    tires = _open(
        "Four winter tires", 64_000, "0", 8, "monthly", begun, begun + 5 * WEEK, refs["bo"], now, "L-10043", {}
    )  # fmt: skip
    van = _open(
        "2018 Ford Transit", 1_450_000, "12.9", 48, "monthly", begun, begun + 5 * WEEK, refs["tess"], now, "L-10044",
        {"Make": "Ford", "Model": "Transit 250", "Year": "2018", "VIN": "1FTYR2CM7JK000044"},
    )  # fmt: skip
    for printed, title in (("L-10045", "2016 Honda Civic"), ("L-10046", "Trailer, 6 x 10")):
        _open(title, 480_000, "9.9", 36, "monthly", today - 3 * WEEK, today + WEEK, None, now, printed, {})
    with transaction() as session:
        users = {
            row.username: Scope(row.role, row.id, row.person_id) for row in session.scalars(select(User))
        }
    bank = _method(
        users["bo"], "sbx_bank", "bank", "First Test Bank ••6789", "6789", "First Test Bank", "", now
    )
    _method(users["bo"], "sbx_card", "card", "Test Card ••4242", "4242", "Test Card", "2032-12", now)
    poor = _method(
        users["tess"], "sbx_bank_r01", "bank", "First Test Bank ••0001", "0001", "First Test Bank", "", now
    )
    # The account Bo had before: his fifth payment came back from it, and he took it off his list.
    empty = _method(
        users["bo"], "sbx_bank_r01", "bank", "First Test Bank ••0101", "0101", "First Test Bank", "", now
    )
    plan: list[tuple[date, str, Scope, str | None]] = [
        (begun + 2 * number * WEEK, camry, users["bo"], empty if number == 5 else bank)
        for number in range(1, 12)
    ]
    plan += [(begun + (5 + 4 * number) * WEEK, tires, users["bo"], bank) for number in range(0, 4)]
    for number in range(0, 3):
        plan.append((begun + (5 + 4 * number) * WEEK + timedelta(days=2), van, users["tess"], None))
    plan.append((today - timedelta(days=12), van, users["tess"], poor))
    paid, bought = demo_kinds.open_all(refs, begun, today, now, currency, BY)
    demo_kinds.ask_late_fees(users["adam"], begun, now, currency)
    demo_kinds.let_look_after("lena", refs["lena"], begun, users["adam"], now)
    plan += [(one.day, one.agreement, users[one.who], bank if one.by_bank else None) for one in paid]
    _live_through(begun, today, now, plan, bought, users["dana"])
    methods.remove(empty, who=users["bo"], now=now)
    demo_autopay.fill(
        {"camry": camry, "tires": tires, "van": van}, {"bo": bank, "tess": poor}, refs, users, today, now
    )
    demo_talk.fill(users, now)


def _live_through(
    begun: date, today: date, now: datetime, plan: list[tuple[date, str, Scope, str | None]],
    bought: list[demo_kinds.Bought], clerk: Scope,
) -> None:  # fmt: skip
    """Every day from the first on: what was billed, what the processor did, what was bought and paid."""
    for number in range((today - begun).days + 1):
        day = begun + timedelta(days=number)
        moment = min(datetime.combine(day, time(15, 0), UTC), now)
        demo_kinds.bill_day(day)
        pass_sandbox_days(today=day, now=moment)
        payment_watch.read_events(today=day, now=moment)
        for purchase in [one for one in bought if one.day == day]:
            demo_kinds.buy(purchase, clerk, moment)
        for _day, agreement, who, method in [step for step in plan if step[0] == day]:
            _pay(day, moment, agreement, who, method, clerk)


def _open(
    title: str, principal: int, rate: str, count: int, frequency: str, start: date, first: date,
    person: str | None, now: datetime, number: str, details: dict[str, str],
) -> str:  # fmt: skip
    daily = frequency == "biweekly"
    terms = LoanTerms(
        principal_minor=principal,
        annual_rate_percent=Decimal(rate),
        count=count,
        frequency=frequency,
        start_on=start,
        first_due_on=first,
        interest="daily" if daily else "period",
        day_count="actual/365" if daily else "30/360",
    )
    people_on_it = (person,) if person else ()
    return open_loan(
        title=title,
        terms=terms,
        by=BY,
        today=start,
        now=now,
        number=number,
        person_refs=people_on_it,
        details=details,
    )


def _method(
    who: Scope, token: str, kind: str, label: str, last4: str, bank: str, expires: str, now: datetime
) -> str:
    """A method as it stands after somebody chose it on the processor's page."""
    ref = new_ref()
    with transaction() as session:
        session.add(
            PaymentMethod(
                ref=ref,
                person_id=who.person_id,
                gateway="sandbox",
                setup_ref=secrets.token_urlsafe(24),
                kind=kind,
                label=label,
                last4=last4,
                bank_name=bank,
                expires=expires,
                token_sealed=sealing.seal(token, f"payment_method.token:{ref}"),
                created_at=now,
            )
        )
    return ref


def _pay(day: date, moment: datetime, agreement: str, who: Scope, method: str | None, clerk: Scope) -> None:
    """One payment of what was due on that day, through the portal or (without a method) at the counter."""
    with transaction() as session:
        row = session.scalars(select(Agreement).where(Agreement.ref == agreement)).one()
        amount = _due(session, row, day)
    if not amount:
        return
    if method is None:
        counter.take(agreement, amount, "cash", new_ref(), who=clerk, today=day, now=moment)
    else:
        payments.start(agreement, amount, method, new_ref(), who=who, today=day, now=moment, again=True)


def _due(session: Session, row: Agreement, day: date) -> int:
    kind = kind_of(row.kind)
    terms = kind.read(row)
    position = position_of(session, row.id, row.kind, row.standing)
    return kind.due(terms, position, day).headline_minor
