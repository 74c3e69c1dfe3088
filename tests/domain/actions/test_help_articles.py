"""Articles of staff: found as they stand now, each change a version, written by who may; votes count each once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from domain.access import Scope
from domain.actions import help_articles as acts
from domain.reports.help_centre import search
from domain.rules.help_articles import Article
from domain.words import Conflict, NotAllowed
from models import HelpArticle, HelpVote, db
from tests.fixtures.agreements import scope_of

ZEBRA = Article("late-fees", "en", "Zebra fees", "amounts", "stripes", "Asked of *horses*.")


def found(app, q: str) -> list[str]:
    with app.app_context():
        return [one.slug for one in search(q, "en")]


def test_what_staff_publish_is_found_at_once_and_no_more_when_it_is_hidden(app, house):
    dana = scope_of(house, "dana")
    assert acts.write(ZEBRA, 0, who=dana, now=house.now) == 1
    assert found(app, "zebr horse") == ["late-fees"]
    assert found(app, "stripse") == ["late-fees"]
    with pytest.raises(Conflict):
        acts.write(ZEBRA, 0, who=dana, now=house.now)
    assert acts.hide("late-fees", "en", 1, who=dana, now=house.now) == 2
    assert found(app, "zebra") == []
    assert "late-fees" not in found(app, "late fees")
    assert acts.take_back("late-fees", "en", 2, who=dana, now=house.now) == 3
    assert found(app, "late fees")[0] == "late-fees"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("name", ["bo", "lena", "limited"])
def test_only_staff_of_the_whole_business_write(app, house, name):
    who = Scope("staff", 1, 1, limited=True) if name == "limited" else scope_of(house, name)
    with pytest.raises(NotAllowed):
        acts.add(ZEBRA, who=who, now=house.now)
    with app.app_context():
        assert db.session.scalar(select(func.count(HelpArticle.id))) == 0


def test_each_reader_has_one_vote_for_an_article_and_stays_unknown(app, house):
    for helped, missing in ((False, "what"), (True, "")):
        acts.vote("late-fees", "en", helped, missing, "user:7", now=house.now)
    acts.vote("autopay", "en", True, "", "user:7", now=house.now)
    with app.app_context():
        votes = db.session.scalars(select(HelpVote).order_by(HelpVote.id)).all()
        assert [(vote.slug, vote.helped, vote.missing) for vote in votes] == [
            ("late-fees", True, ""), ("autopay", True, ""),
        ]  # fmt: skip
        assert votes[0].voter_hash != votes[1].voter_hash
