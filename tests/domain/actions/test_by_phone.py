"""Money by telephone: the caller is recognised, the words are read and kept, one debit is taken, a copy is mailed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.actions import by_phone
from domain.actions.payment_limits import Accepted, TwinPayment
from domain.rules.account_entry import Typed
from domain.rules.authorisations import Facts, authorisation
from domain.words import Gone, NotAllowed, Refused
from models import Mandate, PayLink, Payment, PaymentMethod, db
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY, Till
from tests.fixtures.ach import ACH

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH)
CLOCK = {"today": TODAY, "now": NOW}
HEARD = ("address", "last_payment")


def spoken(amount: int = INSTALLMENT, **changed) -> Accepted:
    facts = Facts(
        "Harbor Motors", "+1 555 0100", "Checking ••6789", "L-1", "USD", payer="Bo Rivera", amount_minor=amount,
        on=TODAY, said_on=TODAY,
    )  # fmt: skip
    asked = authorisation("ach", facts, class_code="TEL")
    said = Accepted("ach", asked.text(str), asked.version, asked.class_code)
    return replace(said, **changed)


def debit(till: Till, loan: str, method: str, ref: str = "call-1", **more) -> str:
    wishes = {
        "checks": HEARD,
        "permission": spoken(),
        "amount": INSTALLMENT,
        "name": "dana",
        "caller": "bo",
    } | more
    return by_phone.debit(
        loan, till.house.person(wishes["caller"]), wishes["amount"], method, ref, permission=wishes["permission"],
        checks=wishes["checks"], who=till.who(wishes["name"]), again=wishes.get("again", False), **CLOCK,
    )  # fmt: skip


def mandate(till: Till) -> Mandate:
    with till.house.app.app_context():
        return db.session.query(Mandate).one()


def test_the_yes_is_kept_as_a_telephone_permission_and_a_copy_is_mailed_with_the_payment(
    till, loan, ach_account
) -> None:
    ref = debit(till, loan, ach_account("bo"))
    assert debit(till, loan, ach_account("bo", number="1"), ref="call-2", again=True) != ref
    row = till.row(ref)
    assert (row.channel, row.state, row.instrument) == ("phone", "scheduled", "bank")
    assert row.begun_by == till.who("dana").by
    assert row.person_id == till.who("bo").person_id
    assert till.mailed_to("permission") == ["bo@example.org"] * 2


def test_what_was_read_aloud_stands_word_by_word_with_how_the_caller_was_known(
    till, loan, ach_account
) -> None:
    method = ach_account("bo")
    for _ in range(2):
        debit(till, loan, method)
    kept = mandate(till)
    assert (kept.scheme, kept.class_code, kept.channel, kept.recurring) == ("ach", "TEL", "phone", False)
    assert (kept.strength, kept.device, kept.text) == ("staff", "address, last_payment", spoken().text)
    assert kept.accepted_by == till.who("dana").by
    assert till.count(Payment) == till.mails("permission") == 1


@pytest.mark.parametrize("wrong", [
    {"checks": ("address",)}, {"permission": spoken(scheme="sepa")}, {"permission": spoken(scheme="card")},
    {"permission": spoken(recurring=True)}, {"amount": 10**9}, {"amount": 0},
])  # fmt: skip
def test_what_may_not_be_taken_by_telephone_is_refused_and_nothing_is_kept(
    till, loan, ach_account, wrong
) -> None:
    with pytest.raises(Refused):
        debit(till, loan, ach_account("bo"), **wrong)
    assert till.count(Payment) == till.count(Mandate) == till.mails("permission") == 0


def test_only_staff_take_it_from_somebody_on_the_agreement_by_a_method_of_theirs(
    till, loan, ach_account
) -> None:
    method = ach_account("bo")
    for name in ("bo", "lena", "stan"):
        with pytest.raises(NotAllowed):
            debit(till, loan, method, name=name)
    with pytest.raises(Gone):
        debit(till, loan, method, caller="stan")
    with pytest.raises(Refused):
        debit(till, loan, ach_account("stan", number="999"))
    assert till.count(Payment) == 0


def test_the_same_amount_within_minutes_is_asked_about(till, loan, ach_account) -> None:
    method = ach_account("bo")
    debit(till, loan, method)
    with pytest.raises(TwinPayment):
        debit(till, loan, method, ref="call-2")
    debit(till, loan, method, ref="call-2", again=True)
    assert till.count(Payment) == 2


def test_a_link_is_made_for_the_caller_and_works_for_a_day(till, loan, house) -> None:
    made = by_phone.send_link(
        loan, house.person("bo"), INSTALLMENT, "link-1", checks=HEARD, who=till.who("dana"), **CLOCK
    )
    with pytest.raises(Refused):
        by_phone.send_link(
            loan, house.person("bo"), INSTALLMENT, "link-2", checks=(), who=till.who("dana"), **CLOCK
        )
    with house.app.app_context():
        link = db.session.query(PayLink).one()
        assert (link.ref, link.amount_minor, (link.expires_at - NOW).days) == (made.ref, INSTALLMENT, 1)
        assert link.person_id == till.who("bo").person_id


def test_an_account_the_caller_names_serves_once_and_a_card_number_is_refused(till, loan, house) -> None:
    def add(number: str, setup: str) -> str:
        typed = Typed(number, number, "Bo Rivera", "mine", "021000021", "checking")
        return by_phone.add_account(
            loan, house.person("bo"), "ach_file", typed, named="Bank account", setup_ref=setup, checks=HEARD,
            who=till.who("dana"), now=NOW,
        )  # fmt: skip

    with pytest.raises(Refused):
        add("4242424242424242", "setup-0")
    assert till.count(PaymentMethod) == 0
    method = add("000123456789", "setup-1")
    assert add("000123456789", "setup-1") == method
    with house.app.app_context():
        row = db.session.query(PaymentMethod).one()
        assert (row.kept, row.last4, row.person_id) == (False, "6789", till.who("bo").person_id)
