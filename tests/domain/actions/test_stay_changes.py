"""Tess gives notice and thinks better of it, renews, and hears of a higher rent in time."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from domain.actions.rental_changes import NewRent
from domain.actions.stay_changes import Notice, NoticeTakenBack, Renewal
from domain.words import Refused

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-01")
SECOND, APRIL = date(2026, 3, 2), date(2026, 4, 1)
LAST = date(2026, 4, 10)


def notices(desk) -> list:
    from models import MoveNotice, db

    with desk.house.app.app_context():
        return db.session.execute(
            select(MoveNotice.given_on, MoveNotice.leaves_on, MoveNotice.given_by, MoveNotice.withdrawn_on)
        ).all()


def test_notice_by_the_landlord_is_kept_and_taken_back_without_a_trace_in_the_rent(desk, open_rental) -> None:
    """April is billed for ten of thirty days, 400.00; after the notice is taken back the rest is asked for."""
    ref = open_rental("tess")
    desk.change(ref, Notice(LAST, date(2026, 3, 1), "landlord"), SECOND, form="same")
    desk.change(ref, Notice(LAST, date(2026, 3, 1), "landlord"), SECOND, form="same")
    assert notices(desk) == [(date(2026, 3, 1), LAST, "landlord", None)]
    desk.bill(APRIL)
    assert desk.owed(ref) == 160_000
    desk.change(ref, NoticeTakenBack(), date(2026, 4, 2))
    assert notices(desk)[0].withdrawn_on == date(2026, 4, 2)
    assert desk.owed(ref) == 240_000
    assert desk.terms(ref).terms.to_on is None
    desk.bill(date(2026, 5, 1))
    assert desk.owed(ref) == 360_000
    assert desk.differences() == []
    with pytest.raises(Refused, match="No notice stands"):
        desk.change(ref, NoticeTakenBack(), date(2026, 5, 2))


def test_a_notice_cannot_be_given_tomorrow(desk, open_rental) -> None:
    with pytest.raises(Refused) as refused:
        desk.change(open_rental("tess"), Notice(LAST, APRIL), SECOND)
    assert refused.value.field == "given_on"
    assert notices(desk) == []


def test_a_renewal_goes_on_with_the_new_rent(desk, open_rental) -> None:
    """1,450 and 3 % more for the second year: 1,493.50 (rules of rentals)."""
    ref = open_rental("tess", rent_minor=145_000, to_on=date(2026, 3, 31))
    desk.change(ref, Renewal(date(2027, 3, 31), False, "Rent", 149_350, APRIL), SECOND)
    assert desk.agreement(ref).ends_on == date(2027, 3, 31)
    desk.bill(APRIL)
    assert desk.owed(ref) == 145_000 + 149_350
    with pytest.raises(Refused, match="A renewal ends after"):
        desk.change(ref, Renewal(date(2027, 3, 31)), APRIL)
    desk.change(ref, Renewal(None), APRIL)
    assert desk.terms(ref).terms.goes_on
    assert desk.differences() == []


def test_a_renewal_takes_a_notice_back(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.change(ref, Notice(LAST), SECOND)
    desk.change(ref, Renewal(date(2027, 3, 31), True), SECOND)
    assert notices(desk)[0].withdrawn_on == SECOND
    assert desk.terms(ref).terms.goes_on


def test_a_higher_rent_waits_for_the_days_of_notice_that_the_law_gives(desk, open_rental, house) -> None:
    from domain.transaction import transaction
    from models import LegalDays

    ref = open_rental("tess")
    with transaction() as session:
        session.add(
            LegalDays(
                ref="law", jurisdiction="", what="rent_increase", effective_from=date(2026, 1, 1), days=30,
                source="Civil code, section 827", verified_on=date(2026, 1, 1), recorded_at=house.now,
                recorded_by=house.by,
            )
        )  # fmt: skip
    with pytest.raises(Refused, match="30 days of notice .*827.*2026-04-01") as refused:
        desk.change(ref, NewRent("Rent", 130_000, date(2026, 3, 31)), SECOND)
    assert refused.value.field == "from_on"
    desk.change(ref, NewRent("Rent", 130_000, APRIL), SECOND)
    desk.change(ref, NewRent("Rent", 110_000, date(2026, 3, 5)), SECOND)
    desk.change(ref, NewRent("Rent", 125_000, date(2026, 3, 5), agreed=True), SECOND)


def test_the_mail_about_a_higher_rent_takes_its_letter_along(desk, open_rental) -> None:
    import io

    from pypdf import PdfReader

    from domain.reports import letters
    from models import Outbox, db
    from tests.papers.samples import ENGLISH

    ref = open_rental("tess", rent_minor=145_000)
    desk.change(ref, NewRent("Rent", 149_350, APRIL), SECOND)
    with desk.house.app.app_context():
        mail = db.session.scalars(select(Outbox).where(Outbox.event == "rent_changed")).first()
        name, kind, paper = letters.attachment(db.session(), mail.data, {"name": "Harbor House"}, ENGLISH)
    assert (name.endswith("-letter-1.pdf"), kind) == (True, "application/pdf")
    shown = PdfReader(io.BytesIO(paper)).pages[0].extract_text()
    for part in ("Change of the rent", "$1493.50", "1 April 2026"):
        assert part in shown
