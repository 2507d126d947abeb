import io
import json
import sys

import pytest

from assistant.cli import main
from index.embedders import HashingEmbedder
from tests.assistant.summaries.conftest import APPROACH


@pytest.fixture
def duality(monkeypatch, capsys, summary_home):
    monkeypatch.setattr("assistant.workspace.embedder_of", lambda *_: HashingEmbedder())
    monkeypatch.setenv("DUALITY_HOME", str(summary_home))
    monkeypatch.setenv("DUALITY_MODEL", "extractive")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["duality", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return stopped.value.code, out, err

    return run


@pytest.mark.parametrize("command", ["summarize", "summarise"])
def test_a_paper_is_summarised_part_by_part(duality, command):
    code, out, err = duality(command, "eureka")
    assert code == 0
    assert out.index("Problem") < out.index("Approach") < out.index("Limits") < out.index("Rests on")
    assert out.count("\nResults\n") == 1
    assert APPROACH in out
    assert "Cites 6 of the paper's 6 main sections." in out
    assert "word for word" in err


def test_json_is_json(duality):
    code, out, _ = duality("summarize", "eureka", "--json", "--length", "paragraph")
    assert code == 0
    assert json.loads(out)["kind"] == "paper"


def test_markdown_goes_to_a_file(duality, tmp_path):
    code, out, err = duality(
        "summarize", "--category", "reward-signal", "--format", "markdown", "--out", tmp_path / "s.md"
    )
    text = (tmp_path / "s.md").read_text("utf-8")
    assert (code, out) == (0, "")
    assert "s.md" in err
    assert text.startswith("# Generative Tools for RL › Task › Reward Signal")
    assert "## Sources" in text
    assert "Rests on 26 of 26 papers" in text
    assert "[1–26]" in text


def test_a_category_prints_its_sections_once(duality):
    _, out, _ = duality("summarize", "--category", "reward-signal")
    assert out.count("\nOver the years\n") == 1
    assert out.count("What they share") == 1


def test_what_was_taken_is_said(duality):
    _, _, err = duality("summarize", "diffusion", "policy", "--length", "line")
    assert "taken as the category" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Nothing is named"),
        (("eurka",), "Did you mean"),
        (("eureka", "--topic", "x"), "one thing"),
        (("--category", "reward signl"), "no category"),
        (("--category", "primitive generator"), "nothing to summarise"),
        (("eureka", "--json", "--format", "markdown"), "exclude each other"),
        (("eureka", "--model", "nosuch"), "no chat model"),
        (("--topic", " "), "empty"),
    ],
)
def test_wrong_use_is_one_line(duality, arguments, told):
    code, out, err = duality("summarize", *arguments)
    assert code == 2
    assert out == ""
    assert told in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", [("summarize", "eureka"), ("compare", "eureka", "viper")])
def test_a_file_that_cannot_be_written_is_refused_before_the_work(duality, command):
    code, out, err = duality(*command, "--out", "nowhere/at/all.md")
    assert code == 8
    assert out == ""
    assert "no folder nowhere/at" in err
    assert err.count("\n") == 1
