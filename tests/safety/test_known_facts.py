"""What others may know of somebody (their number, their birth date, the end of an account) never lets anybody in."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain.transaction import transaction
from models import Agreement, Outbox, PaymentMethod, Person, User, db

pytestmark = pytest.mark.database("sqlite")
THIEF = "thief@evil.example"


@pytest.fixture
def facts(app, house, open_agreement, save_method) -> dict[str, str]:
    """All that somebody near Bo could have read on his letters."""
    loan = open_agreement("bo", number="L-10042", title="2021 Toyota Camry")
    save_method("bo")
    with transaction() as session:
        known = sa.update(Person).where(Person.ref == house.person("bo"))
        session.execute(known.values(phone="+1 207 555 0142", address="12 Mill Lane\nPortland, ME 04101"))
    with app.app_context():
        bo = db.session.scalars(sa.select(Person).where(Person.ref == house.person("bo"))).one()
        return {
            "number": bo.number, "digits": bo.number.removeprefix("C-"), "agreement": "L-10042", "name": bo.name,
            "email": bo.email, "username": "bo", "phone": bo.phone, "zip": "04101", "born": "1984-03-02",
            "born, as typed": "03021984", "last four": db.session.scalar(sa.select(PaymentMethod.last4)),
            "ref": bo.ref, "loan": loan, "title": "2021 Toyota Camry",
        }  # fmt: skip


def accounts(app) -> list[tuple[str, str]]:
    with app.app_context():
        query = sa.select(User.username, User.password_hash).order_by(User.id)
        return [tuple(row) for row in db.session.execute(query)]


@pytest.mark.safety("A5")
def test_no_fact_is_a_password_and_no_two_facts_are_a_sign_in(app, facts) -> None:
    for name in facts.values():
        for password in facts.values():
            client = app.test_client()
            answer = client.post("/sign-in", data={"name": name, "password": password})
            assert answer.status_code == 422, (name, password)
            assert client.get_cookie("duebook") is None


@pytest.mark.safety("A5", "A14")
def test_all_facts_at_once_lead_only_to_the_address_on_file(app, facts) -> None:
    """Whatever is sent beside them, a link goes to Bo or to nobody, and no page takes them as proof."""
    before = accounts(app)
    beside = {
        "email": THIEF, "to": THIEF, "address": THIEF, "birth_date": facts["born"], "last4": facts["last four"],
        "phone": facts["phone"], "zip": facts["zip"], "password": "moss lantern teacup drive", "username": "thief",
    }  # fmt: skip
    for path in ("/recover", "/recover/username", "/claim", "/register"):
        for fact in facts.values():
            client = app.test_client()
            sent = beside | {"name": fact, "number": fact, "agreement": facts["agreement"]}
            answer = client.post(path, data=sent)
            assert answer.status_code in (200, 404, 422), path
            assert client.get_cookie("duebook") is None
            for page in ("/dashboard", "/account", "/profile"):
                assert client.get(page).status_code == 303
    assert accounts(app) == before
    with app.app_context():
        assert set(db.session.scalars(sa.select(Outbox.to_address))) <= {facts["email"]}
        assert db.session.scalar(sa.select(sa.func.count(Agreement.id))) == 1
