import json
import os
import subprocess
import sys

import pytest

from assistant.workspace import Workspace
from corpus.errors import IndexLocked, ModelNotAvailable, NothingIndexed, UnreadableDocument, WrongUse
from index import generation as generations
from index.lock import writing
from tests.indexes import COST, LMA3, OCTO, paper, search, workspace

REWARD = "generative-tools-for-rl/task/reward-signal"


@pytest.fixture
def opened(filled_home):
    with workspace(filled_home, model="extractive") as made:
        yield made


def test_an_empty_home_says_what_to_do(tmp_path):
    with workspace(tmp_path) as empty:
        with pytest.raises(NothingIndexed, match="duality index build"):
            empty.search()
        assert empty.status().generation == ""
        assert empty.status().curated == 155
        assert empty.known_pdfs() == []


def test_status_counts_what_is_there(opened):
    status = opened.status()
    assert (status.curated, status.own, status.pdfs, status.papers) == (155, 1, 3, 157)
    assert status.passages["pdf"] == 5  # titles and authors are no text
    assert status.passages["digest"] >= 150
    assert status.embedder == "hashing-256"
    assert status.writer == ""
    listed, held = status.by_category[REWARD]
    assert listed == 26
    assert held <= 2


def test_a_paper_of_ones_own_is_in_the_catalogue_and_can_be_meant(opened):
    assert opened.catalogue.paper("lasers").title == "Watching Lasers With Four Legs"
    assert opened.scope(papers=["lasers"]).papers == ("lasers",)
    answer = opened.chain().answer("What does the camera notice?", scope=opened.scope(papers=["lasers"]))
    assert {s.paper for s in answer.sources} == {"lasers"}
    assert {s.kind for s in answer.sources} == {"own"}


def test_a_scope_joins_papers_with_categories(opened):
    assert opened.scope().papers is None
    members = {p.id for p in opened.catalogue.papers_of(REWARD)}
    assert set(opened.scope(categories=["reward signal"]).papers) == members
    assert opened.scope(papers=["LMA3"]).papers == (LMA3,)
    assert opened.scope(papers=["LMA3", "octo"]).papers == (LMA3, OCTO)


def test_a_scope_that_is_empty_or_unknown_is_refused(opened):
    with pytest.raises(WrongUse, match="octo"):
        opened.scope(papers=["Ocot"])
    with pytest.raises(WrongUse, match="no category"):
        opened.scope(categories=["reward signl"])
    with pytest.raises(WrongUse, match="No paper is left"):
        opened.scope(categories=["video prediction model"], papers=["lasers"])


def test_another_embedder_than_the_index_has_is_refused(filled_home):
    with workspace(filled_home) as other:
        other.embedder.name = "another"
        with pytest.raises(ModelNotAvailable, match="hashing-256"):
            other.search()


def test_a_page_is_drawn_with_its_marks(opened):
    hit = opened.search()("What does a given seed cost?")[0]
    plain = opened.page_image(LMA3, hit.page)
    marked = opened.page_image(LMA3, hit.page, hit.passage.spans)
    assert plain.startswith(b"\x89PNG")
    assert marked != plain


def test_a_page_or_pdf_that_is_not_there_says_so(opened):
    with pytest.raises(UnreadableDocument, match="no page 9"):
        opened.page_image(LMA3, 9)
    with pytest.raises(UnreadableDocument, match="not indexed"):
        opened.page_image("ma2023eureka", 1)
    with pytest.raises(UnreadableDocument, match="not indexed"):
        opened.pdf_of("ma2023eureka")
    assert opened.pdf_of(LMA3).name == f"{LMA3}.pdf"


def test_one_open_workspace_sees_what_another_adds(home, tmp_path):
    with workspace(home) as reader, workspace(home) as writer:
        assert "Camels" not in str(reader.search()("camels hum"))
        writer.index_pdfs(
            [
                paper(
                    tmp_path / "camels.pdf", "Camels hum while robots sleep.", title="Humming Camels at Night"
                )
            ]
        )
        assert reader.search()("camels hum")[0].passage.paper == "camels"
        assert reader.catalogue.by_id["camels"].kind == "own"
        assert reader.status().own == 2


def test_what_is_added_can_be_asked_at_once_in_the_same_workspace(home, tmp_path):
    with workspace(home, model="extractive") as opened:
        opened.search()
        opened.index_pdfs(
            [
                paper(
                    tmp_path / "camels.pdf", "Camels hum while robots sleep.", title="Humming Camels at Night"
                )
            ]
        )
        assert "Camels hum" in opened.chain().answer("Do camels hum?").text


def test_a_second_writer_is_told_who_writes(home, monkeypatch):
    monkeypatch.setattr("assistant.workspace.LOCK_SECONDS", 0.05)
    with writing(home / "index", "indexing PDFs"), workspace(home) as second:
        with pytest.raises(IndexLocked, match="indexing PDFs"):
            second.index_catalogue()
        assert second.search()("seed cost")
        assert "indexing PDFs" in second.status().writer


def test_other_passage_settings_move_to_a_new_generation(home):
    with workspace(home, passages__tokens=80) as opened:
        before = generations.current(home / "index").name
        report = opened.index_pdfs(opened.known_pdfs())
        assert len(report.indexed) > 150
        assert generations.current(home / "index").name != before
        assert "USD 240" in opened.search()("seed cost")[0].passage.text


def test_a_damaged_index_can_be_built_afresh(home):
    store = generations.current(home / "index").passages.path
    for suffix in ("-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    store.write_bytes(b"not a database " * 300)
    with workspace(home) as opened:
        report = opened.index_pdfs(opened.known_pdfs(), fresh=True)
        assert report.refused == {}
        assert COST in opened.search()("What does a given seed cost?")[0].passage.text


def test_the_index_can_be_searched_without_a_workspace(filled_home):
    with workspace(filled_home) as opened:
        catalogue = opened.catalogue
    assert search(filled_home / "index", catalogue)("lasers blink")[0].passage.paper == "lasers"


def test_the_home_of_the_environment_is_opened(tmp_path, monkeypatch):
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path / "mine"))
    with Workspace.open({"model": "extractive"}) as opened:
        assert opened.home.root == tmp_path / "mine"
        assert opened.settings.model == "extractive"
    assert not (tmp_path / "mine").exists()


ADDING = (
    "import sys; from pathlib import Path; import assistant.workspace as w; from index.embedders import HashingEmbedder\n"
    "w.embedder_of = lambda settings, home: HashingEmbedder()\n"
    "with w.Workspace.open() as opened: opened.index_pdfs([Path(sys.argv[1])])\n"
)


def test_who_indexed_first_still_searches_what_another_process_adds(tmp_path):
    added = paper(tmp_path / f"{LMA3}.pdf", COST)
    with workspace(tmp_path / "home", model="extractive") as first:
        first.index_catalogue()
        first.search()("reward", 5)
        environment = {**os.environ, "DUALITY_HOME": str(first.home.root)}
        subprocess.run([sys.executable, "-c", ADDING, str(added)], env=environment, check=True, timeout=120)
        found = first.search()("What does a seed cost?", 5, papers=[LMA3])
    assert any(COST in hit.passage.text for hit in found)


def test_adding_a_paper_to_an_index_of_an_older_reading_moves_the_others_over(home, tmp_path):
    current = generations.current(home / "index")
    file = current.directory / "fingerprint.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "reading": 1}))
    added = paper(
        tmp_path / "Whispers.pdf", "The gripper hears how hard it holds.", title="Whispers of Grippers"
    )
    with workspace(home, model="extractive") as opened:
        assert opened.search()("What does a seed cost?", papers=[LMA3])  # it answers before
        opened.index_pdfs([added])
        assert generations.current(home / "index").name != current.name
        assert opened.status().pdfs == 4
        assert opened.search()("What does a seed cost?", papers=[LMA3])
