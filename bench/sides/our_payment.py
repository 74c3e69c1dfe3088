"""One payment through our own actions, at a gateway that answers at once that the money has arrived."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from datetime import date, timedelta

from bench.sides.installation import Installation, noon
from domain.actions import payments
from gateways import registry
from gateways.base import Outcome

INSTALLMENT_MINOR = 155_97


class AtOnce:
    """A gateway without a processor: its answer costs nothing, as nothing is asked on the other side either."""

    name = "sandbox"
    live = False
    takes = frozenset({"bank", "card"})
    abilities = frozenset({"charge"})

    def charge(self, *, on: date, **_asked: object) -> Outcome:
        return Outcome("settled", gateway_ref=secrets.token_hex(8), on=on)

    def returnable_until(self, _kind: str, settled_on: date) -> date:
        return settled_on + timedelta(days=60)


def paying(installation: Installation) -> Callable[[], object]:
    """Each call pays the next installment of the next loan on its due day, by `payments.start`."""
    registry.configure(AtOnce())
    numbers = itertools.count()

    def pay() -> None:
        period, loan = divmod(next(numbers), len(installation.loans))
        today = installation.first_due_on + timedelta(days=14 * period)
        payments.start(
            installation.loans[loan], INSTALLMENT_MINOR, installation.method_ref, secrets.token_urlsafe(16),
            who=installation.who, today=today, now=noon(today),
        )  # fmt: skip

    return pay
