"""A seeded part of bench/kill.py, and two processes at one index."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.kill import Round, looked_at, series
from bench.small_index import Snapshot, builder, operate, papers, snapshot
from corpus.errors import IndexLocked
from index import generation as generations
from index.embedders import HashingEmbedder
from index.lock import writing
from index.search import Search
from tests.indexes import few

pytestmark = pytest.mark.skipif(not hasattr(os, "kill") or os.name != "posix", reason="needs SIGKILL")

ADDING = """
import sys, time
from pathlib import Path
from bench.small_index import builder
from index.lock import writing
directory, *files = map(Path, sys.argv[1:])
with writing(directory, "`duality add`"):
    print("writing", flush=True)
    sys.stdin.readline()
    adding = builder(directory)
    adding.add_catalogue()
    adding.add_pdfs(files)
    print("committed", time.time(), flush=True)
    adding.finish()
    sys.stdin.readline()
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return papers(tmp_path / "papers")


def test_killed_at_any_moment_an_index_goes_on_where_it_was(tmp_path: Path) -> None:
    rounds, _ = series(tmp_path, 4, seed=7, runs=1)
    assert [(r.operation, round(r.moment, 2), r.wrong) for r in rounds if r.wrong] == []


def test_the_judge_of_those_kills_sees_what_is_lost_half_done_or_back(
    tmp_path: Path, files: list[Path]
) -> None:
    directory = tmp_path / "index"
    operate("build", directory, files, lambda _: None)
    whole = snapshot(generations.current(directory))

    def verdict(said: str = "", before: Snapshot = whole) -> str:
        round_ = Round("add", 0.0, said=[said])
        looked_at(round_, directory, whole, before)
        return "; ".join(round_.wrong)

    assert verdict() == ""
    assert "committed and lost" in verdict("committed generated5 pdf")
    assert "removed and back" in verdict("removed generated0 pdf")
    generation = generations.current(directory)
    generation.vectors._open().delete(ids=generation.passages.embedded_ids()[-1:])
    generation.close()
    assert "lost the vector" in verdict()
    with generation.passages._writing() as connection:
        connection.execute("DELETE FROM passages WHERE row = (SELECT max(row) FROM passages)")
    said = verdict()
    assert "is not as it should be" in said
    assert "keyword rows without a passage" in said


def started(directory: Path, *given: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock, waiting for a line before it adds and for another before it ends."""
    child = subprocess.Popen(
        [sys.executable, "-c", ADDING, str(directory), *map(str, given)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "writing\n"
    return child


def told(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def test_an_open_search_answers_from_a_paper_that_another_process_adds(
    tmp_path: Path, files: list[Path]
) -> None:
    directory = tmp_path / "index"
    operate("build", directory, files, lambda _: None)
    search = Search(directory, few(), HashingEmbedder())
    question = "What does Paper5 part 3 say?"
    assert "generated5" not in {hit.passage.paper for hit in search(question, 20)}
    child = started(directory, files[5])
    try:
        told(child)
        assert child.stdout is not None
        committed = float(child.stdout.readline().split()[1])
        while "generated5" not in {hit.passage.paper for hit in search(question, 20)}:
            assert time.time() - committed < 2.0, "the open search does not see what was added"
            time.sleep(0.02)
        hits = search(question, 5)
        assert "generated5" in {hit.passage.paper for hit in hits}
        assert any(
            hit.cosine for hit in hits if hit.passage.paper == "generated5"
        )  # by its vectors, not by keywords alone
        told(child)
        assert child.wait(30) == 0
    finally:
        child.kill()
        child.wait()
        search.close()


def test_a_second_writer_waits_and_then_says_who_writes(tmp_path: Path, files: list[Path]) -> None:
    directory = tmp_path / "index"
    child = started(directory)
    try:
        began = time.monotonic()
        with pytest.raises(IndexLocked) as caught, writing(directory, "a test", wait_seconds=0.5):
            pass
        assert 0.4 < time.monotonic() - began < 5
        said = str(caught.value)
        assert f"`duality add`, process {child.pid}, since " in said
        assert "\n" not in said
    finally:
        child.kill()
        child.wait()
    with writing(directory, "a test", wait_seconds=5):  # the lock went with its holder
        assert builder(directory).generation.directory.exists()


def test_a_second_writer_that_waits_goes_on_when_the_first_is_done(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    child = started(directory)
    told(child)
    told(child)
    with writing(directory, "a test", wait_seconds=30):
        pass
    assert child.wait(30) == 0
