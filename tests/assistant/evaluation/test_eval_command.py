"""`duality eval` as a user meets it, on a small index with a scripted model."""

import io
import json
import sys

import pytest

from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.cli import main
from assistant.evaluation import running
from index.embedders import HashingEmbedder
from tests.indexes import LMA3, OCTO

COSTS = {
    "id": "cost", "kind": "lookup", "question": "What does a given seed of LMA3 cost?", "papers": [LMA3],
    "gold": [{"paper": LMA3, "page": 1, "quote": "costs about USD 240"}], "must_contain": [["240"]],
}  # fmt: skip
HOURS = {
    "id": "hours", "kind": "lookup", "question": "How many hours did training the larger Octo model take?",
    "papers": [OCTO], "gold": [{"paper": OCTO, "page": 1, "quote": "took 14 hours"}], "must_contain": [["14"]],
}  # fmt: skip
NOWHERE = {
    "id": "nowhere", "kind": "unanswerable", "question": "What score does LMA3 reach on AntMaze?",
    "papers": [], "gold": [], "must_contain": [],
}  # fmt: skip


@pytest.fixture
def duality(monkeypatch, capsys, filled_home):
    """Runs `duality eval` in this process over the filled home: exit code, standard output, standard error."""
    monkeypatch.setattr("assistant.workspace.embedder_of", lambda *_: HashingEmbedder())
    monkeypatch.setenv("DUALITY_HOME", str(filled_home))

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["duality", "eval", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return stopped.value.code, out, err

    return run


@pytest.fixture
def questions(tmp_path):
    return written(tmp_path / "dev.jsonl", COSTS, HOURS, NOWHERE)


def written(path, *entries):
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), "utf-8")
    return path


def scripted(monkeypatch, *replies):
    chat = ScriptedChat(replies=replies)
    chosen = ChosenModel("scripted", "remote", chat, 6_000, "a test")
    monkeypatch.setattr("assistant.chat.models.resolve", lambda *_: chosen)
    return chat


def row(result, kind, **wanted):
    (found,) = [
        r for r in result["summary"] if r["kind"] == kind and all(r[k] == v for k, v in wanted.items())
    ]
    return found["figures"]


def test_the_search_is_measured_step_by_step_without_a_model(duality, questions, tmp_path):
    out = tmp_path / "r.json"
    code, said, _ = duality(questions, "--retrieval-only", "--out", out)
    assert code == 0
    result = json.loads(out.read_text())
    assert [r["name"] for r in result["summary"]] == ["dense", "keywords", "fused", "final"]
    final = row(result, "lookup", name="final")
    assert final["page_10"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 2, "of": 2.0}
    assert [r["answers"] for r in result["records"]] == [{}, {}, {}]
    assert [r["retrieval"] is None for r in result["records"]] == [False, False, True]
    assert "| final" in said
    assert "1.00 [1.00, 1.00]" in said
    assert "### Citations" not in said


def test_answers_are_measured_with_refusals_and_facts(duality, questions, tmp_path):
    out = tmp_path / "r.json"
    code, said, _ = duality(questions, "--model", "extractive", "--out", out)
    assert code == 0
    result = json.loads(out.read_text())
    every = row(result, "all", name="extractive")
    assert every["facts"]["value"] == 1.0
    assert every["refusal_recall"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1, "of": 1.0}
    assert every["false_refusals"]["value"] == 0.0
    assert every["page_accuracy"]["value"] == 1.0
    assert (every["recall"]["value"], every["precision"]["value"]) == (1.0, 1.0)
    assert "not on its page: 0; unknown ids shown: 0" in said
    assert (result["complete"], result["version"], result["models"]) == (True, 1, ["extractive"])


def test_the_plain_chain_stands_beside_the_checked_one(duality, questions, tmp_path, monkeypatch):
    found = "LMA3 costs about USD 240 a seed. [1] It was trained on 999 moons. [1][88]"
    chat = scripted(monkeypatch, *[found] * 12)
    out = tmp_path / "r.json"
    code, said, _ = duality(written(tmp_path / "one.jsonl", COSTS, NOWHERE), "--plain", "--out", out)
    assert code == 0
    result = json.loads(out.read_text())
    cost, nowhere = (r["answers"]["scripted"] for r in result["records"])
    assert cost["plain"]["answer"].startswith("LMA3 costs about USD 240 a seed")
    assert cost["plain"]["unknown_ids"] == 1
    assert cost["checked"]["unknown_ids"] == 0
    assert nowhere["checked"]["refused"]
    assert not nowhere["plain"]["refused"]  # asked again, with the checks off
    assert nowhere["plain"]["claims"]
    assert len(chat.prompts) >= 2
    assert {r["chain"] for r in result["summary"] if r["what"] == "answers"} == {"plain", "checked"}
    assert "### Checked against plain" in said
    refused = [r for r in result["plain_against_checked"] if r["figure"] == "refused" and r["kind"] == "all"]
    assert [(r["old"], r["new"], r["only_new"]) for r in refused] == [(0.0, 0.5, 1)]


def test_a_model_that_fails_is_seen_to_have_failed(duality, tmp_path, monkeypatch):
    chat = scripted(monkeypatch, "x", "y")
    chat.dies_after = 0
    code, said, _ = duality(written(tmp_path / "one.jsonl", COSTS), "--plain", "--out", tmp_path / "r.json")
    assert code == 0
    (record,) = json.loads((tmp_path / "r.json").read_text())["records"]
    assert record["answers"]["scripted"]["checked"]["fell_back"]
    assert not record["answers"]["scripted"]["plain"]["facts"]
    assert "scripted, fell back in 1 of 1 answers: The scripted model died in mid-answer." in said


def test_two_runs_are_compared_by_id_and_missing_ones_are_named(duality, questions, tmp_path):
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    duality(questions, "--model", "extractive", "--out", old)
    other = written(tmp_path / "other.jsonl", COSTS, {**HOURS, "id": "hours2"}, NOWHERE)
    code, said, _ = duality(other, "--model", "extractive", "--out", new, "--compare", old)
    assert code == 0
    compared = json.loads(new.read_text())["compared"]
    assert (compared["with"], compared["only_old"], compared["only_new"]) == (
        "old.json",
        ["hours"],
        ["hours2"],
    )
    (facts,) = [r for r in compared["rows"] if r["figure"] == "facts" and r["kind"] == "all"]
    assert (facts["n"], facts["old"], facts["new"], facts["p"], facts["test"]) == (
        1,
        1.0,
        1.0,
        1.0,
        "mcnemar",
    )
    assert "Only in the old run: hours." in said
    assert "Only in this run: hours2." in said


def test_a_stopped_run_prints_what_there_is_and_is_gone_on_with(duality, questions, tmp_path, monkeypatch):
    out = tmp_path / "r.json"
    whole = running.Measuring.record

    def stopping(self, question):
        if question.id == "hours":
            raise KeyboardInterrupt
        return whole(self, question)

    monkeypatch.setattr(running.Measuring, "record", stopping)
    code, said, err = duality(questions, "--model", "extractive", "--out", out)
    assert code == 130
    assert "Stopped early" in said
    assert "Stopped after 1 of 3" in err
    assert json.loads(out.read_text())["complete"] is False
    asked = []

    def noting(self, question):
        asked.append(question.id)
        return whole(self, question)

    monkeypatch.setattr(running.Measuring, "record", noting)
    with (tmp_path / "r.jsonl").open("a") as file:
        file.write('{"id": "hours", "ki')  # killed in the middle of a line
    assert duality(questions, "--model", "extractive", "--out", out, "--resume")[0] == 0
    assert asked == ["hours", "nowhere"]
    result = json.loads(out.read_text())
    assert (result["complete"], [r["id"] for r in result["records"]]) == (True, ["cost", "hours", "nowhere"])
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == 4  # what was run, and three records


def test_a_question_that_changed_is_asked_again(duality, questions, tmp_path, monkeypatch):
    out = tmp_path / "r.json"
    duality(questions, "--retrieval-only", "--out", out)
    written(questions, COSTS, {**HOURS, "must_contain": [["15"]]}, NOWHERE)
    asked = []
    whole = running.Measuring.record
    monkeypatch.setattr(running.Measuring, "record", lambda self, q: (asked.append(q.id), whole(self, q))[1])
    assert duality(questions, "--retrieval-only", "--out", out, "--resume")[0] == 0
    assert asked == ["hours"]


def test_records_of_another_run_are_refused_and_an_old_run_is_kept(duality, questions, tmp_path):
    out = tmp_path / "r.json"
    duality(questions, "--retrieval-only", "--out", out)
    before = (tmp_path / "r.jsonl").read_text()
    code, _, err = duality(questions, "--model", "extractive", "--out", out, "--resume")
    assert (code, err.count("\n")) == (2, 1)
    assert "another run (models)" in err
    assert (tmp_path / "r.jsonl").read_text() == before
    assert duality(questions, "--model", "extractive", "--out", out)[0] == 0
    assert (tmp_path / "r.jsonl.old").read_text() == before


def test_the_tables_are_put_between_the_markers_and_the_rest_stays(duality, questions, tmp_path):
    page = tmp_path / "quality.md"
    page.write_text("# Before\n\n<!-- eval:begin -->\nold\n<!-- eval:end -->\n\nafter\n")
    assert duality(questions, "--retrieval-only", "--markdown", page)[0] == 0
    first = page.read_text()
    assert first.startswith("# Before\n\n<!-- eval:begin -->\n\n`duality eval dev.jsonl --retrieval-only")
    assert first.endswith("<!-- eval:end -->\n\nafter\n")
    assert "old" not in first.split("### Search")[0]
    assert str(tmp_path) not in first
    assert duality(questions, "--retrieval-only", "--markdown", page)[0] == 0
    assert page.read_text().count("### Search") == 1


@pytest.mark.parametrize("text", ["", "<!-- eval:begin -->", "<!-- eval:end --> <!-- eval:begin -->"])
def test_a_page_without_markers_is_told_before_anything_is_asked(
    duality, questions, tmp_path, text, monkeypatch
):
    monkeypatch.setattr(running.Measuring, "record", lambda *_: pytest.fail("asked"))
    page = tmp_path / "quality.md"
    page.write_text(text)
    code, _, err = duality(questions, "--markdown", page)
    assert (code, page.read_text()) == (2, text)
    assert "<!-- eval:begin -->" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--retrieval-only", "--plain"], "leave --model and --plain out"),
        (["--resume"], "--out"),
        (["--out", "no such folder/r.json"], "There is no folder no such folder"),
        (["--kind", "lokup"], "lokup"),
        (["--kind", "compare"], "No question is left"),
        (["--model", "extractiv"], "extractive"),
        (["--model", "extractive", "--model", "extractive"], "named twice"),
    ],
)
def test_wrong_use_ends_with_2(duality, questions, arguments, says):
    code, out, err = duality(questions, *arguments)
    assert (code, out) == (2, "")
    assert says in err


def test_a_wrong_line_is_named_with_file_and_number(duality, tmp_path):
    path = written(tmp_path / "q.jsonl", COSTS, {**HOURS, "papers": ["octopus2024"]})
    code, out, err = duality(path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{path}:2: there is no paper 'octopus2024'" in err


@pytest.mark.parametrize("text", ["nonsense", "[]", '{"version": 1}', '{"version": 99, "records": []}'])
def test_what_is_no_result_cannot_be_compared_with(duality, questions, tmp_path, text):
    old = tmp_path / "old.json"
    old.write_text(text)
    code, _, err = duality(questions, "--retrieval-only", "--compare", old)
    assert (code, err.count("\n")) == (2, 1)
    assert "old.json" in err
