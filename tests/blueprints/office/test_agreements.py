"""Dana looks agreements up, sees where each stands and why, and puts people on them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select


@pytest.fixture
def dana(house):
    return house.client("dana")


def parties(app) -> int:
    from models import AgreementParty, db

    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(AgreementParty))


def test_the_list_says_how_to_begin_while_there_is_no_agreement(dana):
    page = dana.get("/office/agreements")
    assert page.status_code == 200
    assert "No agreements yet" in page.text
    assert 'href="/office/imports"' in page.text


def test_an_agreement_is_found_by_number_by_what_for_and_by_its_person(dana, open_agreement):
    ref = open_agreement("bo", number="L-77", title="Blue van")
    open_agreement("tess", number="L-78", title="Red van")
    for words in ("l-77", "blue VAN", "rivera", "rivera blue", "bo@example.org"):
        page = dana.get("/office/agreements", query_string={"q": words})
        assert f"/office/agreements/{ref}" in page.text, words
        assert "L-78" not in page.text, words


def test_the_page_of_a_let_flat_leads_to_its_unit(house, dana, open_agreement):
    from tests.fixtures.rentals import let_flat

    flat = let_flat(house, "tess")
    page = dana.get(f"/office/agreements/{flat.agreement}").text
    assert f'<a href="/office/units/{flat.unit}">Harbor House · 1A</a>' in page
    assert "/office/units/" not in dana.get(f"/office/agreements/{open_agreement('bo')}").text


@pytest.mark.parametrize(
    ("written", "shown"), [("1200.00", "$1,200.00"), ("about 1200", "about 1200"), ("", "")]
)
def test_the_price_of_goods_is_told_in_its_currency_where_it_reads_as_an_amount(
    house, dana, open_agreement, written, shown
):
    ref = open_agreement("bo", details={"Item": "Laptop", "Price": written})
    for who, place in (("dana", f"/office/agreements/{ref}"), ("bo", f"/agreements/{ref}")):
        assert f"<dt>Price</dt><dd>{shown}</dd>" in house.client(who).get(place).text


def test_the_list_filters_by_whether_somebody_is_on_it_and_keeps_that_in_its_links(dana, open_agreement):
    open_agreement("bo", number="L-1")
    open_agreement(None, number="L-2")
    page = dana.get("/office/agreements?person=without&sort=balance")
    assert "L-2" in page.text
    assert ">L-1<" not in page.text
    assert "/office/agreements?person=without&amp;sort=-balance" in page.text
    assert 'aria-sort="ascending"' in page.text


def test_the_list_is_sorted_by_balance_both_ways(dana, open_agreement):
    open_agreement("bo", number="L-1", principal_minor=900_000)
    open_agreement("bo", number="L-2", principal_minor=100_000)
    up, down = (dana.get(f"/office/agreements?sort={name}balance").text for name in ("", "-"))
    assert up.index(">L-2<") < up.index(">L-1<")
    assert down.index(">L-1<") < down.index(">L-2<")


def test_a_page_far_past_the_end_and_nonsense_in_the_address_show_the_list(dana, open_agreement):
    open_agreement("bo", number="L-1")
    for query in ("page=99999", "page=x", "sort=;drop", "status=%27", "q=%00%25_", "page=-1", "batch=zz"):
        assert dana.get(f"/office/agreements?{query}").status_code == 200


def test_the_list_costs_the_same_statements_for_one_agreement_as_for_many(
    dana, open_agreement, count_statements
):
    open_agreement("bo")
    dana.get("/office/agreements")
    with count_statements() as one:
        dana.get("/office/agreements")
    for number in range(12):
        open_agreement("tess", number=f"M-{number}")
    with count_statements() as many:
        dana.get("/office/agreements")
    assert len(many) == len(one)


def test_htmx_gets_the_list_alone(dana, open_agreement):
    open_agreement("bo", number="L-1")
    answer = dana.get("/office/agreements?q=l-1", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section id="agreements"')
    assert "HX-Request" in answer.headers["Vary"]


def test_an_agreement_shows_what_is_due_why_and_what_ends_it(dana, open_agreement):
    ref = open_agreement("bo", number="L-1", age_days=40)
    page = dana.get(f"/office/agreements/{ref}").text
    assert "12 days late" in page or "26 days late" in page
    assert "To end it today" in page
    for what in ("due", "payoff", "balance", "installment-1"):
        why = dana.get(f"/office/agreements/{ref}/why/{what}")
        assert why.status_code == 200
        assert "Rule" in why.text
    assert dana.get(f"/office/agreements/{ref}/why/nothing").status_code == 404
    assert dana.get(f"/office/agreements/{ref}/why/installment-999").status_code == 404


def test_the_plan_lists_every_payment(dana, open_agreement):
    ref = open_agreement("bo")
    page = dana.get(f"/office/agreements/{ref}/schedule").text
    assert page.count("/why/installment-") >= 78


def test_somebody_new_is_put_on_an_agreement_and_mailed_their_link(app, dana, open_agreement, mails):
    ref = open_agreement(None, number="L-9")
    answer = dana.post(
        f"/office/agreements/{ref}/people",
        data={"name": "Ann Bell", "email": "ann@example.org", "phone": "", "role": "customer", "invite": "y"},
    )
    assert answer.status_code == 303
    assert answer.location.endswith(f"/office/agreements/{ref}")
    assert parties(app) == 1
    (mail,) = mails("claim")
    assert mail.to_address == "ann@example.org"
    assert mail.data["agreement_number"] == "L-9"
    assert "a•••@example.org" in dana.get(answer.location).text


def test_somebody_known_is_shown_before_they_are_put_on(app, house, dana, open_agreement, mails):
    ref, tess = open_agreement(None), house.person("tess")
    assert "Tess Okafor" in dana.get(f"/office/agreements/{ref}/people/new?q=okafor").text
    page = dana.get(f"/office/agreements/{ref}/people/new?person={tess}").text
    assert "Nothing has changed yet" in page
    assert parties(app) == 0
    dana.post(f"/office/agreements/{ref}/people?person={tess}", data={"role": "joint"})
    dana.post(f"/office/agreements/{ref}/people?person={tess}", data={"role": "joint"})
    assert parties(app) == 1
    assert "Joint holder" in dana.get(f"/office/agreements/{ref}").text
    assert mails("claim") == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "", "role": "customer"}, "Write the person's name."),
        ({"name": "Ann", "email": "ann", "role": "customer"}, "This is not a whole mail address"),
        ({"name": "Ann", "role": "king"}, "Not a valid choice"),
        ({"name": "A" * 300, "role": "customer"}, "at most 200 characters"),
    ],
)
def test_a_form_that_is_wrong_says_so_keeps_what_was_typed_and_writes_nothing(
    app, dana, open_agreement, data, words
):
    ref = open_agreement(None)
    answer = dana.post(f"/office/agreements/{ref}/people", data=data | {"phone": "+1 555 0123"})
    assert answer.status_code == 422
    assert words in answer.text
    assert "+1 555 0123" in answer.text
    assert parties(app) == 0


def test_a_person_with_the_same_address_is_named_before_a_second_one_is_made(
    app, house, dana, open_agreement
):
    ref = open_agreement(None)
    data = {"name": "Bo R.", "email": "BO@example.org", "role": "customer"}
    answer = dana.post(f"/office/agreements/{ref}/people", data=data)
    assert answer.status_code == 422
    assert f"person={house.person('bo')}" in answer.text
    assert parties(app) == 0
    assert dana.post(f"/office/agreements/{ref}/people", data=data | {"anyway": "y"}).status_code == 303


def test_somebody_is_taken_off_an_agreement_after_a_question_and_with_a_reason(house, dana, open_agreement):
    ref, tess = open_agreement("bo", number="L-9"), house.person("tess")
    dana.post(f"/office/agreements/{ref}/people?person={tess}", data={"role": "joint"})
    assert "L-9" in house.client("tess").get("/dashboard").text
    address = f"/office/agreements/{ref}/people/{tess}/end"
    assert f'href="{address}"' in dana.get(f"/office/agreements/{ref}").text
    asked = dana.get(address)
    assert "Take Tess Okafor off L-9?" in asked.text
    refused = dana.post(address, data={"reason": " "})
    assert refused.status_code == 422
    assert "Say why, for those who look later." in refused.text
    assert "L-9" in house.client("tess").get("/dashboard").text
    done = dana.post(address, data={"reason": "Sold her share"})
    assert done.status_code == 303
    page = dana.get(done.location).text
    assert "Tess Okafor is no longer on agreement L-9." in page
    assert address not in page
    assert "L-9" not in house.client("tess").get("/dashboard").text
    assert house.client("tess").get(f"/agreements/{ref}").status_code == 404
    assert dana.get(address).status_code == 404
    assert dana.post(address, data={"reason": "again"}).status_code == 404


def test_the_plan_shows_the_figures_that_its_kind_has_and_no_others(dana, open_agreement, open_rental):
    rental = dana.get(f"/office/agreements/{open_rental('tess')}/schedule").text
    assert '<td data-label="What for">Rent</td>' in rental
    assert "Principal" not in rental
    loan = dana.get(f"/office/agreements/{open_agreement('bo')}/schedule").text
    assert "Principal" in loan
    assert "What for" not in loan


@pytest.mark.parametrize("path", ["", "/schedule", "/why/due", "/people/new"])
def test_an_agreement_that_is_not_there_is_404_and_one_that_is_not_the_landlords_too(
    house, open_agreement, path
):
    ref = open_agreement("bo")
    assert house.client("dana").get(f"/office/agreements/nothing{path}").status_code == 404
    landlord = house.client("lena").get(f"/office/agreements/{ref}{path}").status_code
    assert landlord == (403 if path == "/people/new" else 404)
    assert house.client("bo").get(f"/office/agreements/{ref}{path}").status_code == 404
