"""A model that says nothing or comes to no end: the user has quotes and the reason, soon, whatever was asked of it."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from assistant.chain import AnswerChain, Checks
from assistant.chat.fakes import ScriptedChat
from assistant.chat.listening import ModelSilent, Reply
from assistant.chat.models import ChosenModel, resolve
from assistant.cli import main
from assistant.comparison.making import ComparisonChain
from assistant.settings import Home, load
from assistant.summaries.subject import resolved
from assistant.summaries.summarizer import Summarizer
from assistant.support.judge import Judge
from assistant.support.large import LargeScorer
from tests import pdfs
from tests.assistant.talkers import ENDLESS, HABITS, SILENT, talking
from tests.indexes import LMA3, OCTO, build, few, search

SILENCE = 0.4  # seconds; a real wait, so short
SOON = 120  # seconds: no measure, only an end to a test that would wait for ever
QUESTION = "What does a seed of LMA3 cost?"
COST = "We present LMA3. A seed of our agent LMA3 runs for ten thousand episodes and costs about USD 240 in total."
KEPT = "A seed of our agent LMA3 runs for ten thousand episodes and costs about USD 240 in total"
LIMIT = "A limitation of our method is that it cannot express fine motion in words."
APPROACH = "We propose an agent that invents goals of its own and learns to reach all of them in a kitchen."


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    home = tmp_path_factory.mktemp("endless")
    paths = [
        pdfs.simple_paper(
            home / f"{paper.id}.pdf",
            title=paper.title,
            sections={"1 Introduction": f"{APPROACH} {COST}", "2 Limits": LIMIT},
        )
        for paper in few(LMA3, OCTO).papers
    ]
    build(home / "index", *paths, catalogue=few(LMA3, OCTO))
    return search(home / "index", few(LMA3, OCTO))


def model(address: str, **set_: object) -> ChosenModel:
    chosen = load(
        {"model": "m", "base_url": address, "silence_seconds": SILENCE, "max_answer_tokens": 32, **set_},
        home=Home(Path("nowhere")),
        environ={},
    )
    return resolve(chosen, Home(Path("nowhere")))


def reason(habit: str) -> str:
    return "said nothing for 0.4 seconds" if habit in SILENT else "was cut"


@pytest.mark.parametrize("habit", HABITS)
def test_an_answer_is_quoted_instead_and_says_why(library, habit):
    with talking(habit) as (address, asked):
        answer = AnswerChain(library, model(address), Checks(refuse=False)).answer(QUESTION)
    assert asked
    assert any("USD 240" in claim.text and claim.citations for claim in answer.claims)
    assert [note for note in answer.notes if reason(habit) in note]


def test_a_follow_up_is_answered_with_quotes_after_one_silence_not_two(library):
    with talking("comments") as (address, asked):
        history = [("What is LMA3?", "An agent that invents goals.")]
        answer = AnswerChain(library, model(address), Checks(refuse=False)).answer(
            "And what does it cost?", history
        )
    assert len(asked) == 1
    assert answer.claims
    assert [note for note in answer.notes if "said nothing" in note]


@pytest.mark.parametrize("habit", HABITS)
def test_a_comparison_keeps_its_table_and_says_why(library, habit):
    with talking(habit) as (address, _):
        done = ComparisonChain(library, model(address)).compare([LMA3, OCTO], ["approach", "limitations"])
    assert done.complete
    assert done.summary
    assert [note for note in done.notes if reason(habit) in note]


@pytest.mark.parametrize("habit", HABITS)
def test_a_summary_is_quoted_instead_and_says_why(library, habit):
    with talking(habit) as (address, _):
        done = Summarizer(library, model(address)).summary(resolved(LMA3, library.catalogue), "paragraph")
    assert any("“" in claim.text for section in done.sections for claim in section.claims)
    assert [note for note in done.notes if reason(habit) in note]


def test_a_silent_judge_leaves_it_to_the_words(library):
    scripted = ChosenModel(
        "scripted", "remote", ScriptedChat(replies=lambda _: "It costs about USD 240 in total. [1]"), 6000, ""
    )
    with talking("headers alone") as (address, asked):
        judging = model(address)
        answer = AnswerChain(library, scripted, Checks(judge=Judge(LargeScorer(judging)))).answer(QUESTION)
    assert len(asked) <= 1
    assert answer.claims


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("task", ["ask", "compare", "summarise", "follow-up"])
def test_a_stop_ends_it_at_once(library, habit, task):
    cancelled = threading.Event()
    with talking(habit) as (address, asked):
        chosen = model(address, silence_seconds=60, max_answer_tokens=32_000)
        streams = {
            "ask": lambda: AnswerChain(library, chosen).stream(QUESTION, cancelled=cancelled),
            "follow-up": lambda: AnswerChain(library, chosen).stream(
                "And what does it cost?", [("What is LMA3?", "An agent.")], cancelled=cancelled
            ),
            "compare": lambda: ComparisonChain(library, chosen).stream(
                [LMA3, OCTO], ["limitations"], cancelled=cancelled
            ),
            "summarise": lambda: Summarizer(library, chosen).stream(
                resolved(LMA3, library.catalogue), "line", cancelled
            ),
        }
        ended = threading.Event()

        def run() -> None:
            for _ in streams[task]():
                pass
            ended.set()

        threading.Thread(target=run, daemon=True).start()
        began = time.monotonic()
        while not asked and time.monotonic() - began < SOON:
            time.sleep(0.01)
        cancelled.set()
        assert ended.wait(SOON)


def test_words_that_came_before_the_end_are_kept_whole(library):
    said = json.dumps({"content": f"{KEPT} [1]. {KEPT} [1]. "})
    first = (
        b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m",'
        b'"choices":[{"index":0,"delta":' + said.encode() + b',"finish_reason":null}]}\n\n'
    )
    with talking("writes on", first) as (address, _):
        answer = AnswerChain(library, model(address), Checks()).answer(QUESTION)
    assert [claim.text for claim in answer.claims if claim.citations] == [f"{KEPT}."]
    assert not [claim for claim in answer.claims if "words upon words" in claim.text]


def test_silence_is_counted_from_the_last_word():
    chat = ScriptedChat(replies=["One two three."], stalls_after=2)
    reply = Reply(ChosenModel("scripted", "remote", chat, 6000, "", 0.2), [])
    heard = []
    with pytest.raises(ModelSilent, match=r"scripted said nothing for 0\.2 seconds"):
        heard += [piece.text for piece in reply]
    chat.go_on()
    assert chat.prompts


def test_a_host_is_not_read_any_further_once_the_reply_was_left():
    before = threading.enumerate()
    with talking(ENDLESS[0]) as (address, _):
        assert Reply(model(address), [("human", "?")]).whole()  # type: ignore[list-item]
        reading = [t for t in threading.enumerate() if t.name == "reply" and t not in before]
        for thread in reading:
            thread.join(SOON)
        assert not [thread for thread in reading if thread.is_alive()]


def test_the_command_line_ends_well_with_a_silent_model(library, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path))
    (tmp_path / "index").symlink_to(library.directory)
    monkeypatch.setattr("assistant.workspace.Workspace.embedder", library.embedder)
    monkeypatch.setattr("sys.argv", ["duality", "ask", QUESTION])
    with talking("headers alone") as (address, _):
        for name, value in {"MODEL": "m", "BASE_URL": address, "SILENCE_SECONDS": str(SILENCE)}.items():
            monkeypatch.setenv(f"DUALITY_{name}", value)
        with pytest.raises(SystemExit) as ended:
            main()
    out, err = capsys.readouterr()
    assert ended.value.code == 4  # what is printed is quotes
    assert "USD 240" in out
    assert "said nothing" in out + err
    assert "Traceback" not in out + err
