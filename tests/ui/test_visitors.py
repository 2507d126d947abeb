"""Many questions and many visitors, over gradio's own protocol: what is sent, what is kept, who waits."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import ui
from assistant.chain import AnswerChain, Checks
from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.page import chat as chats
from assistant.page import line as lines
from assistant.page import talk
from assistant.page.chat import Chat
from assistant.page.shelf import Shelf
from assistant.settings import Home, load
from assistant.workspace import Workspace
from bench.visitor import Heard, Visitor
from index.embedders import HashingEmbedder
from tests.ui.screens import SENTENCES, pdf, served

QUESTIONS = (
    "How does Eureka write reward functions?",
    "How do diffusion policies handle multimodal action distributions?",
    "How long was the zebra gripper trained to fold laundry?",
    "How are vision-language models used as rewards?",
    "Which papers use world models?",
)
# 150 words, of which some are in the papers and some are not.
ANSWER = " ".join(
    [f"{sentence} [1]" for sentence in SENTENCES]
    + [
        f"Policy {n} learns a reward from demonstrations and moves its gripper to the goal. [{n % 3 + 1}]"
        for n in range(9)
    ]
)


@contextmanager
def answering(workspace: Workspace, chat: ScriptedChat) -> Iterator[None]:
    """The workspace with a scripted model, until the block ends."""
    chosen = ChosenModel("scripted", "remote", chat, 420, "a test")
    chain = AnswerChain(workspace.search(), chosen, Checks(refuse=False))
    workspace.__dict__ |= {"model": lambda _name=None: chosen, "chain": lambda _name=None: chain}
    yield
    del workspace.__dict__["model"], workspace.__dict__["chain"]


def resident() -> float:
    """What the process holds, in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("visitors")
    home = Home(folder / "home")
    settings = load(
        {"model": "extractive", "fetch.pdfs": False, "fetch.weights": False}, home=home, environ={}
    )
    with Workspace(settings, home) as opened:
        opened.__dict__["embedder"] = HashingEmbedder()
        opened.index_pdfs([pdf(folder / "zebra.pdf", SENTENCES)])
        yield opened


@pytest.mark.timeout(400)
def test_two_hundred_questions_cost_no_more_each_than_the_first(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "PAUSE_SECONDS", 0.0)
    pages: list[Any] = []
    build = ui.build
    monkeypatch.setattr(
        ui, "build", lambda *given, **named: pages.append(build(*given, **named)) or pages[-1]
    )
    sent = []
    with served(workspace) as address, Visitor(address) as visitor:
        visitor.arrive()
        for number in range(200):
            if number == 20:
                warm = resident()
                kept = pages[0].state_holder.session_data[visitor.session].config_values
                components = len(kept)
            heard = visitor.ask(QUESTIONS[number % len(QUESTIONS)])
            assert f'data-turn="{number + 1}"' in "".join(heard.outputs["now"])
            sent.append(heard.received)
        assert resident() - warm < 60
        assert len(kept) == components, "gradio keeps the values of all answers"
        with Visitor(address, visitor.tab) as again:  # loaded again
            heard = again.arrive()
            assert heard.received < 60_000
            assert heard.outputs["past"].count('class="place"') == 199
            old = again.event("bridge", "older", {"turns": [3, 150, 999]}).outputs["fetched"]
            assert old.count("<article") == 2
            assert "Eureka" in old or "zebra" in old
        assert visitor.session not in pages[0].state_holder.session_data, "the page that was left is kept"
        with Visitor(address) as stranger:
            stranger.arrive()
            assert stranger.event("bridge", "older", {"turns": [3]}).outputs["fetched"] == ""
    assert max(sent) < 60_000


def test_a_written_answer_is_sent_as_it_grows_and_not_again(workspace: Workspace) -> None:
    chat = ScriptedChat(replies=lambda _: ANSWER)
    with answering(workspace, chat), served(workspace) as address, Visitor(address) as visitor:
        heard = visitor.ask(QUESTIONS[2])
    assert "Policy 8 learns" in drawn(heard)
    assert drawn(heard).count("<article") == 1
    assert heard.received < 60_000


def asked(address: str, question: str, heard: list[Heard]) -> threading.Thread:
    """A visitor of their own who asks, and is done when the thread is."""

    def work() -> None:
        with Visitor(address) as visitor:
            mine = Heard()
            heard.append(mine)
            for _ in visitor.following(mine, "question", "submit", data=[question, [], []]):
                pass

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(true: object) -> None:
    """Waits for something to become so."""
    assert callable(true)
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError


def drawn(heard: Heard) -> str:
    return "".join(heard.outputs.get("now") or "")


@pytest.mark.timeout(200)
def test_the_fifth_waits_and_is_told_how_long_and_the_one_too_many_keeps_the_question(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chats, "Line", lambda: lines.Line(waiting=2))
    chat = ScriptedChat(replies=lambda _: ANSWER, stalls_after=3)
    heard: list[Heard] = []
    with answering(workspace, chat), served(workspace) as address, ExitStack() as stack:
        threads = [asked(address, QUESTIONS[2], heard) for _ in range(4)]
        until(lambda: sum("Policy" in drawn(one) or "zebra" in drawn(one) for one in heard) == 4)
        threads += [asked(address, QUESTIONS[1], heard)]
        until(lambda: len(heard) == 5 and "Waiting: one answer before yours" in drawn(heard[4]))
        leaver = stack.enter_context(Visitor(address))
        mine = Heard()
        left = leaver.following(mine, "question", "submit", data=[QUESTIONS[2], [], []])
        until(lambda: "Waiting: two answers before yours" in drawn(next(left)))
        late = stack.enter_context(Visitor(address))
        refused = late.ask(QUESTIONS[3])
        assert "ask it again" in refused.outputs["told"]
        assert refused.outputs.get("question") is None, "what was typed stays in the box"
        left.close()  # the browser is closed; its place goes to the next

        def room() -> bool:
            with Visitor(address) as one:
                later = Heard()
                going = one.following(later, "question", "submit", data=[QUESTIONS[3], [], []])
                next(going)
                going.close()
                return "Waiting: two answers" in drawn(later)

        until(room)
        chat.go_on()
        for thread in threads:
            thread.join(60)
    assert all('class="meta"' in drawn(one) for one in heard)


def test_a_visitor_has_one_question_at_a_time(workspace: Workspace) -> None:
    model = ScriptedChat(replies=lambda _: ANSWER, stalls_after=3)
    with answering(workspace, model):
        chat = Chat(workspace, Shelf())
        writing = chat.ask(QUESTIONS[2], (), (), "one")
        next(writing)
        (second,) = chat.ask(QUESTIONS[0], (), (), "one")
        assert second.told.startswith("One question at a time")
        assert not second.taken
        assert next(chat.ask(QUESTIONS[0], (), (), "another")).taken
        model.go_on()
        assert list(writing)[-1].writing is False
        assert len(chat.talks.of("one").turns) == 1


def test_an_estimate_rests_on_the_answers_before() -> None:
    line = lines.Line(at_once=1, waiting=2)
    with line.place() as first:
        assert first.turn.is_set()
        assert line.before(first) == (0, 0.0)
    line._took.extend([20.0] * 9)
    with ExitStack() as stack:
        _, second, third = (stack.enter_context(line.place()) for _ in range(3))
        assert lines.waits(*line.before(second)) == "Waiting: one answer before yours, about 20 s"
        assert lines.waits(*line.before(third)) == "Waiting: two answers before yours, about 40 s"
        with pytest.raises(lines.Full) as full, line.place():
            pass
        assert "in about 20 s" in lines.too_many(full.value.seconds)
    assert not line._answered
    assert not line._line
