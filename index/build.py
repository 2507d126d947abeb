"""Building an index: digests and table rows of all papers, then PDFs, one commit each.

A paper whose text and fingerprint did not change is left alone, so a rebuild is instant; a build that
was killed goes on where it stopped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from corpus.errors import NothingIndexed, StorageFailed, UnreadableDocument
from corpus.identity import identify, letters, same_work
from corpus.passages import Cutting, Passage, cut
from corpus.reader import Limits
from index import generation as generations
from index.commit import commit
from index.compaction import compacted, is_due, unheard_in
from index.embedded import embedded_text, is_embedded
from index.files import Known, KnownFiles, is_newer, pdf_record, stamp, stamped_version, version_in
from index.generation import Fingerprint, Generation
from index.lock import looked_after
from index.notes import notes_on
from index.progress import Outcome, Progress, Report, Result, Step, tell
from index.reading_ahead import read_ahead
from index.remembered import Remembered, apart
from index.soundness import Damage
from index.target import fresh as begun_afresh
from index.target import target
from index.vector_cache import VectorCache

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue
    from corpus.document import Document
    from corpus.paper import Paper
    from index.embedders import Embedder
    from index.passage_store import DocumentRecord

__all__ = ["Builder", "Outcome", "Progress", "Report", "Result", "Step"]

EMBEDDED_AT_ONCE = 256  # passages between two steps of the progress bar
NOTES_AT_ONCE = 64  # papers whose small documents are embedded together

Filing = Callable[["Paper", Sequence[Passage]], "Paper"]


class Builder:
    """Adds documents to an index. Use inside `index.lock.writing`.

    Args:
        directory: The index directory.
        catalogue: The curated papers.
        embedder: Makes the vectors.
        cutting: How passages are cut.
        limits: What one PDF may take to read.
        generation: The open generation to write to, where this process already searches it.
        fresh: Begin a new generation whatever there is; it becomes current in `finish`.
        filed: Given a new paper of the user's own and its passages, the paper with its categories.
        edited: The paper as the user has edited it; searched so, but not remembered so.

    Attributes:
        generation: Where it writes to.
        damage: What was found damaged: a generation is begun anew for it, or papers are read again.
    """

    def __init__(
        self,
        directory: Path,
        catalogue: Catalogue,
        embedder: Embedder,
        cutting: Cutting | None = None,
        limits: Limits | None = None,
        generation: Generation | None = None,
        *,
        fresh: bool = False,
        filed: Filing | None = None,
        edited: Callable[[Paper], Paper] | None = None,
    ) -> None:
        self.directory = directory
        self.catalogue = catalogue
        self.embedder = embedder
        self.cutting = cutting or Cutting()
        self.limits = limits or Limits()
        self.filed = filed
        self.edited = edited or (lambda paper: paper)
        self.cache = VectorCache(directory / "vectors.sqlite")
        self._remembered = Remembered.of(directory)
        wanted = Fingerprint.of(embedder, self.cutting)
        self.generation, self.damage = (
            (begun_afresh(directory, wanted, self._remembered), Damage())
            if fresh
            else target(directory, wanted, self._remembered, generation)
        )
        self.damage = Damage(self.damage.whole, self.damage.papers | {*self._remembered.lost})
        self.generation.looked_at = True
        self._given = generation
        self._before = generations.current_name(directory)
        self._wrote = False
        documents = [r for r in self.generation.passages.documents() if self._stays(r)]
        self._notes = {f"{r.source} of {r.paper}": r for r in documents if r.source != "pdf"}
        self._versions: dict[str, int] = {}  # stamped by arXiv on what is indexed, as far as it was looked at
        self._openings: dict[str, str] = {}  # the letters of their first pages
        self._pdfs = {r.paper: r for r in documents if r.source == "pdf"}
        self._begun_with = dict(self._pdfs)

    def _stays(self, record: DocumentRecord) -> bool:
        """Whether a document is as it was stored, or cannot be had again."""
        damaged = record.paper in self.damage.papers
        return not damaged or (record.source == "pdf" and not Path(record.file).exists())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the vectors it opened: Chroma shares what it has in memory with every later reader of the directory."""
        self.generation.looked_at = False
        if self.generation is not self._given:
            self.generation.close()

    def found_damaged(self) -> list[str]:
        """What was found damaged, and what is done about it, as sentences."""
        said = []
        if self.damage.whole:
            said.append(
                f"The index was damaged ({self.damage.whole}): it is built anew, from what is kept and the PDFs."
            )
        if self.generation.name != self._before:
            said += [
                f"{file} is gone, so what it held is not in the new index: put it back and run `duality index build`."
                for file in self._remembered.gone
            ]
        for paper in sorted(self.damage.papers - {*self._remembered.lost}):
            record = self._pdfs.get(paper)
            gone = record is not None and self._begun_with.get(paper) == record
            said.append(
                f"Stored text of {paper} is damaged, and its PDF {record.file} is gone: add it again, or remove the paper."
                if gone and record is not None
                else f"Stored text of {paper} was damaged: it was read again."
            )
        said += [
            f"The record of your paper {paper} was damaged: it is what its PDF says of itself."
            for paper in self._remembered.lost
        ]
        return said

    # --- the catalogue ---

    def add_catalogue(self, progress: Progress | None = None) -> Report:
        """Index the digest and the survey's table row of every paper.

        Where there was nothing to search with this embedder, there is from then on; a generation that
        replaces a searchable one becomes current in `finish`.
        """
        report = Report()
        wanted: list[tuple[Paper, DocumentRecord, list[Passage]]] = []
        gone = dict(self._notes)  # a sync that was undone takes papers and rows away again
        for paper in self.catalogue.papers:
            for note in notes_on(paper):
                name = f"{note.record.source} of {paper.id}"
                gone.pop(name, None)
                before = self._notes.get(name)
                if before is not None and before.sha256 == note.record.sha256:
                    report.unchanged += 1
                else:
                    wanted.append((paper, note.record, note.passages()))
        for name, record in gone.items():
            self.generation.passages.remove(record.paper, record.source)
            del self._notes[name]
        total = report.unchanged + len(wanted)
        for at in range(0, len(wanted), NOTES_AT_ONCE):
            part = wanted[at : at + NOTES_AT_ONCE]
            self.cache.embed(
                [embedded_text(paper, p) for paper, _, passages in part for p in passages], self.embedder
            )
            for paper, record, passages in part:
                self._commit(paper, record, passages, report)
                self._notes[f"{record.source} of {record.paper}"] = record
                tell(progress, Step(report.dealt_with, total, "indexed", paper.label))
        if not self._another_is_searchable():
            generations.make_current(self.directory, self.generation)
        return report

    def _another_is_searchable(self) -> bool:
        """Whether the current generation is another one that the embedder can search meanwhile."""
        try:
            return generations.current(self.directory).fingerprint().searchable(self.embedder.name)
        except (NothingIndexed, StorageFailed):
            return False

    # --- PDFs ---

    def left_behind(self) -> list[Path]:
        """The PDFs of the current generation, where another one is being written that is to replace it."""
        try:
            now = generations.current(self.directory)
        except NothingIndexed:
            return []
        if now.name == self.generation.name:
            return []
        try:
            records = now.passages.documents()
        except StorageFailed:  # a damaged index must not stand in the way of a new one
            return []
        return [path for path in (Path(r.file) for r in records if r.file) if path.exists()]

    def add_pdfs(
        self, paths: Sequence[Path], progress: Progress | None = None, *, again: bool = False
    ) -> Report:
        """Read and index PDFs, several read at a time, each committed as it is done.

        A file that cannot be read, or is not the paper that its name says, is named in the report and costs
        nothing else. Of two files of one paper the newer is kept; a file that is there twice, or that the
        user removed, is passed over.

        Args:
            paths: The files.
            progress: Told of each step.
            again: Take in what the user removed, too.

        Raises:
            StorageFailed: The program is ending meanwhile, with this in a thread beside it; what was committed is kept.
        """
        try:
            return self._add_pdfs(paths, progress, again=again)
        except RuntimeError as error:  # Python's pools take no more work once the main thread has ended
            if threading.main_thread().is_alive():
                raise
            raise StorageFailed(
                "The program ended while PDFs were indexed: run `duality index build`, which goes on from there."
            ) from error

    def _add_pdfs(self, paths: Sequence[Path], progress: Progress | None, *, again: bool) -> Report:
        report = Report()
        total = len(paths)
        files = KnownFiles(self.generation.passages, self._pdfs, again=again, ocr=self.limits.ocr)
        fresh = []
        for path in paths:
            known = files.known(path)
            if known is None:
                fresh.append(path)
            else:
                self._leave(path, known, report, total, progress)
        committing: Future[None] | None = None
        begun = 0  # read and judged; the last of them may not be committed yet
        with ThreadPoolExecutor(1, "commit") as committer:  # one paper is stored while the next is embedded
            if fresh:
                committer.submit(
                    self.generation.vectors.count
                )  # opening takes a second: while the first is read
            for path, result in read_ahead(fresh, self.limits):
                judged = self._judged(path, result, files, report)
                if isinstance(judged, Known):
                    self._leave(path, judged, report, total, progress, begun)
                    continue
                paper, document = judged
                passages = cut(document, self.cutting)
                done = report.left + begun
                shown = self.edited(paper)
                texts = [embedded_text(shown, p) for p in passages if is_embedded(p)]
                for embedded in self._embedded(texts):
                    note = f"{embedded} of {len(texts)} passages"
                    share = embedded / len(texts)
                    tell(progress, Step(done, total, "passages", paper.label, note, str(path), share))
                if paper.kind == "own":
                    report.own.append(paper.id)
                    if self.filed is not None and not paper.categories:
                        paper = self.filed(paper, passages)
                if committing is not None:
                    committing.result()
                record = pdf_record(paper, path, document)
                self._pdfs[paper.id] = record
                self._versions[paper.id] = stamped_version(document)
                self._openings[paper.id] = letters(document.pages[0].text)
                if paper.kind == "own":
                    self._remembered.papers[paper.id] = paper
                committing = committer.submit(self._commit, paper, record, passages, report, document)
                begun += 1
                if document.remarks:
                    said = [report.remarks[path.name]] if path.name in report.remarks else []
                    report.remarks[path.name] = "; ".join((*document.remarks, *said))
                report.files[str(path)] = Result("indexed", paper.id, report.remarks.get(path.name, ""))
                remarks = "; ".join(document.remarks)
                tell(progress, Step(done + 1, total, "indexed", paper.label, remarks, str(path)))
            if committing is not None:
                committing.result()
        return report

    def _judged(
        self, path: Path, result: Document | UnreadableDocument, files: KnownFiles, report: Report
    ) -> tuple[Paper, Document] | Known:
        """The paper that a file just read is to be indexed as, and its text; or why it is not indexed."""
        try:
            if isinstance(result, UnreadableDocument):
                raise result
            paper, _ = identify(path, result, self.catalogue)
        except UnreadableDocument as error:
            return Known("refused", "", str(error), remembered=False)
        if paper.kind == "own":
            twin = self._twin(paper, result)
            paper = apart(paper, path, result, self._remembered, self._pdfs, self.catalogue, twin)
        known = files.same(path, result.sha256, paper.id)
        return known or self._beside(path, result, paper, report) or (paper, result)

    def _twin(self, paper: Paper, document: Document) -> Paper | None:
        """The indexed paper of the user's own that the document is, by its title and authors."""
        for other in self._remembered.papers.values():
            there = other.id in self._pdfs
            if there and same_work(paper, other, same_opening=self._opens_alike(other.id, document)):
                return other
        return None

    def _opens_alike(self, paper_id: str, document: Document) -> bool:
        """Whether page one says what that of an indexed paper says."""
        if paper_id not in self._openings:
            page = self.generation.passages.page(paper_id, 1)
            self._openings[paper_id] = letters(page.text) if page else ""
        return self._openings[paper_id] == letters(document.pages[0].text)

    def _leave(
        self, path: Path, known: Known, report: Report, total: int, progress: Progress | None, begun: int = 0
    ) -> None:
        """Count a file that is not indexed now, and see to it that it is not read again before it changes."""
        file = str(path.resolve())
        store = self.generation.passages
        what = "unchanged" if known.what == "moved" else known.what
        report.files[str(path)] = Result(what, known.paper, known.note)
        if known.what == "refused":
            report.refused[path.name] = known.note
            if not known.remembered:
                store.put_refused(file, *stamp(path), known.note)
        elif known.what == "passed over":
            report.passed_over[path.name] = known.note
            if known.paper and not known.remembered:
                store.put_set_aside(file, *stamp(path), known.paper, known.note)
        else:
            report.unchanged += 1
        if known.what == "moved":
            size, modified = stamp(path)
            record = replace(self._pdfs[known.paper], file=file, size=size, modified=modified)
            store.touch(record)
            self._pdfs[known.paper] = record
        paper = self.catalogue.by_id.get(known.paper)
        name = (
            path.name if known.what in ("refused", "passed over") else paper.label if paper else known.paper
        )
        outcome: Outcome = "refused" if known.what == "refused" else "unchanged"
        tell(progress, Step(report.left + begun, total, outcome, name, known.note, str(path)))

    def _beside(self, path: Path, document: Document, paper: Paper, report: Report) -> Known | None:
        """Which of two files of one paper is kept; None for the one just read, naming the other in a remark."""
        before = self._pdfs.get(paper.id)
        if before is None or before.file == str(path.resolve()) or not Path(before.file).exists():
            return None
        if before.pages == len(document.pages) and self._opens_alike(paper.id, document):
            note = f"{path.name} is the same paper as {before.file}, which is indexed as {paper.label}."
            return Known("passed over", paper.id, note, remembered=False)
        if paper.id not in self._versions:
            page = self.generation.passages.page(paper.id, 1)
            self._versions[paper.id] = version_in(page.text) if page else 0
        if is_newer(path, document, before, self._versions[paper.id]):
            report.remarks[path.name] = f"kept for {paper.label} in the place of the older {before.file}"
            note = f"{Path(before.file).name} is an older version of {paper.label}, which is indexed from {path}."
            self.generation.passages.put_set_aside(before.file, *stamp(Path(before.file)), paper.id, note)
            return None
        note = f"{path.name} is an older version of {paper.label}, which is indexed from {before.file}."
        return Known("passed over", paper.id, note, remembered=False)

    # --- both ---

    def _embedded(self, texts: Sequence[str]) -> Iterator[int]:
        """Put the texts' vectors into the cache part by part; how many are done after each."""
        ordered = sorted(set(texts), key=len)
        for at in range(0, len(ordered), EMBEDDED_AT_ONCE):
            part = ordered[at : at + EMBEDDED_AT_ONCE]
            self.cache.embed(part, self.embedder)
            yield at + len(part)

    def _commit(
        self,
        paper: Paper,
        record: DocumentRecord,
        passages: Sequence[Passage],
        report: Report,
        document: Document | None = None,
    ) -> None:
        """Store a document, and count it."""
        shown = self.edited(paper)
        commit(self.generation, self.cache, self.embedder, paper, shown, record, passages, document)
        self._wrote = True
        report.indexed.append(paper.label)
        report.passages += len(passages)

    def finish(self, *, after_kill: bool = False) -> bool:
        """Make the generation current; compact it where that is due, and say whether it was.

        Args:
            after_kill: Look whether search finds every vector, as the writer before this one was killed. A new
                generation is looked at in any case. Where one is not found, all are stored anew by a compaction.

        Raises:
            StorageFailed: Vectors are missing; a generation that is not current yet does not become so.
        """
        is_current = generations.is_current(self.directory, self.generation)
        if is_current and not self._wrote and not after_kill and not is_due(self.generation, opened=False):
            return False
        unheard = (after_kill or not is_current) and bool(unheard_in(self.generation))
        if not is_current and not unheard:
            generations.make_current(self.directory, self.generation)
        compacting = unheard or is_due(self.generation)
        if compacting:
            self.compact()
        else:
            generations.sweep(self.directory, self.generation)
        if after_kill:
            self.generation.passages.seal(self.generation.vectors.files())
            looked_after(self.directory)
        return compacting

    def compact(self) -> None:
        """Copy what is visible into a new generation, verify it, and make it current."""
        self.generation = compacted(self.directory, self.generation)
        self.generation.looked_at = True
