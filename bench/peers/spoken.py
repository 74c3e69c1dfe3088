"""How a peer is asked: "N" on a line of its input posts N payments, and the seconds it took come back on a line."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def answer(post: Callable[[], object]) -> None:
    """Say that we are ready, then do what each line asks until the input ends."""
    print("ready", flush=True)
    for line in sys.stdin:
        begun = time.perf_counter()
        for _ in range(int(line)):
            post()
        print(time.perf_counter() - begun, flush=True)
