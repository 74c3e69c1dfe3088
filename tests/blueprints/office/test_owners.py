"""Adam says who owns a house and on which terms, pays owners out, and takes back what was a mistake."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of
from tests.fixtures.rentals import let_flat

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.settings(DUEBOOK_TODAY="2026-06-02")]


@pytest.fixture
def adam(house):
    return house.client("adam")


@pytest.fixture
def place(house):
    return f"/office/properties/{let_flat(house, 'tess').property}"


def name_owners(house, client, place, *percents: str, day: str = "2026-05-01"):
    names = [house.email("lena"), house.email("stan")]
    typed = {"day": day}
    for n, (name, percent) in enumerate(zip(names, percents, strict=False), 1):
        typed |= {f"owner_{n}": name, f"percent_{n}": percent}
    return client.post(f"{place}/owners", data=typed)


def test_owners_are_named_shown_and_changed(house, adam, place):
    assert "Nobody is named as an owner" in adam.get(f"{place}/owners").text
    assert name_owners(house, adam, place, "60", "40").status_code == 303
    page = adam.get(f"{place}/owners").text
    assert "Lena Fischer" in page
    assert "60" in page
    form = fields_of(adam.get(f"{place}/owners/new").text, f"{place}/owners")
    assert form["percent_2"] == "40"
    assert form["owner_2"].startswith("C-")


@pytest.mark.parametrize(
    ("percents", "day", "says"),
    [
        (("60", "30"), "2026-05-01", "The shares make 90 percent"),
        (("60", "40"), "2026-05-02", "first of a month"),
        (("", ""), "2026-05-01", "above 0"),
    ],
)
def test_shares_that_do_not_fit_are_refused_and_what_was_typed_is_kept(
    house, adam, place, percents, day, says
):
    answer = name_owners(house, adam, place, *percents, day=day)
    assert answer.status_code == 422
    assert says in answer.text
    assert house.email("lena") in answer.text
    assert "Nobody is named as an owner" in adam.get(f"{place}/owners").text


def test_somebody_unknown_is_no_owner(adam, place):
    answer = adam.post(
        f"{place}/owners", data={"day": "2026-05-01", "owner_1": "nobody@x.org", "percent_1": "100"}
    )
    assert answer.status_code == 422
    assert "Nobody is known by nobody@x.org" in answer.text


def test_terms_are_added_and_never_changed(adam, place):
    terms = {"day": "2026-05-01", "percent": "8.5", "base": "collected", "reserve": "200"}
    assert adam.post(f"{place}/management", data=terms).status_code == 303
    again = adam.post(f"{place}/management", data=terms | {"percent": "9"})
    assert again.status_code == 422
    assert "There are terms from this day already" in again.text
    page = adam.get(f"{place}/owners").text
    assert "8.5" in page
    assert "$200.00" in page


def test_money_of_an_owner_is_written_down_once_and_taken_back(house, adam, place):
    name_owners(house, adam, place, "60", "40")
    form = fields_of(adam.get(f"{place}/owner-money/new").text, f"{place}/owner-money")
    typed = form | {
        "owner": house.person("lena"),
        "type": "contribution",
        "amount": "50",
        "reference": "for the roof",
    }
    for _ in range(2):
        assert adam.post(f"{place}/owner-money", data=typed).status_code == 303
    page = adam.get(f"{place}/owners").text
    assert page.count("for the roof") == 1
    link = page.partition('href="/office/owner-money/')[2].partition('"')[0]
    out = fields_of(adam.get(f"{place}/owner-money/new").text, f"{place}/owner-money")
    answer = adam.post(
        f"{place}/owner-money",
        data=out | {"owner": house.person("lena"), "type": "payout", "amount": "50.01"},
    )
    assert answer.status_code == 422
    assert "Only $50.00 is owed to this owner" in answer.text
    back = adam.post(f"/office/owner-money/{link}/undo", data={"reason": "wrong house"})
    assert back.status_code == 303
    assert "wrong house" in adam.get(f"{place}/owners").text
    assert "taken back already" in adam.get(f"/office/owner-money/{link}").text
