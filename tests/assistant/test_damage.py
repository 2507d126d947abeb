"""An index, an overlay and a disk that are not what they were: what is said, what goes on, and what mends it."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager

import pytest

from assistant.examining.mending import mended, overlay_set_aside
from assistant.page.header import header
from bench.full_disk import filled, mounted
from bench.mutated_files import series
from corpus import disk
from corpus import overlay as overlays
from corpus.errors import BadCatalogue, StorageFailed
from index import generation as generations
from index import soundness
from index.embedders import HashingEmbedder
from index.lock import KILLED
from tests import pdfs
from tests.indexes import LMA3, OCTO, workspace

QUESTION = "What does a seed of the agent cost?"
GHOSTS = 1_100  # Chroma maps files into memory from 1,000 vectors on


def with_mapped_files(home):
    """The home's current generation, with so many vectors that Chroma maps their files into memory."""
    generation = generations.current(home / "index")
    texts = [f"ghost number {n}" for n in range(GHOSTS)]
    generation.vectors.add(
        [f"ghost-{n}" for n in range(GHOSTS)],
        HashingEmbedder().embed(texts),
        [("ghost", "table", False)] * GHOSTS,
    )
    generation.passages.seal(generation.vectors.files())
    generation.close()
    return generation


def turned(path, at=0.5):
    """One bit of a file turned."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 4
    path.write_bytes(content)


def asked(home):
    """Papers and remarks that a search gives."""
    with workspace(home) as opened:
        search = opened.search()
        return [(hit.passage.paper, hit.cosine) for hit in search(QUESTION, 5)], search.remarks()


def built(home):
    with workspace(home) as opened:
        return opened.index_pdfs(opened.known_pdfs())


@pytest.mark.parametrize("spoil", [turned, lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_with_damaged_vectors_keywords_find_it_that_is_said_and_a_build_mends_it(home, spoil):
    generation = with_mapped_files(home)
    whole, remarks = asked(home)
    assert not remarks
    assert whole[0][1] > 0
    spoil(next(generation.vectors.directory.glob("*/data_level0.bin")))
    found, remarks = asked(home)
    assert LMA3 in {paper for paper, _ in found}
    assert all(cosine == 0 for _, cosine in found)
    assert "keywords only" in remarks[0]
    assert "`duality index build`" in remarks[0]
    with workspace(home) as opened:
        assert "keywords only" not in header(opened, ())
        assert "keywords only" in opened.compare(LMA3, OCTO, question=QUESTION, prose=False).notes[-1]
        assert "keywords only" in opened.summarize("topic:what a seed of the agent costs").notes[-1]
        notice = header(opened, ()).partition('class="notice"')[2]
        assert "keywords only" in notice
        assert "data-dismiss" in notice
    report = built(home)
    assert "built anew" in report.damage[0]
    assert "data_level0.bin" in report.damage[0]
    after, remarks = asked(home)
    assert (after[0], remarks) == (whole[0], ())


def test_vectors_that_are_gone_altogether_are_noticed(home):
    shutil.rmtree(generations.current(home / "index").vectors.directory)
    found, remarks = asked(home)
    assert found
    assert "keywords only" in remarks[0]
    assert built(home).damage
    assert asked(home)[1] == ()


def test_files_changed_by_a_killed_writer_are_opened_in_a_child_first(home):
    texts = [f"ghost number {n}" for n in range(GHOSTS)]
    generation = with_mapped_files(home)
    generation.looked_at = True
    generation.vectors.add(
        [f"more-{n}" for n in range(GHOSTS)],
        HashingEmbedder().embed(texts),
        [("ghost", "table", False)] * GHOSTS,
    )
    generation.close()  # killed before the rows that would have told of them
    assert "keywords only" in asked(home)[1][0]
    (home / "index" / KILLED).touch()
    assert asked(home)[1] == ()
    list(mended(home / "index"))
    assert not (home / "index" / KILLED).exists()
    assert asked(home)[1] == ()
    generation = with_mapped_files(home)  # those that belonged to nothing were left behind
    (home / "index" / KILLED).touch()
    next(generation.vectors.directory.glob("*/header.bin")).write_bytes(b"")
    assert not soundness.opens(generation.vectors.directory)
    assert "keywords only" in asked(home)[1][0]


def test_one_bit_in_a_stored_text_is_never_shown_and_its_paper_is_read_again(home):
    whole, _ = asked(home)
    path = generations.current(home / "index").passages.path
    with closing(sqlite3.connect(path)) as connection, connection:
        changed = connection.execute(
            "UPDATE passages SET text = replace(text, '240', '250') WHERE text LIKE '%240%'"
        ).rowcount
    assert changed
    with workspace(home) as opened:
        answer = opened.chain("extractive").answer(QUESTION)
    assert not any("250" in source.text for source in answer.sources)
    assert any("damaged and was left out" in note for note in answer.notes)
    report = built(home)
    assert report.damage == [f"Stored text of {LMA3} was damaged: it was read again."]
    assert asked(home) == (whole, ())


def test_a_damaged_record_of_an_own_paper_costs_no_more_than_what_it_said(home):
    path = generations.current(home / "index").passages.path
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("UPDATE own_papers SET record = '{\"id\": 3' WHERE id = 'lasers'").rowcount
    with workspace(home) as opened:
        assert "lasers" not in opened.catalogue.by_id
        report = opened.index_pdfs(opened.known_pdfs(), fresh=True)
        assert "lasers" in opened.catalogue.by_id
    assert any("lasers was damaged" in said for said in report.damage)


def test_a_damaged_overlay_is_left_out_and_doctor_sets_it_aside(home, caplog):
    place = home / "overlay.json"
    overlays.write(place, overlays.Overlay().edited(LMA3, title="Another Name"))
    overlays.write(place, overlays.Overlay().edited(LMA3, title="A Third Name"))
    place.write_text("{")
    with workspace(home) as opened, caplog.at_level(logging.WARNING, "duality"):
        assert opened.catalogue.by_id[LMA3].title not in ("Another Name", "A Third Name")
        assert opened.search()(QUESTION, 3)
        assert any("--mend" in said for said in opened.search().remarks())
    assert len(caplog.messages) == 1
    assert "left out" in caplog.messages[0]
    with pytest.raises(BadCatalogue):  # nothing is written over it
        overlays.change(place, lambda overlay: overlay.edited(LMA3, title="x"))
    (said,) = overlay_set_aside(place)
    assert "overlay.json.damaged" in said
    assert "--undo" in said
    assert (home / "overlay.json.damaged").read_text() == "{"
    assert list(overlay_set_aside(place)) == []
    overlays.restore(place)
    with workspace(home) as opened:
        assert opened.catalogue.by_id[LMA3].title == "Another Name"


@contextmanager
def on_a_file_system(home, *, full):
    """The home on a file system of its own that is full, or may only be read."""
    with mounted(64) as place:
        shutil.copytree(home, place / "home")
        if full:
            filled(place, 0)
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        yield place / "home"


@pytest.mark.parametrize(
    ("full", "why"), [(True, disk.FULL), (False, disk.READ_ONLY)], ids=["full", "read-only"]
)
def test_where_nothing_can_be_written_reading_goes_on_and_writing_says_why(home, full, why):
    with_mapped_files(home)
    whole = asked(home)
    try:
        with on_a_file_system(home, full=full) as place:
            assert asked(place) == whole
            with workspace(place) as opened:
                assert opened.status().pdfs == 3
                with pytest.raises(StorageFailed, match=why.split(":")[0]) as told:
                    opened.index_pdfs([pdfs.simple_paper(home / "New.pdf")])
            assert "--fresh" not in str(told.value)
    except (PermissionError, FileNotFoundError) as error:
        pytest.skip(f"needs the right to mount a small file system: {error}")


@pytest.mark.parametrize("kind", ["settings", "overlay", "history", "questions"])
def test_files_as_no_program_writes_them_never_end_in_a_traceback(home, kind):
    wrong = [row for row in series(home, kind, range(12), seed=7) if row.wrong]
    assert wrong == []


@pytest.mark.parametrize(("kind", "number"), [("settings", 313), ("history", 314), ("history", 363)])
def test_brackets_within_brackets_are_no_fault_of_the_program(home, kind, number):
    assert [row.wrong for row in series(home, kind, range(number, number + 1), seed=1)] == [""]


def test_doctor_names_damage_with_a_command(home):
    from assistant.doctor import examined

    generation = with_mapped_files(home)
    turned(next(generation.vectors.directory.glob("*/data_level0.bin")))
    with workspace(home) as opened:
        found = {check.name: check for check in examined(opened)}
    assert found["index files"].severity == "fault"
    assert found["index files"].remedy == "duality index build"
    assert "data_level0.bin" in found["index files"].message
