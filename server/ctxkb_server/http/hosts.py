"""Where a request may come from: the names and pages that may reach this server, against DNS rebinding."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ctxkb.config.server import LOOPBACK
from ctxkb_server.http.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.config import Server


@dataclass(frozen=True, slots=True)
class Places:
    """The hosts by which a server may be addressed, and the origins of pages that may talk to it.

    `bound` is the address that it listens on. A page in a browser can make any name of its own point here, but it
    cannot send a request under a name or number that is not its own.
    """

    bound: str
    hosts: frozenset[str]
    origins: frozenset[str]

    def check(self, hosts: Iterable[str], origins: Iterable[str]) -> None:
        """Raises `Refused` for a request with these `Host` and `Origin` headers."""
        host, origin = list(hosts), list(origins)
        if len(host) != 1 or not self._is_ours(host[0].lower()):
            raise Refused(421, "a wrong host", "this server is not known by that name; see [server] allowed_hosts")
        if len(origin) > 1 or (origin and not self._may_talk(origin[0].lower())):
            raise Refused(403, "a wrong origin", "pages of that origin may not talk here; see [server] allowed_origins")

    def _is_ours(self, host: str) -> bool:
        name = host_name(host)
        if not name:
            return False
        if host in self.hosts or name in self.hosts:
            return True
        if is_loopback(self.bound):
            return name in LOOPBACK
        number = _address(name)
        return number is not None and (number == _address(self.bound) or is_wildcard(self.bound))

    def _may_talk(self, origin: str) -> bool:
        if origin in self.origins:
            return True
        parts = urlsplit(origin) if origin.startswith(("http://", "https://")) else None
        return is_loopback(self.bound) and parts is not None and parts.hostname in LOOPBACK


def places_of(settings: Server, bound: str) -> Places:
    """The places that the configuration allows, for a server that listens on `bound`."""
    public = (urlsplit(settings.public_url).netloc.lower(),) if settings.public_url else ()
    return Places(bound, frozenset((*settings.allowed_hosts, *public)), frozenset(settings.allowed_origins))


def host_name(host: str) -> str:
    """The name in a `Host` header, without its port or brackets; "" where it is none."""
    try:
        parts = urlsplit(f"//{host}")
        usable = parts.netloc == host and not parts.username and "@" not in host and (parts.port or 1) > 0
        return (parts.hostname or "") if usable and not parts.path and " " not in host else ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    number = _address(host)
    return host == "localhost" if number is None else number.is_loopback


def is_wildcard(host: str) -> bool:
    """Whether an address stands for all of this machine's."""
    number = _address(host)
    return number is not None and number.is_unspecified


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
