"""A small load generator: visitors with one kept-alive connection each, asking for one page again and again."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """What came of it: answers a second, and the median time of one answer in milliseconds."""

    rate: float
    median_ms: float


class Connection:
    """One kept-alive HTTP/1.1 connection on the loopback; `ask` returns the length of the answer's body."""

    def __init__(self, port: int, path: str, cookie: str):
        self.port = port
        self.request = (
            f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\nAccept: text/html\r\n"
            "Accept-Encoding: gzip\r\nAccept-Language: en\r\nUser-Agent: Mozilla/5.0 Firefox/140\r\n\r\n"
        ).encode()
        self.socket: socket.socket | None = None

    def ask(self) -> int:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(self.request)
        answer = self._more(b"")
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer = self._more(answer)
        head = answer[:end].lower()
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(f"the page answered {answer[:200]!r}")
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(answer) < end + 4 + length:
            answer = self._more(answer)
        if b"connection: close" in head:
            self.close()
        return length

    def _more(self, so_far: bytes) -> bytes:
        assert self.socket is not None
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed the connection")
        return so_far + piece

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def visit(connections: list[Connection], seconds: float) -> Asked:
    """Let each connection ask without a pause for so many seconds."""
    times: list[list[float]] = [[] for _ in connections]
    failures: list[BaseException] = []
    until = time.perf_counter() + seconds

    def ask(number: int) -> None:
        try:
            while (begun := time.perf_counter()) < until:
                connections[number].ask()
                times[number].append(time.perf_counter() - begun)
        except Exception as problem:
            failures.append(problem)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(connections))]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    if failures:
        raise failures[0]
    every = [one for several in times for one in several]
    return Asked(len(every) / took, statistics.median(every) * 1000)
