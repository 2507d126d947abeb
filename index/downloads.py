"""Model weights over HTTP: from a model hub, resumed where an earlier attempt broke off.

What arrives is trusted no further than its size; the caller compares checksums.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from corpus.errors import ModelNotAvailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

CONNECT_SECONDS: Final = 3.5
"""A machine without a hub is not held up for longer than about twice this."""

READ_SECONDS: Final = 20.0
"""A hub that sends nothing for this long is given up; the bytes already here are kept."""


class SourceFailed(Exception):  # an outcome, named like StorageFailed
    """Why one source could not serve; the next one is tried."""


class FetchStopped(ModelNotAvailable):
    """The caller asked to stop. What was whole is kept, and the next fetch goes on from there."""


def check_hub(endpoint: str) -> None:
    """Return if any HTTP answer comes from `endpoint`; raise SourceFailed if none does.

    In a thread, because resolving a name has no timeout of its own.
    """
    import httpx

    outcome: list[str] = []

    def ask() -> None:
        try:
            httpx.head(endpoint, timeout=CONNECT_SECONDS)
            outcome.append("")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            outcome.append(str(error) or type(error).__name__)

    asking = threading.Thread(target=ask, name="hub check", daemon=True)
    asking.start()
    asking.join(2 * CONNECT_SECONDS)
    reason = outcome[0] if outcome else "no answer"
    if reason:
        raise SourceFailed(f"the model hub {endpoint} cannot be reached ({reason})")


def from_hub(
    url: str, part: Path, size_bytes: int, report: Callable[[int], None], stopped: Callable[[], bool]
) -> None:
    """Fill `part` up to `size_bytes` from `url`, going on from the bytes it already holds.

    Raises SourceFailed if the host refuses, stalls or sends something of another size (a login page, say),
    FetchStopped if `stopped` says so, OSError if the disk refuses.
    """
    import httpx

    have = part.stat().st_size if part.exists() else 0
    if have > size_bytes:
        part.unlink()
        have = 0
    if have == size_bytes:
        return
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    try:
        with httpx.stream("GET", url, headers=headers, timeout=timeout, follow_redirects=True) as response:
            have = _first_byte(response, have, size_bytes)
            with part.open("r+b" if have else "wb") as file:
                file.seek(have)
                file.truncate()
                for chunk in response.iter_raw():
                    stop_if(stopped)
                    have += len(chunk)
                    if have > size_bytes:
                        raise SourceFailed(f"{url} sends more than the {size_bytes} bytes expected")
                    file.write(chunk)
                    report(have)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceFailed(f"{url} broke off ({str(error) or type(error).__name__})") from error
    if have != size_bytes:
        raise SourceFailed(f"{url} ended after {have} of {size_bytes} bytes")


def _first_byte(response: httpx.Response, have: int, size_bytes: int) -> int:
    """The offset at which the answer's body starts; SourceFailed if it cannot be the file."""
    if response.status_code == 206:
        span = response.headers.get("content-range", "")
        if span == f"bytes {have}-{size_bytes - 1}/{size_bytes}":
            return have
        raise SourceFailed(f"{response.url} answers with another range ({span})")
    if response.status_code != 200:
        raise SourceFailed(f"{response.url} answers {response.status_code}")
    length = response.headers.get("content-length")
    if length != str(size_bytes):
        kind = response.headers.get("content-type", "unknown type")
        raise SourceFailed(
            f"{response.url} sends {length} bytes of {kind} instead of the {size_bytes} expected"
        )
    return 0


def stop_if(stopped: Callable[[], bool]) -> None:
    """Raise FetchStopped if the caller wants no more."""
    if stopped():
        raise FetchStopped("The download was stopped; start it again and it goes on from where it was.")
