"""One PDF from one address, as far as the host lets: asked politely, resumed, bounded in size and time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from corpus.fetching import manners as polite
from corpus.fetching.addresses import host_of
from corpus.fetching.manners import LONGEST_WAIT, Stopped, retry_after
from corpus.fetching.part import HEAD, Part, Version
from corpus.fetching.refusals import Again, Refused, Unanswered, answered, web_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from corpus.fetching.manners import Manners

REDIRECTS: Final = 5
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one PDF may take.

    Attributes:
        largest: Bytes; no paper of the list comes near.
        longest: Seconds for one attempt; what has come by then is kept.
        slowest: Bytes a second, on average once `patience` seconds have passed.
        patience: Seconds before slowness counts.
        attempts: Attempts in a row that bring nothing, before the address is given up.
    """

    largest: int = 100 * 1024**2
    longest: float = 900.0
    slowest: float = 2_048.0
    patience: float = 60.0
    attempts: int = 4


class Transfer:
    """Brings PDFs over one client.

    Args:
        client: Follows no redirects, asks for no compression, has time limits for connecting and reading.
        manners: Asked before every request.
        limits: What one PDF may take.
        told: Told bytes so far, bytes in all (None where the host does not say), and what is waited for.
    """

    def __init__(
        self,
        client: httpx.Client,
        manners: Manners,
        limits: Limits,
        told: Callable[[int, int | None, str], None],
    ) -> None:
        self.client = client
        self.manners = manners
        self.limits = limits
        self.told = told

    def bring(self, address: str, part: Part, known: Version | None = None) -> Version | None:
        """Fill `part` from `address`; which version came, or None where the host still has the `known` one.

        Raises:
            Refused: The address does not give this PDF, now or ever; the part is kept where it is of use.
            Unanswered: The host takes no connection.
            Stopped: The caller stopped; the part is kept.
            OSError: The disk refuses.
        """
        import httpx

        if part.is_whole(address) and not part.fault():
            return part.version()
        fruitless = 0
        for _ in range(5 * self.limits.attempts):
            before = part.size()
            try:
                return self._attempt(address, part, known)
            except Again as again:
                trouble = again
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
                raise Unanswered(str(error) or type(error).__name__) from error
            except httpx.TimeoutException:
                trouble = Again("sends nothing more")
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                trouble = Again("broke off")
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                raise Refused(f"cannot be understood ({type(error).__name__})") from error
            fruitless = 1 if part.size() > before else fruitless + trouble.weight
            if fruitless >= self.limits.attempts:
                raise Refused(f"{trouble.reason}, again and again", later=True)
            wait = trouble.wait
            if wait is None:
                wait = polite.backoff(fruitless, self.manners.clock.chance())
            host = trouble.host or host_of(address)
            self.manners.asked(host, wait)
            if wait > LONGEST_WAIT:
                raise Refused(f"asks to be left alone for {wait:,.0f} s", later=True)
        raise Refused("breaks off again and again", later=True)

    def _attempt(self, address: str, part: Part, known: Version | None) -> Version | None:
        have = part.resumable(address)
        headers = {}
        if have:
            headers = {"Range": f"bytes={have}-", "If-Range": part.version().validator}
        elif known is not None and known.validator:
            name = "If-None-Match" if known.etag else "If-Modified-Since"
            headers = {name: known.etag or known.modified}
        url, seen = address, {address}
        for _ in range(REDIRECTS + 1):
            host = host_of(url)
            if (left := self.manners.rest_left(host)) > LONGEST_WAIT:
                raise Refused(f"asked to be left alone for another {left:,.0f} s", later=True)
            self.manners.wait_for(host, lambda note: self.told(have, None, note))
            self.manners.asked(host)
            try:
                with self.client.stream("GET", url, headers=headers) as response:
                    if response.has_redirect_location:
                        url = followed(url, response.headers["Location"])
                        if url in seen:
                            raise Refused("redirects in a circle")
                        seen.add(url)
                        continue
                    if response.status_code == 304 and known is not None:
                        return None
                    return self._taken(response, host, part, address, have)
            finally:
                self.manners.asked(host)  # the pause counts from the end of a request
        raise Refused(f"redirects more than {REDIRECTS} times")

    def _taken(self, response: httpx.Response, host: str, part: Part, address: str, have: int) -> Version:
        status, head = response.status_code, response.headers
        if status in (408, 429, 500, 502, 503, 504):
            wait = retry_after(head.get("Retry-After"), self.manners.clock.now())
            raise Again(answered(status), wait, host)
        if status == 416:
            part.drop()
            raise Again("has another file than before", 0.0)
        if status not in (200, 206):
            raise Refused(answered(status))
        packed = head.get("Content-Encoding", "identity").strip().lower()
        length = "" if packed != "identity" else head.get("Content-Length", "")
        start = have if status == 206 else 0
        total = start + int(length) if length.isdecimal() else None
        version = Version(address, head.get("ETag", ""), head.get("Last-Modified", ""), total)
        if status == 206 and (
            not have
            or packed != "identity"
            or not head.get("Content-Range", "").startswith(f"bytes {have}-")
            or version.differs(part.version())
        ):
            part.drop()
            raise Again("sends another part than was asked for", 0.0)
        if total is not None and total > self.limits.largest:
            part.drop()
            raise Refused(f"sends more than {self.limits.largest // 1024**2} MB")
        self._save(unpacked(response, packed), part, start, version)
        if total is not None and part.size() != total:
            raise Again("broke off")
        if fault := part.fault():
            part.drop()
            raise Again(f"sends a file that {fault}", weight=2)
        return version

    def _save(self, chunks: Iterator[bytes], part: Part, start: int, version: Version) -> None:
        """Write what comes behind the first `start` bytes; a part that was there is kept until this is a PDF."""
        clock = self.manners.clock
        began = clock.elapsed()
        have, held, come = start, b"", 0

        def watched() -> Iterator[bytes]:
            nonlocal come
            for chunk in chunks:
                come += len(chunk)
                took = clock.elapsed() - began
                if took > self.limits.longest:
                    raise Refused(f"took longer than {self.limits.longest:,.0f} s", later=True)
                if took > self.limits.patience and come < took * self.limits.slowest:
                    raise Refused(f"sends only {come / took:,.0f} bytes a second", later=True)
                if self.manners.stopped():
                    raise Stopped
                yield chunk

        coming = watched()
        if not start:
            for chunk in coming:
                held += chunk
                if len(held) >= HEAD:
                    break
            if b"%PDF-" not in held[:HEAD]:
                raise Refused(web_page(held))
        with part.opened(start, version) as file:
            have += file.write(held)
            self.told(have, version.total, "")
            for chunk in coming:
                have += len(chunk)
                if have > self.limits.largest:
                    break
                file.write(chunk)
                self.told(have, version.total, "")
        if have > self.limits.largest:
            part.drop()
            raise Refused(f"sends more than {self.limits.largest // 1024**2} MB")


def followed(url: str, location: str) -> str:
    """Where a redirect leads. Raises Refused where that is no safe place."""
    target = urljoin(url, location)
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("redirects to what is no web address")
    here = urlsplit(url)
    if parts.scheme == "http" and here.scheme == "https":
        raise Refused(f"redirects to an address without encryption ({parts.hostname})")
    if parts.hostname in LOOPBACK and here.hostname not in LOOPBACK:
        raise Refused("redirects to this machine itself")
    return target


def unpacked(response: httpx.Response, packing: str) -> Iterator[bytes]:
    """The body as it comes, chunk by chunk without gathering, so that a slow host is noticed at once."""
    if packing == "identity":
        yield from response.iter_raw()
        return
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise Refused(f"packs its answer in a way that was not asked for ({packing[:20]})")
    unpacker = zlib.decompressobj(47)  # gzip or zlib, by the header
    try:
        for chunk in response.iter_raw():
            more = unpacker.decompress(chunk, 1024**2)
            yield more
            while unpacker.unconsumed_tail:  # by pieces: a bomb meets the limit before it fills the memory
                yield unpacker.decompress(unpacker.unconsumed_tail, 1024**2)
        yield unpacker.flush()
    except zlib.error as error:
        raise Refused("packs its answer badly") from error
