"""Dana adds a charge: what it would do is shown while she types and before she confirms; it is posted once."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def dana(house):
    return house.client("dana")


def typed(dana, ref: str, **wishes: str) -> dict[str, str]:
    page = dana.get(f"/office/agreements/{ref}/charges/new").text
    start = fields_of(page, f"/office/agreements/{ref}/charges/review")
    return start | {"type": "one_off", "name": "Lost key", "amount": "45", "due_on": "2026-03-02"} | wishes


def reviewed(dana, ref: str, **wishes: str):
    return dana.get(f"/office/agreements/{ref}/charges/review", query_string=typed(dana, ref, **wishes))


def test_a_charge_is_reviewed_with_its_entries_then_added_and_listed(dana, open_rental, charges_of):
    home = open_rental()
    review = reviewed(dana, home)
    assert review.status_code == 200
    assert "Nothing has changed yet" in review.text
    for words in ("$1,200.00", "$1,245.00", "Other charges receivable", "Other income", "Charge added"):
        assert words in review.text
    assert len(charges_of(home)) == 1
    sent = fields_of(review.text, f"/office/agreements/{home}/charges")
    answers = [dana.post(f"/office/agreements/{home}/charges", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [getattr(line.name, "msgid", line.name) for line in charges_of(home)] == ["Rent", "Lost key"]
    page = dana.get(answers[0].location).text
    assert "Lost key, $45.00, was added." in page
    assert "Rent" in page
    assert f"/charges/{charges_of(home)[-1].id}/waivers/new" in page


def test_what_it_would_do_is_told_while_typing_and_nothing_is_kept(dana, open_rental, charges_of):
    home = open_rental()
    ask = f"/office/agreements/{home}/charges/review"
    alone = dana.get(ask, query_string=typed(dana, home), headers={"HX-Request": "true"})
    assert alone.text.lstrip().startswith('<div id="effect"')
    assert "Before and after" in alone.text
    half = dana.get(ask, query_string=typed(dana, home, amount="1,2"), headers={"HX-Request": "true"})
    assert half.status_code == 200
    assert "Fill in the form" in half.text
    assert len(charges_of(home)) == 1


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"amount": ""}, "Enter an amount above zero"), ({"amount": "0"}, "Enter an amount above zero"),
        ({"amount": "1,2,3"}, "1,2,3 is not an amount"), ({"name": ""}, "Say what it is for"),
        ({"name": "x" * 200}, "at most 120"), ({"due_on": "soon"}, "Write the day as"),
        ({"due_on": "2026-03-01"}, "due today at the earliest"), ({"type": "rent"}, "Not a valid choice"),
        ({"payer": "77"}, "Not a valid choice"), ({"form_ref": "made-up"}, "out of date"),
        ({"amount": "9" * 20}, "too large"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_422_beside_its_field_and_keeps_what_was_typed(
    dana, open_rental, charges_of, wishes, words
):
    home = open_rental()
    answer = reviewed(dana, home, **wishes)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Lost key" in answer.text or "name" in wishes
    sent = dana.post(f"/office/agreements/{home}/charges", data=typed(dana, home, **wishes))
    assert sent.status_code == 422
    assert len(charges_of(home)) == 1


def test_a_purchase_above_the_limit_is_refused_with_what_is_left(dana, open_line):
    line = open_line(limit_minor=150_000)
    answer = reviewed(dana, line, type="purchase", name="Sofa", amount="1,500.01")
    assert answer.status_code == 422
    assert "above the $1,500.00 that is left" in answer.text
    assert reviewed(dana, line, type="purchase", name="Sofa", amount="1,500.00").status_code == 200


def test_a_charge_shows_why_it_is_and_who_changed_it(dana, open_rental, charges_of, clock):
    from domain.actions import charges

    home = open_rental()
    (rent,) = charges_of(home)
    charges.waive(home, rent.id, 20_000, "heating was off", "form-1", **clock())
    page = dana.get(f"/office/agreements/{home}/charges/{rent.id}")
    for words in ("Waived", "Dana Ortiz", "heating was off", "$200.00", "$1,000.00"):
        assert words in page.text
    panel = dana.get(f"/office/agreements/{home}/charges/{rent.id}", headers={"HX-Request": "true"})
    assert panel.text.lstrip().startswith("<section")
    other = open_rental("bo")
    for address in (f"{other}/charges/{rent.id}", f"{home}/charges/0", f"{home}/charges/x"):
        assert dana.get(f"/office/agreements/{address}").status_code == 404


def test_all_charges_are_listed_and_lena_adds_none(house, dana, open_rental, charges_of):
    home = open_rental()
    assert "Rent" in dana.get(f"/office/agreements/{home}/charges").text
    lena = house.client("lena")
    assert lena.get(f"/office/agreements/{home}/charges").status_code == 404, "the house is not hers"
    for path in ("charges/new", "charges/review"):
        assert lena.get(f"/office/agreements/{home}/{path}").status_code == 403
    assert lena.post(f"/office/agreements/{home}/charges").status_code == 403
    assert len(charges_of(home)) == 1


def test_a_share_is_offered_where_there_are_payers(dana, house, open_rental):
    shared, plain = open_rental(("tess", "bo"), shares={"tess": 60, "bo": 40}), open_rental("tess")
    assert "Tess Okafor" in dana.get(f"/office/agreements/{shared}/charges/new").text
    assert "Who owes it" not in dana.get(f"/office/agreements/{plain}/charges/new").text


def test_change_brings_back_what_was_typed(dana, open_rental):
    import re

    home = open_rental()
    review = reviewed(dana, home)
    back = re.search(r'class="back" href="([^"]+)"', review.text).group(1).replace("&amp;", "&")
    form = fields_of(dana.get(back).text, f"/office/agreements/{home}/charges/review")
    assert (form["name"], form["amount"], form["due_on"]) == ("Lost key", "45", "2026-03-02")
