"""The road from question to answer as a LangChain runnable, for chains and tracing of one's own.

answer = workspace.runnable().invoke("How does Eureka write rewards?", config={"callbacks": [tracer]})

One question is one tree of runs: the search and every call of a chat model are children of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant.answer import Answer
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
            text, history = question, ()
            if isinstance(question, dict):
                text, history = question.get("question", ""), question.get("history", ())
            yield from self.chain.stream(str(text), history)

    def _answered(self, question: Question) -> Answer:
        for event in self._events(iter([question])):
            if isinstance(event, Answer):
                return event
        raise DualityError("The answer was stopped before it was complete.")
