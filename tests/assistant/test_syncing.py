"""`duality corpus sync` as a user meets it, and the overlay in the workspace."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli.listing import papers
from assistant.cli.syncing import sync
from assistant.settings import Home, load
from assistant.workspace import Workspace
from corpus import overlay as overlays
from corpus.errors import BadCatalogue, UnreadableDocument, WrongUse
from corpus.overlay import Overlay
from tests.corpus.survey_repository import repository
from tests.indexes import workspace

PLANNING = "##### 3.LLMs for planning"
NEW = "- (2025)! GenFoo: An Invented Title [[paper]](https://arxiv.org/abs/2508.99999)"


def run(*arguments: object, **how: object) -> Result:
    return CliRunner().invoke(sync, [str(argument) for argument in arguments], **how)


def listed() -> list[str]:
    return [paper["id"] for paper in json.loads(CliRunner().invoke(papers, ["--json"]).stdout)]


@pytest.fixture
def same(tmp_path: Path) -> Path:
    return repository().folder(tmp_path / "same")


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    survey = repository()
    survey.sections[PLANNING] += [survey.remove("Eureka: Human"), NEW, "- !  [[paper]]()"]
    survey.row("ahn2022can")["base_model"] = "GPT-9"
    return survey.folder(tmp_path / "newer")


def test_the_unchanged_repository_shows_no_differences_but_what_is_kept_corrected(same):
    shown = run(same)
    assert shown.exit_code == 0
    assert "166 entries and 93 table rows" in shown.stdout
    assert "Kept corrected (51)" in shown.stdout
    assert "The catalogue is true to its source" in shown.stdout
    for heading in ("New papers", "Moved", "Changed", "Not understood", "--apply"):
        assert heading not in shown.stdout


def test_a_difference_is_shown_and_nothing_is_changed(newer):
    shown = run(newer).stdout
    assert "+ GenFoo: An Invented Title  genfoo2025arxiv" in shown
    assert "~ Eureka: Human-Level Reward Design via Coding Large Language Models  ma2023eureka" in shown
    assert "- base_model: GPT-3, FLAN and LAMBDA\n    + base_model: GPT-9" in shown
    assert "? README.md, line" in shown
    assert "add --apply" in shown
    assert shown.index("Kept corrected") < shown.index("New papers") < shown.index("add --apply")
    assert not Home.find().overlay.exists()


def test_applied_changes_are_in_the_list_and_undone_again(newer):
    assert "--undo" in run(newer, "--apply", "--yes").stdout
    assert "genfoo2025arxiv" in listed()
    shown = CliRunner().invoke(papers, ["show", "GenFoo"]).stdout
    assert "Authors: not known" in shown
    assert "LLMs for planning" in CliRunner().invoke(papers, ["show", "ma2023eureka"]).stdout
    assert "GPT-9" in CliRunner().invoke(papers, ["show", "SayCan"]).stdout
    assert "The catalogue is true to its source" in run(newer).stdout
    assert "genfoo2025arxiv" in run("--undo").stdout
    assert "genfoo2025arxiv" not in listed()


def test_on_a_terminal_it_asks_and_no_means_no(newer, monkeypatch):
    monkeypatch.setattr("assistant.cli.syncing._on_terminal", lambda: True)
    refused = run(newer, "--apply", input="n\n")
    assert "Apply 3 changes" in refused.stdout
    assert "Nothing was applied." in refused.stdout
    assert not Home.find().overlay.exists()
    run(newer, "--apply", input="y\n")
    assert "genfoo2025arxiv" in listed()


def test_json_holds_everything(newer):
    data = json.loads(run(newer, "--json").stdout)
    assert {(c["kind"], c["paper_id"], c["applies"]) for c in data["changes"]} == {
        ("new", "genfoo2025arxiv", True),
        ("moved", "ma2023eureka", True),
        ("table", "ahn2022saycan", True),
    }
    assert len(data["kept"]) == 51
    assert data["not_understood"][0]["file"] == "README.md"
    assert (data["entries"], data["rows"], data["applied"]) == (167, 93, 0)
    assert json.loads(run(newer, "--json", "--apply").stdout)["applied"] == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Say what to compare with"),
        (("no-such-folder",), "There is no file or folder"),
        (("--undo", "x"), "--undo stands alone"),
        (("x", "--yes"), "give --apply"),
        (("--undo",), "nothing to undo"),
        (("ftp://x.org/a.zip",), "http or https"),
    ],
)
def test_wrong_use_is_one_line(arguments, said):
    error = run(*arguments).exception
    assert isinstance(error, WrongUse)
    assert said in str(error)
    assert "\n" not in str(error)


def test_a_damaged_archive_changes_nothing(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and then nothing PK\x05\x06" + b"\0" * 18)
    assert isinstance(run(tmp_path / "a.zip", "--apply", "--yes").exception, (UnreadableDocument, WrongUse))
    assert not Home.find().overlay.exists()


def test_a_damaged_overlay_is_named_and_undo_mends_it(newer):
    run(newer, "--apply", "--yes")
    run("--undo")
    Home.find().overlay.write_text("{")
    error = run(newer).exception
    assert isinstance(error, BadCatalogue)
    assert "doctor --mend" in str(error)
    assert "genfoo2025arxiv" in run("--undo").stdout
    assert "genfoo2025arxiv" in listed()


def test_an_open_workspace_sees_the_overlay_change():
    home = Home.find()
    with Workspace(load(home=home), home) as opened:
        assert opened.catalogue.paper("Eureka").year == 2023
        overlays.write(home.overlay, Overlay().edited("ma2023eureka", year=2024))
        assert opened.catalogue.paper("Eureka").year == 2024
        assert opened.curated_catalogue is opened.curated_catalogue
        overlays.restore(home.overlay)
        assert opened.catalogue.paper("Eureka").year == 2023


def test_the_index_gets_the_overlays_papers_and_loses_them_again(home):
    row = {"framework": "GenFoo", "taxonomy_label": "LLM", "taxonomy_slugs": [], "base_model": None}
    row |= {"code_available": None, "dataset": None, "modules": "Invented", "setting": "Simulation"}
    row |= {
        "source_table": "T",
        "table_category": "generative-tools-for-rl/base-model/llm",
        "upstream_key": "k",
    }
    with workspace(home) as opened:
        assert opened.catalogue.own  # the user's own papers stay beside the overlay's
        overlays.write(opened.home.overlay, Overlay().edited("ada2023srdp", table=row))
        assert opened.index_catalogue().indexed
        assert "GenFoo" in opened.search()("GenFoo Invented", 1, sources=("table",))[0].passage.text
        overlays.restore(opened.home.overlay)
        opened.index_catalogue()
        hits = opened.search()("GenFoo Invented", 5, sources=("table",))
        assert not any("GenFoo" in hit.passage.text for hit in hits)
        assert opened.catalogue.own
