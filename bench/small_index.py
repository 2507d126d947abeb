"""A small generated corpus, and the operations on its index that the scripts here disturb."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from corpus.passages import Cutting
from corpus.reader import Limits
from index import generation as generations
from index.build import Builder
from index.embedders import HashingEmbedder
from index.lock import writing
from tests import pdfs
from tests.indexes import few

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.generation import Generation

OPERATIONS = ("build", "add", "removal", "compaction")
FIRST, ADDED = 4, 2  # papers of a build, papers of an add
SHORT, LONG = (
    20,
    200,
)  # sentences of a section; of long papers Chroma writes its mapped files in each operation
WORDS = (
    "robot policy reward diffusion planner gripper camera value latent token score noise horizon torque grasp "
    "episode critic actor demonstration simulator object shelf drawer language image trajectory goal sample"
).split()
Snapshot = dict[tuple[str, str], str]


def papers(folder: Path, sentences: int = SHORT) -> list[Path]:
    """The generated papers, each with words of its own and four sections of so many sentences; if LONG, those added later of twice as many."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(FIRST + ADDED):
        chance = random.Random(number)
        length = 2 * sentences if sentences == LONG and number >= FIRST else sentences
        sections = {
            f"{part} Part {part}": " ".join(
                f"Paper{number} part {part} says that the {' '.join(chance.choices(WORDS, k=9))} is {chance.randrange(999)}."
                for _ in range(length)
            )
            for part in range(1, 5)
        }
        path = folder / f"Generated{number}.pdf"
        made.append(pdfs.simple_paper(path, title=f"Generated Study Number {number}", sections=sections))
    return made


def builder(directory: Path) -> Builder:
    """A builder over the small catalogue, with an embedder that needs no weights."""
    return Builder(directory, few(), HashingEmbedder(), Cutting(tokens=80), Limits(ocr=""))


def operate(operation: str, directory: Path, files: Sequence[Path], said: Callable[[str], None]) -> None:
    """One operation as a command does it, telling what is committed once it is."""
    with writing(directory, operation) as after_kill:
        working = builder(directory)
        commit = working._commit  # noqa: SLF001 - what is told here is what has been committed

        def told(paper: Any, record: Any, *rest: Any) -> None:
            commit(paper, record, *rest)
            said(f"committed {record.paper} {record.source}")

        working._commit = told  # type: ignore[method-assign]  # noqa: SLF001
        if operation == "compaction":
            working.compact()
        elif operation == "removal":
            for path in files[:3]:
                working.generation.passages.remove_pdf(path.stem.lower())
                said(f"removed {path.stem.lower()} pdf")
            working.finish(after_kill=after_kill)
        else:
            working.add_catalogue()
            working.add_pdfs(files[:FIRST] if operation == "build" else files)
            working.finish(after_kill=after_kill)
        working.generation.close()


def prepared(operation: str, directory: Path, files: Sequence[Path]) -> None:
    """The index that an operation begins with."""
    directory.mkdir(parents=True)
    if operation == "build":
        return
    operate("build", directory, files, lambda _: None)
    if operation in ("removal", "compaction"):
        operate("add", directory, files, lambda _: None)
    if operation == "compaction":
        without_two(directory, files)


def without_two(directory: Path, files: Sequence[Path]) -> None:
    """Hide two papers, so that vectors belong to nothing."""
    current = generations.current(directory)
    for path in files[:2]:
        current.passages.remove_pdf(path.stem.lower())
    current.close()


def snapshot(generation: Generation) -> Snapshot:
    """A digest of everything visible, by paper and source: passages, keywords, pages."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    with generation.passages.connection() as connection:
        for row in connection.execute(
            "SELECT d.paper, d.source, p.ordinal, p.kind, p.section, p.text, p.spans, p.embedded, k.text "
            "FROM documents d JOIN passages p ON p.document = d.id LEFT JOIN keywords k ON k.rowid = p.row "
            "ORDER BY d.paper, d.source, p.ordinal"
        ):
            found[row[0], row[1]].append(row[2:])
        for row in connection.execute(
            "SELECT d.paper, d.source, g.number, g.text FROM documents d JOIN pages g ON g.document = d.id "
            "ORDER BY d.paper, d.source, g.number"
        ):
            found[row[0], row[1]].append(row[2:])
    return {key: hashlib.sha256(repr(rows).encode()).hexdigest() for key, rows in found.items()}
