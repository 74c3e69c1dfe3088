"""Letters about a stay, and the move to another unit, as Dana does them without scripts."""

from __future__ import annotations

from datetime import date

import pytest

from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of
from tests.fixtures.openings import flat_of

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")]


@pytest.fixture
def dana(house):
    return house.client("dana")


def reviewed(dana, ref: str, change: str, **wishes: str):
    place = f"/office/agreements/{ref}/changes/{change}"
    typed = fields_of(dana.get(f"{place}/new").text, f"{place}/review")
    return dana.get(f"{place}/review", query_string=typed | {"reason": "agreed by phone"} | wishes)


def confirmed(dana, ref: str, change: str, **wishes: str):
    place = f"/office/agreements/{ref}/changes/{change}"
    return dana.post(place, data=fields_of(reviewed(dana, ref, change, **wishes).text, place))


def test_a_change_of_the_rent_has_a_letter_and_other_changes_have_none(dana, open_rental):
    ref = open_rental()
    place = f"/office/agreements/{ref}/changes"
    confirmed(dana, ref, "rent", amount="1300", from_on="2026-04-01")
    confirmed(dana, ref, "add_on", name="Parking", amount="50")
    assert f"{place}/1/letter.pdf" in dana.get(place).text
    assert dana.get(f"{place}/1/letter.pdf").data.startswith(b"%PDF")
    for none in ("2", "9", "x"):
        assert dana.get(f"{place}/{none}/letter.pdf").status_code == 404


def test_a_transfer_names_its_new_unit_and_what_is_wrong_keeps_what_was_typed(house, dana, open_rental):
    ref, flat = open_rental(), flat_of(house)
    wrong = reviewed(dana, ref, "transfer", unit=flat, on="2026-03-05", rent="a lot", deposit="1700")
    assert wrong.status_code == 422
    assert "a lot" in wrong.text
    assert 'value="1700"' in wrong.text
    typed_well = {"unit": flat, "on": "2026-03-02", "rent": "1400", "deposit": "1700"}
    assert "Harbor House · 1A" in reviewed(dana, ref, "transfer", **typed_well).text
    assert confirmed(dana, ref, "transfer", **typed_well).status_code == 303
    assert "RENT-" in dana.get(f"/office/units/{flat}").text


def test_a_rental_says_what_deposit_is_held_and_no_sum_that_would_settle_it(house, dana, open_rental):
    from domain.actions import counter

    ref = open_rental("tess", deposit_minor=150_000)
    who = scope_of(house, "adam")
    counter.take(ref, 270_000, "cash", "first", who=who, today=date(2026, 3, 2), now=house.now)
    page = dana.get(f"/office/agreements/{ref}").text
    assert "Security deposit held" in page
    assert "$1,500.00" in page
    assert "why/payoff" not in page
    assert dana.get(f"/office/agreements/{ref}/why/payoff").status_code == 404


def test_the_move_out_begins_with_the_day_that_notice_was_given_for(dana, open_rental):
    ref = open_rental("tess")
    confirmed(dana, ref, "notice", last_on="2026-04-15", given_on="2026-03-01")
    form = dana.get(f"/office/agreements/{ref}/changes/move_out/new").text
    assert 'value="2026-04-15"' in form
    assert "Notice was given on" in form


def test_a_move_out_that_was_a_mistake_is_offered_to_be_taken_back_and_the_page_says_so(dana, open_rental):
    ref = open_rental("tess")
    assert "move_out_back/new" not in dana.get(f"/office/agreements/{ref}/changes").text
    confirmed(dana, ref, "move_out", last_on="2026-03-02")
    assert "move_out_back/new" in dana.get(f"/office/agreements/{ref}/changes").text
    assert confirmed(dana, ref, "move_out_back").status_code == 303
    assert "Move-out taken back" in dana.get(f"/office/agreements/{ref}").text
    assert "move_out_back/new" not in dana.get(f"/office/agreements/{ref}/changes").text
