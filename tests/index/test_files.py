"""Which of several files is indexed, and what is not indexed again."""

import os
import shutil

import pytest

from index import generation as generations
from index.build import Builder
from index.embedders import HashingEmbedder
from index.lock import writing
from tests.indexes import BLINKING, COST, KITCHEN, LMA3, build, few, paper, search, texts

ARXIV = "2305.12487"  # LMA3's


@pytest.fixture
def home(tmp_path):
    return tmp_path / "index"


def folder(tmp_path, name):
    made = tmp_path / name
    made.mkdir(exist_ok=True)
    return made


def at(path, seconds):
    os.utime(path, (seconds, seconds))
    return path


def store(home):
    return generations.current(home).passages


def file_of(home, paper_id):
    return next(r.file for r in store(home).documents() if r.paper == paper_id and r.source == "pdf")


def again(home, *paths):
    """A build that takes in what was removed, as `duality add` makes it."""
    with writing(home, "a test"):
        builder = Builder(home, few(), HashingEmbedder())
        report = builder.add_pdfs(paths, again=True)
        builder.finish()
        builder.generation.close()
    return report


def test_a_wrong_pdf_under_a_papers_name_is_refused_and_becomes_nothing(home, tmp_path):
    wrong = paper(tmp_path / f"{LMA3}.pdf", BLINKING, title="Humming Camels at Night")
    report = build(home, wrong)
    assert "Humming Camels at Night" in report.refused[wrong.name]
    assert (report.indexed, report.own) == ([], [])
    assert "Lasers" not in texts(search(home)("lasers blink", 50))
    assert build(home, wrong).refused == report.refused  # remembered, with its reason


def test_the_same_file_under_another_name_is_recognised(home, tmp_path):
    mine = paper(tmp_path / "mine.pdf", BLINKING)
    build(home, mine)
    copy = shutil.copy(mine, tmp_path / "copy.pdf")
    for report in (build(home, mine, tmp_path / "copy.pdf"), build(home, tmp_path / "copy.pdf")):
        assert report.passed_over == {
            "copy.pdf": f"copy.pdf is the same file as {mine}, which is indexed as mine."
        }
        assert report.indexed == []
    assert set(store(home).own_papers()) == {"mine"}
    mine.unlink()  # then the copy stands for it
    assert build(home, tmp_path / "copy.pdf").passed_over == {}
    assert file_of(home, "mine") == str(copy)


def test_two_copies_in_one_build_are_one_paper(home, tmp_path):
    mine = paper(tmp_path / "mine.pdf", BLINKING)
    shutil.copy(mine, tmp_path / "other.pdf")
    report = build(home, mine, tmp_path / "other.pdf")
    assert len(report.indexed) == 1
    assert len(report.passed_over) == 1


@pytest.mark.parametrize("newer_first", [True, False])
def test_of_two_versions_the_one_stamped_later_is_kept_whatever_its_date(home, tmp_path, newer_first):
    v1 = at(paper(folder(tmp_path, "a") / f"{LMA3}.pdf", COST, stamp=f"{ARXIV}v1"), 2_000_000_000)
    v2 = at(paper(folder(tmp_path, "b") / f"{LMA3}.pdf", KITCHEN, stamp=f"{ARXIV}v2"), 1_000_000_000)
    order = (v2, v1) if newer_first else (v1, v2)
    for path in order:
        report = build(home, path)
    assert file_of(home, LMA3) == str(v2)
    found = texts(search(home)("What does a seed cost?", 50, sources=["pdf"]))
    assert "kitchen" in found
    assert "USD 240" not in found
    said = " ".join((*report.passed_over.values(), *report.remarks.values()))
    assert str(v1.parent if newer_first else v1) in said or v1.name in said
    after = build(home, v1, v2)
    assert (after.unchanged, list(after.passed_over), after.indexed) == (1, [v1.name], [])


def test_without_stamps_the_later_file_is_kept_and_the_other_named(home, tmp_path):
    old = at(paper(folder(tmp_path, "a") / f"{LMA3}.pdf", COST), 1_000_000_000)
    new = at(paper(folder(tmp_path, "b") / f"{LMA3}.pdf", KITCHEN), 2_000_000_000)
    build(home, old)
    report = build(home, new)
    assert str(old) in report.remarks[new.name]
    assert file_of(home, LMA3) == str(new)
    assert build(home, old).passed_over[old.name].startswith(f"{old.name} is an older version of LMA3")
    new.unlink()  # the older one is looked at again where the newer is gone
    assert build(home, old).indexed == ["LMA3"]


def test_what_was_removed_is_hidden_and_only_comes_back_when_added(home, tmp_path):
    lma3 = paper(tmp_path / f"{LMA3}.pdf", COST)
    mine = paper(tmp_path / "mine.pdf", BLINKING, title="Watching Lasers")
    build(home, lma3, mine)
    found = search(home)
    for paper_id in (LMA3, "mine"):
        assert store(home).remove_pdf(paper_id).paper == paper_id
    for method in ("fused", "dense", "keywords"):
        shown = texts(found("lasers blink and a seed costs", 50, method=method))
        assert "Lasers blink" not in shown
        assert "USD 240" not in shown
    assert {h.passage.source for h in found("autotelic agents", 50) if h.passage.paper == LMA3} <= {
        "digest",
        "table",
    }
    found.close()
    report = build(home, lma3, mine)
    assert report.indexed == []
    assert all("was removed on" in why and "duality add" in why for why in report.passed_over.values())
    assert set(report.passed_over) == {lma3.name, mine.name}
    assert len(again(home, lma3, mine).indexed) == 2
    assert store(home).removed() == []
    assert "USD 240" in texts(search(home)("seed cost"))


def test_a_removal_outlives_a_fresh_build_and_another_copy_of_the_file(home, tmp_path):
    lma3 = paper(tmp_path / f"{LMA3}.pdf", COST)
    build(home, lma3)
    store(home).remove_pdf(LMA3)
    with writing(home, "a test"):
        builder = Builder(home, few(), HashingEmbedder(), fresh=True)
        builder.add_catalogue()
        changed = paper(folder(tmp_path, "b") / f"{LMA3}.pdf", KITCHEN)
        report = builder.add_pdfs([lma3, changed])
        builder.finish()
        builder.generation.close()
    assert report.indexed == []
    assert len(report.files) == 2
    assert {result.what for result in report.files.values()} == {"passed over"}


def test_own_papers_keep_their_ids_in_a_fresh_build_whatever_the_order(home, tmp_path):
    one = paper(folder(tmp_path, "a") / "notes.pdf", BLINKING, title="Notes of a")
    two = paper(folder(tmp_path, "b") / "notes.pdf", COST, title="Notes of b")
    build(home, one)
    build(home, two)
    before = {r.paper: r.file for r in store(home).documents() if r.source == "pdf"}
    with writing(home, "a test"):
        builder = Builder(home, few(), HashingEmbedder(), fresh=True)
        builder.add_catalogue()
        builder.add_pdfs([two, one])
        builder.finish()
        builder.generation.close()
    assert {r.paper: r.file for r in store(home).documents() if r.source == "pdf"} == before


def test_many_removals_are_left_behind_by_the_next_build(home, tmp_path):
    files = [paper(tmp_path / f"own-{n}.pdf", f"{BLINKING} Number {n}.", COST) for n in range(4)]
    build(home, *files)
    first = generations.current(home).name
    for n in range(4):
        store(home).remove_pdf(f"own-{n}")
    assert build(home).compacted
    now = generations.current(home)
    assert now.name != first
    assert now.vectors.missing(now.passages.embedded_ids()) == []
    assert now.vectors.count() == len(now.passages.embedded_ids())
    assert not build(home).compacted
    assert len(now.passages.removed()) == 4


def test_an_index_of_an_older_version_without_these_tables_goes_on(home, tmp_path):
    import sqlite3

    build(home, paper(tmp_path / f"{LMA3}.pdf", COST))
    with sqlite3.connect(store(home).path) as connection:
        connection.executescript("DROP TABLE removed; DROP TABLE set_aside;")
    assert store(home).removed() == []
    assert build(home, tmp_path / f"{LMA3}.pdf").unchanged == 1


def test_a_paper_of_ones_own_saved_twice_is_one_paper_and_that_is_said(home, tmp_path):
    one = paper(folder(tmp_path, "a") / "roe2024.pdf", COST, title="Listening to Glass")
    two = paper(folder(tmp_path, "b") / "roe2024 (1).pdf", COST, title="Listening to Glass")
    two.write_bytes(two.read_bytes() + b"\n% saved again")
    other = paper(tmp_path / "other.pdf", KITCHEN, title="Listening to Wood")
    build(home, one)
    report = build(home, two, other)
    assert report.own == ["other"]
    assert report.passed_over == {
        two.name: f"{two.name} is the same paper as {one}, which is indexed as Listening to Glass."
    }


def test_a_paper_saved_twice_is_one_in_one_build(home, tmp_path):
    one = paper(folder(tmp_path, "a") / "roe2024.pdf", COST, title="Listening to Glass")
    two = paper(folder(tmp_path, "b") / "roe2024 (1).pdf", COST, title="Listening to Glass")
    two.write_bytes(two.read_bytes() + b"\n% saved again")
    report = build(home, one, two)
    assert len(report.own) == len(report.passed_over) == 1


def test_a_newer_text_under_the_same_title_and_authors_takes_the_older_ones_place(home, tmp_path):
    draft = at(paper(tmp_path / "draft.pdf", COST, title="Listening to Glass"), 1_000_000_000)
    final = at(paper(tmp_path / "final.pdf", KITCHEN, title="LISTENING TO GLASS"), 2_000_000_000)
    build(home, draft)
    report = build(home, final)
    assert report.own == ["draft"]
    assert file_of(home, "draft") == str(final)
    assert "in the place of the older" in report.remarks[final.name]
