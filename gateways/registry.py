"""The gateways of this installation by name, given once at start by the edge that starts."""

from __future__ import annotations

from typing import cast

from gateways.base import Ability, AnyGateway, Gateway
from gateways.files import FileGateway

_by_name: dict[str, AnyGateway] = {}


def configure(*gateways: AnyGateway) -> None:
    """Replace the known gateways."""
    _by_name.clear()
    _by_name.update({gateway.name: gateway for gateway in gateways})


def gateway(name: str) -> AnyGateway:
    """The gateway called `name`. Raises LookupError when this installation does not have it."""
    if name not in _by_name:
        raise LookupError(f"no gateway called {name!r} is configured")
    return _by_name[name]


def online(name: str) -> Gateway:
    """The gateway called `name`, which answers on line. Raises LookupError when there is none such."""
    found = gateway(name)
    if "file" in found.abilities:
        raise LookupError(f"the gateway {name!r} works by files")
    return cast(Gateway, found)


def by_file(name: str) -> FileGateway:
    """The gateway called `name`, which works by files. Raises LookupError when there is none such."""
    found = gateway(name)
    if "file" not in found.abilities:
        raise LookupError(f"the gateway {name!r} does not work by files")
    return cast(FileGateway, found)


def abilities_of(name: str) -> frozenset[Ability]:
    """What the gateway called `name` can do; nothing for one that this installation does not have."""
    return _by_name[name].abilities if name in _by_name else frozenset()


def all_gateways() -> list[AnyGateway]:
    return list(_by_name.values())


def able_to(ability: Ability) -> list[Gateway]:
    """The gateways that answer on line and can do this."""
    return [
        cast(Gateway, one)
        for one in _by_name.values()
        if ability in one.abilities and "file" not in one.abilities
    ]


def default() -> Gateway:
    """The gateway that new payment methods are saved with: the first one that answers on line."""
    return able_to("charge")[0]
