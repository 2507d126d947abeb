"""Whether anybody is there: a look at all hosts at once, so that no network is found out in seconds."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS: Final = 6.0
PORTS: Final = {"http": 80, "https": 443}


def silent(addresses: Iterable[str], seconds: float = SECONDS) -> dict[str, str]:
    """Those of the addresses whose server takes no connection, and why.

    A connection is opened and closed; nothing is asked. All servers are tried side by side, each in a thread,
    because resolving a name has no time limit of its own. Behind a proxy nothing can be told beforehand, and
    nothing is.
    """
    from urllib.request import getproxies

    if {"http", "https", "all"} & getproxies().keys():
        return {}
    servers: dict[tuple[str, int], list[str]] = {}
    for address in addresses:
        try:
            parts = urlsplit(address)
            server = (parts.hostname or "", parts.port or PORTS.get(parts.scheme, 443))
        except ValueError:  # a port that is no number: told when it is asked
            continue
        servers.setdefault(server, []).append(address)
    outcome: dict[tuple[str, int], str] = {}

    def knock(server: tuple[str, int]) -> None:
        try:
            with socket.create_connection(server, timeout=seconds - 0.5):
                outcome[server] = ""
        except (OSError, UnicodeError) as error:
            outcome[server] = getattr(error, "strerror", None) or str(error) or type(error).__name__

    threads = [threading.Thread(target=knock, args=(s,), daemon=True, name=f"knock {s[0]}") for s in servers]
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return {
        address: reason
        for server, named in servers.items()
        if (reason := outcome.get(server, "no answer"))
        for address in named
    }
