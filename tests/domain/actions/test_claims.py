"""An account begins with a mailed link, works once, and tells its owner of a second try."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from domain.actions import claims, credentials, people, recovery
from domain.reports import links
from domain.words import Gone, Refused
from models import Outbox, Token, User, db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BASE = "https://pay.example"
GOOD = "moss lantern teacup drive"


@pytest.fixture
def nora(house) -> str:
    """Somebody the business knows and who has no account."""
    return people.create_person("Nora Novak", "nora.novak@example.org", by="test", now=NOW)


def invite(person: str, now: datetime = NOW) -> None:
    claims.invite(person, None, by="staff", now=now, base_url=BASE)


def secret_of(mails) -> str:
    return mails("claim")[-1].secret["link"].rpartition("/")[2]


def claim(secret: str, username: str = "nora", password: str = GOOD, now: datetime = NOW) -> int | None:
    return claims.claim(secret, username, password, base_url=BASE, now=now)


@pytest.mark.safety("A10", "A14", "D6")
def test_the_link_goes_sealed_to_the_address_on_file_and_only_its_hash_is_kept(app, nora, mails):
    invite(nora)
    [mail] = mails("claim")
    assert mail.to_address == "nora.novak@example.org"
    assert mail.secret["link"].startswith("https://pay.example/claim/")
    assert len(secret_of(mails)) >= 22  # 128 bits or more
    assert datetime.fromisoformat(mail.data["expires"]) == NOW + timedelta(hours=72)
    with app.app_context():
        kept = db.session.scalars(select(Token)).one()
        assert secret_of(mails) not in kept.secret_hash
        row = db.session.scalars(select(Outbox)).one()
        assert secret_of(mails) not in f"{row.data}{row.sealed}"


def test_claiming_makes_the_account_once_and_tells_the_owner(app, house, nora, mails):
    invite(nora)
    assert claim(secret_of(mails))
    begun = credentials.sign_in("nora", GOOD, address="", device="", base_url=BASE, now=NOW)
    assert (begun.role, begun.stage) == ("customer", "full")
    [mail] = mails("account_claimed")
    assert (mail.to_address, mail.data["username"]) == ("nora.novak@example.org", "nora")
    assert mail.data["agreement_number"] == ""  # she has none yet, and her customer number is not one


@pytest.mark.safety("A11")
def test_looking_at_the_link_does_not_use_it_up(app, nora, mails):
    invite(nora)
    with app.app_context():
        for _time in range(10):
            seen = links.look(secret_of(mails), "claim", NOW)
        assert (seen.state, seen.name, seen.username) == ("open", "Nora Novak", "nora.novak")
        assert seen.sent_to == "n•••@example.org"
    assert claim(secret_of(mails))


@pytest.mark.safety("A14")
def test_a_second_use_changes_nothing_and_alarms_the_owner_unless_it_is_the_same_click(app, nora, mails):
    invite(nora)
    secret = secret_of(mails)
    assert claim(secret)
    assert claim(secret, "thief", "another long enough phrase", NOW + timedelta(seconds=3)) is None
    assert mails("second_claim") == []
    for _time in range(3):
        assert claim(secret, "thief", "another long enough phrase", NOW + timedelta(hours=1)) is None
    [mail] = mails("second_claim")
    assert mail.to_address == "nora.novak@example.org"
    with app.app_context():
        assert db.session.scalar(select(User.id).where(User.username == "thief")) is None


@pytest.mark.safety("A10")
def test_many_uses_at_once_make_one_account(app, nora, mails):
    invite(nora)
    secret = secret_of(mails)

    def try_it(number: int) -> int | None:
        try:
            return claim(secret, f"nora{number}")
        except Refused:
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [user_id for user_id in pool.map(try_it, range(8)) if user_id]
    assert len(made) == 1


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("bo", GOOD, "username"),
        ("", GOOD, "username"),
        ("nora", "short", "password"),
        ("c-10001", GOOD, "username"),
    ],
)
def test_what_may_not_be_chosen_leaves_the_link_unused(nora, mails, username, password, field):
    invite(nora)
    with pytest.raises(Refused) as refused:
        claim(secret_of(mails), username, password)
    assert refused.value.field == field
    assert claim(secret_of(mails))


@pytest.mark.safety("A10")
def test_the_link_ends_after_72_hours_and_when_a_newer_one_is_sent_or_the_address_changes(app, nora, mails):
    invite(nora)
    first = secret_of(mails)
    assert claim(first, now=NOW + timedelta(hours=72)) is None
    invite(nora, NOW + timedelta(hours=1))
    second = secret_of(mails)
    assert claim(first) is None
    people.set_email(nora, "nora@elsewhere.example", by="staff", now=NOW)
    assert claim(second) is None
    with app.app_context():
        assert links.look(second, "claim", NOW).state == "void"


@pytest.mark.parametrize("secret", ["", "x", "../../etc/passwd", "\x00", "a" * 5000])
def test_a_secret_that_was_never_given_out_opens_nothing(app, nora, secret):
    assert claim(secret) is None
    with app.app_context():
        assert links.look(secret, "claim", NOW).state == "unknown"


@pytest.mark.safety("A10")
def test_a_link_for_a_password_does_not_claim_and_the_other_way_round(house, nora, mails):
    invite(nora)
    recovery.ask("bo", base_url=BASE, now=NOW)
    assert claim(mails("recover_password")[0].secret["link"].rpartition("/")[2]) is None
    assert not recovery.recover(secret_of(mails), GOOD, address="", device="", base_url=BASE, now=NOW)


def test_an_expired_link_asks_for_a_new_one_to_the_address_on_file(nora, mails):
    invite(nora)
    later = NOW + timedelta(days=5)
    claims.ask_again(secret=secret_of(mails), base_url=BASE, now=later)
    claims.ask_again(name="nora.novak@example.org", base_url=BASE, now=later)  # a moment later: not again
    assert len(mails("claim")) == 2
    assert mails("claim")[-1].to_address == "nora.novak@example.org"
    assert claim(secret_of(mails), now=later)


def test_forgetting_the_password_before_the_claim_sends_the_invitation_again(nora, mails):
    invite(nora)
    recovery.ask("Nora.Novak@example.org", base_url=BASE, now=NOW + timedelta(hours=1))
    assert len(mails("claim")) == 2
    assert mails("recover_password") == []


@pytest.mark.safety("A14")
def test_somebody_never_invited_is_sent_nothing_and_an_owner_is_told(house, nora, mails):
    claims.ask_again(name="nora.novak@example.org", base_url=BASE, now=NOW)
    claims.ask_again(name="nobody@example.org", base_url=BASE, now=NOW)
    assert mails("claim") == []
    claims.ask_again(name="bo@example.org", base_url=BASE, now=NOW)
    assert [mail.to_address for mail in mails("second_claim")] == ["bo@example.org"]


def test_who_has_an_account_or_no_address_or_is_not_there_is_not_invited(house):
    with pytest.raises(Refused):
        invite(house.person("bo"))
    silent = people.create_person("Olga", by="test", now=NOW)
    with pytest.raises(Refused) as refused:
        invite(silent)
    assert refused.value.field == "email"
    with pytest.raises(Gone):
        invite("nobody")


def test_the_operators_link_is_mailed_to_nobody(app, nora):
    link = claims.link_for(nora, by="operator", now=NOW, base_url=BASE)
    with app.app_context():
        assert db.session.scalar(select(func.count(Outbox.id))) == 0
    assert claim(link.rpartition("/")[2])
