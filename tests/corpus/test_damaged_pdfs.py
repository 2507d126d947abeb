"""A seeded part of what bench/damaged_pdfs.py does with hundreds of files."""

from __future__ import annotations

import contextlib
import os
import random
import time
from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bench.damage import KINDS, damaged
from bench.damaged_pdfs import LIMITS, described, examined, series
from corpus.reader import Limits, Reader
from tests import pdfs

if TYPE_CHECKING:
    from pathlib import Path

SMALL = 400_000  # bytes: the real papers that are read in a moment


def test_every_kind_of_damage_to_a_small_paper_is_met(tmp_path: Path) -> None:
    papers = [
        pdfs.simple_paper(tmp_path / "plain.pdf", pages=3),
        pdfs.two_columns(tmp_path / "columns.pdf"),
        pdfs.roman_labels(tmp_path / "labels.pdf"),
        pdfs.with_hyphens_and_ligatures(tmp_path / "font.pdf"),
        pdfs.rotated(tmp_path / "turned.pdf"),
    ]
    limits = replace(LIMITS, seconds=20)
    results = series(papers, 6 * len(KINDS), 3, tmp_path, readers=1, limits=limits)
    assert [r for r in results if r.outcome == "FAILED"] == []
    outcomes = {result.outcome for result in results}
    assert {"read", "refused"} <= outcomes
    assert {result.kind for result in results} == {kind.__name__.replace("_", " ") for kind in KINDS}
    assert "| **all** | 84 |" in described(results, len(papers), 3, 1.0)


@pytest.mark.papers
def test_real_papers_damaged_are_read_or_refused_in_one_line(papers_dir: Path, tmp_path: Path) -> None:
    papers = [path for path in sorted(papers_dir.rglob("*.pdf")) if path.stat().st_size < SMALL]
    results = series(papers, len(KINDS), 11, tmp_path, readers=2, limits=LIMITS)
    assert [r for r in results if r.outcome == "FAILED"] == []


def test_after_the_worst_file_the_next_is_read_as_ever(tmp_path: Path) -> None:
    good = pdfs.simple_paper(tmp_path / "good.pdf")
    with Reader(Limits(seconds=30, memory_bytes=700 * 1024**2, ocr="")) as reader:
        before = reader.read(good)
        bomb = pdfs.zip_bomb(tmp_path / "bomb.pdf", 2048 * pdfs.MEGABYTE)
        assert examined(0, "bomb", bomb, reader, reader.limits).outcome in (
            "child ended",
            "too slow",
            "refused",
        )
        assert reader.read(good) == before


def test_the_same_number_and_seed_give_the_same_bytes() -> None:
    files = [random.Random(n).randbytes(3_000) + b"%%EOF /Length 12 1 0 obj" for n in range(3)]
    for number in range(3 * len(KINDS)):
        kind, which, made = damaged(number, 5, files)
        assert damaged(number, 5, files) == (kind, which, made)
        assert made != files[which]


def test_a_pipe_under_a_pdfs_name_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    with Reader(Limits(seconds=5, ocr="")) as reader:
        assert examined(0, "pipe", tmp_path / "pipe.pdf", reader).said == "FILE is not a file."


def test_a_library_that_loses_itself_is_called_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import pdfminer.high_level

    from corpus import garbled
    from corpus.lines import Line

    def lost(*_: object, **__: object) -> None:
        while True:
            with contextlib.suppress(Exception):  # as libraries do
                time.sleep(0.01)

    text = "e\x02cient and e\x02cient di\x03erent words"
    line = Line(text, array("I", range(len(text))), 10.0, False, 72.0, 300.0, 100.0, False)
    monkeypatch.setattr(garbled, "SECONDS", 1)
    monkeypatch.setattr(pdfminer.high_level, "extract_text", lost)
    began = time.monotonic()
    assert garbled.spelled_out(tmp_path / "lost.pdf", [[line]]) == ([[line]], {0})
    assert time.monotonic() - began < 20
