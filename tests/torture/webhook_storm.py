"""Stripe's news of many payments, told twice: once in order, and once as a bad day would bring it.

A `Storm` begins the same payments on two sets of agreements. To the first, each event comes once and in order. To the
second they come by signed webhooks shuffled, a share of them twice, a share never (only the list of events has them), a
share of payments is told of before it was begun, and between them come forgeries. In the end both sets stand alike.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from domain import sealing
from domain.actions import notices, payment_watch
from domain.actions.payment_intents import keep_intent
from domain.transaction import transaction
from gateways import registry
from gateways.stripe.events import Charged
from gateways.stripe.signature import signed
from models import GatewayNotice, Payment, PaymentMethod, PaymentReturn, Receipt, db
from tests.domain.actions.paying import NOW, TODAY, Till
from tests.fixtures.stripe_peer import SECRET

DOUBLED, LOST, FORGED, EARLY = 20, 10, 1, 5
"""Percent of the events."""
PER_AGREEMENT = 40
STORIES = (
    ("processing", "processing", "succeeded", "succeeded", "dispute"),
    ("processing", "processing", "succeeded", "succeeded"),
    ("processing", "processing", "payment_failed", "payment_failed"),
)
FIRST_SECOND = int(NOW.timestamp())


@dataclass
class Storm:
    till: Till
    open_agreement: Callable[..., str]
    events: int
    seed: int
    forged: int = FORGED
    answers: Counter[int] = field(default_factory=Counter)
    forged_ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.method = save_bank_account(self.till)
        payments, told = [], 0
        while told < self.events:
            payments.append(STORIES[len(payments) % len(STORIES)])
            told += len(payments[-1])
        self.stories = payments
        self.client = self.till.house.app.test_client()
        self.made: dict[str, Charged] = {}
        self.listed: list[dict[str, Any]] = []
        self.sets = {name: self._agreements() for name in ("calm", "storm")}
        news = registry.default()._news  # type: ignore[attr-defined]
        news.charged = lambda intent_id, fresh=False: self.made.get(intent_id)
        news._following = lambda after: iter(self._after(after))

    def _agreements(self) -> list[str]:
        count = 1 + len(self.stories) // PER_AGREEMENT
        return [self.open_agreement("bo", principal_minor=90_000_000) for _ in range(count)]

    def _after(self, after: str) -> list[dict[str, Any]]:
        ids = [event["id"] for event in self.listed]
        return self.listed[ids.index(after) + 1 :] if after in ids else self.listed

    def ref(self, name: str, number: int) -> str:
        return f"{name}-{number:06d}"

    def begin(self, name: str, number: int) -> None:
        agreement = self.sets[name][number // PER_AGREEMENT]
        amount = 2_000 + number % 500
        keep_intent(agreement, amount, self.method, self.ref(name, number), self.who, TODAY, NOW, True)

    @property
    def who(self) -> Any:
        if not hasattr(self, "_who"):
            self._who = self.till.who("bo")
        return self._who

    def news(self, name: str, number: int) -> list[dict[str, Any]]:
        """Stripe's events of one payment, in order."""
        agreement = self.sets[name][number // PER_AGREEMENT]
        ref, intent = self.ref(name, number), f"pi_{name}_{number}"
        key = f"{agreement}:{ref}:1"
        self.made[intent] = Charged(key, ref, "bank", {})
        amount = 2_000 + number % 500
        thing = {"id": intent, "object": "payment_intent", "amount": amount, "currency": "usd",
                 "metadata": {"key": key, "ref": ref}, "last_payment_error": {"code": "account_closed"}}  # fmt: skip
        case = {"id": f"dp_{ref}", "object": "dispute", "amount": amount, "currency": "usd", "status": "lost",
                "reason": "insufficient_funds", "payment_intent": intent}  # fmt: skip
        return [
            {
                "id": f"evt_{ref}_{step}", "object": "event", "livemode": False,
                "created": FIRST_SECOND + step * 86_400,
                "type": "charge.dispute.created" if kind == "dispute" else f"payment_intent.{kind}",
                "data": {"object": case if kind == "dispute" else thing},
            }
            for step, kind in enumerate(self.stories[number])
        ]  # fmt: skip

    def calm(self) -> None:
        gateway = registry.default()
        for number in range(len(self.stories)):
            self.begin("calm", number)
            for event in self.news("calm", number):
                body, header = letter(event)
                told = gateway.read_event(body, {"Stripe-Signature": header}, self.now())
                notices.hear("stripe", told, via="webhook", today=TODAY, now=NOW)

    def rage(self) -> None:
        """The same news on the second set, as badly as it can come; then the list of events is read twice."""
        numbers = range(len(self.stories))
        early = {number for number in numbers if self.dice.randrange(100) < EARLY}
        for number in numbers:
            if number not in early:
                self.begin("storm", number)
        everything = [event for number in numbers for event in self.news("storm", number)]
        coming: list[tuple[str, Any]] = []
        for event in everything:
            if self.dice.randrange(100) >= LOST:
                coming.append(("news", event))
            if self.dice.randrange(100) < DOUBLED:
                coming.append(("news", event))
            if self.dice.randrange(100) < self.forged:
                coming.append(("forged", event))
        coming += [("begin", number) for number in early]
        self.dice.shuffle(coming)
        for kind, what in coming:
            if kind == "begin":
                self.begin("storm", what)
            else:
                self.deliver(what) if kind == "news" else self.forge(what)
        self.listed = sorted(everything, key=lambda event: event["created"])
        for _ in range(2):
            payment_watch.read_events(today=TODAY, now=NOW)

    def deliver(self, event: dict[str, Any]) -> None:
        body, header = letter(event)
        self.post(body, header)

    def forge(self, event: dict[str, Any]) -> None:
        """News that Stripe never sent, of the opposite end: signed by another, long ago, or changed on its way."""
        number = int(event["id"].split("_")[1].partition("-")[2])
        end = "succeeded" if "payment_failed" in self.stories[number] else "payment_failed"
        lie = self.news("storm", number)[0]
        lie |= {"id": f"evt_forged_{len(self.forged_ids)}", "type": f"payment_intent.{end}"}
        self.forged_ids.add(lie["id"])
        way = self.dice.randrange(3)
        body, header = letter(lie, "whsec_of_a_thief") if way == 0 else letter(lie, age=400 * (way == 1))
        self.post(body.replace(b'"amount": 2', b'"amount":  2') if way == 2 else body, header)

    def post(self, body: bytes, header: str) -> None:
        headers = {"Stripe-Signature": header, "Content-Type": "application/json"}
        self.answers[self.client.post("/webhooks/stripe", data=body, headers=headers).status_code] += 1

    def now(self) -> Any:
        return self.till.house.app.extensions["clock"].now()

    def stands(self, name: str) -> dict[str, Any]:
        """What the books say of one set: balances of each agreement, how each payment ended, what came back."""
        with self.till.house.app.app_context():
            mine = Payment.ref.startswith(f"{name}-")
            states = db.session.execute(select(Payment.ref, Payment.state, Payment.failure_code).where(mine))
            back = db.session.scalars(select(Payment.ref).join(PaymentReturn).where(mine))
            receipts = db.session.scalars(select(Payment.ref).join(Receipt).where(mine))
            ended = sorted((ref.partition("-")[2], state, code) for ref, state, code in states)
            found = {"ended": ended, "back": short(back), "receipts": short(receipts)}
        return found | {"balances": [self.till.balances(agreement) for agreement in self.sets[name]]}

    def verdict(self) -> dict[str, Any]:
        """What is wrong; everything empty means innocent."""
        calm, storm = self.stands("calm"), self.stands("storm")
        with self.till.house.app.app_context():
            heard = set(db.session.scalars(select(GatewayNotice.event_id)))
            parked = db.session.scalars(
                select(GatewayNotice.event_id).where(GatewayNotice.state == "parked")
            ).all()
        return {
            "differs": [name for name in calm if calm[name] != storm[name]],
            "forged_and_taken": len(self.forged_ids & heard),
            "faults": sum(count for status, count in self.answers.items() if status >= 500),
            "still_parked": len(parked),
            "not_heard": len({event["id"] for event in self.listed} - heard),
        }


def short(refs: Any) -> list[str]:
    return sorted(ref.partition("-")[2] for ref in refs)


def letter(event: dict[str, Any], secret: str = SECRET, age: int = 0) -> tuple[bytes, str]:
    """(body, signature header) of a webhook."""
    body, moment = json.dumps(event).encode(), str(int(time.time()) - age)
    return body, f"t={moment},v1={signed(body, moment, secret)}"


def save_bank_account(till: Till) -> str:
    """A bank account of Bo's that Stripe keeps."""
    ref = "bo-at-stripe"
    with transaction() as session:
        session.add(
            PaymentMethod(
                ref=ref, person_id=till.who("bo").person_id, gateway="stripe", setup_ref="setup-at-stripe",
                kind="bank", label="First Test Bank ••6789", last4="6789", created_at=NOW,
                token_sealed=sealing.seal("cus_1/pm_1/us_bank_account", f"payment_method.token:{ref}"),
            )
        )  # fmt: skip
    return ref
