"""`flask demo`: a business with a past whose books and processor agree, once, with passwords nobody else has."""

from __future__ import annotations

import stat

import pytest
import sqlalchemy as sa

from commands.demo import FILE
from domain.access import Scope
from domain.actions.sign_ins import begin
from domain.reports.agreements import views
from domain.reports.book_check import check
from domain.transaction import transaction
from models import (
    Agreement,
    Announcement,
    BankDeposit,
    Business,
    CannedAnswer,
    Charge,
    LateFeePolicy,
    MaintenanceRequest,
    MoveNotice,
    Outbox,
    OwnerStatement,
    Payment,
    PaymentReturn,
    Property,
    PropertyOwner,
    Statement,
    Thread,
    Unit,
    User,
    db,
)
from tests.fixtures.torture import torturing


def test_the_demo_is_filled_once_and_its_books_agree(app, runner, instance) -> None:
    first = runner.invoke(args=["demo"])
    path = instance / FILE
    assert (first.exit_code, first.output) == (
        0,
        f"The demo business is ready. Its sign-ins stand in {path}\n",
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [line.split("  ") for line in path.read_text().splitlines()[1:]]
    assert [line[0] for line in lines] == ["bo", "tess", "stan", "dana", "lena", "adam"]
    assert len({line[2] for line in lines}) == 6
    assert [len(line) for line in lines] == [3, 3, 3, 4, 4, 4]
    with app.app_context():
        checked = check(db.session)
        assert checked.differences == []
        assert checked.charges >= 10
        numbers = set(db.session.scalars(sa.select(Agreement.number)))
        assert numbers == {
            "L-10042", "L-10043", "L-10044", "L-10045", "L-10046", "RENT-10047", "RENT-10048", "RENT-10049",
            "LTO-10050", "CR-10051",
        }  # fmt: skip
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Statement)) >= 3
        late = db.session.scalars(
            sa.select(Agreement.number).join(Charge).where(Charge.type == "rent").distinct()
        )
        assert set(late) == {"RENT-10047", "RENT-10048", "RENT-10049"}
        [fee] = db.session.scalars(sa.select(LateFeePolicy))
        assert (fee.kind, fee.body["first_fee_offset"]) == ("rental", 30), "lawful in Massachusetts"
        lena = db.session.execute(
            sa.select(User.id, User.person_id, User.role).where(User.username == "lena")
        ).one()
        seen = Scope(lena.role, lena.id, lena.person_id).select(Agreement, Agreement.number)
        assert set(db.session.scalars(seen)) == {"RENT-10047", "RENT-10048", "RENT-10049"}, "hers alone"
        assert list(db.session.scalars(sa.select(PropertyOwner.person_id))) == [lena.person_id]
        talks = db.session.execute(sa.select(Thread.topic, Thread.state).order_by(Thread.topic)).all()
        assert [tuple(row) for row in talks] == [("home", "open"), ("payment", "closed"), ("repair", "open")]
        for shown, count in ((CannedAnswer, 2), (Announcement, 1), (MaintenanceRequest, 1)):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(shown)) == count
        states = set(db.session.scalars(sa.select(Payment.state)))
        assert states <= {"settled", "failed", "pending"}
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PaymentReturn)) >= 1
        back = db.session.scalars(sa.select(Payment.amount_minor).join(PaymentReturn).order_by(Payment.id))
        assert min(back) > 100_00, "installments came back, not odd sums of the sandbox"
        assert set(db.session.scalars(sa.select(Outbox.state))) <= {"sent"}
        assert begin(db.session.scalars(sa.select(User.id)).first(), stage="full", address="", device="",
                     now=app.extensions["clock"].now())  # fmt: skip
    before = path.read_bytes()
    again = runner.invoke(args=["demo"])
    assert (again.exit_code, again.output) == (
        0,
        f"The demo business is here already. Its sign-ins stand in {path}\n",
    )
    assert path.read_bytes() == before
    path.unlink()
    third = runner.invoke(args=["demo"])
    assert third.output == "This installation has a business already; nothing was changed.\n"
    assert not path.exists()


# book: who signs in, houses, owners, statements told to owners; forty buildings only in `make torture`.
HOUSES = {
    "landlord": (["lena", "tess", "bo"], 3, 0, 0),
    "manager": (["adam", "dana", "lena", "tess", "bo"], 40, 12, 20),
}


@pytest.mark.parametrize("book", HOUSES if torturing() else ["landlord"])
def test_the_demos_of_houses_have_books_that_agree(app, runner, instance, book: str) -> None:
    names, houses, owners, statements = HOUSES[book]
    first = runner.invoke(args=["demo", "--book", book])
    assert first.exit_code == 0, first.output
    lines = [line.split("  ") for line in (instance / FILE).read_text().splitlines()[1:]]
    assert [line[0] for line in lines] == names
    with app.app_context():
        checked = check(db.session)
        assert checked.differences == []
        admin = db.session.scalars(sa.select(User).where(User.role == "admin")).first()
        office = Scope(admin.role, admin.id, admin.person_id)
        count = sa.select(sa.func.count())
        assert db.session.scalar(count.select_from(Property)) == houses
        leases = db.session.scalar(count.select_from(Agreement))
        assert leases >= houses
        assert db.session.scalar(count.select_from(Charge)) >= 5 * leases
        assert set(db.session.scalars(sa.select(Payment.state))) == {"settled"}
        assert db.session.scalar(count.select_from(BankDeposit)) >= 5, "counter money is carried to the bank"
        late = [one for one in views(office, app.extensions["clock"].today()) if one.due.past_due_minor]
        assert late, "somebody is late"
        if book == "landlord":
            assert db.session.scalar(count.select_from(MoveNotice)) == 1
            empty = sa.select(Unit.id).where(Unit.id.not_in(sa.select(Agreement.unit_id)))
            assert len(db.session.scalars(empty).all()) >= 2, "something is vacant"
        assert db.session.scalar(sa.select(sa.func.count(PropertyOwner.person_id.distinct()))) == owners
        assert db.session.scalar(count.select_from(OwnerStatement)) >= statements
        assert db.session.scalar(sa.select(Business.demo_at)) is not None


def test_the_demo_is_removed_in_one_step_and_nothing_else_can_be(app, runner, instance, house) -> None:
    refused = runner.invoke(args=["demo", "--remove"], input="Harbor Test\n")
    assert (refused.exit_code, "not the demo business" in refused.output) == (1, True)
    with app.app_context(), transaction() as session:
        business = session.scalars(sa.select(Business)).one()
        business.demo_at = app.extensions["clock"].now()
        name = business.name
    (instance / "uploads" / "left.pdf").write_bytes(b"%PDF")
    assert runner.invoke(args=["demo", "--remove"], input="Another\n").exit_code == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) > 0
    removed = runner.invoke(args=["demo", "--remove"], input=f"{name}\n")
    assert removed.exit_code == 0, removed.output
    with app.app_context():
        assert [
            db.session.scalar(sa.select(sa.func.count()).select_from(one)) for one in (Business, User)
        ] == [0, 0]
        assert check(db.session).differences == []
    assert list((instance / "uploads").iterdir()) == []
    made = ["user", "create", "--role", "admin", "--name", "Ann", "--email", "ann@example.org"]
    assert runner.invoke(args=made).exit_code == 0
