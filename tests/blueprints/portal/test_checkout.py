"""The review, the last step, and what became of the payments."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of
from tests.fixtures.paying import payments_of
from tests.fixtures.paying_several import choose, chosen, last_step, typed


@pytest.fixture
def bo(house):
    return house.client("bo")


@pytest.fixture
def two(open_agreement, save_method) -> tuple[str, str]:
    save_method("bo")
    return open_agreement("bo", age_days=14), open_agreement("bo", title="A boat", age_days=14)


@pytest.fixture
def charged():
    from gateways import registry

    return lambda: [charge.amount_minor for charge in registry.default().charges()]


def pay(client, amounts, **wishes) -> str:
    """Where the last step leads to."""
    answer = client.post("/checkouts", data=last_step(client, amounts, **wishes))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_paying_leads_to_one_page_with_all_payments_and_charges_once_for_three_clicks(
    bo, app, two, charged
) -> None:
    form = last_step(bo, {two[0]: "155.97", two[1]: "200"})
    answers = [bo.post("/checkouts", data=form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert charged() == [15597, 20000]
    assert payments_of(app) == 2
    page = bo.get(answers[0].headers["Location"]).text
    for words in (
        "2 payments",
        "$355.97",
        "$155.97",
        "$200.00",
        "2021 Toyota Camry",
        "A boat",
        "Sent to your bank",
    ):
        assert words in page


def test_back_and_reload_find_the_same_payments(bo, two, charged) -> None:
    amounts = {two[0]: "155.97", two[1]: "200"}
    first = chosen(bo, amounts)
    review = bo.post("/checkouts/review", data=first).headers["Location"]
    form = fields_of(bo.get(review).text, "/checkouts") | {"agree": "y"}
    paid = bo.post("/checkouts", data=form).headers["Location"]
    assert bo.get(review).headers["Location"] == paid
    again = bo.post("/checkouts/review", data=first, follow_redirects=True)
    assert again.request.path == paid
    assert len(charged()) == 2


def test_each_payment_has_its_page_its_receipt_its_mail_and_leads_to_the_others(
    house, bo, two, save_method, mails
) -> None:
    paid = pay(bo, {two[0]: "155.97", two[1]: "200"}, method=save_method("bo", "card"))
    page = bo.get(paid).text
    assert "All of them are paid." in page
    refs = [part.split('"')[0] for part in page.split('href="/payments/')[1:]]
    assert len(set(refs)) == 2
    for ref, other in (refs, refs[::-1]):
        own = bo.get(f"/payments/{ref}").text
        assert "Receipt R-" in own
        assert f'href="/payments/{other}"' in own
        assert f'href="{paid}"' in own
        assert bo.get(f"/payments/{ref}/receipt.pdf").data.startswith(b"%PDF")
    assert {mail.data["payment_ref"] for mail in mails("receipt")} == set(refs)


def test_the_history_says_which_were_paid_together(bo, two, pay) -> None:
    pay("bo", two[0], 1000, method="card")
    assert "Together with" not in bo.get("/payments").text
    answer = bo.post("/checkouts", data=last_step(bo, {two[0]: "155.97", two[1]: "200"}))
    page = bo.get("/payments").text
    assert page.count("Together with 1 other payment") == 2
    assert page.count(f'href="{answer.headers["Location"]}"') == 2


def test_one_agreement_alone_is_not_called_together(bo, two) -> None:
    paid = pay(bo, {two[0]: "155.97"})
    assert "1 payment" in bo.get(paid).text
    assert "Together with" not in bo.get("/payments").text


def test_one_declined_is_said_and_the_other_stands(bo, two, save_method, charged) -> None:
    paid = pay(bo, {two[0]: "2.01", two[1]: "200"}, method=save_method("bo", "card"))
    page = bo.get(paid).text
    for words in ("1 of 2 payments did not go through.", "Did not go through", "it cost you nothing",
                  "The others are not changed by it", "Paid or on its way"):  # fmt: skip
        assert words in page
    assert "$200.00" in page.split('class="amount"')[1].split("</p>")[0]


def test_all_declined_is_said(bo, two, save_method) -> None:
    page = bo.get(pay(bo, {two[0]: "20", two[1]: "30"}, method=save_method("bo", "card_insufficient"))).text
    assert "None of these payments went through." in page


@pytest.mark.parametrize(
    ("slug", "words"),
    [("bank_silent", "We are asking the bank."), ("card_confirm", "Your yes is needed.")],
)
def test_what_waits_is_said(bo, two, save_method, slug, words) -> None:
    paid = pay(bo, {two[0]: "20", two[1]: "30"}, method=save_method("bo", slug))
    assert words in bo.get(paid).text
    part = bo.get(f"{paid}/widgets/state", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "every 5s" in part


def test_without_the_tick_the_review_stays_with_a_sentence(bo, app, two) -> None:
    form = last_step(bo, {two[0]: "155.97", two[1]: "200"})
    del form["agree"]
    answer = bo.post("/checkouts", data=form)
    assert answer.status_code == 422
    assert "Tick the box to allow these payments." in answer.text
    assert payments_of(app) == 0
    ticked = fields_of(answer.text, "/checkouts") | {"agree": "y"}
    assert bo.post("/checkouts", data=ticked).status_code == 303


def test_the_same_again_within_minutes_is_asked_about_and_nothing_moves(bo, app, two, charged) -> None:
    pay(bo, {two[0]: "50"})
    answer = bo.post("/checkouts", data=last_step(bo, {two[0]: "50", two[1]: "70"}))
    assert answer.status_code == 409
    assert "Do you want to pay this twice?" in answer.text
    assert "Nothing more has been paid now." in answer.text
    assert charged() == [5000]
    yes = bo.post("/checkouts", data=fields_of(answer.text, "/checkouts"))
    assert yes.status_code == 303
    assert charged() == [5000, 5000, 7000]


@pytest.mark.safety("M13")
@pytest.mark.parametrize("forged", ["forged", "", "a.b.c"])
def test_a_changed_hidden_field_pays_nothing(bo, app, two, forged) -> None:
    form = last_step(bo, {two[0]: "155.97", two[1]: "200"}) | {"ref": forged}
    answer = bo.post("/checkouts", data=form)
    assert answer.status_code == 422
    assert "Nothing was paid." in answer.text
    assert bo.get(f"/checkouts/review?sealed={forged}").status_code == 422
    assert payments_of(app) == 0


def test_the_first_steps_ref_does_not_serve_as_a_choice(bo, app, two) -> None:
    form = last_step(bo, {two[0]: "155.97"}) | {"ref": chosen(bo, {two[0]: "1"})["ref"]}
    assert bo.post("/checkouts", data=form).status_code == 422
    assert payments_of(app) == 0


def test_somebody_elses_choice_opens_nothing(house, bo, app, two) -> None:
    address = bo.post("/checkouts/review", data=chosen(bo, {two[0]: "10", two[1]: "20"})).headers["Location"]
    form = fields_of(bo.get(address).text, "/checkouts") | {"agree": "y"}
    stan = house.client("stan")
    assert stan.get(address).status_code == 422
    assert stan.post("/checkouts", data=form).status_code == 422
    assert payments_of(app) == 0


def test_a_stranger_finds_no_checkout(house, bo, two) -> None:
    paid = pay(bo, {two[0]: "10", two[1]: "20"})
    for path in (paid, f"{paid}/widgets/state", "/checkouts/no-such-checkout", "/checkouts/" + "x" * 90):
        assert house.client("stan").get(path).status_code == 404


def test_a_holder_of_one_of_them_sees_only_that_one(house, bo, app, two) -> None:
    from domain.transaction import transaction
    from models import Agreement, AgreementParty, Person

    paid = pay(bo, {two[0]: "10", two[1]: "20"})
    with transaction() as session:
        agreement = session.query(Agreement).filter_by(ref=two[1]).one()
        person = session.query(Person).filter_by(ref=house.person("stan")).one()
        since = agreement.parties[0].from_on
        session.add(
            AgreementParty(agreement_id=agreement.id, person_id=person.id, role="joint", from_on=since)
        )
    page = house.client("stan").get(paid).text
    assert "A boat" in page
    assert "2021 Toyota Camry" not in page
    assert "$10.00" not in page


def test_what_was_begun_before_a_crash_is_said_and_only_the_rest_is_paid(
    bo, app, two, charged, monkeypatch
) -> None:
    from domain.actions import payments

    begin, form = payments.start, last_step(bo, {two[0]: "10", two[1]: "20"})

    def fall_over(agreement, *given, **named):
        if agreement == two[1]:
            raise RuntimeError("the power went")
        return begin(agreement, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(payments, "start", fall_over)
        assert bo.post("/checkouts", data=form).status_code == 500
    assert charged() == [1000]
    review = bo.get("/checkouts/review", query_string={"sealed": form["ref"]}).text
    assert "Some of these payments were begun already." in review
    assert "Pay $20.00" in review
    assert bo.get("/checkouts/new", query_string={"sealed": form["ref"]}).text.count("checked") >= 1
    assert bo.post("/checkouts", data=form).status_code == 303
    assert charged() == [1000, 2000]


def test_choosing_again_keeps_the_choice_but_not_what_was_begun(bo, two) -> None:
    amounts = {two[0]: "12.34", two[1]: "200"}
    last = fields_of(choose(bo, amounts).text, "/checkouts")
    sealed = last["ref"]
    form = fields_of(bo.get("/checkouts/new", query_string={"sealed": sealed}).text, "/checkouts/review")
    assert form[typed(two[0])] == "12.34"
    assert form[f"of-{two[1]}-pay"] == "y"
    bo.post("/checkouts", data=last | {"agree": "y"})
    form = fields_of(bo.get("/checkouts/new", query_string={"sealed": sealed}).text, "/checkouts/review")
    assert not [name for name in form if name.endswith("-pay")]


def test_the_review_of_what_cannot_be_paid_any_more_leads_to_the_first_step(bo, two, pay) -> None:
    address = bo.post("/checkouts/review", data=chosen(bo, {two[0]: "9,000", two[1]: "20"})).headers[
        "Location"
    ]
    pay("bo", two[0], 300000, method="card")
    answer = bo.get(address, follow_redirects=True)
    assert answer.request.path == "/checkouts/new"
    assert "That is more than you owe." in answer.text


def test_a_method_removed_meanwhile_is_refused_with_a_sentence(bo, app, house, two, save_method) -> None:
    from domain.actions import methods
    from tests.fixtures.agreements import scope_of

    gone = save_method("bo", "card")
    form = last_step(bo, {two[0]: "10", two[1]: "20"}, method=gone)
    methods.remove(gone, who=scope_of(house, "bo"), now=house.now)
    answer = bo.post("/checkouts", data=form)
    assert answer.status_code == 422
    assert "Choose a way to pay that is saved in your account." in answer.text
    assert payments_of(app) == 0


@pytest.mark.csrf
def test_a_form_from_another_site_is_refused(bo, app, two) -> None:
    form = last_step(bo, {two[0]: "10", two[1]: "20"})
    form.pop("csrf_token")
    assert bo.post("/checkouts", data=form).status_code == 400
    assert payments_of(app) == 0


@pytest.mark.database("sqlite")
def test_several_are_planned_for_one_later_day_each_with_its_permission(bo, app, house, two) -> None:
    from datetime import timedelta

    from sqlalchemy import select

    from models import Mandate, Payment, db

    on = house.app.extensions["clock"].today() + timedelta(days=20)
    last = last_step(bo, {two[0]: "10", two[1]: "20"}, on=on.isoformat())
    changed = bo.post("/checkouts", data=last | {"shown": "0" * 64})
    assert (changed.status_code, "Please read it again." in changed.text) == (409, True)
    answer = bo.post("/checkouts", data=last)
    assert answer.status_code == 303
    with app.app_context():
        planned = db.session.scalars(select(Payment).order_by(Payment.amount_minor)).all()
        assert [(one.amount_minor, one.state, one.scheduled_on) for one in planned] == [
            (1_000, "scheduled", on),
            (2_000, "scheduled", on),
        ]
        assert len({one.mandate_id for one in planned}) == 2
        assert db.session.scalar(select(Mandate.id).limit(1)) in {one.mandate_id for one in planned}
    assert bo.get(answer.headers["Location"]).status_code == 200


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("on", ["2020-01-01", "soon", "2999-01-01"])
def test_a_day_that_cannot_be_is_refused_for_several_too(bo, two, on) -> None:
    answer = choose(bo, {two[0]: "10", two[1]: "20"}, on=on)
    assert answer.status_code == 422
    assert 'id="on-error"' in answer.text
