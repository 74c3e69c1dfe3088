"""A report comes by mail as a link, on its days, to whoever asked for it and may still read it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.actions import report_schedules
from domain.reports.mail_data import mail_data
from domain.transaction import transaction
from models import AuditEvent, Outbox, ReportSchedule, User, db
from papers.mails import compose
from tests.fixtures.books import fill_books
from tests.papers.samples import BUSINESS, ENGLISH

CASH = "/office/reports/cash_received"


@pytest.fixture
def dana(house):
    return house.client("dana")


def asked(client, address=CASH, every="week"):
    place, _, narrowed = address.partition("?")
    return client.post(f"{place}/schedules?{narrowed}", data={"every": every})


def mails() -> list[Outbox]:
    db.session.rollback()  # what was read before is as it was then
    return list(
        db.session.scalars(select(Outbox).where(Outbox.template == "report_ready").order_by(Outbox.id))
    )


def test_it_is_mailed_once_on_its_day_as_a_link_without_figures(house, dana):
    fill_books(house)
    assert asked(dana).status_code == 303
    with house.app.app_context():
        due = db.session.scalars(select(ReportSchedule.next_on)).one()
        assert due.weekday() == 0
        assert due > house.now.date()
        for day, count in ((due - timedelta(days=1), 0), (due, 1), (due, 0)):
            assert report_schedules.mail_due(today=day, now=house.now) == count
        (mail,) = mails()
    assert not re.search(r"[$]|\d+\.\d\d", str(mail.data))
    shown = dana.get(mail.data["path"])
    assert shown.status_code == 200
    assert f'value="{due - timedelta(days=7)}"' in shown.text
    assert f'value="{due - timedelta(days=1)}"' in shown.text


def test_the_mail_says_what_it_is_and_leads_there(house, dana):
    asked(dana, every="day")
    with house.app.app_context():
        report_schedules.mail_due(today=house.now.date() + timedelta(days=1), now=house.now)
        (mail,) = mails()
        data = mail_data(db.session, mail, {}, "https://pay.harbor.example")
    said = compose("report_ready", ENGLISH, data, BUSINESS)
    assert said.subject.startswith("Cash received")
    assert f"https://pay.harbor.example{CASH}?since=" in said.text


def test_days_that_were_missed_are_made_up_by_one_mail(house, dana):
    asked(dana, every="day")
    with house.app.app_context():
        assert report_schedules.mail_due(today=house.now.date() + timedelta(days=40), now=house.now) == 1
        assert report_schedules.mail_due(today=house.now.date() + timedelta(days=41), now=house.now) == 1


def test_whoever_may_not_read_it_any_more_gets_no_mail_and_it_ends(house, dana):
    asked(dana, every="day")
    with house.app.app_context():
        with transaction() as session:
            user = session.scalars(select(User).join(ReportSchedule, ReportSchedule.user_id == User.id)).one()
            user.duties = ["counter"]
        assert report_schedules.mail_due(today=house.now.date() + timedelta(days=1), now=house.now) == 0
        assert mails() == []
        assert isinstance(db.session.scalars(select(ReportSchedule.ended_at)).one(), datetime)
        said = db.session.scalars(select(AuditEvent.by).where(AuditEvent.action == "report.unscheduled"))
        assert list(said) == ["job:mail_reports"]


def test_it_is_ended_on_the_page_and_by_nobody_else(house, dana):
    asked(dana, f"{CASH}?method=cash", every="month")
    page = dana.get(CASH).text
    (address,) = re.findall(r'action="(/office/report-schedules/[^"]+/end)"', page)
    assert house.client("adam").post(address).status_code == 404
    assert "By mail" in page
    assert dana.post(address).status_code == 303
    assert address not in dana.get(CASH).text
    with house.app.app_context():
        assert report_schedules.mail_due(today=date(2030, 1, 1), now=house.now) == 0
        assert db.session.scalars(select(ReportSchedule.filters)).one() == {"method": "cash"}


@pytest.mark.parametrize("every", ["", "year", "\x00", "day" * 400])
def test_another_rhythm_changes_nothing(house, dana, every):
    assert asked(dana, every=every).status_code == 303
    with house.app.app_context():
        assert db.session.scalars(select(ReportSchedule)).all() == []
    assert "This is not one of the choices." in dana.get(CASH).text


def test_no_more_than_a_few_dozen(house, dana, monkeypatch):
    monkeypatch.setattr(report_schedules, "MOST", 2)
    for _ in range(3):
        asked(dana)
    with house.app.app_context():
        assert len(db.session.scalars(select(ReportSchedule)).all()) == 2
