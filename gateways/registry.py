"""The gateways of this installation by name, given once at start by the edge that starts."""

from __future__ import annotations

from gateways.base import Gateway

_by_name: dict[str, Gateway] = {}


def configure(*gateways: Gateway) -> None:
    """Replace the known gateways."""
    _by_name.clear()
    _by_name.update({gateway.name: gateway for gateway in gateways})


def gateway(name: str) -> Gateway:
    """The gateway called `name`. Raises LookupError when this installation does not have it."""
    if name not in _by_name:
        raise LookupError(f"no gateway called {name!r} is configured")
    return _by_name[name]


def all_gateways() -> list[Gateway]:
    return list(_by_name.values())


def default() -> Gateway:
    """The gateway that new payment methods are saved with: the first one configured."""
    return next(iter(_by_name.values()))
