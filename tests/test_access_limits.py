"""Staff limited to a part of the business, and landlords, work with their part; the rest is not there for them.

Harbor House is theirs: Tess lives there. Mill House and Bo's loan are not. What is foreign must answer exactly as what
does not exist, and no name, number or reference of it may stand on any page, list, search or file (safety W9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa

from domain.actions import properties
from domain.rules.duties import EVERY_DUTY_OF_STAFF
from tests.access.table import ROWS
from tests.access.world import READING, SENDING, World, fingerprint, rules
from tests.fixtures.late_fees import keep_cap, keep_policy
from tests.fixtures.openings import opened, send, start
from tests.fixtures.owners import owner_rows
from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.database("sqlite")
MISSING = "nothing-of-this-name"
# What a foreign page would say: names and numbers that stand nowhere else.
CANARIES = (
    "Canary House",
    "Stanislaus Canary",
    "canary@example.org",
    "CANARY-1",
    "CANARY-2",
    "canary-title",
    "777.13",
)
NEED_THE_WHOLE = {
    "new_person", "create_person", "new_property", "create_property", "imports", "new_import",
    "new_owners", "new_management", "new_owner_money", "owner_month",
    "bank", "batches", "tie_out", "new_statement_file", "new_bank_file", "return_rates",
    "owner_months", "owner_payouts", "help_articles", "new_help_article", "help_article",
}  # fmt: skip


@dataclass
class Place(World):
    """A world whose people are somebody else's."""

    who: str = "bo"

    def value(self, rule, argument: str) -> str:
        first = rule.rule.removeprefix("/office").strip("/").split("/")[0]
        if argument == "ref" and first == "people":
            return self.who
        return super().value(rule, argument)


@pytest.fixture
def places(house, open_agreement, pay, save_method, days_pass):
    """(own, foreign, missing): what addresses name."""
    from domain.actions import people
    from domain.transaction import transaction
    from models import Payment, Person

    own = let_flat(house, "tess")
    foreign = open_agreement("stan", number="CANARY-1", title="canary-title")
    open_agreement("bo", number="CANARY-2", title="canary-title too")
    mill = properties.add_property(properties.House("Canary House"), by=house.by, now=house.now)
    unit = properties.add_unit(mill, properties.Let("9Z"), by=house.by, now=house.now)
    paid = {"own": pay("tess", own.agreement, 10_000), "foreign": pay("stan", foreign, 77_713)}
    people.change_contact(house.person("stan"), by=house.by, now=house.now, name="Stanislaus Canary")
    people.set_email(house.person("stan"), "canary@example.org", by=house.by, now=house.now)
    days_pass(5)
    with transaction() as session:
        assert session.scalar(sa.select(Payment.state).where(Payment.ref == paid["foreign"])) == "settled"
        assert session.scalar(sa.select(Person.name).where(Person.ref == house.person("stan"))) == CANARIES[1]
    policy, cap = keep_policy(house), keep_cap(house)
    rest = {"policy": policy, "legal_cap": cap}
    theirs = owner_rows(house, mill, "foreign-")
    return {
        "own": Place(
            house, own.agreement, paid["own"], MISSING, own.property, own.unit, who=house.person("tess"), **rest
        ),
        "foreign": Place(house, foreign, paid["foreign"], MISSING, mill, unit, who=house.person("stan"), **rest,
                         **theirs),
        "missing": Place(house, MISSING, MISSING, MISSING, MISSING, MISSING, who=MISSING, **rest),
    }  # fmt: skip


def limit(house, name: str, role: str, *, duties=tuple(EVERY_DUTY_OF_STAFF), **part) -> None:
    from domain.records.posts import Post, keep
    from domain.transaction import transaction
    from models import User

    with transaction() as session:
        user = session.scalars(sa.select(User).where(User.ref == house.user(name))).one()
        post = Post(role, list(duties) if role == "staff" else None, **part)
        keep(session, user, post, by="setup", now=house.now)


@pytest.fixture(params=["limited staff", "landlord"])
def visitor(request, house, places):
    name, role = {"limited staff": ("dana", "staff"), "landlord": ("lena", "landlord")}[request.param]
    limit(house, name, role, properties=[places["own"].property])
    return lambda: house.client(name)


def office(app, methods):
    return [(rule, method) for rule, method in rules(app, methods) if rule.endpoint.startswith("office.")]


@pytest.mark.safety("W9")
def test_what_is_foreign_answers_as_what_is_missing_and_says_nothing_of_itself(app, places, visitor):
    client, wrong = visitor(), []
    for rule, method in office(app, READING):
        foreign, missing = (
            client.open(places[which].address(rule), method=method) for which in ("foreign", "missing")
        )
        if foreign.status_code != missing.status_code:
            wrong.append(f"{rule.endpoint}: {foreign.status_code}, a missing one {missing.status_code}")
        found = [canary for canary in CANARIES if canary in foreign.text]
        if found:
            wrong.append(f"{rule.endpoint}: says {found}")
    assert wrong == []


@pytest.mark.safety("W9")
def test_what_is_foreign_takes_no_form_and_what_is_refused_changes_nothing(app, places, visitor):
    wrong = []
    for rule, method in office(app, SENDING):
        client = visitor()
        named = {name for name in rule.arguments if name not in ("kind", "what", "change", "name", "form")}
        before = fingerprint(app)
        foreign, missing = (
            client.open(places[which].address(rule), method=method) for which in ("foreign", "missing")
        )
        if foreign.status_code != missing.status_code:
            wrong.append(f"{rule.endpoint}: {foreign.status_code}, a missing one {missing.status_code}")
        if named and fingerprint(app) != before:
            wrong.append(f"{rule.endpoint}: the database changed")
    assert wrong == []


@pytest.mark.safety("W9")
def test_lists_searches_and_files_say_nothing_foreign(app, house, places, visitor):
    client, wrong = visitor(), []
    foreign = places["foreign"]
    words = (
        "canary",
        "Canary",
        "CANARY-1",
        "Stan",
        "777.13",
        "77713",
        "9Z",
        foreign.payment,
        foreign.agreement,
    )
    queries = [f"q={word}" for word in words]
    for path in ("/office/search", "/office/agreements", "/office/people", "/office/properties", "/office/past-due",
                 "/office/counter", "/office/policies", "/office/agreements?status=all",
                 "/office/expenses", "/office/owner-statements", "/office/reports/expenses",
                 "/office/reports/owner_statement", "/office/desk/widgets/book",
                 "/office/desk/widgets/late", "/office/desk/widgets/trouble", "/office/desk/widgets/notices",
                 f"/office/agreements/{places['own'].agreement}/journal.csv"):  # fmt: skip
        for query in ["", *queries]:
            answer = client.get(f"{path}{'&' if '?' in path else '?'}{query}", follow_redirects=True)
            said = re.sub(
                r'value="[^"]*"|<title>.*?</title>|name="next"[^>]*>|href="/language[^"]*"', "", answer.text
            )
            found = [canary for canary in CANARIES if canary in said and canary not in query]
            if found or (answer.status_code not in (200, 403, 404)):
                wrong.append(f"{path}?{query}: {answer.status_code} {found}")
    assert wrong == []


def test_staff_without_limits_read_all_of_what_the_others_do_not(app, house, places):
    """Else the tests above would look for what stands nowhere."""
    client = house.client("dana")
    pages = [
        client.open(places["foreign"].address(rule), method=method).data.decode(errors="replace")
        for rule, method in office(app, READING)
    ]
    assert [canary for canary in CANARIES if not any(canary in page for page in pages)] == []


def test_limited_staff_do_with_their_part_what_their_duties_let_them(app, house, places):
    limit(house, "dana", "staff", properties=[places["own"].property])
    client, other, wrong = house.client("dana"), house.client("adam"), []
    for rule, method in office(app, READING):
        if ROWS[rule.endpoint] not in ("staff", "the part", "office"):
            continue
        code, of_all = (
            one.open(places["own"].address(rule), method=method).status_code for one in (client, other)
        )
        wanted = 403 if rule.endpoint.partition(".")[2] in NEED_THE_WHOLE else of_all
        if code != wanted:
            wrong.append(f"{rule.endpoint}: {code}")
    assert wrong == []


def test_a_landlord_reads_their_part_and_writes_nothing(app, house, places):
    limit(house, "lena", "landlord", properties=[places["own"].property])
    client = house.client("lena")
    page = client.get(f"/office/agreements/{places['own'].agreement}").text
    assert "Harbor House" in page
    assert "Tess Okafor" in page
    for path in (f"properties/{places['own'].property}", f"units/{places['own'].unit}",
                 f"payments/{places['own'].payment}", f"agreements/{places['own'].agreement}/charges",
                 f"agreements/{places['own'].agreement}/schedule", "agreements", "properties", "past-due",
                 f"properties/{places['own'].property}/owners", "expenses", "owner-statements"):  # fmt: skip
        assert client.get(f"/office/{path}").status_code == 200, path
    assert f"/office/people/{house.person('tess')}" not in page
    before = fingerprint(app)
    for rule, method in office(app, SENDING):
        code = client.open(places["own"].address(rule), method=method).status_code
        assert code in (403, 404) or rule.endpoint == "office.stop_viewing", rule.endpoint
    assert fingerprint(app) == before


def test_a_branch_is_a_part_too_and_a_landlord_has_none(app, house, places):
    from domain.transaction import transaction
    from models import Agreement

    with transaction() as session:
        session.execute(sa.update(Agreement).where(Agreement.number == "CANARY-2").values(branch="North"))
    limit(house, "dana", "staff", branches=["North"])
    limit(house, "lena", "landlord", branches=["North"])
    assert "CANARY-2" in house.client("dana").get("/office/agreements").text
    assert "CANARY-1" not in house.client("dana").get("/office/agreements").text
    assert "CANARY-2" not in house.client("lena").get("/office/agreements").text


@pytest.mark.safety("S7")
def test_a_limit_that_is_taken_away_counts_with_the_next_request(house, places):
    dana = house.client("dana")
    limit(house, "dana", "staff", properties=[places["own"].property])
    path = f"/office/agreements/{places['foreign'].agreement}"
    assert dana.get(path).status_code == 404
    limit(house, "dana", "staff")
    assert dana.get(path).status_code == 200


@pytest.mark.parametrize("duty", sorted(EVERY_DUTY_OF_STAFF))
def test_each_duty_opens_its_doors_and_no_other(house, places, duty):
    """Reading is everybody's; these are the doors that a duty opens."""
    own = places["own"]
    doors = {
        "collect": ("/office/counter", f"/office/agreements/{own.agreement}/holds/new"),
        "adjust": (f"/office/agreements/{own.agreement}/charges/new", "/office/policies"),
        "originate": ("/office/agreements/new", "/office/imports", "/office/properties/new"),
        "report": (f"/office/agreements/{own.agreement}/journal",),
        "refund": (),
        "owners": ("/office/expenses/new", f"/office/properties/{own.property}/months"),
    }
    limit(house, "dana", "staff", duties=[duty])
    client = house.client("dana")
    for owner, paths in doors.items():
        for path in paths:
            assert client.get(path).status_code == (200 if owner == duty else 403), (duty, path)
    for path in ("/office", "/office/people", "/office/agreements", f"/office/agreements/{own.agreement}"):
        assert client.get(path).status_code == 200


def test_limited_staff_open_agreements_in_their_part_only(app, house, places):
    """Else they would make what they cannot see."""
    from domain.reports.users import check_within
    from domain.words import Refused
    from tests.fixtures.agreements import scope_of

    for part, fits in (({"branches": ["North"]}, "North"), ({"properties": [places["own"].property]}, None)):
        limit(house, "dana", "staff", **part)
        with app.app_context():
            who = replace(scope_of(house, "dana"), limited=True)
            check_within(who, branch="", unit=True)
            for branch in ("", "South", "North"):
                if branch == fits:
                    check_within(who, branch=branch, unit=False)
                else:
                    with pytest.raises(Refused):
                        check_within(who, branch=branch, unit=False)
    with app.app_context():
        check_within(scope_of(house, "adam"), branch="anything", unit=False)


def test_nor_by_sending_the_last_form_without_the_page_before_it(app, house, places):
    loan = {"principal": "900", "rate": "9", "count": "9", "start": "2026-01-15", "first_due": "2026-02-15"}
    limit(house, "dana", "staff", branches=["North"])
    client = house.client("dana")
    before = len(opened(app))
    for branch, answer in (("South", 422), ("North", 303)):
        form = start(client, "loan", loan | {"title": "Van", "branch": branch})
        assert send(client, "loan", "open", form).status_code == answer, branch
    assert len(opened(app)) == before + 1
