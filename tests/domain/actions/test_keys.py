"""Keys are changed while the portal runs: every row opens before, meanwhile and afterwards."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain import sealing
from domain.actions import keys
from domain.records.words_out import enqueue_mail
from domain.transaction import transaction
from models import Outbox, PaymentMethod, User, db
from tests.torture.lives import Lives

ROWS = 120
POINTS = ("keys.row_sealed", "keys.chunk_kept")


@pytest.fixture
def sealed(house, save_method):
    """Sealed texts in every column that has one, in more than one chunk, and the key they are sealed with."""
    house.app.config["SETTINGS"].sealing_keys.make()
    method = save_method("bo")
    with transaction() as session:
        user = session.scalars(sa.select(User).order_by(User.id)).first()
        user.totp_sealed = sealing.seal("A" * 32, f"user_account.totp:{user.ref}")
        for number in range(ROWS):
            enqueue_mail(
                session, to="bo@example.org", template="claim", dedupe_key=f"sealed-{number}", now=house.now,
                secret={"link": f"https://pay.example/{number}"},
            )  # fmt: skip
    return method


def open_all(app) -> dict[str, int]:
    """Open every sealed text that there is; how many there are by key."""
    found: dict[str, int] = {}
    with app.app_context():
        for column in keys.SEALED:
            query = sa.select(column.sealed, column.name).where(column.sealed.is_not(None))
            for text, name in db.session.execute(query):
                sealing.unseal(text, column.place(name))
                found[text.partition(".")[0]] = found.get(text.partition(".")[0], 0) + 1
    return found


@pytest.mark.safety("D3")
def test_after_a_change_everything_is_sealed_with_the_new_key_and_opens(house, sealed) -> None:
    before = open_all(house.app)
    old = sealing.current_key()
    assert set(before) == {old}
    assert sum(before.values()) > ROWS
    house.app.config["SETTINGS"].sealing_keys.renew()
    assert sealing.current_key() != old
    assert keys.reseal(by="test", now=house.now) == sum(before.values())
    assert open_all(house.app) == {sealing.current_key(): sum(before.values())}
    assert keys.reseal(by="test", now=house.now) == 0


@pytest.mark.safety("D3")
def test_a_process_that_runs_on_opens_and_seals_with_the_new_key(house, sealed) -> None:
    old = sealing.current_key()
    lives = Lives(house.app)

    def change() -> None:
        house.app.config["SETTINGS"].sealing_keys.renew()
        keys.reseal(by="test", now=house.now)

    assert lives.live(change) is False  # another process changed the key; this one was not told
    assert set(open_all(house.app)) == {sealing.current_key()}
    assert sealing.current_key() != old
    assert sealing.seal("x", "here").startswith(f"{sealing.current_key()}.")


@pytest.mark.safety("D3")
@pytest.mark.parametrize(
    ("point", "visit"), [*zip(POINTS, (1, 1), strict=True), *zip(POINTS, (70, 2), strict=True)]
)
def test_a_change_that_is_killed_leaves_every_row_open_and_the_next_one_finishes_it(
    house, sealed, point, visit
) -> None:
    everything = sum(open_all(house.app).values())
    house.app.config["SETTINGS"].sealing_keys.renew()
    lives = Lives(house.app)
    assert lives.live(lambda: keys.reseal(by="test", now=house.now), at=point, visit=visit) is True
    between = open_all(house.app)
    assert sum(between.values()) == everything
    keys.reseal(by="test", now=house.now)
    assert open_all(house.app) == {sealing.current_key(): everything}


def test_a_row_that_was_changed_meanwhile_is_left_as_it_was_set(house, sealed) -> None:
    """The guard is the text that was read: what somebody else wrote since is theirs."""
    with transaction() as session:
        row = session.scalars(sa.select(PaymentMethod)).first()
        place = f"payment_method.token:{row.ref}"
        newer = sealing.seal("newer", place)
        statement = sa.update(PaymentMethod).where(
            PaymentMethod.id == row.id, PaymentMethod.token_sealed == "what was read before"
        )
        assert session.execute(statement.values(token_sealed="lost")).rowcount == 0
        row.token_sealed = newer
    keys.reseal(by="test", now=house.now)
    with house.app.app_context():
        kept = db.session.scalars(sa.select(PaymentMethod)).first()
        assert sealing.unseal(kept.token_sealed, place) == "newer"


def test_a_key_that_is_lost_is_named_and_nothing_is_changed(house, sealed, monkeypatch) -> None:
    with transaction() as session:
        session.execute(
            sa.update(Outbox).where(Outbox.dedupe_key == "sealed-3").values(sealed="0badc0de.AAAA")
        )
    with pytest.raises(sealing.CannotOpen, match="0badc0de"):
        keys.reseal(by="test", now=house.now)


@pytest.mark.safety("D3")
def test_every_sealed_column_of_the_schema_is_known_here() -> None:
    named = {
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        if "sealed" in column.name and not column.name.endswith(("_at", "_on"))
    }
    assert named == {f"{one.sealed.class_.__tablename__}.{one.sealed.key}" for one in keys.SEALED}
