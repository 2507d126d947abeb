"""The road from question to answer as a LangChain runnable, for chains and tracing of one's own.

answer = workspace.runnable().invoke("How does Eureka write rewards?", config={"callbacks": [tracer]})

One question is one tree of runs: the search and every call of a chat model are children of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableConfig

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.answer import Answer
    from assistant.asking.context import Turn
    from assistant.chain import AnswerChain, Event

Question = str | dict[str, Any]
"""The question, or {"question": str, "history": [(question, answer), …]}."""


class AnswerRunnable(Runnable[Question, Any]):
    """Answers questions: `invoke` gives the Answer, `stream` the evidence, the answer as it grows, and the Answer.

    Args:
        chain: What answers. Its errors are raised as they are.
    """

    def __init__(self, chain: AnswerChain) -> None:
        self.chain = chain
        chain.traced = True

    def invoke(self, input: Question, config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: A002 - LangChain's name
        """The whole answer."""
        answer: Answer = self._call_with_config(self._answered, input, config, run_type="chain")
        return answer

    def stream(self, input: Question, config: RunnableConfig | None = None, **_: Any) -> Iterator[Event]:  # noqa: A002 - LangChain's name
        """Consulted, Writing…, Answer."""
        yield from self._transform_stream_with_config(iter([input]), self._events, config, run_type="chain")

    def _events(self, given: Iterator[Question]) -> Iterator[Event]:
        for question in given:
            yield from self.chain.stream(*_read(question))

    def _answered(self, question: Question) -> Answer:
        return self.chain.answer(*_read(question))


def _read(question: Question) -> tuple[str, Sequence[Turn]]:
    if isinstance(question, dict):
        return str(question.get("question", "")), question.get("history", ())
    return question, ()
