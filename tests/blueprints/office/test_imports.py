"""Dana brings a loan book in through the office: upload, report, commit, progress, undo."""

from __future__ import annotations

import io
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

HEADINGS = "number,title,principal,rate,count,frequency,start,first_due,payment,balance,days_late,name,email"
GOOD = [
    "A-1,Blue van,9000.00,12,24,monthly,2026-01-15,2026-02-15,,7500.00,0,Bo Rivera,bo@example.org",
    "A-2,Red van,5000.00,0,10,monthly,2026-01-15,2026-02-15,500.00,2000.00,40,Tess Okafor,",
]


def sheet(*lines: str) -> bytes:
    return "\n".join([HEADINGS, *lines]).encode()


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture(autouse=True)
def at_once(app, monkeypatch):
    """The work is done before the page answers, so that a test need not wait; one test below keeps the thread."""
    import jobs

    thread = app.extensions["start_import"]
    app.extensions["start_import"] = lambda ref, by: jobs._run_import(app, ref, by)
    return thread


def upload(client, content: bytes, profile: str = "duebook", name: str = "book.csv", **more: str):
    data = {"file": (io.BytesIO(content), name), "profile": profile, "due_day": "1", "decimal": "",
            "date_order": ""} | more  # fmt: skip
    return client.post("/office/imports/new", data=data, content_type="multipart/form-data")


def brought(client, content: bytes, **more: str) -> str:
    answer = upload(client, content, **more)
    assert answer.status_code == 303, answer.text
    return answer.location


def agreements() -> int:
    from models import Agreement, db

    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Agreement))


def test_the_list_says_how_to_begin_while_it_is_empty(dana):
    page = dana.get("/office/imports")
    assert page.status_code == 200
    assert "No file was brought in yet" in page.text
    assert "/office/imports/new" in page.text


def test_a_file_is_checked_then_brought_in_then_undone(app, dana):
    address = brought(dana, sheet(*GOOD))
    page = dana.get(address)
    assert "2 agreements will be brought in" in page.text
    assert "$9,500.00" in page.text
    with app.app_context():
        assert agreements() == 0
    assert dana.post(f"{address}/commit").status_code == 303
    page = dana.get(address)
    assert "2 agreements were brought in" in page.text
    with app.app_context():
        assert agreements() == 2
    assert "All 2 agreements of this file are taken back" in dana.get(f"{address}/undo").text
    assert dana.post(f"{address}/undo").status_code == 303
    assert "was undone" in dana.get(address).text
    assert "book.csv" in dana.get("/office/imports").text


def test_a_second_click_on_bring_in_changes_nothing(app, dana):
    address = brought(dana, sheet(*GOOD))
    assert [dana.post(f"{address}/commit").status_code for _ in range(2)] == [303, 303]
    with app.app_context():
        assert agreements() == 2


def test_problems_are_listed_by_line_column_and_reason(dana):
    address = brought(dana, sheet(GOOD[0], GOOD[1].replace("5000.00", "minus five")))
    page = dana.get(address).text
    row = re.search(r"<tr><td[^>]*>3</td>.*?</tr>", page, re.DOTALL)
    assert row
    assert "principal" in row[0]
    assert "minus five is not an amount" in row[0]
    assert "1 agreement will be brought in. 1 line is refused and stays out" in page
    assert "<small>Amount of the loan</small>" in row[0]


def test_the_way_to_undo_stands_above_the_problems_and_an_undone_import_has_none(dana):
    address = brought(dana, sheet(GOOD[0], GOOD[1].replace("5000.00", "minus five")))
    dana.post(f"{address}/commit")
    page = dana.get(address).text
    assert "1 agreement was brought in" in page
    assert page.index(f'href="{address}/undo"') < page.index("<h2>Problems</h2>")
    dana.post(f"{address}/undo")
    assert f'href="{address}/undo"' not in dana.get(address).text
    assert "Only an import that is live can be undone." in dana.get(f"{address}/undo").text


def test_a_book_of_more_than_a_year_ago_is_warned_of(dana):
    assert "more than a year ago" in dana.get(brought(dana, sheet(*GOOD), as_of="2024-03-01")).text
    assert "more than a year ago" not in dana.get(brought(dana, sheet(*GOOD))).text


def test_every_field_of_every_profile_is_asked_for_in_words(dana):
    from blueprints.office.import_words import FIELDS
    from domain.portfolio.profiles import PROFILES

    assert {field.name for profile in PROFILES.values() for field in profile.fields} == set(FIELDS)
    page = dana.get(brought(dana, sheet(*GOOD))).text
    assert ">Regular payment</label>" in page
    assert "What is due each time by the contract." in page


def test_the_opening_difference_is_explained_where_there_is_one(dana):
    headings = f"{HEADINGS},balance_before,last_payment,last_principal,last_interest"
    line = f"{GOOD[0]},7600.00,150.00,100.00,40.00"
    page = dana.get(brought(dana, f"{headings}\n{line}".encode())).text
    assert "Opening difference: the part of the balances that the payments" in page
    assert "Opening difference: the part" not in dana.get(brought(dana, sheet(*GOOD))).text


@pytest.mark.safety("W5")
def test_a_hostile_cell_is_shown_as_text(dana):
    address = brought(dana, sheet(GOOD[0].replace("9000.00", "<script>alert(1)</script>")))
    page = dana.get(address).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_unknown_headings_are_asked_for_and_mapped(app, dana):
    renamed = HEADINGS.replace("principal", "Kredit").replace("balance", "Saldo")
    address = brought(dana, "\n".join([renamed, *GOOD]).encode())
    page = dana.get(address).text
    assert "Columns are missing" in page
    assert "Bring them in" not in page
    fields = dict.fromkeys(re.findall(r'name="(field-[a-z_]+)"', page), "")
    for name in fields:
        own = name.removeprefix("field-")
        fields[name] = {"principal": "Kredit", "balance": "Saldo"}.get(
            own, own if own in renamed.split(",") else ""
        )
    answers = fields | {"due_day": "1", "decimal": "", "date_order": "", "as_of": ""}
    assert dana.post(f"{address}/answers", data=answers).status_code == 303
    assert "2 agreements will be brought in" in dana.get(address).text
    dana.post(f"{address}/commit")
    with app.app_context():
        assert agreements() == 2


def test_a_date_that_can_be_read_in_two_ways_is_a_question(dana):
    lines = [line.replace("2026-01-15", "01/02/2026").replace("2026-02-15", "03/02/2026") for line in GOOD]
    address = brought(dana, sheet(*lines))
    assert "A question" in dana.get(address).text
    dana.post(f"{address}/answers", data={"due_day": "1", "decimal": "", "date_order": "day", "as_of": ""})
    assert "2 agreements will be brought in" in dana.get(address).text


def test_a_file_that_is_no_table_says_so_and_can_be_put_aside(app, dana, instance):
    address = brought(dana, b"%PDF-1.4 nothing", name="../../etc/passwd")
    page = dana.get(address).text
    assert "This is a PDF" in page
    assert "../../etc" not in page
    kept = list((instance / "uploads").iterdir())
    assert len(kept) == 1
    assert kept[0].stat().st_mode & 0o777 == 0o600
    assert dana.post(f"{address}/abandon").status_code == 303
    assert list((instance / "uploads").iterdir()) == []
    assert dana.get(address).status_code == 404


def test_the_file_is_removed_once_it_is_live(dana, instance):
    address = brought(dana, sheet(*GOOD))
    dana.post(f"{address}/commit")
    assert list((instance / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"file": None}, "Choose a CSV or XLSX file."),
        ({"profile": "nonsense"}, "Not a valid choice"),
        ({"profile": "lendingclub"}, "Give that day"),
        ({"profile": "duebook", "due_day": "40"}, "1 to 31"),
        ({"profile": "duebook", "as_of": "soon"}, "year-month-day"),
    ],
)
def test_a_form_that_makes_no_sense_is_422_and_writes_nothing(app, dana, data, said):
    from models import ImportBatch, db

    form = {"due_day": "1", "file": (io.BytesIO(b"a,b"), "x.csv")} | data
    form = {name: value for name, value in form.items() if value is not None}
    answer = dana.post("/office/imports/new", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert said in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ImportBatch)) == 0


def test_progress_is_a_fragment_for_htmx_and_a_page_without(app, dana):
    app.extensions["start_import"] = lambda ref, by: None
    address = brought(dana, sheet(*GOOD))
    fragment = dana.get(f"{address}/widgets/progress", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<section id="batch"')
    assert 'hx-trigger="every 2s"' in fragment
    assert "Reading the file" in fragment
    assert "<html" in dana.get(f"{address}/widgets/progress").text


def test_a_run_that_stopped_is_said_so_and_can_go_on(app, dana):
    from domain.transaction import transaction
    from models import ImportBatch

    work = app.extensions["start_import"]
    app.extensions["start_import"] = lambda ref, by: None
    address = brought(dana, sheet(*GOOD))
    with transaction() as session:
        old = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
        session.execute(update(ImportBatch).values(totals={"beat": old}))
    page = dana.get(address).text
    assert "Stopped" in page
    assert "every 2s" not in page
    app.extensions["start_import"] = work
    assert dana.post(f"{address}/continue").status_code == 303
    assert "2 agreements will be brought in" in dana.get(address).text


def test_the_work_goes_on_beside_the_page(app, dana, at_once):
    app.extensions["start_import"] = at_once
    address = brought(dana, sheet(*GOOD))
    until = time.monotonic() + 20
    while "will be brought in" not in dana.get(address).text:
        assert time.monotonic() < until
        time.sleep(0.05)
    dana.post(f"{address}/commit")
    while "were brought in" not in dana.get(address).text:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_undo_says_why_it_cannot_be_done_any_more(app, dana):
    from domain.transaction import transaction
    from models import Agreement, AgreementParty, Person

    address = brought(dana, sheet(*GOOD))
    dana.post(f"{address}/commit")
    with transaction() as session:
        agreement = session.scalars(select(Agreement).where(Agreement.number == "A-2")).one()
        stan = session.scalars(select(Person).where(Person.name == "Stan Wu")).one()
        session.add(
            AgreementParty(
                agreement_id=agreement.id, person_id=stan.id, role="joint", from_on=agreement.start_on
            )
        )
    asked = dana.get(f"{address}/undo")
    assert "This import cannot be undone" in asked.text
    assert "Agreement A-2 has had a payment, a fee, a person or a mail since." in asked.text
    assert "Undo the import</button>" not in asked.text
    answer = dana.post(f"{address}/undo")
    assert answer.status_code == 422
    assert "A-2" in answer.text
    assert "were brought in" in dana.get(address).text


def test_customers_do_not_find_imports_and_landlords_may_not(house):
    for verb, path in (
        ("get", "/office/imports"),
        ("get", "/office/imports/new"),
        ("post", "/office/imports/x/commit"),
    ):
        assert getattr(house.client("bo"), verb)(path).status_code == 404
        assert getattr(house.client("lena"), verb)(path).status_code == 403
    assert house.client("dana").get("/office/imports/nobody").status_code == 404


@pytest.mark.csrf
def test_nothing_is_brought_in_without_the_form_token(app, house):
    dana = house.client("dana")
    assert upload(dana, sheet(*GOOD)).status_code == 400
    with app.app_context():
        assert agreements() == 0
