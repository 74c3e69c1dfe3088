"""Counter money goes to the bank by a slip that is printed; a slip that was a mistake is taken back."""

from __future__ import annotations

import pytest

from tests.blueprints.office.test_cash_drawer import cash, dana  # noqa: F401
from tests.fixtures.forms import fields_of

NEW, SEND = "/office/bank-deposits/new", "/office/bank-deposits"


def slips(app) -> list[tuple[int, int]]:
    from models import BankDeposit, db

    with app.app_context():
        rows = db.session.query(BankDeposit).order_by(BankDeposit.id).all()
        return [(row.cash_minor, row.amount_minor) for row in rows]


def form(dana, **wishes):  # noqa: F811
    return fields_of(dana.get(NEW).text, SEND) | wishes


def test_cash_and_paper_are_carried_on_one_slip_that_is_printed(app, dana, cash) -> None:  # noqa: F811
    cash(4_000)
    check = cash(700, "check")
    page = dana.get(NEW).text
    assert "There should be $40.00 in the drawer." in page
    assert "#1042" in page, "two checks of one day are told from each other before they are put on a slip"
    sent = form(dana, cash="35", papers=check, note="bag 7")
    first, second = (dana.post(SEND, data=sent) for _ in range(2))
    assert first.location == second.location
    slip = dana.get(first.location).text
    assert "Deposit slip" in slip
    for words in ("$42.00", "$35.00", "$7.00", "bag 7", "#1042", "Personal check", "On its way"):
        assert words in slip
    assert slips(app) == [(3_500, 4_200)]
    assert "No check, money order or slip is waiting." in dana.get("/office/drawer").text


def test_change_fetched_from_the_bank_is_in_the_drawer(app, dana) -> None:  # noqa: F811
    answer = dana.post(SEND, data=form(dana, way="fetch", cash="100"))
    assert "Change fetched from the bank" in dana.get(answer.location).text
    assert slips(app) == [(-10_000, -10_000)]
    assert "$100.00" in dana.get("/office/drawer").text


@pytest.mark.parametrize(("wishes", "words"), [
    ({"cash": ""}, "Choose what goes to the bank"), ({"cash": "40.01"}, "only $40.00 in the drawer"),
    ({"cash": "1,2"}, "not an amount"), ({"cash": "-5"}, "-5"),
    ({"cash": "1", "papers": "nobody-knows"}, "on another slip"),
    ({"cash": "1", "day": "2999-01-01"}, "has not come"), ({"cash": "1", "note": "n" * 201}, "at most 200"),
    ({"cash": "1", "way": "throw"}, "Not a valid choice"), ({"cash": "1", "form_ref": "x"}, "out of date"),
])  # fmt: skip
def test_a_slip_that_cannot_be_is_refused_and_writes_nothing(app, dana, cash, wishes, words) -> None:  # noqa: F811
    cash(4_000)
    answer = dana.post(SEND, data=form(dana, **({"note": "bag 7"} | wishes)))
    assert answer.status_code == 422
    assert words in answer.text
    assert "bag 7" in answer.text or "note" in wishes
    assert slips(app) == []


def test_only_the_bank_duty_takes_a_slip_back_and_says_why(app, house, dana, cash) -> None:  # noqa: F811
    from domain.transaction import transaction
    from models import User

    cash(4_000)
    slip = dana.post(SEND, data=form(dana, cash="40")).location
    with transaction() as session:
        session.query(User).filter_by(ref=house.user("dana")).one().duties = ["collect"]
    assert "Take this slip back" not in dana.get(slip).text
    assert dana.post(f"{slip}/undo", data={"reason": "x"}).status_code == 403
    adam = house.client("adam")
    sent = fields_of(adam.get(slip).text, f"{slip}/undo")
    assert adam.post(f"{slip}/undo", data=sent).status_code == 422
    assert adam.post(f"{slip}/undo", data=sent | {"reason": "wrong day"}).status_code == 303
    assert "Taken back" in adam.get(slip).text
    assert "There should be $40.00 in the drawer." in dana.get(NEW).text
