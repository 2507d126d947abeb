"""The road as a LangChain runnable: what somebody else's tracing sees of a question."""

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from assistant.answer import Answer
from assistant.chain import AnswerChain, Checks, Consulted
from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.runnable import AnswerRunnable
from assistant.support.judge import Judge
from corpus.errors import WrongUse
from tests.assistant.judges import Sure
from tests.indexes import COST, LMA3, build, paper, search

QUESTION = "What does a given seed of LMA3 cost?"


class Tree(BaseCallbackHandler):
    """Keeps each run's kind and its parent."""

    def __init__(self):
        self.runs, self.found, self.errors = {}, [], []

    def on_chain_start(self, serialized, inputs, *, run_id, parent_run_id=None, **_):
        self.runs[run_id] = ("chain", parent_run_id)

    def on_retriever_start(self, serialized, query, *, run_id, parent_run_id=None, **_):
        self.runs[run_id] = ("retriever", parent_run_id)

    def on_retriever_end(self, documents, **_):
        self.found += [document.metadata["paper_id"] for document in documents]

    def on_chat_model_start(self, serialized, messages, *, run_id, parent_run_id=None, **_):
        self.runs[run_id] = ("model", parent_run_id)

    def on_chain_error(self, error, **_):
        self.errors.append(error)


@pytest.fixture(scope="module")
def runnable(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runnable")
    build(folder / "index", paper(folder / f"{LMA3}.pdf", COST))
    opened = search(folder / "index")
    chat = ScriptedChat(replies=lambda _text: "One seed costs about USD 240. [1]")
    yield AnswerRunnable(
        AnswerChain(opened, ChosenModel("scripted", "remote", chat, 4000, ""), Checks(judge=Judge(Sure())))
    )
    opened.close()


@pytest.mark.parametrize("how", ["invoke", "stream"])
def test_one_question_is_one_tree_with_the_search_and_the_model_below_it(runnable, how):
    tree = Tree()
    if how == "invoke":
        answer = runnable.invoke(QUESTION, config={"callbacks": [tree]})
    else:
        first, *_, answer = runnable.stream(QUESTION, config={"callbacks": [tree]})
        assert isinstance(first, Consulted)
    assert isinstance(answer, Answer)
    assert "240" in answer.text
    (root,) = [run for run, (_, parent) in tree.runs.items() if parent is None]
    assert sorted(kind for kind, parent in tree.runs.values() if parent == root) == ["model", "retriever"]
    assert len(tree.runs) == 3
    assert LMA3 in tree.found


def test_a_conversation_before_it_is_given_with_the_question(runnable):
    chat = runnable.chain.model.chat
    runnable.invoke({"question": "And how long does it take?", "history": [(QUESTION, "About 17 dollars.")]})
    assert "About 17 dollars." in chat.prompts[-2][-1].text  # what makes the question stand alone


def test_its_errors_are_those_of_the_road(runnable):
    tree = Tree()
    with pytest.raises(WrongUse):
        runnable.invoke("", config={"callbacks": [tree]})
    assert [type(error) for error in tree.errors] == [WrongUse]
