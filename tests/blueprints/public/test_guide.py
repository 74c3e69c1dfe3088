"""A few questions lead to one answer."""

from __future__ import annotations

import pytest

from domain.records.help_articles import shipped
from domain.rules.help_guides import PAYMENTS, STEPS

pytestmark = pytest.mark.database("sqlite")


@pytest.mark.parametrize("name", STEPS)
def test_every_choice_leads_somewhere(client, house, name):
    page = client.get(f"/guide/{name}").text
    for choice in STEPS[name].choices:
        assert choice.words in page
        if choice.way == "step":
            assert choice.target in STEPS
            assert f'href="/guide/{choice.target}"' in page
        if choice.way == "article":
            assert choice.target in shipped("en")
            assert f'href="/help/{choice.target}"' in page
        if choice.way == "payments":
            assert choice.target in PAYMENTS
            assert PAYMENTS[choice.target][1] in shipped("en")


def test_no_answer_is_more_than_three_taps_from_the_help_centre(client, house):
    """Two questions, and the article or the payments: also for who is not signed in."""
    assert 'href="/guide"' in client.get("/help").text
    assert client.get("/guide").text.count('href="/guide/') == len(STEPS) - 1
    assert client.get("/guide/nothing-of-this-name").status_code == 404
