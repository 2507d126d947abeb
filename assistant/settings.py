"""Settings: what can be set, within which bounds, and where each value came from.

A value is taken from the command line, else the environment (`DUALITY_SEARCH__CANDIDATES`), else `config.toml`
in the home, else the default. A key's dotted name, `search.candidates`, is the same everywhere.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from corpus.errors import BadSettings
from corpus.spelling import either, key, nearest

PREFIX: Final = "DUALITY_"
_NOT_SETTINGS: Final = ("DUALITY_HOME", "DUALITY_TEST_")
_DEFAULT: Final = "default"


def _variable(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError(
            "should be the name of an environment variable that holds the key, not the key itself"
        )
    return name


def _address(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", url):
        raise ValueError("should be an http or https address without a user name or password")
    return url


VariableName = Annotated[str, AfterValidator(_variable)]
Address = Annotated[str, AfterValidator(_address)]


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds everything of a user: `DUALITY_HOME`, else the platform's user data folder."""

    root: Path

    @classmethod
    def find(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The home that the environment names; the folder need not exist yet."""
        named = (os.environ if environ is None else environ).get("DUALITY_HOME")
        if named:
            return cls(Path(named).expanduser().absolute())
        import platformdirs

        return cls(platformdirs.user_data_path("duality", appauthor=False))

    @property
    def pdfs(self) -> Path:
        """The PDFs of the curated papers."""
        return self.root / "pdfs"

    @property
    def index(self) -> Path:
        """The built index and its generations."""
        return self.root / "index"

    @property
    def weights(self) -> Path:
        """The weights of embedders and chat models, a folder each."""
        return self.root / "weights"

    @property
    def uploads(self) -> Path:
        """The user's own papers."""
        return self.root / "own"

    @property
    def overrulings(self) -> Path:
        """The user's own verdicts of screenings."""
        return self.root / "overrulings.json"

    @property
    def arriving(self) -> Path:
        """Files on their way in from the page, until they are taken in or thrown away."""
        return self.root / "arriving"

    @property
    def page_key(self) -> Path:
        """What the page signs its visitors' tokens with."""
        return self.root / "page.key"

    @property
    def overlay(self) -> Path:
        """The user's changes to the catalogue; it need not exist."""
        return self.root / "overlay.json"

    @property
    def config_file(self) -> Path:
        """The settings file; it need not exist."""
        return self.root / "config.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Answering(_Section):
    """How an answer is made."""

    passages: int = Field(default=6, ge=1, le=40, description="passages an answer may rest on")
    unsupported: Literal["label", "drop"] = Field(
        default="drop",
        description="sentences that no passage carries: leave them out and say how many, or show them labelled",
    )


class Judging(_Section):
    """Who rules whether a passage carries a sentence."""

    use: Literal["auto", "model", "cross-encoder", "embedded", "words"] = Field(
        default="auto",
        description="auto: a large chat model, else the cross-encoder, else the embedded model, else words",
    )
    cross_encoder: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="a model of entailment in ONNX: a folder, or owner/name on the hub",
    )


class Searching(_Section):
    """How passages are found."""

    candidates: int = Field(
        default=100, ge=10, le=1000, description="passages taken from each of the two searches"
    )
    dense_weight: float = Field(
        default=0.4, ge=0, le=1, description="share of meaning, against keywords, in the rank"
    )
    passages_per_paper: int = Field(
        default=6, ge=1, le=40, description="passages one paper may give, unless it is meant"
    )


class Cutting(_Section):
    """How papers are cut into passages."""

    tokens: int = Field(default=200, ge=60, le=400, description="size of a passage, in cl100k tokens")


class Reading(_Section):
    """How PDFs are read."""

    ocr: bool = Field(default=True, description="read scans by OCR where the program tesseract is installed")
    ocr_language: str = Field(
        default="eng",
        pattern=r"^[A-Za-z_]+(\+[A-Za-z_]+)*$",
        max_length=100,
        description="languages of scans in tesseract's names, as eng+deu",
    )


class Fetching(_Section):
    """What may be downloaded."""

    pdfs: bool = Field(default=True, description="download the curated papers' PDFs")
    weights: bool = Field(default=True, description="download model weights")
    contact: str | None = Field(
        default=None, max_length=200, description="mail address told to the hosts of PDFs"
    )


class Screen(_Section):
    """Where the page in the browser is served."""

    host: str = Field(default="127.0.0.1", min_length=1, description="address to listen on")
    port: int = Field(default=7860, ge=1, le=65535, description="port to listen on")
    allow_hosts: str = Field(
        default="",
        max_length=2000,
        pattern=r"^[^\s/@]*$",
        description="further names the page is opened under, by commas",
    )
    root_path: str = Field(
        default="",
        pattern=r"^$|^(https?://[^\s/@?#]+)?(/[A-Za-z0-9._~-]+)*$",
        description="where a proxy shows the page: /path or https://host/path",
    )
    certificate: Path | None = Field(default=None, description="certificate file (PEM) for https")
    certificate_key: Path | None = Field(default=None, description="its private key file (PEM)")
    password_file: Path | None = Field(
        default=None, description="file of names and bcrypt hashes of those who are let in"
    )
    read_only: bool = Field(default=False, description="let nobody add, file or remove papers on the page")
    questions_an_hour: int = Field(
        default=60,
        ge=0,
        le=100_000,
        description="a visitor's questions an hour, beyond this machine; 0: any number",
    )
    uploads_an_hour: int = Field(
        default=30,
        ge=0,
        le=100_000,
        description="a visitor's uploaded files an hour, beyond this machine; 0: any number",
    )


class Settings(_Section):
    """Every setting, checked. Secrets are never among them: only the names of variables that hold one."""

    model: str = Field(
        default="auto",
        min_length=1,
        description="auto, extractive, embedded, provider:model, or a name at base_url",
    )
    base_url: Address | None = Field(
        default=None, description="an OpenAI-compatible address; model is sent to it as it is"
    )
    api_key_env: VariableName = Field(
        default="OPENAI_API_KEY", description="variable that holds base_url's key"
    )
    temperature: float = Field(default=0.0, ge=0, le=2, description="randomness of the chat model")
    max_answer_tokens: int = Field(
        default=320,
        ge=32,
        le=32_000,
        description="longest answer, in tokens; one that is longer by far is cut",
    )
    silence_seconds: float = Field(
        default=60,
        gt=0,
        le=3600,
        description="seconds without a word after which a chat model is given up and quotes take its place",
    )
    evidence_tokens: int | None = Field(
        default=None,
        ge=100,
        le=200_000,
        description="evidence shown to the chat model, in tokens; unset: by model",
    )
    embedder: str = Field(
        default="minilm",
        pattern=r"^(minilm|openai:.+|ollama:.+)$",
        description="minilm, openai:NAME or ollama:NAME",
    )
    embedder_base_url: Address | None = Field(default=None, description="address of a remote embedder")
    embedder_key_env: VariableName = Field(
        default="OPENAI_API_KEY", description="variable that holds the embedder's key"
    )
    threads: int | None = Field(
        default=None, ge=1, le=256, description="threads for local models; unset: all cores"
    )
    answer: Answering = Answering()
    judge: Judging = Judging()
    search: Searching = Searching()
    passages: Cutting = Cutting()
    reading: Reading = Reading()
    fetch: Fetching = Fetching()
    ui: Screen = Screen()

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    def origin(self, name: str) -> str:
        """Where the value of a dotted key came from, as words: "default", a file, a variable."""
        return self._origins.get(name, _DEFAULT)

    def is_set(self, name: str) -> bool:
        """Whether the user gave the dotted key a value, even the default's own."""
        return name in self._origins

    @staticmethod
    def describe(name: str) -> str:
        """What a dotted key sets, in a few words."""
        *sections, leaf = KEYS[name]
        owner: Any = Settings
        for section in sections:
            owner = owner.model_fields[section].annotation
        return str(owner.model_fields[leaf].description)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Every dotted key with its value, in the order of this file."""
        for name, path in KEYS.items():
            value: Any = self
            for part in path:
                value = getattr(value, part)
            yield name, value


def _leaves(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _leaves(field.annotation, (*above, name))
        else:
            yield (*above, name)


KEYS: Final = {".".join(path): path for path in _leaves(Settings)}
"""Every dotted key, with its parts."""


def load(
    overrides: Mapping[str, Any] | None = None,
    *,
    home: Home | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force.

    Args:
        overrides: Values from the command line by dotted key; None means not given.
        home: Whose `config.toml` is read; found through the environment if not given.
        environ: The environment, `os.environ` if not given.

    Raises:
        BadSettings: An unknown key, a value out of bounds or a file that is not TOML. The sentence names
            the key and where it stands, never the value.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for name, value, origin in (
        *_from_file((home or Home.find(environ)).config_file),
        *_from_environment(environ),
        *((k, v, "command line") for k, v in (overrides or {}).items() if v is not None),
    ):
        if name not in KEYS:
            raise BadSettings(_unknown(name, origin))
        values[name], origins[name] = value, origin
    return _checked(values, origins)


def _from_file(path: Path) -> Iterator[tuple[str, Any, str]]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return
    except OSError as error:
        raise BadSettings(f"{path} cannot be read ({error.strerror}): mend or remove it.") from error
    except (ValueError, RecursionError) as error:  # TOMLDecodeError and UnicodeDecodeError among them
        raise BadSettings(f"{path} is not valid TOML: {error}.") from error
    yield from ((name, value, str(path)) for name, value in _flat(table))


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield above + name, value


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for variable, value in sorted(environ.items()):
        if value and variable.startswith(PREFIX) and not variable.startswith(_NOT_SETTINGS):
            yield (
                variable.removeprefix(PREFIX).lower().replace("__", "."),
                value,
                f"environment variable {variable}",
            )


def _unknown(name: str, origin: str) -> str:
    if inside := [k for k in KEYS if k.startswith(f"{name}.")]:
        return f"{origin}: '{name}' is a section; set {either(inside)}."
    shown = {key(k): k for k in KEYS}
    alike = nearest(name, shown) or nearest(name.rpartition(".")[2], {key(p[-1]): k for k, p in KEYS.items()})
    if origin.startswith("environment"):
        alike = tuple(PREFIX + k.upper().replace(".", "__") for k in alike)
    hint = f"did you mean {either(alike)}?" if alike else "`duality config` lists what can be set."
    return f"{origin}: there is no setting '{name}'; {hint}"


def _checked(values: Mapping[str, Any], origins: dict[str, str]) -> Settings:
    nested: dict[str, Any] = {}
    for name, value in values.items():
        *sections, leaf = KEYS[name]
        table = nested
        for section in sections:
            table = table.setdefault(section, {})
        table[leaf] = value
    try:
        settings = Settings.model_validate(nested)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        wrong = first["msg"].removeprefix("Value error, ")
        wrong = wrong[:1].lower() + wrong[1:]
        raise BadSettings(f"{origins[name]}: {name}: {wrong}.") from None
    settings._origins.update(origins)  # noqa: SLF001 - the class's own loader
    return settings
