"""A search open in one process, an add in another: how soon the first answers from the new paper.

python bench/two_processes.py [--rounds 10] [--write]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if not __package__:  # run as a script
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else this folder would hide packages

from bench.reliability import put
from bench.small_index import FIRST, builder, operate, papers
from corpus.errors import IndexLocked
from index.embedders import HashingEmbedder
from index.lock import writing
from index.search import Search
from tests.indexes import few

LOCK_SECONDS = 5.0  # as the workspace waits
QUESTION = f"What does Paper{FIRST} part 3 say?"
PAPER = f"generated{FIRST}"


def child(directory: Path, file: Path) -> None:
    """Add a paper, tell when it is committed, keep the lock until told to end."""
    with writing(directory, "`duality add`"):
        print("writing", flush=True)
        sys.stdin.readline()
        adding = builder(directory)
        adding.add_pdfs([file])
        print(time.time(), flush=True)
        adding.finish()
        sys.stdin.readline()


def once(directory: Path, files: list[Path]) -> tuple[float, float, str]:
    """Seconds from the commit to the answer, seconds a second writer waited, and what it was told."""
    operate("build", directory, files, lambda _: None)
    search = Search(directory, few(), HashingEmbedder())
    search(QUESTION, 20)  # it is open, as a page is
    command = [sys.executable, str(Path(__file__).resolve()), "--child", str(directory), str(files[FIRST])]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    process.stdout.readline()
    process.stdin.write("\n")
    process.stdin.flush()
    committed = float(process.stdout.readline())
    while PAPER not in {hit.passage.paper for hit in search(QUESTION, 20)}:
        if time.time() - committed > 30:
            sys.exit("The open search never sees the paper.")
    seen = time.time() - committed
    began, said = time.monotonic(), "it was let in"
    try:
        with writing(directory, "a second writer", LOCK_SECONDS):
            pass
    except IndexLocked as error:
        said = str(error)
    waited = time.monotonic() - began
    process.stdin.write("\n")
    process.stdin.flush()
    process.wait()
    search.close()
    return seen, waited, said


def main() -> None:
    """Measure, print, and write it down where asked."""
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = papers(Path(folder) / "papers")
        found = [once(Path(folder) / f"index-{number}", files) for number in range(given.rounds)]
    seen = [seconds for seconds, *_ in found]
    waited = statistics.median(seconds for _, seconds, _ in found)
    text = f"""## Two processes at one index

`python bench/two_processes.py --rounds {given.rounds}`: a search is open in one process while another adds a
paper. From the commit to an answer that cites the new paper, without restart: median
{statistics.median(seen):.2f} s, longest {max(seen):.2f} s. A second writer waits {waited:.1f} s and is then told:

> {found[-1][2]}
"""
    print(text)
    if given.write:
        put("two processes", text)
    sys.exit(max(seen) > 2.0 or not all("`duality add`, process" in said for *_, said in found))


if __name__ == "__main__":
    main()
