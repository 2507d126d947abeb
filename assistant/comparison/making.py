"""Making a comparison: resolve → read the papers → table → sentences; each state is given as it is reached.

states = ComparisonChain(search, model).stream(["eureka", "viper"])   # Comparison, growing; the first has its table
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.asking.typed import checked
from assistant.aspects.sentences import Material, read
from assistant.aspects.standard import STANDARD, Aspect, chosen
from assistant.chat.listening import ModelSilent
from assistant.comparison.approaches import resolved
from assistant.comparison.asked import answered
from assistant.comparison.cells import paper_cell, quotes_of
from assistant.comparison.comparison import Comparison, Placement, Row
from assistant.comparison.composing import beside, composed
from assistant.comparison.counts import summed_up
from assistant.comparison.extraction import extracted
from assistant.comparison.prose import named, written
from assistant.phrasing import repeats
from assistant.sources import Sources
from assistant.support.judge import Judge
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from assistant.answer import Claim, Quote
    from assistant.chat.models import ChosenModel
    from assistant.comparison.comparison import Approach, Cell
    from corpus.catalogue import Catalogue
    from index.search import Search

log = logging.getLogger(__name__)
MOST = 8  # sentences
ENOUGH = 3  # checked sentences of a model from which nothing is composed beside them
READ = 8  # papers of a category or set whose PDF is read for quotes; the counts rest on all of them
KEYS = {aspect.title: aspect.key for aspect in STANDARD}


class ComparisonChain:
    """Compares approaches over one index. Thread-safe.

    Args:
        search: The search over the index; its catalogue and embedder are used too.
        model: The chosen chat model, or one that only quotes.
        judge: Who rules on what the model writes; words alone by default.
    """

    def __init__(self, search: Search, model: ChosenModel, judge: Judge | None = None) -> None:
        self.search = search
        self.model = model
        self.judge = judge or Judge()

    def compare(
        self, names: Sequence[str], aspects: Sequence[str] = (), question: str = "", *, prose: bool = True
    ) -> Comparison:
        """The whole comparison. Arguments and errors as for `stream`."""
        *_, last = self.stream(names, aspects, question, prose=prose)
        return last

    def stream(
        self,
        names: Sequence[str],
        aspects: Sequence[str] = (),
        question: str = "",
        *,
        prose: bool = True,
        cancelled: threading.Event | None = None,
    ) -> Generator[Comparison, None, None]:
        """The comparison with its table first, then with cells and sentences as they come; the last is `complete`.

        Args:
            names: Two to four approaches, as a user names them.
            aspects: Rows: names of standard ones, or words of the user's own; empty for the standard table,
                "+words" adds to it.
            question: A specific question, which gets the first row and which the sentences answer.
            prose: Whether to write sentences under the table.
            cancelled: Set it from another thread to stop; what there is by then is the last state.

        Raises:
            WrongUse: An approach or aspect that names nothing; the message has the nearest names.
            NothingIndexed: There is nothing to read.
        """
        begun = time.monotonic()
        cancelled = cancelled or threading.Event()
        question = checked(question) if question.strip() else ""
        wanted = chosen(tuple(aspects))
        approaches = resolved(names, self.search)
        generation = self.search.generation()
        mark = f"{generation.name}.{generation.refresh()}"
        catalogue = self.search.catalogue
        material = self._material(approaches, catalogue)

        rows: list[Row] = []
        extra: list[Sequence[Quote]] = []
        asked_rows: list[Aspect | str] = list(wanted)
        if question:
            found = [self._asked(question, approach, approaches, question=True) for approach in approaches]
            rows.append(Row(question, tuple(cell for cell, _ in found), "question"))
            extra = [sources for _, sources in found]
        for aspect in asked_rows:
            if isinstance(aspect, str):
                cells = [self._asked(aspect, a, approaches, question=False)[0] for a in approaches]
                rows.append(Row(aspect, tuple(cells), "own"))
            else:
                rows.append(Row(aspect.title, tuple(self._cell(aspect, a, material) for a in approaches)))
        took = time.monotonic() - begun
        notes = (
            tuple(a.note for a in approaches if a.note) + self._coverage(approaches) + self.search.remarks()
        )
        state = Comparison(
            approaches=approaches,
            rows=tuple(rows),
            placement=placed(approaches, catalogue),
            generation=mark,
            model=self.model.name,
            question=question,
            notes=notes,
            seconds=took,
            table_seconds=took,
            complete=not prose,
        )
        yield state
        if not prose or cancelled.is_set():
            if prose:
                yield replace(state, complete=True)
            return
        silent = False
        if self.model.kind == "remote" and self.model.chat is not None:
            try:
                for grown in self._by_model(state, wanted, material, cancelled):
                    state = grown
                    yield replace(state, seconds=time.monotonic() - begun)
            except (
                ModelSilent
            ):  # its note is there; asked for sentences it would keep the reader waiting again
                silent = True
        if cancelled.is_set():
            yield replace(state, complete=True)
            return
        yield from self._sentences(state, extra, begun, cancelled, ask=not silent)

    # --- the table ---

    def _material(self, approaches: Sequence[Approach], catalogue: Catalogue) -> dict[str, Material]:
        """What is read: every paper compared as such, and of categories and sets as many as are quoted."""
        passages = self.search.generation().passages
        held = {record.paper for record in passages.documents() if record.source == "pdf"}
        found = {}
        for approach in approaches:
            papers = [p for p in approach.papers if p in held]
            for paper in papers if approach.kind == "paper" else papers[:READ]:
                found[paper] = read(catalogue.by_id[paper], passages)
        return found

    def _cell(self, aspect: Aspect, approach: Approach, material: dict[str, Material]) -> Cell:
        catalogue = self.search.catalogue
        if approach.kind == "paper":
            paper = catalogue.by_id[approach.papers[0]]
            return paper_cell(aspect, material.get(paper.id) or Material(paper))
        quoted = {paper: quotes_of(aspect, material[paper]) for paper in approach.papers if paper in material}
        return summed_up(aspect, [catalogue.by_id[paper] for paper in approach.papers], quoted)

    def _asked(
        self, words: str, approach: Approach, approaches: Sequence[Approach], *, question: bool
    ) -> tuple[Cell, Sequence[Quote]]:
        others = [other for other in approaches if other is not approach]
        found = answered(words, approach, others, self.search, question=question)
        return found.cell, found.sentences

    def _coverage(self, approaches: Sequence[Approach]) -> tuple[str, ...]:
        """What the table could not read."""
        notes = []
        for approach in approaches:
            if approach.pdfs == 0:
                notes.append(
                    f"No PDF of {approach.name} is indexed: its cells rest on the survey's table and on digests."
                )
            elif approach.kind != "paper":
                quoted = min(approach.pdfs, READ)
                notes.append(
                    f"{approach.name}: counted over {len(approach.papers)} papers from the survey's table and digests, "
                    f"with quotes of {quoted} whose PDF is indexed."
                )
        return tuple(notes)

    # --- with a model ---

    def _by_model(
        self,
        state: Comparison,
        wanted: Sequence[Aspect | str],
        material: dict[str, Material],
        cancelled: threading.Event,
    ) -> Iterator[Comparison]:
        """The table with cells in a large model's words, as they come."""
        offset = len(state.rows) - len(wanted)
        jobs = []
        for number, aspect in enumerate(wanted):
            if isinstance(aspect, str) or aspect.key in ("setting", "code"):
                continue
            for column, approach in enumerate(state.approaches):
                if approach.kind == "paper" and approach.papers[0] in material:
                    cell = state.rows[number + offset].cells[column]
                    jobs.append((number + offset, column, aspect, material[approach.papers[0]], cell))
        with closing(extracted(jobs, self.model, self.search.catalogue, cancelled, self.judge)) as coming:
            for item in coming:
                if isinstance(item, str):
                    state = replace(state, notes=(*state.notes, item))
                else:
                    row, column, cell = item
                    rows = list(state.rows)
                    cells = list(rows[row].cells)
                    cells[column] = cell
                    rows[row] = replace(rows[row], cells=tuple(cells))
                    state = replace(state, rows=tuple(rows))
                yield state
                if cancelled.is_set():
                    return

    def _sentences(
        self,
        state: Comparison,
        extra: Sequence[Sequence[Quote]],
        begun: float,
        cancelled: threading.Event,
        *,
        ask: bool,
    ) -> Iterator[Comparison]:
        """The comparison sentence by sentence; the last state is complete."""
        numbered = Sources(self.search.catalogue)
        claims: list[Claim] = []
        notes = list(state.notes)

        def grown(*, complete: bool = False) -> Comparison:
            return replace(
                state,
                summary=tuple(claims),
                sources=tuple(numbered.taken),
                notes=tuple(notes),
                seconds=time.monotonic() - begun,
                complete=complete,
            )

        if self.model.chat is not None:
            for said in self._written(state, extra, numbered, notes, cancelled) if ask else ():
                if all(said.text != claim.text for claim in claims) and len(claims) < MOST:
                    claims.append(said)
                    yield grown()
                if cancelled.is_set():
                    yield grown(complete=True)
                    return
            if cancelled.is_set():
                yield grown(complete=True)
                return
            if len(claims) < ENOUGH:
                notes.append("Further sentences are composed from the table's cells, without a model.")
        elif self.model.reason:
            notes.append(self.model.reason)
        if not claims and self.model.chat is not None:
            state = replace(state, model="none (composed from the cells)")
        said_by_model = tuple(claims)
        more: Iterator[Claim] = iter(())
        if len(claims) < ENOUGH:
            more = composed(state, KEYS, numbered)
        elif self.model.kind == "embedded":
            more = beside(state, KEYS, numbered)
        for claim in more:
            if len(claims) >= MOST or cancelled.is_set():
                break
            if not any(repeats(claim.text, other.text) for other in said_by_model):
                claims.append(claim)
                yield grown()
        yield grown(complete=True)

    def _written(
        self,
        state: Comparison,
        extra: Sequence[Sequence[Quote]],
        numbered: Sources,
        notes: list[str],
        cancelled: threading.Event,
    ) -> Iterator[Claim]:
        """The model's checked sentences; what goes wrong becomes a note."""
        try:
            for said in written(state, KEYS, numbered, self.model, self.judge, extra, cancelled.is_set):
                if isinstance(said, str):
                    notes.append(said)
                else:
                    yield named(said, numbered)
        except DualityError as error:
            notes.append(str(error))
        except Exception as error:
            log.debug("The model failed", exc_info=True)
            notes.append(f"{self.model.name} failed ({type(error).__name__}).")


def placed(approaches: Sequence[Approach], catalogue: Catalogue) -> Placement:
    """Where the approaches sit in the taxonomy, side by side."""
    taxonomy = catalogue.taxonomy
    under: list[set[str]] = []
    for approach in approaches:
        slugs: set[str] = set()
        if approach.kind == "category":
            own = approach.target.removeprefix("category:")
            slugs = {own, *(node.slug for node in taxonomy.ancestors(own))}
        else:
            for paper in approach.papers:
                for slug in catalogue.by_id[paper].all_categories:
                    slugs |= {slug, *(node.slug for node in taxonomy.ancestors(slug))}
        under.append(slugs)
    shared = set.intersection(*under)
    distinct = tuple(_deepest(slugs - shared, catalogue) for slugs in under)
    return Placement(_deepest(shared, catalogue), distinct)


def _deepest(slugs: set[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Those with none of the others below them, in the taxonomy's order."""
    order = [node.slug for node in catalogue.taxonomy]
    found = [s for s in slugs if not any(other != s and other.startswith(f"{s}/") for other in slugs)]
    return tuple(sorted(found, key=order.index))
