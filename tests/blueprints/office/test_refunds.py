"""Dana gives money of a payment back: asked, reviewed with its effect, done once."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def paid(open_agreement, pay) -> str:
    """A card payment of 300.00."""
    return pay("bo", open_agreement("bo"), 30_000, "card")


def address(paid: str) -> str:
    return f"/office/payments/{paid}/refunds"


def typed(dana, paid: str, **wishes: str) -> dict[str, str]:
    page = dana.get(f"{address(paid)}/new")
    return fields_of(page.text, f"{address(paid)}/review") | {"amount": "120", "reason": "agreed"} | wishes


def test_a_refund_is_shown_then_given_once(dana, paid):
    start = fields_of(dana.get(f"{address(paid)}/new").text, f"{address(paid)}/review")
    assert (start["amount"], start["way"]) == ("300.00", "gateway")
    review = dana.get(f"{address(paid)}/review", query_string=typed(dana, paid))
    for words in ("$120.00", "Money given back", "The way it was paid", "agreed"):
        assert words in review.text
    sent = fields_of(review.text, address(paid))
    for _ in range(2):
        assert dana.post(address(paid), data=sent).status_code == 303
    page = dana.get(f"/office/payments/{paid}").text
    for words in ("Partly given back", "Money was given back", "agreed"):
        assert words in page
    assert "At most $180.00 is left" in dana.get(f"{address(paid)}/new").text


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"amount": "300.01"}, "At most $300.00"), ({"amount": "0"}, "above zero"), ({"reason": ""}, "Say why"),
        ({"way": "cash"}, "choice"), ({"form_ref": ""}, "out of date"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_422_and_gives_nothing(dana, paid, wishes, words):
    for answer in (
        dana.get(f"{address(paid)}/review", query_string=typed(dana, paid, **wishes)),
        dana.post(address(paid), data=typed(dana, paid, **wishes)),
    ):
        assert answer.status_code == 422
        assert words in answer.text
    assert "At most $300.00 is left" in dana.get(f"{address(paid)}/new").text


def test_the_customer_reads_what_was_given_back(dana, house, paid):
    review = dana.get(f"{address(paid)}/review", query_string=typed(dana, paid))
    dana.post(address(paid), data=fields_of(review.text, address(paid)))
    page = house.client("bo").get(f"/payments/{paid}").text
    assert "We gave $120.00 of this payment back." in page
    assert "Partly given back" in page


def test_a_check_that_did_not_arrive_counts_again(dana, open_agreement, house):
    from domain.actions import counter
    from tests.fixtures.agreements import clock_today, scope_of

    loan = open_agreement("bo")
    ref = counter.take(
        loan, 20_000, "cash", "cash-1", who=scope_of(house, "dana"), today=clock_today(house), now=house.now
    )
    review = dana.get(f"{address(ref)}/review", query_string=typed(dana, ref, way="check"))
    dana.post(address(ref), data=fields_of(review.text, address(ref)))
    page = dana.get(f"/office/payments/{ref}").text
    failure = page.split('action="/office/refunds/')[1].split('"')[0]
    assert (
        dana.post(
            f"/office/refunds/{failure}", data=fields_of(page, f"/office/refunds/{failure}")
        ).status_code
        == 303
    )
    assert "Could not be given back" in dana.get(f"/office/payments/{ref}").text


def test_nobody_else_gives_money_back(house, paid):
    for name, code in (("lena", 403), ("tess", 404)):
        client = house.client(name)
        assert client.get(f"{address(paid)}/new").status_code == code
        assert client.get(f"{address(paid)}/review").status_code == code
        assert client.post(address(paid)).status_code == code
