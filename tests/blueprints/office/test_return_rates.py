"""The page of returned debits: counts, rates, limits; only for who works with the bank."""

from __future__ import annotations

import pytest

from tests.domain.actions.paying import Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.mark.safety("L8")
def test_the_page_tells_rates_and_how_near_they_are_to_their_limits(
    house, open_agreement, save_method
) -> None:
    dana = house.client("dana")
    assert "No bank debit was sent" in dana.get("/office/return-rates").text
    till, loan = Till(house), open_agreement("bo")
    till.pay(loan, 1_000, save_method("bo", "bank"))
    till.pay(loan, 2_000, save_method("bo", "bank_r10"))
    till.days(5)
    from config import Clock
    from tests.domain.actions.paying import DAY, TODAY

    house.app.extensions["clock"] = Clock(house.app.extensions["clock"].zone, TODAY + 5 * DAY)
    page = dana.get("/office/return-rates").text
    for words in ("2 debits were sent", "50.00 %", "0.5 %", "15.0 %", "Above the limit", "R10"):
        assert words in page, words
    assert house.client("lena").get("/office/return-rates").status_code == 403
