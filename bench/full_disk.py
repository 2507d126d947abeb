"""A file system that is really full: every writing operation there, then space is freed and it is done again.

A small file system in memory is mounted (root is needed, Linux) and filled up to a few kilobytes; a build, an add, a
removal, a compaction, an upload and a fetch of weights are tried on what is left. Each must end well or with one line
of StorageFailed; what was stored before must be there letter by letter; once space is freed, the operation is
completed as if nothing had been.

    python bench/full_disk.py [--write]
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.server
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:  # run as a script
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else this folder would hide packages

from assistant.uploads import take_in
from bench.reliability import put, table
from bench.small_index import OPERATIONS, operate, papers, prepared, snapshot
from corpus.errors import DualityError, NothingIndexed, StorageFailed
from index import generation as generations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.small_index import Snapshot

SIZE_MB = 24
LEFT = (0, 40, 150, 400, 800, 1_600, 3_200)  # kilobytes left free
ROOM = "duality-full-disk"
KINDS = (*OPERATIONS, "upload", "weights")
WEIGHTS_BYTES = 3_000_000


@contextlib.contextmanager
def mounted(size_mb: int = SIZE_MB) -> Iterator[Path]:
    """A file system of its own. Raises PermissionError where mounting is not allowed."""
    place = Path(tempfile.mkdtemp(prefix=ROOM))
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PermissionError(done.stderr.strip() or "mount refused")
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", str(place)], check=False)
    finally:
        with contextlib.suppress(OSError):
            place.rmdir()


def filled(place: Path, left_kb: int) -> Path:
    """A file that takes all but `left_kb` of what is free."""
    ballast = place / "ballast"
    free = shutil.disk_usage(place).free - left_kb * 1024
    with ballast.open("wb") as file:
        file.write(bytes(max(0, free)))
    return ballast


def attempt(operation: str, directory: Path, files: Sequence[Path]) -> str:
    """One operation in a process of its own: "done", the one line it ended with, or "FAILED: …"."""
    command = [sys.executable, str(Path(__file__).resolve()), "--child", operation, str(directory)]
    done = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, check=False, timeout=300
    )
    lines = done.stdout.strip().splitlines()
    return lines[-1] if lines else f"FAILED: {done.stderr.strip()[-300:]}"


def child(operation: str, directory: Path, files: Sequence[Path]) -> str:
    """As `attempt`, here."""
    try:
        if operation == "upload":
            for file in files:
                take_in(file, file.name, directory)
        elif operation == "weights":
            _weights(directory)
        else:
            operate(operation, directory, files, lambda _: None)
    except DualityError as error:
        said = str(error)
        if "\n" in said:
            return f"FAILED: more than one line: {said!r}"
        return f"{type(error).__name__}: {said}"
    except BaseException as error:  # noqa: BLE001 - exactly what must not reach a user
        return f"FAILED: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return "done"


def _weights(directory: Path) -> None:
    """A file of weights from a host of this machine, which shuts its eyes to the space there is."""
    from index import weights
    from index.weight_files import WeightFile, Weights

    content = random.Random(0).randbytes(WEIGHTS_BYTES)

    class Host(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            at = int(self.headers.get("Range", "bytes=0-")[6:-1])
            self.send_response(206 if at else 200)
            if at:
                self.send_header("Content-Range", f"bytes {at}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - at))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content[at:])

        def log_message(self, *_: object) -> None:
            return

    file = WeightFile("model.bin", hashlib.sha256(content).hexdigest(), len(content))
    weights._Fetch._need_space = lambda _: None  # type: ignore[method-assign]  # noqa: SLF001 - the worse case
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        os.environ["HF_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}"
        try:
            weights.fetch(Weights("test weights", (file,), "some/model", ()), directory)
        finally:
            server.shutdown()
    if hashlib.sha256((directory / "model.bin").read_bytes()).hexdigest() != file.sha256:
        raise ValueError("weights of other bytes")


def _visible(directory: Path) -> Snapshot:
    try:
        generation = generations.current(directory)
    except NothingIndexed:
        return {}
    found = snapshot(generation)
    generation.close()
    return found


def _tried(
    operation: str, left: int, place: Path, ground: Path, files: Sequence[Path], after: Snapshot
) -> tuple[str, str]:
    """What one operation said with `left` kilobytes free, and what was wrong then, or ""."""
    home = place / "home"
    shutil.rmtree(home, ignore_errors=True)
    if ground.exists():
        shutil.copytree(ground, home)
    else:
        home.mkdir()
    before = _visible(home)
    ballast = filled(place, left)
    said = attempt(operation, home, files)
    wrong = said if said.startswith("FAILED") else ""
    with contextlib.suppress(StorageFailed):  # with no room at all SQLite cannot even read, and says so
        _visible(home)
    ballast.unlink()
    if operation in OPERATIONS:
        now = _visible(home)
        lost = [] if operation == "removal" else [key for key, was in before.items() if now.get(key) != was]
        unlike = [key for key, digest in now.items() if (before | after).get(key) != digest]
        wrong = wrong or (f"lost {lost}" if lost else "") or (f"half done {unlike}" if unlike else "")
    again = attempt(operation, home, files)
    if again != "done":
        wrong = wrong or f"with space again: {again}"
    elif operation in OPERATIONS and _visible(home) != after:
        wrong = wrong or "with space again it is not as it should be"
    elif operation == "upload" and any(
        (home / file.name).read_bytes() != file.read_bytes() for file in files
    ):
        wrong = wrong or "a stored file has other bytes"
    return said, wrong


def rounds(
    place: Path, room: Path, left: Sequence[int] = LEFT, kinds: Sequence[str] = KINDS
) -> list[tuple[str, int, str, str]]:
    """Each operation with each amount of space: its name, kilobytes, what it said, what was wrong."""
    files = papers(room / "papers")
    found = []
    for operation in kinds:
        ground, undisturbed, after = room / f"start-{operation}", room / f"end-{operation}", {}
        if operation in OPERATIONS:
            prepared(operation, ground, files)
            shutil.copytree(ground, undisturbed)
            operate(operation, undisturbed, files, lambda _: None)
            after = _visible(undisturbed)
        for kilobytes in left:
            said, wrong = _tried(operation, kilobytes, place, ground, files, after)
            found.append((operation, kilobytes, said, wrong))
            print(operation, kilobytes, said[:150], f"WRONG: {wrong}" if wrong else "", flush=True)
    return found


def described(found: list[tuple[str, int, str, str]]) -> str:
    """The rounds as the part of docs/reliability.md."""
    heads = ["with this much left", *(f"{kilobytes:,} KB" for kilobytes in LEFT)]
    by_kind: dict[str, list[object]] = defaultdict(list)
    for operation, _, said, wrong in found:
        by_kind[operation].append("WRONG" if wrong else "done" if said == "done" else "told")
    said = Counter(re.sub(r"/\S*/", "…/", said) for _, _, said, _ in found if said != "done")
    lines = "\n".join(f"- {count} × “{line.partition(': ')[2]}”" for line, count in said.most_common(8))
    return f"""## A full disk

`python bench/full_disk.py`: a real file system of {SIZE_MB} MB, filled up to the amount in the head of each column, and
each operation tried on it. "told": it ended with one line (exit code 8); what had been stored was there letter by letter
and nothing half-done was visible; with space freed, the same command completed it. "done": what was left was enough.

{table(heads, [[kind, *cells] for kind, cells in by_kind.items()])}

What was told:

{lines}
"""


def main() -> None:
    """Run the rounds, print what was said, and write it down where asked."""
    if sys.argv[1:2] == ["--child"]:
        operation, directory, *files = sys.argv[2:]
        said = child(operation, Path(directory), [Path(file) for file in files])
        print(f"\n{said}")
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, mounted() as place:
        found = rounds(place, Path(folder))
    text = described(found)
    print(text)
    if given.write:
        put("full disk", text)
    sys.exit(any(wrong for *_, wrong in found))


if __name__ == "__main__":
    main()
