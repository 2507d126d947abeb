"""A part of bench/full_disk.py: a file system that is really full."""

from __future__ import annotations

import errno
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from bench.full_disk import mounted, rounds
from corpus.errors import StorageFailed
from index.lock import writing
from index.vectors import Vectors

if TYPE_CHECKING:
    from pathlib import Path


def test_on_a_full_disk_one_line_is_said_and_nothing_stored_is_lost(tmp_path: Path) -> None:
    with ExitStack() as stack:
        try:
            place = stack.enter_context(mounted())
        except (OSError, FileNotFoundError) as error:
            pytest.skip(f"needs the right to mount a small file system: {error}")
        found = rounds(place, tmp_path, left=(40,), kinds=("add", "upload", "weights"))
    for operation, _, said, wrong in found:
        assert not wrong, (operation, wrong)
        assert said.startswith("StorageFailed: "), (operation, said)


def test_what_chroma_says_of_a_full_disk_becomes_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class InternalError(Exception):
        """As chromadb's."""

    class Full:
        def count(self) -> int:
            raise InternalError("error returned from database:\n (code: 13) database or disk is full")

    vectors = Vectors(tmp_path / "chroma")
    monkeypatch.setattr(vectors, "_open", Full)
    with pytest.raises(StorageFailed, match="free some space") as caught:
        vectors.count()
    assert "\n" not in str(caught.value)


def test_a_fault_that_is_not_the_disks_stays_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong:
        def count(self) -> int:
            raise ValueError("a wrong argument")

    vectors = Vectors(tmp_path / "chroma")
    monkeypatch.setattr(vectors, "_open", Wrong)
    with pytest.raises(ValueError, match="a wrong argument"):
        vectors.count()


def test_a_lock_that_cannot_be_written_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import filelock

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(filelock.FileLock, "acquire", full)
    with (
        pytest.raises(StorageFailed, match=r"cannot be written \(No space left on device\)"),
        writing(tmp_path, "a test"),
    ):
        pass
