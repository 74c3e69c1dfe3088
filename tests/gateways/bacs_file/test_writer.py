"""The file of debits, field by field. Positions: Bank of Ireland's BACS file specification and HSBC's guide of 2012.

No independent program reads or writes this form, so these tests are the only judge of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gateways.bacs_file.writer import clean, instruction_ref
from gateways.files import FileRefused
from tests.gateways.bacs_file.conftest import DEBIT, GATEWAY, USER, line, order_of


def lines_of(content: bytes) -> list[str]:
    text = content.decode("ascii")
    assert text.endswith("\r\n")
    return text.removesuffix("\r\n").split("\r\n")


def test_labels_debits_contra_and_trailers_stand_in_their_order() -> None:
    written = GATEWAY.write(order_of(line(1, amount_minor=100), line(2, amount_minor=250)))
    records = lines_of(written.content)
    assert [record[:4] for record in records[:4]] == ["VOL1", "HDR1", "HDR2", "UHL1"]
    assert [record[:4] for record in records[-3:]] == ["EOF1", "EOF2", "UTL1"]
    assert [len(record) for record in records] == [80] * 4 + [100] * 3 + [80] * 3
    assert (written.count, written.debit_minor, written.credit_minor) == (2, 350, 0)
    assert written.name == "bacs-20261125-1.txt"


def test_a_debit_stands_at_the_published_positions() -> None:
    record = lines_of(GATEWAY.write(order_of()).content)[4]
    fields = {
        "destination sort code": (1, 6, "089999"),
        "destination account": (7, 14, "12345678"),
        "account type": (15, 15, "0"),
        "transaction code": (16, 17, "17"),
        "our sort code": (18, 23, "200000"),
        "our account": (24, 31, "55779911"),
        "free": (32, 35, "    "),
        "pence": (36, 46, "00000125000"),
        "our name": (47, 64, "LENA LETS         "),
        "reference": (65, 82, "LENA000101        "),
        "payer": (83, 100, "ZOE O NEILL & SONS"),
    }
    assert {name: record[first - 1 : last] for name, (first, last, _) in fields.items()} == {
        name: value for name, (_, _, value) in fields.items()
    }


def test_the_contra_gives_our_account_what_the_debits_take_and_the_trailer_counts_both() -> None:
    records = lines_of(GATEWAY.write(order_of(line(1, amount_minor=100), line(2, amount_minor=250))).content)
    contra, trailer = records[6], records[-1]
    assert (contra[:14], contra[15:17], contra[35:46]) == ("20000055779911", "99", "00000000350")
    assert contra[64:82] == f"{'CONTRA':<18}"
    assert trailer[4:17] == trailer[17:30] == "0000000000350"
    assert (trailer[30:37], trailer[37:44]) == ("0000002", "0000001")


def test_the_file_names_its_processing_day_between_sending_and_the_money() -> None:
    """Sent on Thursday 24 December 2026, processed on Tuesday 29 (banks are closed between), paid on Wednesday 30."""
    paid = GATEWAY.effective_on(date(2026, 12, 24))
    assert paid == date(2026, 12, 30)
    header = lines_of(GATEWAY.write(order_of(on=paid)).content)[3]
    assert header[4:10] == " 26363"
    assert date(2026, 12, 29).strftime(" %y%j") == " 26363"
    assert (header[10:20], header[20:28], header[28:37]) == ("999999    ", "00000000", "1 DAILY  ")


def test_the_serial_number_is_of_the_day_and_the_files_number() -> None:
    first = lines_of(GATEWAY.write(order_of(number=7)).content)[0]
    assert first[4:10] == "327007"
    assert (first[41:47], first[79]) == (USER.number, "1")
    with pytest.raises(FileRefused, match="999"):
        GATEWAY.write(order_of(number=1000))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"mandate": replace(DEBIT.mandate, sequence="FRST")}, "01"),
        ({}, "17"),
        ({"mandate": replace(DEBIT.mandate, sequence="FNAL")}, "19"),
        ({"class_code": "18"}, "18"),
        ({"kind": "prenote", "amount_minor": 0}, "0N"),
        ({"kind": "prenote", "amount_minor": 0, "class_code": "0C"}, "0C"),
        ({"kind": "credit"}, "99"),
        ({"kind": "test_credit", "mandate": None}, "99"),
    ],
)
def test_each_line_has_the_code_of_what_it_does(changed: dict, code: str) -> None:
    assert lines_of(GATEWAY.write(order_of(line(1, **changed))).content)[4][15:17] == code


def test_an_instruction_moves_no_money_and_needs_no_contra() -> None:
    records = lines_of(GATEWAY.write(order_of(line(1, kind="prenote", amount_minor=0))).content)
    assert len(records) == 8
    assert records[-1][4:44] == "0" * 40


def test_credits_have_a_contra_of_their_own() -> None:
    written = GATEWAY.write(order_of(line(1, amount_minor=100), line(2, kind="credit", amount_minor=30)))
    records = lines_of(written.content)
    assert [(record[15:17], record[35:46]) for record in records[6:8]] == [
        ("99", "00000000100"),
        ("17", "00000000030"),
    ]
    assert records[-1][4:30] == "0000000000130" * 2
    assert (written.debit_minor, written.credit_minor) == (100, 30)


def test_the_same_order_gives_the_same_bytes_and_traces() -> None:
    order = order_of(line(1), line(2))
    assert GATEWAY.write(order) == GATEWAY.write(order)


def test_a_debit_is_named_by_instruction_processing_day_and_amount_and_its_twin_by_a_number() -> None:
    twin = line(2, mandate=line(1).mandate)
    traces = GATEWAY.write(order_of(line(1), twin, line(3, kind="prenote", amount_minor=0))).traces
    assert traces == {1: "LENA000001/26328/125000", 2: "LENA000001/26328/125000#2", 3: "LENA000003"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "test_debit"}, "carries no such line"),
        ({"amount_minor": 0}, "amount cannot be sent"),
        ({"amount_minor": 2_000_000_001}, "amount cannot be sent"),
        ({"kind": "prenote"}, "amount cannot be sent"),
        ({"mandate": None}, "no instruction"),
        ({"mandate": replace(DEBIT.mandate, ref="A-1")}, "cannot be the reference"),
        ({"mandate": replace(DEBIT.mandate, ref="AAAAAAAA")}, "cannot be the reference"),
        ({"mandate": replace(DEBIT.mandate, ref="DDIC000001")}, "cannot be the reference"),
        ({"account": replace(DEBIT.account, routing="0899")}, "not one of the United Kingdom"),
        ({"account": replace(DEBIT.account, holder="\u200b")}, "name of the payer"),
    ],
)
def test_lines_that_bacs_would_not_take_are_refused(changed: dict, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        GATEWAY.write(order_of(line(1), line(2, **changed)))


def test_an_order_in_another_currency_without_lines_or_with_too_much_money_is_refused() -> None:
    with pytest.raises(FileRefused, match="pounds only"):
        GATEWAY.write(replace(order_of(), currency="EUR"))
    with pytest.raises(FileRefused, match="nothing to put"):
        GATEWAY.write(replace(order_of(), lines=()))
    with pytest.raises(FileRefused, match="more money"):
        GATEWAY.write(order_of(*(line(number, amount_minor=2_000_000_000) for number in range(1, 52))))


def test_names_are_written_in_the_characters_that_bacs_takes() -> None:
    assert clean("Zo\u00eb M\u00fcller-L\u00fcdenscheidt (Flat 3)") == "ZOE MULLER-LUDENSC"
    assert instruction_ref("q2x-9_Ab/Cd") == "Q2X9ABCD"
