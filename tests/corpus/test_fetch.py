"""Fetching PDFs: what comes, what is there, and going on where an earlier fetch stopped."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from corpus.fetching import Progress, fetch, papers
from corpus.paper import Paper
from tests.hosts import (
    ETAG,
    OTHER,
    OTHER_ETAG,
    PDF,
    Host,
    breaks_off,
    fetched,
    in_turn,
    names,
    resets,
    sends,
    serves,
)

if TYPE_CHECKING:
    from pathlib import Path


class TestWhatComes:
    def test_a_pdf_is_fetched_and_progress_is_told(self, host: Host, tmp_path: Path) -> None:
        told: list[Progress] = []
        folder = tmp_path / "new" / "folder"
        paper = host.paper("a", serves(PDF))
        (result,) = fetched(host, [paper], folder, contact="me@example.org", progress=told.append)
        assert (result.outcome, result.path, result.size) == ("fetched", folder / "a.pdf", len(PDF))
        assert (folder / "a.pdf").read_bytes() == PDF
        assert names(folder) == ["a.pdf"]
        assert (told[-1].done, told[-1].total) == (len(PDF), len(PDF))
        assert [step.done for step in told] == sorted(step.done for step in told)
        assert "duality-assistant/" in host.headers()[0]["User-Agent"]
        assert "me@example.org" in host.headers()[0]["User-Agent"]

    def test_its_checksum_address_and_date_are_kept_beside_it(self, host: Host, tmp_path: Path) -> None:
        fetched(host, [host.paper("a", serves(PDF))], tmp_path)
        kept = json.loads((tmp_path / "fetched.json").read_text("utf-8"))["papers"]["a"]
        assert kept["sha256"] == hashlib.sha256(PDF).hexdigest()
        assert (kept["address"], kept["bytes"], kept["etag"]) == (f"{host.url}/a", len(PDF), ETAG)
        assert kept["date"].endswith("+00:00")

    def test_junk_before_the_header_is_accepted(self, host: Host, tmp_path: Path) -> None:
        (result,) = fetched(host, [host.paper("a", sends(b"\r\n junk \r\n" + PDF))], tmp_path)
        assert result.outcome == "fetched"

    def test_a_host_that_packs_its_answer_unasked_is_understood(self, host: Host, tmp_path: Path) -> None:
        paper = host.paper("a", sends(gzip.compress(PDF), Content_Encoding="gzip"))
        (result,) = fetched(host, [paper], tmp_path)
        assert host.headers()[0]["Accept-Encoding"] == "identity"
        assert result.outcome == "fetched"
        assert (tmp_path / "a.pdf").read_bytes() == PDF

    def test_the_next_address_is_tried_where_one_refuses(self, host: Host, tmp_path: Path) -> None:
        host.answers["/second.pdf"] = serves(PDF)
        paper = host.paper("a", sends(b"gone", 404), url=f"{host.url}/second.pdf")
        (result,) = fetched(host, [paper], tmp_path)
        assert (result.outcome, result.address) == ("fetched", f"{host.url}/second.pdf")

    def test_a_redirect_is_followed(self, host: Host, tmp_path: Path) -> None:
        host.answers["/moved"] = serves(PDF)
        (result,) = fetched(host, [host.paper("a", sends(b"", 301, Location="moved"))], tmp_path)
        assert result.outcome == "fetched"
        assert host.times()[1] - host.times()[0] >= 3


class TestWhatIsThere:
    def test_it_is_not_asked_for(self, host: Host, tmp_path: Path) -> None:
        (tmp_path / "a.pdf").write_bytes(b"mine")
        (result,) = fetched(host, [host.paper("a", serves(PDF))], tmp_path)
        assert (result.outcome, result.path) == ("there", tmp_path / "a.pdf")
        assert host.asked == []
        assert (tmp_path / "a.pdf").read_bytes() == b"mine"

    def test_a_file_changed_on_disk_is_named_and_kept(self, host: Host, tmp_path: Path) -> None:
        paper = host.paper("a", serves(PDF))
        fetched(host, [paper], tmp_path)
        (tmp_path / "a.pdf").write_bytes(OTHER)
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "altered"
        assert "a.pdf was changed after it came" in result.note
        assert "duality corpus fetch --all --paper a" in result.remedy
        (again,) = fetched(host, [paper], tmp_path, anew=["a"])
        assert (again.outcome, again.note) == ("fetched", "the file that was there is kept as a.pdf.before")
        assert (tmp_path / "a.pdf").read_bytes() == PDF
        assert (tmp_path / "a.pdf.before").read_bytes() == OTHER

    def test_asked_for_anew_only_what_changed_at_the_host_comes(self, host: Host, tmp_path: Path) -> None:
        same = host.paper("same", serves(PDF))
        newer = host.paper("newer", in_turn(serves(PDF), serves(OTHER, OTHER_ETAG)))
        fetched(host, [same, newer], tmp_path)
        results = fetched(host, [same, newer], tmp_path, anew=["same", "newer"])
        assert [(r.outcome, r.note) for r in results] == [
            ("there", "unchanged at its host"),
            ("fetched", "a newer version"),
        ]
        assert host.headers()[2]["If-None-Match"] == ETAG
        assert (tmp_path / "newer.pdf").read_bytes() == OTHER
        assert fetched(host, [newer], tmp_path)[0].outcome == "there"

    def test_a_damaged_record_costs_no_pdf(self, host: Host, tmp_path: Path) -> None:
        paper = host.paper("a", serves(PDF))
        fetched(host, [paper], tmp_path)
        for damage in ("{", "[]", '{"papers": {"a": {"sha256": 3}}, "failed": 7}'):
            (tmp_path / "fetched.json").write_text(damage)
            assert fetched(host, [paper], tmp_path)[0].outcome == "there"

    def test_a_paper_without_a_free_pdf_is_named_with_its_doi(self, tmp_path: Path, host: Host) -> None:
        (result,) = fetched(host, [Paper(id="a", title="A", doi="10.1007/978-1")], tmp_path)
        assert (result.outcome, result.address) == ("paywalled", "https://doi.org/10.1007/978-1")
        assert f"save the PDF as {tmp_path / 'a.pdf'}" in result.remedy


class TestGoingOn:
    def part(self, host: Host, directory: Path, body: bytes = PDF, after: int = 100_000) -> Paper:
        """A paper of which an earlier fetch, stopped midway, left a part."""
        paper = host.paper("a", in_turn(breaks_off(body, after), serves(PDF)))
        come: list[int] = []
        stop = {"cancelled": lambda: bool(come and come[-1] >= 60_000)}
        list(
            fetch([paper], directory, progress=lambda p: come.append(p.done), clock=host.time.clock(), **stop)
        )
        assert 60_000 <= (directory / "a.pdf.part").stat().st_size <= after
        return paper

    def test_a_part_left_by_an_earlier_fetch_is_gone_on_with(self, host: Host, tmp_path: Path) -> None:
        paper = self.part(host, tmp_path)
        have = (tmp_path / "a.pdf.part").stat().st_size
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "fetched"
        assert (tmp_path / "a.pdf").read_bytes() == PDF
        assert host.headers()[-1]["Range"] == f"bytes={have}-"
        assert host.headers()[-1]["If-Range"] == ETAG
        assert names(tmp_path) == ["a.pdf"]

    def test_a_file_that_changed_meanwhile_is_fetched_whole(self, host: Host, tmp_path: Path) -> None:
        paper = self.part(host, tmp_path)
        host.answers["/a"] = serves(OTHER, OTHER_ETAG)
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "fetched"
        assert (tmp_path / "a.pdf").read_bytes() == OTHER

    def test_a_host_that_ignores_if_range_does_not_glue_two_versions(
        self, host: Host, tmp_path: Path
    ) -> None:
        paper = self.part(host, tmp_path)
        have = (tmp_path / "a.pdf.part").stat().st_size
        span = f"bytes {have}-{len(OTHER) - 1}/{len(OTHER)}"
        glued = sends(OTHER[have:], 206, ETag=OTHER_ETAG, Content_Range=span)
        host.answers["/a"] = in_turn(glued, glued, serves(OTHER, OTHER_ETAG))
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "fetched"
        assert (tmp_path / "a.pdf").read_bytes() == OTHER

    def test_a_host_that_ignores_range_sends_the_whole_again(self, host: Host, tmp_path: Path) -> None:
        paper = self.part(host, tmp_path)
        host.answers["/a"] = sends(PDF)
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "fetched"
        assert (tmp_path / "a.pdf").read_bytes() == PDF

    def test_a_range_that_was_not_asked_for_is_not_glued_on(self, host: Host, tmp_path: Path) -> None:
        paper = self.part(host, tmp_path)
        wrong = sends(PDF[500:], 206, Content_Range=f"bytes 500-{len(PDF) - 1}/{len(PDF)}")
        host.answers["/a"] = in_turn(wrong, wrong, serves(PDF))
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "fetched"
        assert (tmp_path / "a.pdf").read_bytes() == PDF

    def test_a_part_that_nothing_tells_apart_is_begun_anew(self, host: Host, tmp_path: Path) -> None:
        (tmp_path / "a.pdf.part").write_bytes(OTHER[:100_000])
        (result,) = fetched(host, [host.paper("a", serves(PDF))], tmp_path)
        assert "Range" not in host.headers()[0]
        assert result.outcome == "fetched"
        assert (tmp_path / "a.pdf").read_bytes() == PDF

    def test_a_login_page_in_place_of_the_rest_does_not_cost_the_part(
        self, host: Host, tmp_path: Path
    ) -> None:
        paper = self.part(host, tmp_path)
        have = (tmp_path / "a.pdf.part").read_bytes()
        host.answers["/a"] = sends(b"<!doctype html><title>Log in</title>")
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "failed"
        assert (tmp_path / "a.pdf.part").read_bytes() == have

    def test_a_file_that_was_whole_but_for_the_last_step_is_not_asked_for(
        self, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paper = host.paper("a", serves(PDF))

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(papers.Part, "finish", killed)
            with pytest.raises(KeyboardInterrupt):
                fetched(host, [paper], tmp_path)
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "fetched"
        assert len(host.asked) == 1

    @pytest.mark.parametrize("cut", [breaks_off(PDF, 200_000), resets(PDF, 200_000)], ids=["closed", "reset"])
    def test_a_connection_that_breaks_is_gone_on_with_at_once(self, host: Host, tmp_path: Path, cut) -> None:
        (result,) = fetched(host, [host.paper("a", in_turn(cut, serves(PDF)))], tmp_path)
        assert result.outcome == "fetched"
        assert (tmp_path / "a.pdf").read_bytes() == PDF
        assert int(host.headers()[1]["Range"].strip("bytes=-")) > 0

    def test_a_connection_that_breaks_for_ever_is_given_up_and_kept(self, host: Host, tmp_path: Path) -> None:
        paper = host.paper("a", breaks_off(PDF, 200_000))
        (result,) = fetched(host, [paper], tmp_path)
        assert result.outcome == "failed"
        assert "broke off, again and again" in result.note
        assert "fetch it again later; it goes on from there" in result.remedy
        assert (tmp_path / "a.pdf.part").read_bytes() == PDF[:200_000]
        assert len(host.asked) <= 6

    def test_cancelling_midway_keeps_what_has_come(self, host: Host, tmp_path: Path) -> None:
        wanted = [host.paper("a", serves(PDF)), host.paper("b", serves(PDF))]
        so_far: list[int] = []
        results = fetched(
            host, wanted, tmp_path, cancelled=lambda: bool(so_far), progress=lambda p: so_far.append(p.done)
        )
        assert results == []
        assert (tmp_path / "a.pdf.part").read_bytes() == PDF[: so_far[-1]]
        assert [r.outcome for r in fetched(host, wanted, tmp_path)] == ["fetched", "fetched"]
        assert (tmp_path / "a.pdf").read_bytes() == PDF
