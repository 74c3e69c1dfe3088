"""The forecast: the next debit of each contract and planned payments, by day, of what one may see."""

from __future__ import annotations

import pytest

from domain.actions.payment_limits import Wanted
from tests.domain.actions.autopays import Autopays
from tests.domain.actions.paying import DAY, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def test_debits_of_autopay_and_planned_payments_stand_on_their_days(
    house, open_agreement, save_method
) -> None:
    dana = house.client("dana")
    assert "No debit is expected" in dana.get("/office/debit-forecast").text
    till, loan, bank = Till(house), open_agreement("bo"), save_method("bo", "bank")
    Autopays(till).set_up(loan, bank, today=TODAY, now=NOW)
    till.pay(open_agreement("bo"), 12_300, bank, wanted=Wanted(on=TODAY + 6 * DAY))
    page = dana.get("/office/debit-forecast").text
    assert "$123.00" in page
    assert "1 contract runs" in page
    assert "without a figure" not in page
    assert "$0.00" not in page  # what the rules expect of a contract that never took anything
    assert house.client("lena").get("/office/debit-forecast").status_code == 403
