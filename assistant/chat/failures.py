"""Why a provider failed, as a sentence with its remedy.

Every provider's package has exceptions of its own; nearly all carry the HTTP status and the server's words, and
these say what happened.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from corpus.errors import DualityError, ModelNotAvailable

if TYPE_CHECKING:
    from assistant.chat.models import ChosenModel

_LONGEST: Final = 200  # characters of a server's own words
_SECRET: Final = re.compile(r"\b(?:sk|gsk|pk)[-_][\w-]{6,}|\b[A-Za-z0-9_-]{32,}\b")
_PAGE: Final = re.compile(r"\A\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)
_CONTEXT: Final = re.compile(
    r"context[ _](?:size|length|window)|maximum context|exceeds? the .{0,20}context|too many tokens|prompt is too long",
    re.IGNORECASE,
)
_QUOTA: Final = re.compile(r"quota|billing|credit|insufficient (?:funds|balance)", re.IGNORECASE)
_LOADING: Final = re.compile(
    r"\bload(?:ing)?\b.{0,20}\bmodel\b|\bmodel\b.{0,20}\bload(?:ing)?\b", re.IGNORECASE
)


class ProviderFailed(ModelNotAvailable):
    """A provider did not answer, and why in a sentence."""


class ContextTooSmall(ProviderFailed):
    """The request was longer than the model reads: it may be tried once more with less evidence."""


class Refused(Exception):
    """A server's reply that is no model's: its HTTP status and its words.

    Args:
        status_code: As received; 200 where a web page or an error came as if all were well.
        words: The body.
    """

    def __init__(self, status_code: int, words: str) -> None:
        super().__init__(words[:_LONGEST])
        self.status_code = status_code
        self.words = words

    @property
    def is_page(self) -> bool:
        """Whether a web page came."""
        return bool(_PAGE.match(self.words))


def failure(error: BaseException, model: ChosenModel) -> DualityError:
    """What a model's failure is told as; an error of Duality's own comes back as it is.

    Args:
        error: As raised by the provider's package, or `Refused`.
        model: Who was asked.
    """
    if isinstance(error, DualityError):
        return error
    name, where = model.name, f" at {model.address}" if model.address else ""
    status = _status(error)
    words = _words(error)
    told = f" ({words.rstrip('.')})" if words else ""
    if _CONTEXT.search(_all_words(error)):
        return ContextTooSmall(
            f"What {name} was sent is longer than it reads{told}: lower evidence_tokens, or give the server more context."
        )
    if isinstance(error, Refused) and error.is_page and status < 500:
        return ProviderFailed(
            f"A web page, not a model, answered{where} (HTTP {status}): check the address, or log in where a login stands before it."
        )
    if status in (401, 403):
        variable = model.key_variable or "the variable that holds it"
        return ProviderFailed(f"{name} refused the key{told}: check {variable} in your environment.")
    if status in (402, 429) and _QUOTA.search(_all_words(error)):
        return ProviderFailed(
            f"{name} has no quota left{told}: look at your account's plan, or choose another model."
        )
    if status == 429:
        return ProviderFailed(f"{name} is asked too often just now{told}: try again in a minute.")
    if status == 503 or (status and status >= 500 and _LOADING.search(words)):
        return ProviderFailed(f"The server{where} is not ready{told}: try again in a minute.")
    if status == 404 and (
        not words or "not found" not in words.lower() or not re.search(r"\bmodel\b", words, re.IGNORECASE)
    ):
        remedy = "check base_url, which often ends in /v1" if model.address else "check the provider's name"
        return ProviderFailed(f"Nothing answers for a chat{where} (HTTP 404): {remedy}.")
    if status == 404:
        return ProviderFailed(
            f"There is no model {name}{where}{told}: `duality config` shows what is set; choose one that is there."
        )
    if status == 200:
        return ProviderFailed(
            f"What answers{where} is no chat model{told}: check the address and the model's name."
        )
    if status:
        return ProviderFailed(f"{name} failed with HTTP {status}{told}: try again, or choose another model.")
    if _is_unreachable(error):
        return ProviderFailed(
            f"Nobody answers{where or f' for {name}'}{told}: is the server running, and the network there?"
        )
    return ProviderFailed(
        f"{name} failed ({type(error).__name__}{f': {words}' if words else ''}).".replace("..", ".")
    )


def _status(error: BaseException) -> int:
    status = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    return status if isinstance(status, int) else 0


def _all_words(error: BaseException) -> str:
    return str(getattr(error, "words", "") or getattr(error, "body", "") or error)


def _words(error: BaseException) -> str:
    """The server's own words in one line, short, without anything that looks like a key."""
    text = str(getattr(error, "words", "") or "")
    body: Any = getattr(error, "body", None)
    if text:
        try:
            body = json.loads(text)
        except ValueError:
            body = None
    found = _message(body) if body is not None else ""
    found = found or ("" if _PAGE.match(text) else text) or (str(error) if not text else "")
    return _SECRET.sub("…", " ".join(found.split()))[:_LONGEST]


def _message(body: Any) -> str:
    """The sentence inside a JSON error, wherever it is kept."""
    if isinstance(body, str):
        return body
    if isinstance(body, dict):
        return next((said for key in ("error", "message", "detail") if (said := _message(body.get(key)))), "")
    return ""


def _is_unreachable(error: BaseException) -> bool:
    """Whether no server was met: by the names that the packages' exceptions share."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, OSError) or any("Connect" in kind or "Timeout" in kind for kind in kinds)
