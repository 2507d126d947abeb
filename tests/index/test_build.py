import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from corpus.errors import IndexLocked
from corpus.passages import Cutting
from index import build as building
from index import generation as generations
from index.embedders import HashingEmbedder
from index.lock import writing
from tests import pdfs
from tests.indexes import (
    BLINKING,
    COST,
    KITCHEN,
    LMA3,
    OCTO,
    CountingEmbedder,
    build,
    few,
    paper,
    search,
    texts,
)


@pytest.fixture
def home(tmp_path):
    """The index directory; PDFs are written beside it."""
    return tmp_path / "index"


MOMENTS = itertools.count(1)


def rewritten(path, *said):
    """The file with another content and another time, as an editor leaves it."""
    paper(path, *said)
    moment = next(MOMENTS)
    os.utime(path, ns=(moment, moment))
    return path


def test_what_did_not_change_is_left_alone_without_opening_the_vectors(home, tmp_path, monkeypatch):
    kept, gone = (paper(tmp_path / f"{name}.pdf", COST, KITCHEN) for name in (LMA3, "mine"))
    build(home, kept, gone)
    generations.current(home).passages.remove_pdf(
        "mine"
    )  # vectors that belong to nothing are a build's business

    def opened(_):
        raise AssertionError("opening takes a second")

    monkeypatch.setattr("index.vectors.Vectors._open", opened)
    assert build(home, kept).unchanged == 1


def test_a_second_build_embeds_nothing_and_counts_what_is_unchanged(home, tmp_path):
    lma3 = paper(tmp_path / f"{LMA3}.pdf", COST, KITCHEN)
    build(home, lma3)
    revision = generations.current(home).passages.revision()
    embedder = CountingEmbedder()
    report = build(home, lma3, embedder=embedder)
    assert (report.unchanged, report.indexed, embedder.texts) == (1, [], 0)
    assert generations.current(home).passages.revision() == revision


def test_a_file_that_was_only_touched_or_copied_is_unchanged(home, tmp_path):
    lma3 = paper(tmp_path / f"{LMA3}.pdf", COST)
    build(home, lma3)
    os.utime(lma3, ns=(1, 1))
    embedder = CountingEmbedder()
    assert build(home, lma3, embedder=embedder).unchanged == 1
    (tmp_path / "elsewhere").mkdir()
    moved = lma3.rename(tmp_path / "elsewhere" / lma3.name)
    assert build(home, moved, embedder=embedder).unchanged == 1
    assert embedder.texts == 0
    assert [r.file for r in generations.current(home).passages.documents() if r.source == "pdf"] == [
        str(moved.resolve())
    ]


def test_a_changed_pdf_replaces_the_old_words_for_good(home, tmp_path):
    lma3 = paper(tmp_path / f"{LMA3}.pdf", BLINKING)
    build(home, lma3)
    assert "Lasers blink" in texts(search(home)("lasers blink quadruped camera"))
    report = build(home, rewritten(lma3, COST))
    assert len(report.indexed) == 1
    found = search(home)
    for method in ("fused", "dense", "keywords"):
        assert "Lasers blink" not in texts(found("lasers blink quadruped camera", 50, method=method))
        assert "USD 240" in texts(found("What does one seed cost?", 50, method=method))
    found.close()


def test_a_file_of_the_users_own_gets_its_name_as_id(home, tmp_path):
    mine = paper(tmp_path / "My Notes-2.pdf", BLINKING, title="Watching Lasers With Four Legs")
    report = build(home, mine)
    assert report.own == ["my notes-2"]
    own = generations.current(home).passages.own_papers()["my notes-2"]
    assert own["title"] == "Watching Lasers With Four Legs"
    assert search(home)("lasers blink")[0].passage.paper == "my notes-2"


def test_a_file_named_by_a_paper_of_the_list_is_that_paper(home, tmp_path):
    report = build(home, paper(tmp_path / f"{OCTO}.pdf", BLINKING))
    assert (report.own, report.indexed) == ([], ["Octo"])


def test_bad_files_are_named_with_a_reason_and_the_rest_is_indexed(home, tmp_path):
    good = paper(tmp_path / f"{LMA3}.pdf", COST)
    bad = [
        pdfs.encrypted(tmp_path / "locked.pdf"),
        pdfs.empty_file(tmp_path / "empty.pdf"),
        pdfs.not_a_pdf(tmp_path / "page.pdf"),
        pdfs.image_only(tmp_path / "scan.pdf"),
        tmp_path / "nowhere.pdf",
    ]
    steps = []
    report = build(home, *bad[:2], good, *bad[2:], progress=steps.append)
    assert set(report.refused) == {path.name for path in bad}
    assert all(reason.startswith(name) and "\n" not in reason for name, reason in report.refused.items())
    assert "USD 240" in texts(search(home)("what does a seed cost"))


def test_a_changed_file_that_cannot_be_read_leaves_the_old_words_in_place(home, tmp_path):
    lma3 = paper(tmp_path / f"{LMA3}.pdf", COST)
    build(home, lma3)
    pdfs.not_a_pdf(lma3)
    assert list(build(home, lma3).refused) == [lma3.name]
    assert "USD 240" in texts(search(home)("what does a seed cost"))


def test_progress_counts_up_to_the_number_of_files(home, tmp_path):
    files = [
        paper(tmp_path / f"{LMA3}.pdf", COST),
        pdfs.empty_file(tmp_path / "empty.pdf"),
        paper(tmp_path / "own.pdf", BLINKING),
    ]
    steps = []
    with writing(home, "a test"):
        builder = building.Builder(home, few(), HashingEmbedder())
        builder.add_catalogue()
        builder.add_pdfs(files, steps.append)
        builder.finish()
    assert [s.done for s in steps] == sorted(s.done for s in steps)
    assert (steps[-1].done, steps[-1].total) == (3, 3)
    assert {s.outcome for s in steps} == {"indexed", "refused", "passages"}


def test_the_digests_can_be_searched_before_any_pdf_is_there(home):
    build(home)
    assert search(home)("Octo generalist policy")[0].passage.source in ("digest", "table")


def test_other_passage_settings_build_beside_the_old_index_and_swap_at_the_end(home, tmp_path):
    lma3 = paper(tmp_path / f"{LMA3}.pdf", *[COST, KITCHEN, BLINKING] * 3)
    build(home, lma3)
    old = generations.current(home).name
    with writing(home, "a test"):
        builder = building.Builder(home, few(), HashingEmbedder(), Cutting(tokens=60))
        builder.add_catalogue()
        assert generations.current(home).name == old
        builder.add_pdfs([lma3])
        assert "USD 240" in texts(search(home)("what does a seed cost"))
        assert generations.current(home).name == old
        builder.finish()
    now = generations.current(home)
    assert now.name != old
    assert now.fingerprint().passage_tokens == 60
    assert not (home / old).exists()
    assert "USD 240" in texts(search(home)("what does a seed cost"))


def test_a_replacement_that_was_interrupted_is_gone_on_with(home, tmp_path):
    build(home, paper(tmp_path / f"{LMA3}.pdf", COST))
    half = building.Builder(home, few(), HashingEmbedder(), Cutting(tokens=60))
    half.add_catalogue()
    half.generation.close()
    embedder = CountingEmbedder()
    again = building.Builder(home, few(), embedder, Cutting(tokens=60))
    assert again.generation.name == half.generation.name
    assert again.add_catalogue().indexed == []
    assert embedder.texts == 0


def test_many_unreachable_vectors_end_in_a_compaction_that_loses_nothing(home, tmp_path):
    lma3 = paper(tmp_path / f"{LMA3}.pdf", COST)
    build(home, lma3)
    first = generations.current(home).name
    report = None
    for round_ in range(12):
        report = build(
            home, rewritten(lma3, COST, *[f"{KITCHEN} Round {round_}, remark {i}." for i in range(4)])
        )
        if report.compacted:
            break
    assert report.compacted
    now = generations.current(home)
    assert now.name != first
    assert now.vectors.count() == len(now.passages.embedded_ids())
    assert now.vectors.missing(now.passages.embedded_ids()) == []
    assert "USD 240" in texts(search(home)("what does a seed cost", method="dense", k=40))
    assert search(home)("Octo generalist policy", papers=[OCTO])
    assert not (home / first).exists()


def test_an_open_search_sees_what_another_process_adds(home, tmp_path):
    build(home)
    found = search(home)
    assert "Lasers" not in texts(found("lasers blink"))
    mine = paper(tmp_path / "mine.pdf", BLINKING)
    code = "import pathlib, sys; from tests.indexes import build; build(*map(pathlib.Path, sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", code, str(home), str(mine)], check=True)
    for method in ("fused", "dense", "keywords"):
        assert "Lasers" in texts(found("lasers blink", method=method))
    found.close()


def test_an_open_search_follows_to_a_new_generation(home, tmp_path):
    lma3 = paper(tmp_path / f"{LMA3}.pdf", COST)
    build(home, lma3)
    found = search(home)
    assert found("seed cost")
    build(home, lma3, paper(tmp_path / "mine.pdf", BLINKING), cutting=Cutting(tokens=60))
    assert "Lasers" in texts(found("lasers blink", method="dense"))
    found.close()


def test_while_one_writes_another_is_refused(home, tmp_path):
    with writing(home, "indexing PDFs"), pytest.raises(IndexLocked, match="indexing PDFs"):
        build(home)


def test_damaged_vectors_in_the_cache_do_not_stop_a_build(home, tmp_path):
    build(home)
    (home / "vectors.sqlite").write_bytes(b"nothing of the kind" * 400)
    assert build(home, paper(tmp_path / f"{LMA3}.pdf", COST)).indexed
    assert "USD 240" in texts(search(home)("what does a seed cost"))


SLOW = """
import pathlib, sys, time
from tests import indexes
class Slow(indexes.HashingEmbedder):
    def embed(self, texts, progress=None):
        print("embedding", flush=True)
        time.sleep(0.05)
        return super().embed(texts, progress)
indexes.build(*map(pathlib.Path, sys.argv[1:]), embedder=Slow())
"""


def whole(directory):
    """Every document's passages, by paper; each must be complete."""
    store = generations.current(directory).passages
    by_paper = {}
    for passage in store.all_passages():
        if passage.source == "pdf":
            by_paper.setdefault(passage.paper, []).append(passage.text)
    assert {r.paper for r in store.documents() if r.source == "pdf"} == set(by_paper)
    assert all(len(found) == 2 for found in by_paper.values())  # two sections; title and authors are no text
    return set(by_paper)


@pytest.mark.parametrize("kill_at", [3, 5])
def test_a_killed_build_loses_nothing_committed_and_is_gone_on_with(home, tmp_path, kill_at):
    files = [
        paper(tmp_path / f"own-{n}.pdf", f"{BLINKING} Number {n}.", f"{COST} Number {n}.") for n in range(5)
    ]
    child = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(home), *map(str, files)], stdout=subprocess.PIPE, text=True
    )
    for _ in range(kill_at):
        child.stdout.readline()
    time.sleep(0.03)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    before = set()
    with contextlib.suppress(generations.NothingIndexed):
        before = whole(home)
        found = search(home)
        assert {h.passage.paper for h in found("lasers blink", 50, sources=["pdf"])} <= before
        assert set(generations.current(home).passages.own_papers()) == before
        found.close()
    report = build(home, *files)
    assert report.unchanged >= len(before)
    assert whole(home) == {f"own-{n}" for n in range(5)}
    now = generations.current(home)
    assert now.vectors.missing(now.passages.embedded_ids()) == []


def test_vectors_without_rows_are_never_shown(home, tmp_path):
    build(home)
    generation = generations.current(home)
    text = "lasers blink at the camera"
    generation.vectors.add(["orphan"], HashingEmbedder().embed([text]), [("ghost", "pdf", True)])
    generation.close()
    found = search(home)
    for method in ("fused", "dense"):
        assert all(hit.passage.paper != "ghost" for hit in found(text, method=method))
    found.close()


def test_two_files_of_one_name_in_two_folders_are_both_kept(home, tmp_path):
    for folder, said in (("a", BLINKING), ("b", COST)):
        (tmp_path / folder).mkdir()
        paper(tmp_path / folder / "notes.pdf", said, title=f"Notes of {folder}")
    build(home, tmp_path / "a" / "notes.pdf", tmp_path / "b" / "notes.pdf")
    found = texts(search(home)("lasers blink and a seed costs", 50, sources=["pdf"]))
    assert "Lasers" in found
    assert "USD 240" in found
    assert set(generations.current(home).passages.own_papers()) == {"notes", "notes-2"}
    assert build(home, tmp_path / "a" / "notes.pdf", tmp_path / "b" / "notes.pdf").unchanged == 2


def test_an_index_can_be_copied_to_another_place(home, tmp_path):
    build(home, paper(tmp_path / f"{LMA3}.pdf", COST))
    shutil.copytree(home, tmp_path / "copy")
    assert "USD 240" in texts(search(tmp_path / "copy")("what does a seed cost", method="dense"))
