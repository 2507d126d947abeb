"""Which chat model answers, and why: the settings' `model` made into something that can be asked.

Nothing but the settings chooses. A key that lies in the environment never selects a provider by itself.
"""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from corpus.errors import ModelNotAvailable, WrongUse
from corpus.spelling import either, key, nearest

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.language_models import BaseChatModel

    from assistant.settings import Home, Settings
    from index.weights import Weights

Kind = Literal["extractive", "embedded", "remote"]

_OWN: Final = ("auto", "extractive", "embedded")
_PULL: Final = "`duality models pull` fetches them"

# Tokens of evidence: what the embedded model reads in about five seconds, and what a large one reads well. The small
# one's is also what it is asked to say of whether the question is answered (assistant/support/refusing.py).
_EVIDENCE: Final[dict[Kind, int]] = {"extractive": 2000, "embedded": 260, "remote": 6000}

# Providers of LangChain's init_chat_model with the variable that each takes its key from; None: no key, or several.
_KEY_OF: Final[dict[str, str | None]] = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "groq": "GROQ_API_KEY",
    "cohere": "COHERE_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "fireworks": "FIREWORKS_API_KEY",
    "together": "TOGETHER_API_KEY",
    "xai": "XAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "perplexity": "PPLX_API_KEY",
    "nvidia": "NVIDIA_API_KEY",
    "ollama": None,
    "huggingface": None,
    "azure_openai": None,
    "bedrock": None,
    "bedrock_converse": None,
    "google_vertexai": None,
}


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """The model that answers."""

    name: str
    kind: Kind
    chat: BaseChatModel | None
    """None where nothing is generated: answers are composed of verbatim quotes."""
    evidence_tokens: int
    reason: str
    """One sentence for the user: why this one."""
    silence_seconds: float | None = 60.0
    """Seconds without a word after which it is given up; None where it watches over itself."""
    answer_tokens: int = 320
    """The longest answer that is wanted; what is longer by far is cut."""
    address: str = ""
    """The base URL that was named, or ""."""
    key_variable: str = ""
    """The environment's variable that holds the key, where one is known."""


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of `duality models`."""

    name: str
    kind: Kind | Literal["embedder"]
    in_use: bool
    on_disk: bool | None
    """None where nothing needs to be on disk."""
    size_bytes: int | None
    """Of the weights, here or to be fetched."""
    note: str


def resolve(settings: Settings, home: Home) -> ChosenModel:
    """The chat model that the settings name. Loads and contacts nothing.

    With `base_url`, any name but auto, extractive and embedded is sent to that address as it is.

    Raises:
        WrongUse: The name is unknown.
        ModelNotAvailable: The model is named but its weights, package or key are missing.
    """
    name = settings.model
    if name == "extractive":
        return _extractive(settings, "You chose to answer with quotes only, without a model.")
    if name == "embedded" or (name == "auto" and settings.base_url is None):
        return _embedded(settings, home)
    if settings.base_url is not None:
        if name == "auto":
            raise WrongUse(f"base_url is set to {settings.base_url}: set model to the name to ask for there.")
        reason = f"You named the address {settings.base_url}."
        chosen = _remote(settings, _compatible(settings), reason)
        return replace(chosen, address=settings.base_url, key_variable=settings.api_key_env)
    provider, colon, model = name.partition(":")
    if not (provider and colon and model):
        alike = nearest(name, {key(n): n for n in _OWN})
        hint = (
            f"did you mean {either(alike)}?"
            if alike
            else "it is auto, extractive, embedded or provider:model."
        )
        raise WrongUse(f"There is no chat model '{name}'; {hint}")
    chosen = _remote(settings, _provided(provider, model, settings), f"You named the provider {provider}.")
    return replace(chosen, key_variable=_KEY_OF.get(provider) or "")


def pullable(home: Home) -> dict[str, tuple[Weights, Path]]:
    """The weights that `duality models pull` fetches, by the name it takes, and the folder they belong in."""
    from index.weights import MINILM, QWEN_CODER_1_5B

    return {"embedded": (QWEN_CODER_1_5B, home.weights / "qwen"), "minilm": (MINILM, home.weights / "minilm")}


def available(settings: Settings, home: Home) -> list[ModelStatus]:
    """Every model that can be had without naming a provider, and the ones that are named."""
    from index.weights import is_damaged, is_present

    auto = settings.model == "auto" and settings.base_url is None
    ready = _gguf(home) is not None and _runs_here()
    using = {
        "embedded": settings.model == "embedded" or (auto and ready),
        "minilm": settings.embedder == "minilm",
    }
    note = "verbatim quotes, composed and cited, without a model"
    quoting = settings.model == "extractive" or (auto and not ready)
    rows = [ModelStatus("extractive", "extractive", quoting, None, None, note)]
    for name, (weights, directory) in pullable(home).items():
        here = is_present(weights, directory)
        damaged = " is damaged" if not here and is_damaged(weights, directory) else ""
        note = weights.name if here else f"{weights.name}{damaged}; `duality models pull {name}` fetches it"
        kind: Literal["embedded", "embedder"] = "embedded" if name == "embedded" else "embedder"
        rows.append(ModelStatus(name, kind, using[name], here, weights.size_bytes, note))
    if settings.model not in _OWN:
        note = settings.base_url or "contacted only because you named it"
        rows.append(ModelStatus(settings.model, "remote", True, None, None, note))
    if settings.embedder != "minilm":
        note = settings.embedder_base_url or "contacted only because you named it"
        rows.append(ModelStatus(settings.embedder, "embedder", True, None, None, note))
    return rows


def _gguf(home: Home) -> Path | None:
    """The embedded model's file, or None if it is not on this machine, whole and right."""
    from index.weights import is_present

    weights, directory = pullable(home)["embedded"]
    return directory / weights.files[0].name if is_present(weights, directory) else None


def _missing(home: Home) -> str:
    """Why the embedded model's weights cannot be used, and what brings them."""
    from index.weights import is_damaged

    if is_damaged(*pullable(home)["embedded"]):
        return "the embedded model's weights are damaged (`duality models pull embedded` fetches them again)"
    return f"the embedded model's weights are not on this machine yet ({_PULL})"


def _runs_here() -> bool:
    return importlib.util.find_spec("xllamacpp") is not None


def _extractive(settings: Settings, reason: str) -> ChosenModel:
    return ChosenModel("extractive", "extractive", None, _evidence(settings, "extractive"), reason)


def _embedded(settings: Settings, home: Home) -> ChosenModel:
    named = settings.model == "embedded"
    file = _gguf(home)
    missing = None
    if file is None:
        missing = _missing(home)
    elif not _runs_here():
        missing = (
            "the package xllamacpp, which runs the embedded model, is not installed (`pip install xllamacpp`)"
        )
    if missing and named:
        raise ModelNotAvailable(f"{missing[:1].upper()}{missing[1:]}.")
    if missing or file is None:
        return _extractive(settings, f"Answering with quotes only: {missing}.")
    from assistant.chat.embedded import EmbeddedChat

    chat = EmbeddedChat(
        model_path=file,
        threads=settings.threads,
        temperature=settings.temperature,
        max_tokens=settings.max_answer_tokens,
        patience=settings.silence_seconds,
    )
    reason = (
        "You chose the embedded model."
        if named
        else "No other model is named, and this one is on the machine."
    )
    evidence = _evidence(settings, "embedded")
    # It alone knows whether it still reads, or waits for another question's turn.
    return ChosenModel(
        file.stem,
        "embedded",
        chat,
        evidence,
        reason,
        silence_seconds=None,
        answer_tokens=settings.max_answer_tokens,
    )


def _remote(settings: Settings, chat: BaseChatModel, reason: str) -> ChosenModel:
    return ChosenModel(
        settings.model,
        "remote",
        chat,
        _evidence(settings, "remote"),
        reason,
        settings.silence_seconds,
        settings.max_answer_tokens,
    )


def _evidence(settings: Settings, kind: Kind) -> int:
    return settings.evidence_tokens or _EVIDENCE[kind]


def _chosen_options(settings: Settings, longest: str = "max_tokens") -> dict[str, Any]:
    """What the user set. Reasoning models refuse a temperature, and spend a small budget on thinking."""
    options: dict[str, Any] = {}
    if settings.is_set("temperature"):
        options["temperature"] = settings.temperature
    if settings.is_set("max_answer_tokens"):
        options[longest] = settings.max_answer_tokens
    return options


def _compatible(settings: Settings) -> BaseChatModel:
    from pydantic import SecretStr

    from assistant.chat.compatible import CompatibleChat

    return CompatibleChat(
        model=settings.model,
        base_url=settings.base_url or "",
        api_key=SecretStr(os.environ.get(settings.api_key_env) or "none"),
        timeout=2 * settings.silence_seconds,  # later than the silence, which says it in words
        options=_chosen_options(settings),
    )


def _provided(provider: str, model: str, settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    options = _chosen_options(settings, "num_predict" if provider == "ollama" else "max_tokens")
    variable = _KEY_OF.get(provider)
    keyless = variable is not None and not os.environ.get(variable)
    if keyless:
        options["api_key"] = "none"  # so that a missing package is found before a missing key
    try:
        chat: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        named = re.search(r"langchain-[a-z0-9-]+", str(error))
        package = named.group() if named else f"langchain-{provider.replace('_', '-')}"
        raise ModelNotAvailable(f"{provider}:{model} needs a package: `pip install {package}`.") from error
    except Exception as error:
        if isinstance(error, ValueError) and str(error).startswith("Unsupported"):
            alike = nearest(provider, {key(p): f"{p}:{model}" for p in _KEY_OF})
            hint = f"did you mean {either(alike)}?" if alike else f"known ones are {either(_KEY_OF)}."
            raise WrongUse(f"There is no provider '{provider}'; {hint}") from error
        if not keyless:
            raise ModelNotAvailable(_refused(provider, model, error)) from error
    if keyless:
        raise ModelNotAvailable(f"{provider}:{model} needs a key: set the environment variable {variable}.")
    return chat


def _refused(provider: str, model: str, error: Exception) -> str:
    variable = re.search(r"\b[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:KEY|TOKEN)\b", str(error))
    if variable:
        return f"{provider}:{model} needs a key: set the environment variable {variable.group()}."
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return f"{provider}:{model} cannot be set up: {first.rstrip('.')}."
