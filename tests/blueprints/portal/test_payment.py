"""One payment: honest words in every state, its receipt, and the way back from the processor's page."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.fixtures.agreements import clock_today, scope_of


def printed(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def ref(open_agreement) -> str:
    return open_agreement("bo")


def state_of(app, ref: str) -> str:
    from models import Payment, db

    with app.app_context():
        return db.session.scalar(select(Payment.state).where(Payment.ref == ref))


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("bank", ["Sent to your bank, expected to settle", "It counts from the day you began it"]),
        ("card", ["Settled on", "Receipt R-", "What happened", "Owed after this payment"]),
        ("card_insufficient", ["This payment did not go through.", "it cost you nothing", "Pay again"]),
        ("bank_silent", ["We are asking the bank.", "Please do not pay again", "Ask again now"]),
        ("card_confirm", ["Your yes is needed.", "Nothing has moved yet.", "Go on and confirm"]),
    ],
)
def test_each_state_is_told_honestly(house, ref, pay, method, words) -> None:
    page = house.client("bo").get(f"/payments/{pay('bo', ref, 15597, method=method)}").text
    for sentence in words:
        assert sentence in page


def test_a_bank_payment_can_still_come_back_and_then_says_what_it_cost(
    house, app, ref, pay, days_pass
) -> None:
    from domain.transaction import transaction
    from models import Business

    with transaction() as session:
        session.get_one(Business, 1).returned_payment_fee_minor = 2500
    kept, lost = pay("bo", ref, 15000), pay("bo", ref, 15597, method="bank_r01")
    days_pass(7)
    bo = house.client("bo")
    assert "Your bank can still return it until" in bo.get(f"/payments/{kept}").text
    page = bo.get(f"/payments/{lost}").text
    assert "This payment came back on" in page
    assert "There was not enough money in the bank account." in page
    assert "A fee of $25.00 was added." in page
    assert "$180.97 in all" in page
    assert "no longer proves a payment" in page


@pytest.mark.parametrize(
    ("off", "words", "owed"),
    [(2500, "A fee of $25.00 was added and taken off again.", "$155.97 in all"),
     (1000, "A fee of $25.00 was added; $10.00 of it was taken off again.", "$170.97 in all")],
)  # fmt: skip
def test_a_fee_that_was_taken_off_again_is_told_so(
    house, ref, pay, days_pass, charges_of, off, words, owed
) -> None:
    from domain.actions import charges
    from domain.transaction import transaction
    from models import Business

    with transaction() as session:
        session.get_one(Business, 1).returned_payment_fee_minor = 2500
    lost = pay("bo", ref, 15597, method="bank_r01")
    days_pass(7)
    (fee,) = [one for one in charges_of(ref) if one.amount_minor == 2500]
    charges.waive(
        ref, fee.id, off, "Her bank erred", "waiver-1", who=scope_of(house, "dana"), today=clock_today(house),
        now=house.now,
    )  # fmt: skip
    bo = house.client("bo")
    page = bo.get(f"/payments/{lost}").text
    assert words in page
    assert owed in page
    assert words in bo.get("/dashboard").text


def test_the_part_that_looks_again_comes_alone_and_only_while_it_moves(house, ref, pay) -> None:
    bo = house.client("bo")
    moving, done = pay("bo", ref, 15597), pay("bo", ref, 20000, method="card")
    part = bo.get(f"/payments/{moving}/widgets/state", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "every 60s" in part
    assert "every" not in bo.get(f"/payments/{done}/widgets/state", headers={"HX-Request": "true"}).text


@pytest.mark.safety("M14")
def test_coming_back_from_the_processor_changes_nothing_until_it_was_asked(house, app, ref, pay) -> None:
    from gateways import registry

    paid = pay("bo", ref, 15597, method="card_confirm")
    bo = house.client("bo")
    visits = registry.default().processor.visits
    page = bo.get(f"/payments/{paid}").text
    confirm = page.split("/confirm/")[1].split('"')[0]
    visits.answer(confirm, True, house.now)
    assert "We now ask the processor" in bo.get(f"/payments/{paid}/confirmed").text
    assert state_of(app, paid) == "awaiting"
    assert bo.post(f"/payments/{paid}/check").headers["Location"] == f"/payments/{paid}"
    assert state_of(app, paid) == "settled"


@pytest.mark.safety("M14")
def test_a_forged_way_back_pays_nothing(house, app, ref, pay) -> None:
    paid = pay("bo", ref, 15597, method="card_confirm")
    bo = house.client("bo")
    bo.get(f"/payments/{paid}/confirmed?state=settled")
    bo.post(f"/payments/{paid}/check", data={"state": "settled"})
    assert state_of(app, paid) == "awaiting"


def test_the_receipt_is_a_pdf_once_there_is_one(house, ref, pay) -> None:
    bo = house.client("bo")
    done, moving = pay("bo", ref, 15597, method="card"), pay("bo", ref, 20000)
    answer = bo.get(f"/payments/{done}/receipt.pdf")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == 'inline; filename="R-000001.pdf"'
    assert bo.get(f"/payments/{moving}/receipt.pdf").status_code == 404


def test_a_joint_holder_reads_no_name_or_digits_of_another_persons_method(house, ref, pay) -> None:
    from domain.actions import people

    paid = pay("bo", ref, 15597, method="card")
    people.assign(
        ref,
        by=house.by,
        today=clock_today(house),
        now=house.now,
        person_ref=house.person("tess"),
        role="joint",
    )
    addresses = (f"/payments/{paid}", "/payments", "/payments.csv", "/dashboard/widgets/recent")
    for address in addresses:
        assert "••4242" in house.client("bo").get(address).text
        theirs = house.client("tess").get(address).text
        assert "Card of another person on this agreement" in theirs
        assert "4242" not in theirs
    assert "No payment fits" in house.client("tess").get("/payments?q=4242").text
    assert "••4242" in house.client("dana").get(f"/office/payments/{paid}").text
    assert "4242" in printed(house.client("bo").get(f"/payments/{paid}/receipt.pdf").data)
    assert "4242" not in printed(house.client("tess").get(f"/payments/{paid}/receipt.pdf").data)


@pytest.mark.parametrize("path", ["", "/widgets/state", "/confirmed", "/receipt.pdf"])
def test_a_stranger_finds_nothing(house, ref, pay, path) -> None:
    paid = pay("bo", ref, 15597, method="card")
    assert house.client("stan").get(f"/payments/{paid}{path}").status_code == 404


def test_a_stranger_cannot_ask_either(house, ref, pay) -> None:
    paid = pay("bo", ref, 15597, method="card_confirm")
    assert house.client("stan").post(f"/payments/{paid}/check").status_code == 404
