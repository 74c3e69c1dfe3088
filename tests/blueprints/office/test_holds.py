"""Dana puts an agreement on hold; the portal says why and how to pay instead; she lifts it again."""

from __future__ import annotations

import re

import pytest

from tests.fixtures.forms import fields_of


@pytest.fixture
def dana(house):
    return house.client("dana")


def place(dana, ref: str, **wishes: str):
    page = dana.get(f"/office/agreements/{ref}/holds/new").text
    form = fields_of(page, f"/office/agreements/{ref}/holds")
    return dana.post(
        f"/office/agreements/{ref}/holds", data=form | {"type": "eviction", "reason": "Case 12"} | wishes
    )


def test_a_hold_is_placed_told_to_the_clerk_and_to_the_payer_and_lifted(house, dana, open_agreement, pay):
    ref = open_agreement("bo")
    pay("bo", ref, 1_000)
    assert "On its way all the same" in dana.get(f"/office/agreements/{ref}/holds/new").text
    assert place(dana, ref).status_code == 303
    page = dana.get(f"/office/agreements/{ref}").text
    assert "On hold: the portal takes no payments" in page
    assert "Case 12" in page
    assert "ask before you take money" in dana.get(f"/office/agreements/{ref}/payments/new").text
    bo = house.client("bo")
    told = bo.get(f"/agreements/{ref}/payments/new").text
    for words in ("court case", "Call or visit us", "+1 555 0100", "On its way", "$10.00"):
        assert words in told
    assert "Case 12" not in told
    assert "Check this payment" not in told
    lift = re.search(rf'href="(/office/agreements/{ref}/holds/[^"]+/end)"', page).group(1)
    assert "Lift the hold" in dana.get(lift).text
    assert dana.post(lift).status_code == 303
    assert dana.get(lift).status_code == 404
    assert "Check this payment" in bo.get(f"/agreements/{ref}/payments/new").text


def test_the_reason_of_another_hold_is_read_by_the_payer(house, dana, open_agreement):
    ref = open_agreement("bo")
    place(dana, ref, type="other", reason="We are counting again")
    assert "We are counting again." in house.client("bo").get(f"/agreements/{ref}/payments/new").text


@pytest.mark.parametrize(
    ("wishes", "words"),
    [({"type": "frozen"}, "Not a valid choice"), ({"type": ""}, "Choose why"), ({"reason": ""}, "Say why"),
     ({"form_ref": "made-up"}, "out of date")],
)  # fmt: skip
def test_a_wrong_form_is_422_and_places_nothing(dana, open_agreement, wishes, words):
    ref = open_agreement("bo")
    answer = place(dana, ref, **wishes)
    assert answer.status_code == 422
    assert words in answer.text
    assert "On hold" not in dana.get(f"/office/agreements/{ref}").text


def test_nobody_else_places_or_lifts(house, dana, open_agreement):
    ref = open_agreement("bo")
    place(dana, ref)
    lift = re.search(
        rf'href="(/office/agreements/{ref}/holds/[^"]+/end)"', dana.get(f"/office/agreements/{ref}").text
    ).group(1)
    for name, code in (("lena", 403), ("bo", 404)):
        client = house.client(name)
        assert client.get(f"/office/agreements/{ref}/holds/new").status_code == code
        assert client.post(f"/office/agreements/{ref}/holds").status_code == code
        assert client.post(lift).status_code == code
    assert dana.get(lift).status_code == 200
