"""Any server that speaks OpenAI's chat completions, with the habits that such servers have.

    chat = CompatibleChat(model="m", base_url="http://127.0.0.1:8080/v1")
    for chunk in chat.stream([...]): …

What is refused before a word has come is asked once more in a plainer way: without `stream_options`, without a
system role, with `/v1` behind the address. A whole reply to a streamed request is read as the reply. Text may come
as a string or in parts, usage once or growing, choices null or empty. What the server thinks goes to
`additional_kwargs["reasoning"]`, as a sign of life.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk
from pydantic import Field, PrivateAttr, SecretStr

from assistant.chat.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import httpx
    from langchain_core.callbacks import CallbackManagerForLLMRun
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatResult

_ROLES: Final = {"human": "user", "ai": "assistant", "system": "system"}
_ATTEMPTS: Final = 3  # of a server that says that it is busy
_LONGEST_WAIT: Final = 5.0  # seconds between two of them
_BUSY: Final = (429, 503)
_LOOPBACK: Final = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
_MOST_WORDS: Final = 20_000  # characters of a body that is no model's


@dataclass(frozen=True, slots=True)
class _Way:
    """How a server wants to be asked."""

    root: str
    usage: bool = True
    system: bool = True

    def plainer(self, refused: Refused) -> _Way | None:
        """The next way to try after a refusal, or None."""
        words = refused.words.lower()
        if self.usage and refused.status_code in (400, 422) and "stream_options" in words:
            return replace(self, usage=False)
        if self.system and refused.status_code in (400, 422) and "system" in words and "role" in words:
            return replace(self, system=False)
        if refused.status_code == 404 and "model" not in words and not self.root.endswith("/v1"):
            return replace(self, root=f"{self.root}/v1")
        return None


class CompatibleChat(BaseChatModel):
    """A chat model behind a base URL.

    Attributes:
        model: The name to ask for there.
        base_url: Without `/chat/completions`.
        api_key: Sent as a bearer token; most local servers take any.
        timeout: Seconds without a byte after which it is given up.
        options: More of the request's fields, such as `temperature` and `max_tokens`.
    """

    model: str
    base_url: str
    api_key: SecretStr = SecretStr("none")
    timeout: float = 120.0
    options: dict[str, Any] = Field(default_factory=dict)

    _way: _Way | None = PrivateAttr(default=None)

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model, "base_url": self.base_url}

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
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """The reply, piece by piece.

        Raises:
            Refused: The server answered, but not as a model.
            httpx.HTTPError: No server was met, or it went away.
            ImportError: A proxy of the environment needs a package that is not here.
        """
        way = self._way or _Way(self.base_url.rstrip("/"))
        while True:
            begun = False
            try:
                for chunk in self._asked(way, messages, stop, kwargs):
                    begun = begun or bool(chunk.message.content)
                    if run_manager and chunk.text:
                        run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
            except Refused as refused:
                plainer = None if begun else way.plainer(refused)
                if plainer is None:
                    raise
                way = plainer
            else:
                self._way = way
                return

    def _asked(
        self, way: _Way, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> Iterator[ChatGenerationChunk]:
        import httpx

        body = {
            "model": self.model,
            "messages": _spoken(messages, way),
            "stream": True,
            **self.options,
            **kwargs,
        }
        if stop:
            body["stop"] = stop
        if way.usage:
            body["stream_options"] = {"include_usage": True}
        headers = {"Authorization": f"Bearer {self.api_key.get_secret_value()}"}
        address = f"{way.root}/chat/completions"
        trusted = not _LOOPBACK.fullmatch(
            urlsplit(self.base_url).hostname or ""
        )  # this machine needs no proxy
        with httpx.Client(timeout=self.timeout, trust_env=trusted, headers=headers) as client:
            for attempt in range(1, _ATTEMPTS + 1):
                with client.stream("POST", address, json=body) as response:
                    if response.status_code in _BUSY and attempt < _ATTEMPTS and not _is_spent(response):
                        wait = _wait(response)
                    elif response.status_code != httpx.codes.OK:
                        raise Refused(response.status_code, _body(response))
                    else:
                        yield from _read(response)
                        return
                time.sleep(wait)


def _spoken(messages: list[BaseMessage], way: _Way) -> list[dict[str, str]]:
    """The messages as sent; where there is no system role, its words open the user's first."""
    said = [{"role": _ROLES.get(message.type, "user"), "content": str(message.text)} for message in messages]
    if way.system or len(said) < 2 or said[0]["role"] != "system":
        return said
    first, second, *rest = said
    return [{"role": second["role"], "content": f"{first['content']}\n\n{second['content']}"}, *rest]


def _read(response: httpx.Response) -> Iterator[ChatGenerationChunk]:
    """The chunks of a stream, or of a whole reply to a streamed request.

    Raises:
        Refused: What came is no model's.
    """
    unread: list[str] = []
    usage: dict[str, int] = {}
    finish = ""
    for line in response.iter_lines():
        name, colon, data = line.partition(":")
        if name.strip() == "data" and colon and not unread:
            if data.strip() == "[DONE]":
                break
            finish = yield from _chunks(_parsed(data), usage, finish)
        elif line.strip() and not (colon and name.strip() in ("", "event", "id", "retry")):
            unread.append(line)
            if sum(map(len, unread)) > _MOST_WORDS * 100:
                raise Refused(response.status_code, "\n".join(unread)[:_MOST_WORDS])
    if unread:
        finish = yield from _chunks(_parsed("\n".join(unread)), usage, finish)
    counted = UsageMetadata(
        input_tokens=usage.get("prompt_tokens", 0),
        output_tokens=usage.get("completion_tokens", 0),
        total_tokens=usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0),
    )
    yield ChatGenerationChunk(
        message=AIMessageChunk(
            content="",
            usage_metadata=counted if usage else None,
            response_metadata={"finish_reason": finish or "cut off"},
            chunk_position="last",
        )
    )


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise Refused(200, text[:_MOST_WORDS]) from None
    if not isinstance(found, dict):
        raise Refused(200, text[:_MOST_WORDS])
    if found.get("error"):
        error = found["error"]
        code = error.get("code") if isinstance(error, dict) else None
        raise Refused(code if isinstance(code, int) else 200, text[:_MOST_WORDS])
    return found


def _chunks(
    event: dict[str, Any], usage: dict[str, int], finish: str
) -> Generator[ChatGenerationChunk, None, str]:
    """What one event says; its usage is kept, the largest so far. Returns why the reply ended, as far as it is known."""
    for name, count in (event.get("usage") or {}).items():
        if isinstance(count, int):
            usage[name] = max(usage.get(name, 0), count)
    for choice in event.get("choices") or ():
        finish = choice.get("finish_reason") or finish
        said = choice.get("delta") or choice.get("message") or {}
        text, thought = _parts(said.get("content"))
        text = text or str(said.get("refusal") or "")
        thought = thought or str(said.get("reasoning_content") or said.get("reasoning") or "")
        if text or thought:
            extra = {"reasoning": thought} if thought else {}
            yield ChatGenerationChunk(message=AIMessageChunk(content=text, additional_kwargs=extra))
    return finish


def _parts(content: Any) -> tuple[str, str]:
    """The text of a content and what it thinks: a string, or a list of typed parts."""
    if isinstance(content, str):
        return content, ""
    text, thought = "", ""
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict) and part.get("type") == "thinking":
            thought += (
                _parts(part["thinking"])[0]
                if isinstance(part.get("thinking"), list)
                else str(part.get("thinking"))
            )
        elif isinstance(part, dict):
            text += str(part.get("text") or "")
        else:
            text += str(part)
    return text, thought


def _body(response: httpx.Response) -> str:
    response.read()
    return response.text[:_MOST_WORDS]


def _is_spent(response: httpx.Response) -> bool:
    """Whether what is refused is refused for good: asking again brings no quota."""
    return "quota" in _body(response).lower()


def _wait(response: httpx.Response) -> float:
    try:
        asked = float(response.headers.get("Retry-After", "1"))
    except ValueError:
        asked = 1.0
    return min(max(asked, 0.1), _LONGEST_WAIT)
