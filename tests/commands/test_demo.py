"""`flask demo`: a business with a past whose books and processor agree, once, with passwords nobody else has."""

from __future__ import annotations

import stat

import sqlalchemy as sa

from commands.demo import FILE
from domain.access import Scope
from domain.actions.sign_ins import begin
from domain.reports.book_check import check
from models import Agreement, Charge, LateFeePolicy, Outbox, Payment, PaymentReturn, Statement, User, db


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
