"""Dana takes cash and paper: shown before and after first, taken once, with a receipt to hand over."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.fixtures.agreements import clock_today, scope_of
from tests.fixtures.forms import fields_of


@pytest.fixture
def dana(house):
    return house.client("dana")


def payments(app) -> int:
    from models import Payment, db

    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Payment))


def typed(dana, agreement: str, **wishes: str) -> dict[str, str]:
    """The payment form as it stands, with what Dana changes in it."""
    page = dana.get(f"/office/agreements/{agreement}/payments/new").text
    return fields_of(page, f"/office/agreements/{agreement}/payments/review") | wishes


def reviewed(dana, agreement: str, **wishes: str):
    address = f"/office/agreements/{agreement}/payments/review"
    return dana.get(address, query_string=typed(dana, agreement, **wishes))


def confirmation(dana, agreement: str, **wishes: str) -> dict[str, str]:
    return fields_of(reviewed(dana, agreement, **wishes).text, f"/office/agreements/{agreement}/payments")


def test_the_counter_finds_the_agreement_and_says_what_was_taken_today(house, dana, open_agreement):
    ref = open_agreement("bo", number="L-1")
    assert "Nothing was taken at the counter today" in dana.get("/office/counter").text
    assert f"/office/agreements/{ref}/payments/new" in dana.get("/office/counter?q=rivera").text
    dana.post(f"/office/agreements/{ref}/payments", data=confirmation(dana, ref, choice="other", amount="10"))
    assert "$10.00" in dana.get("/office/counter").text


def test_cash_is_reviewed_then_taken_and_the_receipt_is_shown_mailed_and_printed(
    app, dana, open_agreement, mails
):
    ref = open_agreement("bo", number="L-1")
    review = reviewed(dana, ref, choice="other", amount="900.00", note="counted twice")
    assert review.status_code == 200
    assert "Nothing has moved yet" in review.text and "Extra: pays principal." in review.text  # noqa: PT018
    assert payments(app) == 0
    answer = dana.post(
        f"/office/agreements/{ref}/payments",
        data=fields_of(review.text, f"/office/agreements/{ref}/payments"),
    )
    assert answer.status_code == 303
    page = dana.get(answer.location).text
    assert "$900.00" in page
    assert "Received by" in page
    assert "Dana Ortiz" in page
    assert "counted twice" in page
    assert "b•••@example.org" in page
    assert len(mails("counter_receipt")) == 1
    pdf = dana.get(f"{answer.location}/receipt.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")


def test_a_second_click_takes_the_money_once_and_shows_the_same_receipt(app, dana, open_agreement):
    ref = open_agreement("bo")
    data = confirmation(dana, ref, choice="other", amount="20")
    first, second = (dana.post(f"/office/agreements/{ref}/payments", data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert payments(app) == 1


def test_back_from_the_receipt_leads_to_a_page_that_takes_nothing(app, dana, open_agreement):
    ref = open_agreement("bo")
    query = typed(dana, ref, choice="other", amount="20")
    review = dana.get(f"/office/agreements/{ref}/payments/review", query_string=query)
    dana.post(
        f"/office/agreements/{ref}/payments",
        data=fields_of(review.text, f"/office/agreements/{ref}/payments"),
    )
    again = dana.get(f"/office/agreements/{ref}/payments/review", query_string=query)
    assert "Taken already" in again.text
    assert f'action="/office/agreements/{ref}/payments"' not in again.text
    assert payments(app) == 1


def test_one_form_is_not_good_for_another_amount(app, dana, open_agreement):
    ref = open_agreement("bo")
    data = confirmation(dana, ref, choice="other", amount="20")
    dana.post(f"/office/agreements/{ref}/payments", data=data)
    answer = dana.post(f"/office/agreements/{ref}/payments", data=data | {"amount_minor": "5000"})
    assert answer.status_code == 409
    assert payments(app) == 1


def test_figures_that_changed_since_the_review_are_shown_again_first(app, house, dana, open_agreement):
    from domain.actions import counter

    ref = open_agreement("bo")
    data = confirmation(dana, ref, choice="other", amount="20")
    counter.take(
        ref,
        1_000,
        "cash",
        "elsewhere",
        who=scope_of(house, "adam"),
        today=clock_today(house),
        now=datetime.now(UTC),
    )
    answer = dana.post(f"/office/agreements/{ref}/payments", data=data)
    assert answer.status_code == 409
    assert "The figures have changed" in answer.text
    renewed = fields_of(answer.text, f"/office/agreements/{ref}/payments")
    assert dana.post(f"/office/agreements/{ref}/payments", data=renewed).status_code == 303
    assert payments(app) == 2


def test_more_than_is_owed_is_said_before_it_is_taken_and_becomes_credit(dana, open_agreement):
    ref = open_agreement("bo")
    review = reviewed(dana, ref, choice="other", amount="20000").text
    assert re.search(r"is more than the \$9,\d{3}\.\d\d owed", review)
    assert "Above what is owed: kept as credit." in review
    assert "the agreement is closed" in review


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"choice": "other", "amount": ""}, "Enter an amount above zero"),
        ({"choice": "other", "amount": "0"}, "Enter an amount above zero"),
        ({"choice": "other", "amount": "-5"}, "-5"),
        ({"choice": "other", "amount": "1,2,3"}, "1,2,3 is not an amount"),
        ({"choice": "other", "amount": "999999999999"}, "too large"),
        ({"choice": "other", "amount": "9" * 40}, "9999"),
        ({"choice": "payoff", "amount": "20"}, "another choice is marked"),
        ({"choice": "king"}, "Not a valid choice"),
        ({"choice": "payoff", "instrument": "card"}, "Not a valid choice"),
        ({"choice": "payoff", "form_ref": "made-up"}, "out of date"),
        ({"choice": "payoff", "payer": "nobody-we-know"}, "Not a valid choice"),
        ({"choice": "other", "amount": "20", "given": "19.99"}, "$19.99 is less than the $20.00 to be paid"),
        ({"choice": "other", "amount": "20", "given": "abc"}, "abc is not an amount"),
        ({"choice": "payoff", "instrument": "check"}, "Enter the number of the check"),
        ({"choice": "payoff", "instrument": "money_order"}, "Enter the number of the money order"),
        ({"choice": "payoff", "instrument": "terminal", "last4": "4242"}, "Enter the approval code"),
        ({"choice": "payoff", "instrument": "terminal", "number": "77"}, "Enter the last four digits"),
        (
            {"choice": "payoff", "instrument": "terminal", "number": "4242 4242 4242 4242", "last4": "4242"},
            "Enter the approval code",
        ),
        ({"choice": "payoff", "note": "x" * 300}, "at most 90 characters"),
    ],
)
def test_a_wrong_form_is_422_keeps_what_was_typed_and_takes_nothing(app, dana, open_agreement, wishes, words):
    ref = open_agreement("bo")
    answer = reviewed(dana, ref, **({"note": "check 1001"} | wishes))
    assert answer.status_code == 422
    assert words in answer.text
    assert "check 1001" in answer.text or "note" in wishes
    assert payments(app) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"form_ref": "made-up"}, {"form_ref": ""}, {"amount_minor": "-100"}, {"amount_minor": "0"},
        {"amount_minor": "x"}, {"amount_minor": "9" * 30}, {"instrument": "gold"}, {"seen": "x"},
        {"given_minor": "1"}, {"instrument": "check"}, {"payer": "nobody-we-know"},
    ],
)  # fmt: skip
def test_a_confirmation_changed_on_its_way_takes_nothing(app, dana, open_agreement, change):
    ref = open_agreement("bo")
    data = confirmation(dana, ref, choice="other", amount="20")
    answer = dana.post(f"/office/agreements/{ref}/payments", data=data | change)
    assert answer.status_code in (409, 422)
    assert payments(app) == 0


def test_a_form_made_for_one_agreement_or_clerk_is_refused_for_another(app, house, dana, open_agreement):
    mine, other = open_agreement("bo"), open_agreement("tess")
    data = confirmation(dana, mine, choice="other", amount="20")
    assert dana.post(f"/office/agreements/{other}/payments", data=data).status_code == 422
    adam = house.client("adam")
    assert adam.post(f"/office/agreements/{mine}/payments", data=data).status_code == 422
    assert payments(app) == 0


def test_what_an_amount_would_do_is_told_while_typing_and_nothing_is_kept(app, dana, open_agreement):
    ref = open_agreement("bo")
    query = typed(dana, ref, choice="other", amount="250")
    answer = dana.get(
        f"/office/agreements/{ref}/payments/preview", query_string=query, headers={"HX-Request": "true"}
    )
    assert answer.text.lstrip().startswith('<div id="effect"')
    assert "What $250.00 would do" in answer.text
    assert dana.get(f"/office/agreements/{ref}/payments/preview?choice=other&amount=1,2").status_code == 200
    assert payments(app) == 0


def test_change_brings_back_what_was_typed(dana, open_agreement):
    ref = open_agreement("bo")
    review = reviewed(dana, ref, choice="other", amount="20", note="check 7")
    back = re.search(r'class="back" href="([^"]+)"', review.text).group(1).replace("&amp;", "&")
    form = fields_of(dana.get(back).text, f"/office/agreements/{ref}/payments/review")
    assert (form["choice"], form["amount"], form["note"]) == ("other", "20", "check 7")


def test_a_customers_payment_shows_its_story_and_a_return_what_to_do(dana, open_agreement, pay, days_pass):
    ref = open_agreement("bo")
    payment = pay("bo", ref, 2_000, method="bank_r01")
    assert "On its way" in dana.get(f"/office/payments/{payment}").text
    assert dana.get(f"/office/payments/{payment}/receipt.pdf").status_code == 404
    days_pass(8)
    page = dana.get(f"/office/payments/{payment}").text
    assert "Returned" in page
    assert "owed again" in page


def test_a_taken_out_agreement_takes_no_money_and_rights_are_kept(app, house, dana, open_agreement):
    from domain.transaction import transaction
    from models import Agreement

    ref = open_agreement("bo")
    for name, code in (("lena", 403), ("bo", 404)):
        client = house.client(name)
        for path in ("new", "review", "preview"):
            assert client.get(f"/office/agreements/{ref}/payments/{path}").status_code == code
        assert client.post(f"/office/agreements/{ref}/payments").status_code == code
    with transaction() as session:
        session.scalars(select(Agreement)).one().status = "undone"
    assert dana.get(f"/office/agreements/{ref}/payments/new").status_code == 404
    assert dana.post(f"/office/agreements/{ref}/payments").status_code == 404
    assert payments(app) == 0


def test_money_that_came_earlier_shows_every_later_line_before_and_after_and_then_counts_from_its_day(
    app, dana, open_agreement
):
    today = app.extensions["clock"].today()
    ref = open_agreement("bo", number="L-1", age_days=60)
    taken = confirmation(dana, ref, choice="other", amount="600.00")
    dana.post(f"/office/agreements/{ref}/payments", data=taken)
    earlier = (today - timedelta(days=30)).isoformat()
    review = reviewed(dana, ref, choice="other", amount="200.00", day=earlier)
    assert review.status_code == 200
    assert "Later payments, told again" in review.text
    assert "Payment of $600.00" in review.text
    answer = dana.post(
        f"/office/agreements/{ref}/payments",
        data=confirmation(dana, ref, choice="other", amount="200.00", day=earlier),
    )
    assert answer.status_code == 303
    from models import JournalEntry, db

    with app.app_context():
        causes = db.session.scalars(select(JournalEntry.cause).order_by(JournalEntry.id)).all()
    assert causes[-2:] == ["interest.replayed", "payment.replayed"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2999-01-01", "has not come"),
        ("1999-01-01", "stands in these books since"),
        ("yesterday", "year-month-day"),
    ],
)
def test_a_day_that_cannot_be_is_refused_beside_its_field_and_nothing_is_taken(
    app, dana, open_agreement, day, words
):
    ref = open_agreement("bo", number="L-1")
    page = reviewed(dana, ref, choice="other", amount="10", day=day)
    assert page.status_code == 422
    assert words in page.text
    assert f'value="{day}"' in page.text
    assert payments(app) == 0


def test_what_more_money_shall_do_is_marked_shown_and_kept(app, dana, open_agreement):
    from models import Payment, db

    ref = open_agreement("bo", age_days=14)
    page = reviewed(dana, ref, choice="other", amount="900.00", extra="ahead")
    assert "shall pay the coming payments ahead" in page.text
    sent = fields_of(page.text, f"/office/agreements/{ref}/payments")
    assert dana.post(f"/office/agreements/{ref}/payments", data=sent | {"extra": "vanish"}).status_code == 422
    assert payments(app) == 0
    assert dana.post(f"/office/agreements/{ref}/payments", data=sent).status_code == 303
    with app.app_context():
        assert db.session.query(Payment).one().extra == "ahead"
