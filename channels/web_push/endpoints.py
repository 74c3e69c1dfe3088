"""Where a browser may let us send: only to push services by name, by https, and never into our own network.

The address of an endpoint comes from a browser, so from anybody. It is looked at when it is kept and again whenever
something is sent: the name must be that of a service we know, and every address the name has must be a public one. The
connection is then made to one of the addresses that were looked at, so a name that changes meanwhile leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from channels.message import ChannelRefused, ChannelSilent

KNOWN = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "push.services.mozilla.com",
    "notify.windows.com",
    "push.apple.com",
)
"""The services of the browsers there are (Chrome, Firefox, Edge, Safari); names under these belong to them too."""
LONGEST = 1_000
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Addresses in which another one, perhaps of our own network, is hidden (NAT64, 6to4, Teredo).
_HIDING = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


@dataclass(frozen=True, slots=True)
class Services:
    """The push services that may be used: names, and origins of this machine ("http://127.0.0.1:8090") for tests."""

    names: tuple[str, ...] = KNOWN

    def __post_init__(self) -> None:
        for name in self.names:
            if "/" in name and urlsplit(name).hostname not in LOOPBACK:
                raise ValueError(
                    f"{name!r}: only a push service on this machine is named by its whole address"
                )

    @property
    def tried_here(self) -> bool:
        """Whether one of them is on this machine, as in tests."""
        return any("/" in name for name in self.names)

    def check(self, endpoint: str) -> SplitResult:
        """The endpoint taken apart. Raises ChannelRefused(about="recipient") where nothing may be sent."""
        try:
            parts = urlsplit(endpoint)
            port = parts.port
        except ValueError:
            raise _refused() from None
        plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
        if not plain or len(endpoint) > LONGEST or parts.username or parts.password or not parts.hostname:
            raise _refused()
        if f"{parts.scheme}://{parts.netloc}" in self.names:
            return parts
        if parts.scheme != "https" or port not in (None, 443) or not self._known(parts.hostname):
            raise _refused()
        return parts

    def _known(self, host: str) -> bool:
        return any(host == name or host.endswith(f".{name}") for name in self.names if "/" not in name)

    def address(self, parts: SplitResult) -> str:
        """A network address at which the checked endpoint's service listens. Raises ChannelRefused for a private one,
        ChannelSilent when the name is not known just now."""
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = [answer[4][0] for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError):
            raise ChannelSilent("the name of the push service is not known just now") from None
        addresses = [str(one) for one in found]
        if f"{parts.scheme}://{parts.netloc}" not in self.names and not all(map(public, addresses)):
            raise _refused()
        return addresses[0]


def public(address: str) -> bool:
    """Whether a network address is one of the open internet."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        if one.ipv4_mapped is not None:
            return public(str(one.ipv4_mapped))
        if any(one in net for net in _HIDING):
            return False
    return one.is_global and not one.is_multicast


def _refused() -> ChannelRefused:
    return ChannelRefused("this is not the address of a push service that we know", about="recipient")
