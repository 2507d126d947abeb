"""kill -9 at random moments of a build, an add, a removal and a compaction, and what is left then.

A real child process works on a small generated corpus and is killed at a moment drawn over the time that the
operation takes undisturbed. Then: the next start works; what the child had reported as committed is found, with
its vectors; nothing half-done is visible; the lock is free; no reading process stays behind; and the operation,
run again, ends as the undisturbed one did. In one round of three the papers are so long that Chroma writes the files
that it maps into memory, which it does every 1,000 vectors.

    python bench/kill.py [--moments 200] [--seed 1] [--only compaction] [--latest 1.2] [--write]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:  # run as a script
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else this folder would hide packages

from assistant.examining import storage
from bench.reliability import put, table
from bench.small_index import (
    ADDED,
    FIRST,
    LONG,
    OPERATIONS,
    SHORT,
    Snapshot,
    operate,
    papers,
    snapshot,
    without_two,
)
from corpus.errors import NothingIndexed
from index import generation as generations
from index.embedders import HashingEmbedder
from index.search import Search
from tests.indexes import few

if TYPE_CHECKING:
    from collections.abc import Sequence


UNDISTURBED = 3  # runs, of which the median counts
LATEST = 1.2  # times the undisturbed duration: a child on a busy machine is slower
ROUND = "DUALITY_TEST_ROUND"  # marks every process of a round, grandchildren among them


def child() -> None:
    """Wait for an operation on standard input, then do it; started ahead of time, as imports take long."""
    import chromadb  # noqa: F401

    os.write(1, b"ready\n")
    order = json.loads(sys.stdin.readline())
    files = [Path(file) for file in order["files"]]
    operate(order["operation"], Path(order["directory"]), files, _say)
    _say("done")


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


# --- one round ---


@dataclass(slots=True)
class Round:
    """What one kill left.

    Attributes:
        operation: What was killed.
        moment: Seconds after it began.
        said: What the child had told by then.
        wrong: Sentences about whatever is not as it must be.
        leftover: Vectors of the killed attempt that belong to nothing, once all is complete.
        generations: How many generations were on disk after the kill.
        length: Sentences of a section of its papers.
    """

    operation: str
    moment: float
    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    leftover: int = 0
    generations: int = 0
    length: int = SHORT

    @property
    def name(self) -> str:
        """What was killed, in words."""
        return f"{self.operation}, long papers" if self.length == LONG else self.operation

    @property
    def done(self) -> bool:
        """Whether the kill came after the end."""
        return "done" in self.said


class Child:
    """A working process that is up and waits for its order."""

    def __init__(self) -> None:
        self.mark = os.urandom(8).hex()
        self.ready = False
        self.took = 0.0  # seconds to the end of what it was let do undisturbed
        command = [sys.executable, str(Path(__file__).resolve()), "--child"]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, ROUND: self.mark},
        )

    def be_ready(self) -> None:
        """Wait until it has started."""
        assert self.process.stdout is not None  # noqa: S101
        if not self.ready:
            self.process.stdout.readline()
        self.ready = True

    def order(
        self, operation: str, directory: Path, files: Sequence[Path], moment: float | None
    ) -> list[str]:
        """Let it work, kill it after `moment` seconds (None: let it end); the lines it told."""
        assert self.process.stdin is not None  # noqa: S101
        assert self.process.stdout is not None  # noqa: S101
        self.be_ready()
        order = {"operation": operation, "directory": str(directory), "files": [str(file) for file in files]}
        self.process.stdin.write(f"{json.dumps(order)}\n".encode())
        self.process.stdin.flush()
        if moment is not None:
            time.sleep(moment)
            self.process.send_signal(signal.SIGKILL)
        began = time.monotonic()
        said = []
        for line in self.process.stdout:
            said.append(line.decode().strip())
            if said[-1] == "done":  # ending the process takes longer than a compaction
                self.took = time.monotonic() - began
        self.process.wait()
        return said

    def end(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.wait()

    def stayed_behind(self, seconds: float = 6.0) -> list[int]:
        """Processes of this round that are still there after a while."""
        end = time.monotonic() + seconds
        while (left := self._left()) and time.monotonic() < end:
            time.sleep(0.1)
        return left

    def _left(self) -> list[int]:
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in (place / "environ").read_bytes():
                    found.append(int(place.name))
        return found


def looked_at(round_: Round, directory: Path, whole: Snapshot, before: Snapshot) -> None:
    """Judge what a kill left: `whole` holds every document as it should be, `before` what was there."""
    wrong = round_.wrong
    committed = {tuple(line.split()[1:]) for line in round_.said if line.startswith("committed")}
    removed = {tuple(line.split()[1:]) for line in round_.said if line.startswith("removed")}
    round_.generations = len(list(directory.glob("g[0-9]*")))
    try:
        generation = generations.current(directory)
    except NothingIndexed:
        if before:
            wrong.append("the index that was there is gone")
        return
    try:
        visible = snapshot(generation)
        for key, digest in visible.items():
            if whole.get(key) != digest:
                wrong.append(f"{key} is not as it should be")
        lost = (set(before) | committed) - removed - set(visible)
        if round_.operation == "removal":  # one may be gone before it could be told
            lost -= {key for key in lost if key[1] == "pdf" and key in before and len(lost) == 1}
        if lost:
            wrong.append(f"committed and lost: {sorted(lost)}")
        if removed & set(visible):
            wrong.append(f"removed and back: {sorted(removed & set(visible))}")
        for check in (
            storage.integrity(generation, thorough=True),
            storage.orphans(generation),
            *storage.vectors(generation),
        ):
            if check.severity == "fault":
                wrong.append(check.message)
        _searched(round_, directory, visible)
    finally:
        generation.close()


def _searched(round_: Round, directory: Path, visible: Snapshot) -> None:
    search = Search(directory, few(), HashingEmbedder())
    try:
        for paper, source in visible:
            if source == "pdf":
                number = paper.removeprefix("generated")
                hits = search(f"What does Paper{number} part 3 say?", 20)
                if paper not in {hit.passage.paper for hit in hits}:
                    round_.wrong.append(f"{paper} is visible and not found")
                if len({hit.passage.id for hit in hits}) != len(hits):
                    round_.wrong.append("a passage is found twice")
        for hit in search("robot policy reward", 100):
            if (hit.passage.paper, hit.passage.source) not in visible:
                round_.wrong.append(f"{hit.passage.paper} is found and not visible")
    finally:
        search.close()


def completed(round_: Round, directory: Path, files: Sequence[Path], after: Snapshot) -> None:
    """Run the operation again and compare with the undisturbed one."""
    try:
        if round_.operation != "compaction" or len(generations.all_of(directory)) > 1 or not round_.done:
            operate(round_.operation, directory, files, lambda _: None)
        generation = generations.current(directory)
        if snapshot(generation) != after:
            round_.wrong.append("completed, it is not as the undisturbed one")
        ids = generation.passages.embedded_ids()
        if generation.vectors.missing(ids):
            round_.wrong.append("completed, vectors are missing")
        round_.leftover = generation.vectors.count() - len(ids)
        generation.close()
        left = [path.name for path in directory.glob("g[0-9]*") if path.name != generation.name]
        if left or (directory / "writer.json").exists():
            round_.wrong.append(f"completed, left behind: {left or 'the note of a writer'}")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not happen
        round_.wrong.append(f"cannot be completed: {type(error).__name__}: {error}")


@dataclass(slots=True)
class Ground:
    """Everything that rounds of one operation are compared with.

    Attributes:
        files: The papers.
        start: The index directory it begins with.
        before: What is visible there.
        after: What is visible after it.
        seconds: How long it takes undisturbed.
    """

    files: Sequence[Path]
    start: Path
    before: Snapshot
    after: Snapshot
    seconds: float


def grounds(room: Path, length: int, runs: int) -> dict[str, Ground]:
    """Each operation prepared and run undisturbed; one begins where the one before ended."""
    files = papers(room / "papers", length)
    found: dict[str, Ground] = {}
    begins_with = {"build": "", "add": "build", "removal": "add", "compaction": "add"}
    for operation in OPERATIONS:
        start, directory = room / f"start-{operation}", room / f"undisturbed-{operation}"
        if begins_with[operation]:
            shutil.copytree(room / f"undisturbed-{begins_with[operation]}", start)
        else:
            start.mkdir()
        if operation == "compaction":
            without_two(start, files)
        before: Snapshot = {}
        with contextlib.suppress(NothingIndexed):
            before = snapshot(generations.current(start))
        took = []
        for _ in range(runs):
            shutil.rmtree(directory, ignore_errors=True)
            shutil.copytree(start, directory)
            took.append(_undisturbed(operation, directory, files))
        after = snapshot(generations.current(directory))
        found[operation] = Ground(files, start, before, after, statistics.median(took))
    return found


def _undisturbed(operation: str, directory: Path, files: Sequence[Path]) -> float:
    """Seconds that an operation takes in a fresh process with another one starting beside it, as those that are killed."""
    working = Child()
    working.be_ready()
    beside = Child()
    working.order(operation, directory, files, None)
    beside.end()
    return working.took


def series(
    room: Path,
    moments: int,
    seed: int,
    operations: Sequence[str] = OPERATIONS,
    runs: int = UNDISTURBED,
    latest: float = LATEST,
    lengths: Sequence[int] = (SHORT,),
) -> tuple[list[Round], dict[str, float]]:
    """`moments` rounds, the operations in turn, each at a moment of its own; and how long each takes.

    Args:
        room: An empty folder.
        moments: How many rounds.
        seed: Of the moments.
        operations: What is killed.
        runs: Undisturbed ones before, of which the median counts.
        latest: The latest moment, in undisturbed durations.
        lengths: Sentences of a section of the papers, in turn.
    """
    chance = random.Random(seed)
    ground = {length: grounds(room / str(length), length, runs) for length in dict.fromkeys(lengths)}
    rounds = []
    waiting = Child()
    for number in range(moments):
        operation = operations[number % len(operations)]
        length = lengths[number // len(operations) % len(lengths)]
        here = ground[length][operation]
        round_ = Round(operation, chance.uniform(0, here.seconds * latest), length=length)
        directory = room / f"round-{number}"
        shutil.copytree(here.start, directory)
        now, waiting = waiting, Child()  # the next one starts while this one's traces are read
        round_.said = now.order(operation, directory, here.files, round_.moment)
        whole = {
            key: digest
            for g in ground[length].values()
            for key, digest in (*g.before.items(), *g.after.items())
        }
        try:
            looked_at(round_, directory, whole, here.before)
            completed(round_, directory, here.files, here.after)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not happen
            round_.wrong.append(f"the next start fails: {type(error).__name__}: {error}")
        if now.stayed_behind():
            round_.wrong.append("a process of the round stayed behind")
        rounds.append(round_)
        shutil.rmtree(directory, ignore_errors=True)
        if round_.wrong:
            print(f"{number} {round_.name} at {round_.moment:.2f} s: {'; '.join(round_.wrong)}", flush=True)
        elif (number + 1) % 20 == 0:
            print(f"{number + 1} of {moments}", flush=True)
    waiting.end()
    seconds = {
        Round(name, 0, length=length).name: g.seconds
        for length, of in ground.items()
        for name, g in of.items()
    }
    return rounds, seconds


def described(rounds: list[Round], ground_seconds: dict[str, float], seed: int) -> str:
    """The rounds as the part of docs/reliability.md."""
    heads = [
        "killed",
        "moments",
        "takes",
        "nothing told yet",
        "part told",
        "just done",
        "copy on disk",
        "wrong after it",
        "left-over vectors",
    ]
    rows: list[list[object]] = []
    for name in dict.fromkeys(r.name for r in rounds):
        of = [r for r in rounds if r.name == name]
        rows.append(
            [
                name,
                len(of),
                f"{ground_seconds[name]:.1f} s",
                sum(not r.said for r in of),
                sum(bool(r.said) and not r.done for r in of),
                sum(r.done for r in of),
                sum(r.generations > 1 for r in of),
                sum(bool(r.wrong) for r in of),
                f"0 to {max(r.leftover for r in of)}",
            ]
        )
    wrong = "\n".join(f"- {r.name} at {r.moment:.2f} s: {'; '.join(r.wrong)}" for r in rounds if r.wrong)
    return f"""## `kill -9` at {len(rounds)} moments

`python bench/kill.py --moments {len(rounds)} --seed {seed}`: a child process builds an index of {FIRST} generated papers and
3 papers' notes, adds {ADDED} papers, removes 3, or compacts, and is killed at a moment drawn over the time that takes.
"Long papers": each operation stores more than 1,000 vectors, so that Chroma writes the files that it maps into memory.
After each kill: status and search work; every paper the child had told as committed is there, letter by letter, with
its vectors found by search, its pages and its keywords; nothing else is visible; SQLite's own check is clean; the lock
is free; no reading process is left; the operation, run again, ends letter by letter as the undisturbed one.
"Copy on disk": killed between the first byte of a compaction's new generation and the deletion of the old one.
Left-over vectors, of the attempt that was killed, belong to nothing visible; a compaction drops them.

{table(heads, rows)}

{"Wrong after it:" if wrong else "Nothing was wrong after any of them."}
{wrong}
"""


def main() -> None:
    """Run the rounds, print what was left, and write it down where asked."""
    if sys.argv[1:] == ["--child"]:
        child()
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=OPERATIONS)
    parser.add_argument("--latest", type=float, default=LATEST, help="moment, in undisturbed durations")
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    given = parser.parse_args()
    operations = (given.only,) if given.only else OPERATIONS
    with tempfile.TemporaryDirectory() as folder:
        rounds, seconds = series(
            Path(folder),
            given.moments,
            given.seed,
            operations,
            latest=given.latest,
            lengths=(SHORT, SHORT, LONG),
        )
    text = described(rounds, seconds, given.seed)
    print(text)
    if given.write:
        put("kills", text)
    sys.exit(any(r.wrong for r in rounds))


if __name__ == "__main__":
    main()
