"""What a line of each known book means: terms, where the loan stands, and what is only a warning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.portfolio.book import open_book
from domain.portfolio.cells import Options
from domain.portfolio.profiles import PROFILES
from domain.rules.calendar import due_dates
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.words import Refused

TODAY = date(2026, 11, 22)
WO = {
    "loan_no": "WO1", "amount": "18500", "annual_rate_percent": "9.9", "payments": "60",
    "first_payment_month": "01/2026", "balance_begin": "17000.00", "scheduled_payment": "392.15",
    "paid_total": "392.15", "paid_interest": "140.25", "paid_principal": "251.90", "balance_end": "16748.10",
    "days_delinquent": "0", "interest_paid_through": "07-18-2026",
}  # fmt: skip
LC = {
    "loan_no": "LC1", "amount": "5000", "annual_rate_percent": "12.61", "term_months": "36", "installment": "167.54",
    "issue_month": "Feb-2018", "loan_status": "Current", "balance": "4651.37", "paid_total": "499.12",
    "paid_principal": "348.63", "paid_interest": "150.49", "paid_late_fees": "0.00", "purpose": "home_improvement",
}  # fmt: skip
PLAIN = {
    "number": "A-1", "title": "Blue van", "principal": "9000.00", "rate": "21", "count": "78",
    "frequency": "every two weeks", "first_due": "2026-01-23", "start": "2026-01-09", "balance": "8000.00",
    "name": "Bo Rivera", "email": "bo@example.org", "phone": "+1 555 0101", "address": "1 Mill Lane",
}  # fmt: skip
Read = Callable[..., object]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The meaning of one line: `read("duebook", PLAIN, rate="")`."""

    def one(profile: str, line: dict[str, str], as_of: date | None = None, due_day: int = 1, **changed: str):
        cells = line | changed
        path = tmp_path / "book.csv"
        path.write_text("\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n")
        options = Options(today=TODAY, as_of=as_of, due_day=due_day)
        return next(open_book(path, profile, options).lines())

    return one


def said(line) -> list[tuple[str, str]]:
    return [(problem.column, str(problem.sentence)) for problem in line.problems]


def test_a_world_omni_line_becomes_a_loan_that_has_met_what_was_due(read: Read) -> None:
    line = read("auto_worldomni", WO, as_of=date(2026, 6, 30), due_day=15)
    made = line.prepared
    assert line.problems == []
    assert (made["number"], made["principal"], made["rate"], made["count"]) == ("WO1", 1_850_000, "9.9", 60)
    assert (made["start"], made["first_due"], made["payment"]) == ("2025-12-15", "2026-01-15", 39_215)
    assert (made["met"], made["interest_from"], made["past_due"]) == (6 * 39_215, "2026-06-15", 0)
    assert made["opening"] == [1_700_000, 39_215, 25_190, 14_025, 0, 1_674_810]
    assert "person" not in made


def test_days_late_point_to_the_oldest_unpaid_installment(read: Read) -> None:
    made = read("auto_worldomni", WO, as_of=date(2026, 6, 30), due_day=15, days_delinquent="20").prepared
    assert (made["met"], made["interest_from"], made["past_due"]) == (4 * 39_215, "2026-04-15", 2 * 39_215)
    assert made["details"] == {"days_late": 20}
    made = read("auto_worldomni", WO, as_of=date(2026, 6, 30), due_day=15, days_delinquent="15").prepared
    assert made["past_due"] == 39_215


def test_the_file_s_own_day_is_taken_when_nobody_says_another(read: Read) -> None:
    made = read("auto_worldomni", WO, first_payment_month="01/2020").prepared
    assert made["met"] == 7 * 39_215
    assert made["interest_from"] == "2020-07-01"


def test_a_due_day_at_the_end_of_the_month_is_kept(read: Read) -> None:
    made = read(
        "auto_worldomni", WO, first_payment_month="02/2026", due_day=31, as_of=date(2026, 2, 28)
    ).prepared
    assert (made["start"], made["first_due"]) == ("2026-01-31", "2026-02-28")


def test_more_days_late_than_the_loan_is_old_is_a_warning(read: Read) -> None:
    line = read("auto_worldomni", WO, as_of=date(2026, 2, 10), days_delinquent="90")
    assert line.prepared["met"] == 0
    assert line.prepared["interest_from"] == line.prepared["start"]
    assert line.prepared["past_due"] == 2 * 39_215
    assert said(line)[0][0] == "days_delinquent"


def test_figures_that_do_not_add_up_are_warnings_with_the_amount(read: Read) -> None:
    line = read("auto_worldomni", WO, as_of=date(2026, 6, 30), paid_total="393.15", balance_end="16700.00")
    assert line.prepared
    assert said(line) == [
        (
            "paid_total",
            "The parts of the payment do not add up to it; 1.00 USD goes to the opening difference.",
        ),
        (
            "balance_end",
            "The balance is not what the payment leaves; -48.10 USD goes to the opening difference.",
        ),
    ]


@pytest.mark.parametrize("stated", ["0.00", "", "3.00"])
def test_a_payment_that_cannot_pay_the_loan_is_replaced_and_said(read: Read, stated: str) -> None:
    line = read("auto_worldomni", WO, as_of=date(2026, 6, 30), scheduled_payment=stated)
    assert line.prepared["payment"] is None
    assert line.prepared["met"] == 6 * 39_216
    assert "392.16 USD was computed" in said(line)[-1][1]


def test_another_stated_payment_is_kept_and_said(read: Read) -> None:
    line = read("auto_worldomni", WO, as_of=date(2026, 6, 30), scheduled_payment="450.00")
    assert line.prepared["payment"] == 45_000
    assert "The terms give a payment of 392.16 USD" in said(line)[0][1]


def test_a_balance_after_the_last_payment_is_a_warning_and_a_large_balance_too(read: Read) -> None:
    line = read("auto_worldomni", WO, as_of=date(2031, 6, 30))
    assert "The last payment was due on 2030-12-01" in said(line)[0][1]
    terms = LoanTerms(
        1_850_000, Decimal("9.9"), 60, "monthly", date(2025, 12, 1), date(2026, 1, 1), payment_minor=39_215
    )
    assert line.prepared["met"] == loan_schedule(terms).total_minor
    line = read("auto_worldomni", WO, as_of=date(2026, 6, 30), balance_begin="19000", balance_end="18748.10")
    assert said(line) == [("balance_end", "The balance is above the amount of the loan.")]


@pytest.mark.parametrize(
    ("written", "rate"), [("5.3900000000000003", "5.39"), ("1E+1", "10"), ("0", "0"), ("4,5 %", "4.5")]
)
def test_rates_are_read_as_real_files_write_them(read: Read, written: str, rate: str) -> None:
    line = read(
        "auto_worldomni", WO, as_of=date(2026, 6, 30), annual_rate_percent=written, scheduled_payment="500"
    )
    assert line.prepared["rate"] == rate


@pytest.mark.parametrize(
    ("status", "late", "kept"),
    [
        ("Current", 0, "active"), ("In Grace Period", 1, "active"), ("Late (16-30 days)", 16, "active"),
        ("Late (31-120 days)", 31, "active"), ("Fully Paid", 0, "closed"), ("Charged Off", 0, "charged_off"),
    ],
)  # fmt: skip
def test_a_lending_club_status_says_days_late_and_the_end(
    read: Read, status: str, late: int, kept: str
) -> None:
    balance = {"balance": "0.00"} if kept != "active" else {}
    made = read("lendingclub", LC, as_of=date(2018, 6, 30), loan_status=status, **balance).prepared
    assert made["status"] == kept
    assert made.get("details", {}).get("days_late", 0) == late
    assert made["title"] == "Home improvement"
    dues = due_dates("monthly", date(2018, 3, 1), 36)
    unpaid = max(due for due in dues if (date(2018, 6, 30) - due).days >= late)
    met = dues.index(unpaid) if late else 4
    assert made["met"] == met * 16_754


def test_a_lending_club_file_needs_its_day_and_a_status_we_know(read: Read) -> None:
    with pytest.raises(Refused, match="Give that day"):
        read("lendingclub", LC)
    line = read("lendingclub", LC, as_of=date(2018, 6, 30), loan_status="Sleeping")
    assert line.prepared is None
    assert said(line) == [("loan_status", "Sleeping is not a status we know.")]


def test_our_own_profile_reads_terms_balance_and_person(read: Read) -> None:
    line = read("duebook", PLAIN, as_of=date(2026, 3, 1))
    made = line.prepared
    assert line.problems == []
    assert (made["frequency"], made["payment"], made["interest"]) == ("biweekly", None, "period")
    assert made["met"] == 3 * 15_597
    assert made["opening"] == [800_000, 0, 0, 0, 0, 800_000]
    assert made["person"] == {
        "name": "Bo Rivera", "email": "bo@example.org", "phone": "+1 555 0101", "address": "1 Mill Lane",
    }  # fmt: skip


def test_our_own_profile_takes_the_last_payment_s_split_and_finds_what_was_before(read: Read) -> None:
    made = read(
        "duebook", PLAIN, last_payment="155.97", last_principal="90.00", last_interest="65.97"
    ).prepared
    assert made["opening"] == [809_000, 15_597, 9_000, 6_597, 0, 800_000]


def test_a_balance_of_zero_is_a_closed_agreement(read: Read) -> None:
    made = read("duebook", PLAIN, balance="0").prepared
    assert made["status"] == "closed"


def test_daily_interest_counts_what_was_met_by_the_schedule(read: Read) -> None:
    made = read(
        "duebook", PLAIN, as_of=date(2026, 3, 1), interest_method="daily", day_count="actual/365"
    ).prepared
    assert made["met"] == 3 * 15_597
    assert (made["interest"], made["day_count"]) == ("daily", "actual/365")


def test_an_address_that_is_none_is_left_out_and_a_nameless_person_is_nobody(read: Read) -> None:
    line = read("duebook", PLAIN, email="bo at example")
    assert "email" not in line.prepared["person"]
    assert said(line)[0][0] == "email"
    line = read("duebook", PLAIN, name="")
    assert "person" not in line.prepared
    assert said(line)[0][0] == "name"


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"kind": "lease"}, "kind"), ({"frequency": "now and then"}, "frequency"), ({"count": "0"}, "count"),
        ({"count": "99999"}, "count"), ({"rate": "-1"}, "rate"), ({"rate": "9999999"}, "rate"),
        ({"start": "2026-03-01"}, "first_due"), ({"day_count": "moon"}, "day_count"),
        ({"interest_method": "guess"}, "interest_method"), ({"number": ""}, "number"), ({"number": "x" * 49}, "number"),
    ],
)  # fmt: skip
def test_terms_that_make_no_loan_refuse_the_line_at_their_column(
    read: Read, changed: dict, column: str
) -> None:
    line = read("duebook", PLAIN, **changed)
    assert line.prepared is None
    assert column in [problem.column for problem in line.problems if problem.grave]


def test_the_sum_of_met_installments_needs_no_walk_but_equals_it(tmp_path: Path) -> None:
    """The short cut for met installments gives the schedule's own sums, for awkward rates, counts and payments."""
    cases = [
        (amount, rate, count, extra)
        for amount in ("100.00", "1234.56", "65000.00")
        for rate in ("0", "0.01", "7.77", "35.99")
        for count in (2, 7, 60, 240)
        for extra in (0, -1, 1, 700)
    ]
    lines = ["number,principal,rate,count,first_due,payment,balance"]
    for number, (amount, rate, count, extra) in enumerate(cases):
        terms = LoanTerms(
            int(amount.replace(".", "")), Decimal(rate), count, "monthly", date(2021, 1, 1), date(2021, 2, 1)
        )
        payment = loan_schedule(terms).payment_minor + extra
        lines.append(f"{number},{amount},{rate},{count},2021-02-01,{payment // 100}.{payment % 100:02},1.00")
    path = tmp_path / "book.csv"
    path.write_text("\n".join(lines))
    for as_of in (date(2021, 2, 1), date(2024, 12, 1), date(2026, 1, 1), date(2045, 1, 1)):
        for line in open_book(path, "duebook", Options(today=TODAY, as_of=as_of)).lines():
            made = line.prepared
            assert made, said(line)
            terms = LoanTerms(
                made["principal"], Decimal(made["rate"]), made["count"], "monthly", date(2021, 1, 1), date(2021, 2, 1),
                payment_minor=made["payment"],
            )  # fmt: skip
            rows = loan_schedule(terms).rows
            assert made["met"] == sum(row.payment_minor for row in rows if row.due_on <= as_of)


def test_a_profile_nobody_knows_is_refused_naming_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(Refused, match=", ".join(PROFILES)):
        open_book(path, "nonsense", Options(today=TODAY))
    with pytest.raises(Refused, match="1 to 31"):
        open_book(path, "duebook", Options(today=TODAY, due_day=32))
    with pytest.raises(Refused, match="1900"):
        open_book(path, "duebook", Options(today=TODAY, as_of=date(1, 1, 1)))


def test_the_real_books_are_accepted_whole(peer_data) -> None:
    path = peer_data("loan_portfolio/auto_worldomni_7572.csv")
    lines = list(open_book(path, "auto_worldomni", Options(today=TODAY)).lines())
    assert len(lines) == 7_572
    assert all(line.prepared for line in lines)
    assert sum(line.prepared["opening"][-1] for line in lines) == 18_450_636_768
    columns = [{problem.column for problem in line.problems} for line in lines]
    assert sum("paid_total" in found for found in columns) == 579
    assert sum("balance_end" in found for found in columns) == 185
    path = peer_data("loan_portfolio/lendingclub_10000.csv")
    lines = list(open_book(path, "lendingclub", Options(today=TODAY, as_of=date(2018, 6, 30))).lines())
    assert len(lines) == 10_000
    assert all(line.prepared for line in lines)
