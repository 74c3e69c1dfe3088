"""What banks and payers write reaches pages, tables and logs: as text, never as a program, and no account number."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from domain.actions import bank_statements, pay_links
from models import BankLine, BankStatement, PaymentMethod, db
from tests.access.world import READING, World, rules
from tests.domain.actions.conftest import till, works
from tests.domain.actions.filing import Works
from tests.domain.actions.paying import INSTALLMENT, NOW, TODAY
from tests.domain.banking.samples import ofx, ofx_line
from tests.fixtures.ach import ACH
from tests.gateways.ach_file.conftest import return_file
from tests.safety.test_at_rest import dump
from tests.safety.test_stored_text import HOSTILE, Page, crawl, fill

__all__ = ["till", "works"]

pytestmark = [
    pytest.mark.database("sqlite"),
    pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", DUEBOOK_ACH_VERIFY="none", **ACH),
]
NUMBER = "000123456789"
TYPED = {
    "bank_line": ["name", "text", "bank_ref"],
    "bank_statement": ["name", "account"],
    "bank_file": ["name"],
    "batch": ["note", "file_name", "control", "downloaded_by"],
    "batch_line": ["trace", "code"],
    "payment": ["failure_code"],
    "payment_return": ["code"],
    "payment_event": ["code"],
    "payment_method": ["label", "bank_name", "holder", "stopped_code"],
    "pay_link": ["note"],
}
SHOWN = {
    "bank_line.name", "bank_line.text", "bank_statement.name", "bank_file.name", "batch.note", "batch.file_name",
    "payment_method.label", "pay_link.note",
}  # fmt: skip


@pytest.fixture
def lived(works: Works) -> tuple[World, str]:
    """A debit that came back, a file that waits, a statement with a hostile line, a link to pay; and the link."""
    house = works.till.house
    refs = works.plan(2)
    works.build()
    works.hand_over()
    line = works.lines()[0]
    works.take(return_file([("R01", line.trace, INSTALLMENT), ("R99", "99999999" + "7" * 7, 100)]))
    works.plan(1)
    works.build()
    dana = works.till.who("dana")
    folder = house.app.config["SETTINGS"].received
    statement = ofx(ofx_line("150.00", "F1", "A &lt;b&gt;"), closing="1150.00")
    ref = bank_statements.receive(statement.encode(), "november.ofx", folder=folder, who=dana, now=NOW)
    bank_statements.bring_in(ref, folder=folder, who=dana, now=NOW)
    agreement = works.open_agreement("bo")
    made = pay_links.make(agreement, 1_000, note="for May", days=5, who=dana, today=TODAY, now=NOW)
    return World(house, agreement, refs[0], works.account), made.secret


@pytest.mark.safety("W5", "W15")
def test_what_banks_and_payers_wrote_is_text_on_every_page(app, lived) -> None:
    world, secret = lived
    visitors = {kind: world.visitor(kind) for kind in ("customer", "staff", "admin", "anonymous")}
    fill(app, TYPED)
    starts = [world.address(rule) for rule, _method in rules(app, READING)]
    with app.app_context():
        starts += [f"/office/bank/statements/{ref}" for ref in db.session.scalars(select(BankStatement.ref))]
        starts += [f"/office/bank/movements/{ref}" for ref in db.session.scalars(select(BankLine.ref))]
    seen: set[str] = set()
    for kind, client in visitors.items():
        wrong, found, _pages = crawl(client, [*starts, f"/pay-link/{secret}"])
        assert wrong == [], kind
        seen |= found
    assert seen >= SHOWN


@pytest.mark.safety("W5")
def test_a_hostile_statement_is_text_before_it_is_brought_in(house, till) -> None:
    folder, dana = house.app.config["SETTINGS"].received, house.client("dana")
    body = HOSTILE.format(place="bank_line.text").replace("<", "&lt;").replace(">", "&gt;")
    for content in (
        ofx(ofx_line("150.00", "F1", body, body), closing="1150.00"),
        f"Date,{body},Amount\n2026-11-02,{body},1.00\n",
    ):
        ref = bank_statements.receive(content.encode(), HOSTILE, folder=folder, who=till.who("dana"), now=NOW)
        assert Page(dana.get(f"/office/bank/files/{ref}").text).wrong == []


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_no_table_of_ours_holds_a_formula_that_somebody_wrote(app, lived, text) -> None:
    world, _secret = lived
    dana, adam, bo = (world.visitor(kind) for kind in ("staff", "admin", "customer"))
    evil = {
        "person": ["name"], "agreement": ["title", "number"], "payment": ["note", "failure_code"],
        "payment_method": ["label", "bank_name"], "audit_event": ["device", "address"], "charge": ["name"],
    }  # fmt: skip
    fill(app, evil, text)
    tables = [
        dana.get(f"/office/agreements/{world.agreement}/journal.csv"),
        adam.post("/office/audit/export"),
        bo.get("/payments.csv"),
    ]
    for answer in tables:
        assert answer.status_code == 200, answer.request.path
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert rows
        ours = [cell for row in rows for cell in row if text.strip() in cell]
        assert not [cell for cell in ours if cell.lstrip()[:1] in "=+-@"], answer.request.path


@pytest.mark.safety("D7", "D8")
def test_no_log_no_trail_and_no_row_names_a_whole_account(app, house, works: Works, capfd, caplog) -> None:
    dana = house.client("dana")
    works.plan(2)
    address = dana.post("/office/batches/new/ach_file").location
    assert NUMBER in dana.post(f"{address}/file").text
    works.hand_over()
    line = works.lines()[0]
    works.take(return_file([("C01", line.trace, 0)], corrected="555000111222"))
    works.take(return_file([("R03", line.trace, 1)]))
    works.take(b"101 broken " + NUMBER.encode())
    said = "".join(capfd.readouterr()) + caplog.text + dump(app)
    assert [number for number in (NUMBER, "555000111222") if number in said] == []
    with app.app_context():
        assert db.session.scalars(select(PaymentMethod.last4)).one() == "1222"
