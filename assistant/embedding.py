"""The embedder that the settings name, and its weights on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import ModelNotAvailable
from index.embedders import Embedder, MiniLM, RemoteEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.settings import Home, Settings
    from index.weights import Progress


def embedder_of(settings: Settings, home: Home) -> Embedder:
    """The embedder that the settings name.

    Raises:
        ModelNotAvailable: A remote one whose package or key is missing.
    """
    if settings.embedder == "minilm":
        return MiniLM(home.weights / "minilm", settings.threads)
    import os

    from langchain_openai import OpenAIEmbeddings
    from pydantic import SecretStr

    provider, _, name = settings.embedder.partition(":")
    ollama = "http://127.0.0.1:11434/v1"
    base_url = settings.embedder_base_url or (ollama if provider == "ollama" else None)
    key = os.environ.get(settings.embedder_key_env)
    if not key and base_url is None:
        raise ModelNotAvailable(
            f"The embedder {settings.embedder} needs a key: set {settings.embedder_key_env}, or `embedder_base_url`."
        )
    remote = OpenAIEmbeddings(
        model=name,
        base_url=base_url,
        api_key=SecretStr(key or "none"),
        check_embedding_ctx_length=base_url is None,
    )
    return RemoteEmbedder(settings.embedder, remote)


def fetch_embedder(
    home: Home,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """The default embedder's weights on this machine. Errors as for `index.weights.fetch`."""
    from index.weights import MINILM, fetch

    fetch(MINILM, home.weights / "minilm", progress, cancelled)
