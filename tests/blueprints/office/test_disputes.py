"""Dana reads why a payer's bank took money back, and answers."""

from __future__ import annotations

import pytest

from tests.fixtures.forms import fields_of

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.fixture
def dana(house):
    return house.client("dana")


@pytest.fixture
def case(open_agreement, pay, days_pass, dana) -> str:
    """The address of the one open case."""
    pay("bo", open_agreement("bo", number="L-77"), 30_000, "card_disputed")
    days_pass(4)
    return (
        "/office/disputes/"
        + dana.get("/office/disputes").text.split('href="/office/disputes/')[1].split('"')[0]
    )


def test_the_list_names_the_case_and_the_case_shows_its_evidence(dana, case):
    listed = dana.get("/office/disputes").text
    for words in ("L-77", "$300.00", "Waits for our answer"):
        assert words in listed
    page = dana.get(case).text
    for words in ("The receipt", "R-0000", "The agreement", "Evidence until"):
        assert words in page


def test_an_answer_is_written_down_once(dana, case):
    sent = fields_of(dana.get(case).text, f"{case}/answers") | {"note": "receipt, by the form"}
    assert dana.post(f"{case}/answers", data=sent).status_code == 303
    page = dana.get(case).text
    assert "Evidence was sent" in page
    assert "receipt, by the form" in page
    assert dana.post(f"{case}/answers", data=sent).status_code == 422


def test_an_empty_answer_is_refused(dana, case):
    sent = fields_of(dana.get(case).text, f"{case}/answers") | {"note": " "}
    assert dana.post(f"{case}/answers", data=sent).status_code == 422
    assert "Waits for our answer" in dana.get(case).text


def test_giving_in_is_possible_too(dana, case):
    sent = fields_of(dana.get(case).text, f"{case}/acceptance")
    assert dana.post(f"{case}/acceptance", data=sent).status_code == 303
    assert "We gave in" in dana.get(case).text


def test_an_empty_list_says_so(dana):
    assert "No payment is disputed" in dana.get("/office/disputes").text


def test_nobody_else_sees_a_case(house, case):
    for name, code in (("lena", 403), ("tess", 404), ("bo", 404)):
        assert house.client(name).get(case).status_code == code
        assert house.client(name).get("/office/disputes").status_code == code
