"""Fetching PDFs from hosts that are busy, broken or away, and onto disks that refuse."""

from __future__ import annotations

import gzip
import itertools
import resource
import threading
import time
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from corpus.errors import StorageFailed, Unreachable
from corpus.fetching import Fetched, Limits, papers, record
from corpus.fetching.manners import backoff
from corpus.paper import Paper
from tests.hosts import (
    PDF,
    Host,
    breaks_off,
    closed_port,
    drips,
    fetched,
    in_turn,
    names,
    sends,
    serves,
)

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path


class TestManners:
    def test_one_host_is_asked_at_most_once_in_three_seconds(self, host: Host, tmp_path: Path) -> None:
        wanted = [host.paper(name, serves(PDF)) for name in "abcd"]
        host.answers["/c"] = sends(b"gone", 404)
        (tmp_path / "b.pdf").write_bytes(b"mine")
        fetched(host, wanted, tmp_path)
        fetched(host, [host.paper("e", serves(PDF))], tmp_path)  # another run goes on where this one stopped
        times = host.times()
        assert len(times) == 4
        assert all(later - earlier >= 3 for earlier, later in itertools.pairwise(times))
        assert times[-1] - times[0] < 12

    def test_folders_of_one_home_share_the_pause(self, host: Host, tmp_path: Path) -> None:
        for folder in ("pdfs", "own"):
            fetched(host, [host.paper(folder, serves(PDF))], tmp_path / folder, queue=tmp_path)
        first, second = host.times()
        assert second - first >= 3
        refused = host.paper("refused", sends(b"no", 404))
        assert fetched(host, [refused], tmp_path / "new", queue=tmp_path)[0].outcome == "failed"

    def test_two_processes_of_one_home_take_turns(self, host: Host, tmp_path: Path) -> None:
        wanted = [host.paper(name, serves(PDF)) for name in "abcdef"]
        at_once: list[int] = []
        inside = threading.Semaphore(1)
        for path, answer in list(host.answers.items()):

            def counted(request: BaseHTTPRequestHandler, number: int, answer=answer) -> None:
                at_once.append(0 if inside.acquire(blocking=False) else 1)
                time.sleep(0.02)
                answer(request, number)
                inside.release()

            host.answers[path] = counted
        results: list[list[Fetched]] = []
        runs = [
            threading.Thread(target=lambda: results.append(fetched(host, wanted, tmp_path))) for _ in range(2)
        ]
        for run in runs:
            run.start()
        for run in runs:
            run.join(30)
        assert [len(result) for result in results] == [6, 6]
        assert all(r.outcome in ("fetched", "there") for result in results for r in result)
        assert len(host.asked) == 6
        assert at_once == [0] * 6

    @pytest.mark.parametrize("form", ["seconds", "date"])
    def test_a_busy_host_is_waited_for_as_long_as_it_asks(
        self, host: Host, tmp_path: Path, form: str
    ) -> None:
        asks = "50" if form == "seconds" else formatdate(host.time.at + 50, usegmt=True)
        told: list[str] = []
        paper = host.paper("a", in_turn(sends(b"", 429, Retry_After=asks), serves(PDF)))
        (result,) = fetched(host, [paper], tmp_path, progress=lambda p: told.append(p.note))
        assert result.outcome == "fetched"
        assert 50 <= host.times()[1] - host.times()[0] < 53
        assert any("is busy: waiting 50 s" in note for note in told)

    def test_a_flapping_host_is_asked_ever_more_slowly(self, host: Host, tmp_path: Path) -> None:
        busy = sends(b"", 503)
        (result,) = fetched(host, [host.paper("a", in_turn(busy, busy, busy, serves(PDF)))], tmp_path)
        assert result.outcome == "fetched"
        first, second, third, fourth = host.times()
        assert 3 <= second - first <= 5.2
        assert 5 <= third - second <= 10.2
        assert 10 <= fourth - third <= 20.2

    def test_half_of_a_wait_is_chance_so_that_many_do_not_come_back_at_once(self) -> None:
        assert [backoff(tries, 0.0) for tries in (1, 2, 3)] == [2.5, 5, 10]
        assert [backoff(tries, 1.0) for tries in (1, 2, 3)] == [5, 10, 20]

    def test_a_host_that_asks_for_long_is_left_alone_by_this_run_and_the_next(
        self, host: Host, tmp_path: Path
    ) -> None:
        wanted = [host.paper("a", sends(b"", 429, Retry_After="900")), host.paper("b", serves(PDF))]
        results = fetched(host, wanted, tmp_path)
        assert "asks to be left alone for 900 s" in results[0].note
        assert "asked to be left alone for another" in results[1].note
        assert [r.outcome for r in fetched(host, wanted, tmp_path)] == ["failed", "failed"]
        assert len(host.asked) == 1
        assert host.time.slept < 10
        host.time.passes(901)
        assert fetched(host, wanted[1:], tmp_path)[0].outcome == "fetched"

    def test_an_absurd_wish_is_forgotten_after_an_hour(self, host: Host, tmp_path: Path) -> None:
        paper = host.paper("a", in_turn(sends(b"", 503, Retry_After="99999999"), serves(PDF)))
        assert fetched(host, [paper], tmp_path)[0].outcome == "failed"
        host.time.passes(3_700)
        assert fetched(host, [paper], tmp_path)[0].outcome == "fetched"

    def test_a_host_that_stays_busy_is_left_for_another_day(self, host: Host, tmp_path: Path) -> None:
        wanted = [host.paper(name, sends(b"", 503, Retry_After="1")) for name in "abcdefgh"]
        results = fetched(host, wanted, tmp_path)
        assert {r.outcome for r in results} == {"failed"}
        assert "answers 503: it is overloaded, again and again" in results[0].note
        assert "is left alone for now" in results[-1].note
        assert len(host.asked) == 12  # three papers with four attempts each, then no more

    def test_cancelling_while_waiting_asks_nothing_more(self, host: Host, tmp_path: Path) -> None:
        paper = host.paper("a", sends(b"", 429, Retry_After="60"))
        assert fetched(host, [paper], tmp_path, cancelled=lambda: bool(host.asked)) == []
        assert len(host.asked) == 1


class TestBadHosts:
    @pytest.mark.parametrize(
        ("body", "note"),
        [
            (b"<!doctype html><title>Are you\n a robot?</title>", "sends a web page instead of the PDF (“Are you a robot?”)"),
            (b"<html>" + b" " * 5_000, "sends a web page instead of the PDF"),
            (b"", "sends an empty file"),
            (b"PK\x03\x04 a slide show", "sends something that is not a PDF"),
        ],
    )  # fmt: skip
    def test_what_is_no_pdf_is_refused_and_leaves_nothing(
        self, host: Host, tmp_path: Path, body: bytes, note: str
    ) -> None:
        (result,) = fetched(host, [host.paper("a", sends(body))], tmp_path)
        assert (result.outcome, result.note) == ("failed", f"{host.url.removeprefix('http://')} {note}")
        assert names(tmp_path) == []
        assert record.read(tmp_path).failed["a"].reason == result.note

    @pytest.mark.parametrize(
        ("status", "words"), [(404, "not there"), (403, "refuses programs"), (418, "418")]
    )
    def test_a_refusal_is_named_with_what_to_do_and_does_not_stop_the_others(
        self, host: Host, tmp_path: Path, status: int, words: str
    ) -> None:
        wanted = [host.paper("a", sends(b"no", status), doi="10.1/x"), host.paper("b", serves(PDF))]
        results = fetched(host, wanted, tmp_path)
        assert [result.outcome for result in results] == ["failed", "fetched"]
        assert words in results[0].note
        assert "open https://doi.org/10.1/x in a browser" in results[0].remedy
        assert len(host.asked) == 2

    @pytest.mark.parametrize("announced", [len(PDF) - 5_000, len(PDF) + 5_000], ids=["too short", "too long"])
    def test_a_wrong_content_length_never_passes_for_a_paper(
        self, host: Host, tmp_path: Path, announced: int
    ) -> None:
        paper = host.paper("a", sends(PDF, Content_Length=str(announced), Connection="close"))
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "failed"
        assert not (tmp_path / "a.pdf").exists()
        assert len(host.asked) <= 4

    def test_a_body_cut_short_without_a_length_is_noticed(self, host: Host, tmp_path: Path) -> None:
        def cut(request: BaseHTTPRequestHandler, _: int) -> None:
            request.send_response(200)
            request.end_headers()
            request.wfile.write(PDF[:150_000])  # HTTP/1.0: the end of the connection is the end of the file

        (result,) = fetched(host, [host.paper("a", in_turn(cut, serves(PDF)))], tmp_path)
        assert result.outcome == "fetched"
        assert (tmp_path / "a.pdf").read_bytes() == PDF
        (result,) = fetched(host, [host.paper("b", cut)], tmp_path)
        assert "sends a file that is cut short" in result.note

    def test_a_host_that_falls_silent_is_given_up(
        self, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(papers, "READ_SECONDS", 0.2)
        release = threading.Event()

        def stalls(request: BaseHTTPRequestHandler, number: int) -> None:
            breaks_off(PDF, 50_000)(request, number)
            request.wfile.flush()
            release.wait(10)

        began = time.monotonic()
        (result,) = fetched(host, [host.paper("a", stalls)], tmp_path)
        release.set()
        assert time.monotonic() - began < 8
        assert "sends nothing more, again and again" in result.note

    def test_a_host_that_drips_is_given_up_and_its_part_kept(self, host: Host, tmp_path: Path) -> None:
        (result,) = fetched(host, [host.paper("a", drips(PDF, 2_000, 5.0, host.time))], tmp_path)
        assert result.outcome == "failed"
        assert "bytes a second" in result.note
        assert 0 < (tmp_path / "a.pdf.part").stat().st_size < len(PDF)

    def test_no_paper_takes_for_ever(self, host: Host, tmp_path: Path) -> None:
        paper = host.paper("a", drips(PDF, 10_000, 2.0, host.time))
        (result,) = fetched(host, [paper], tmp_path, limits=Limits(longest=30))
        assert "took longer than 30 s" in result.note

    def test_redirects_that_lead_nowhere_cost_that_paper_alone(self, host: Host, tmp_path: Path) -> None:
        for number in range(9):
            host.answers[f"/hop{number}"] = sends(b"", 302, Location=f"/hop{number + 1}")
        wanted = [
            host.paper("loop", sends(b"", 302, Location="/loop")),
            host.paper("many", sends(b"", 302, Location="/hop0")),
            host.paper("packed", sends(b"not gzip at all", Content_Encoding="gzip")),
            host.paper("odd", sends(PDF, Content_Encoding="zstd")),
            host.paper("lost", sends(b"", 302, Location="http://[::bad/")),
            host.paper("file", sends(b"", 302, Location="file:///etc/passwd")),
            Paper(id="port", title="Odd", pdf_url="http://127.0.0.1:notaport/odd"),
            host.paper("good", serves(PDF)),
        ]
        results = fetched(host, wanted, tmp_path)
        assert [result.outcome for result in results] == ["failed"] * 7 + ["fetched"]
        assert all(result.note and "\n" not in result.note for result in results[:7])
        assert "redirects in a circle" in results[0].note
        assert "redirects more than 5 times" in results[1].note
        assert names(tmp_path) == ["good.pdf"]

    @pytest.mark.parametrize("announced", [True, False], ids=["announced", "unannounced"])
    @pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
    def test_a_huge_body_is_refused_and_not_kept(
        self, host: Host, tmp_path: Path, announced: bool, packed: bool
    ) -> None:
        body = gzip.compress(PDF + bytes(5_000_000)) if packed else PDF

        def huge(request: BaseHTTPRequestHandler, number: int) -> None:
            request.send_response(200)
            if announced:
                request.send_header("Content-Length", str(len(body)))
            if packed:
                request.send_header("Content-Encoding", "gzip")
            request.end_headers()
            request.wfile.write(body)

        (result,) = fetched(host, [host.paper("a", huge)], tmp_path, limits=Limits(largest=100_000))
        assert result.outcome == "failed"
        assert "sends more than" in result.note
        assert names(tmp_path) == []

    def test_a_body_announced_as_huge_is_not_even_taken(self, host: Host, tmp_path: Path) -> None:
        told: list[int] = []
        paper = host.paper("a", sends(PDF, Content_Length="999999999", Connection="close"))
        (result,) = fetched(host, [paper], tmp_path, progress=lambda p: told.append(p.done))
        assert "sends more than 100 MB" in result.note
        assert not any(told)
        assert len(host.asked) == 1


class TestNoNetwork:
    def test_no_network_at_all_is_told_in_one_sentence_and_soon(self, host: Host, tmp_path: Path) -> None:
        wanted = [
            Paper(id=str(n), title="A", pdf_url=f"http://127.0.0.1:{closed_port()}/a") for n in range(155)
        ]
        began = time.monotonic()
        with pytest.raises(Unreachable) as caught:
            fetched(host, wanted, tmp_path)
        assert time.monotonic() - began < 5
        assert "cannot be reached (Connection refused)" in str(caught.value)
        assert "duality index build --pdfs FOLDER" in str(caught.value)
        assert "\n" not in str(caught.value)
        assert record.read(tmp_path).failed == {}

    @pytest.mark.parametrize(
        ("hosts", "words"), [(2, ", nor can 1 other host:"), (3, ", nor can 2 other hosts:")]
    )
    def test_other_hosts_that_are_away_are_counted(
        self, host: Host, tmp_path: Path, hosts: int, words: str
    ) -> None:
        ports = [closed_port() for _ in range(hosts)]
        wanted = [Paper(id=str(port), title="A", pdf_url=f"http://127.0.0.1:{port}/a") for port in ports]
        with pytest.raises(Unreachable, match=words):
            fetched(host, wanted, tmp_path)

    def test_one_host_that_is_away_costs_its_papers_alone(self, host: Host, tmp_path: Path) -> None:
        away = Paper(id="b", title="B", pdf_url=f"http://127.0.0.1:{closed_port()}/b")
        results = fetched(host, [away, host.paper("a", serves(PDF))], tmp_path)
        assert [result.outcome for result in results] == ["failed", "fetched"]
        assert "cannot be reached" in results[0].note
        assert results[0].remedy == papers.LATER

    def test_a_proxy_that_is_away_is_told_as_no_network(
        self, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
        monkeypatch.setenv("NO_PROXY", "")
        wanted = [Paper(id=str(n), title="A", pdf_url="http://example.invalid/a") for n in range(5)]
        with pytest.raises(Unreachable, match=r"example\.invalid cannot be reached"):
            fetched(host, wanted, tmp_path)


class TestDisk:
    def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(
        self, host: Host, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(StorageFailed, match=r"cannot be written \("):
            fetched(host, [host.paper("a", serves(PDF))], tmp_path / "file")

    def test_a_disk_that_is_full_stops_the_run_and_keeps_what_came(self, host: Host, tmp_path: Path) -> None:
        wanted = [host.paper("small", sends(PDF[:90_000] + b"%%EOF")), host.paper("large", serves(PDF))]
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, hard))
        try:
            with pytest.raises(StorageFailed, match=r"large\.pdf cannot be written .*free some space"):
                fetched(host, wanted, tmp_path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert (tmp_path / "small.pdf").exists()
        assert not (tmp_path / "large.pdf").exists()
        (again,) = fetched(host, wanted[1:], tmp_path)
        assert again.outcome == "fetched"
        assert (tmp_path / "large.pdf").read_bytes() == PDF
