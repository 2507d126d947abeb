"""Hundreds of damaged PDFs, read as the index reads them: each must be read or refused in one line.

Real PDFs are damaged by `bench/damage.py` and read in child processes with the limits of every build. What is
read must also be sound: cut into passages whose text stands where they say. A file that is neither read nor
refused, or holds the reader longer than its limit, is a failure and ends the run with exit code 1.

    python bench/damaged_pdfs.py PAPERS [--count 500] [--seed 1] [--write]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue

if not __package__:  # run as a script
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else this folder would hide packages

from bench.damage import KINDS, damaged
from bench.reliability import put, table
from corpus.errors import UnreadableDocument
from corpus.passages import cut, located
from corpus.reader import Limits, Reader

READERS = 2
GRACE = 5.0  # seconds over the limit that starting a new child may take
LIMITS = replace(Limits(), ocr="")  # tesseract's time is not what is measured here


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one damaged file.

    Attributes:
        number: Its number in the series.
        kind: The damage.
        outcome: "read", "read in part", "refused", "child ended", "too slow", or "FAILED".
        said: The refusal, the remarks, or what went wrong.
        seconds: Wall time of reading it.
        peak_mb: The child's largest resident memory while it read.
        passages: Passages that were cut from it.
    """

    number: int
    kind: str
    outcome: str
    said: str
    seconds: float
    peak_mb: float
    passages: int = 0


def examined(number: int, kind: str, path: Path, reader: Reader, limits: Limits = LIMITS) -> Result:
    """Read one file and judge what came of it."""
    _forget_peak(reader)
    began = time.perf_counter()
    outcome, said, passages = "FAILED", "", 0
    try:
        document = reader.read(path)
        passages = _sound(document)
        outcome, said = ("read in part", "; ".join(document.remarks)) if document.remarks else ("read", "")
    except UnreadableDocument as error:
        said = str(error).replace(path.name, "FILE")
        outcome = (
            "child ended"
            if "stopped the reader" in said
            else "too slow"
            if "took longer" in said
            else "refused"
        )
        if "\n" in said or len(said) > 200 or not said.startswith("FILE "):
            outcome = "FAILED"
    except Exception as error:  # noqa: BLE001 - exactly what must not happen
        said = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - began
    if seconds > limits.seconds + GRACE:
        outcome, said = "FAILED", f"held the reader {seconds:.0f} s; {said}"
    return Result(number, kind, outcome, said, seconds, _peak_mb(reader), passages)


def _sound(document: object) -> int:
    """How many passages the document gives; raises where one is not where it says it is."""
    from corpus.document import Document

    assert isinstance(document, Document)  # noqa: S101
    passages = cut(document)
    for passage in passages:
        passage.text.encode()  # half a character could not be stored
        for span in located(passage.spans, 0, len(passage.text)):
            page = document.pages[span.page - 1]
            if not 0 <= span.start < span.end <= len(page.text) <= len(page.raw):
                raise ValueError(f"a passage of page {span.page} does not stand on it")
    for text in (document.title, document.authors, *(page.label for page in document.pages)):
        text.encode()
    return len(passages)


def _forget_peak(reader: Reader) -> None:
    child = reader._child  # noqa: SLF001 - measured from outside, as `top` would
    if child is not None and child.poll() is None:
        try:
            Path(f"/proc/{child.pid}/clear_refs").write_text("5")
        except OSError:
            return


def _peak_mb(reader: Reader) -> float:
    child = reader._child  # noqa: SLF001
    try:
        status = Path(f"/proc/{child.pid}/status").read_text() if child is not None else ""
    except OSError:
        status = ""
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # it is gone: the largest so far


def series(
    papers: list[Path],
    count: int,
    seed: int,
    folder: Path,
    *,
    readers: int = READERS,
    limits: Limits = LIMITS,
) -> list[Result]:
    """Every file of a series, made and examined; each is deleted afterwards."""
    files = [path.read_bytes() for path in papers]
    order = list(range(len(files)))
    random.Random(seed).shuffle(order)
    files = [files[i] for i in order]
    free: SimpleQueue[Reader] = SimpleQueue()
    opened = [Reader(limits) for _ in range(readers)]
    for reader in opened:
        free.put(reader)
    told = threading.Lock()
    results: list[Result] = []

    def one(number: int) -> None:
        kind, _, content = damaged(number, seed, files)
        path = folder / f"damaged-{number:04d}.pdf"
        path.write_bytes(content)
        reader = free.get()
        try:
            result = examined(number, kind, path, reader, limits)
        finally:
            free.put(reader)
            if os.environ.get("KEEP") != "1":
                path.unlink()
        with told:
            results.append(result)
            if result.outcome in ("FAILED", "child ended", "too slow") or result.seconds > 30:
                print(
                    f"{number:>4} {kind:<18} {result.outcome:<12} {result.seconds:5.1f} s  {result.said}",
                    flush=True,
                )
            elif len(results) % 50 == 0:
                print(f"{len(results)} of {count}", flush=True)

    with ThreadPoolExecutor(readers) as pool:
        list(pool.map(one, range(count)))
    for reader in opened:
        reader.close()
    return sorted(results, key=lambda result: result.number)


def described(results: list[Result], papers: int, seed: int, took: float) -> str:
    """The results as the part of docs/reliability.md."""
    by_kind: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_kind[result.kind].append(result)
    heads = [
        "damage",
        "files",
        "read",
        "read in part",
        "refused",
        "reader replaced",
        "failed",
        "slowest",
        "peak MB",
    ]
    rows: list[list[object]] = []
    for kind, of_kind in (*by_kind.items(), ("**all**", results)):
        count = Counter(result.outcome for result in of_kind)
        rows.append(
            [
                kind,
                len(of_kind),
                count["read"],
                count["read in part"],
                count["refused"],
                count["child ended"] + count["too slow"],
                count["FAILED"],
                f"{max(result.seconds for result in of_kind):.1f} s",
                f"{max(result.peak_mb for result in of_kind):.0f}",
            ]
        )
    said: Counter[str] = Counter(
        r.said for r in results if r.outcome in ("refused", "child ended", "too slow")
    )
    reasons = "\n".join(f"- {count} × “{text}”" for text, count in said.most_common(12))
    return f"""## {len(results)} damaged PDFs

`python bench/damaged_pdfs.py PAPERS --count {len(results)} --seed {seed}`: {papers} real PDFs, damaged in
{len(KINDS)} ways and read in {READERS} child processes with the limits of every build ({LIMITS.seconds:g} s,
{LIMITS.memory_bytes / 2**30:.0f} GB, {LIMITS.pages:,} pages), OCR switched off; {took / 60:.0f} minutes on 2 shared cores. "Read" counts only where
every passage stands where it says. "Reader replaced": the child ran into a limit or ended, cost its one file a
sentence, and the next file was read by a new child. "Failed" would be a crash of the program, a hang over the limit
or anything but one line.

{table(heads, rows)}

What the refused were told (FILE stands for the name):

{reasons}
"""


def main() -> None:
    """Run the series, print what became of it, and write it down where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("papers", type=Path)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    given = parser.parse_args()
    papers = sorted(given.papers.rglob("*.pdf"))
    if not papers:
        sys.exit(f"{given.papers} holds no PDFs.")
    os.nice(5)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        results = series(papers, given.count, given.seed, Path(os.environ.get("FOLDER", folder)))
    text = described(results, len(papers), given.seed, time.monotonic() - began)
    print(text)
    if given.write:
        put("damaged PDFs", text)
    sys.exit(any(result.outcome == "FAILED" for result in results))


if __name__ == "__main__":
    main()
