"""What a thief of the database, the disk or the log gets: nothing that opens a door or names an account."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa

from domain import sealing
from domain.actions import claims, people, recovery
from models import Outbox, PaymentMethod, SignIn, User, db

PASSWORD = "walrus compass ninety lanterns"


def dump(app) -> str:
    with app.app_context():
        return "\n".join(
            f"{table.name}: {tuple(row)!r}"
            for table in db.metadata.tables.values()
            for row in db.session.execute(sa.select(table))
        )


@pytest.fixture
def lived(app, client, house, save_method):
    """A portal that was used: secrets of every kind were made, and here they are in clear."""
    base_url = app.config["BASE_URL"]
    recovery.ask("bo", base_url=base_url, now=house.now)
    person = people.create_person("Nora Known", "nora@example.org", by=house.by, now=house.now)
    claims.invite(person, None, by=house.by, now=house.now, base_url=base_url)
    cookie = house.sign_in(client, "bo")
    save_method("bo")
    places = {
        "seed": (User.totp_sealed, User.ref, "user_account.totp:{}"),
        "token": (PaymentMethod.token_sealed, PaymentMethod.ref, "payment_method.token:{}"),
        "mail": (Outbox.sealed, Outbox.dedupe_key, "outbox.sealed:{}"),
    }
    with app.app_context():
        found = {
            kind: [
                sealing.unseal(text, place.format(name))
                for text, name in db.session.execute(sa.select(column, names))
                if text
            ]
            for kind, (column, names, place) in places.items()
        }
    found["link"] = re.findall(r"/(?:recover|claim)/([\w-]{20,})", " ".join(found.pop("mail")))
    found["cookie"] = [cookie]
    assert all(found.values())
    return found


@pytest.mark.safety("D6", "D8", "S1")
def test_a_copy_of_the_database_holds_no_secret_in_clear(app, lived) -> None:
    text = dump(app)
    assert [kind for kind, secrets in lived.items() for secret in secrets if secret in text] == []


@pytest.mark.safety("D8")
def test_what_is_sealed_does_not_open_without_the_key(app, lived, monkeypatch) -> None:
    monkeypatch.setattr(sealing, "_keys", {})
    monkeypatch.setattr(sealing, "_source", None)
    with app.app_context():
        sealed = db.session.execute(sa.select(PaymentMethod.ref, PaymentMethod.token_sealed)).all()
    assert sealed
    for ref, text in sealed:
        with pytest.raises(sealing.CannotOpen):
            sealing.unseal(text, f"payment_method.token:{ref}")


@pytest.mark.safety("S1", "D6")
def test_a_sign_in_is_found_by_the_hash_of_its_cookie_and_by_nothing_in_its_row(
    app, house, client, lived
) -> None:
    with app.app_context():
        [row] = db.session.scalars(
            sa.select(SignIn).where(SignIn.id_hash == sealing.fingerprint(lived["cookie"][0]))
        )
    for guess in (row.id_hash, str(row.id)):
        thief = app.test_client()
        thief.set_cookie("duebook", guess)
        assert thief.get("/dashboard").status_code == 303


@pytest.mark.safety("D10")
@pytest.mark.database("sqlite")
def test_the_database_and_what_stands_beside_it_are_its_owners_alone(app, house) -> None:
    house.sign_in(app.test_client(), "bo")
    settings = app.config["SETTINGS"]
    files = [path for path in Path(settings.instance).rglob("*") if path.is_file()]
    database = Path(sa.make_url(settings.database_url).database or "")
    companions = list(database.parent.glob(f"{database.name}*"))
    assert companions
    for path in [*files, *companions]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert os.umask(0o077) == 0o077


@pytest.mark.safety("D7")
def test_what_is_typed_at_the_doors_stands_in_no_log(app, house, lived, capfd, caplog) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"name": "bo", "password": PASSWORD})
    client.post(f"/recover/{lived['link'][0]}", data={"password": "short"})
    house.client("dana", stage="password").post("/second-factor", data={"code": pyotp.TOTP("A" * 32).now()})
    said = "".join(capfd.readouterr()) + caplog.text
    assert [secret for secret in (PASSWORD, lived["link"][0]) if secret in said] == []
