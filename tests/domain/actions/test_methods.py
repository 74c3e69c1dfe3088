"""Ways to pay: chosen on the processor's page, kept sealed, bound to whoever chose them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from domain import sealing
from domain.actions import methods
from domain.actions.payment_limits import Wanted
from domain.records.mandates import Accepted
from domain.transaction import transaction
from domain.words import Conflict, Gone, Refused, Sentence
from gateways import registry
from gateways.base import GatewayRefused
from models import Mandate, PaymentMethod
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY, Till, not_answering

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")
BACK = "http://localhost/methods/return"


def chosen(slug: str = "bank") -> str:
    """A visit to the processor's page on which this method was chosen."""
    setup, address = methods.begin(name="Harbor Motors", return_url=BACK, now=NOW)
    assert address.startswith("http://localhost/sandbox-processor/")
    registry.default().processor.visits.choose(setup, slug)
    return setup


def kept(till: Till, ref: str) -> PaymentMethod:
    with till.house.app.app_context():
        return PaymentMethod.query.filter_by(ref=ref).one()


@pytest.mark.safety("D4")
def test_a_chosen_method_is_kept_with_its_last_digits(till) -> None:
    method = kept(till, methods.save(chosen("card"), keep=True, who=till.who("bo"), now=NOW))
    assert (method.kind, method.label, method.last4) == ("card", "Test Card ••4242", "4242")
    assert method.expires
    assert method.kept
    assert till.audits("method.saved") == 1


@pytest.mark.safety("D1", "D8")
def test_the_token_is_sealed_for_its_own_row_and_stands_nowhere_in_clear(till) -> None:
    setup = chosen()
    method = kept(till, methods.save(setup, keep=True, who=till.who("bo"), now=NOW))
    token = registry.default().read_method(setup).token
    assert sealing.unseal(method.token_sealed, f"payment_method.token:{method.ref}") == token
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(method.token_sealed, "payment_method.token:another-row")
    with transaction() as session:
        rows = session.execute(text("SELECT * FROM payment_method")).all()
        audits = session.execute(text("SELECT * FROM audit_event")).all()
    assert token not in repr(rows) + repr(audits)


def test_the_same_visit_saved_again_is_the_same_method(till) -> None:
    setup, who = chosen(), till.who("bo")
    first = methods.save(setup, keep=True, who=who, now=NOW)
    assert methods.save(setup, keep=True, who=who, now=NOW) == first
    assert till.count(PaymentMethod) == 1
    assert till.audits("method.saved") == 1


def test_a_visit_that_somebody_saved_belongs_to_them(till) -> None:
    setup = chosen()
    methods.save(setup, keep=True, who=till.who("bo"), now=NOW)
    with pytest.raises(Gone):
        methods.save(setup, keep=True, who=till.who("stan"), now=NOW)
    assert till.count(PaymentMethod) == 1


def test_two_visits_never_share_their_name(till) -> None:
    refs = {methods.begin(name="Harbor Motors", return_url=BACK, now=NOW)[0] for _ in range(50)}
    assert len(refs) == 50
    assert min(map(len, refs)) >= 32


def test_nothing_chosen_is_nothing_saved(till) -> None:
    setup, _ = methods.begin(name="Harbor Motors", return_url=BACK, now=NOW)
    assert methods.chosen(setup) is None
    for unknown in (setup, "a-visit-that-never-was-begun", ""):
        with pytest.raises(Refused):
            methods.save(unknown, keep=True, who=till.who("bo"), now=NOW)
    assert till.count(PaymentMethod) == 0


def test_a_silent_processor_is_said_in_a_sentence_and_stores_nothing(till) -> None:
    setup = chosen()
    with not_answering("read_method", "begin_method"):
        for ask in (
            lambda: methods.begin(name="Harbor Motors", return_url=BACK, now=NOW),
            lambda: methods.chosen(setup),
            lambda: methods.save(setup, keep=True, who=till.who("bo"), now=NOW),
        ):
            with pytest.raises(Refused, match="does not answer"):
                ask()
    assert till.count(PaymentMethod) == 0


def test_a_method_for_one_payment_is_not_offered_again_but_pays(till, loan, save_method) -> None:
    once = save_method("bo", "card", keep=False)
    assert not kept(till, once).kept
    assert till.state(till.pay(loan, INSTALLMENT, once)) == "settled"


def test_removing_takes_a_method_out_of_use_and_keeps_its_name(till, loan, card) -> None:
    paid = till.pay(loan, INSTALLMENT, card)
    for _ in range(2):
        methods.remove(card, who=till.who("bo"), now=NOW)
    assert kept(till, card).removed_at == NOW
    assert till.audits("method.removed") == 1
    assert till.row(paid).method_id == kept(till, card).id


def test_a_method_with_a_payment_on_its_way_stays(till, loan, bank) -> None:
    till.pay(loan, INSTALLMENT, bank)
    with pytest.raises(Conflict):
        methods.remove(bank, who=till.who("bo"), now=NOW)
    assert kept(till, bank).removed_at is None
    till.days(2, TODAY)
    methods.remove(bank, who=till.who("bo"), now=NOW)


@pytest.mark.safety("W9")
@pytest.mark.parametrize("name", ["stan", "tess", "dana", "adam", "lena"])
def test_nobody_removes_somebody_elses_method(till, bank, name) -> None:
    with pytest.raises(Gone):
        methods.remove(bank, who=till.who(name), now=NOW)
    assert kept(till, bank).removed_at is None


@pytest.mark.parametrize("verb", ["begin_method", "read_method"])
def test_a_processor_that_refuses_our_request_is_told_in_words(till, monkeypatch, verb) -> None:
    def refuse(*_given, **_named):
        raise GatewayRefused(Sentence("The processor does not accept our key."), "not_allowed")

    monkeypatch.setattr(registry.default(), verb, refuse)
    asked = {
        "begin_method": lambda: methods.begin(name="Harbor", return_url=BACK, now=NOW),
        "read_method": lambda: methods.chosen("a-reference-nobody-guesses"),
    }
    with pytest.raises(Refused, match="does not accept our key"):
        asked[verb]()


def test_the_permissions_for_a_removed_method_end_with_it(till, loan, card) -> None:
    given = Accepted(scheme="card", text="I allow it once.", version="2026-11")
    till.pay(loan, INSTALLMENT, card, wanted=Wanted(permission=given))
    methods.remove(card, who=till.who("bo"), now=NOW)
    with till.house.app.app_context():
        assert Mandate.query.one().ended_at == NOW
