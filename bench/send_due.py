"""How long 1,000 planned payments take through a gateway that needs 300 ms for each answer.

    PYTHONPATH=. .venv/bin/python bench/send_due.py [count]

The answers are waited for side by side, with no transaction open; what counts is the time against asking one after the
other, of which 40 are timed. At most a fifth is wanted.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from bench.sides.installation import installed, noon
from bench.sides.our_payment import INSTALLMENT_MINOR, AtOnce

ANSWER_SECONDS = 0.3
ONE_BY_ONE = 40
AT_MOST = 0.2


class Slow(AtOnce):
    """Answers after 300 ms that the money has arrived, and fails where a transaction is open meanwhile."""

    def charge(self, **asked: object):  # type: ignore[no-untyped-def]
        from domain.transaction import nothing_open

        nothing_open()
        time.sleep(ANSWER_SECONDS)
        return super().charge(**asked)  # type: ignore[arg-type]


def main(count: int) -> bool:
    from domain.actions import payments, scheduled
    from domain.actions.payment_limits import Wanted
    from gateways import registry

    with installed(count + ONE_BY_ONE) as ours, ours.app.app_context():
        registry.configure(Slow())
        due = ours.first_due_on

        def plan(numbers: range) -> None:
            for number in numbers:
                payments.start(
                    ours.loans[number], INSTALLMENT_MINOR, ours.method_ref, f"planned-payment-{number:06}",
                    who=ours.who, today=due - timedelta(days=1), now=noon(due - timedelta(days=1)),
                    wanted=Wanted(on=due),
                )  # fmt: skip

        def run(at_once: int, wanted: int) -> float:
            began = time.perf_counter()
            sent = scheduled.send_due(today=due, now=noon(due), at_once=at_once, limit=wanted).sent
            assert sent == wanted, f"{sent} of {wanted} were sent"
            return time.perf_counter() - began

        plan(range(ONE_BY_ONE))
        alone = run(1, ONE_BY_ONE) / ONE_BY_ONE
        plan(range(ONE_BY_ONE, ONE_BY_ONE + count))
        together = run(scheduled.AT_ONCE, count) / count
    ratio = together / alone
    print(f"one by one {alone * 1000:.0f} ms each, {scheduled.AT_ONCE} at once {together * 1000:.0f} ms each")
    print(
        f"{count} payments: {ratio:.3f} of the time (at most {AT_MOST}): {'reached' if ratio <= AT_MOST else 'MISSED'}"
    )
    return ratio <= AT_MOST


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000) else 1)
