"""A host of PDFs on this machine that behaves as it is told, and a clock that costs no time."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from corpus.fetching import Clock, Fetched, fetch
from corpus.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Answer = Callable[[BaseHTTPRequestHandler, int], None]

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 1_200 + b"\n%%EOF\n"  # 300 kB: several chunks
OTHER = b"%PDF-1.7\n" + bytes(reversed(range(256))) * 1_200 + b"\n%%EOF\n"  # as long, another version
ETAG, OTHER_ETAG = '"one"', '"two"'
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


class FakeClock:
    """Time that passes only by sleeping, and by `passes`."""

    def __init__(self, at: float = 1_800_000_000.0) -> None:
        self.at = at
        self.slept = 0.0

    def passes(self, seconds: float) -> None:
        self.at += seconds

    def _sleep(self, seconds: float) -> None:
        self.at += seconds
        self.slept += seconds

    def clock(self) -> Clock:
        return Clock(lambda: self.at, lambda: self.at, self._sleep, random.Random(7).random)


@dataclass
class Host:
    """What is answered by path, and what was asked: when by the fake clock, path, headers."""

    url: str
    time: FakeClock
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)

    def paper(self, name: str, answer: Answer, **record: object) -> Paper:
        self.answers[f"/{name}"] = answer
        return Paper(id=name, title=name, pdf_url=f"{self.url}/{name}", **record)  # type: ignore[arg-type]

    def headers(self) -> list[dict[str, str]]:
        return [headers for _, _, headers in self.asked]

    def times(self) -> list[float]:
        return [at for at, _, _ in self.asked]


@contextmanager
def serving() -> Iterator[Host]:
    counts: dict[str, int] = defaultdict(int)

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append((known.time.at, self.path, dict(self.headers)))
            number = counts[self.path]
            counts[self.path] += 1
            known.answers[self.path](self, number)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    server.daemon_threads = True
    known = Host(f"http://127.0.0.1:{server.server_port}", FakeClock())
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def sends(body: bytes, status: int = 200, **headers: str) -> Answer:
    """An answer with these headers, `_` standing for `-`."""

    def answer(request: BaseHTTPRequestHandler, _: int) -> None:
        request.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def serves(body: bytes, etag: str = ETAG) -> Answer:
    """A good host: ranges, If-Range and If-None-Match."""

    def answer(request: BaseHTTPRequestHandler, number: int) -> None:
        if request.headers.get("If-None-Match") == etag:
            sends(b"", 304, ETag=etag)(request, number)
            return
        wanted = request.headers.get("Range")
        if not wanted or request.headers.get("If-Range", etag) != etag:
            sends(body, ETag=etag)(request, number)
            return
        first = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if first >= len(body):
            sends(b"", 416)(request, number)
            return
        span = f"bytes {first}-{len(body) - 1}/{len(body)}"
        sends(body[first:], 206, ETag=etag, Content_Range=span)(request, number)

    return answer


def in_turn(*answers: Answer) -> Answer:
    return lambda request, number: answers[min(number, len(answers) - 1)](request, number)


def breaks_off(body: bytes, after: int, etag: str = ETAG) -> Answer:
    return sends(body[:after], Content_Length=str(len(body)), Connection="close", ETag=etag)


def resets(body: bytes, after: int) -> Answer:
    """The connection is reset, not closed, in the middle of the body."""

    def answer(request: BaseHTTPRequestHandler, number: int) -> None:
        breaks_off(body, after)(request, number)
        request.wfile.flush()
        time.sleep(0.05)  # the bytes arrive before the reset does
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.connection.close()

    return answer


def drips(body: bytes, bytes_at_once: int, seconds: float, time_: FakeClock) -> Answer:
    """A body in small pieces, each of which costs so many seconds of the fake clock."""

    def answer(request: BaseHTTPRequestHandler, _: int) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.send_header("ETag", ETAG)
        request.end_headers()
        for at in range(0, len(body), bytes_at_once):
            time_.passes(seconds)
            request.wfile.write(body[at : at + bytes_at_once])
            request.wfile.flush()
            time.sleep(0.001)  # so that the pieces do not travel together

    return answer


def fetched(host: Host, wanted: list[Paper], directory: Path, **options: object) -> list[Fetched]:
    """What `fetch` gives for these papers, by the host's clock."""
    return list(fetch(wanted, directory, clock=host.time.clock(), **options))  # type: ignore[arg-type]


def names(directory: Path) -> list[str]:
    """The PDFs in a folder and their parts."""
    return sorted(path.name for path in directory.glob("*.pdf*"))
