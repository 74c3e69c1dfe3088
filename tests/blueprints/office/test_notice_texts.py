"""The page on which an administrator writes the words of notices."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models import NoticeText, Outbox, db
from tests.fixtures.forms import fields_of

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-03-02"), pytest.mark.database("sqlite")]
ADDRESS = "/office/notices/reminder_before/email/en"


@pytest.fixture
def adam(house):
    return house.client("adam")


def versions(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(NoticeText.id))) or 0


def send(adam, **typed: str):
    form = fields_of(adam.get(ADDRESS).text, ADDRESS)
    for button in ("look", "try", "back"):
        form.pop(button, None)
    return adam.post(ADDRESS, data=form | {"body": ""} | typed)


def test_words_are_looked_at_in_both_languages_before_they_are_kept(adam, app) -> None:
    page = send(adam, subject="Soon, {{ name }}", body="{{ amount }} <b>soon</b>", look="1")
    assert page.status_code == 200
    assert "Soon, Bo Rivera" in page.text
    assert "$155.97 &lt;b&gt;soon&lt;/b&gt;" in page.text
    assert 'lang="es"' in page.text
    assert versions(app) == 0


def test_they_are_kept_as_a_version_and_taken_back_by_another(adam, app) -> None:
    assert send(adam, subject="Soon", body="{{ amount }}").status_code == 303
    assert "Your words" in adam.get("/office/notices").text
    assert send(adam, subject="Soon", body="{{ amount }}", back="1").status_code == 303
    page = adam.get(ADDRESS).text
    assert "Our own words are used now." in page
    assert versions(app) == 2
    assert "{{ amount }}" in adam.get(f"{ADDRESS}?version=1").text


def test_a_test_is_mailed_to_oneself_and_nothing_is_kept(adam, app, house) -> None:
    page = send(adam, subject="Soon", body="{{ amount }}", **{"try": "1"})
    assert house.email("adam") in page.text
    with app.app_context():
        assert db.session.scalars(select(Outbox.to_address)).all() == [house.email("adam")]
    assert versions(app) == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"subject": "{{ ''.__class__ }}", "body": "x"}, {"subject": "x", "body": "{% for a in name %}{% endfor %}"},
        {"subject": "", "body": "x"}, {"subject": "x", "body": ""}, {"subject": "x", "body": "y" * 4_001},
    ],
)  # fmt: skip
def test_what_may_not_stand_is_refused_and_what_was_typed_stays(adam, app, typed) -> None:
    page = send(adam, **typed)
    assert page.status_code == 422
    assert versions(app) == 0


def test_an_older_tab_does_not_overwrite_what_was_written_since(adam, app) -> None:
    form = fields_of(adam.get(ADDRESS).text, ADDRESS)
    for button in ("look", "try", "back"):
        form.pop(button, None)
    form |= {"subject": "Soon", "body": "{{ amount }}"}
    assert [adam.post(ADDRESS, data=form).status_code for _ in range(2)] == [303, 409]


def test_receipts_and_unknown_words_have_no_page(adam) -> None:
    for path in (
        "payment_settled/email/en",
        "security/email/en",
        "reminder_due/push/en",
        "reminder_due/email/xx",
    ):
        assert adam.get(f"/office/notices/{path}").status_code == 404
