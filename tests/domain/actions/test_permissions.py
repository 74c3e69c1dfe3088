"""A permission that is taken back ends, cancels what is planned under it, and calls nothing back that was sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.actions import permissions
from domain.actions.payment_limits import Wanted
from domain.records.mandates import Accepted
from domain.words import Gone
from models import Mandate
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
GIVEN = Accepted(
    scheme="ach", text="I allow it once.\n\nThe account is mine.", version="2026-11", class_code="WEB"
)


def given(till: Till) -> Mandate:
    with till.house.app.app_context():
        return Mandate.query.order_by(Mandate.id.desc()).first()


def planned(till: Till, loan: str, bank: str) -> str:
    wanted = Wanted(permission=GIVEN, on=TODAY + timedelta(days=10))
    return till.pay(loan, INSTALLMENT, bank, wanted=wanted)


def end(till: Till, ref: str, name: str = "bo") -> int:
    return permissions.end(ref, who=till.who(name), today=TODAY, now=NOW)


def test_ending_a_permission_cancels_the_payment_planned_under_it(till, loan, bank) -> None:
    payment = planned(till, loan, bank)
    assert till.state(payment) == "scheduled"
    assert end(till, given(till).ref) == 1
    assert till.state(payment) == "cancelled"
    assert given(till).ended_at == NOW
    assert end(till, given(till).ref) == 0
    assert till.audits("permission.ended") == 1


def test_what_was_sent_already_is_not_called_back(till, loan, bank) -> None:
    payment = till.pay(loan, INSTALLMENT, bank, wanted=Wanted(permission=GIVEN))
    assert end(till, given(till).ref) == 0
    till.days(3)
    assert till.state(payment) == "settled"


def test_other_permissions_and_their_payments_stay(till, loan, bank) -> None:
    first = planned(till, loan, bank)
    other = given(till).ref
    planned(till, loan, bank)
    end(till, given(till).ref)
    assert till.state(first) == "scheduled"
    assert other != given(till).ref


def test_somebody_elses_permission_is_not_there(till, loan, bank) -> None:
    planned(till, loan, bank)
    for verb in (lambda: end(till, given(till).ref, "stan"), lambda: end(till, "never-given")):
        with pytest.raises(Gone):
            verb()
    with pytest.raises(Gone):
        permissions.mail_copy(given(till).ref, who=till.who("stan"), now=NOW)
    assert given(till).ended_at is None


def test_a_copy_is_mailed_once_a_day_as_it_was_accepted(till, loan, bank, mails) -> None:
    from domain.reports.mail_data import mail_data
    from domain.transaction import transaction
    from models import Outbox

    planned(till, loan, bank)
    for _ in range(2):
        assert permissions.mail_copy(given(till).ref, who=till.who("bo"), now=NOW)
    assert len(mails("permission")) == 1
    with transaction() as session:
        row = session.query(Outbox).filter_by(template="permission").one()
        data = mail_data(session, row, {}, "http://localhost")
    assert data["paragraphs"] == ["I allow it once.", "The account is mine."]
