"""Building an index: digests and table rows of all papers, then PDFs, one commit each.

A paper whose text and fingerprint did not change is left alone, so a rebuild is instant; a build that
was killed goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Literal

from corpus.errors import NothingIndexed, StorageFailed, UnreadableDocument
from corpus.identity import identify
from corpus.passages import Cutting, Passage, cut
from corpus.reader import Limits, Reader
from corpus.tokens import count
from index import generation as generations
from index.generation import Fingerprint, Generation
from index.passage_store import DocumentRecord, tells_gist
from index.vector_cache import VectorCache

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue
    from corpus.document import Document
    from corpus.paper import Paper
    from index.embedders import Embedder

READERS = 2  # reading processes side by side
EMBEDDED_AT_ONCE = 256  # passages between two steps of the progress bar
COMPACT_AT = 0.25  # share of unreachable vectors from which a build ends with a compaction
ASPECT_NAMES = {"role_of_rl": "Role of RL", "rl_algorithm": "RL algorithm"}
WORD_ALONE = re.compile(r"""[(\["“'‘]*[^\W\d_]{2,}(?:[-–’'][^\W\d_]+)*[)\]”"'’.,;:?!]*""")

Outcome = Literal["indexed", "unchanged", "refused", "passages"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a build.

    Attributes:
        done: Documents dealt with so far.
        total: Documents in all.
        outcome: What happened; "passages" is a step inside a document.
        name: The paper's label or the file's name.
        note: Why it was refused, or what to know of it.
    """

    done: int
    total: int
    outcome: Outcome
    name: str
    note: str = ""


Progress = Callable[[Step], None]


@dataclass(slots=True)
class Report:
    """What a build did.

    Attributes:
        indexed: Names of the documents that are new or changed.
        unchanged: How many were left alone.
        refused: Name and reason of those that could not be read.
        remarks: Name and remark of those read in part.
        own: Ids of the user's own papers among those indexed.
        passages: Passages made.
        compacted: Whether unreachable vectors were left behind in an old generation.
    """

    indexed: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    own: list[str] = field(default_factory=list)
    passages: int = 0
    compacted: bool = False


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
    ) -> None:
        self.directory = directory
        self.catalogue = catalogue
        self.embedder = embedder
        self.cutting = cutting or Cutting()
        self.limits = limits or Limits()
        self.cache = VectorCache(directory / "vectors.sqlite")
        self.generation = (
            generations.create(directory, Fingerprint.of(embedder, self.cutting))
            if fresh
            else self._target(generation)
        )
        self._wrote = False
        self._records = {(r.paper, r.source): r for r in self.generation.passages.documents()}

    def _target(self, given: Generation | None) -> Generation:
        """The generation to write to: the current one if its fingerprint fits, else a new one."""
        wanted = Fingerprint.of(self.embedder, self.cutting)
        try:
            now = given or generations.current(self.directory)
            if now.fingerprint() == wanted:
                return now
        except NothingIndexed:
            pass
        for path in sorted(self.directory.glob("g[0-9]*")):  # a new one that a killed build had begun
            begun = Generation(path)
            if (path / "fingerprint.json").exists() and begun.fingerprint() == wanted:
                begun.passages.create()
                return begun
        return generations.create(self.directory, wanted)

    # --- the catalogue ---

    def add_catalogue(self, progress: Progress | None = None) -> Report:
        """Index the digest and the survey's table row of every paper.

        Where there was nothing to search with this embedder, there is from then on; a generation that
        replaces a searchable one becomes current in `finish`.
        """
        report = Report()
        wanted: list[tuple[Paper, DocumentRecord, list[Passage]]] = []
        for paper in self.catalogue.papers:
            for record, passages in notes_on(paper):
                before = self._records.get((record.paper, record.source))
                if before is not None and before.sha256 == record.sha256:
                    report.unchanged += 1
                else:
                    wanted.append((paper, record, passages))
        total = report.unchanged + len(wanted)
        for at in range(0, len(wanted), 64):  # small documents are embedded together
            part = wanted[at : at + 64]
            self.cache.embed(
                [embedded_text(paper, p) for paper, _, passages in part for p in passages], self.embedder
            )
            for paper, record, passages in part:
                self._commit(paper, record, passages, report)
                done = report.unchanged + len(report.indexed)
                _tell(progress, Step(done, total, "indexed", paper.label))
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

    def add_pdfs(self, paths: Sequence[Path], progress: Progress | None = None) -> Report:
        """Read and index PDFs, several read at a time, each committed as it is done.

        A file that cannot be read is named in the report and costs nothing else.
        """
        report = Report()
        known = {record.file: record for record in self._records.values() if record.file}
        fresh = []
        total = len(paths)
        refused = self.generation.passages.refused()
        for path in paths:
            record = known.get(str(path.resolve()))
            if record is not None and _stamp(path) == (record.size, record.modified):
                report.unchanged += 1
            elif (seen := refused.get(str(path.resolve()))) and _stamp(path) == seen[:2]:
                self._refuse(path, seen[2], report, total, progress, remember=False)
            else:
                fresh.append(path)
        committing: Future[None] | None = None
        indexed = 0
        with ThreadPoolExecutor(1, "commit") as committer:  # one paper is stored while the next is embedded
            for path, result in self._read_all(fresh):
                done = report.unchanged + indexed + len(report.refused) + 1
                if isinstance(result, UnreadableDocument):
                    self._refuse(path, str(result), report, total, progress)
                    continue
                paper, how = identify(path, result, self.catalogue)
                if how == "own":
                    paper = self._apart(paper, path, result)
                record = pdf_record(paper, path, result)
                before = self._records.get((paper.id, "pdf"))
                if before is not None and before.sha256 == record.sha256:
                    report.unchanged += 1
                    self.generation.passages.touch(record)
                    _tell(progress, Step(done - 1, total, "unchanged", paper.label))
                    continue
                if before is not None and before.file != record.file and Path(before.file).exists():
                    reason = (
                        f"{path.name} is another copy of {paper.label}, which is indexed from {before.file}."
                    )
                    self._refuse(path, f"{reason} Remove the one you do not want.", report, total, progress)
                    continue
                passages = cut(result, self.cutting)
                texts = [embedded_text(paper, p) for p in passages if is_embedded(p)]
                for embedded in self._embedded(texts):
                    note = f"{embedded} of {len(texts)} passages"
                    _tell(progress, Step(done - 1, total, "passages", paper.label, note))
                if committing is not None:
                    committing.result()
                self._records[paper.id, "pdf"] = record
                committing = committer.submit(self._commit, paper, record, passages, report, result)
                indexed += 1
                if how == "own":
                    report.own.append(paper.id)
                if result.remarks:
                    report.remarks[path.name] = "; ".join(result.remarks)
                _tell(progress, Step(done, total, "indexed", paper.label, "; ".join(result.remarks)))
            if committing is not None:
                committing.result()
        return report

    def _refuse(
        self,
        path: Path,
        reason: str,
        report: Report,
        total: int,
        progress: Progress | None,
        *,
        remember: bool = True,
    ) -> None:
        """Name the file and the reason; it is not read again before it changes."""
        report.refused[path.name] = reason
        if remember:
            self.generation.passages.put_refused(str(path.resolve()), *_stamp(path), reason)
        done = report.unchanged + len(report.indexed) + len(report.refused)
        _tell(progress, Step(done, total, "refused", path.name, reason))

    def _apart(self, paper: Paper, path: Path, document: Document) -> Paper:
        """The user's own paper under an id of its own: another file of that name may be indexed already."""
        for number in itertools.count(2):
            before = self._records.get((paper.id, "pdf"))
            if before is None or before.sha256 == document.sha256:
                return paper
            if before.file == str(path.resolve()) or not Path(before.file).exists():
                return paper
            paper = replace(paper, id=f"{path.stem.lower()}-{number}")
        raise AssertionError

    def _read_all(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Document | UnreadableDocument]]:
        """The documents as they are read, at most a few ahead of the embedding."""
        if not paths:
            return
        readers: SimpleQueue[Reader] = SimpleQueue()
        count_readers = min(READERS, len(paths))
        opened = [Reader(self.limits) for _ in range(count_readers)]
        for reader in opened:
            readers.put(reader)

        def read(path: Path) -> Document | UnreadableDocument:
            reader = readers.get()
            try:
                return reader.read(path)
            except UnreadableDocument as error:
                return error
            finally:
                readers.put(reader)

        waiting = list(reversed(paths))
        pending: dict[Future[Document | UnreadableDocument], Path] = {}
        pool = ThreadPoolExecutor(count_readers)
        try:
            while waiting or pending:
                while waiting and len(pending) < count_readers + 2:
                    path = waiting.pop()
                    pending[pool.submit(read, path)] = path
                for future in wait(pending, return_when=FIRST_COMPLETED).done:
                    yield pending.pop(future), future.result()
        finally:
            for future in pending:
                future.cancel()
            for reader in opened:
                reader.close()
            pool.shutdown(wait=True, cancel_futures=True)

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
        """Vectors first, under ids never used before; then the rows that make them visible, at once."""
        attempt = uuid.uuid4().hex[:12]
        ids = [f"{attempt}-{ordinal}" for ordinal in range(len(passages))]
        chosen = [i for i, passage in enumerate(passages) if is_embedded(passage)]
        if chosen:
            vectors = self.cache.embed([embedded_text(paper, passages[i]) for i in chosen], self.embedder)
            self.generation.vectors.add(
                [ids[i] for i in chosen],
                vectors,
                [(record.paper, record.source, tells_gist(record.source, passages[i], i)) for i in chosen],
            )
        embedded = set(chosen)
        rows = [(ids[i], passage, i in embedded) for i, passage in enumerate(passages)]
        pages = document.pages if document else ()
        own = asdict(paper) if paper.kind == "own" else None
        self.generation.passages.put(record, " ".join(paper.names), rows, pages, own)
        self.generation.wrote()
        self._wrote = True
        self._records[record.paper, record.source] = record
        report.indexed.append(paper.label)
        report.passages += len(passages)

    def finish(self) -> bool:
        """Make the generation current; compact it where many vectors are unreachable, and say whether that was so."""
        if not self._wrote and generations.is_current(self.directory, self.generation):
            return False
        visible = self.generation.passages.embedded_ids()
        stored = self.generation.vectors.count()
        if stored - len(visible) <= COMPACT_AT * max(stored, 1):
            generations.make_current(self.directory, self.generation)
            generations.sweep(self.directory, self.generation)
            return False
        self.compact()
        return True

    def compact(self) -> None:
        """Copy what is visible into a new generation, verify it, and make it current."""
        old = self.generation
        new = generations.create(self.directory, old.fingerprint())
        with old.passages.connection() as source, new.passages.connection() as target:
            source.backup(target)
        ids = new.passages.embedded_ids()
        owners = new.passages.owners()
        for at in range(0, len(ids), 1_000):
            part = ids[at : at + 1_000]
            new.vectors.add(part, old.vectors.get(part), [owners[i] for i in part])
        lost = new.vectors.missing(ids)
        if lost:
            raise StorageFailed(
                f"{len(lost)} vectors could not be copied from {old.directory}: run `duality index build --fresh`."
            )
        generations.make_current(self.directory, new)
        self.generation = new
        new.wrote()
        generations.sweep(self.directory, new)


def notes_on(paper: Paper) -> Iterator[tuple[DocumentRecord, list[Passage]]]:
    """The paper's digest (with its aspects) and its row of the survey's table, as documents."""
    if paper.digest is not None:
        aspects = "\n".join(
            f"{ASPECT_NAMES.get(name) or name.replace('_', ' ').capitalize()}: {value}."
            for name, value in paper.digest.aspects.items()
            if value
        )
        texts = [("Digest", paper.digest.text), ("Digest: aspects", aspects)]
        yield _note(paper, "digest", texts)
    if paper.table is not None:
        row = paper.table
        cells = {
            "Framework": row.framework,
            "Category": row.taxonomy_label,
            "Base model": row.base_model,
            "Code available": row.code_available,
            "Data set": row.dataset,
            "Application": row.modules,
            "Setting": row.setting,
        }
        text = "\n".join(f"{name}: {value}." for name, value in cells.items() if value)
        yield _note(paper, "table", [("The survey's table", text)])


def _note(
    paper: Paper, source: Literal["digest", "table"], texts: Sequence[tuple[str, str]]
) -> tuple[DocumentRecord, list[Passage]]:
    passages = [Passage(text, section, "body", (), count(text)) for section, text in texts if text]
    digest = hashlib.sha256("\0".join((paper.title, *(p.text for p in passages))).encode()).hexdigest()
    return DocumentRecord(paper.id, source, digest), passages


def embedded_text(paper: Paper, passage: Passage) -> str:
    """What is embedded: title and section, then the text; only the text is ever shown."""
    header = " — ".join(part for part in (paper.title, passage.section) if part)
    return f"{header}\n{passage.text}"


def is_embedded(passage: Passage) -> bool:
    """Whether a vector would say something of the passage.

    References are kept out of search; tables of numbers, formulas and program text are left to the
    keywords, which find them better.
    """
    if passage.kind == "references":
        return False
    words = passage.text.split()
    return 2 * sum(bool(WORD_ALONE.fullmatch(word)) for word in words) >= len(words)


def pdf_record(paper: Paper, path: Path, document: Document) -> DocumentRecord:
    """The record of a PDF just read."""
    stat = path.stat()
    return DocumentRecord(
        paper=paper.id,
        source="pdf",
        sha256=document.sha256,
        file=str(path.resolve()),
        size=stat.st_size,
        modified=stat.st_mtime_ns,
        pages=len(document.pages),
        remarks=document.remarks,
    )


def _stamp(path: Path) -> tuple[int, int]:
    """Size and modification time (nanoseconds) of a file; (-1, -1) where it is gone."""
    try:
        stat = path.stat()
    except OSError:
        return -1, -1
    return stat.st_size, stat.st_mtime_ns


def _tell(progress: Progress | None, step: Step) -> None:
    if progress is not None:
        progress(step)
