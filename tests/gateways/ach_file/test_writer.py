"""Files out: what is written is read back, and independent readers find nothing wrong with it."""

from __future__ import annotations

from dataclasses import replace

import achkit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.ach_file.gateway import AchFileGateway
from gateways.ach_file.parser import parse
from gateways.files import BankAccount, FileLine, FileRefused
from tests.gateways.ach_file.conftest import BO, CHASE, ORIGINATOR, a_line, an_order, trace

ROUTINGS = ("021000021", "091000019", "121042882", "231380104")
LINES = st.builds(
    FileLine,
    number=st.integers(1, 9_999_999),
    key=st.just("k"),
    kind=st.sampled_from(["debit", "credit"]),
    amount_minor=st.integers(1, 99_999_999),
    account=st.builds(
        BankAccount,
        number=st.text("0123456789ABCxyz-", min_size=4, max_size=17),
        routing=st.sampled_from(ROUTINGS),
        account_type=st.sampled_from(["checking", "savings"]),
        holder=st.text(max_size=40),
    ),
    payer_ref=st.text(max_size=20),
    class_code=st.sampled_from(["WEB", "PPD", "CCD", "TEL"]),
    recurring=st.booleans(),
)


@settings(max_examples=60)
@given(st.lists(LINES, min_size=1, max_size=30, unique_by=lambda line: line.number))
def test_what_is_written_is_read_back_and_another_reader_agrees(lines: list[FileLine]) -> None:
    written = AchFileGateway(ORIGINATOR).write(an_order(lines))
    file = parse(written.content)
    found = {
        entry.fields["trace"]: (entry.fields["routing"], entry.fields["account"], entry.amount_minor)
        for batch in file.batches
        for entry in batch.entries
    }
    wanted = {
        written.traces[line.number]: (line.account.routing, line.account.number.strip(), line.amount_minor)
        for line in lines
    }
    assert found == wanted
    assert written.debit_minor == sum(line.amount_minor for line in lines if line.kind == "debit")
    assert written.credit_minor == sum(line.amount_minor for line in lines if line.kind == "credit")
    assert achkit.validate(written.content.decode()) == {"ok": True, "errors": []}


def test_the_same_order_gives_the_same_bytes_and_another_one_others(gateway: AchFileGateway) -> None:
    lines = [a_line(number) for number in range(1, 5)]
    first = gateway.write(an_order(lines))
    assert gateway.write(an_order(list(lines))) == first
    assert gateway.write(an_order(lines, number=2)).content != first.content


def test_entry_classes_and_purposes_stand_in_batches_of_their_own(gateway: AchFileGateway) -> None:
    lines = [
        a_line(1, class_code="WEB"),
        a_line(2, class_code="TEL", recurring=True),
        a_line(3, class_code="CCD"),
        a_line(4, class_code="WEB", kind="prenote", amount_minor=0),
        a_line(5, class_code="WEB", kind="credit"),
        a_line(6, class_code="WEB", kind="test_credit", amount_minor=12),
        a_line(7, class_code="PPD", account=replace(BO, account_type="savings")),
        a_line(8, class_code="WEB", recurring=True),
    ]
    file = parse(gateway.write(an_order(lines)).content)
    found = [
        (
            batch.header["class_code"], batch.header["description"], batch.header["service"],
            [(entry.fields["code"], entry.fields["discretion"]) for entry in batch.entries],
        )
        for batch in file.batches
    ]  # fmt: skip
    assert found == [
        ("CCD", "PAYMENT", "225", [("27", "")]),
        ("PPD", "ACCTVERIFY", "220", [("22", "")]),
        ("PPD", "PAYMENT", "225", [("37", "")]),
        ("PPD", "REFUND", "220", [("22", "")]),
        ("TEL", "PAYMENT", "225", [("27", "R")]),
        ("WEB", "PAYMENT", "225", [("27", "S"), ("27", "R")]),
        ("WEB", "PRENOTE", "225", [("28", "S")]),
    ]


def test_the_hash_is_the_sum_of_the_banks_eight_digits(gateway: AchFileGateway) -> None:
    # moov-io/ach, test/testdata/ppd-mixedDebitCredit.ach: three entries of 23138010 make 69414030.
    account = replace(BO, routing="231380104")
    written = gateway.write(an_order([a_line(number, account=account) for number in (1, 2, 3)]))
    assert written.control == "0069414030"


def test_traces_are_the_line_numbers_under_our_bank_and_rise_in_a_batch(gateway: AchFileGateway) -> None:
    written = gateway.write(an_order([a_line(12), a_line(3), a_line(9_999_999), a_line(10_000_000)]))
    assert written.traces == {12: trace(12), 3: trace(3), 9_999_999: trace(9_999_999), 10_000_000: trace(1)}
    traces = [entry.fields["trace"] for entry in parse(written.content).batches[0].entries]
    assert traces == sorted(traces)


def test_files_of_one_day_are_told_apart_by_a_letter(gateway: AchFileGateway) -> None:
    names = [gateway.write(an_order([a_line()], number=number)).name for number in (1, 2, 27, 36)]
    assert names == [f"ach-20261123-{letter}.ach" for letter in "AB09"]
    with pytest.raises(FileRefused, match="at most 36 files"):
        gateway.write(an_order([a_line()], number=37))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (a_line(amount_minor=0), "amount of line 1"),
        (a_line(amount_minor=10**10), "amount of line 1"),
        (a_line(kind="prenote", amount_minor=5), "amount of line 1"),
        (a_line(class_code=""), "no entry class"),
        (a_line(account=replace(BO, account_type="")), "checking or savings"),
        (a_line(account=replace(BO, number="1" * 18)), "bank account of line 1"),
        (a_line(account=replace(BO, routing="12345")), "bank account of line 1"),
    ],
)
def test_a_line_that_does_not_fit_refuses_the_file(gateway: AchFileGateway, line: FileLine, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        gateway.write(an_order([line]))


def test_a_total_that_does_not_fit_refuses_the_file(gateway: AchFileGateway) -> None:
    lines = [a_line(number, amount_minor=9_999_999_999) for number in range(1, 102)]
    with pytest.raises(FileRefused, match=r"at most 9999999999\.99 USD"):
        gateway.write(an_order(lines))
    assert gateway.write(an_order(lines[:100])).debit_minor == 999_999_999_900


def test_a_name_with_nothing_that_can_be_written_is_replaced_by_the_payers_number(
    gateway: AchFileGateway,
) -> None:
    line = a_line(account=BankAccount("1234", CHASE, "checking", "北京"))
    entry = parse(gateway.write(an_order([line])).content).batches[0].entries[0]
    assert entry.fields["payer_name"] == "P-1"
