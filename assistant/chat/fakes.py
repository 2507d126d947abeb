"""A chat model that says what it is told to, for tests of anything that takes a chat model."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field, PrivateAttr

from corpus.errors import ModelNotAvailable

_WORD = re.compile(r"\S+\s*|\s+")


class ScriptedChat(BaseChatModel):
    """Replies from a list, in order, streamed word by word; what it was asked is kept in `prompts`.

    Where it is asked several things at once, `replies` is a function that answers the last message's text.

        chat = ScriptedChat(replies=["It costs USD 240. [1]"])
        chat.invoke("What does it cost?").text
        chat.prompts[0][-1].text  # "What does it cost?"

    With `dies_after` it raises ModelNotAvailable after so many words, as a model that crashes in mid-answer; with
    `stalls_after` it falls silent until `go_on()` is called, as one that hangs. A function given
    to a call as `cancelled` ends the reply when it returns true.
    """

    replies: Sequence[str] | Callable[[str], str]
    dies_after: int | None = Field(default=None, ge=0)
    stalls_after: int | None = Field(default=None, ge=0)

    _prompts: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _options: list[dict[str, Any]] = PrivateAttr(default_factory=list)
    _released: threading.Event = PrivateAttr(default_factory=threading.Event)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    @property
    def prompts(self) -> list[list[BaseMessage]]:
        """The messages of every call so far."""
        return self._prompts

    @property
    def options(self) -> list[dict[str, Any]]:
        """The keyword arguments of every call so far, such as `grammar`; `stop` is among them if given."""
        return self._options

    def go_on(self) -> None:
        """End a stall, now and in later replies."""
        self._released.set()

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        cancelled: Callable[[], bool] | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        turn = len(self._prompts)
        self._prompts.append(list(messages))
        self._options.append({**kwargs, **({"stop": stop} if stop else {})})
        words = _WORD.findall(self._reply(turn, messages))
        for said, word in enumerate(words):
            self._misbehave(said, cancelled)
            if cancelled and cancelled():
                return
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=word))
            if run_manager:
                run_manager.on_llm_new_token(word, chunk=chunk)
            yield chunk
        self._misbehave(len(words), cancelled)
        asked = sum(len(message.text.split()) for message in messages)
        usage = UsageMetadata(input_tokens=asked, output_tokens=len(words), total_tokens=asked + len(words))
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                usage_metadata=usage,
                response_metadata={"model_name": "scripted", "finish_reason": "stop"},
                chunk_position="last",
            )
        )

    def _reply(self, turn: int, messages: list[BaseMessage]) -> str:
        if callable(self.replies):
            return self.replies(str(messages[-1].text))
        if turn >= len(self.replies):
            raise AssertionError(f"ScriptedChat has {len(self.replies)} replies and was asked once more")
        return self.replies[turn]

    def _misbehave(self, said: int, cancelled: Callable[[], bool] | None) -> None:
        if self.dies_after == said:
            raise ModelNotAvailable("The scripted model died in mid-answer.")
        if self.stalls_after == said:
            while not self._released.wait(0.02) and not (cancelled and cancelled()):
                pass
