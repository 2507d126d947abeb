"""The user's overlay: papers added, fields changed, stored at once or not at all, undone."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import catalogue as catalogues
from corpus import overlay as overlays
from corpus.errors import BadCatalogue, StorageFailed, WrongUse
from corpus.overlay import Overlay
from corpus.paper import Paper

LLM = "generative-tools-for-rl/task/reward-signal/llm"
VLM = "generative-tools-for-rl/task/reward-signal/vlm"
NEW = Paper(
    "genpo2025arxiv",
    "GenPO: An Invented Title",
    arxiv="2505.99999",
    categories=(LLM,),
    kind="curated",
    year=2025,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "overlay.json"


def test_without_a_file_nothing_changes(path):
    package = catalogues.load()
    assert overlays.read(path).applied(package) is package


def test_a_paper_added_joins_the_curated_ones_before_the_survey():
    made = Overlay().with_paper(NEW).applied(catalogues.load())
    assert made.paper("GenPO: An Invented Title").id == "genpo2025arxiv"
    assert made.curated[-1] == NEW
    assert made.papers[-1].kind == "survey"
    assert NEW in made.papers_of(LLM)


def test_an_edit_replaces_only_the_fields_it_names():
    before = catalogues.load().by_id["ma2023eureka"]
    after = Overlay().edited("ma2023eureka", categories=[VLM], title="Eureka!").applied(catalogues.load())
    assert after.by_id["ma2023eureka"] == replace(before, categories=(VLM,), title="Eureka!")


def test_edits_of_one_paper_add_up_and_can_be_dropped():
    overlay = Overlay().edited("ma2023eureka", year=2024).edited("ma2023eureka", venue="A workshop")
    assert overlay.edits["ma2023eureka"] == {"year": 2024, "venue": "A workshop"}
    assert overlay.without("ma2023eureka") == Overlay()


def test_applying_twice_is_applying_once():
    overlay = Overlay().with_paper(NEW).edited(NEW.id, year=2026)
    once = overlay.applied(catalogues.load())
    assert overlay.applied(once).papers == once.papers


def test_what_the_package_has_by_now_is_idle():
    package = catalogues.load()
    known = package.by_id["ma2023eureka"]
    overlay = Overlay().with_paper(replace(NEW, arxiv=known.arxiv)).edited("nobody2020", year=2020)
    assert overlay.idle(package) == (NEW.id, "nobody2020")
    assert overlay.applied(package).papers == package.papers


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"titel": "X"}, "title"),
        ({"year": "soon"}, "year"),
        ({"categories": []}, "categories"),
        ({"title": None}, "title"),
        ({"authors": "Me"}, "authors"),
    ],
)
def test_an_edit_of_the_wrong_kind_is_refused(change, said):
    with pytest.raises(WrongUse, match=said):
        Overlay().edited("ma2023eureka", **change)


def test_a_category_that_does_not_exist_is_named_when_applied():
    with pytest.raises(BadCatalogue, match=r"overlay\.json, ma2023eureka, field 'categories'.*no/where"):
        Overlay().edited("ma2023eureka", categories=["no/where"]).applied(catalogues.load())


def test_what_is_written_is_read_again(path):
    row = catalogues.load().by_id["ahn2022saycan"].table
    overlay = (
        Overlay().with_paper(replace(NEW, table=row)).edited("ma2023eureka", table=row, authors=("A", "B"))
    )
    overlays.write(path, overlay)
    assert overlays.read(path) == overlay


@given(
    title=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1).filter(str.strip),
    year=st.integers(1950, 2100),
    aliases=st.lists(st.text(min_size=1, max_size=9).filter(str.strip), max_size=3),
)
def test_any_text_survives_the_file(tmp_path_factory, title, year, aliases):
    path = tmp_path_factory.mktemp("any") / "overlay.json"
    overlay = Overlay().edited("ma2023eureka", title=title, year=year, aliases=aliases)
    overlays.write(path, overlay)
    assert overlays.read(path) == overlay


def test_undoing_brings_back_the_state_before_and_undoing_twice_changes_nothing(path):
    first, second = Overlay().with_paper(NEW), Overlay().edited("ma2023eureka", year=2020)
    overlays.write(path, first)
    overlays.write(path, second)
    assert overlays.restore(path) == (second, first)
    assert overlays.read(path) == first
    overlays.restore(path)
    assert overlays.read(path) == second


def test_the_first_change_can_be_undone_too(path):
    overlays.write(path, Overlay().with_paper(NEW))
    overlays.restore(path)
    assert overlays.read(path) == Overlay()


def test_a_damaged_overlay_can_be_undone(path):
    overlays.write(path, Overlay().with_paper(NEW))
    overlays.write(path, Overlay())
    path.write_text("{")
    overlays.restore(path)
    assert overlays.read(path) == Overlay().with_paper(NEW)


def test_nothing_to_undo_is_said(path):
    with pytest.raises(WrongUse, match="nothing to undo"):
        overlays.restore(path)


def test_a_failed_write_leaves_what_was_there(path, monkeypatch):
    overlays.write(path, Overlay().with_paper(NEW))
    monkeypatch.setattr(
        overlays.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(StorageFailed, match="No space left"):
        overlays.write(path, Overlay())
    assert overlays.read(path) == Overlay().with_paper(NEW)
    assert not list(path.parent.glob("*.part"))


def test_a_change_that_changes_nothing_keeps_the_backup(path):
    overlays.write(path, Overlay().with_paper(NEW))
    overlays.change(path, lambda overlay: overlay)
    overlays.restore(path)
    assert overlays.read(path) == Overlay()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x00", "is not JSON"),
        (b"[]", "the whole file"),
        (b"{}", "'version'"),
        (b'{"version": 1, "paper": []}', "'paper'"),
        (b'{"version": 1, "papers": [{"id": "x2020y", "title": 3}]}', "'title'"),
        (b'{"version": 1, "papers": [{"id": "../x", "title": "T", "categories": ["c"]}]}', "'id'"),
        (b'{"version": 1, "papers": [{"id": "x2020y", "title": "T"}]}', "'categories'"),
        (b'{"version": 1, "papers": [{"id": "x2020y", "title": "T", "colour": "red"}]}', "'colour'"),
        (b'{"version": 1, "edits": {"ma2023eureka": {"year": "soon"}}}', "ma2023eureka, field 'year'"),
        (b'{"version": 1, "edits": {"ma2023eureka": {"id": "x"}}}', "ma2023eureka, field 'id'"),
        (b'{"version": 1, "edits": {"ma2023eureka": null}}', "'ma2023eureka'"),
    ],
)
def test_a_damaged_file_is_named_with_the_record_the_field_and_the_remedy(path, data, said):
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(BadCatalogue, match=r"overlay\.json") as error:
        overlays.read(path)
    assert said in str(error.value)
    assert "duality doctor --mend" in str(error.value)
    assert "reinstall" not in str(error.value)


def test_the_file_is_plain_json_that_a_user_can_read(path):
    overlays.write(path, Overlay().edited("ma2023eureka", categories=[VLM]))
    assert json.loads(path.read_text("utf-8"))["edits"] == {"ma2023eureka": {"categories": [VLM]}}
