"""A dealer's first day, in a real browser and on both databases.

A book is brought in, a person is put on a loan, claims the account from the mailed link and pays once although they
clicked twice; and everybody's books agree.
"""

from __future__ import annotations

import csv
import re
import subprocess
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import sign_in
from tests.fixtures.browser import NewPage
from tests.fixtures.processes import PROJECT
from tests.fixtures.servers import LiveServer, Serve

TODAY = date(2026, 7, 6)
BOOK = """number,title,principal,rate,count,first_due,balance,days_late
H-1,2019 Blue van,18500.00,9.9,60,2025-02-06,13250.40,0
H-2,2020 Red pickup,"21,000.00",12.5,72,2025-06-06,18800.00,31
H-3,Trailer,4000.00,0,20,2026-05-06,3600.00,0
"""
PASSWORD = "quiet-otter-carries-lanterns"


def bring_in_the_book(server: LiveServer, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_text(BOOK)
    told = server.flask(
        "import", str(book), "--profile", "duebook", "--as-of", "2026-07-06", "--commit"
    ).stdout
    assert "accepted: 3" in told
    assert "35650.40" in told  # the balances of the file, added up


def put_a_person_on_the_van(page: Page, server: LiveServer) -> None:
    sign_in(page, server, "dana")
    page.goto(server.page("/office/search?q=H-1"))
    expect(page.get_by_role("heading", name="H-1")).to_be_visible()
    page.goto(f"{page.url.split('?')[0]}/people/new")
    page.get_by_label("Name", exact=True).last.fill("Vera Lund")
    page.locator("input[name=email]").fill("vera@example.org")
    invite = page.locator("input[name=invite]")
    if not invite.is_checked():
        invite.check()
    page.get_by_role("button", name="Add this person").click()
    expect(page.get_by_text("Vera Lund").first).to_be_visible()


def claim_from_the_mail(page: Page, server: LiveServer) -> None:
    server.flask("run-day", "--on", TODAY.isoformat())
    page.goto(server.page("/mailbox"))
    page.locator("article a[href*='/claim/']").first.click()
    page.locator("input[name=username]").fill("vera")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Set up my account").click()
    page.wait_for_url("**/dashboard")


def pay_once_with_two_clicks(page: Page) -> str:
    page.get_by_role("main").get_by_role("link", name=re.compile("^Pay.*Blue van")).click()
    page.get_by_role("button", name="Add a bank account or card").click()
    page.wait_for_url("**/sandbox-processor/setup/*")
    page.locator("input[value=bank]").check()
    page.locator("button.main").click()
    page.get_by_role("button", name="Save it", exact=True).click()
    page.get_by_role("button", name="Check this payment").click()
    page.get_by_label("I allow Harbor Motors").check()
    page.get_by_role("button", name="Pay $392").dblclick()
    expect(page.get_by_role("heading", name="Sent to your bank")).to_be_visible()
    return page.url.rsplit("/", 1)[1]


@pytest.mark.slow
@pytest.mark.database("sqlite", "postgres")
@pytest.mark.settings(DUEBOOK_TODAY=TODAY.isoformat())
def test_a_dealers_first_day(serve: Serve, new_page: NewPage, tmp_path: Path) -> None:
    server = serve()
    server.flask("demo")
    bring_in_the_book(server, tmp_path)
    put_a_person_on_the_van(new_page("desktop"), server)
    phone = new_page("phone")
    claim_from_the_mail(phone, server)
    ref = pay_once_with_two_clicks(phone)

    server.flask("run-day", "--on", TODAY.isoformat(), "--until", (TODAY + timedelta(days=7)).isoformat())
    phone.reload()
    expect(phone.get_by_role("heading", name="Settled on")).to_be_visible()
    expect(phone.get_by_role("heading", name="Receipt R-")).to_be_visible()

    record = csv.DictReader(StringIO(server.flask("sandbox", "charges").stdout))
    hers = [row for row in record if row["ref"] == ref]
    assert [(row["amount_minor"], row["state"]) for row in hers] == [("39216", "settled")]
    assert "The books agree" in server.flask("books", "verify").stdout
    journal = tmp_path / "books.beancount"
    server.flask("books", "export", "--format", "beancount", "-o", str(journal))
    checked = subprocess.run(
        [str(PROJECT / ".venv/bin/bean-check"), str(journal)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
