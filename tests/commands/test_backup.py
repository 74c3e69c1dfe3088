"""`flask backup` and `flask restore`: all in one file, put back with payments stopped and nothing charged twice."""

from __future__ import annotations

import json
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain import sealing
from domain.actions import payments
from domain.reports import operating
from domain.transaction import transaction
from gateways import registry
from keeping import databases
from models import Agreement, AuditEvent, Business, JournalEntry, Payment, PaymentMethod, db
from tests.fixtures.agreements import clock_today, save_method_for, scope_of
from tests.fixtures.books import fill_books


@pytest.fixture
def filled(house):
    return fill_books(house)


def kept(runner, folder: Path, *more: str) -> Path:
    target = folder / "copy.tar.gz"
    done = runner.invoke(args=["backup", str(target), *more])
    assert done.exit_code == 0, done.output
    return target


def counts() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
        for model in (Agreement, JournalEntry, Payment, PaymentMethod)
    )


def test_that_it_was_kept_is_written_down_for_whoever_watches(runner, house, tmp_path) -> None:
    with house.app.app_context():
        assert operating.last_backup() is None
    kept(runner, tmp_path)
    with house.app.app_context():
        now = house.app.extensions["clock"].now()
        assert (
            timedelta(0) <= now - (operating.last_backup() or now - timedelta(days=1)) < timedelta(minutes=5)
        )


def test_what_was_kept_is_there_again_and_the_books_agree(runner, house, filled, tmp_path) -> None:
    settings = house.app.config["SETTINGS"]
    (settings.uploads / "paper.pdf").write_bytes(b"%PDF-1.7 a lease")
    with house.app.app_context():
        before = counts()
    copy = kept(runner, tmp_path)
    (settings.uploads / "paper.pdf").unlink()
    with transaction() as session:
        session.execute(sa.update(Business).values(name="Somebody else"))
    done = runner.invoke(args=["restore", str(copy), "--replace"])
    assert done.exit_code == 0, done.output
    assert "The books agree" in done.output
    assert "Everything that is sealed can be opened." in done.output
    assert (settings.uploads / "paper.pdf").read_bytes() == b"%PDF-1.7 a lease"
    with house.app.app_context():
        assert counts() == before
        business = db.session.scalars(sa.select(Business)).one()
        assert business.name == "Harbor Motors"
        assert (business.payments_paused, business.debits_paused) == (True, True)
        assert business.copied_at < business.restored_at
        last = sa.select(AuditEvent.action).order_by(AuditEvent.id.desc())
        assert db.session.scalars(last).first() == "system.restored"


def test_nothing_is_put_over_a_business_unless_it_is_said(runner, house, filled, tmp_path) -> None:
    done = runner.invoke(args=["restore", str(kept(runner, tmp_path))])
    assert done.exit_code == 1
    assert "There is a business here already. With --replace it is moved aside." in done.output
    with house.app.app_context():
        assert db.session.scalars(sa.select(Business.restored_at)).one() is None


def test_no_key_is_in_a_backup_and_the_keys_have_a_file_of_their_own(runner, house, filled, tmp_path) -> None:
    settings = house.app.config["SETTINGS"]
    copy = kept(runner, tmp_path, "--keys", str(tmp_path / "keys.tar.gz"))
    assert copy.stat().st_mode & 0o777 == 0o600
    with tarfile.open(copy) as tar:
        names = tar.getnames()
        held = b"".join(tar.extractfile(name).read() for name in names)
    assert not [name for name in names if "key" in name]
    for key in (settings.sealing_keys, settings.signing_keys):
        assert key.path.read_bytes().strip() not in held
    with tarfile.open(tmp_path / "keys.tar.gz") as tar:
        assert {"keys/sealing.key", "keys/secret.key"} <= set(tar.getnames())


@pytest.mark.safety("O4")
def test_without_the_key_it_says_what_cannot_be_read_and_with_it_all_can(
    runner, house, filled, tmp_path, monkeypatch
) -> None:
    settings = house.app.config["SETTINGS"]
    save_method_for(house, "bo")
    copy = kept(runner, tmp_path, "--keys", str(tmp_path / "keys.tar.gz"))
    settings.sealing_keys.path.write_text("0" * 64)
    monkeypatch.setattr(sealing, "_keys", {})
    lost = runner.invoke(args=["restore", str(copy), "--replace"])
    assert "NOT READABLE without its key: " in lost.output
    assert "PaymentMethod.token_sealed" in lost.output
    found = runner.invoke(args=["restore", str(copy), "--replace", "--keys", str(tmp_path / "keys.tar.gz")])
    assert "Everything that is sealed can be opened." in found.output


def test_an_encrypted_backup_opens_with_its_key_alone(runner, house, filled, tmp_path) -> None:
    made = runner.invoke(args=["backup-key", str(tmp_path / "backup.key")])
    recipient = made.output.split("--to ")[1].strip()
    copy = kept(runner, tmp_path, "--to", recipient)
    assert copy.read_bytes().startswith(b"age-encryption.org/v1")
    assert b"Harbor" not in copy.read_bytes()
    for more, words in (
        ((), "This backup is encrypted."),
        (("--identity", __file__), "holds no key of age."),
    ):
        done = runner.invoke(args=["restore", str(copy), "--replace", *more])
        assert done.exit_code == 1
        assert words in done.output
    other = runner.invoke(args=["backup-key", str(tmp_path / "other.key")])
    assert other.exit_code == 0
    wrong = runner.invoke(args=["restore", str(copy), "--replace", "--identity", str(tmp_path / "other.key")])
    assert "This key does not open the backup." in wrong.output
    right = runner.invoke(
        args=["restore", str(copy), "--replace", "--identity", str(tmp_path / "backup.key")]
    )
    assert right.exit_code == 0, right.output


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
def test_a_backup_that_was_cut_off_or_changed_is_refused_before_anything_is_touched(
    runner, house, filled, tmp_path, place
) -> None:
    copy = kept(runner, tmp_path)
    whole = copy.read_bytes()
    copy.write_bytes(whole[: int(len(whole) * place)])
    assert "This is no whole backup" in runner.invoke(args=["restore", str(copy), "--replace"]).output
    with tarfile.open(tmp_path / "changed.tar.gz", "w:gz") as tar:
        from io import BytesIO

        with tarfile.open(fileobj=BytesIO(whole)) as old:
            for member in old.getmembers():
                data = bytearray(old.extractfile(member).read())
                if member.name.startswith("database"):
                    data[int(len(data) * place)] ^= 1
                tar.addfile(member, BytesIO(bytes(data)))
    done = runner.invoke(args=["restore", str(tmp_path / "changed.tar.gz"), "--replace"])
    assert "is not what was kept" in done.output
    with house.app.app_context():
        assert db.session.scalars(sa.select(Business.restored_at)).one() is None


def test_a_backup_of_a_version_nobody_knows_is_refused(runner, house, filled, tmp_path) -> None:
    copy = kept(runner, tmp_path)
    with tarfile.open(copy) as tar:
        tar.extractall(tmp_path / "apart", filter="data")
    told = tmp_path / "apart" / "manifest.json"
    told.write_text(json.dumps(json.loads(told.read_text()) | {"schema": "9999"}))
    with tarfile.open(tmp_path / "later.tar.gz", "w:gz") as tar:
        for path in sorted((tmp_path / "apart").iterdir()):
            tar.add(path, path.name)
    done = runner.invoke(args=["restore", str(tmp_path / "later.tar.gz"), "--replace"])
    assert "which this program does not know" in done.output


@pytest.mark.safety("O3")
@pytest.mark.database("sqlite")
def test_what_was_charged_after_the_copy_is_found_and_not_charged_again(
    runner, house, filled, tmp_path
) -> None:
    """A debit whose name follows from its period, as autopay's do: charged, forgotten by the restore, run again."""
    save_method_for(house, "bo")
    copy = kept(runner, tmp_path)

    def run() -> None:
        today = clock_today(house)
        with house.app.app_context():
            method = db.session.scalars(
                sa.select(PaymentMethod.ref).order_by(PaymentMethod.id.desc())
            ).first()
        payments.start(filled.bo_loan, 5_000, method, "auto-2026-12", who=scope_of(house, "bo"), today=today,
                       now=house.now + timedelta(hours=25))  # fmt: skip

    run()
    assert runner.invoke(args=["restore", str(copy), "--replace"]).exit_code == 0
    with transaction() as session:
        session.execute(sa.update(Business).values(payments_paused=False, debits_paused=False))
    run()
    made = [one for one in registry.online("sandbox").charges() if one.ref == "auto-2026-12"]
    assert len(made) == 1
    with house.app.app_context():
        payment = db.session.scalars(sa.select(Payment).where(Payment.ref == "auto-2026-12")).one()
        assert payment.state in ("pending", "settled")


@pytest.mark.database("sqlite")
def test_a_database_that_cannot_be_put_back_leaves_the_files_that_were_here(
    runner, house, filled, tmp_path, monkeypatch
) -> None:
    uploads = house.app.config["SETTINGS"].uploads
    copy = kept(runner, tmp_path)
    (uploads / "later.pdf").write_bytes(b"%PDF-1.7 handed in after the copy")

    def fail(_url: str, _kept: Path) -> None:
        raise databases.CannotKeep("The disk is full.")

    monkeypatch.setattr(databases, "put_back", fail)
    done = runner.invoke(args=["restore", str(copy), "--replace"])
    assert done.exit_code == 1
    assert "The disk is full. The database of before is kept in " in done.output
    assert (uploads / "later.pdf").exists()
    with house.app.app_context():
        assert db.session.scalars(sa.select(Business.restored_at)).one() is None
