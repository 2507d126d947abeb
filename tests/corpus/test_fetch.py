from __future__ import annotations

import gzip
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from corpus import fetch as fetching
from corpus.errors import StorageFailed, Unreachable
from corpus.fetch import Fetched, fetch
from corpus.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 1_200  # 300 kB: several chunks
PAUSE = 0.1


@dataclass
class Host:
    """A host on this machine: what it answers by path, and what it was asked."""

    url: str
    answers: dict[str, Callable[[BaseHTTPRequestHandler, int], None]] = field(default_factory=dict)
    asked: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)

    def paper(self, name: str, answer: Callable[[BaseHTTPRequestHandler, int], None]) -> Paper:
        self.answers[f"/{name}"] = answer
        return Paper(id=name, title=name, pdf_url=f"{self.url}/{name}")

    def headers(self) -> list[dict[str, str]]:
        return [headers for _, _, headers in self.asked]


def sends(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler, int], None]:
    """An answer with these headers, `_` standing for `-`."""

    def answer(request: BaseHTTPRequestHandler, _: int) -> None:
        request.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def serves_ranges(body: bytes) -> Callable[[BaseHTTPRequestHandler, int], None]:
    def answer(request: BaseHTTPRequestHandler, number: int) -> None:
        wanted = request.headers.get("Range")
        if not wanted:
            sends(body)(request, number)
            return
        first = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if first >= len(body):
            sends(b"", 416)(request, number)
            return
        span = f"bytes {first}-{len(body) - 1}/{len(body)}"
        sends(body[first:], 206, Content_Range=span)(request, number)

    return answer


def in_turn(
    *answers: Callable[[BaseHTTPRequestHandler, int], None],
) -> Callable[[BaseHTTPRequestHandler, int], None]:
    return lambda request, number: answers[min(number, len(answers) - 1)](request, number)


def breaks_off(body: bytes, after: int) -> Callable[[BaseHTTPRequestHandler, int], None]:
    return sends(body[:after], Content_Length=str(len(body)), Connection="close")


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    counts: dict[str, int] = defaultdict(int)

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append((time.monotonic(), self.path, dict(self.headers)))
            number = counts[self.path]
            counts[self.path] += 1
            known.answers[self.path](self, number)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    server.daemon_threads = True
    known = Host(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


def fetched(papers: list[Paper], directory: Path) -> list[Fetched]:
    return list(fetch(papers, directory, pause=PAUSE))


def test_a_pdf_is_fetched_and_progress_is_told(host: Host, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    paper = host.paper("a", sends(PDF))
    results = list(
        fetch(
            [paper],
            tmp_path / "new" / "folder",
            contact="me@example.org",
            progress=lambda _, so_far, total: told.append((so_far, total)),
            pause=PAUSE,
        )
    )
    path = tmp_path / "new" / "folder" / "a.pdf"
    assert results == [Fetched(paper, "fetched", path)]
    assert path.read_bytes() == PDF
    assert told[-1] == (len(PDF), len(PDF))
    assert [so_far for so_far, _ in told] == sorted(so_far for so_far, _ in told)
    assert "duality-assistant/" in host.headers()[0]["User-Agent"]
    assert "me@example.org" in host.headers()[0]["User-Agent"]
    assert [file.name for file in path.parent.iterdir()] == ["a.pdf"]


def test_papers_already_there_are_not_asked_for(host: Host, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"mine")
    paper = host.paper("a", sends(PDF))
    assert fetched([paper], tmp_path) == [Fetched(paper, "there", tmp_path / "a.pdf")]
    assert host.asked == []
    assert (tmp_path / "a.pdf").read_bytes() == b"mine"


def test_a_paper_without_a_free_pdf_is_said_to_have_none(tmp_path: Path) -> None:
    (result,) = fetched([Paper(id="a", title="A")], tmp_path)
    assert (result.outcome, result.path, result.note) == ("none", None, "has no free PDF")


def test_a_part_left_by_an_earlier_attempt_is_gone_on_with(host: Host, tmp_path: Path) -> None:
    (tmp_path / "a.pdf.part").write_bytes(PDF[:100_000])
    (result,) = fetched([host.paper("a", serves_ranges(PDF))], tmp_path)
    assert result.outcome == "fetched"
    assert (tmp_path / "a.pdf").read_bytes() == PDF
    assert host.headers()[0]["Range"] == "bytes=100000-"


def test_a_host_that_cannot_resume_sends_the_whole_again(host: Host, tmp_path: Path) -> None:
    (tmp_path / "a.pdf.part").write_bytes(PDF[:100_000])
    (result,) = fetched([host.paper("a", sends(PDF))], tmp_path)
    assert result.outcome == "fetched"
    assert (tmp_path / "a.pdf").read_bytes() == PDF


@pytest.mark.parametrize("part", [PDF, PDF + b"too much"], ids=["complete", "overlong"])
def test_a_part_the_host_has_nothing_to_add_to_is_fetched_anew(
    host: Host, tmp_path: Path, part: bytes
) -> None:
    (tmp_path / "a.pdf.part").write_bytes(part)
    (result,) = fetched([host.paper("a", serves_ranges(PDF))], tmp_path)
    assert result.outcome == "fetched"
    assert (tmp_path / "a.pdf").read_bytes() == PDF


def test_a_range_that_was_not_asked_for_is_not_glued_on(host: Host, tmp_path: Path) -> None:
    (tmp_path / "a.pdf.part").write_bytes(PDF[:1_000])
    wrong = sends(PDF[500:], 206, Content_Range=f"bytes 500-{len(PDF) - 1}/{len(PDF)}")
    (result,) = fetched([host.paper("a", in_turn(wrong, sends(PDF)))], tmp_path)
    assert result.outcome == "fetched"
    assert (tmp_path / "a.pdf").read_bytes() == PDF


def test_a_download_that_breaks_off_is_kept_and_gone_on_with(host: Host, tmp_path: Path) -> None:
    paper = host.paper("a", in_turn(breaks_off(PDF, 200_000), serves_ranges(PDF)))
    (first,) = fetched([paper], tmp_path)
    assert first.outcome == "failed"
    assert "broke off; the next fetch goes on from there" in first.note
    kept = (tmp_path / "a.pdf.part").stat().st_size
    assert 0 < kept <= 200_000
    (second,) = fetched([paper], tmp_path)
    assert second.outcome == "fetched"
    assert (tmp_path / "a.pdf").read_bytes() == PDF
    assert host.headers()[1]["Range"] == f"bytes={kept}-"


@pytest.mark.parametrize("body", [b"<!doctype html><p>Please log in", b""], ids=["web page", "nothing"])
def test_what_is_no_pdf_is_refused_and_leaves_nothing(host: Host, tmp_path: Path, body: bytes) -> None:
    (result,) = fetched([host.paper("a", sends(body))], tmp_path)
    assert (result.outcome, result.note) == ("failed", "the host sent something that is not a PDF")
    assert list(tmp_path.iterdir()) == []


def test_a_login_page_in_place_of_the_rest_does_not_cost_the_part(host: Host, tmp_path: Path) -> None:
    (tmp_path / "a.pdf.part").write_bytes(PDF[:100_000])
    (result,) = fetched([host.paper("a", sends(b"<!doctype html><p>Please log in"))], tmp_path)
    assert result.outcome == "failed"
    assert (tmp_path / "a.pdf.part").read_bytes() == PDF[:100_000]


def test_one_paper_that_fails_does_not_stop_the_others(host: Host, tmp_path: Path) -> None:
    papers = [host.paper("a", sends(b"gone", 404)), host.paper("b", sends(PDF))]
    results = fetched(papers, tmp_path)
    assert [result.outcome for result in results] == ["failed", "fetched"]
    assert results[0].note == "the host answers 404"


def test_a_busy_host_is_waited_for_as_long_as_it_asks(host: Host, tmp_path: Path) -> None:
    busy = sends(b"", 429, Retry_After="1")
    (result,) = fetched([host.paper("a", in_turn(busy, sends(PDF)))], tmp_path)
    assert result.outcome == "fetched"
    assert 1.0 <= host.asked[1][0] - host.asked[0][0] < 3.0


@pytest.mark.parametrize(
    ("wait", "note"), [("900", "the host asks to wait 900 s"), ("0", "the host answers 429")]
)
def test_a_host_that_stays_busy_is_left_for_another_day(
    host: Host, tmp_path: Path, wait: str, note: str
) -> None:
    (result,) = fetched([host.paper("a", sends(b"", 429, Retry_After=wait))], tmp_path)
    assert (result.outcome, result.note) == ("failed", note)


def test_cancelling_while_waiting_for_a_busy_host_asks_it_nothing_more(host: Host, tmp_path: Path) -> None:
    paper = host.paper("a", sends(b"", 429, Retry_After="60"))
    began = time.monotonic()
    list(fetch([paper], tmp_path, cancelled=lambda: bool(host.asked), pause=PAUSE))
    assert time.monotonic() - began < 5
    assert len(host.asked) == 1


def test_no_network_at_all_is_told_in_one_sentence(host: Host, tmp_path: Path) -> None:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    paper = Paper(id="a", title="A", pdf_url=f"http://127.0.0.1:{closed}/a")
    with pytest.raises(Unreachable) as caught:
        fetched([paper, paper], tmp_path)
    assert str(caught.value).startswith(f"127.0.0.1:{closed} cannot be reached")
    assert "duality index build --pdfs FOLDER" in str(caught.value)
    assert "\n" not in str(caught.value)
    first = host.paper("b", sends(PDF))
    results = fetched([first, paper], tmp_path)
    assert [result.outcome for result in results] == ["fetched", "failed"]
    assert "cannot be reached" in results[1].note


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "unannounced"])
def test_a_file_that_is_too_large_is_refused_and_not_kept(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, announced: bool
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 100_000)

    def endless(request: BaseHTTPRequestHandler, number: int) -> None:
        if announced:
            sends(PDF)(request, number)
            return
        request.send_response(200)
        request.end_headers()
        request.wfile.write(PDF)  # HTTP/1.0: the end of the connection is the end of the file

    (result,) = fetched([host.paper("a", endless)], tmp_path)
    assert result.outcome == "failed"
    assert "is larger than" in result.note
    assert list(tmp_path.iterdir()) == []


def test_cancelling_midway_keeps_what_has_come(host: Host, tmp_path: Path) -> None:
    papers = [host.paper("a", serves_ranges(PDF)), host.paper("b", sends(PDF))]
    so_far: list[int] = []
    results = list(
        fetch(
            papers,
            tmp_path,
            cancelled=lambda: bool(so_far),
            progress=lambda _, come, __: so_far.append(come),
            pause=PAUSE,
        )
    )
    assert [(r.outcome, r.note) for r in results] == [
        ("failed", "stopped; the next fetch goes on from there")
    ]
    assert (tmp_path / "a.pdf.part").read_bytes() == PDF[: so_far[-1]]
    assert fetched(papers[:1], tmp_path)[0].outcome == "fetched"
    assert (tmp_path / "a.pdf").read_bytes() == PDF


def test_one_host_is_asked_with_a_pause_between(host: Host, tmp_path: Path) -> None:
    papers = [host.paper(name, sends(PDF)) for name in "abc"]
    (tmp_path / "b.pdf").write_bytes(PDF)
    began = time.monotonic()
    fetched(papers, tmp_path)
    first, second = (at for at, _, _ in host.asked)
    assert first - began < 5
    assert second - first >= PAUSE


def test_a_host_that_answers_in_riddles_costs_that_paper_alone(host: Host, tmp_path: Path) -> None:
    papers = [
        host.paper("loop", sends(b"", 302, Location="/loop")),
        host.paper("packed", sends(b"not gzip at all", Content_Encoding="gzip")),
        host.paper("lost", sends(b"", 302, Location="http://[::bad/")),
        Paper(id="odd", title="Odd", pdf_url="http://127.0.0.1:notaport/odd"),
        host.paper("good", sends(PDF)),
    ]
    results = fetched(papers, tmp_path)
    assert [result.outcome for result in results] == ["failed"] * 4 + ["fetched"]
    assert all(result.note and "\n" not in result.note for result in results[:4])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.pdf"]


def test_a_host_that_packs_its_answer_unasked_is_understood(host: Host, tmp_path: Path) -> None:
    paper = host.paper("a", sends(gzip.compress(PDF), Content_Encoding="gzip"))
    (result,) = fetched([paper], tmp_path)
    assert host.headers()[0]["Accept-Encoding"] == "identity"
    assert result.outcome == "fetched"
    assert (tmp_path / "a.pdf").read_bytes() == PDF


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(host: Host, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed, match=r"cannot be written .*: free some space, then fetch again\.$"):
        fetched([host.paper("a", sends(PDF))], tmp_path / "file")
