"""Why an installation may not start, in words (safety O10). Verbs: `of_settings`, `of_database` and `refuse`.

The strict rules are those of production: a live gateway, or an address that other people reach. `flask doctor` says
the same, and what is merely unwise besides (`keeping.worries`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import sqlalchemy as sa

from config import LIVE_KEYS, LOOPBACK, Settings, Unsafe

FEWEST_BYTES, FEWEST_DIFFERENT = 32, 10
FEWEST_OF_TOKEN = 20
PROOF = "_proof"
FULL = 2
"""How SQLite numbers synchronous=FULL: a commit is on the disk before it is answered."""


def refuse(problems: list[str]) -> None:
    """Raises Unsafe when there are any."""
    if problems:
        raise Unsafe(" ".join(problems))


def of_settings(settings: Settings) -> list[str]:
    """What the settings and the keys would endanger, the gravest first."""
    found = list(_of_production(settings)) if settings.production else []
    for name, address in (("DUEBOOK_SMS_URL", settings.sms_url), ("DUEBOOK_PING_URL", settings.ping_url)):
        parts = urlsplit(address)
        if (
            address
            and parts.scheme != "https"
            and not (parts.scheme == "http" and parts.hostname in LOOPBACK)
        ):
            found.append(f"{name} must begin with https://.")
    if settings.proof_url and not settings.proof_url.split("?", 1)[0].endswith(PROOF):
        found.append(
            f"DUEBOOK_PROOF_DATABASE_URL must end in {PROOF}: what is in that database is thrown away."
        )
    if settings.metrics_token and len(settings.metrics_token) < FEWEST_OF_TOKEN:
        found.append(f"DUEBOOK_METRICS_TOKEN is shorter than {FEWEST_OF_TOKEN} characters.")
    if settings.ways.get("DUEBOOK_STRIPE_KEY", "").startswith(LIVE_KEYS) and settings.sandbox_url:
        found.append("DUEBOOK_SANDBOX_URL may not be set beside a live key: test and live are never mixed.")
    return [*found, *_of_keys(settings)]


def _of_production(settings: Settings) -> Iterator[str]:
    here = urlsplit(settings.base_url)
    if here.scheme != "https":
        yield "DUEBOOK_BASE_URL must begin with https:// when other people use this portal."
    if settings.today:
        yield "DUEBOOK_TODAY may not be set in production."
    if settings.cheap_hashes:
        yield "DUEBOOK_TEST_CHEAP_HASH is for tests only."
    if os.environ.get("FLASK_DEBUG", "").lower() not in ("", "0", "false", "no"):
        yield "FLASK_DEBUG shows the program and its memory to visitors: it may not be set in production."
    for host in settings.trusted_hosts:
        if "*" in host or host.strip().startswith("."):
            yield f"DUEBOOK_TRUSTED_HOSTS must be whole names with commas between, not {host!r}."
    names = {host.strip().partition(":")[0] for host in settings.trusted_hosts}
    if here.hostname not in names and not any("*" in name or name.startswith(".") for name in names):
        yield f"DUEBOOK_TRUSTED_HOSTS leaves out {here.hostname}, the name in DUEBOOK_BASE_URL."


def _of_keys(settings: Settings) -> Iterator[str]:
    keys = (settings.secret_key, settings.sealing_key)
    if any(len(key) < FEWEST_BYTES for key in keys):
        yield f"A key in the instance folder is shorter than {FEWEST_BYTES} bytes."
    elif any(len(set(key)) < FEWEST_DIFFERENT for key in keys):
        yield (
            "A key in the instance folder is easy to guess. On a new installation take its file away: a good one is"
            " made at the next start. Never do that once there is data: what was sealed with it could not be opened"
            " again."
        )
    if settings.secret_key == settings.sealing_key:
        yield "Both keys in the instance folder are the same: whoever learns one has both."
    for path in sorted((settings.instance / "keys").glob("*.key*")):
        if path.stat().st_mode & 0o077:
            yield f"{path} can be read by others: set its mode to 0600."


def of_database(settings: Settings, engine: sa.Engine) -> list[str]:
    """What SQLite was told that could lose a payment when the power fails, in production; nothing on Postgres."""
    if (
        not settings.production
        or engine.dialect.name != "sqlite"
        or not os.path.exists(engine.url.database or "")
    ):
        return []
    with engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "foreign_keys", "journal_mode")
        }
    found = []
    if (said["synchronous"] or 0) < FULL:
        found.append("SQLite runs without synchronous=FULL: a payment could be lost when the power fails.")
    if not said["foreign_keys"]:
        found.append("SQLite runs without foreign keys: rows could point to nothing.")
    if said["journal_mode"] != "wal":
        found.append("SQLite does not keep a write-ahead log: is the file on a disk that can share memory?")
    return found
