"""The demo's autopay: one contract runs, one is paused, one has stopped, one waits for its person's yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from domain.access import Scope
from domain.actions import autopay
from domain.records.autopay_rows import stop_contract
from domain.records.mandates import Accepted
from domain.rules.authorisations import Facts, scheme_of
from domain.rules.autopay import Contract
from domain.rules.autopay_text import autopay_text
from domain.transaction import transaction
from models import Agreement, Autopay, Business, PaymentMethod


@dataclass(frozen=True, slots=True)
class Moment:
    """The day and the instant on which the demo is filled."""

    today: date
    now: datetime


def switch_on(
    agreement: str, method: str, who: Scope, at: Moment, *, rule: str = "due", **wishes: object
) -> str:
    """A contract as its person accepted it on the pages; returns its ref."""
    contract = _contract(agreement, rule, at, wishes)
    permission = _accepted(agreement, method, contract)
    return autopay.set_up(
        agreement, contract, [method], permission=permission, who=who, today=at.today, now=at.now
    )


def _contract(agreement: str, rule: str, at: Moment, wishes: Mapping[str, object]) -> Contract:
    with transaction() as session:
        currency = session.scalars(select(Agreement.currency).where(Agreement.ref == agreement)).one()
    return Contract(**{"currency": currency, "amount_rule": rule, "starts_on": at.today} | dict(wishes))  # type: ignore[arg-type]


def _accepted(agreement: str, method: str, contract: Contract) -> Accepted:
    with transaction() as session:
        row = session.scalars(select(Agreement).where(Agreement.ref == agreement)).one()
        way = session.scalars(select(PaymentMethod).where(PaymentMethod.ref == method)).one()
        business = session.scalars(select(Business)).one()
        facts = Facts(
            business=business.name, contact=business.phone, account=way.label, agreement=f"{row.title} ({row.number})",
            currency=row.currency,
        )  # fmt: skip
        asked = autopay_text(scheme_of(way.kind, row.currency, way.gateway), facts, contract)
    return Accepted(
        asked.scheme, asked.text(str), asked.version, class_code=asked.class_code, recurring=True, strength="password"
    )  # fmt: skip


def pause(ref: str, who: Scope, at: Moment) -> None:
    autopay.pause(ref, until_on=None, who=who, today=at.today, now=at.now)


def stop(ref: str, at: Moment) -> None:
    """As after two failures in a row."""
    with transaction() as session:
        autopay_id = session.scalars(select(Autopay.id).where(Autopay.ref == ref)).one()
        stop_contract(session, autopay_id, "failures", by="system:autopay", now=at.now, today=at.today)


def prepare(agreement: str, person: str, method: str, clerk: Scope, at: Moment) -> None:
    """As a colleague wrote it down for a caller: all that is due, two days before, at most a limit."""
    wishes = {"days_before": 2, "limit_minor": 20_000, "above_limit": "ask"}
    contract = _contract(agreement, "due", at, wishes)
    autopay.prepare(agreement, person, contract, [method], who=clerk, today=at.today, now=at.now)


def fill(agreements: Mapping[str, str], methods: Mapping[str, str], people: Mapping[str, str],
         users: Mapping[str, Scope], today: date, now: datetime) -> None:  # fmt: skip
    """`agreements`: "camry", "tires" and "van"; `methods`: "bo" and "tess" (whose account is empty)."""
    at = Moment(today, now)
    bo, tess = users["bo"], users["tess"]
    switch_on(
        agreements["camry"], methods["bo"], bo, at, limit_minor=40_000, above_limit="ask",
        starts_on=today + timedelta(days=1),
    )  # fmt: skip
    pause(switch_on(agreements["tires"], methods["bo"], bo, at), bo, at)
    stop(switch_on(agreements["van"], methods["tess"], tess, at), at)
    with transaction() as session:
        laptop = session.scalars(select(Agreement.ref).where(Agreement.number == "LTO-10050")).one()
    prepare(laptop, people["bo"], methods["bo"], users["dana"], at)
