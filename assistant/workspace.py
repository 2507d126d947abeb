"""The workspace: one user's settings, corpus, index and models, opened as far as they are needed.

Everything a screen, a command or a script does goes through here.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Self

from assistant.embedding import embedder_of
from assistant.own_papers import confirmed, with_own
from assistant.settings import Home, Settings, load
from assistant.status import Status, status_of
from corpus import catalogue as catalogues
from corpus import overlay as overlays
from corpus.document import Box
from corpus.errors import (
    BadCatalogue,
    ModelNotAvailable,
    NothingIndexed,
    StorageFailed,
    UnreadableDocument,
    WrongUse,
)
from corpus.passages import Cutting
from corpus.reader import Limits, Reader
from index import generation as generations
from index.build import Builder, Progress, Report
from index.lock import writing
from index.search import Search, Tuning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from assistant.chain import AnswerChain, Checks, Scope
    from assistant.chat.models import ChosenModel
    from assistant.comparison.comparison import Comparison
    from assistant.comparison.making import ComparisonChain
    from assistant.runnable import AnswerRunnable
    from assistant.screening.criterion import Part, Word
    from assistant.screening.screening import Screening
    from assistant.summaries.summarizer import Summarizer
    from assistant.summaries.summary import Length, Summary
    from assistant.support.checking import CheckedText
    from assistant.support.judge import Judge
    from corpus.catalogue import Catalogue
    from corpus.paper import Paper
    from corpus.parts import PartKind
    from corpus.passages import Passage, Span
    from index.embedders import Embedder

log = logging.getLogger("duality")  # what a user is to know, whatever was asked for; a warning is a sentence
MARGIN = 2.0  # points around a figure that is cut from its page
HIGHLIGHTS = (
    "ffd60a",
    "7bd88f",
    "6cc5ff",
    "ff9ecb",
    "ffb066",
    "c9a7ff",
)  # yellow, green, blue, pink, orange, violet
LOCK_SECONDS = 5.0  # how long a writer waits for another before it says who holds the lock


class Workspace:
    """Opened lazily; thread-safe. Close it, or use it in a `with`.

    Args:
        settings: The settings in force.
        home: Where everything lies.
    """

    def __init__(self, settings: Settings, home: Home) -> None:
        self.settings = settings
        self.home = home
        self._lock = threading.RLock()
        self._search: Search | None = None
        self._seen: tuple[str, int] = ("", -1)
        self._catalogue: Catalogue | None = None
        self._curated: Catalogue | None = None
        self._overlay_seen: tuple[int, int] | None = None
        self._overlay_trouble = ""
        self._page_image = lru_cache(maxsize=64)(self._drawn)
        self._part_image = lru_cache(maxsize=64)(self._cut_out)

    @classmethod
    def open(cls, overrides: Mapping[str, Any] | None = None) -> Self:
        """The workspace of this user, with settings from the command line on top.

        Raises:
            BadSettings: A setting is misspelt or out of bounds.
        """
        home = Home.find()
        return cls(load(overrides, home=home), home)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process and let go of the index."""
        with self._lock:
            if "_reader" in self.__dict__:
                self._reader.close()
            if self._search is not None:
                for said in self._search.untold():
                    log.warning("%s", said)
                self._search.close()
            self._search = None

    # --- corpus and index ---

    @property
    def catalogue(self) -> Catalogue:
        """The curated papers, and the user's own as far as they are indexed now."""
        curated = self.curated_catalogue
        try:
            generation = generations.current(self.home.index)
        except NothingIndexed:
            return curated
        seen = (generation.name, generation.passages.revision())
        with self._lock:
            if self._catalogue is None or self._seen != seen:
                whole = with_own(curated, generation.passages.own_papers())
                overlay = self._overlay()
                self._catalogue = confirmed(
                    overlay.applied(whole), overlay.edits
                )  # own papers are edited too
                self._seen = seen
            return self._catalogue

    @property
    def curated_catalogue(self) -> Catalogue:
        """The package's catalogue with the user's overlay applied, read anew when the overlay's file changes."""
        try:
            stat = self.home.overlay.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
        except OSError:  # none there; one that cannot be read is named below
            seen = (0, 0)
        with self._lock:
            if self._curated is None or self._overlay_seen != seen:
                self._overlay_trouble = ""
                try:
                    self._curated = overlays.read(self.home.overlay).applied(catalogues.load())
                except (BadCatalogue, StorageFailed) as error:
                    self._curated = catalogues.load()
                    self._overlay_trouble = f"What you changed in the list of papers is left out: {error}"
                    log.warning("%s", self._overlay_trouble)
                self._overlay_seen = seen
                self._catalogue = None
            return self._curated

    def _overlay(self) -> overlays.Overlay:
        """What the user changed in the catalogue; nothing where that is damaged, which is told."""
        _ = self.curated_catalogue
        return overlays.Overlay() if self._overlay_trouble else overlays.read(self.home.overlay)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder that the settings name; its weights are read at first use."""
        return embedder_of(self.settings, self.home)

    def search(self) -> Search:
        """The search over the current index.

        Raises:
            NothingIndexed: There is none yet.
            ModelNotAvailable: The index was built with another embedder than the settings name.
        """
        catalogue = self.catalogue
        with self._lock:
            if self._search is None:
                tuning = Tuning(
                    candidates=self.settings.search.candidates,
                    dense_weight=self.settings.search.dense_weight,
                    per_paper=self.settings.search.passages_per_paper,
                )
                self._search = Search(self.home.index, catalogue, self.embedder, tuning)
            self._search.catalogue = catalogue
            self._search.beside = (self._overlay_trouble,) if self._overlay_trouble else ()
            built = self._search.generation().fingerprint()
            if not built.searchable(self.embedder.name):
                raise ModelNotAvailable(
                    f"The index was built with {built.embedder}, the settings name {self.embedder.name}: "
                    "run `duality index build`, or set the embedder back."
                )
            return self._search

    def remarks(self) -> tuple[str, ...]:
        """What the searches so far had to do without, as sentences for the user; empty where nothing is damaged."""
        with self._lock:
            return self._search.remarks() if self._search is not None else ()

    def scope(
        self, categories: Sequence[str] = (), papers: Sequence[str] = (), passages: int | None = None
    ) -> Scope:
        """Where to look, from names as a user gives them: papers of any of the categories, and only those named.

        Raises:
            WrongUse: An unknown or ambiguous name; a scope without papers.
        """
        from assistant.chain import Scope

        catalogue = self.catalogue
        chosen: set[str] | None = {catalogue.paper(name).id for name in papers} if papers else None
        if categories:
            filed = {paper.id for name in categories for paper in catalogue.papers_of(name)}
            chosen = filed if chosen is None else chosen & filed
        if chosen is not None and not chosen:
            raise WrongUse(
                f"No paper is left under {', '.join((*categories, *papers))}: `duality taxonomy` shows what is filed where."
            )
        ordered = None if chosen is None else tuple(sorted(chosen))
        return Scope(ordered, passages or self.settings.answer.passages)

    def index_catalogue(self, progress: Progress | None = None) -> Report:
        """Index the digests and table rows of all papers, so that there is something to search."""
        with writing(self.home.index, "indexing the digests", LOCK_SECONDS), self._builder() as builder:
            return builder.add_catalogue(progress)

    def index_pdfs(
        self,
        paths: Sequence[Path],
        progress: Progress | None = None,
        *,
        fresh: bool = False,
        again: bool = False,
    ) -> Report:
        """Index PDFs, after the digests if those are not there yet.

        Args:
            paths: The files.
            progress: Told of each step.
            fresh: Begin a new generation even where the current one would do.
            again: Take in what the user removed, too.
        """
        with (
            writing(self.home.index, "indexing PDFs", LOCK_SECONDS) as after_kill,
            self._builder(fresh=fresh) as builder,
        ):
            notes = builder.add_catalogue(progress)
            given = {path.resolve() for path in paths}
            known = (
                self.known_pdfs() if builder.damage else []
            )  # named or not: what was indexed is read again
            left = [
                path
                for path in dict.fromkeys((*known, *builder.left_behind()))
                if path.resolve() not in given
            ]
            before = builder.add_pdfs(left, progress)
            report = builder.add_pdfs(paths, progress, again=again)
            report.damage = builder.found_damaged()
            for said in report.damage:
                log.warning("%s", said)
            for part in (notes, before):
                report.unchanged += part.unchanged
                report.indexed += part.indexed
                report.passages += part.passages
            report.compacted = builder.finish(after_kill=after_kill)
            return report

    def known_pdfs(self) -> list[Path]:
        """The PDFs to be indexed without being named: those fetched, uploaded, or indexed before."""
        from pathlib import Path

        found = {
            path.resolve() for folder in (self.home.pdfs, self.home.uploads) for path in folder.glob("*.pdf")
        }
        for generation in generations.all_of(self.home.index):  # one being replaced knows files too
            try:
                records = generation.passages.documents()
            except StorageFailed:  # a damaged index must not stand in the way of a new one
                continue
            found |= {Path(r.file) for r in records if r.file and Path(r.file).exists()}
        return sorted(found)

    def status(self) -> Status:
        """What is indexed now; an empty status where nothing is."""
        return status_of(self.catalogue, self.home)

    def _builder(self, *, fresh: bool = False) -> Builder:
        open_now = self._search.generation() if self._search is not None else None
        cutting = Cutting(tokens=self.settings.passages.tokens)
        reading = self.settings.reading
        limits = Limits(ocr=reading.ocr_language if reading.ocr else "")
        return Builder(
            self.home.index,
            self.curated_catalogue,
            self.embedder,
            cutting,
            limits,
            generation=open_now,
            fresh=fresh,
            filed=self._filed,
            edited=self._edited,
        )

    def _edited(self, paper: Paper) -> Paper:
        """A paper of the user's own with the user's changes."""
        if paper.kind != "own":
            return paper  # the catalogue that is indexed has them already
        edits = self._overlay().edits.get(paper.id, {})
        return replace(paper, **edits)

    def _filed(self, paper: Paper, passages: Sequence[Passage]) -> Paper:
        """A new paper of the user's own under the categories proposed for it, marked as such."""
        from functools import partial

        from assistant.proposing import about, filed, proposed
        from index.vector_cache import VectorCache

        embed = partial(VectorCache(self.home.index / "vectors.sqlite").embed, embedder=self.embedder)
        return filed(paper, proposed(about(paper, passages), self.curated_catalogue, embed))

    # --- answers ---

    def model(self, name: str | None = None) -> ChosenModel:
        """The chat model of the settings, or the one named.

        Raises:
            WrongUse: There is no such model.
            ModelNotAvailable: It cannot be had now.
        """
        from assistant.chat.models import resolve

        settings = self.settings if name is None else self.settings.model_copy(update={"model": name})
        return resolve(settings, self.home)

    def chain(self, model: str | None = None) -> AnswerChain:
        """The answer chain over the current index. Errors as for `search` and `model`."""
        from assistant.chain import AnswerChain

        search = self.search()
        return AnswerChain(search, chosen := self.model(model), self.checks(chosen))

    def runnable(self, model: str | None = None) -> AnswerRunnable:
        """The answer chain as a LangChain runnable. Errors as for `search` and `model`."""
        from assistant.runnable import AnswerRunnable

        return AnswerRunnable(self.chain(model))

    def checks(self, model: ChosenModel) -> Checks:
        """What the settings say is done about what the papers do not carry."""
        from assistant.chain import Checks

        return Checks(drop=self.settings.answer.unsupported == "drop", judge=self.judge(model))

    def judge(self, model: ChosenModel | None = None) -> Judge:
        """Who rules whether passages carry a sentence (docs/quality.md has what each is worth).

        Args:
            model: The model that writes; that of the settings by default.

        Raises:
            WrongUse: The settings name a judge that cannot be had with them.
        """
        from assistant.support.choosing import chosen_judge

        return chosen_judge(self.settings, self.home, model or self.model())

    def check(self, text: str) -> CheckedText:
        """A text of the user's own, Markdown or LaTeX, sentence by sentence held against the papers.

        Raises:
            WrongUse: There is no sentence in it, or it is too long.
            NothingIndexed: There is nothing to hold it against.
        """
        from assistant.support.checking import checked_text

        return checked_text(text, self.search(), self.judge())

    def checking(self, text: str, stopped: Callable[[], bool] = lambda: False) -> Iterator[CheckedText]:
        """As `check`, each time that a sentence more is done."""
        from assistant.support.checking import checking

        return checking(text, self.search(), self.judge(), stopped)

    def screen(
        self, criterion: Part, papers: Iterable[Paper], overruled: Mapping[str, Word] | None = None
    ) -> Screening:
        """The verdict on each paper, with evidence on pages where PDFs are indexed.

        Args:
            criterion: What a paper must be (`assistant.screening.where` reads one that is written out).
            papers: All in scope.
            overruled: Verdicts of the user's own, by paper.
        """
        from assistant.screening.screening import screened

        try:
            generation = self.search().generation()
        except NothingIndexed:  # notes are there without an index
            return screened(criterion, papers, None, overruled)
        made = screened(criterion, papers, generation.passages, overruled)
        return replace(made, generation=f"{generation.name}.{generation.refresh()}")

    def summarizer(self, model: str | None = None) -> Summarizer:
        """What writes cited summaries over the current index. Errors as for `search` and `model`."""
        from assistant.summaries.summarizer import Summarizer

        search = self.search()
        return Summarizer(search, chosen := self.model(model), self.judge(chosen))

    def summarize(self, name: str, *, length: Length = "page", model: str | None = None) -> Summary:
        """The cited summary of a paper or category; "topic:…" summarises the papers on a subject.

        Args:
            name: Any name of a paper or category; "paper:…" and "category:…" say which of the two.
            length: line, paragraph or page.
            model: As for `model`.

        Raises:
            WrongUse: Nothing is called so, or no paper is on the topic.
        """
        from assistant.summaries.subject import resolved

        return self.summarizer(model).summary(resolved(name, self.catalogue), length)

    def comparison(self, model: str | None = None) -> ComparisonChain:
        """What compares approaches over the current index. Errors as for `search` and `model`."""
        from assistant.comparison.making import ComparisonChain

        search = self.search()
        return ComparisonChain(search, chosen := self.model(model), self.judge(chosen))

    def compare(
        self,
        *approaches: str,
        aspects: Sequence[str] = (),
        question: str = "",
        model: str | None = None,
        prose: bool = True,
    ) -> Comparison:
        """Two to four approaches compared: a table with sources, and checked sentences.

        Raises:
            WrongUse: An approach or an aspect that names nothing.
            NothingIndexed: There is nothing to read yet.
        """
        return self.comparison(model).compare(approaches, aspects, question, prose=prose)

    def warm_search(self) -> None:
        """Open what a first question opens, so that its evidence is there at once."""
        from assistant.evidence import gathered

        search = self.search()
        gathered("warm", search("warm", 1), search.catalogue, search.embedder)

    def warm_up(self) -> None:
        """Load the embedded model and its fixed prompt in the background, so that the first answer is quick."""
        from assistant.prompting import prompt

        chosen = self.model()
        if chosen.kind == "embedded" and chosen.chat is not None:
            chosen.chat.warm_up(prompt("answer_embedded"))  # type: ignore[attr-defined]

    # --- pages ---

    @cached_property
    def _reader(self) -> Reader:
        return Reader()

    def page_image(self, paper: str, page: int, spans: Sequence[Span] = (), scale: float = 2.0) -> bytes:
        """A page of a paper's PDF as PNG, with `spans` of its text marked.

        Raises:
            UnreadableDocument: The paper has no indexed PDF, the file is gone or changed, or the page is not there.
        """
        return self._page_image(paper, page, tuple(spans), scale, self._file_of(paper))

    def part_image(self, paper: str, kind: PartKind, number: str) -> bytes:
        """The figure, table or algorithm of a paper that has this number, cut from its page, as PNG.

        Raises:
            UnreadableDocument: The paper has no indexed PDF, no such part, or the file is gone or changed.
        """
        return self._part_image(paper, kind, number, self._file_of(paper))

    def _cut_out(self, paper: str, kind: PartKind, number: str, file: tuple[str, int]) -> bytes:
        from pathlib import Path

        found = generations.current(self.home.index).passages.parts_of(paper, kind)
        for part in found:
            if part.number.casefold() == number.casefold() and part.box.right > part.box.left:
                frame = Box(*(edge + by * MARGIN for edge, by in zip(part.box, (-1, -1, 1, 1), strict=True)))
                return self._reader.page_image(Path(file[0]), part.page, crop=frame)
        raise UnreadableDocument(f"{paper} has no {kind} {number[:20]} whose place on its page is known.")

    def highlighted(self, paper: str, questions: Sequence[tuple[str, Sequence[Span]]]) -> bytes:
        """A copy of a paper's PDF with what is cited highlighted: one colour a question, which is the comment.

        Args:
            paper: The paper's id; no other file than the one indexed of it is read.
            questions: Each with the places cited for it.

        Raises:
            UnreadableDocument: The paper has no indexed PDF, the file is gone, or a page is not there.
        """
        from corpus.reader import Mark

        file = self.pdf_of(paper)
        passages = generations.current(self.home.index).passages
        marks = []
        for n, (question, spans) in enumerate(questions):
            for span in dict.fromkeys(spans):
                stored = passages.page(paper, span.page)
                if stored is None:
                    raise UnreadableDocument(f"{paper} has no page {span.page}.")
                raw, boxes = stored.raw_span(span.start, span.end), stored.boxes(span.start, span.end)
                colour = HIGHLIGHTS[n % len(HIGHLIGHTS)]
                marks.append(Mark(span.page, (raw,), tuple(boxes), colour, " ".join(question.split())[:1000]))
        return self._reader.highlighted(file, marks)

    def pdf_of(self, paper: str) -> Path:
        """The paper's PDF file. Raises UnreadableDocument where there is none."""
        from pathlib import Path

        return Path(self._file_of(paper)[0])

    def _file_of(self, paper: str) -> tuple[str, int]:
        records = generations.current(self.home.index).passages.documents()
        for record in records:
            if record.paper == paper and record.source == "pdf":
                return record.file, record.modified
        raise UnreadableDocument(
            f"The PDF of {paper} is not indexed: put it in a folder and run `duality index build --pdfs FOLDER`."
        )

    def _drawn(
        self, paper: str, page: int, spans: tuple[Span, ...], scale: float, file: tuple[str, int]
    ) -> bytes:
        from pathlib import Path

        stored = generations.current(self.home.index).passages.page(paper, page)
        if stored is None:
            raise UnreadableDocument(f"{paper} has no page {page}.")
        here = [span for span in spans if span.page == page]
        raw = [stored.raw_span(span.start, span.end) for span in here]
        boxes = [box for span in here for box in stored.boxes(span.start, span.end)]
        return self._reader.page_image(Path(file[0]), page, raw, scale, boxes)
