"""Files from the bank: what they say happens once, whatever came before and however often they come."""

from __future__ import annotations

import json
from unittest.mock import Mock

import pytest
from sqlalchemy import select

from domain import sealing
from domain.actions import bank_files, bank_statements, batch_ends
from domain.points import watch
from domain.words import Refused, sentence_from
from models import Outbox, PaymentReturn, Task, db
from tests.domain.actions.filing import Works
from tests.domain.actions.paying import DAY, INSTALLMENT, NOW, TODAY
from tests.fixtures.ach import ACH
from tests.fixtures.direct_debits import SEPA
from tests.gateways.ach_file.conftest import return_file
from tests.gateways.sepa_file.test_reader import entry, notice

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def sent(works: Works):
    """Debits that are with the bank: [(payment ref, trace)]."""

    def send(count: int = 1) -> list[tuple[str, str]]:
        refs = works.plan(count)
        works.build()
        works.hand_over()
        return list(zip(refs, [line.trace for line in works.lines()], strict=True))

    return send


def _tasks(works: Works) -> list[str]:
    with works.till.house.app.app_context():
        return [str(sentence_from(row)) for row in db.session.scalars(select(Task.detail).order_by(Task.id))]


def test_a_debit_that_comes_back_before_it_settled_failed_and_its_payer_is_told(works: Works, sent) -> None:
    [(ref, trace)] = sent()
    taken = works.take(return_file([("R01", trace, INSTALLMENT)]))
    row = works.till.row(ref)
    assert (row.state, row.failure_code) == ("failed", "R01")
    file = works.taken(taken.ref)
    assert (file.state, file.gateway, file.kind) == ("read", "ach_file", "returns")
    assert file.outcome["counts"] == {"done": 1}
    assert works.till.mails("payment_failed") == 1
    assert works.settle(TODAY + 9 * DAY) == 0


def test_a_debit_that_comes_back_later_opens_the_debt_again(works: Works, sent) -> None:
    [(ref, trace)] = sent()
    agreement = works.till.row(ref).agreement_id
    works.settle(TODAY + 3 * DAY)
    works.take(return_file([("R10", trace, INSTALLMENT)]), TODAY + 40 * DAY)
    assert works.till.state(ref) == "settled"
    assert works.till.count(PaymentReturn, PaymentReturn.code == "R10") == 1
    assert works.till.timeline(ref) == ["planned", "filed", "settled", "returned"]
    assert works.till.differences() == []
    assert agreement


def test_the_same_file_acts_once_and_so_does_the_same_news_in_another(works: Works, sent) -> None:
    [(ref, trace), (other, second)] = sent(2)
    works.settle(TODAY + 3 * DAY)
    first = works.take(return_file([("R01", trace, INSTALLMENT)]))
    again = works.take(return_file([("R01", trace, INSTALLMENT)]))
    assert (again.ref, again.again) == (first.ref, True)
    both = works.take(return_file([("R01", trace, INSTALLMENT), ("R01", second, INSTALLMENT + 1)]))
    assert works.taken(both.ref).outcome["counts"] == {"again": 1, "done": 1}
    assert works.till.count(PaymentReturn) == 2
    assert {works.till.state(ref), works.till.state(other)} == {"settled"}


@pytest.mark.safety("M14")
def test_a_return_with_another_amount_changes_nothing_and_somebody_looks(works: Works, sent) -> None:
    [(ref, trace)] = sent()
    taken = works.take(return_file([("R01", trace, INSTALLMENT - 1)]))
    assert works.till.state(ref) == "pending"
    assert works.taken(taken.ref).outcome["counts"] == {"differs": 1}
    [said] = _tasks(works)
    assert said.startswith("The bank names another amount")


@pytest.mark.safety("J18")
def test_a_debit_that_we_do_not_know_becomes_a_task_and_blocks_no_other(works: Works, sent) -> None:
    [(ref, trace)] = sent()
    taken = works.take(return_file([("R02", "091000019999999", 5), ("R01", trace, INSTALLMENT)]))
    assert works.taken(taken.ref).outcome["counts"] == {"unmatched": 1, "done": 1}
    assert works.till.state(ref) == "failed"
    assert _tasks(works) == ["A file from the bank names a debit that we do not know (R02, 091000019999999)."]


@pytest.mark.parametrize("code", ["R61", "R73", "C61"])
def test_what_banks_quarrel_about_is_for_a_person(works: Works, sent, code: str) -> None:
    [(ref, trace)] = sent()
    works.take(return_file([(code, trace, INSTALLMENT)]))
    assert works.till.state(ref) == "pending"
    assert len(_tasks(works)) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.7 nothing", "This is not a file in the format of Nacha"),
        (return_file([("R01", "1" * 15, 5)], company="5550001111"), "This file is for another company"),
        (return_file([("R01", "1" * 15, 5)])[:-200], "The file is cut short"),
    ],
)
def test_a_refused_file_is_kept_with_its_reason_and_nothing_is_done(
    works: Works, content: bytes, why: str
) -> None:
    file = works.taken(works.take(content).ref)
    assert file.state == "refused"
    assert str(sentence_from(file.problem)).startswith(why)
    [place] = works.folder.with_name("bank").iterdir()
    assert place.stat().st_mode & 0o777 == 0o600


def test_an_empty_file_and_one_that_is_too_large_are_refused_at_once(works: Works) -> None:
    with pytest.raises(Refused, match="empty"):
        works.take(b"")
    with pytest.raises(Refused, match="larger than 20 MB"):
        works.take(b"1" * (bank_files.MOST_BYTES + 1))


def test_a_correction_is_made_in_the_account_and_its_owner_is_told(works: Works, sent) -> None:
    [(ref, trace)] = sent()
    before = works.method()
    works.take(return_file([("C03", trace, 0)], corrected="121042882   777788889999"))
    method = works.method()
    account = json.loads(sealing.unseal(method.token_sealed, f"payment_method.token:{method.ref}"))
    assert (account["routing"], account["number"]) == ("121042882", "777788889999")
    assert (before.last4, method.last4, method.label) == ("6789", "9999", "Checking ••9999")
    assert works.till.state(ref) == "pending"
    assert works.till.audits("method.corrected") == 1
    assert works.till.count(Outbox, Outbox.template == "security_alert") == 1


def test_a_correction_that_cannot_be_right_is_for_a_person(works: Works, sent) -> None:
    [(_, trace)] = sent()
    before = works.method().token_sealed
    works.take(return_file([("C02", trace, 0)], corrected="121042881"))
    assert works.method().token_sealed == before
    assert works.till.count(Task, Task.kind == "correction") == 1


def test_a_prenote_that_comes_back_stops_the_account(works: Works, ach_account) -> None:
    new = ach_account(number="55667788", verification="sent")
    works.build()
    works.hand_over()
    [line] = works.lines()
    works.take(return_file([("R03", line.trace, 0)]))
    method = works.method(new)
    assert (method.verification, method.stopped_code) == ("failed", "R03")
    works.settle(TODAY + 9 * DAY)
    assert works.method(new).verification == "failed"


def test_whoever_ends_in_the_middle_of_a_file_leaves_what_the_next_run_finishes(works: Works, sent) -> None:
    debits = sent(3)
    content = return_file([("R01", trace, INSTALLMENT + at) for at, (_, trace) in enumerate(debits)])
    seen: list[str] = []

    def end(name: str) -> None:
        seen.append(name)
        if seen.count("bank_file.news_acted") == 2:
            raise Killed(name)

    watch(end)
    try:
        with pytest.raises(Killed):
            works.take(content)
    finally:
        watch(None)
    folder = works.folder.with_name("bank")
    assert bank_files.finish(folder=folder, today=TODAY, now=NOW) == 1
    assert bank_files.finish(folder=folder, today=TODAY, now=NOW) == 0
    assert {works.till.state(ref) for ref, _ in debits} == {"failed"}
    assert works.taken(works.take(content).ref).outcome["counts"] == {"again": 2, "done": 1}


def test_a_statement_that_waits_for_a_person_is_not_a_file_of_debits(works: Works, tmp_path) -> None:
    content = b"When;What;How much\n02.03.2026;somebody;1,00\n"
    bank_statements.receive(content, "statement.csv", folder=tmp_path, who=works.till.who("dana"), now=NOW)
    assert bank_files.finish(folder=works.folder, today=TODAY, now=NOW) == 0


def test_a_file_that_is_gone_from_the_disk_holds_up_no_other(works: Works, sent, monkeypatch) -> None:
    (_, one), (paid, two) = sent(2)
    monkeypatch.setattr(bank_files, "_act", Mock(side_effect=Killed))
    for at, trace in enumerate((one, two)):
        with pytest.raises(Killed):
            works.take(return_file([("R01", trace, INSTALLMENT + at)]))
    monkeypatch.undo()
    folder = works.folder.with_name("bank")
    first = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)[0]
    first.unlink()
    assert bank_files.finish(folder=folder, today=TODAY, now=NOW) == 2
    assert works.till.state(paid) == "failed"
    assert any("cannot be read any more" in said for said in _tasks(works))


def test_a_file_that_was_lost_before_it_was_read_is_read_once_it_is_handed_in_again(
    works: Works, sent, monkeypatch
) -> None:
    [(ref, trace)] = sent(1)
    content = return_file([("R01", trace, INSTALLMENT)])
    monkeypatch.setattr(bank_files, "_act", Mock(side_effect=Killed))
    with pytest.raises(Killed):
        works.take(content)
    monkeypatch.undo()
    folder = works.folder.with_name("bank")
    [place] = folder.iterdir()
    place.unlink()
    bank_files.finish(folder=folder, today=TODAY, now=NOW)
    taken = works.take(content)
    assert taken.again
    assert (works.till.state(ref), works.taken(taken.ref).state) == ("failed", "read")
    assert place.is_file()
    assert (
        works.till.count(Task, Task.dedupe_key.startswith("bank-file-unread"), Task.closed_at.is_(None)) == 0
    )
    assert works.till.count(Task, Task.dedupe_key.startswith("bank-file-unread")) == 1


@pytest.mark.settings(DUEBOOK_TODAY="2026-03-02", **ACH, **SEPA)
def test_a_name_of_the_bank_that_is_far_too_long_is_still_a_task(works: Works) -> None:
    taken = works.take(notice(entry("DB" + "9" * 5_000), iban=SEPA["DUEBOOK_SEPA_IBAN"]))
    assert works.taken(taken.ref).state == "read"
    assert len(_tasks(works)) == 1


def test_a_return_of_a_debit_whose_file_was_taken_back_is_for_a_person(works: Works) -> None:
    [ref] = works.plan()
    [batch] = works.build()
    [line] = works.lines()
    batch_ends.withdraw(batch, now=NOW, by="test")
    works.take(return_file([("R01", line.trace, INSTALLMENT)]))
    assert works.till.state(ref) == "scheduled"
    assert len(_tasks(works)) == 1
