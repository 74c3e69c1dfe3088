"""Lives of the program that end early: work in a child forked from this warm process, and a SIGKILL at a chosen moment.

`Lives(app)` forks; `.live(work)` runs to the end, `.live(work, at="payment.intent_kept", visit=2)` dies at the second
visit of that point, `.live(work, within=80)` at a random moment of the first 80 ms. Nothing is cleaned up by a child
that dies: what it had open is gone, as in a power cut of the process.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask

from domain import points
from tests.fixtures.databases import close

Work = Callable[[], object]


class Gone(BaseException):
    """SIGTERM came: raised wherever the child happens to be."""


def _go(_signal: int, _frame: object) -> None:
    raise Gone


class Died(AssertionError):
    """A child ended by an error of its own; the traceback stands above."""


@dataclass
class Lives:
    """Children of this process, one after the other or beside each other, and how many of them were killed."""

    app: Flask
    seed: int = field(default_factory=lambda: random.randrange(10**6))
    begun: int = 0
    killed: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        print(f"seed {self.seed}")  # noqa: T201 - shown when the test fails

    def live(
        self, work: Work, *, at: str = "", visit: int = 1, within: int = 0, politely: bool = False
    ) -> bool:
        """Whether the child was killed before it had done its work. `within` is in milliseconds.

        `politely`: it is asked to go (SIGTERM) and goes by an exception wherever it happens to be, as the worker of a
        server does; libraries may turn that into an error of their own.
        """
        child = self.begin(work, at=at, visit=visit)
        if within:
            time.sleep(self.dice.randrange(within) / 1000)
            os.kill(child, signal.SIGTERM if politely else signal.SIGKILL)
        return self.end(child, asked_to_go=politely)

    def length_of(self, work: Work) -> int:
        """How long a whole life takes here and now, in milliseconds, with a quarter more for the slow ones."""
        began = time.monotonic_ns()
        self.live(work)
        return (time.monotonic_ns() - began) * 5 // 4_000_000

    def begin(self, work: Work, *, at: str = "", visit: int = 1) -> int:
        """Fork a child and let it work; its process id."""
        self.begun += 1
        close(self.app)  # nothing of a database may be open on both sides
        sys.stdout.flush()
        child = os.fork()
        if child:
            return child
        code = 1
        signal.signal(signal.SIGTERM, _go)
        try:
            points.watch(_end_at(at, visit) if at else None)
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def tell(self) -> None:
        """Say how it went, for whoever runs it with `pytest -s`."""
        print(f"seed {self.seed}: {self.begun} lives, {self.killed} killed")  # noqa: T201 - the figure asked for

    def end(self, child: int, *, asked_to_go: bool = False) -> bool:
        """Wait for a child; whether it was killed. Raises Died when its work failed."""
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) or (asked_to_go and os.WEXITSTATUS(status)):
            self.killed += 1
            return True
        if os.WEXITSTATUS(status):
            raise Died(f"a child failed (seed {self.seed})")
        return False


def _end_at(name: str, visit: int) -> Callable[[str], None]:
    """End this process at once at the n-th visit of a point."""
    left = visit

    def watcher(reached: str) -> None:
        nonlocal left
        if reached == name:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    return watcher
