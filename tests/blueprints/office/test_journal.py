"""The journal of an agreement: every entry, its lines, its reason, its author; and the same as a file."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.books import fill_books


@pytest.fixture
def dana(house):
    return house.client("dana")


def take(house, ref: str, minor: int, key: str) -> None:
    from domain.actions import counter

    counter.take(
        ref, minor, "cash", key, who=scope_of(house, "dana"), today=clock_today(house), now=datetime.now(UTC)
    )


def test_every_entry_stands_there_with_its_accounts_its_author_and_the_principal_after_it(
    house, dana, open_agreement
):
    ref = open_agreement("bo", number="L-1")
    take(house, ref, 15_597, "cash-1")
    page = dana.get(f"/office/agreements/{ref}/journal").text
    for words in (
        "Opening balance", "Loan principal receivable", "Interest that became owed", "Payment received",
        "Counter money not yet deposited", "Dana Ortiz", "155.97", "/office/payments/cash-1", "Total of all entries",
    ):  # fmt: skip
        assert words in page, words


def test_the_totals_are_equal_and_the_running_principal_ends_at_the_balance(app, house, open_agreement):
    from domain.records.position import balances_of
    from domain.reports import journal as reports
    from models import Agreement, db

    fill_books(house)
    with app.app_context():
        for agreement in db.session.query(Agreement):
            told = reports.journal(scope_of(house, "dana"), agreement)
            assert told.debit_minor == told.credit_minor > 0
            kept = balances_of(db.session, agreement.id).get("loan_principal", 0)
            assert told.principal_minor == told.entries[-1].principal_minor == kept


def test_the_reason_of_an_entry_opens_in_a_panel_and_as_a_page(house, dana, open_agreement):
    ref = open_agreement("bo")
    take(house, ref, 15_597, "cash-1")
    page = dana.get(f"/office/agreements/{ref}/journal/2/why")
    assert "<h1" in page.text
    assert "Rule" in page.text
    assert (
        "<h1" not in dana.get(f"/office/agreements/{ref}/journal/2/why", headers={"HX-Request": "true"}).text
    )
    assert (
        dana.get(f"/office/agreements/{ref}/journal/1/why").status_code == 404
    )  # an opening needs no reason
    assert dana.get(f"/office/agreements/{ref}/journal/99999999999999999999/why").status_code == 404


def test_a_return_names_the_entry_it_takes_back_and_the_fee_stands_after_it(house, dana):
    books = fill_books(house)
    page = dana.get(f"/office/agreements/{books.bo_loan}/journal").text
    assert "takes back entry" in page
    assert "Fee for a returned payment" in page
    assert "Payment processor" in page


def test_the_file_holds_every_line_and_balances(house, dana):
    books = fill_books(house)
    answer = dana.get(f"/office/agreements/{books.bo_loan}/journal.csv")
    assert answer.mimetype == "text/csv"
    assert 'filename="journal-L-1.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    cents = [sum(int(row[side].replace(".", "") or 0) for row in rows) for side in ("Debit", "Credit")]
    assert cents[0] == cents[1] > 0
    assert {row["Currency"] for row in rows} == {"USD"}


def test_a_long_journal_comes_in_pages_and_its_principal_runs_on(
    app, house, dana, open_agreement, monkeypatch
):
    from domain.reports import journal as reports
    from models import Agreement, db

    ref = open_agreement("bo")
    for number in range(4):
        take(house, ref, 2_000 + number, f"cash-{number}")
    with app.app_context():
        agreement = db.session.query(Agreement).one()
        whole = [
            entry.principal_minor for entry in reports.journal(scope_of(house, "dana"), agreement).entries
        ]
        monkeypatch.setattr(reports, "PER_PAGE", 2)
        first = reports.journal(scope_of(house, "dana"), agreement, 1)
        parts = [
            reports.journal(scope_of(house, "dana"), agreement, page) for page in range(1, first.pages + 1)
        ]
        assert [entry.principal_minor for part in parts for entry in part.entries] == whole
    assert "Earlier" in dana.get(f"/office/agreements/{ref}/journal").text
    assert "Later" in dana.get(f"/office/agreements/{ref}/journal?page=1").text


def test_an_agreement_without_entries_says_so_and_rights_are_kept(house, dana, open_agreement):
    ref = open_agreement("bo", opening_principal_minor=0)
    assert "Nothing was posted yet" in dana.get(f"/office/agreements/{ref}/journal").text
    for path in ("journal", "journal.csv", "journal/1/why"):
        assert house.client("lena").get(f"/office/agreements/{ref}/{path}").status_code == 403
        assert house.client("bo").get(f"/office/agreements/{ref}/{path}").status_code == 404
        assert dana.get(f"/office/agreements/nothing/{path}").status_code == 404
