"""The statements of months and years on their pages and on paper: as they were made, and only for those they are of."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from tests.fixtures.four_kinds import bill_through, open_rental_for, shared_rental

pytestmark = [pytest.mark.settings(DUEBOOK_TODAY="2026-04-03"), pytest.mark.database("sqlite")]


def make(house) -> list[str]:
    """The refs of the statements that the timetable makes today."""
    import jobs
    from models import PeriodStatement, db

    with house.app.app_context():
        jobs.issue_statements(house.app)
        return list(
            db.session.scalars(sa.select(PeriodStatement.ref).order_by(PeriodStatement.period_to.desc()))
        )


def words_of(answer) -> str:
    reader = PdfReader(io.BytesIO(answer.data))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def home(house) -> str:
    ref = open_rental_for(house, "tess", months=2)
    bill_through(house)
    return ref


def test_before_the_first_the_list_says_when_there_will_be_one(house, open_agreement) -> None:
    ref = open_agreement("bo")
    assert "Some days after each month" in house.client("bo").get(f"/agreements/{ref}/statements").text


def test_the_list_leads_to_the_statement_and_each_figure_to_its_reason(house, home) -> None:
    (ref,) = make(house)
    tess = house.client("tess")
    assert f'href="/period-statements/{ref}"' in tess.get(f"/agreements/{home}/statements").text
    page = tess.get(f"/period-statements/{ref}").text
    for words in ("Owed at the end of", "$3,100.00", "Rent", "Parking", "0–30 days"):
        assert words in page, words
    why = tess.get(f"/period-statements/{ref}/why/charges").text
    assert "Parking" in why
    assert "$1,250.00" in why
    assert tess.get(f"/period-statements/{ref}/why/weather").status_code == 404
    assert house.client("bo").get(f"/period-statements/{ref}").status_code == 404
    assert house.client("bo").get(f"/period-statements/{ref}/statement.pdf").status_code == 404


def test_it_is_printed_the_same_years_later_whatever_became_of_the_names_and_the_books(
    house, home, ledger
) -> None:
    from domain.transaction import transaction
    from models import Agreement, Business, Person

    (ref,) = make(house)
    tess = house.client("tess")
    before, page = (
        tess.get(f"/period-statements/{ref}/statement.pdf"),
        tess.get(f"/period-statements/{ref}").text,
    )
    ledger.take(home, 50_000, on=date(2026, 3, 30))
    with transaction() as session:
        session.execute(sa.update(Business).values(name="Another name", address="Elsewhere"))
        session.execute(sa.update(Person).values(name="Somebody else"))
        session.execute(sa.update(Agreement).values(title="Something else"))
    after = tess.get(f"/period-statements/{ref}/statement.pdf")
    assert after.data == before.data
    assert b"pdfuaid" in before.data
    text = words_of(before)
    for words in (
        "Tess Okafor",
        "Harbor Motors",
        "Mill House 1B",
        "3,100.00",
    ):
        assert words in text, words
    # A line may break within the address, where a space without width marks it.
    assert f"/agreements/{home}/payments/new" in re.sub(r"[\s\u200b]", "", text)
    assert "Parking" in page


def test_it_is_in_the_file_of_all_papers_under_its_last_day(house, home) -> None:
    make(house)
    papers = zipfile.ZipFile(io.BytesIO(house.client("tess").get(f"/agreements/{home}/documents.zip").data))
    [(name, dated)] = [
        (one.filename, one.date_time) for one in papers.infolist() if "statement-" in one.filename
    ]
    assert name.startswith("2026-03-31 statement-")
    assert dated[:3] == (2026, 3, 31)
    assert papers.read(name).startswith(b"%PDF")


@pytest.mark.safety("W9")
def test_roommates_do_not_read_each_others_share(house) -> None:
    shared_rental(house)
    bill_through(house)
    (ref,) = make(house)
    bo, tess = (house.client(name) for name in ("bo", "tess"))
    assert "$720.00" in bo.get(f"/period-statements/{ref}").text
    assert "$480.00" not in bo.get(f"/period-statements/{ref}").text
    assert "$480.00" in words_of(tess.get(f"/period-statements/{ref}/statement.pdf"))
    assert "$720.00" not in words_of(tess.get(f"/period-statements/{ref}/statement.pdf"))


@pytest.mark.safety("W5")
def test_a_name_that_looks_like_markup_is_text(house, home, ledger) -> None:
    from domain.rules.planned import PlannedCharge
    from domain.transaction import transaction
    from domain.words import Sentence, Step, Trace
    from models import Agreement

    with transaction() as session:
        session.execute(sa.update(Agreement).values(title="<script>alert(1)</script>"))
    day, why = date(2026, 3, 5), Trace("charge.added", 1, (Step(Sentence("x"), 700),))
    named = PlannedCharge(
        1, "one_off", "added", "x-1", day, day, day, 700, why, name="<img src=x onerror=alert(1)>"
    )
    ledger.charge(home, named, day)
    (ref,) = make(house)
    tess = house.client("tess")
    for address in ("", "/why/charges"):
        page = tess.get(f"/period-statements/{ref}{address}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page
    paper = words_of(tess.get(f"/period-statements/{ref}/statement.pdf"))
    assert "<script>alert(1)</script>" in paper
    assert "<img src=x onerror=alert(1)>" in paper
