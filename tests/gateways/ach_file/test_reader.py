"""What files from the bank say: returns, right details, disputes between banks; and whose they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import achkit
import pytest

from gateways.ach_codes import ACH_CORRECTIONS, ACH_RETURNS
from gateways.ach_file.gateway import AchFileGateway
from gateways.ach_file.reader import read
from gateways.files import FileRefused
from tests.gateways.ach_file.conftest import ORIGINATOR, a_line, an_order, return_file, trace
from tests.gateways.ach_file.test_parser import MOOV_RETURN


def test_a_return_names_our_trace_the_code_and_the_amount(gateway: AchFileGateway) -> None:
    content = return_file([("R01", trace(7), 10_007), ("R10", trace(9), 10_009)])
    # Another reader finds the same two.
    batches = achkit.parse(content.decode())["batches"]
    codes = [entry["addenda"][0]["info"][:3] for batch in batches for entry in batch["entries"]]
    reading = gateway.read(content)
    assert codes == ["R01", "R10"]
    assert reading.kind == "returns"
    assert reading.made_on == date(2026, 11, 27)
    assert [
        (news.kind, news.code, news.trace, news.amount_minor, news.currency) for news in reading.news
    ] == [
        ("returned", "R01", trace(7), 10_007, "USD"),
        ("returned", "R10", trace(9), 10_009, "USD"),
    ]
    assert len({news.id for news in reading.news}) == 2


def test_the_same_file_read_twice_has_the_same_names(gateway: AchFileGateway) -> None:
    content = return_file([("R01", trace(7), 10_007)])
    assert gateway.read(content) == gateway.read(content)


def test_a_return_file_of_a_real_bank_is_read() -> None:
    reading = read(MOOV_RETURN.encode(), replace(ORIGINATOR, company_id="123456789"))
    assert [(news.code, news.trace, news.amount_minor) for news in reading.news] == [
        ("R01", "091400600000001", 12354),
        ("R03", "091400600000003", 4565),
    ]


@pytest.mark.parametrize(
    ("code", "text", "corrected"),
    [
        ("C01", "1918171614", {"number": "1918171614"}),
        ("C02", "121042882", {"routing": "121042882"}),
        ("C03", "121042882   1918171614", {"routing": "121042882", "number": "1918171614"}),
        ("C04", "BO BORROWS JR", {"holder": "BO BORROWS JR"}),
        ("C05", "37", {"account_type": "savings"}),
        ("C06", f"{'1918171614':17}   27", {"number": "1918171614", "account_type": "checking"}),
        (
            "C07",
            f"121042882{'1918171614':17}37",
            {"routing": "121042882", "number": "1918171614", "account_type": "savings"},
        ),
        ("C09", "P-17", {}),
        ("C13", "", {}),
    ],
)
def test_a_notification_of_change_gives_the_right_details(
    gateway: AchFileGateway, code: str, text: str, corrected: dict[str, str]
) -> None:
    reading = gateway.read(return_file([(code, trace(3), 0)], corrected=text))
    assert reading.kind == "corrections"
    assert [(news.kind, news.code, news.trace, dict(news.corrected)) for news in reading.news] == [
        ("corrected", code, trace(3), corrected)
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [(f"R{number}", "dishonored") for number in (61, 62, 67, 68, 69, 70)]
    + [(f"R{number}", "contested") for number in range(71, 78)]
    + [("R80", "returned"), ("R85", "returned"), ("C61", "unknown"), ("C69", "unknown"), ("X01", "unknown")],
)
def test_disputes_between_banks_are_told_apart_from_returns(
    gateway: AchFileGateway, code: str, kind: str
) -> None:
    [news] = gateway.read(return_file([(code, trace(3), 500)])).news
    assert (news.kind, news.trace) == (kind, trace(3))


def test_every_return_and_change_code_there_is_has_its_words() -> None:
    # Typed again from Nacha's lists as moov-io/ach publishes them (addenda99.go, addenda98.go).
    returns = [
        *range(1, 48), *range(50, 54), 61, 62, *range(67, 78), *range(80, 86), 90,
    ]  # fmt: skip
    changes = [*range(1, 10), 13, 14, *range(61, 70)]
    assert set(ACH_RETURNS) == {f"R{number:02d}" for number in returns}
    assert set(ACH_CORRECTIONS) == {f"C{number:02d}" for number in changes}


def test_a_file_for_another_company_is_refused(gateway: AchFileGateway) -> None:
    with pytest.raises(FileRefused, match=r"for another company \(LENA LETS, 5550001111\)"):
        gateway.read(return_file([("R01", trace(7), 5)], company="5550001111"))


def test_our_own_file_given_back_by_mistake_is_refused(gateway: AchFileGateway) -> None:
    with pytest.raises(FileRefused, match="on their way"):
        gateway.read(gateway.write(an_order([a_line()])).content)


def test_an_empty_file_is_refused(gateway: AchFileGateway) -> None:
    with pytest.raises(FileRefused, match="nothing in this file"):
        gateway.read(return_file([]))


def test_a_file_without_a_day_is_refused(gateway: AchFileGateway) -> None:
    with pytest.raises(FileRefused, match="on which day"):
        gateway.read(return_file([("R01", trace(7), 5)]).replace(b"2611270600", b"2613270600", 1))
