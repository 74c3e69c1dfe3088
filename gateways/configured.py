"""The ways to pay that an installation's settings describe, besides the processor. Each reads its own settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.rules import transfer_accounts
from gateways.ach_file.configured import configured as ach_file
from gateways.base import AnyGateway
from gateways.files import FileGateway

if TYPE_CHECKING:
    from gateways.stripe.client import StripeGateway


def by_files(values: Mapping[str, str]) -> list[FileGateway]:
    """The gateways that make files for a bank. Raises ValueError with what is wrong with the settings, in words."""
    return [way for way in (ach_file(values), _sepa_file(values), _bacs_file(values)) if way is not None]


def _sepa_file(values: Mapping[str, str]) -> FileGateway | None:
    if not any(text for name, text in values.items() if name.startswith("DUEBOOK_SEPA_")):
        return None
    # Its library takes a while to load, so only those wait for it who use it.
    from gateways.sepa_file.configured import configured

    return configured(values)


def _bacs_file(values: Mapping[str, str]) -> FileGateway | None:
    if not any(text for name, text in values.items() if name.startswith("DUEBOOK_BACS_")):
        return None
    from gateways.bacs_file.configured import configured

    return configured(values)


def by_settings(
    values: Mapping[str, str], zone: ZoneInfo, home_urls: Sequence[str]
) -> tuple[StripeGateway | None, list[FileGateway]]:
    """The processor of cards, where a key of one is set, and the gateways by files.

    Raises ValueError as `by_files` does, also for an account that no transfer could reach, and when some ways move
    real money and some do not (safety M25).
    """
    if wrong := transfer_accounts.problems(values):
        raise ValueError(" ".join(wrong))
    cards, files = card_processor(values, zone, home_urls), by_files(values)
    every: list[AnyGateway] = [*([cards] if cards else []), *files]
    live, tried = ([one.name for one in every if one.live is mode] for mode in (True, False))
    if live and tried:
        raise ValueError(
            f"Test and live are never mixed: {', '.join(live)} would move real money, {', '.join(tried)} would not."
        )
    return cards, files


def card_processor(
    values: Mapping[str, str], zone: ZoneInfo, home_urls: Sequence[str]
) -> StripeGateway | None:
    """The processor of cards, or None where no key of one is set. Raises ValueError as `by_files` does."""
    if not any(text for name, text in values.items() if name.startswith("DUEBOOK_STRIPE_")):
        return None
    # Its library takes a while to load, so only those wait for it who use it.
    from gateways.stripe.configured import configured

    return configured(values, zone, home_urls)
