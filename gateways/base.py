"""What every gateway can be asked, and what it may answer.

A gateway answers a charge in one of three ways, and callers must keep them apart:

* an `Outcome`: the processor has decided, and this is what it decided;
* `GatewayRefused`: the request itself is wrong and nothing was charged by it;
* `GatewaySilent`: no answer, so nobody here knows whether money moves. The same key may be sent again inside the
  processor's key window; after it only `look_up` may ask. A fresh key would be a second charge.

Amounts are whole minor units of an ISO 4217 currency. `on` is the business date and may be simulated; `now` is the
moment on the real clock, aware, in UTC. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from domain.words import Sentence

MethodKind = Literal["bank", "card"]
State = Literal["accepted", "settled", "declined", "needs_confirmation", "returned", "not_found"]
EventKind = Literal[
    "accepted",
    "needs_confirmation",
    "settled",
    "declined",
    "expired",
    "returned",
    "disputed",
    "dispute_won",
    "dispute_lost",
    "refunded",
    "refund_failed",
    "method_ended",
]
Ability = Literal[
    "charge", "hosted_page", "refund", "look_up", "events", "webhooks", "payouts", "file", "credits"
]
"""What a gateway can be asked for; callers ask `abilities` before they ask for the thing.

`credits`: its files carry money to payers too, so that a refund can go out by file.
"""


class GatewaySilent(Exception):
    """No answer: a time-out, a reset, a 5xx, half a reply. Whether the processor acted is unknown."""


class NoticeRefused(Exception):
    """A webhook that is not the processor's: a wrong or old signature, the other mode (test or live), not readable."""


class GatewayRefused(Exception):
    """The request itself is wrong (for instance the same key with another amount), and it moved no money.

    `sentence` says why in words; `code` is a short stable name for logs and tests.
    """

    def __init__(self, sentence: Sentence, code: str = ""):
        super().__init__(str(sentence))
        self.sentence = sentence
        self.code = code


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gateway says about one charge (or one refund).

    * accepted: taken by the processor, not settled yet (`expected_settlement_on` says when it should be);
    * settled: the money has arrived, on the day `on`; for a bank debit it may still be returned;
    * declined: no money moves, `code` says why (gateways/codes.py turns it into words);
    * needs_confirmation: the payer must say yes on the page at `redirect_url`; nothing moves before that;
    * returned: settled once and taken back by the payer's bank on the day `on`, with `code`;
    * not_found: the processor has no record of it (an answer of `look_up` only).

    A dispute does not change the outcome of a charge: it arrives as an event.
    """

    state: State
    gateway_ref: str = ""
    code: str = ""
    on: date | None = None
    expected_settlement_on: date | None = None
    redirect_url: str = ""


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """One thing that happened to a charge, as the gateway tells it.

    `id` is unique, and is the cursor of `events`. `key` and `ref` are those the charge was made with (for a refund:
    those of the charge it gives back; `gateway_ref` is then the refund's own). `on` is the business date it counts
    for, `at` the moment it was recorded. `amount_minor` is always positive. `case_ref` is the processor's own name of
    a dispute or refund, `due_on` the last day for evidence on a dispute. `token` names the method of "method_ended".
    `resume` is the cursor from which a later reading begins where that is not `id`: somewhat earlier, for a gateway
    whose news may come late.
    """

    id: str
    key: str
    kind: EventKind
    amount_minor: int
    currency: str
    code: str
    on: date
    at: datetime
    ref: str = ""
    gateway_ref: str = ""
    case_ref: str = ""
    due_on: date | None = None
    token: str = ""
    resume: str = ""


@dataclass(frozen=True, slots=True)
class Payout:
    """Money that a processor sent to the bank of the business: `amount_minor` is what arrives, net of `fees_minor`.

    `keys` are those of the charges (and refunds) in it, where the processor says so.
    """

    id: str
    amount_minor: int
    fees_minor: int
    currency: str
    arrives_on: date
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MethodDetails:
    """A way to pay that the payer chose on the gateway's own page.

    `token` is what `charge` wants; it is to be sealed at rest. `label` names it for people in every language
    ("First Test Bank ••6789"). `expires` is "2030-12" for a card and "" for a bank account. `funding` says of a card
    whether it is "credit", "debit" or "prepaid" ("" where nobody told), `holder` whose it is.
    """

    token: str
    kind: MethodKind
    label: str
    last4: str
    bank_name: str
    expires: str = ""
    funding: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class ChargeRecord:
    """One line of the gateway's own record of charges, the other side of every reconciliation."""

    key: str
    ref: str
    amount_minor: int
    currency: str
    state: str
    at: datetime


class AnyGateway(Protocol):
    """What every gateway is, whether it answers on line or works by files (gateways.files).

    `name` is stored with each attempt; `live` says that real money moves; `takes` are the kinds of method it knows.
    """

    @property
    def name(self) -> str: ...

    @property
    def live(self) -> bool: ...

    @property
    def takes(self) -> frozenset[MethodKind]: ...

    @property
    def abilities(self) -> frozenset[Ability]: ...

    def expected_on(self, kind: MethodKind, sent_on: date) -> date:
        """The day by which a payment sent on `sent_on` has usually settled; after it somebody should look."""

    def returnable_until(self, kind: MethodKind, settled_on: date) -> date | None:
        """The last day on which a settled payment can come back by itself; None where it cannot (cards: disputes)."""


class Gateway(AnyGateway, Protocol):
    """A gateway that answers on line."""

    def charge(
        self,
        *,
        key: str,
        ref: str,
        amount_minor: int,
        currency: str,
        token: str,
        on: date,
        now: datetime,
        return_url: str = "",
    ) -> Outcome:
        """Take `amount_minor` from the method `token`, at most once per `key` inside the key window.

        `ref` is our own reference, kept by the processor for good. The same key with the same ref, amount, currency
        and token gives the first answer again; with any of them changed it raises GatewayRefused. `return_url` is
        where a confirmation page sends the payer afterwards. Without a token the payer chooses on the gateway's own
        page: the answer is then needs_confirmation with its address (ability "hosted_page"). Raises GatewaySilent when
        the outcome is unknown.
        """

    def look_up(self, key: str, ref: str) -> Outcome:
        """What became of the first charge (or refund) made with this key and ref, however old; never makes one.

        An empty `key` or `ref` does not narrow the search. `not_found` when there is no record. Raises GatewaySilent.
        """

    def begin_method(self, *, setup_ref: str, return_url: str, name: str, now: datetime) -> str:
        """The address of the gateway's own page on which `name` chooses a method.

        `setup_ref` is ours, unguessable, at least 20 characters of A-Z a-z 0-9 _ -. The page sends the payer to
        `return_url` with `setup=<setup_ref>` added, whether a method was chosen or not; only `read_method` knows.
        """

    def read_method(self, setup_ref: str) -> MethodDetails | None:
        """The method chosen under `setup_ref`, or None while there is none. Raises GatewaySilent."""

    def events(self, after: str, limit: int) -> Sequence[GatewayEvent]:
        """Up to `limit` events that follow the event id `after` ("" = from the first), in the order they happened."""

    def refund(
        self, *, key: str, charge_key: str, amount_minor: int, on: date, now: datetime, charge_ref: str = ""
    ) -> Outcome:
        """Give back `amount_minor` of the settled charge made with `charge_key`, at most once per `key`.

        Raises GatewayRefused above what is left of the charge, GatewaySilent when the outcome is unknown.
        """

    def charges(self) -> Iterable[ChargeRecord]:
        """The processor's own record of charges, oldest first: every one, also those nobody was told about."""

    def expire(self, key: str, ref: str) -> Outcome:
        """Close the page of a charge that waits for its payer, so that it can no longer be paid; what it came to."""

    def read_event(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[GatewayEvent]:
        """What a webhook says: its events, none for news that is not ours. Raises NoticeRefused.

        The signature is checked over the raw body in constant time, within five minutes of `now`.
        """

    def payouts(self, since: date) -> Sequence[Payout]:
        """What was paid out to the bank from `since` on (ability "payouts"). Raises GatewaySilent."""


class SimulatedGateway(Gateway, Protocol):
    """A gateway that moves no real money and whose days pass when it is told so."""

    def advance(self, *, on: date, now: datetime) -> int:
        """Let everything that is due up to the business date `on` happen; the number of new events."""
