"""Doors and costly pages are used only so often by one visitor."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from blueprints.shared import throttle
from domain.actions import throttling

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture(autouse=True)
def counted(app):
    app.config["THROTTLE"] = True
    moment = app.extensions["clock"].now()  # it stands still, so that no window ends in the middle of a test
    app.extensions["clock"] = SimpleNamespace(now=lambda: moment, today=moment.date, zone=ZoneInfo("UTC"))
    throttle.limiter.reset()
    yield
    throttle.limiter.reset()


def recover(app, address: str) -> int:
    data = {"name": "nobody"}
    return app.test_client().post("/recover", data=data, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.mark.safety("A7")
def test_an_address_is_counted_over_its_browsers_and_another_address_is_not(app, house):
    assert [recover(app, "192.0.2.1") for _ in range(11)] == [200] * 10 + [429]
    assert recover(app, "192.0.2.2") == 200


def test_a_whole_ipv6_network_is_one_visitor(app, house):
    codes = [recover(app, f"2001:db8:0:1::{number}") for number in range(1, 12)]
    assert codes == [200] * 10 + [429]
    assert recover(app, "2001:db8:0:2::1") == 200


@pytest.mark.safety("A9")
def test_the_counter_stands_in_the_database_so_a_second_worker_counts_on(app, house, settings):
    from app import create_app
    from tests.fixtures.databases import close

    assert [recover(app, "192.0.2.1") for _ in range(10)] == [200] * 10
    other = create_app(settings)
    other.extensions["clock"] = app.extensions["clock"]
    other.config.update(THROTTLE=True, WTF_CSRF_ENABLED=False)
    assert recover(other, "192.0.2.1") == 429
    close(other)


@pytest.mark.safety("A7")
def test_many_addresses_together_are_stopped_as_well(app, house):
    few = throttle.Limit(5, throttle.MINUTE)
    allowed = [
        throttling.allow([(f"door:{number}", throttle.MAILS.each[0]), ("door:all", few)], now=house.now)
        for number in range(8)
    ]
    assert allowed == [True] * 5 + [False] * 3


@pytest.mark.safety("A9")
def test_twenty_at_once_are_still_only_as_many_as_are_free(app, house):
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _number: recover(app, "192.0.2.3"), range(20)))
    assert sorted(codes) == [200] * 10 + [429] * 10


@pytest.mark.safety("W21")
@pytest.mark.parametrize(
    ("who", "page", "free"),
    [("bo", "/payments.csv", 30), ("bo", "/payments.pdf", 30), ("dana", "/office/search", 120)],
)
def test_costly_pages_are_made_only_so_often_for_one_person(house, who, page, free):
    client = house.client(who)
    codes = [client.get(page).status_code for _ in range(free + 1)]
    assert codes == [200] * free + [429]
    if who == "bo":
        assert house.client("tess").get(page).status_code == 200


@pytest.mark.safety("W21")
@pytest.mark.parametrize(
    ("who", "page", "free"),
    [
        ("bo", "/statements/x/statement.pdf", 30),
        ("bo", "/agreements/x/payoff/letter.pdf", 30),
        ("bo", "/messages/x/widgets/news", 300),
        ("dana", "/office/messages/x/widgets/news", 300),
        ("bo", "/contact/x/widgets/news", 300),
    ],
)
def test_asking_for_what_is_not_there_is_counted_as_well(house, who, page, free):
    client = house.client(who)
    codes = [client.get(page, headers={"HX-Request": "true"}).status_code for _ in range(free + 1)]
    assert codes == [404] * free + [429]
