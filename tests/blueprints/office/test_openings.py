"""Dana makes agreements of every kind: the form with its plan beside it, the check, one agreement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.fixtures.forms import fields_of
from tests.fixtures.openings import NEW, RENTAL, contract, flat_of, opened, send, start

LOAN = {"principal": "18,500", "rate": "9.9", "count": "60", "frequency": "monthly", "start": "2026-01-15",
        "first_due": "2026-02-15", "title": "2021 Toyota Camry"}  # fmt: skip
LEASE = {"cash_price": "1000", "payment": "100", "count": "12", "start": "2026-11-01", "tax": "6",
         "buyout_percent": "40", "same_as_cash_days": "90", "goods-0-item": "Phone",
         "goods-0-price": "1000"}  # fmt: skip
CREDIT = {"limit": "2000", "rate": "23.99", "start": "2026-11-01", "closing_day": "31",
          "minimum_tiers-0-percent": "2.5", "minimum_floor": "25"}  # fmt: skip
EVERY = {"loan": LOAN, "lease_to_own": LEASE, "credit_line": CREDIT}


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def flat(house) -> str:
    return flat_of(house)


def test_the_office_chooses_among_every_kind_that_can_be_made(dana):
    from domain.reports.proposals import KINDS

    page = dana.get(NEW).text
    assert [f'href="{NEW}/{name}"' in page for name, *_ in KINDS] == [True] * 4
    assert dana.get(f"{NEW}/time-share").status_code == 404
    assert f'href="{NEW}"' in dana.get("/office/agreements").text


@pytest.mark.parametrize("kind", [*EVERY, "rental"])
def test_each_form_opens_and_asks_for_what_is_missing_before_anything_is_written(app, dana, flat, kind):
    assert dana.get(f"{NEW}/{kind}").status_code == 200
    answer = send(dana, kind, "review", start(dana, kind, {}))
    assert answer.status_code == 422
    assert "Please check this" in answer.text
    assert opened(app) == []


@pytest.mark.parametrize("kind", EVERY)
def test_an_agreement_of_each_kind_is_checked_and_opened_once_although_sent_twice(app, dana, kind):
    form = start(dana, kind, EVERY[kind])
    review = send(dana, kind, "review", form)
    assert review.status_code == 200, review.text
    assert "Nothing is written yet" in review.text
    assert opened(app) == []
    confirm = fields_of(review.text, f"{NEW}/{kind}/open")
    first, second = send(dana, kind, "open", confirm), send(dana, kind, "open", confirm)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert [row.kind for row in opened(app)] == [kind]
    assert dana.get(first.location).status_code == 200


def test_the_loan_that_was_typed_is_the_loan_that_is_kept(app, dana, house):
    """18,500 at 9.9 %, 60 monthly: 392.16, total interest 5,029.66 (level annuity by the period)."""
    form = start(dana, "loan", LOAN | {"steps-0-at": "13", "steps-0-amount": "450", "skip_months": "7,8",
                                       "interest_only": "2", "waterfall": "fees,interest,principal",
                                       "payment_rounding": "ceiling"})  # fmt: skip
    ref = send(dana, "loan", "open", form).location.rsplit("/", 1)[1]
    kept = contract(app, ref)
    terms = kept.terms
    assert (terms.principal_minor, terms.annual_rate_percent, terms.count) == (1_850_000, Decimal("9.9"), 60)
    assert (terms.steps, terms.skip_months, terms.interest_only) == (((13, 45_000),), (7, 8), 2)
    assert (kept.waterfall, terms.payment_rounding) == (("fees",), "ceiling")
    assert (terms.start_on, terms.first_due_on) == (date(2026, 1, 15), date(2026, 2, 15))


def test_the_plan_of_a_loan_shows_its_figures_while_typing_as_the_command_line_does(dana, runner):
    answer = send(dana, "loan", "preview", start(dana, "loan", LOAN), headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<aside id="proposal"')
    for figure in ("$392.16", "$5,029.66", ">9.9", "152.63", "239.53", "18,260.47"):
        assert figure in answer.text, figure
    table = runner.invoke(args=["schedule", "loan", "--principal", "18500", "--rate", "9.9", "--count", "60",
                                "--start", "2026-01-15", "--first-due", "2026-02-15"])  # fmt: skip
    assert "1,2026-02-15,392.16,152.63,239.53,18260.47" in table.output


def test_without_scripts_the_plan_comes_with_the_whole_page_and_what_was_typed(dana):
    answer = send(dana, "loan", "preview", start(dana, "loan", LOAN | {"rate": " 9.9 % "}))
    assert answer.status_code == 200
    assert "$5,029.66" in answer.text
    assert fields_of(answer.text, f"{NEW}/loan/review")["rate"] == " 9.9 % "


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"count": "0"}, "count", "A loan needs at least one payment."),
        ({"rate": "-1"}, "rate", "The rate must be zero or above."),
        ({"payment": "100"}, "payment", "does not cover"),
        ({"first_due": "2026-01-10"}, "first_due", "must come after the start"),
        ({"frequency": "days"}, "every_days", "Say after how many days"),
        ({"balloon": "20000"}, "balloon", "The balloon must be between zero"),
        ({"steps-0-at": "3"}, "steps", "Each step needs"),
        ({"principal": "much"}, "principal", "much"),
        ({"start": "soon"}, "start", "year-month-day"),
        ({"interest_only": "60"}, "interest_only", "must be fewer than all 60"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_the_field_what_was_typed_is_kept_and_nothing_is_written(
    app, dana, wrong, field, said
):
    form = start(dana, "loan", LOAN | wrong)
    answer = send(dana, "loan", "review", form)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{field}"' in answer.text
    kept = fields_of(answer.text, f"{NEW}/loan/review")
    assert {name: kept[name] for name in LOAN | wrong} == LOAN | wrong
    assert send(dana, "loan", "open", form).status_code == 422
    assert opened(app) == []


def test_the_command_line_refuses_in_the_same_words(dana, runner):
    told = runner.invoke(args=["schedule", "loan", "--principal", "18500", "--rate", "-1", "--count", "60",
                               "--start", "2026-01-15"])  # fmt: skip
    assert told.exit_code == 1
    assert "The rate must be zero or above." in told.output
    preview = send(dana, "loan", "preview", start(dana, "loan", LOAN | {"rate": "-1"}))
    assert "The rate must be zero or above." in preview.text


def test_a_rate_above_a_ceiling_of_law_is_refused_at_the_check(app, house, dana):
    from domain.transaction import transaction
    from models import LegalCap

    with transaction() as session:
        session.add(
            LegalCap(
                ref="cap", jurisdiction="", what="rate", effective_from=date(2020, 1, 1), percent=Decimal(9),
                source="Invented Code 1", verified_on=date(2026, 1, 1), recorded_at=house.now, recorded_by=house.by,
            )
        )  # fmt: skip
    for kind in ("loan", "credit_line"):
        answer = send(dana, kind, "review", start(dana, kind, EVERY[kind]))
        assert answer.status_code == 422
        assert "above the 9 % allowed in the business&#39;s own place" in answer.text
    assert opened(app) == []


def test_a_lease_keeps_its_goods_and_shows_what_it_costs(app, dana):
    """12 payments of 100 and 6 % tax: 1,272.00 in all, 200.00 above the cash price before tax."""
    form = start(dana, "lease_to_own", LEASE | {"goods-0-serial": "SN-1"})
    preview = send(dana, "lease_to_own", "preview", form).text
    assert "$1,272.00" in preview
    assert "$200.00" in preview
    ref = send(dana, "lease_to_own", "open", form).location.rsplit("/", 1)[1]
    assert contract(app, ref).terms.buyout.percent == Decimal(40)
    page = dana.get(f"/office/agreements/{ref}").text
    assert "Phone" in page
    assert "SN-1" in page


def test_a_cash_price_above_the_early_purchase_price_is_told_and_not_refused(app, dana):
    """On the first day 900.00 and tax for cash, 660.00 and tax by 40 % off the other eleven payments."""
    for step in ("preview", "review"):
        page = send(dana, "lease_to_own", step, start(dana, "lease_to_own", LEASE)).text
        assert "Same as cash costs $954.00 on the first day" in page
        assert "only $699.60" in page
    fair = start(dana, "lease_to_own", LEASE | {"buyout_percent": "10"})
    assert "Same as cash costs" not in send(dana, "lease_to_own", "review", fair).text


@pytest.mark.parametrize("kind", ["lease_to_own", "loan"])
def test_a_vin_that_does_not_fit_is_told_and_not_refused(app, dana, kind):
    form = start(dana, kind, EVERY[kind] | {"goods-0-item": "Car", "goods-0-vin": "1M8GDM9A1KP042788"})
    review = send(dana, kind, "review", form)
    assert review.status_code == 200
    assert "check digit of this VIN does not fit" in review.text
    assert send(dana, kind, "open", form).status_code == 303
    assert len(opened(app)) == 1


def test_a_credit_line_shows_its_first_statement_and_an_example_of_its_minimum(app, dana):
    form = start(dana, "credit_line", CREDIT)
    preview = send(dana, "credit_line", "preview", form).text
    assert "Nov 30, 2026" in preview or "30 November 2026" in preview or "November 30, 2026" in preview
    why = send(dana, "credit_line", "why/minimum", form).text
    assert "the whole limit is used" in why
    assert "Back to the form" in why
    ref = send(dana, "credit_line", "open", form).location.rsplit("/", 1)[1]
    assert contract(app, ref).terms.limit_minor == 200_000


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_credit_line_from_a_day_that_nobody_means_is_refused_before_its_cycles_are_made(app, dana, day):
    form = start(dana, "credit_line", CREDIT | {"start": day})
    answer = send(dana, "credit_line", "review", form)
    assert answer.status_code == 422
    assert "between 1900 and 2200" in answer.text
    assert send(dana, "credit_line", "preview", form).status_code == 200
    assert send(dana, "credit_line", "open", form).status_code == 422
    assert opened(app) == []


def test_people_are_found_put_on_and_left_out_again(dana, house):
    form = start(dana, "loan", LOAN | {"who": "okafor"})
    found = send(dana, "loan", "people", form, headers={"HX-Request": "true"})
    assert found.text.lstrip().startswith('<div id="holders"')
    assert house.person("tess") in found.text
    page = send(dana, "loan", "people", form | {"add": house.person("tess")})
    chosen = fields_of(page.text, f"{NEW}/loan/review")
    assert chosen["holders-0-ref"] == house.person("tess")
    without = {name: value for name, value in chosen.items() if name != "holders-0-keep"}
    assert "holders-0-ref" not in fields_of(send(dana, "loan", "people", without).text, f"{NEW}/loan/review")
    ref = send(dana, "loan", "open", chosen).location.rsplit("/", 1)[1]
    assert "Tess Okafor" in dana.get(f"/office/agreements/{ref}").text


def test_a_name_that_was_typed_and_never_ticked_is_asked_about_and_not_dropped(app, dana):
    typed = send(dana, "loan", "review", start(dana, "loan", LOAN | {"who": "stan"}))
    assert typed.status_code == 422
    assert "Tick who is meant" in typed.text
    assert opened(app) == []


def test_every_line_and_computed_figure_of_the_plan_says_why(dana, flat):
    for kind, typed in (EVERY | {"rental": RENTAL | {"unit": flat}}).items():
        form = start(dana, kind, typed)
        page = send(dana, kind, "preview", form).text
        asked = {part.split('"')[0] for part in page.split(f'formaction="{NEW}/{kind}/why/')[1:]}
        assert len(asked) > 3, kind
        for what in sorted(asked)[:12]:
            assert "version" in send(dana, kind, f"why/{what}", form, headers={"HX-Request": "true"}).text
        assert send(dana, kind, "why/nothing", form).status_code == 404


@pytest.mark.parametrize(("name", "code"), [("bo", 404), ("lena", 403)])
def test_only_those_who_may_open_agreements_reach_any_step(app, house, name, code):
    client = house.client(name)
    for address in ("", "/loan"):
        assert client.get(f"{NEW}{address}").status_code == code
    for step in ("", "preview", "people", "why/payment", "review", "open"):
        assert send(client, "loan", step, LOAN).status_code == code
    assert opened(app) == []


def test_a_form_of_somebody_else_or_tampered_with_opens_nothing(app, house, dana):
    form = start(dana, "loan", LOAN)
    assert send(house.client("adam"), "loan", "open", form).status_code == 422
    assert send(dana, "loan", "open", form | {"form_ref": "made-up"}).status_code == 422
    assert opened(app) == []


def test_a_number_in_use_is_refused_at_the_check(app, dana, open_agreement):
    open_agreement("bo", number="L-1")
    answer = send(dana, "loan", "review", start(dana, "loan", LOAN | {"number": "L-1"}))
    assert answer.status_code == 422
    assert "L-1 is in use" in answer.text


def test_a_payer_without_a_share_is_refused_by_the_last_step_too(app, house, dana):
    """A form that was changed after the check opens nothing that the check refuses."""
    holder = {"holders-0-ref": house.person("tess"), "holders-0-keep": "y", "holders-0-role": "payer"}
    answer = send(dana, "loan", "open", start(dana, "loan", LOAN | holder))
    assert answer.status_code == 422
    assert "needs a share" in answer.text
    assert opened(app) == []
