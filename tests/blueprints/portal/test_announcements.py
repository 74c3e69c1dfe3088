"""A customer reads what is told to all on the first page, and puts it away."""

from __future__ import annotations

import pytest

from domain.actions import announcements as acts
from domain.actions.announcements import Draft
from tests.fixtures.agreements import scope_of
from tests.fixtures.forms import fields_of

pytestmark = [pytest.mark.database("sqlite")]
HTMX = {"HX-Request": "true"}
PART = "/announcements/widgets/current"


@pytest.fixture
def notice(house):
    body = "We are **back** on Monday. <script>alert(1)</script> [x](javascript:alert(1))"
    return acts.keep("a", Draft("Closed <b>", body, house.now), who=scope_of(house, "adam"), now=house.now)


def test_it_stands_on_the_first_page_until_it_is_put_away(house, notice, open_agreement) -> None:
    open_agreement("bo")
    bo = house.client("bo")
    assert PART in bo.get("/dashboard").text
    shown = bo.get(PART, headers=HTMX).text
    assert "<strong>back</strong>" in shown
    assert "Closed &lt;b&gt;" in shown
    for bad in ("<script", 'href="javascript', "<html"):
        assert bad not in shown
    form = fields_of(shown, f"/announcements/{notice}/put-away")
    left = bo.post(f"/announcements/{notice}/put-away", data=form, headers=HTMX)
    assert left.status_code == 200
    assert "Closed" not in left.text
    assert "hidden" in left.text
    assert "Closed" in bo.get("/announcements").text
    assert "Closed" in house.client("tess").get(PART, headers=HTMX).text


def test_without_scripts_the_part_is_a_page_and_the_form_leads_on(house, notice) -> None:
    bo = house.client("bo")
    assert "<html" in bo.get(PART).text
    shown = bo.get(PART, headers=HTMX).text
    sent = bo.post(
        f"/announcements/{notice}/put-away", data=fields_of(shown, f"/announcements/{notice}/put-away")
    )
    assert sent.status_code == 303


def test_one_for_others_is_not_there(house, notice) -> None:
    acts.keep("l", Draft("x", "x", house.now, audience="sort", sort="loan"), who=scope_of(house, "adam"),
              now=house.now)  # fmt: skip
    stan = house.client("stan")
    form = fields_of(stan.get(PART, headers=HTMX).text, f"/announcements/{notice}/put-away")
    assert stan.post("/announcements/l/put-away", data=form).status_code == 404
