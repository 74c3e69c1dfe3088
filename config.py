"""Settings: read once at start from the environment, `instance/duebook.env` and the mapping a test may give.

The names are those of `.env.example`. `Settings` is frozen; what makes an installation unsafe is refused at start
(`keeping.dangers`), and `flask doctor` prints it as well. The clock of the edges lives here too: nothing below reads
the time.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from click import ClickException

ROOT = Path(__file__).resolve().parent
FILES = ("DUEBOOK_ACH_", "DUEBOOK_SEPA_", "DUEBOOK_BACS_")
"""How the settings of the ways to pay begin that work by files for a bank."""
WAYS = (*FILES, "DUEBOOK_STRIPE_", "DUEBOOK_TRANSFER_", "DUEBOOK_VOCALINK_", "DUEBOOK_PUSH_", "DUEBOOK_SMS_")
LIVE_KEYS = ("sk_live_", "rk_live_")
"""How the card processor's secret keys begin with which real money moves."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Unsafe(ClickException):
    """The installation may not start like this; the message says what to change. `flask` prints it as one line."""


@dataclass(frozen=True)
class Clock:
    """The time, for the edges. `pinned` moves the business date only; instants are always the real ones."""

    zone: ZoneInfo
    pinned: date | None = None

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        """The business's local date."""
        return self.pinned or self.now().astimezone(self.zone).date()


class KeyFile:
    """A key of this installation (mode 0600), and those before it: `sealing.key`, `sealing.key.3f2a9c10.old`.

    Nothing here is ever overwritten in place, and a new key is on the disk before anything may be sealed with it: a
    process that ends in the middle, however it ends, leaves every key that something was sealed with.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> bytes:
        """The key, made at the first start; two processes that start at once agree on one."""
        if not self.path.exists():
            temporary = self._write_new()
            with contextlib.suppress(FileExistsError):
                os.link(temporary, self.path)
            temporary.unlink()
            self._settle()
        return self.path.read_bytes().strip()

    def older(self) -> list[bytes]:
        """The keys before this one that are still kept."""
        now = self.path.read_bytes().strip()
        return [key for key in (path.read_bytes().strip() for path in self.retired()) if key != now]

    def read(self) -> tuple[bytes, list[bytes]]:
        return self.path.read_bytes().strip(), self.older()

    def stamp(self) -> tuple[int, int] | None:
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return None
        return state.st_ino, state.st_mtime_ns

    def retired(self) -> list[Path]:
        return sorted(self.path.parent.glob(f"{self.path.name}.*.old"))

    def renew(self) -> None:
        """Put a new key in the place of this one, which stays beside it."""
        old = self.path.with_name(f"{self.path.name}.{sha256(self.make()).hexdigest()[:8]}.old")
        with contextlib.suppress(FileExistsError):
            os.link(self.path, old)
        os.utime(old)
        os.replace(self._write_new(), self.path)
        self._settle()

    def _write_new(self) -> Path:
        temporary = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
        return temporary

    def _settle(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True)
class Settings:
    """One installation. Paths are absolute; `database_url` is a SQLAlchemy URL.

    `ways` are the settings of the ways to pay, and of pushes, by their full names; each gateway reads its own.
    """

    instance: Path
    database_url: str
    migration_url: str
    base_url: str
    timezone: str
    today: date | None
    live_gateway: bool
    ways: Mapping[str, str]
    sandbox_url: str
    sandbox_settle_days: int
    file_most_lines: int
    file_most_per_day: int | None
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_security: str
    mail_from: str
    sms_url: str
    sms_token: str
    sms_from: str
    trusted_hosts: tuple[str, ...]
    proxies: int
    scheduler: bool
    ping_url: str
    metrics_token: str
    backups: Path | None
    backup_to: str
    backups_kept: int
    proof_url: str
    cheap_hashes: bool
    testing: bool
    secret_key: bytes
    older_secret_keys: tuple[bytes, ...]
    sealing_key: bytes

    @property
    def production(self) -> bool:
        """A live gateway, or an address other people reach: then the strict rules apply."""
        return self.live_gateway or urlsplit(self.base_url).hostname not in LOOPBACK

    @property
    def origins(self) -> list[str]:
        """Where our pages are: the base address, and on this machine its other loopback name as well."""
        parts = urlsplit(self.base_url)
        if self.production:
            return [self.base_url]
        port = f":{parts.port}" if parts.port else ""
        return [f"{parts.scheme}://{name}{port}" for name in ("localhost", "127.0.0.1")]

    @property
    def clock(self) -> Clock:
        return Clock(ZoneInfo(self.timezone), self.today)

    @property
    def sandbox_database(self) -> Path:
        return self.instance / "sandbox.db"

    @property
    def sealing_keys(self) -> KeyFile:
        return KeyFile(self.instance / "keys" / "sealing.key")

    @property
    def signing_keys(self) -> KeyFile:
        return KeyFile(self.instance / "keys" / "secret.key")

    @property
    def mailbox(self) -> Path:
        return self.instance / "mailbox"

    @property
    def uploads(self) -> Path:
        return self.instance / "uploads"

    @property
    def outgoing(self) -> Path:
        """Where files for banks are kept, sealed."""
        return self.uploads / "outgoing"

    @property
    def received(self) -> Path:
        """Where files from banks are kept, sealed."""
        return self.uploads / "received"


def read_settings(given: Mapping[str, object] | None = None) -> Settings:
    """The settings of this process: `given` wins over the environment, which wins over `instance/duebook.env`.

    Makes the instance folder and its keys (mode 0600) when they are not there. Raises Unsafe on a value it cannot use.
    """
    values: dict[str, str] = {key: value for key, value in os.environ.items() if key.startswith("DUEBOOK_")}
    values |= {key: str(value) for key, value in (given or {}).items()}
    instance = Path(values.get("DUEBOOK_INSTANCE") or ROOT / "instance").resolve()
    values = _read_file(instance / "duebook.env") | values
    keys = instance / "keys"
    for folder in (instance, keys, instance / "uploads", instance / "mailbox"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = values.get("DUEBOOK_DATABASE_URL") or f"sqlite:///{instance / 'duebook.db'}"
    port = values.get("PORT") or os.environ.get("PORT") or "8000"
    base_url = (values.get("DUEBOOK_BASE_URL") or f"http://localhost:{port}").rstrip("/")
    host = urlsplit(base_url).hostname or "localhost"
    hosts = tuple(filter(None, values.get("DUEBOOK_TRUSTED_HOSTS", "").split(",")))
    return Settings(
        instance=instance,
        database_url=url,
        migration_url=values.get("DUEBOOK_MIGRATION_URL") or url,
        base_url=base_url,
        timezone=values.get("DUEBOOK_TIMEZONE") or "America/New_York",
        today=_day(values.get("DUEBOOK_TODAY", "")),
        live_gateway=_moves_money(values),
        ways={name: text for name, text in values.items() if name.startswith(WAYS)},
        sandbox_url=values.get("DUEBOOK_SANDBOX_URL", ""),
        sandbox_settle_days=_whole(values, "DUEBOOK_SANDBOX_SETTLE_DAYS", 2),
        file_most_lines=_whole(values, "DUEBOOK_FILE_MOST_LINES", 100_000),
        file_most_per_day=_whole(values, "DUEBOOK_FILE_MOST_PER_DAY", 0) or None,
        smtp_host=values.get("DUEBOOK_SMTP_HOST", ""),
        smtp_port=_whole(values, "DUEBOOK_SMTP_PORT", 587),
        smtp_user=values.get("DUEBOOK_SMTP_USER", ""),
        smtp_password=values.get("DUEBOOK_SMTP_PASSWORD", ""),
        smtp_security=values.get("DUEBOOK_SMTP_SECURITY", "starttls"),
        mail_from=values.get("DUEBOOK_MAIL_FROM", f"portal@{host if '.' in host else 'example.org'}"),
        sms_url=values.get("DUEBOOK_SMS_URL", ""),
        sms_token=values.get("DUEBOOK_SMS_TOKEN", ""),
        sms_from=values.get("DUEBOOK_SMS_FROM", ""),
        trusted_hosts=hosts or ((host,) if host not in LOOPBACK else tuple(sorted(LOOPBACK - {"::1"}))),
        proxies=_whole(values, "DUEBOOK_PROXIES", 0),
        scheduler=values.get("DUEBOOK_SCHEDULER", "0") == "1",
        ping_url=values.get("DUEBOOK_PING_URL", ""),
        metrics_token=values.get("DUEBOOK_METRICS_TOKEN", ""),
        backups=Path(values["DUEBOOK_BACKUPS"]).resolve() if values.get("DUEBOOK_BACKUPS") else None,
        backup_to=values.get("DUEBOOK_BACKUP_TO", ""),
        backups_kept=max(1, _whole(values, "DUEBOOK_BACKUPS_KEPT", 14)),
        proof_url=values.get("DUEBOOK_PROOF_DATABASE_URL", ""),
        cheap_hashes=values.get("DUEBOOK_TEST_CHEAP_HASH", "0") == "1",
        testing=values.get("TESTING", "") in ("1", "True", "true"),
        secret_key=KeyFile(keys / "secret.key").make(),
        older_secret_keys=tuple(KeyFile(keys / "secret.key").older()),
        sealing_key=KeyFile(keys / "sealing.key").make(),
    )


def _read_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def _moves_money(values: Mapping[str, str]) -> bool:
    """Whether a live key is set, or a bank that files are made for and that is not said to be a test (..._TEST=1)."""
    if values.get("DUEBOOK_STRIPE_KEY", "").startswith(LIVE_KEYS):
        return True
    used = {way for way in FILES for name, text in values.items() if name.startswith(way) and text}
    return any(values.get(f"{way}TEST") != "1" for way in used)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Unsafe(f"DUEBOOK_TODAY must be a day like 2026-12-04, not {text!r}.") from error


def _whole(values: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(values.get(name) or default)
    except ValueError as error:
        raise Unsafe(f"{name} must be a whole number, not {values[name]!r}.") from error
