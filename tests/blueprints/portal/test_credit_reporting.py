"""Credit reporting on an agreement: what is said, one's consent in its words, and that others cannot give it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.fixtures.agreements import clock_today, scope_of

pytestmark = pytest.mark.database("sqlite")


def keep_rule(house, **wishes) -> None:
    from domain.actions.credit_reporting import Rule, set_rule

    rule = Rule(**({"reports": True, "furnisher": "Score Service", "bureaus": "Equifax and TransUnion",
                    "dispute_address": "Harbor Motors\n1 Quay"} | wishes))  # fmt: skip
    set_rule(rule, who=scope_of(house, "adam"), today=clock_today(house), now=house.now)


def consents(house) -> list[tuple[bool, str]]:
    from models import CreditConsent, db

    with house.app.app_context():
        rows = db.session.execute(
            sa.select(CreditConsent.agreed, CreditConsent.text).order_by(CreditConsent.id)
        )
        return [tuple(row) for row in rows]


def page_of(house, ref: str, name: str = "bo"):
    return house.client(name).get(f"/agreements/{ref}/credit-reporting")


def rule_in(page: str) -> str:
    return page.split('name="rule" value="')[1].split('"')[0]


def answer(house, ref: str, name: str = "bo", **fields: str):
    client = house.client(name)
    return client.post(f"/agreements/{ref}/credit-reporting", data=fields)


def test_nobody_is_asked_for_anything_while_nothing_is_reported(house, open_agreement) -> None:
    ref = open_agreement("bo")
    page = page_of(house, ref).text
    assert "Nothing is reported" in page
    assert "I agree" not in page
    assert f"/agreements/{ref}/credit-reporting" in house.client("bo").get(f"/agreements/{ref}").text
    assert answer(house, ref, answer="yes", rule="").status_code == 409


def test_a_consent_is_kept_in_the_words_that_were_read_and_taken_back(house, open_agreement) -> None:
    ref = open_agreement("bo", number="L-7")
    keep_rule(house)
    page = page_of(house, ref).text
    assert "you have not agreed to it" in page
    assert "Equifax and TransUnion" in page
    assert "Harbor Motors<br>1 Quay" in page
    assert "Write a message" in page
    assert "30 days" in page
    rule = rule_in(page)
    for _twice in range(2):
        assert answer(house, ref, answer="yes", rule=rule).status_code == 303
    ((agreed, text),) = consents(house)
    assert agreed
    assert "reports my payments on L-7 to Equifax and TransUnion" in text
    assert "are reported each month" in page_of(house, ref).text
    assert answer(house, ref, answer="no").status_code == 303
    assert [yes for yes, _text in consents(house)] == [True, False]


def test_a_consent_to_a_rule_that_was_changed_meanwhile_is_not_taken(house, open_agreement) -> None:
    ref = open_agreement("bo")
    keep_rule(house)
    rule = rule_in(page_of(house, ref).text)
    keep_rule(house, bureaus="Somebody else")
    assert answer(house, ref, answer="yes", rule=rule).status_code == 409
    assert consents(house) == []


def test_what_would_be_sent_is_told_by_the_days_that_something_is_late(house, open_agreement) -> None:
    keep_rule(house, needs_consent=False)
    fresh, late = open_agreement("bo", age_days=20), open_agreement("bo", age_days=70)
    page = page_of(house, fresh).text
    assert "Current: nothing is 30 days late or more" in page
    assert "Pay it before it is 30 days late" in page
    assert "30 to 59 days late" in page_of(house, late).text


@pytest.mark.safety("W9")
def test_a_stranger_neither_reads_nor_agrees_and_a_reader_for_staff_agrees_to_nothing(
    house, open_agreement
) -> None:
    ref = open_agreement("bo")
    keep_rule(house)
    assert page_of(house, ref, "stan").status_code == 404
    assert answer(house, ref, "stan", answer="yes", rule="1").status_code == 404
    assert consents(house) == []


def test_who_stands_on_it_no_more_cannot_agree(house, open_agreement) -> None:
    from domain.transaction import transaction
    from models import AgreementParty

    ref = open_agreement("bo")
    keep_rule(house)
    rule = rule_in(page_of(house, ref).text)
    with transaction() as session:
        session.execute(sa.update(AgreementParty).values(until_on=clock_today(house) - timedelta(days=1)))
    assert answer(house, ref, answer="yes", rule=rule).status_code in (404, 410)
    assert consents(house) == []
