"""The history of payments, on the page, as CSV and as PDF."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from tests.fixtures.agreements import clock_today


@pytest.fixture
def paid(house, open_agreement, pay, days_pass):
    """Bo's Camry with a settled, a declined and a pending payment, and a boat with a card payment."""
    camry, boat = open_agreement("bo", age_days=3), open_agreement("bo", title="A boat", age_days=3)
    refs = {"settled": pay("bo", camry, 20000, method="bank")}
    days_pass(6)
    refs["failed"] = pay("bo", camry, 30000, method="card_insufficient")
    refs["boat"] = pay("bo", boat, 40000, method="card")
    refs["pending"] = pay("bo", camry, 50000, method="bank_second")
    return {"camry": camry, "boat_agreement": boat} | refs


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_history_says_what_each_payment_was_and_paid(house, paid) -> None:
    page = house.client("bo").get("/payments").text
    for words in (
        "4 payments",
        "$200.00",
        "principal $",
        "Sent to your bank",
        "Did not go through",
        "A boat",
    ):
        assert words in page
    assert ">Settled</span><br><small>Can be returned until" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=way", {"pending"}),
        ("status=settled", {"settled", "boat"}),
        ("status=failed", {"failed"}),
        ("status=returned", set()),
        ("q=boat", {"boat"}),
        ("q=300", {"failed"}),
        ("q=$300.00", {"failed"}),
        ("q=second", {"pending"}),
        ("q=R-000001", {"settled"}),
        ("q=R-999999999999999", set()),
        ("q=%25", set()),
        ("q=%00", {"settled", "failed", "boat", "pending"}),
    ],
)
def test_it_is_narrowed_by_words_and_status(house, paid, query, expected) -> None:
    found = {row["Reference"] for row in rows(house.client("bo").get(f"/payments.csv?{query}").text)}
    assert found == {paid[name] for name in expected}


def test_it_is_narrowed_by_agreement_and_days(house, paid) -> None:
    bo, today = house.client("bo"), clock_today(house)
    assert len(rows(bo.get(f"/payments.csv?agreement={paid['boat_agreement']}").text)) == 1
    assert len(rows(bo.get(f"/payments.csv?from={today}").text)) == 4
    assert rows(bo.get(f"/payments.csv?to={today - timedelta(days=1)}").text) == []
    page = bo.get(f"/payments?agreement={paid['boat_agreement']}").text
    assert "1 payment<" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=yesterday", "Write the day as"),
        ("status=gone", "Not a valid choice"),
        (f"q={'x' * 200}", "at most 80"),
        ("from=2026-12-02&to=2026-12-01", "This day is before the day in “From”."),
    ],
)
def test_a_filter_that_cannot_be_read_says_so(house, paid, query, words) -> None:
    bo = house.client("bo")
    for path in ("/payments", "/payments.csv", "/payments.pdf"):
        answer = bo.get(f"{path}?{query}")
        assert answer.status_code == 422
        assert words in answer.text
        assert "No payment fits" not in answer.text


def test_somebody_elses_agreement_is_no_filter(house, paid) -> None:
    stan = house.client("stan")
    assert stan.get(f"/payments?agreement={paid['camry']}").status_code == 422
    assert "No payments yet" in stan.get("/payments").text
    assert rows(stan.get("/payments.csv").text) == []


@pytest.mark.parametrize("page", ["2", "99", "-1", "x", "9" * 30])
def test_any_page_number_shows_a_page(house, open_agreement, pay, page) -> None:
    ref = open_agreement("bo")
    for amount in range(1000, 1022):
        pay("bo", ref, amount, method="card_expired")
    answer = house.client("bo").get(f"/payments?page={page}")
    assert answer.status_code == 200
    assert "22 payments" in answer.text


def test_pages_keep_the_filter_in_their_address(house, open_agreement, pay) -> None:
    ref = open_agreement("bo")
    for amount in range(1000, 1022):
        pay("bo", ref, amount, method="card_expired")
    page = house.client("bo").get("/payments?status=failed&q=Camry").text
    assert "/payments?q=Camry&amp;status=failed&amp;page=2" in page


def test_the_file_is_a_table_that_programs_read_and_never_run(house, open_agreement, pay) -> None:
    ref = open_agreement("bo", title="=1+1")
    pay("bo", ref, 123456, method="card")
    answer = house.client("bo").get("/payments.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    line = rows(answer.text)[0]
    assert line["Amount"] == "1234.56"
    assert line["What for"] == "'=1+1"


def test_the_history_on_paper(house, paid) -> None:
    answer = house.client("bo").get("/payments.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert house.client("stan").get("/payments.pdf").data.startswith(b"%PDF")


def test_different_currencies_are_not_added_up_on_paper(house, paid, open_agreement, pay) -> None:
    pay("bo", open_agreement("bo", title="In euro", currency="EUR"), 1000, method="card")
    answer = house.client("bo").get("/payments.pdf")
    assert answer.status_code == 422
    assert "different currencies" in answer.text


def test_only_the_list_comes_for_htmx(house, paid) -> None:
    part = house.client("bo").get("/payments?q=boat", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'id="found"' in part


@pytest.mark.database("sqlite")
def test_everything_about_paying_stands_on_one_page(house, open_agreement, save_method, pay) -> None:
    from tests.fixtures.paying import last_step

    bo, ref = house.client("bo"), open_agreement("bo")
    pay("bo", ref, 5_000, method="bank")
    day = (house.app.extensions["clock"].today() + timedelta(days=9)).isoformat()
    bo.post(f"/agreements/{ref}/payments", data=last_step(bo, ref, choice="other", amount="20", on=day))
    page = bo.get("/payments").text
    for words in (
        "To pay",
        "Past due",
        "Owed before new interest",
        "To end it today",
        "On its way",
        "Planned",
        "$20.00",
        "Ways to pay",
        "Primary",
        "History",
    ):
        assert words in page
    assert f'href="/agreements/{ref}/payments/new"' in page
    part = bo.get("/payments/widgets/now", headers={"HX-Request": "true"}).text
    assert 'id="now"' in part
    assert "<html" not in part
    searched = bo.get("/payments?q=camry").text
    assert 'id="now"' not in searched


@pytest.mark.database("sqlite")
def test_one_page_takes_as_many_statements_for_many_agreements_as_for_one(
    house, open_agreement, save_method, count_statements
) -> None:
    from domain.reports.payments_now import payments_now
    from tests.fixtures.agreements import clock_today, scope_of

    def needed() -> int:
        with house.app.app_context(), count_statements() as sent:
            payments_now(scope_of(house, "bo"), clock_today(house))
        return len(sent)

    save_method("bo")
    open_agreement("bo")
    one = needed()
    for _ in range(9):
        open_agreement("bo")
    assert needed() == one
    assert one <= 8
