"""The embedded chat model for LangChain: a GGUF file run in this process, without key, account or network."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from assistant.chat.llama import LlamaServer, opened
from corpus.errors import DualityError

_ROLES: Final = {"system": "system", "human": "user", "ai": "assistant"}
_FIRST_WORDS: Final = 20
"""Of the likeliest first words, how many are looked through for yes and no."""

_LEAST: Final = 1e-9
"""Probability of a word that is not among them."""

_log = logging.getLogger(__name__)


class EmbeddedChat(BaseChatModel):
    """A chat model from a GGUF file, streamed token by token.

    Loaded at the first question and shared by every `EmbeddedChat` of the process that names the same file; one
    answer is written at a time. Besides `stop`, a call or `bind` takes `grammar` (GBNF), `response_format` (a
    JSON schema, or OpenAI's wrapping of one), `max_tokens`, `temperature` and `cancelled`, a function that returns true
    when the model shall stop. Closing the stream stops it too. What was cut short has the
    finish reason "cancelled".

    Raises, when used: ModelNotAvailable, WrongUse for a prompt longer than `n_ctx`.
    """

    model_path: Path
    n_ctx: int = Field(default=4096, ge=512)
    threads: int | None = Field(default=None, ge=1)
    """None: the physical cores."""
    temperature: float = 0.0
    max_tokens: int = Field(default=320, ge=1)
    patience: float = Field(default=180.0, gt=0)
    """Seconds without a sign of life after which the model is given up."""

    @property
    def _llm_type(self) -> str:
        return "embedded"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.model_path.stem, "n_ctx": self.n_ctx}

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
        begun = time.monotonic()
        first: float | None = None
        last: dict[str, Any] = {}
        finish = "cancelled"
        body = self._body(messages, stop, kwargs)
        for event in self._server().stream(body, cancelled or _never, self.patience):
            last = event
            for choice in event.get("choices", ()):
                finish = choice.get("finish_reason") or finish
                if text := choice["delta"].get("content"):
                    first = first or time.monotonic()
                    chunk = ChatGenerationChunk(message=AIMessageChunk(content=text))
                    if run_manager:
                        run_manager.on_llm_new_token(text, chunk=chunk)
                    yield chunk
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                usage_metadata=_usage(last.get("usage")),
                response_metadata={
                    "model_name": self.model_path.stem,
                    "finish_reason": finish,
                    "seconds": round(time.monotonic() - begun, 3),
                    "seconds_to_first_token": round((first or time.monotonic()) - begun, 3),
                    **_speeds(last.get("timings", {})),
                },
                chunk_position="last",
            )
        )

    def odds(self, messages: list[BaseMessage], cancelled: Callable[[], bool] | None = None) -> float | None:
        """The log-odds of yes against no as the first word of a reply; None where it was cancelled or neither is likely.

        The beginning that messages share with those before is not read again. Raises as a reply does.
        """
        body = {**self._body(messages, None, {"max_tokens": 1, "temperature": 0.0}), "logprobs": True}
        for event in self._server().stream(
            {**body, "top_logprobs": _FIRST_WORDS, "cache_prompt": True}, cancelled or _never, self.patience
        ):
            for choice in event.get("choices", ()):
                if told := (choice.get("logprobs") or {}).get("content"):
                    return _odds(told[0]["top_logprobs"])
        return None

    def get_num_tokens(self, text: str) -> int:
        """The number of the model's own tokens in a text. Loads the model."""
        return self._server().count_tokens(text)

    def warm_up(self, system_prompt: str) -> threading.Thread:
        """Load the model and read the system prompt in the background; later calls find it in the cache.

        Failures are logged only: the first question will meet and report them.
        """

        def read() -> None:
            body = {
                "messages": [{"role": "system", "content": system_prompt}, {"role": "user", "content": "."}],
                "max_tokens": 1,
                "stream": True,
            }
            try:
                for _ in self._server().stream(body, _never, self.patience):
                    pass
            except DualityError as error:
                _log.info("The embedded model was not warmed up: %s", error)

        thread = threading.Thread(target=read, name="warm-up", daemon=True)
        thread.start()
        return thread

    def _server(self) -> LlamaServer:
        return opened(self.model_path, self.n_ctx, self.threads)

    def _body(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> dict[str, Any]:
        grammar, form = options.get("grammar"), options.get("response_format")
        if grammar and form:
            raise ValueError("a grammar and a response_format exclude each other")
        if form and "type" in form and "json_schema" not in form and form["type"] != "json_object":
            form = {"type": "json_schema", "json_schema": {"schema": form}}
        body = {
            "messages": [{"role": _ROLES[message.type], "content": message.text} for message in messages],
            "max_tokens": options.get("max_tokens", self.max_tokens),
            "temperature": options.get("temperature", self.temperature),
            "stop": stop,
            "grammar": grammar,
            "response_format": form,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        return {name: value for name, value in body.items() if value is not None}


def _odds(first_words: list[dict[str, Any]]) -> float | None:
    weight = {"yes": 0.0, "no": 0.0}
    for word in first_words:
        said = word["token"].strip().lower()
        if said in weight:
            weight[said] += math.exp(word["logprob"])
    if not any(weight.values()):
        return None
    return math.log(max(weight["yes"], _LEAST)) - math.log(max(weight["no"], _LEAST))


def _never() -> bool:
    return False


def _usage(usage: dict[str, Any] | None) -> UsageMetadata | None:
    if usage is None:
        return None
    return UsageMetadata(
        input_tokens=usage["prompt_tokens"],
        output_tokens=usage["completion_tokens"],
        total_tokens=usage["total_tokens"],
        input_token_details={"cache_read": usage.get("prompt_tokens_details", {}).get("cached_tokens", 0)},
    )


def _speeds(timings: dict[str, Any]) -> dict[str, float]:
    return {
        f"tokens_{ours}_per_second": round(timings[theirs], 1)
        for ours, theirs in (("read", "prompt_per_second"), ("written", "predicted_per_second"))
        if theirs in timings
    }
