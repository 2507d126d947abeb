"""The names under which the page answers: a web site whose own name is pointed at this machine is not among them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared only


@dataclass(frozen=True, slots=True)
class Hosts:
    """The values of the Host header that are answered.

    Attributes:
        port: The port that is listened on.
        named: Further names in lower case, each as it stands in the header, with its port where it has one.
        beyond: Whether anybody but this machine's own users can reach the page.
    """

    port: int
    named: frozenset[str] = frozenset()
    beyond: bool = False

    @classmethod
    def of(cls, host: str, port: int, allowed: Iterable[str] = (), root_path: str = "") -> Self:
        """The names for an address that is listened on.

        Args:
            host: The address that is listened on.
            port: The port that is listened on.
            allowed: Names that the page is opened for, each with or without a port.
            root_path: Where a proxy shows the page; of a whole address the host is answered too.
        """
        given = [*allowed, *([urlsplit(root_path).netloc] if "://" in root_path else [])]
        if host not in EVERYWHERE and not is_loopback(host):
            given.append(bracketed(host))
        named = {form for name in given for form in _forms(name.strip().lower(), port)}
        here = {form for name in LOOPBACK for form in _forms(name, port)}
        beyond = not is_loopback(host) or bool(root_path) or bool(named - here)
        return cls(port, frozenset(named), beyond)

    def answers(self, host: str, reached: str | None) -> bool:
        """Whether a request with this Host header is for this page.

        Args:
            host: The header.
            reached: The address of this machine at which the request came in. As an IP address in the header it
                is always right: what points a name of its own at this machine sends the name.
        """
        name = host.lower()
        if name in self.named:
            return True
        own = {f"{each}:{self.port}" for each in LOOPBACK}
        if reached and not is_loopback(reached):
            own = {f"{bracketed(reached)}:{self.port}"}
        if self.port == 80:
            own |= {each.removesuffix(":80") for each in own}
        return name in own


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def bracketed(host: str) -> str:
    """An address as it stands in a URL: an IPv6 one in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _forms(name: str, port: int) -> Iterable[str]:
    if name:
        yield name
        if not name.rpartition(":")[2].isdigit() or name.endswith("]"):
            yield f"{name}:{port}"
