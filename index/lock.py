"""One writer at a time: a lock that names its holder, and goes with the process that held it."""

from __future__ import annotations

import contextlib
import json
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from corpus import disk
from corpus.errors import IndexLocked, StorageFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


KILLED = "killed"  # the file that says so


def looked_after(directory: Path) -> None:
    """Note that what a killed writer left has been looked at."""
    with contextlib.suppress(OSError):
        (directory / KILLED).unlink()


def unfinished(directory: Path) -> bool:
    """Whether a writer is at work, or one was killed and nobody has looked since at what it left."""
    return (directory / "writer.json").exists() or (directory / KILLED).exists()


def holder(directory: Path) -> str:
    """Who writes now, as "`duality add`, process 4711, since 14:03"; "" where nobody is known."""
    import filelock

    note = directory / "writer.json"
    if not note.exists():
        return ""
    try:
        with filelock.FileLock(directory / "writer.lock", timeout=0):
            return ""  # nobody holds it: the note was left by a process that was killed
    except filelock.Timeout:
        pass
    except OSError:  # a home that may only be read
        return ""
    try:
        data = json.loads(note.read_text("utf-8"))
        since = time.strftime("%H:%M", time.localtime(data["since"]))
        return f"{data['purpose']}, process {data['process']}, since {since}"
    except (OSError, ValueError, KeyError):
        return ""


@contextmanager
def writing(directory: Path, purpose: str, wait_seconds: float = 0.0) -> Iterator[bool]:
    """Hold the writer's lock of an index directory; whether a writer was killed whose work nobody has looked at since.

    Args:
        directory: The index directory.
        purpose: What the holder does, for others to read.
        wait_seconds: How long to wait for another writer.

    Raises:
        IndexLocked: Another process, or thread, holds it.
        StorageFailed: The disk is full or refuses.
    """
    import filelock

    lock = filelock.FileLock(directory / "writer.lock", timeout=wait_seconds)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout as error:
        who = holder(directory) or "another process"
        raise IndexLocked(
            f"The index is being written by {who}: wait for it to finish, then try again."
        ) from error
    except OSError as error:
        raise StorageFailed(
            f"{directory} cannot be written ({error.strerror}): {disk.why(error, directory)}."
        ) from error
    note = directory / "writer.json"
    try:
        if note.exists():  # else its writer would have taken it away
            with contextlib.suppress(OSError):
                (directory / KILLED).touch()
        with contextlib.suppress(OSError):  # on a full disk a removal must do without
            note.write_text(
                json.dumps({"purpose": purpose, "process": os.getpid(), "since": time.time()}), "utf-8"
            )
        yield (directory / KILLED).exists()
    finally:
        with contextlib.suppress(OSError):
            note.unlink()
        lock.release()
