"""The indexed papers: are their files there and the right ones, do they hold text, does search find them."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.examining.check import Check, counted, listed
from corpus import ocr
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.furniture import ARXIV_STAMP
from corpus.identity import identify
from index.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.workspace import Workspace
    from corpus.catalogue import Catalogue
    from index.generation import Generation
    from index.records import DocumentRecord

FOUND_AMONG = 10  # papers: one that its own title does not bring up among so many is hardly ever read
PASSAGES_LOOKED_AT = 60


def files(records: list[DocumentRecord]) -> Check | None:
    """PDFs that are indexed and whose files are gone."""
    gone = [record.file for record in records if record.file and not Path(record.file).exists()]
    if not gone:
        return None
    said = f"{counted(len(gone), 'indexed PDF')} gone, so their pages cannot be shown: {listed(gone)}."
    return Check(
        "PDFs",
        "warning",
        said,
        "put them back, or run `duality index build --pdfs FOLDER` on where they are now",
    )


def wrong(generation: Generation, records: list[DocumentRecord], catalogue: Catalogue) -> Check | None:
    """PDFs that are indexed as a paper of the list and are another one."""
    found: dict[str, str] = {}
    for record in records:
        paper = catalogue.by_id.get(record.paper)
        if record.source != "pdf" or paper is None or paper.kind == "own":
            continue
        page = generation.passages.page(record.paper, 1)
        if page is None or not page.text.strip():
            continue
        stamp = next((m.group(1) for line in page.text.splitlines() if (m := ARXIV_STAMP.match(line))), "")
        document = Document(record.sha256, (page,), arxiv=stamp)
        try:  # under a name that claims nothing, and under the paper's own
            identify(Path(f"{paper.id}.pdf"), document, catalogue)
        except UnreadableDocument as error:
            found[paper.id] = str(error)
    if not found:
        return None
    why = next(iter(found.values()))
    said = f"{counted(len(found), 'PDF is', 'PDFs are')} not the paper indexed: {listed(list(found))}. {why}"
    return Check("wrong PDFs", "fault", said, f"duality remove {' '.join(map(shlex.quote, found))}")


def without_text(generation: Generation, language: str) -> Iterator[Check]:
    """Papers whose PDF gave no passage, and files refused for want of text."""
    with generation.passages.connection() as connection:
        rows = connection.execute(
            "SELECT d.paper FROM documents d WHERE d.source = 'pdf' AND NOT EXISTS "
            "(SELECT 1 FROM passages p WHERE p.document = d.id AND p.kind <> 'references') ORDER BY d.paper"
        ).fetchall()
    silent = [str(row[0]) for row in rows]
    if silent:
        said = f"{counted(len(silent), 'paper')} indexed without a word: {listed(silent)}."
        yield Check(
            "papers without text", "warning", said, f"duality remove {' '.join(map(shlex.quote, silent))}"
        )
    refused = {
        Path(file): reason
        for file, (_, _, reason) in generation.passages.refused().items()
        if Path(file).exists()
    }
    scans = sorted(path for path, reason in refused.items() if ocr.WANTED.search(reason))
    if scans:
        lacks = ocr.lacking(language)
        named = " ".join(f"--pdfs {shlex.quote(str(path))}" for path in scans)
        remedy = lacks.removeprefix(": ") or f"duality index build {named}"
        said = (
            f"{counted(len(scans), 'file')} without readable text: {listed([path.name for path in scans])}."
        )
        yield Check("scans", "note", said, remedy)
    others = sorted(refused.keys() - set(scans))
    if others:
        said = f"{counted(len(others), 'PDF')} not indexed: {refused[others[0]]}"
        said += f" Nor {listed([path.name for path in others[1:]])}." if others[1:] else ""
        yield Check(
            "refused PDFs", "note", said, "replace or remove the file, then run `duality index build`"
        )


def partly_read(records: list[DocumentRecord]) -> Check | None:
    """PDFs of which something could not be read, or that search finds only in their own script."""
    said = [f"{record.paper}: {remark}" for record in records for remark in record.remarks]
    if not said:
        return None
    return Check("partly read", "note", f"{listed(said)}.", "duality papers show PAPER")


def never_retrieved(workspace: Workspace, generation: Generation) -> Check:
    """Papers that their own title does not bring up among the first papers, each asked for once."""
    catalogue = workspace.catalogue
    indexed = {record.paper for record in generation.passages.documents()}
    asked = [paper for paper in catalogue.papers if paper.id in indexed]
    missed = []
    search = Search(workspace.home.index, catalogue, workspace.embedder)
    try:
        for paper in asked:
            hits = search(paper.title, PASSAGES_LOOKED_AT, prefer=())  # not by its name: by what it holds
            first = list(dict.fromkeys(hit.passage.paper for hit in hits))[:FOUND_AMONG]
            if paper.id not in first:
                missed.append(paper.id)
    finally:
        search.close()
    if missed:
        said = (
            f"{counted(len(missed), 'paper')} of {len(asked)} not found by its own title: {listed(missed)}."
        )
        return Check("retrieval", "warning", said, "duality index build --fresh")
    return Check("retrieval", "good", f"Each of {len(asked)} papers is found by its own title.")
