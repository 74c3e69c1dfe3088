"""The reports: an index, one page for each, the same table in every file, and who may read them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pypdf
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from models import AuditEvent, ColumnChoice, db
from tests.fixtures.agreements import clock_today
from tests.fixtures.books import fill_books

TRIAL = "/office/reports/trial_balance"


@pytest.fixture
def dana(house):
    return house.client("dana")


def test_the_index_lists_reports_by_group_and_each_opens(house, dana):
    fill_books(house)
    page = dana.get("/office/reports").text
    addresses = re.findall(r'<li><a href="(/office/[^"]+)"', page)
    assert TRIAL in addresses
    for address in addresses:
        assert dana.get(address, follow_redirects=True).status_code == 200, address


def test_every_figure_of_the_trial_balance_opens_to_lines_that_come_to_it(house, dana):
    books = fill_books(house)
    page = dana.get(f"{TRIAL}?on={books.today}").text
    rows = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    assert len(rows) >= 5
    for row in rows:
        if link := re.search(r'href="([^"]+)"', row):
            figure = re.findall(r"\$[\d,.]+", row)[-1]
            opened = dana.get(link[1].replace("&amp;", "&")).text
            foot = re.search(r"<tfoot>.*</tfoot>", opened, re.DOTALL)[0]
            assert figure in foot, (link[1], figure, foot)


@pytest.mark.safety("W21")
def test_the_same_table_as_csv_xlsx_and_pdf_and_that_it_was_taken_is_noted(house, dana):
    books = fill_books(house)
    asked = f"?on={books.today}"
    page = dana.get(TRIAL + asked).text
    said = dana.post(f"{TRIAL}.csv{asked}")
    assert said.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(said.get_data(as_text=True).lstrip("\ufeff"))))
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(dana.post(f"{TRIAL}.xlsx{asked}").data)
    ).get_sheet_by_index(0)
    paper = pypdf.PdfReader(io.BytesIO(dana.post(f"{TRIAL}.pdf{asked}").data))
    text = "".join(one.extract_text() for one in paper.pages)
    for row, other in zip(rows[1:], sheet.to_python()[1:], strict=True):
        assert row[0] == other[0]
        assert row[0] in page
        assert row[0] in text
        for figure, again in zip(row[2:], other[2:], strict=True):
            assert (float(figure) if figure else "") == again
            assert not figure or f"{float(figure):,.2f}" in page
            assert not figure or f"{float(figure):,.2f}" in text
    assert rows[-1][2] == rows[-1][3] != ""
    with house.app.app_context():
        noted = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "report.exported")).all()
        assert [event.detail["form"] for event in noted] == ["csv", "xlsx", "pdf"]
        assert noted[0].detail["rows"] == len(rows) - 1


def test_rents_received_open_on_this_year(house, dana):
    year = clock_today(house).year
    assert f'name="since" value="{year}-01-01"' in dana.get("/office/reports/rents_received").text


def test_columns_are_chosen_and_remembered_and_the_address_wins(house, dana):
    fill_books(house)
    dana.post(f"{TRIAL}/columns", data={"column": ["account", "lines"]})
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)', dana.get(TRIAL).text)
    assert heads == ["Account", "Lines"]
    asked = dana.get(f"{TRIAL}?columns=credit,account").text
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', asked) == ["Credit", "Account"]
    dana.post(f"{TRIAL}/columns", data={"column": ["account", "type", "debit", "credit"]})
    with house.app.app_context():
        assert db.session.scalars(select(ColumnChoice)).all() == []


def test_nobody_reads_a_report_that_is_not_for_them(house):
    for name, code in {"bo": 404, "stan": 404, "lena": 404, "dana": 200, "adam": 200}.items():
        assert house.client(name).get(TRIAL).status_code == code, name
    assert house.client("dana").get("/office/reports/nothing").status_code == 404


@pytest.mark.parametrize(
    "asked", ["on=nonsense", "on=9999-01-01", "since=2026-13-01&until=x", "page=0", "columns=,x"]
)
def test_an_address_that_makes_no_sense_is_answered_with_a_page(dana, asked):
    assert dana.get(f"{TRIAL}?{asked}").status_code == 200
    assert dana.get(f"/office/reports/ledger_lines?{asked}").status_code == 200


def test_debits_and_credits_of_the_trial_balance_come_to_the_same_on_every_day(house, dana):
    from domain.reports import trial_balance
    from domain.reports.sheet import Asked
    from tests.fixtures.agreements import scope_of

    books = fill_books(house)
    with house.app.app_context():
        for back in range(10):
            on = books.today - timedelta(days=back)
            sheet = trial_balance.make(scope_of(house, "dana"), Asked(books.today, on, on, on))
            rows = list(sheet.rows)
            assert sum((row.values["debit"] or 0) - (row.values["credit"] or 0) for row in rows) == 0
            for total in sheet.totals:
                assert total.values["debit"] == total.values["credit"]
    assert rows or back
