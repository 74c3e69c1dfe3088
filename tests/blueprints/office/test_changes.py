"""Dana changes running agreements: she sees what it does, says why, confirms once; the page tells what was changed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-15")
LOAN = {
    "deferral": {"periods": "2"},
    "due_date": {"first_due": "2026-03-25"},
    "re_age": {},
    "re_amortise": {"count": "60"},
}
RENTAL = {
    "rent": {"amount": "1300"}, "add_on": {"name": "Parking", "amount": "50"},
    "concession": {
        "kind": "off", "name": "Loyal tenant", "amount": "100", "from_on": "2026-04-01", "until_on": "2026-06-30",
    },
    "notice": {"last_on": "2026-04-30"}, "move_out": {"last_on": "2026-03-15"},
}  # fmt: skip
LINE = {"limit": {"limit": "2000"}, "rate": {"rate": "12.5"}, "close_line": {}}


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def opened(open_agreement, open_rental, open_lease, open_line):
    """A name -> ref of a running agreement of each kind."""
    return {"loan": open_agreement("bo"), "rental": open_rental(), "lease": open_lease(), "line": open_line()}


def typed(dana, ref: str, change: str, **wishes: str) -> dict[str, str]:
    """The form as it stands, with what Dana types."""
    place = f"/office/agreements/{ref}/changes/{change}"
    return (
        fields_of(dana.get(f"{place}/new").text, f"{place}/review") | {"reason": "agreed by phone"} | wishes
    )


def reviewed(dana, ref: str, change: str, **wishes: str):
    return dana.get(
        f"/office/agreements/{ref}/changes/{change}/review", query_string=typed(dana, ref, change, **wishes)
    )


def confirmed(dana, ref: str, change: str, **wishes: str):
    place = f"/office/agreements/{ref}/changes/{change}"
    return dana.post(place, data=fields_of(reviewed(dana, ref, change, **wishes).text, place))


def made(app, ref: str) -> list[tuple[str, str]]:
    from models import Agreement, AgreementChange, db

    with app.app_context():
        query = select(AgreementChange).join(Agreement, Agreement.id == AgreementChange.agreement_id)
        rows = db.session.scalars(query.where(Agreement.ref == ref).order_by(AgreementChange.number))
        return [(row.type, row.reason) for row in rows]


def entries(app) -> int:
    from models import JournalEntry, db

    with app.app_context():
        return db.session.query(JournalEntry).count()


@pytest.mark.parametrize(
    ("kind", "change"),
    [("loan", one) for one in LOAN] + [("rental", one) for one in RENTAL]
    + [("lease", "goods_return")] + [("line", one) for one in LINE],
)  # fmt: skip
def test_every_change_is_shown_then_made_and_told_on_the_agreements_page(app, dana, opened, kind, change):
    ref = opened[kind]
    wishes = {**LOAN, **RENTAL, **LINE, "goods_return": {"on": "2026-03-15"}}[change]
    assert f"/changes/{change}/new" in dana.get(f"/office/agreements/{ref}/changes").text
    before = entries(app)
    review = reviewed(dana, ref, change, **wishes)
    assert review.status_code == 200
    assert "Nothing has changed yet" in review.text
    assert "Before and after" in review.text
    assert (made(app, ref), entries(app)) == ([], before)
    place = f"/office/agreements/{ref}/changes/{change}"
    sent = fields_of(review.text, place)
    answer = dana.post(place, data=sent)
    assert answer.status_code == 303
    assert dana.post(place, data=sent).status_code == 303
    assert made(app, ref) == [(change, "agreed by phone")]
    page = dana.get(answer.location).text
    for words in ("Changes", "agreed by phone", "Dana Ortiz", "What it did"):
        assert words in page


def test_everything_a_kind_offers_has_its_form_and_its_title():
    from blueprints.office.change_forms import FORMS
    from domain.kinds import credit_line, lease_to_own, loan, rental
    from domain.reports.changes import TITLES

    offered = {name for kind in (loan, rental, lease_to_own, credit_line) for name in kind.CHANGES}
    assert offered == set(FORMS) == set(TITLES)


def test_a_deferral_shows_the_plan_before_and_after(dana, opened):
    review = reviewed(dana, opened["loan"], "deferral", periods="2").text
    for words in ("Last payment", "Interest to come", "Next payment", "What falls due", "Nothing is posted"):
        assert words in review


def test_the_next_payment_is_the_one_after_what_is_due_now(dana, opened):
    """Rent of 1,200.00 was due on 1 March and is not paid; the next is the new rent on 1 April."""
    review = reviewed(dana, opened["rental"], "rent", amount="1300", from_on="2026-04-01").text
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', review, re.DOTALL))
    cells = {name: re.findall(r">([^<>]+)</td>", row) for name, row in rows.items()}
    assert cells["Due now"] == ["$1,200.00", "$1,200.00"]
    assert cells["Next payment"] == ["$1,200.00", "$1,300.00"]
    assert cells["On"] == ["1 Apr 2026", "1 Apr 2026"]


def test_what_is_posted_is_shown_with_its_accounts(dana, opened):
    review = reviewed(dana, opened["rental"], "rent", amount="1300", from_on="2026-03-16").text
    for words in ("Rent receivable", "Rent income", "51.61", "Rent charged"):
        assert words in review


def test_a_move_out_shows_the_statement_and_its_letter_can_be_printed(app, dana, opened):
    import io

    from pypdf import PdfReader

    ref = opened["rental"]
    lines = {
        "deduction_1_name": "Cleaning",
        "deduction_1_amount": "150",
        "days": "30",
        "source": "The lease, clause 9",
    }
    review = reviewed(dana, ref, "move_out", last_on="2026-03-15", **lines).text
    for words in ("Cleaning: $150.00", "619.35", "14 April 2026", "The lease, clause 9"):
        assert words in review
    page = dana.get(confirmed(dana, ref, "move_out", last_on="2026-03-15", **lines).location).text
    letter = re.search(r'href="([^"]+final-statement\.pdf)"', page)[1]
    pdf = dana.get(letter)
    assert pdf.mimetype == "application/pdf"
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf.data)).pages)
    for words in (
        "Final statement",
        "Tess Okafor",
        "Cleaning",
        "$150.00",
        "$580.65",
        "$730.65",
        "The lease, clause 9",
    ):
        assert words in text
    assert dana.get(letter.replace("/1/", "/2/")).status_code == 404
    assert dana.get(letter.replace("/1/", "/x/")).status_code == 404


@pytest.mark.parametrize(
    ("kind", "change", "wishes", "words"),
    [
        ("loan", "deferral", {"periods": ""}, "above zero"),
        ("loan", "deferral", {"periods": "0"}, "at least one payment"),
        ("loan", "deferral", {"periods": "1.5"}, "whole number"),
        ("loan", "deferral", {"periods": "2", "reason": ""}, "Say why"),
        ("loan", "deferral", {"periods": "2", "reason": "x" * 301}, "at most 300"),
        ("loan", "deferral", {"periods": "2", "form_ref": "made-up"}, "out of date"),
        ("loan", "deferral", {"periods": "2", "with_interest": "maybe"}, "Not a valid choice"),
        ("loan", "due_date", {"first_due": ""}, "Choose a day"),
        ("loan", "due_date", {"first_due": "soon"}, "year-month-day"),
        ("loan", "due_date", {"first_due": "2026-01-01"}, "must come after"),
        ("loan", "re_amortise", {}, "Say what is to change"),
        ("loan", "re_amortise", {"payment": "-5"}, "-5"),
        ("rental", "rent", {"amount": ""}, "above zero"),
        ("rental", "rent", {"amount": "1300", "line": "Castle"}, "Not a valid choice"),
        ("rental", "rent", {"amount": "1300", "from_on": "2020-01-01"}, "began on"),
        ("rental", "add_on", {"name": "Rent", "amount": "50"}, "of this name already"),
        ("rental", "end_add_on", {"last_on": "2026-04-01"}, "What ends"),
        ("rental", "notice", {"last_on": "2026-03-01"}, "has passed"),
        ("rental", "move_out", {"last_on": "2026-03-20"}, "has not come"),
        ("rental", "move_out", {"last_on": "2026-03-15", "deduction_1_name": "Paint"}, "above zero"),
        (
            "rental",
            "move_out",
            {"last_on": "2026-03-15", "deduction_1_amount": "20"},
            "what each deduction is for",
        ),
        (
            "rental",
            "move_out",
            {"last_on": "2026-03-15", "deduction_1_amount": "a lot"},
            "a lot is not an amount",
        ),
        ("rental", "move_out", {"last_on": "2026-03-15", "days": "30"}, "where these days come from"),
        ("lease", "goods_return", {"on": "2027-03-15"}, "has not come"),
        ("line", "limit", {"limit": "0"}, "must be"),
        ("line", "rate", {"rate": "16.9"}, "the rate already"),
        ("line", "rate", {"rate": "much"}, "Write a number"),
    ],
)
def test_a_wrong_form_is_422_keeps_what_was_typed_and_changes_nothing(
    app, dana, opened, kind, change, wishes, words
):
    ref, before = opened[kind], entries(app)
    for answer in (
        reviewed(dana, ref, change, **wishes),
        dana.post(f"/office/agreements/{ref}/changes/{change}", data=typed(dana, ref, change, **wishes)),
    ):
        assert answer.status_code == 422
        assert words in answer.text
        assert "agreed by phone" in answer.text or "reason" in wishes
    assert (made(app, ref), entries(app)) == ([], before)


def test_a_confirmation_nobody_was_shown_is_shown_first(app, dana, opened):
    ref = opened["loan"]
    place = f"/office/agreements/{ref}/changes/deferral"
    answer = dana.post(place, data=typed(dana, ref, "deferral", periods="2"))
    assert answer.status_code == 409
    assert "The figures have changed" in answer.text
    assert made(app, ref) == []
    assert dana.post(place, data=fields_of(answer.text, place)).status_code == 303


def test_what_was_posted_since_the_review_is_shown_again_first(app, dana, opened, house):
    from domain.actions import counter
    from tests.fixtures.agreements import scope_of

    ref = opened["loan"]
    place = f"/office/agreements/{ref}/changes/deferral"
    sent = fields_of(reviewed(dana, ref, "deferral", periods="2").text, place)
    counter.take(
        ref, 15_597, "cash", "elsewhere", who=scope_of(house, "adam"), today=date(2026, 3, 15), now=house.now
    )
    answer = dana.post(place, data=sent)
    assert answer.status_code == 409
    assert made(app, ref) == []
    assert dana.post(place, data=fields_of(answer.text, place)).status_code == 303
    assert len(made(app, ref)) == 1


def test_the_effect_is_told_while_typing_without_a_reason_yet(app, dana, opened):
    ref = opened["rental"]
    query = typed(dana, ref, "rent", amount="1300", reason="")
    place = f"/office/agreements/{ref}/changes/rent/review"
    answer = dana.get(place, query_string=query, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "$1,300.00" in answer.text
    assert made(app, ref) == []
    empty = dana.get(place, query_string=query | {"amount": ""}, headers={"HX-Request": "true"})
    assert "Fill in the form" in empty.text


def test_going_back_from_the_review_keeps_what_was_typed(dana, opened):
    review = reviewed(dana, opened["rental"], "rent", amount="1,333.00").text
    back = re.search(r'class="back" href="([^"]+)"', review)[1].replace("&amp;", "&")
    page = dana.get(back).text
    assert 'value="1,333.00"' in page
    assert "agreed by phone" in page


def test_what_another_kind_offers_is_not_there(dana, opened):
    assert dana.get(f"/office/agreements/{opened['loan']}/changes/move_out/new").status_code == 404
    assert dana.get(f"/office/agreements/{opened['rental']}/changes/deferral/review").status_code == 404
    assert dana.post(f"/office/agreements/{opened['line']}/changes/gift").status_code == 404


def test_nobody_else_changes_agreements(house, opened):
    place = f"/office/agreements/{opened['rental']}/changes"
    for name, code in (("lena", 403), ("tess", 404), ("stan", 404)):
        client = house.client(name)
        for address in (place, f"{place}/rent/new", f"{place}/rent/review"):
            assert client.get(address).status_code == code
        assert client.post(f"{place}/rent").status_code == code
        assert client.get(f"{place}/1/final-statement.pdf").status_code == code


def test_a_name_that_staff_give_is_shown_as_written_on_every_page_and_never_as_markup(
    app, dana, house, opened
):
    ref, name = opened["rental"], "10 % <b>off</b>"
    assert confirmed(dana, ref, "add_on", name=name, amount="50").status_code == 303
    for who, place in (("dana", f"/office/agreements/{ref}"), ("tess", f"/agreements/{ref}")):
        page = house.client(who).get(place)
        assert page.status_code == 200
        assert "10 % &lt;b&gt;off&lt;/b&gt;" in page.text
        assert "<b>off" not in page.text
