"""Lists of conversations, who waits and what is unread, alike on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.actions import threads as acts
from domain.reports import thread_pages, threads
from domain.reports.finding import Wanted
from models import db
from tests.fixtures.agreements import scope_of
from tests.fixtures.talking import open_thread_for


@pytest.fixture
def told(house, open_agreement):
    """Bo has two conversations, Tess one; Dana answered the first and noted something in the second."""
    open_thread_for(
        house, "bo", open_agreement("bo"), ref="a", subject="My payment", text="Where is the transfer?"
    )
    open_thread_for(house, "bo", ref="b", subject="My address", text="I moved to Elm Street")
    open_thread_for(house, "tess", ref="c", subject="The heating", text="It is cold")
    dana, there = scope_of(house, "dana"), Path(house.app.config["SETTINGS"].uploads)
    acts.say("a", "It arrived on Monday", "k1", who=dana, now=house.now, uploads=there)
    acts.note("b", "Ask for the lease", "k2", who=dana, now=house.now, uploads=there)
    acts.close("a", who=dana, now=house.now)
    with house.app.app_context():
        yield lambda name: scope_of(house, name)


def found(scope, q="", **filters) -> list[str]:
    return sorted(line.ref for line in threads.threads(scope, Wanted(q, filters)).rows)


def test_everybody_finds_what_they_may_see_by_state_and_words(told) -> None:
    bo, dana, lena = told("bo"), told("dana"), told("lena")
    assert found(bo) == ["a", "b"]
    assert found(dana) == ["a", "b", "c"]
    assert found(lena) == []
    assert found(dana, state="waiting") == ["b", "c"]
    assert found(dana, state="closed") == ["a"]
    assert found(dana, whose="mine") == []
    assert found(dana, whose="nobody") == ["a", "b", "c"]
    assert found(dana, "tess") == ["c"]
    assert found(dana, "transfer") == found(bo, "transfer") == ["a"]
    assert found(dana, "elm stret") == ["b"]
    assert found(dana, "lease") == ["b"]
    assert found(bo, "lease") == []
    assert found(bo, "cold") == []
    assert found(dana, "%") == []


def test_who_waits_and_what_is_unread_is_counted_for_each_side(told, house) -> None:
    bo, dana = told("bo"), told("dana")
    assert threads.waiting(dana) == 2
    assert threads.unread(bo) == 1
    assert {line.ref: line.unread for line in threads.threads(bo, Wanted()).rows} == {"a": True, "b": False}
    acts.mark_read("a", who=bo, now=house.now)
    db.session.rollback()
    assert threads.unread(bo) == 0
    shown = thread_pages.thread(dana, db.session.get_one(acts.Thread, 1))
    assert [one.side for one in shown.messages] == ["customer", "office", "system"]
    assert shown.read_up_to == shown.messages[1].ref


def test_news_name_the_last_message_that_the_reader_sees(told) -> None:
    bo, dana, tess = told("bo"), told("dana"), told("tess")
    first, noted = thread_pages.news(bo, "b"), thread_pages.news(dana, "b")
    assert first is not None
    assert noted is not None
    assert first.last != noted.last
    assert thread_pages.news(tess, "b") is None
    assert [one.side for one in thread_pages.messages(dana, noted.thread_id, first.last)] == ["note"]
    assert thread_pages.messages(bo, first.thread_id, first.last) == []
