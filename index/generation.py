"""Generations: each a complete index in a directory of its own, one of them current.

index/
current.json     which generation is current
writer.lock      held by the one writer
writer.json      who that is; left behind by one that was killed
killed           a writer was killed, and no build has looked since at what it left
vectors.sqlite   vectors already made
g0001/           fingerprint.json, passages.sqlite, chroma/
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from corpus import disk
from corpus.errors import NothingIndexed, StorageFailed
from corpus.flows import READING_VERSION
from index.passage_store import PassageStore
from index.soundness import check_vectors
from index.vectors import Vectors

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.passages import Cutting
    from index.embedders import Embedder

LAYOUT_VERSION = 5  # raised when an index is stored differently, so that an older one cannot be searched


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the vectors of a generation depend on; two that differ cannot be mixed.

    Attributes:
        embedder: The embedder's name, which carries its weights and recipe.
        dimension: Of its vectors.
        passage_tokens: The size passages were cut to.
        layout: Version of storing.
        reading: Version of reading and cutting (`corpus.flows.READING_VERSION`); an index of an older one goes on
            answering while it is built anew.
    """

    embedder: str
    dimension: int
    passage_tokens: int
    layout: int = LAYOUT_VERSION
    reading: int = READING_VERSION

    @classmethod
    def of(cls, embedder: Embedder, cutting: Cutting) -> Fingerprint:
        """The fingerprint a build with these would have."""
        return cls(embedder.name, embedder.dimension, cutting.tokens)

    def searchable(self, embedder: str) -> bool:
        """Whether an index of this kind can be searched by this version with the embedder of that name."""
        return self.embedder == embedder and self.layout == LAYOUT_VERSION


class Generation:
    """One index: passages and vectors side by side.

    Attributes:
        looked_at: Whether its files were found sound by the one writer, who is changing them now.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.name = directory.name
        self.passages = PassageStore(directory / "passages.sqlite")
        self.vectors = Vectors(directory / "chroma", self._look)
        self.looked_at = False
        self._revision = -1
        self._lock = threading.Lock()

    def _look(self) -> None:
        """Raise VectorsDamaged where the vectors are not what was written; a writer, who looked before, changes them."""
        if not self.looked_at:
            check_vectors(self.passages, self.vectors.directory)

    def fingerprint(self) -> Fingerprint:
        """What this generation was built with."""
        try:
            stored = json.loads((self.directory / "fingerprint.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise StorageFailed(
                f"The index at {self.directory} has lost its fingerprint: run `duality index build`, which makes it anew."
            ) from error
        if isinstance(stored, dict):
            stored.setdefault("reading", 1)  # what was built before there was a version of reading
        if not isinstance(stored, dict) or stored.keys() != {f.name for f in fields(Fingerprint)}:
            return Fingerprint("an older version of Duality", 0, 0, 0, 0)
        return Fingerprint(**stored)

    def refresh(self) -> int:
        """See what other processes committed; returns the revision now seen."""
        revision = self.passages.revision()
        with self._lock:
            if revision != self._revision:
                if self._revision >= 0:
                    self.vectors.reopen()
                self._revision = revision
        return revision

    @property
    def seen(self) -> int:
        """The revision last seen; -1 before the first."""
        return self._revision

    def wrote(self) -> None:
        """Note a commit of this very process, whose vectors need no reopening."""
        with self._lock:
            self._revision = self.passages.revision()

    def close(self) -> None:
        """Let go of its files."""
        self.vectors.close()


def exists(directory: Path) -> bool:
    """Whether there is a current generation."""
    try:
        current(directory)
    except NothingIndexed:
        return False
    return True


def all_of(directory: Path) -> list[Generation]:
    """Every generation on disk, the oldest first, the current one among them."""
    return [
        Generation(path) for path in sorted(directory.glob("g[0-9]*")) if (path / "passages.sqlite").exists()
    ]


def is_current(directory: Path, generation: Generation) -> bool:
    """Whether `generation` is the current one."""
    return exists(directory) and current(directory).name == generation.name


def current_name(directory: Path) -> str:
    """The name of the current generation, whether it is there or not; "" where none is named."""
    try:
        return str(json.loads((directory / "current.json").read_text("utf-8"))["generation"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def current(directory: Path) -> Generation:
    """The current generation of an index directory.

    Raises:
        NothingIndexed: There is none.
    """
    name = current_name(directory)
    if not name or not (directory / name / "passages.sqlite").exists():
        raise NothingIndexed("Nothing is indexed yet: run `duality index build`.")
    return Generation(directory / name)


def create(directory: Path, fingerprint: Fingerprint) -> Generation:
    """A new, empty generation, not yet current."""
    numbers = [int(path.name[1:]) for path in directory.glob("g[0-9]*") if path.name[1:].isdigit()]
    new = Generation(directory / f"g{max(numbers, default=0) + 1:04d}")
    try:
        new.directory.mkdir(parents=True)
        write_atomically(new.directory / "fingerprint.json", json.dumps(asdict(fingerprint), indent=1))
    except OSError as error:
        raise StorageFailed(
            f"No index can be made at {directory} ({error.strerror}): {disk.why(error, directory)}."
        ) from error
    new.passages.create()
    return new


def make_current(directory: Path, generation: Generation) -> None:
    """Swap the pointer to `generation`, in one step."""
    write_atomically(directory / "current.json", json.dumps({"generation": generation.name}))


def sweep(directory: Path, keep: Generation) -> None:
    """Delete all generations but `keep`; a reader that still holds one keeps what it has open."""
    for path in directory.glob("g[0-9]*"):
        if path.name != keep.name and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def write_atomically(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old or the new one, whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageFailed(
            f"{path} cannot be written ({error.strerror}): {disk.why(error, path)}."
        ) from error
