"""Dana writes down what a house costs, with its invoice; a mistake is taken back by a second row."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from tests.fixtures.forms import fields_of
from tests.fixtures.rentals import let_flat

pytestmark = pytest.mark.database("sqlite")
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 an invoice"


@pytest.fixture
def flat(house):
    return let_flat(house, "tess")


@pytest.fixture
def dana(house):
    return house.client("dana")


def write(client, flat, **typed):
    ref = fields_of(client.get("/office/expenses/new").text, "/office/expenses")["form_ref"]
    today = client.application.extensions["clock"].today().isoformat()
    typed = {
        "property": flat.property, "unit": "1A", "day": today, "category": "repairs", "amount": "300.05",
        "vendor": "Ann Roofer", "description": "roof", "form_ref": ref,
    } | typed  # fmt: skip
    return client.post("/office/expenses", data=typed, content_type="multipart/form-data")


def counted(app, name: str) -> int:
    import models

    with app.app_context():
        return models.db.session.scalar(sa.select(sa.func.count()).select_from(getattr(models, name)))


def test_an_expense_with_its_invoice_is_written_down_found_and_downloaded(app, dana, flat):
    assert "No expenses yet" in dana.get("/office/expenses").text
    answer = write(dana, flat, file=(io.BytesIO(PDF), "../../etc/invoice.exe"))
    assert answer.status_code == 303, answer.text
    page = dana.get(answer.location).text
    assert "300.05" in page
    assert "Ann Roofer" in page
    assert "300.05" in dana.get("/office/expenses?q=roofer&category=repairs").text
    assert "No expense fits" in dana.get("/office/expenses?category=taxes").text
    file = dana.get(f"{answer.location}/file")
    assert file.data == PDF
    assert file.headers["Content-Disposition"] == "attachment; filename=invoice.pdf"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.mimetype == "application/pdf"
    kept = list((app.config["SETTINGS"].uploads / "handed_in").iterdir())
    assert len(kept) == 1
    assert PDF not in kept[0].read_bytes()


@pytest.mark.safety("W17")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html><script>alert(1)</script>", "Only a PDF or a picture"),
        (b"MZ\x90\x00", "Only a PDF or a picture"),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_a_file_that_is_no_picture_or_too_large_is_refused_and_nothing_is_written(
    app, dana, flat, content, says
):
    answer = write(dana, flat, file=(io.BytesIO(content), "invoice.pdf"))
    assert answer.status_code == 422
    assert says in answer.text
    assert counted(app, "Expense") == 0
    assert counted(app, "KeptFile") == 0


def test_a_unit_that_is_not_there_and_a_day_to_come_are_refused(app, dana, flat):
    assert "no such unit" in write(dana, flat, unit="9Z").text
    assert "has not come" in write(dana, flat, day="2199-01-01").text
    assert write(dana, flat, amount="0").status_code == 422
    assert counted(app, "Expense") == 0


def test_the_same_form_sent_twice_spends_once(app, dana, flat):
    ref = fields_of(dana.get("/office/expenses/new").text, "/office/expenses")["form_ref"]
    assert {write(dana, flat, form_ref=ref).status_code for _ in range(2)} == {303}
    assert counted(app, "Expense") == 1
    assert write(dana, flat, form_ref=ref, amount="1.00").status_code == 422


def test_a_mistake_is_taken_back_once_by_a_second_row(app, dana, flat):
    place = write(dana, flat).location
    assert dana.post(f"{place}/undo", data={"reason": " "}).status_code == 422
    for _ in range(2):
        assert dana.post(f"{place}/undo", data={"reason": "typed twice"}).status_code == 303
    assert counted(app, "Expense") == 2
    assert "was taken back on" in dana.get(place).text
    assert "-$300.05" in dana.get("/office/expenses").text.replace("−", "-")


@pytest.mark.safety("W17")
def test_a_file_that_was_changed_on_the_disk_is_not_given_out(app, dana, flat):
    place = write(dana, flat, file=(io.BytesIO(PDF), "a.pdf")).location
    for kept in (app.config["SETTINGS"].uploads / "handed_in").iterdir():
        kept.unlink()
    assert dana.get(f"{place}/file").status_code == 410


def test_the_report_of_expenses_adds_up_by_category(dana, flat):
    write(dana, flat)
    write(dana, flat, category="taxes", amount="100.00")
    page = dana.get("/office/reports/expenses.csv")
    text = page.text if page.status_code == 200 else dana.get("/office/reports/expenses").text
    assert "400.05" in text


def test_a_file_that_came_with_a_form_that_is_wrong_is_asked_for_again(dana, flat):
    answer = write(dana, flat, amount="a lot", file=(io.BytesIO(PDF), "roof.pdf"))
    assert answer.status_code == 422
    assert "Choose the file again: roof.pdf was not kept." in answer.text
    assert "again" not in write(dana, flat, amount="a lot").text.split("<form", 2)[-1].split("</form>")[0]
