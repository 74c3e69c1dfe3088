"""An agreement's number leads to the address on file, and to nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.actions import claims, people, registration
from models import Agreement, AuditEvent, Outbox, User, db

BASE = "https://pay.example"


@pytest.fixture
def lent(app, house, open_agreement):
    """The number of an agreement of Bo, who has an account, and of Nora, who has none."""
    ref = open_agreement("bo")
    nora = people.create_person("Nora Novak", "nora.novak@example.org", by="t", now=house.now)
    with app.app_context():
        number = db.session.scalar(select(Agreement.number).where(Agreement.ref == ref))
    people.assign(ref, person_ref=nora, role="joint", by="t", today=house.now.date(), now=house.now)
    return number


def ask(number: str, house, minutes: int = 0) -> None:
    registration.ask_by_agreement(number, base_url=BASE, now=house.now + timedelta(minutes=minutes))


@pytest.mark.safety("A5", "A14")
def test_the_link_goes_to_who_has_no_account_and_who_has_one_is_told(house, lent, mails):
    ask(lent, house)
    assert [mail.to_address for mail in mails("claim")] == ["nora.novak@example.org"]
    assert [mail.to_address for mail in mails("second_claim")] == ["bo@example.org"]
    assert mails("claim")[0].data["agreement_number"] == lent


def test_the_mailed_link_makes_the_account(app, house, lent, mails):
    ask(f"  {lent.lower()} ", house)
    secret = mails("claim")[-1].secret["link"].rpartition("/")[2]
    assert claims.claim(secret, "nora", "moss lantern teacup drive", base_url=BASE, now=house.now)
    with app.app_context():
        assert db.session.scalar(select(User.role).where(User.username == "nora")) == "customer"


def test_asking_again_at_once_mails_nothing_and_later_a_fresh_link(house, lent, mails):
    ask(lent, house)
    ask(lent, house, minutes=1)
    assert len(mails("claim")) == 1
    ask(lent, house, minutes=3)
    assert len(mails("claim")) == 2
    assert len(mails("second_claim")) == 1


@pytest.mark.parametrize(
    "number", ["", " ", "L-99999", "C-10001", "bo@example.org", "x" * 500, "L\x00-1", "%"]
)
def test_any_other_number_mails_nothing_and_is_written_down(app, house, lent, number):
    ask(number, house)
    with app.app_context():
        assert db.session.scalars(select(Outbox)).all() == []
        asked = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "register.asked")).one()
        assert asked.subject_id is None


@pytest.mark.safety("A8", "A14")
def test_whoever_knows_a_number_fills_nobodys_mailbox_and_leaves_them_a_link_that_works(
    app, house, lent, mails
):
    for number in range(60):
        ask(lent, house, minutes=3 * number)
        claims.ask_again(
            name="nora.novak@example.org", base_url=BASE, now=house.now + timedelta(minutes=3 * number)
        )
    assert len(mails("claim")) <= 10  # five a day, over two days at most
    assert len(mails("second_claim")) <= 2
    secret = mails("claim")[-1].secret["link"].rpartition("/")[2]
    later = house.now + timedelta(hours=5)
    assert claims.claim(secret, "nora", "moss lantern teacup drive", base_url=BASE, now=later)
