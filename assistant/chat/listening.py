"""Listening to a chat model: its reply piece by piece, and an end to it that does not depend on the model.

    reply = Reply(model, messages, options, cancelled.is_set)
    for text in reply.texts(): …  # all that it says so far, without what it thinks
    reply.cut  # why it was cut, as a sentence; "" where it ended by itself
    reply.tokens  # {"input": …, "output": …}

A model may answer nothing, keep its connection alive without a word, or write for ever. Whoever listens gets the next
piece, the end, or an error after `silence_seconds`, and a request to stop is met within a tenth of a second, whatever
the model does: it is read in a thread of its own, which ends with the model's next sign of life.
"""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final

from assistant.chat.failures import ProviderFailed, failure
from assistant.chat.thoughts import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from langchain_core.messages import AIMessageChunk, BaseMessage

    from assistant.chat.models import ChosenModel

_GLANCE: Final = 0.1
"""Seconds between two looks at whether the reply is still wanted."""

RUN_ON: Final = 4
"""A reply is cut at this many times `max_answer_tokens`: a model that was not told the bound may well pass it, and
tokens are estimated here, by characters."""

THOUGHT: Final = 16
"""Pieces without a word for the reader, such as a reasoning model's thoughts, as a multiple of `max_answer_tokens`."""

_CHARACTERS: Final = 4
"""Of an English token, about."""


_TOO_LONG: Final = ("length", "max_tokens")
"""How providers call it that a reply reached the longest that was allowed."""

_WITHHELD: Final = ("content_filter", "safety", "refusal")


class ModelSilent(ProviderFailed):
    """The model said nothing for as long as the settings allow: asking it once more would take as long again."""


class Reply:
    """One reply, which can be read once, piece by piece or whole.

    Args:
        model: The chosen model; it must have a chat.
        messages: What it is sent.
        options: Of the call, such as the grammar.
        stopped: Whether the reader has had enough; looked at ten times a second.
    """

    def __init__(
        self,
        model: ChosenModel,
        messages: Sequence[BaseMessage],
        options: Mapping[str, Any] | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._model = model
        self._messages = list(messages)
        self._options = dict(options or {})
        self._stopped = stopped
        self._left = threading.Event()
        self._pieces: queue.SimpleQueue[AIMessageChunk | BaseException | None] = queue.SimpleQueue()
        if model.kind == "embedded":  # it stops while it still reads; others stop between two pieces
            self._options["cancelled"] = lambda: self._left.is_set() or stopped()
        self.cut = ""
        self.tokens: dict[str, int] = {}
        self._ended = ""

    def texts(self) -> Iterator[str]:
        """All words for the reader so far, growing, until the model ends, is stopped, or is cut.

        What turns out to have been thought goes again. Raises as iterating does.
        """
        text, before = "", ""
        for piece in self:
            text += str(piece.text)
            said = spoken(text, ended=False)
            if said != before:
                yield said
            before = said
        said = spoken(text)
        if self._ended in _TOO_LONG and not said and not self._stopped():
            self.cut = (
                f"{self._model.name} spent its whole limit on thinking: raise max_answer_tokens, or choose a model "
                "that thinks less."
            )
        if said != before:
            yield said

    def __iter__(self) -> Iterator[AIMessageChunk]:
        """The pieces, until the model ends, is stopped, or is cut.

        Raises:
            ModelSilent: No word came for `silence_seconds`.
            ProviderFailed: Whatever the model raised, as a sentence.
        """
        if self._stopped():
            return
        within = copy_context().run  # so that LangChain's callbacks reach the model from where it is asked
        threading.Thread(target=within, args=(self._read,), name="reply", daemon=True).start()
        heard = time.monotonic()
        said = unsaid = 0
        silence = self._model.silence_seconds
        try:
            while not self._stopped():
                try:
                    piece = self._pieces.get(timeout=_GLANCE)
                except queue.Empty:
                    piece = _NOTHING
                if piece is None:
                    self._told_end()
                    return
                if isinstance(piece, BaseException):
                    raise failure(piece, self._model) from piece
                if piece is not _NOTHING:
                    self._noted(piece)
                    words = str(piece.text)
                    said += max(1, len(words) // _CHARACTERS) if words else 0
                    thought = not words and bool(piece.content or piece.additional_kwargs)
                    unsaid += thought
                    if words.strip() or thought:
                        heard = time.monotonic()
                    yield piece
                if self._past(said, unsaid):
                    return
                if silence is not None and time.monotonic() - heard > silence:
                    raise ModelSilent(
                        f"{self._model.name} said nothing for {silence:g} seconds (silence_seconds) and was given up."
                    )
        finally:
            self._left.set()

    def whole(self) -> str:
        """All its words for the reader. Raises as iterating does."""
        text = ""
        for text in self.texts():  # noqa: B007 - the last is the whole
            pass
        return text

    def _noted(self, piece: AIMessageChunk) -> None:
        """Keep what a piece says of tokens and of the end: some providers count on with each piece, some tell once."""
        usage: Mapping[str, Any] = piece.usage_metadata or {}
        for name in ("input", "output"):
            count = usage.get(f"{name}_tokens")
            if isinstance(count, int):
                self.tokens[name] = max(self.tokens.get(name, 0), count)
        told = piece.response_metadata
        reason = told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason")
        self._ended = str(reason).lower() if reason else self._ended

    def _told_end(self) -> None:
        name = self._model.name
        if self._ended in _TOO_LONG:
            self.cut = f"{name} reached its length limit: ask for less, or raise max_answer_tokens."
        elif self._ended == "cut off":
            self.cut = f"The connection to {name} ended before its reply did: ask once more for the rest."
        elif self._ended in _WITHHELD:
            self.cut = f"The provider of {name} withheld the rest of the reply (content filter)."

    def _past(self, said: int, unsaid: int) -> bool:
        most = self._model.answer_tokens
        if said > RUN_ON * most:
            self.cut = (
                f"{self._model.name} did not come to an end and was cut after about {RUN_ON * most:,} tokens: "
                "ask for less, or raise max_answer_tokens."
            )
        elif unsaid > THOUGHT * most:
            self.cut = f"{self._model.name} thought without end and was cut: ask for less, or raise max_answer_tokens."
        return bool(self.cut)

    def _read(self) -> None:
        chat = self._model.chat
        assert chat is not None  # noqa: S101 - the caller looked
        try:
            stream = chat.stream(self._messages, **self._options)
            try:
                for piece in stream:
                    if self._left.is_set():
                        return
                    self._pieces.put(piece)
                self._pieces.put(None)
            finally:
                close = getattr(stream, "close", None)
                if close is not None:
                    with suppress(Exception):
                        close()
        except BaseException as error:  # noqa: BLE001 - handed to whoever listens
            self._pieces.put(error)


_NOTHING: Final[Any] = object()
