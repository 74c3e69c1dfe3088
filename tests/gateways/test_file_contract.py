"""What every gateway of files holds to, whatever its scheme: `Peer` is one of them with files that its bank sends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateways.codes import reason
from gateways.files import BankAccount, FileGateway, FileLine, FileOrder, FileRefused, MandateFacts
from tests.gateways.ach_file import conftest as ach
from tests.gateways.bacs_file import conftest as bacs
from tests.gateways.bacs_file.test_reader import arudd, item
from tests.gateways.sepa_file import conftest as sepa
from tests.gateways.sepa_file.test_reader import entry as booked
from tests.gateways.sepa_file.test_reader import notice

MADE_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
MANDATE = MandateFacts("LENA000001", date(2026, 1, 5), "RCUR")


@dataclass(frozen=True)
class Peer:
    """A gateway, an account it takes, and what its bank sends: `came_back(line)` is a file with that one returned."""

    gateway: FileGateway
    account: BankAccount
    came_back: Callable[[FileLine, str], bytes]

    def line(self, number: int, amount: int = 12_345) -> FileLine:
        mandate = replace(MANDATE, ref=f"LENA{number:06d}")
        return FileLine(
            number,
            f"key:{number}",
            "debit",
            amount,
            self.account,
            f"P-{number}",
            "WEB",
            True,
            mandate,
            "Rent",
        )

    def order(self, lines: Sequence[FileLine], number: int = 1, ref: str = "b1") -> FileOrder:
        on = self.gateway.effective_on(self.gateway.leaves_on(MONDAY))
        return FileOrder(ref, number, MADE_AT, on, self.gateway.currency, lines)


def _pounds(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def ach_return(line: FileLine, trace: str) -> bytes:
    return ach.return_file([("R01", trace, line.amount_minor)])


def sepa_return(line: FileLine, trace: str) -> bytes:
    return notice(booked(trace, amount=_pounds(line.amount_minor), code="AM04"))


def bacs_return(line: FileLine, trace: str) -> bytes:
    amount = _pounds(line.amount_minor)
    return arudd(item(trace.split("/")[0], amount, "0"), total=amount)


PEERS = {
    "ach_file": Peer(ach.AchFileGateway(ach.ORIGINATOR, live=False), ach.BO, ach_return),
    "sepa_file": Peer(sepa.GATEWAY, sepa.DEBIT.account, sepa_return),
    "bacs_file": Peer(bacs.GATEWAY, bacs.DEBIT.account, bacs_return),
}


@pytest.fixture(params=PEERS)
def peer(request: pytest.FixtureRequest) -> Peer:
    return PEERS[request.param]


def test_it_says_what_it_is_and_what_it_can_do(peer: Peer) -> None:
    gateway = peer.gateway
    assert PEERS[gateway.name] is peer
    assert gateway.abilities - {"credits"} == {"file"}
    assert gateway.takes == {"bank"}
    assert gateway.currency in ("USD", "EUR", "GBP")


def test_an_account_it_takes_has_no_faults_and_an_empty_one_has_some(peer: Peer) -> None:
    assert peer.gateway.check_account(peer.account) == {}
    faults = peer.gateway.check_account(BankAccount(""))
    assert faults
    assert all(str(sentence) for sentence in faults.values())


@given(amounts=st.lists(st.integers(1, 5_000_000), min_size=1, max_size=12))
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_totals_are_those_of_the_lines_and_each_line_has_a_name_of_its_own(
    peer: Peer, amounts: list[int]
) -> None:
    lines = [peer.line(number, amount) for number, amount in enumerate(amounts, 1)]
    written = peer.gateway.write(peer.order(lines))
    assert (written.count, written.debit_minor, written.credit_minor) == (len(lines), sum(amounts), 0)
    assert set(written.traces) == {line.number for line in lines}
    assert len(set(written.traces.values())) == len(lines)
    # What the tables can hold.
    assert all(0 < len(trace) <= 35 for trace in written.traces.values())
    assert len(written.control) <= 80
    assert written.name
    assert written.content


def test_the_same_order_gives_the_same_bytes(peer: Peer) -> None:
    order = peer.order([peer.line(number) for number in range(1, 6)])
    assert peer.gateway.write(order) == peer.gateway.write(order)


def test_lines_that_come_page_by_page_are_read_once_and_give_the_same_file(peer: Peer) -> None:
    class Pages(list[FileLine]):
        reads = 0

        def __iter__(self):
            self.reads += 1
            return super().__iter__()

        def __len__(self) -> int:
            return 99

    lines = [peer.line(number) for number in range(1, 6)]
    pages = Pages(lines)
    assert peer.gateway.write(peer.order(pages)) == peer.gateway.write(peer.order(lines))
    assert pages.reads == 1


def test_two_files_of_a_day_differ_in_their_names(peer: Peer) -> None:
    first = peer.gateway.write(peer.order([peer.line(1)], 1, "b1"))
    second = peer.gateway.write(peer.order([peer.line(2)], 2, "b2"))
    assert first.name != second.name
    assert not set(first.traces.values()) & set(second.traces.values())


def test_an_order_in_another_currency_is_refused(peer: Peer) -> None:
    with pytest.raises(FileRefused):
        peer.gateway.write(replace(peer.order([peer.line(1)]), currency="JPY"))


@pytest.mark.parametrize("changed", [{"amount_minor": 0}, {"amount_minor": -1}, {"amount_minor": 10**15}])
def test_a_line_that_cannot_be_carried_is_refused_by_its_number(peer: Peer, changed: dict) -> None:
    lines = [peer.line(1), replace(peer.line(2), **changed)]
    with pytest.raises(FileRefused) as refused:
        peer.gateway.write(peer.order(lines))
    assert refused.value.line == 2


def returned(peer: Peer) -> tuple[FileLine, str, bytes]:
    line = peer.line(1)
    trace = peer.gateway.write(peer.order([line])).traces[1]
    return line, trace, peer.came_back(line, trace)


def test_a_return_names_our_line_its_amount_and_a_reason_that_has_words(peer: Peer) -> None:
    line, trace, file = returned(peer)
    (news,) = peer.gateway.read(file).news
    assert (news.kind, news.trace, news.amount_minor) == ("returned", trace, line.amount_minor)
    assert news.currency in ("", peer.gateway.currency)
    assert reason(news.code).retryable == "yes"
    assert len(news.code) <= 16


def test_a_file_read_twice_gives_the_same_news_by_the_same_names(peer: Peer) -> None:
    _, _, file = returned(peer)
    first, again = peer.gateway.read(file), peer.gateway.read(file)
    assert first == again
    assert len({one.id for one in first.news}) == len(first.news)


def test_a_file_cut_short_is_refused_or_says_no_more_than_the_whole(peer: Peer) -> None:
    _, _, file = returned(peer)
    whole = peer.gateway.read(file)
    refused = 0
    for length in range(0, len(file) - 2, 7):
        try:
            # Only filler may be missing at the end.
            assert peer.gateway.read(file[:length]) == whole
        except FileRefused:
            refused += 1
    assert refused > len(file) // 14


def test_files_of_the_other_schemes_are_refused(peer: Peer) -> None:
    for other in PEERS.values():
        if other is not peer:
            with pytest.raises(FileRefused):
                peer.gateway.read(returned(other)[2])


def test_a_file_of_our_own_is_no_news_from_the_bank(peer: Peer) -> None:
    with pytest.raises(FileRefused):
        peer.gateway.read(peer.gateway.write(peer.order([peer.line(1)])).content)


@given(st.binary(max_size=400))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_that_are_no_file_are_refused(peer: Peer, content: bytes) -> None:
    with pytest.raises(FileRefused):
        peer.gateway.read(content)


@given(days=st.integers(0, 800), hour=st.integers(0, 23))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_days_never_run_backwards(peer: Peer, days: int, hour: int) -> None:
    gateway = peer.gateway
    now = datetime(2026, 1, 1, hour, tzinfo=UTC) + timedelta(days=days)
    day = now.date()
    leaves = gateway.leaves_on(day, now)
    assert day <= gateway.leaves_on(day) <= leaves
    assert gateway.leaves_on(leaves) == leaves, (
        "a day on which a file leaves is one on which a file can leave"
    )
    assert leaves < gateway.effective_on(leaves) <= gateway.effective_on(leaves, first=True)
    assert gateway.effective_on(leaves) <= gateway.expected_on("bank", leaves)
    until = gateway.returnable_until("bank", day)
    assert until is not None
    assert until > day
