"""What is wrong with a home, and the command that mends it."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus import catalogue as catalogues
from corpus.errors import DualityError, ModelNotAvailable, NothingIndexed
from index import generation as generations
from index.generation import Fingerprint
from index.lock import holder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.workspace import Workspace
    from index.generation import Generation

Severity = Literal["good", "note", "warning", "fault"]
LOW_SPACE = 3 * 1024**3  # bytes: the chat model's weights and an index, with some air


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        name: What was looked at.
        severity: "fault" means that something does not work; "warning", that it will not for long.
        message: What was found, as a sentence.
        remedy: The command that mends it; "" where nothing needs mending.
    """

    name: str
    severity: Severity
    message: str
    remedy: str = ""


def examined(workspace: Workspace, *, thorough: bool = False) -> Iterator[Check]:
    """Every check, as it is made.

    Args:
        workspace: What to look at; nothing in it is changed.
        thorough: Read every byte of the weights too.
    """
    yield _home(workspace)
    yield from _weights(workspace, thorough=thorough)
    yield _model(workspace)
    yield Check("catalogue", "good", f"{len(catalogues.load().curated)} curated papers, all consistent.")
    try:
        generation = generations.current(workspace.home.index)
    except NothingIndexed:
        yield Check("index", "fault", "Nothing is indexed yet.", "duality index build")
        return
    try:
        yield from _index(workspace, generation)
    except Exception as error:  # noqa: BLE001 - whatever a damaged index does, the remedy is the same
        said = (
            str(error)
            if isinstance(error, DualityError)
            else f"{generation.directory} cannot be read ({error})."
        )
        yield Check("index", "fault", said, "duality index build --fresh")


def _home(workspace: Workspace) -> Check:
    root = workspace.home.root
    place = next((p for p in (root, *root.parents) if p.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    said = f"{root}, {free / 1e9:.1f} GB free, Python {sys.version.split()[0]}."
    if free < LOW_SPACE:
        return Check("home", "warning", said, "free some space, or set DUALITY_HOME to another disk")
    return Check("home", "good", said)


def _weights(workspace: Workspace, *, thorough: bool) -> Iterator[Check]:
    from assistant.chat.models import pullable
    from index.weights import is_present, verify

    for name, (weights, directory) in pullable(workspace.home).items():
        if not is_present(weights, directory):
            needed = name == "minilm" and workspace.settings.embedder == "minilm"
            said = f"{weights.name} is not on this machine." + (
                "" if needed else " Answers are quotes only until it is."
            )
            yield Check(
                f"weights of {name}", "fault" if needed else "note", said, f"duality models pull {name}"
            )
            continue
        problems = verify(weights, directory) if thorough else []
        if problems:
            yield Check(f"weights of {name}", "fault", " ".join(problems), f"duality models pull {name}")
        else:
            yield Check(
                f"weights of {name}", "good", f"{weights.name}{', every byte right' if thorough else ''}."
            )


def _model(workspace: Workspace) -> Check:
    try:
        chosen = workspace.model()
    except DualityError as error:
        return Check("chat model", "fault", str(error), "duality config")
    return Check("chat model", "good", f"{chosen.name}: {chosen.reason}")


def _index(workspace: Workspace, generation: Generation) -> Iterator[Check]:
    from corpus.passages import Cutting

    built = generation.fingerprint()
    try:
        wanted = Fingerprint.of(workspace.embedder, Cutting(tokens=workspace.settings.passages.tokens))
    except ModelNotAvailable as error:
        wanted = built
        yield Check("embedder", "fault", str(error), "duality config")
    if built != wanted:
        yield Check(
            "fingerprint",
            "fault",
            f"The index was built with {built}, the settings ask for {wanted}.",
            "duality index build",
        )
    records = generation.passages.documents()
    notes = {r.paper for r in records if r.source == "digest"}
    lacking = [
        paper.id for paper in catalogues.load().papers if paper.digest is not None and paper.id not in notes
    ]
    if lacking:
        yield Check(
            "digests",
            "fault",
            f"{len(lacking)} of the papers' digests are not indexed.",
            "duality index build",
        )
    gone = [r.file for r in records if r.file and not Path(r.file).exists()]
    if gone:
        yield Check(
            "PDFs", "warning", f"{len(gone)} indexed PDFs are gone, so their pages cannot be shown: {', '.join(gone[:3])}.",
            "put them back, or run `duality index build --pdfs FOLDER` on where they are now",
        )  # fmt: skip
    ids = generation.passages.embedded_ids()
    missing = generation.vectors.missing(ids)
    stored = generation.vectors.count()
    if missing:
        yield Check(
            "vectors",
            "fault",
            f"{len(missing)} passages have lost their vectors.",
            "duality index build --fresh",
        )
    else:
        extra = stored - len(ids)
        said = f"Every one of {len(ids)} vectors is reachable" + (
            f"; {extra} belong to passages no longer there." if extra else "."
        )
        yield Check("vectors", "good", said)
    old = [path.name for path in workspace.home.index.glob("g[0-9]*") if path.name != generation.name]
    if old and not holder(workspace.home.index):
        yield Check(
            "generations", "warning", f"Left behind: {', '.join(sorted(old))}.", "duality index build"
        )
    pdfs = sum(r.source == "pdf" for r in records)
    yield Check(
        "index", "good", f"Generation {generation.name}: {pdfs} PDFs, {len(ids)} passages with a vector."
    )
