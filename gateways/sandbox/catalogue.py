"""What the sandbox can be made to do: the methods of its pick-list and the magic amounts.

A magic amount wins over a magic method. Amounts are minor units of whatever currency (101 is 1.01 USD). The same
tables in words: docs/gateways.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from gateways.base import MethodKind

Delivery = Literal["answer", "slow", "lost", "lost_for_good", "error", "busy", "cut"]


@dataclass(frozen=True, slots=True)
class Script:
    """What happens to one charge.

    `acts`: whether the processor records the charge at all. `delivery`: how its answer travels: "answer" at once,
    "slow" after a wait, "lost" once (the same key again is answered), "lost_for_good" (only a look-up tells),
    "error" as a 5xx, "busy" as a 429, "cut" as half a reply. `returned_after` counts business days from settlement,
    `disputed_after` calendar days; `dispute` says how the dispute ends.
    """

    acts: bool = True
    delivery: Delivery = "answer"
    declined: str = ""
    confirm: bool = False
    returned: str = ""
    returned_after: int = 1
    dispute: Literal["", "lost", "won"] = ""
    disputed_after: int = 3


PLAIN: Final = Script()
ASKS: Final = Script(confirm=True)
"""A charge whose payer chooses the card on its page."""


@dataclass(frozen=True, slots=True)
class Method:
    """One line of the pick-list. `slug` names its translated note on the page; `token` is "sbx_" + slug."""

    slug: str
    kind: MethodKind
    bank_name: str
    last4: str
    expires: str = ""
    script: Script = PLAIN

    @property
    def token(self) -> str:
        return f"sbx_{self.slug}"

    @property
    def label(self) -> str:
        return f"{self.bank_name} ••{self.last4}"


def _bank(slug: str, last4: str, script: Script, bank_name: str = "First Test Bank") -> Method:
    return Method(slug, "bank", bank_name, last4, "", script)


def _card(slug: str, last4: str, script: Script, expires: str = "2032-12") -> Method:
    return Method(slug, "card", "Test Card", last4, expires, script)


METHODS: Final[tuple[Method, ...]] = (
    _bank("bank", "6789", PLAIN),
    _bank("bank_second", "4321", PLAIN, "Second Test Bank"),
    _bank("bank_r01", "0001", Script(returned="R01")),
    _bank("bank_r02", "0002", Script(returned="R02")),
    _bank("bank_r10", "0010", Script(returned="R10", returned_after=2)),
    _bank("bank_r10_late", "0041", Script(returned="R10", returned_after=41)),
    _bank("bank_declined", "0099", Script(declined="account_closed")),
    _bank("bank_silent", "0401", Script(acts=False, delivery="lost_for_good")),
    _bank("bank_lost", "0402", Script(delivery="lost")),
    _card("card", "4242", PLAIN),
    _card("card_insufficient", "9995", Script(declined="insufficient_funds")),
    _card("card_expired", "0069", Script(declined="expired_card"), "2020-01"),
    _card("card_confirm", "3220", Script(confirm=True)),
    _card("card_silent", "0411", Script(acts=False, delivery="lost_for_good")),
    _card("card_lost", "0412", Script(delivery="lost")),
    _card("card_disputed", "0259", Script(dispute="lost")),
    _card("card_dispute_won", "0267", Script(dispute="won")),
)
BY_SLUG: Final = {method.slug: method for method in METHODS}

DECLINE_AMOUNTS: Final[dict[int, str]] = dict(
    enumerate(
        (
            "insufficient_funds",
            "do_not_honor",
            "expired_card",
            "lost_card",
            "stolen_card",
            "incorrect_cvc",
            "processing_error",
            "account_closed",
            "generic_decline",
            "incorrect_number",
            "incorrect_zip",
            "invalid_account",
            "issuer_not_available",
            "try_again_later",
            "card_velocity_exceeded",
            "withdrawal_count_limit_exceeded",
            "amount_too_large",
            "card_not_supported",
            "currency_not_supported",
            "transaction_not_allowed",
            "authentication_required",
            "restricted_card",
            "pickup_card",
            "fraudulent",
            "no_account",
            "account_frozen",
            "debit_not_authorized",
            "bank_account_restricted",
            "call_issuer",
        ),
        start=201,
    )
)

_RETURN_AMOUNTS: Final = {
    100 + number: Script(returned=f"R{number:02d}", returned_after=1 + number % 2) for number in range(1, 30)
}
_AMOUNTS: Final[dict[int, Script]] = {
    **{amount: Script(declined=code) for amount, code in DECLINE_AMOUNTS.items()},
    301: Script(confirm=True),
    401: Script(acts=False, delivery="lost_for_good"),
    402: Script(delivery="lost"),
    403: Script(delivery="slow"),
    404: Script(delivery="lost_for_good"),
    405: Script(acts=False, delivery="error"),
    406: Script(delivery="error"),
    407: Script(acts=False, delivery="busy"),
    408: Script(delivery="cut"),
    501: Script(dispute="lost"),
    502: Script(dispute="won"),
}


def amount_script(amount_minor: int, kind: MethodKind) -> Script | None:
    """The script of a magic amount, or None. 1.01 to 1.29 are returns, so they are magic for bank accounts only."""
    if kind == "bank" and amount_minor in _RETURN_AMOUNTS:
        return _RETURN_AMOUNTS[amount_minor]
    return _AMOUNTS.get(amount_minor)


def method_of(token: str) -> Method | None:
    """The method behind a token: "sbx_card", or "sbx_card.<random>" as the hosted page gives it out."""
    slug = token.removeprefix("sbx_").partition(".")[0]
    return BY_SLUG.get(slug) if token.startswith("sbx_") else None


def cards_of_page() -> list[Method]:
    """The cards on the page of a charge: those whose answer comes, since there it goes to the payer."""
    return [
        method
        for method in METHODS
        if method.kind == "card" and method.script.acts and method.script.delivery == "answer"
    ]
