"""A vector that is stored and not found: seen before it is shown, mended after a kill and by `duality doctor --mend`."""

from pathlib import Path

import numpy as np
import pytest

from assistant.examining import storage
from assistant.examining.mending import mended
from corpus.errors import StorageFailed
from index import generation as generations
from index.build import Builder
from index.compaction import compacted
from index.embedders import HashingEmbedder
from index.lock import writing
from index.reachable import add_answering, silent
from index.vectors import Vectors
from tests.indexes import COST, KITCHEN, LMA3, OCTO, build, few, paper, search


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Ids that are stored and that no search finds, as in a graph without a path to them."""
    lost: set[str] = set()
    each, one = Vectors.nearest_to_each, Vectors.nearest

    def nearest_to_each(self: Vectors, vectors: np.ndarray, count: int) -> list[list[tuple[str, float]]]:
        return [[hit for hit in hits if hit[0] not in lost] for hits in each(self, vectors, count)]

    def nearest(self: Vectors, *given: object, **named: object) -> list[tuple[str, float]]:
        return [hit for hit in one(self, *given, **named) if hit[0] not in lost]  # type: ignore[arg-type]

    monkeypatch.setattr(Vectors, "nearest_to_each", nearest_to_each)
    monkeypatch.setattr(Vectors, "nearest", nearest)
    return lost


def hide_the_first(hidden: set[str], monkeypatch: pytest.MonkeyPatch, times: int = 1) -> list[str]:
    """The first vector of each of the next `times` adds is stored where no search finds it; their ids."""
    add = Vectors.add
    done: list[str] = []

    def adding(self: Vectors, ids: list[str], *rest: object) -> None:
        add(self, ids, *rest)  # type: ignore[arg-type]
        if len(done) < times:
            done.append(ids[0])
            hidden.add(ids[0])

    monkeypatch.setattr(Vectors, "add", adding)
    return done


def test_a_vector_that_does_not_answer_is_stored_again_before_its_paper_is_shown(
    home: Path, tmp_path: Path, hidden: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(home)
    lost = hide_the_first(hidden, monkeypatch)
    build(home, paper(tmp_path / f"{LMA3}.pdf", COST, KITCHEN))
    generation = generations.current(home)
    assert lost
    assert lost[0] not in generation.passages.embedded_ids()
    assert silent(generation, generation.passages.embedded_ids()) == []
    generation.close()
    assert LMA3 in {hit.passage.paper for hit in search(home)("What does a seed of the agent cost?", 3)}


def test_one_that_answers_under_no_id_is_given_up_and_named(
    tmp_path: Path, hidden: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = Vectors(tmp_path / "chroma")
    lost = hide_the_first(hidden, monkeypatch, times=99)
    texts = ["robots grasp cups", "lasers blink at night"]
    ids = add_answering(vectors, ["a", "b"], HashingEmbedder().embed(texts), [("octo", "pdf", False)] * 2)
    vectors.close()
    assert len(lost) == 3
    assert ids == [lost[-1], "b"]


def test_what_stopped_answering_is_a_fault_that_doctor_mends(
    home: Path, tmp_path: Path, hidden: set[str]
) -> None:
    build(home, paper(tmp_path / f"{LMA3}.pdf", COST, KITCHEN))
    generation = generations.current(home)
    hidden |= set(generation.passages.embedded_ids()[-2:])
    (found,) = storage.vectors(generation)
    generation.close()
    assert (found.severity, found.remedy) == ("fault", "duality doctor --mend")
    assert found.message.startswith("2 vectors of ")
    assert "2 vectors that search did not find stored anew." in list(mended(home))
    now = generations.current(home)
    assert [check.severity for check in storage.vectors(now)] == ["good"]
    now.close()


def test_the_build_after_a_kill_looks_at_every_vector(home: Path, tmp_path: Path, hidden: set[str]) -> None:
    file = paper(tmp_path / f"{LMA3}.pdf", COST, KITCHEN)
    build(home, file)
    name = generations.current(home).name
    hidden |= set(generations.current(home).passages.embedded_ids()[:1])
    build(home, file)
    assert generations.current(home).name == name
    (home / "writer.json").write_text("{}")  # as a killed writer leaves it
    with writing(home, "something else"):
        pass
    build(home, file)
    now = generations.current(home)
    assert now.name != name
    assert silent(now, now.passages.embedded_ids()) == []
    now.close()
    hidden |= set(now.passages.embedded_ids()[:1])
    build(home, file)  # once is enough
    assert generations.current(home).name == now.name


def test_a_copy_with_a_vector_that_nothing_finds_never_becomes_current(
    home: Path, tmp_path: Path, hidden: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(home, paper(tmp_path / f"{OCTO}.pdf", KITCHEN))
    before = generations.current(home)
    hide_the_first(hidden, monkeypatch, times=99)
    with pytest.raises(StorageFailed, match="duality index build --fresh"):
        compacted(home, before)
    assert generations.current(home).name == before.name
    before.close()


def test_a_copied_vector_that_the_next_process_would_not_find_is_stored_again(
    home: Path, tmp_path: Path, hidden: set[str]
) -> None:
    build(home, paper(tmp_path / f"{LMA3}.pdf", COST, KITCHEN))
    before = generations.current(home)
    *others, lost = before.passages.embedded_ids()
    reopen = Vectors.reopen
    with pytest.MonkeyPatch.context() as patch:  # it answers to the writer, and not to who opens it next
        patch.setattr(Vectors, "reopen", lambda self: (hidden.add(lost), reopen(self)))
        now = compacted(home, before)
    assert silent(now, now.passages.embedded_ids()) == []
    assert set(now.passages.embedded_ids()) > set(others)
    assert lost not in now.passages.embedded_ids()
    now.close()
    assert LMA3 in {hit.passage.paper for hit in search(home)("What does a seed of the agent cost?", 3)}


def test_a_new_generation_is_asked_for_every_vector_before_it_becomes_current(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = paper(tmp_path / f"{LMA3}.pdf", COST, KITCHEN)
    build(home, file)
    before = generations.current(home).name

    def replaced() -> None:
        with writing(home, "a test"):
            builder = Builder(home, few(), HashingEmbedder(), fresh=True)
            builder.add_catalogue()
            builder.add_pdfs([file])
            builder.generation.vectors._open().delete(ids=builder.generation.passages.embedded_ids()[:1])
            builder.finish()

    with pytest.raises(StorageFailed, match=r"1 vectors are missing in .*g0002: run `duality index build`"):
        replaced()
    assert generations.current(home).name == before
