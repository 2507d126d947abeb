"""An archive of the survey's repository from the network: one polite request, bounded in size and time."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from corpus.errors import DualityError, Unreachable, WrongUse
from corpus.upstream.source import LARGEST

if TYPE_CHECKING:
    from pathlib import Path

_CONNECT_SECONDS: Final = 5.0
_READ_SECONDS: Final = 30.0
_LONGEST: Final = 300.0  # seconds in all
_REDIRECTS: Final = 5
_REPOSITORY: Final = re.compile(r"^/([\w.-]+)/([\w.-]+?)(?:\.git)?/?$")


def is_address(text: str) -> bool:
    """Whether the text is a web address rather than a path."""
    return re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE) is not None


def archive_of(address: str) -> str:
    """Where the archive is: of a repository's page on GitHub, that of its newest state; else the address itself."""
    parts = urlsplit(address)
    if parts.hostname in ("github.com", "www.github.com") and (match := _REPOSITORY.match(parts.path)):
        return f"https://github.com/{match[1]}/{match[2]}/archive/HEAD.zip"
    return address


def download(address: str, path: Path, contact: str | None = None) -> None:
    """Write what lies at an address to `path`.

    Args:
        address: An http or https address of an archive, or of a repository's page on GitHub.
        path: Where it goes; the folder is there.
        contact: A mail address told to the host.

    Raises:
        WrongUse: The address is none of the web.
        Unreachable: The host does not answer, or not in time.
        DualityError: The host answers something else.
    """
    import httpx

    from corpus.fetching.manners import user_agent
    from corpus.fetching.refusals import Refused
    from corpus.fetching.transfer import followed

    url = archive_of(address)
    host = urlsplit(url).hostname
    if urlsplit(url).scheme not in ("http", "https") or not host:
        raise WrongUse(f"{address!r} is not an http or https address: give one, or a path.")
    headers = {"User-Agent": user_agent(contact), "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    try:
        with httpx.Client(headers=headers, timeout=timeout, follow_redirects=False) as client:
            for _ in range(_REDIRECTS + 1):
                with client.stream("GET", url) as response:
                    if response.has_redirect_location:
                        url = followed(url, response.headers["Location"])
                        continue
                    if response.status_code != 200:
                        raise DualityError(
                            f"{host} answers {response.status_code} for {address}: check the address."
                        )
                    _save(response, path, address)
                    return
            raise DualityError(
                f"{address} redirects more than {_REDIRECTS} times: give the archive's own address."
            )
    except Refused as error:
        raise DualityError(f"{address} {error}: give the archive's own address.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(
            f"{host} cannot be reached ({type(error).__name__}): try later, or give a checkout or an archive that you have."
        ) from error


def _save(response: object, path: Path, address: str) -> None:
    began, have = time.monotonic(), 0
    with path.open("wb") as file:
        for chunk in response.iter_raw():  # type: ignore[attr-defined]
            have += file.write(chunk)
            if have > LARGEST:
                raise DualityError(
                    f"{address} sends more than {LARGEST // 1024**2} MB: it is not the survey's repository."
                )
            if time.monotonic() - began > _LONGEST:
                raise Unreachable(
                    f"{address} took longer than {_LONGEST:.0f} s: get the archive by other means."
                )
