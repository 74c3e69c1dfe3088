"""`flask keys ...`: the keys of this installation, and changing them while it runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from flask import current_app
from flask.cli import AppGroup

from config import KeyFile, Settings
from domain import sealing
from domain.actions import kept_files
from domain.actions.keys import keys_in_use, reseal

BY = "operator"
STAYS = timedelta(days=1)
"""A process that read a key a moment before it was changed may still seal with it, so no key goes sooner."""

keys = AppGroup("keys", help="The keys in the instance folder: list, change, forget old ones.")


@keys.command("list")
def list_keys() -> None:
    """Name each sealing key and say how many rows are sealed with it."""
    used = keys_in_use() + kept_files.keys_in_use(_settings().uploads)
    current = sealing.current_key()
    names = {sealing.key_id(key) for key in _settings().sealing_keys.older()} | {current} | set(used)
    for name in sorted(names, key=lambda name: (name != current, name)):
        click.echo(f"{name}  {used[name]} rows{'  current' if name == current else ''}")


@keys.command("rotate")
@click.option(
    "--signing", is_flag=True, help="Change the key that signs forms and cookies, not the one that seals."
)
@click.option("--finish", is_flag=True, help="Make no new key, only seal what is left with the current one.")
def rotate(signing: bool, finish: bool) -> None:
    """Make a new key and seal everything with it while the portal goes on running. Interrupted: again with --finish."""
    settings = _settings()
    if signing:
        settings.signing_keys.renew()
        click.echo("A new signing key stands. Restart the portal; what was signed before holds for one day.")
        return
    if not finish:
        settings.sealing_keys.renew()
    try:
        changed = reseal(by=BY, now=current_app.extensions["clock"].now())
        changed += kept_files.reseal(settings.uploads)
    except sealing.CannotOpen as lost:
        raise click.ClickException(f"Not everything could be opened: {lost}.") from lost
    click.echo(f"{changed} rows are sealed with the key {sealing.current_key()} now.")
    click.echo("The key before it stays until `flask keys forget`, a day from now at the earliest.")


@keys.command("forget")
def forget() -> None:
    """Remove older keys that open nothing any more and were replaced a day ago or longer."""
    settings = _settings()
    used = keys_in_use() + kept_files.keys_in_use(settings.uploads)
    gone = _forget(settings.sealing_keys, {name for name, rows in used.items() if rows})
    gone += _forget(settings.signing_keys, set())
    click.echo(f"{gone} old keys were removed.")


def _forget(file: KeyFile, needed: set[str]) -> int:
    now, gone = current_app.extensions["clock"].now(), 0
    for path in file.retired():
        replaced_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if sealing.key_id(path.read_bytes().strip()) not in needed and now - replaced_at >= STAYS:
            path.unlink()
            gone += 1
    return gone


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
