"""Adam keeps how many days the law gives, and the move-out knows them."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.settings(DUEBOOK_TODAY="2026-03-10")]
TYPED = {
    "what": "deposit", "jurisdiction": "", "days": "21", "effective_from": "2026-01-01",
    "source": "Civil code, section 1950.5", "verified_on": "2026-03-01",
}  # fmt: skip


def test_days_are_kept_shown_and_offered_at_the_move_out(house, open_rental):
    adam, dana = house.client("adam"), house.client("dana")
    assert "No days are kept" in dana.get("/office/legal-days").text
    assert adam.post("/office/legal-days", data=TYPED).status_code == 303
    page = dana.get("/office/legal-days").text
    assert "section 1950.5" in page
    assert "In force" in page
    form = dana.get(f"/office/agreements/{open_rental('tess')}/changes/move_out/new").text
    assert 'value="21"' in form
    assert "section 1950.5" in form
    assert dana.post("/office/legal-days", data=TYPED).status_code == 403


@pytest.mark.parametrize(("field", "typed"), [("days", "many"), ("days", "400"), ("source", "")])
def test_what_no_law_can_be_is_refused_and_kept(house, field, typed):
    adam = house.client("adam")
    answer = adam.post("/office/legal-days", data=TYPED | {field: typed})
    assert answer.status_code == 422
    assert 'value="2026-03-01"' in answer.text
    assert "No days are kept" in adam.get("/office/legal-days").text
