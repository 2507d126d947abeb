import pytest

from assistant.answer import Answer
from assistant.cli import main
from assistant.comparison.comparison import Comparison
from assistant.reply import replies
from assistant.summaries.summary import Summary
from index.embedders import HashingEmbedder
from tests.indexes import workspace


def last(home, text, **options):
    with workspace(home) as opened:
        *_, end = replies(opened, text, model="extractive", **options)
    return end


def test_the_reply_is_what_the_sentence_asks_for(filled_home):
    compared = last(filled_home, "How does LMA3 differ from Octo?")
    assert isinstance(compared, Comparison)
    assert [approach.name for approach in compared.approaches] == ["LMA3", "Octo"]
    assert compared.complete
    summary = last(filled_home, "summarise LMA3 in one line")
    assert isinstance(summary, Summary)
    assert summary.length == "line"
    assert isinstance(last(filled_home, "What does it cost to run one seed of LMA3?"), Answer)


def test_a_comparison_with_what_is_not_there_is_answered_and_says_so(filled_home):
    answer = last(filled_home, "compare LMA3 and Kuzzlewump")
    assert isinstance(answer, Answer)
    assert "no paper or category 'Kuzzlewump'" in answer.notes[0]


@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        (["compare LMA3 and Octo"], "# LMA3 vs Octo"),
        (["--json", "summarise LMA3 in one line"], '{\n  "subject": "LMA3"'),
    ],
)
def test_the_command_line_prints_what_was_asked_for(filled_home, monkeypatch, capsys, arguments, begins):
    monkeypatch.setenv("DUALITY_HOME", str(filled_home))
    monkeypatch.setattr("assistant.workspace.Workspace.embedder", HashingEmbedder())
    monkeypatch.setattr("sys.argv", ["duality", "ask", "--model", "extractive", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith(begins)
