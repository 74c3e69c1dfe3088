"""Who may use what: every endpoint, every kind of visitor, reading and sending (the table stands in tests/access)."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from domain.actions import properties
from tests.access.table import ROWS, RULES, VISITORS
from tests.access.world import READING, SENDING, World, fingerprint, rules
from tests.fixtures.late_fees import keep_cap, keep_policy
from tests.fixtures.talking import open_thread_for

pytestmark = pytest.mark.database("sqlite")
NO_FORM_NEEDED = {"static"}


@pytest.fixture
def world(house, open_agreement, save_method, pay, days_pass) -> World:
    agreement = open_agreement("bo")
    payment = pay("bo", agreement, 1_000)
    days_pass(5)  # until it has settled, and there is a receipt
    own = properties.add_property(properties.House("Harbor House"), by=house.by, now=house.now)
    unit = properties.add_unit(own, properties.Let("1A"), by=house.by, now=house.now)
    thread = open_thread_for(house, "bo", agreement)
    return World(
        house,
        agreement,
        payment,
        save_method("bo"),
        own,
        unit,
        keep_policy(house),
        keep_cap(house),
        thread=thread,
    )


@pytest.mark.safety("W10")
def test_every_endpoint_has_its_row_and_every_row_its_endpoint(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(ROWS) == set(), "write down who may use these, in tests/access/table.py"
    assert set(ROWS) - endpoints == set(), "these endpoints are gone"
    assert set(ROWS.values()) <= set(RULES)


def answered(answer: TestResponse) -> str:
    """The answer in the words of the table."""
    if answer.status_code in (403, 404, 405):
        return str(answer.status_code)
    if answer.status_code in (302, 303):
        path = answer.location.partition("?")[0]
        return {"/sign-in": "in", "/second-factor": "code"}.get(path, "away")
    return "page" if answer.status_code in (200, 409, 410, 422) else f"{answer.status_code}"


def fits(said: str, wanted: str, endpoint: str, method: str) -> bool:
    if wanted == "page" and said == "away":
        return method != "GET"  # a form that was taken leads on
    if wanted == "away" and said in ("in", "code"):
        return endpoint.startswith("public.")  # the steps of signing in lead to each other
    return said == wanted


@pytest.mark.safety("W2", "W9", "S3")
@pytest.mark.parametrize("visitor", VISITORS)
def test_reading_is_answered_as_the_table_says_and_changes_nothing(app, world, visitor):
    wrong = []
    client = world.visitor(visitor)
    before = fingerprint(app)
    for rule, method in rules(app, READING):
        wanted = RULES[ROWS[rule.endpoint]][0][visitor]
        said = answered(client.open(world.address(rule), method=method))
        if not fits(said, wanted, rule.endpoint, method):
            wrong.append(f"{rule.endpoint}: {said} instead of {wanted}")
        if (after := fingerprint(app)) != before:
            wrong.append(f"{rule.endpoint}: reading it changed the database")
            before = after
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.safety("W9", "S3")
@pytest.mark.parametrize("visitor", VISITORS)
def test_sending_is_answered_as_the_table_says_and_what_is_refused_changes_nothing(app, world, visitor):
    wrong = []
    for rule, method in rules(app, SENDING):
        wanted = RULES[ROWS[rule.endpoint]][1][visitor]
        client = world.visitor(visitor)  # anew, since signing out is among what is sent
        before = fingerprint(app)
        said = answered(client.open(world.address(rule), method=method))
        if not fits(said, wanted, rule.endpoint, method):
            wrong.append(f"{rule.endpoint}: {said} instead of {wanted}")
        if wanted != "page" and not rule.endpoint.startswith("public.") and fingerprint(app) != before:
            wrong.append(f"{rule.endpoint}: refused, yet the database changed")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.safety("W1")
@pytest.mark.csrf
@pytest.mark.parametrize("visitor", ["anonymous", "half", "customer", "staff", "admin"])
@pytest.mark.parametrize("token", [None, "made-up", "IjAwMDAi.aaaaaa.bbbbbbbb"])
def test_no_form_is_taken_without_its_token(app, world, visitor, token):
    client = world.visitor(visitor)
    before = fingerprint(app)
    answers = {
        rule.endpoint: client.open(
            world.address(rule), method=method, data={"csrf_token": token} if token else {},
            headers={"Origin": "https://evil.example"},
        ).status_code
        for rule, method in rules(app, SENDING)
        if rule.endpoint not in NO_FORM_NEEDED
    }  # fmt: skip
    assert {endpoint for endpoint, code in answers.items() if code != 400} == set()
    assert fingerprint(app) == before


@pytest.mark.safety("S8")
@pytest.mark.parametrize("visitor", ["anonymous", "half"])
def test_a_fragment_never_holds_a_sign_in_form_but_leads_the_page_away(app, world, visitor):
    wrong = []
    client = world.visitor(visitor)
    target = "/sign-in" if visitor == "anonymous" else "/second-factor"
    for rule, method in rules(app, READING | SENDING):
        if rule.endpoint.startswith(("portal.", "office.", "account.")):
            headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/payments?page=2"}
            answer = client.open(world.address(rule), method=method, headers=headers)
            leads = answer.headers.get("HX-Redirect", "")
            if (answer.status_code, answer.data, leads) != (401, b"", f"{target}?next=/payments?page%3D2"):
                wrong.append(f"{rule.endpoint}: {answer.status_code} {leads}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.safety("S8")
def test_what_was_posted_after_the_sign_in_ran_out_is_not_sent_again_by_itself(app, world):
    client = world.visitor("anonymous")
    for rule, method in rules(app, SENDING):
        if rule.endpoint.startswith(("portal.", "office.", "account.")):
            assert client.open(world.address(rule), method=method).location == "/sign-in"


@pytest.mark.safety("W3", "W8", "S10")
@pytest.mark.parametrize("visitor", VISITORS)
def test_every_answer_carries_the_policy_and_pages_of_a_person_are_not_kept(app, world, visitor):
    client = world.visitor(visitor)
    for rule, method in rules(app, READING):
        answer = client.open(world.address(rule), method=method)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if visitor != "anonymous" and rule.endpoint != "static":
            assert "no-store" in answer.headers["Cache-Control"], rule.endpoint
