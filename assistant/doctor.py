"""What is wrong with a home, and the command that mends it."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.examining import papers, storage
from assistant.examining.check import Check
from corpus import catalogue as catalogues
from corpus import disk, memory
from corpus.errors import DualityError, ModelNotAvailable, NothingIndexed
from index import generation as generations
from index.generation import LAYOUT_VERSION, Fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.workspace import Workspace
    from index.generation import Generation

LOW_SPACE = 3 * 1024**3  # bytes: the chat model's weights and an index, with some air
NO_SPACE = 200 * 1024**2  # bytes: a paper more may not fit


def examined(workspace: Workspace, *, thorough: bool = False) -> Iterator[Check]:
    """Every check, as it is made.

    Args:
        workspace: What to look at; nothing in it is changed.
        thorough: Read every byte of the weights and the index, and look whether each paper is found by its own
            title.
    """
    yield _home(workspace)
    yield from _weights(workspace, thorough=thorough)
    yield _model(workspace)
    yield from _cross_encoder(workspace)
    yield Check("catalogue", "good", f"{len(catalogues.load().curated)} curated papers, all consistent.")
    overlay = storage.overlay(workspace.home.overlay)
    if overlay is not None:
        yield overlay
    found = storage.cache(workspace.home.index / "vectors.sqlite")
    if found is not None:
        yield found
    try:
        generation = generations.current(workspace.home.index)
    except NothingIndexed:
        yield Check("index", "fault", "Nothing is indexed yet.", "duality index build")
        return
    try:
        yield from storage.left_behind(workspace.home.index, generation)
        yield from _index(workspace, generation, thorough=thorough)
    except Exception as error:
        if memory.is_lack(error):
            raise
        said = (
            str(error)
            if isinstance(error, DualityError)
            else f"{generation.directory} cannot be read ({error})."
        )
        yield Check("index", "fault", said, _remedy(error, workspace))
    finally:
        generation.close()


def _remedy(error: Exception, workspace: Workspace) -> str:
    """The command for an index that cannot be read, or what to do about the disk."""
    why = disk.why(error.__cause__ or error, workspace.home.index)
    return why if why in (disk.FULL, disk.READ_ONLY) else storage.BUILD


def _home(workspace: Workspace) -> Check:
    root = workspace.home.root
    place = next((p for p in (root, *root.parents) if p.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    said = f"{root}, {free / 1e9:.1f} GB free, Python {sys.version.split()[0]}."
    if free < NO_SPACE:
        return Check("home", "fault", said, "free some space, or set DUALITY_HOME to another disk")
    if free < LOW_SPACE:
        return Check("home", "warning", said, "free some space, or set DUALITY_HOME to another disk")
    return Check("home", "good", said)


def _weights(workspace: Workspace, *, thorough: bool) -> Iterator[Check]:
    from assistant.chat.models import pullable
    from index.minilm import is_sound
    from index.weights import is_present, verify

    for name, (weights, directory) in pullable(workspace.home).items():
        present = is_present(weights, directory)
        begun = any((directory / file.name).exists() for file in weights.files)
        looked_at = thorough if present else begun
        problems = verify(weights, directory) if looked_at else []
        if name == "minilm" and thorough and present and not problems and not is_sound(directory):
            problems = [f"What was made of {weights.name} in {directory} is damaged."]
        pull = f"duality models pull {name}"
        if problems:
            yield Check(f"weights of {name}", "fault", " ".join(problems), pull)
        elif present:
            right = ", every byte right" if thorough else ""
            yield Check(f"weights of {name}", "good", f"{weights.name}{right}.")
        elif begun:
            yield Check(
                f"weights of {name}", "warning", f"{weights.name} was touched since it was checked.", pull
            )
        else:
            needed = name == "minilm" and workspace.settings.embedder == "minilm"
            what = "" if needed else " Answers are quotes only until it is."
            said = f"{weights.name} is not on this machine.{what}"
            yield Check(f"weights of {name}", "fault" if needed else "note", said, pull)


def _model(workspace: Workspace) -> Check:
    try:
        chosen = workspace.model()
    except DualityError as error:
        return Check("chat model", "fault", str(error), "duality config")
    return Check("chat model", "good", f"{chosen.name}: {chosen.reason}")


def _cross_encoder(workspace: Workspace) -> Iterator[Check]:
    from assistant.support.encoder import EncoderScorer, folder_of

    named = workspace.settings.judge.cross_encoder
    if named is None:
        return
    try:
        scorer = EncoderScorer(folder_of(named, workspace.home.weights))
    except ModelNotAvailable as error:
        said = f"{error} Until then sentences are judged without it."
        yield Check("cross-encoder", "fault", said, "mend or unset judge.cross_encoder")
    else:
        yield Check("cross-encoder", "good", f"{scorer.name} judges sentences.")


def _index(workspace: Workspace, generation: Generation, *, thorough: bool) -> Iterator[Check]:
    from corpus.passages import Cutting

    built = generation.fingerprint()
    wanted: Fingerprint | None = None
    try:
        wanted = Fingerprint.of(workspace.embedder, Cutting(tokens=workspace.settings.passages.tokens))
    except ModelNotAvailable as error:
        yield Check("embedder", "fault", str(error), "duality config")
    if wanted is not None and replace(built, reading=wanted.reading) == wanted != built:
        said = "The PDFs were read by another version of Duality; the index answers as it is until it is built anew."
        yield Check("reading", "warning", said, "duality index build")
    elif wanted is not None and built != wanted:
        said = f"The index was built with {built}, the settings ask for {wanted}."
        yield Check("fingerprint", "fault", said, "duality index build")
    if built.layout != LAYOUT_VERSION:
        return  # it was stored otherwise
    damaged = storage.damaged(generation)
    if damaged is not None:
        yield damaged
        if damaged.name == "index files":
            return
    whole = storage.integrity(generation, thorough=thorough)
    yield whole
    if whole.severity == "fault":
        return
    yield storage.orphans(generation)
    own = storage.own_papers(generation)
    if own is not None:
        yield own
    yield from storage.vectors(generation)
    records = generation.passages.documents()
    notes = {r.paper for r in records if r.source == "digest"}
    lacking = [p.id for p in catalogues.load().papers if p.digest is not None and p.id not in notes]
    if lacking:
        said = f"{len(lacking)} of the papers' digests are not indexed."
        yield Check("digests", "fault", said, "duality index build")
    reading = workspace.settings.reading
    looked_at = (
        papers.files(records),
        papers.wrong(generation, records, workspace.catalogue),
        papers.partly_read(records),
    )
    for found in looked_at:
        if found is not None:
            yield found
    yield from papers.without_text(generation, reading.ocr_language if reading.ocr else "")
    if thorough and wanted is not None and built.searchable(wanted.embedder):
        yield papers.never_retrieved(workspace, generation)
    pdfs = sum(r.source == "pdf" for r in records)
    counted = generation.passages.counts()["embedded"]
    yield Check(
        "index", "good", f"Generation {generation.name}: {pdfs} PDFs, {counted} passages with a vector."
    )
