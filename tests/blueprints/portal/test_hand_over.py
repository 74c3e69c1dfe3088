"""The walk of somebody to whom an agreement was handed over."""

from __future__ import annotations

import pytest

from tests.fixtures.documents import draw, lease_of, send, sign_as

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def lease(house):
    flat = lease_of(house, "tess", "bo")
    flat.document = send(house, draw(house, flat.agreement, ("tess", "bo")))
    flat.page = f"/agreements/{flat.agreement}/start"
    return flat


def test_the_walk_leads_to_what_waits_for_this_persons_signature(house, lease) -> None:
    page = house.client("tess").get(lease.page).text
    assert f'href="/documents/{lease.document}"' in page
    assert "1 waits" in page
    sign_as(house, lease.document, "tess")
    page = house.client("tess").get(lease.page).text
    assert "You have signed everything" in page
    assert f'href="/documents/{lease.document}"' not in page


def test_every_page_has_the_way_back_until_the_walk_ends(house, lease) -> None:
    tess = house.client("tess")
    back = f'href="{lease.page}"'
    assert back not in tess.get("/methods").text
    tess.get(lease.page)
    for path in ("/methods", f"/documents/{lease.document}", f"/agreements/{lease.agreement}/autopay"):
        assert back in tess.get(path, follow_redirects=True).text, path
    assert tess.post(f"{lease.page}/end").location == "/dashboard"
    page = tess.get("/dashboard").text
    assert back not in page
    assert "You can do the rest at any time" in page


def test_a_way_to_pay_that_is_kept_is_done(house, lease, save_method) -> None:
    tess = house.client("tess")
    assert "Add a way to pay" in tess.get(lease.page).text
    save_method("tess", "bank")
    assert "Add a way to pay" not in tess.get(lease.page).text


def test_the_walk_of_somebody_elses_agreement_is_not_there(house, lease) -> None:
    stan = house.client("stan")
    assert stan.get(lease.page).status_code == 404
    assert stan.post(f"{lease.page}/end").status_code == 404
