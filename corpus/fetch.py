"""Fetching the catalogue's PDFs: one at a time, politely, resumed where an earlier attempt broke off."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from corpus.errors import StorageFailed, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import httpx

    from corpus.paper import Paper

PAUSE_SECONDS = 3.0  # between two requests to one host; arXiv's terms of use ask for three seconds
CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
LARGEST = 100 * 1024**2  # bytes; no paper of the list comes near
USUAL_WAIT = 30.0  # seconds to wait where a busy host does not say
LONGEST_WAIT = 120.0  # seconds a host may ask to wait before it is left for another day

STOPPED = "stopped; the next fetch goes on from there"

Outcome = Literal["fetched", "there", "none", "failed"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one paper.

    Attributes:
        paper: The paper.
        outcome: "there" was there before, "none" has no free PDF.
        path: Where the PDF lies; None where there is none.
        note: Why it failed.
    """

    paper: Paper
    outcome: Outcome
    path: Path | None = None
    note: str = ""


class _Failed(Exception):
    """Why one PDF did not come."""


def user_agent(contact: str | None) -> str:
    """What the hosts are told: who asks, and how to reach them."""
    from importlib.metadata import version

    return f"duality-assistant/{version('duality-assistant')} (research reading aid{'; ' + contact if contact else ''})"


def fetch(
    papers: Sequence[Paper],
    directory: Path,
    contact: str | None = None,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[Paper, int, int | None], None] | None = None,
    pause: float = PAUSE_SECONDS,
) -> Iterator[Fetched]:
    """Each paper's PDF in `directory`, as `<id>.pdf`, one after the other.

    Args:
        papers: Those wanted.
        directory: Where the PDFs go.
        contact: A mail address told to the hosts.
        cancelled: Asked between and during downloads; what has come by then is kept.
        progress: Told paper, bytes so far and bytes in all (None where the host does not say).
        pause: Seconds between two requests to one host.

    Raises:
        Unreachable: The first host that is asked does not answer at all.
        StorageFailed: The disk is full or refuses.
    """
    import httpx

    stopped = cancelled or (lambda: False)
    last: dict[str, float] = {}
    reached = False
    # identity: a compressed answer could neither be resumed nor held against its length
    headers = {"User-Agent": user_agent(contact), "Accept": "application/pdf", "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    with httpx.Client(headers=headers, timeout=timeout, follow_redirects=True) as client:
        for paper in papers:
            if stopped():
                return
            path = directory / f"{paper.id}.pdf"
            if path.exists():
                yield Fetched(paper, "there", path)
                continue
            if not paper.pdf_url:
                yield Fetched(paper, "none", None, "has no free PDF")
                continue
            host = urlsplit(paper.pdf_url).netloc
            _wait(last.get(host, 0.0) + pause - time.monotonic(), stopped)
            try:
                _download(client, paper, path, stopped, progress)
                reached = True
                yield Fetched(paper, "fetched", path)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
                if not reached:
                    raise Unreachable(
                        f"{host} cannot be reached ({type(error).__name__}): PDFs are not fetched. "
                        "Put PDFs you have into a folder and run `duality index build --pdfs FOLDER`."
                    ) from error
                yield Fetched(paper, "failed", None, f"{host} cannot be reached ({type(error).__name__})")
            except httpx.TransportError:
                reached = True
                yield Fetched(paper, "failed", None, f"{host} broke off; the next fetch goes on from there")
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                reached = True
                yield Fetched(paper, "failed", None, f"{host} cannot be understood ({type(error).__name__})")
            except _Failed as error:
                reached = True
                yield Fetched(paper, "failed", None, str(error))
            last[host] = time.monotonic()


def _wait(seconds: float, stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stopped() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.2))


def _download(
    client: httpx.Client,
    paper: Paper,
    path: Path,
    stopped: Callable[[], bool],
    progress: Callable[[Paper, int, int | None], None] | None,
) -> None:
    """Fill `path` through a `.part` file that a later attempt goes on with."""
    assert paper.pdf_url is not None  # noqa: S101 - the caller looked
    part = path.with_suffix(".pdf.part")
    for attempt in (1, 2):
        have = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with client.stream("GET", paper.pdf_url, headers=headers) as response:
            if response.status_code in (429, 503) and attempt == 1:
                asked = response.headers.get("Retry-After", "")
                wait = float(asked) if asked.isdecimal() else USUAL_WAIT
                if wait > LONGEST_WAIT:
                    raise _Failed(f"the host asks to wait {wait:.0f} s")
                _wait(wait, stopped)
                if stopped():
                    raise _Failed(STOPPED)
                continue
            if response.status_code == 416:
                part.unlink(missing_ok=True)
                continue
            if response.status_code not in (200, 206):
                raise _Failed(f"the host answers {response.status_code}")
            if response.status_code == 206 and not _goes_on(response, have):
                part.unlink(missing_ok=True)
                continue
            _save(response, paper, path, part, have if response.status_code == 206 else 0, stopped, progress)
            return
    raise _Failed("the host keeps refusing; try again later")


def _goes_on(response: httpx.Response, have: int) -> bool:
    """Whether a partial answer begins where the part on disk ends."""
    span: str = response.headers.get("Content-Range", "")
    return span.startswith(f"bytes {have}-") and not _packed(response)


def _packed(response: httpx.Response) -> bool:
    """Whether the host compressed its answer unasked: then its numbers are not the file's."""
    return bool(response.headers.get("Content-Encoding", "identity") != "identity")


def _save(
    response: httpx.Response,
    paper: Paper,
    path: Path,
    part: Path,
    have: int,
    stopped: Callable[[], bool],
    progress: Callable[[Paper, int, int | None], None] | None,
) -> None:
    length = "" if _packed(response) else response.headers.get("Content-Length", "")
    total = have + int(length) if length.isdigit() else None
    too_large = _Failed(f"is larger than {LARGEST // 1024**2} MB")
    if total is not None and total > LARGEST:
        raise too_large
    chunks = response.iter_bytes(65_536)
    first = next(chunks, b"")
    if have == 0 and b"%PDF-" not in first[:1024]:  # before the part is opened: what is there stays
        raise _Failed("the host sent something that is not a PDF")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab" if have else "wb") as file:
            for chunk in chain((first,), chunks):
                have += len(chunk)
                if have > LARGEST:
                    break
                file.write(chunk)
                if progress:
                    progress(paper, have, total)
                if stopped():
                    raise _Failed(STOPPED)
        if have > LARGEST:
            part.unlink(missing_ok=True)
            raise too_large
        if total is not None and have != total:
            raise _Failed("the host broke off; the next fetch goes on from there")
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageFailed(
            f"{path} cannot be written ({error.strerror}): free some space, then fetch again."
        ) from error
