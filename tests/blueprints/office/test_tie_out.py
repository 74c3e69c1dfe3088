"""The tie-out page: green when everything agrees, else what differs; every figure opens to its lines."""

from __future__ import annotations

import re
import sqlite3

import pytest

from tests.blueprints.office.test_bank import bring_in, line
from tests.domain.banking.samples import ofx, ofx_line
from tests.fixtures.books import fill_books
from tests.fixtures.forms import fields_of


@pytest.fixture
def dana(house):
    return house.client("dana")


def test_it_ties_out_over_payments_returns_and_counter_money(house, dana):
    fill_books(house)
    page = dana.get("/office/tie-out").text
    assert "It ties out" in page, re.findall(r"differs by[^<]+", page)
    for words in ("Debits", "Loan principal receivable", "Sandbox", "Counter"):
        assert words in page


def test_every_figure_opens_to_lines_that_come_to_it(house, dana):
    fill_books(house)
    page = dana.get("/office/tie-out").text
    links = re.findall(r'href="(/office/tie-out/lines/[^"]+)">([^<]+)</a>', page)
    assert len(links) == 8
    for address, figure in links:
        opened = dana.get(address.replace("&amp;", "&"))
        assert opened.status_code == 200, address
        foot = re.search(r"<tfoot>.*</tfoot>", opened.text, re.DOTALL)[0]
        assert figure in foot, (address, figure, foot)


def test_a_difference_is_named_with_its_amount(house, dana):
    fill_books(house)
    record = sqlite3.connect(house.app.config["SANDBOX_DATABASE"])
    record.execute("UPDATE charges SET amount_minor = amount_minor + 100 WHERE ref = 'card-1'")
    record.commit()
    record.close()
    page = dana.get("/office/tie-out").text
    assert "It does not tie out yet" in page
    assert "Sandbox differs by \N{MINUS SIGN}$1.00." in page


def test_an_earlier_day_shows_what_counted_then(house, dana):
    fill_books(house)
    page = dana.get("/office/tie-out?on=2020-01-01").text
    assert "Nothing was posted until this day" in page
    assert dana.get("/office/tie-out?on=nonsense").status_code == 200
    assert dana.get("/office/tie-out?on=9999-01-01").status_code == 200


@pytest.mark.parametrize(
    "what", ["nothing", "ledger:bank", "agreements:bank:USD", "ledger:bank:U%20D", "x:y:USD", "bank:"]
)
def test_a_figure_that_is_none_is_404(dana, what):
    assert dana.get(f"/office/tie-out/lines/{what}").status_code == 404


def test_the_bank_joins_in_when_statements_come(house, dana):
    fill_books(house)
    bring_in(dana, ofx(ofx_line("-20.00", "F2", "FEE"), closing="980.00"))
    waits = dana.get("/office/tie-out").text
    assert "1 movement on the account is not explained" in waits
    ref = line(house.app, "F2")
    form = {"kind": "other", "target": "fees"}
    page = dana.get(f"/office/bank/movements/{ref}").text
    dana.post(f"/office/bank/movements/{ref}/matches", data=fields_of(page) | form)
    page = dana.get("/office/tie-out").text
    assert "It ties out" in page
    assert "Matched movements" in page
    for what in ("bank:USD", "movements:USD"):
        assert "\N{MINUS SIGN}$20.00" in dana.get(f"/office/tie-out/lines/{what}").text
