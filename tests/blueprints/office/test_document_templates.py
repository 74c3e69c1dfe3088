"""Templates are written in a language in which nothing runs; each change is a version, ours stay as they are."""

from __future__ import annotations

import pytest

from tests.fixtures.documents import lease_of
from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.database("sqlite")
PLACE = "/office/document-templates"
BODY = "## House rules\n\n{{people}}\n\nThe rent is **{{payment}}**."


@pytest.fixture
def adam(house):
    return house.client("adam")


def typed(client, page: str, address: str = PLACE, **changes) -> dict:
    return fields_of(client.get(page).text, address) | changes


def test_ours_are_where_one_of_ones_own_begins(adam) -> None:
    page = adam.get(PLACE).text
    assert page.count("Came with the program") >= 8
    page = adam.get(f"{PLACE}/new?begin=ours-rental-es").text
    assert "Quiénes acuerdan" in page
    assert adam.get(f"{PLACE}/new?begin=ours-boat-en").status_code == 404


def test_a_template_is_kept_changed_offered_and_retired(house, adam) -> None:
    form = typed(adam, f"{PLACE}/new", title="House rules", sort="rental", body=BODY)
    first = adam.post(PLACE, data=form).location
    form = typed(
        adam, first, first, type="agreement", sort="rental", language="en", body=BODY + "\n\nQuiet after ten."
    )
    second = adam.post(first, data=form).location
    assert second != first
    assert adam.post(first, data=form).status_code == 409
    assert "Version 2" in adam.get(second).text
    flat = lease_of(house, "tess")
    listed = adam.get(f"/office/agreements/{flat.agreement}/documents").text
    assert listed.count("House rules") == 1
    ref = second.rpartition("/")[2]
    page = adam.get(f"/office/agreements/{flat.agreement}/documents/new?template={ref}").text
    assert "Quiet after ten." in page
    assert "<strong>$1,200.00</strong>" in page
    adam.post(f"{second}/retirement")
    assert "House rules" not in adam.get(f"/office/agreements/{flat.agreement}/documents").text


def test_it_is_shown_with_example_data_before_it_is_kept(adam) -> None:
    form = typed(adam, f"{PLACE}/new", title="House rules", sort="rental", body=BODY, look="1")
    answer = adam.post(PLACE, data=form)
    assert answer.status_code == 200
    assert "<strong>$1,200.00</strong>" in answer.text
    assert "House rules" not in adam.get(PLACE).text


@pytest.mark.parametrize(
    "body",
    ["{{ config }}", "{{#if payment}}", "{% if 1 %}{{ self.__init__() }}{% endif %}", "", "{{vehicles}}"],
)
def test_what_cannot_be_filled_is_refused_and_what_was_typed_stays(adam, body) -> None:
    answer = adam.post(PLACE, data=typed(adam, f"{PLACE}/new", title="Mine", sort="rental", body=body))
    assert answer.status_code == 422
    assert 'value="Mine"' in answer.text


def test_what_is_typed_never_becomes_markup(adam) -> None:
    body = "<script>alert(1)</script> **{{people}}** [x](javascript:alert(1))"
    answer = adam.post(
        PLACE, data=typed(adam, f"{PLACE}/new", title="<b>", sort="rental", body=body, look="1")
    )
    assert "<script>alert(1)" not in answer.text
    assert 'javascript:alert(1)"' not in answer.text
    assert "<h1><b>" not in answer.text


def test_who_may_not_change_settings_writes_none(house) -> None:
    dana = house.client("dana")
    assert dana.get(PLACE).status_code == 403
    assert dana.post(PLACE, data={"title": "x", "body": "x"}).status_code == 403
