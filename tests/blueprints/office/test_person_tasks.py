"""Dana opens a task about Bo with a day; it stands on his page and in the list until it is done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.fixtures.agreements import clock_today
from tests.fixtures.forms import fields_of


@pytest.fixture
def dana(house):
    return house.client("dana")


def test_a_task_by_hand_stands_on_the_persons_page_and_in_the_list_until_it_is_done(house, dana):
    bo, day = house.person("bo"), clock_today(house) + timedelta(days=3)
    form = fields_of(dana.get(f"/office/people/{bo}/tasks/new").text, f"/office/people/{bo}/tasks")
    sent = form | {"text": "Ask for proof of insurance 100%", "due_on": day.isoformat()}
    for _twice in range(2):
        assert dana.post(f"/office/people/{bo}/tasks", data=sent).status_code == 303
    page = dana.get(f"/office/people/{bo}").text
    assert "Ask for proof of insurance 100%" in page
    listed = dana.get("/office/tasks").text
    assert listed.count("<p>Ask for proof of insurance 100%") == 1
    assert f"/office/people/{bo}" in listed
    done = re.search(r'action="(/office/tasks/[^"]+/done)"', page).group(1)
    answer = dana.post(done, data={"back": bo})
    assert answer.location == f"/office/people/{bo}#tasks"
    assert "proof of insurance" not in dana.get(f"/office/people/{bo}").text.split('id="history"')[0]


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"text": "x" * 501}, {"due_on": "2020-01-01"}, {"form_ref": "no"}]
)
def test_a_task_without_words_or_for_a_day_that_is_over_is_refused_and_nothing_is_kept(house, dana, wrong):
    bo = house.person("bo")
    form = fields_of(dana.get(f"/office/people/{bo}/tasks/new").text, f"/office/people/{bo}/tasks")
    assert dana.post(f"/office/people/{bo}/tasks", data=form | {"text": "Call"} | wrong).status_code == 422
    assert "Nothing waits" in dana.get("/office/tasks").text
