"""Whoever's card ends this month or the next is told by mail, once for each card."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from domain.actions import methods
from domain.actions.method_expiry import tell_expiring
from models import PaymentMethod
from tests.domain.actions.paying import NOW, TODAY, Till

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


def ends(till: Till, ref: str, month: str) -> None:
    till.change(update(PaymentMethod).where(PaymentMethod.ref == ref).values(expires=month))


def test_a_card_that_ends_soon_is_told_once(till, card, mails) -> None:
    ends(till, card, "2026-04")
    assert tell_expiring(today=TODAY, now=NOW) == 1
    assert tell_expiring(today=date(2026, 4, 1), now=NOW) == 0
    (mail,) = mails("method_expires")
    assert (mail.to_address, mail.data["last_day"]) == ("bo@example.org", "2026-04-30")
    assert mail.data["method"] == "Test Card ••4242"


@pytest.mark.parametrize("month", ["2026-02", "2026-05", "2032-12", ""])
def test_one_that_ends_later_or_has_ended_is_not(till, card, mails, month) -> None:
    ends(till, card, month)
    assert tell_expiring(today=TODAY, now=NOW) == 0
    assert mails("method_expires") == []


def test_a_removed_card_or_one_that_served_once_is_not(till, card, save_method, mails) -> None:
    once = save_method("bo", "card", keep=False)
    for ref in (card, once):
        ends(till, ref, "2026-03")
    methods.remove(card, who=till.who("bo"), now=NOW)
    assert tell_expiring(today=TODAY, now=NOW) == 0


def test_the_mail_can_be_made_and_names_the_last_day(till, card, app) -> None:
    from domain.reports.mail_data import mail_data
    from domain.transaction import transaction
    from models import Outbox

    ends(till, card, "2026-03")
    tell_expiring(today=TODAY, now=NOW)
    with transaction() as session:
        row = session.query(Outbox).filter_by(template="method_expires").one()
        data = mail_data(session, row, {}, "http://localhost")
    assert data["last_day"] == date(2026, 3, 31)
    assert data["link"] == "http://localhost/methods"
