"""Dana waives what is open of a charge."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def waivers(open_rental, charges_of) -> str:
    home = open_rental()
    return f"/office/agreements/{home}/charges/{charges_of(home)[0].id}/waivers"


def typed(dana, waivers: str, **wishes: str) -> dict[str, str]:
    start = fields_of(dana.get(f"{waivers}/new").text, f"{waivers}/review")
    return start | {"amount": "200", "reason": "heating was off"} | wishes


def test_a_waiver_is_shown_then_made_once(dana, waivers, charges_of):
    assert fields_of(dana.get(f"{waivers}/new").text, f"{waivers}/review")["amount"] == "1200.00"
    review = dana.get(f"{waivers}/review", query_string=typed(dana, waivers))
    for words in ("heating was off", "Open of this charge", "$1,000.00", "Fee waivers", "Rent receivable"):
        assert words in review.text
    sent = fields_of(review.text, waivers)
    for _ in range(2):
        assert dana.post(waivers, data=sent).status_code == 303
    (rent,) = charges_of(waivers.split("/")[3])
    assert (rent.lowered_minor, rent.open_minor) == (20_000, 100_000)
    again = dana.get(f"{waivers}/review", query_string={k: v for k, v in sent.items() if k != "csrf_token"})
    assert "done already" in again.text


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"amount": "1200.01"}, "At most $1,200.00 is open"), ({"amount": "0"}, "above zero"),
        ({"amount": ""}, "above zero"), ({"reason": ""}, "Say why"), ({"reason": "x" * 301}, "at most 300"),
        ({"form_ref": ""}, "out of date"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_422_and_waives_nothing(dana, waivers, charges_of, wishes, words):
    for answer in (
        dana.get(f"{waivers}/review", query_string=typed(dana, waivers, **wishes)),
        dana.post(waivers, data=typed(dana, waivers, **wishes)),
    ):
        assert answer.status_code == 422
        assert words in answer.text
    assert charges_of(waivers.split("/")[3])[0].lowered_minor == 0


def test_nobody_else_waives(house, waivers):
    for name, code in (("lena", 403), ("tess", 404)):
        client = house.client(name)
        assert client.get(f"{waivers}/new").status_code == code
        assert client.get(f"{waivers}/review").status_code == code
        assert client.post(waivers).status_code == code
