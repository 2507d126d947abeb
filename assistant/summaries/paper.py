"""A paper's summary, part by part: read section by section, every sentence cited to its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.shown import called
from assistant.summaries.choosing import Candidate, Choice, choose, opening
from assistant.summaries.digested import from_notes, placed
from assistant.summaries.notes import NOTHING, Held, from_digest, held
from assistant.summaries.outline import Outline, outlined
from assistant.summaries.parts import (
    APPROACH,
    CONTEXT,
    EVALUATION,
    GENERATIVE,
    HOME,
    LIMITS,
    PAGE,
    PARAGRAPH,
    RESULTS,
    RL,
)
from assistant.summaries.readability import led_in
from assistant.summaries.summary import Coverage, SummarySection, Unused
from assistant.summaries.writing import repeats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.answer import Claim
    from assistant.summaries.parts import Part
    from assistant.summaries.sources import Sources
    from assistant.summaries.summary import Length
    from assistant.summaries.writing import Quote, Writer
    from corpus.catalogue import Catalogue, Paper
    from index.embedders import Embedder
    from index.passage_store import PassageStore

SHOWN = 4  # sentences a model reads for a part
SHOWN_LARGE = 8
OF_SECTION = 3  # sentences a model reads to stand for a section
DIGEST_ONLY = "The PDF of {label} is not here: this rests on this project's digest of it, which is not the paper's words."


@dataclass
class PaperSummary:
    """Writes the summary of one paper.

    Args:
        paper: The paper.
        catalogue: Knows its place in the taxonomy.
        store: Its stored passages.
        embedder: Weighs its sentences.
        sources: Numbers what is cited.
        writer: Phrases, where there is a model.
    """

    paper: Paper
    catalogue: Catalogue
    store: PassageStore
    embedder: Embedder
    sources: Sources
    writer: Writer
    notes: list[str] = field(default_factory=list)
    outline: Outline = field(default_factory=Outline)
    _first: dict[str, list[Candidate]] = field(default_factory=dict)

    def sections(self, length: Length) -> Iterator[tuple[SummarySection, ...]]:
        """The summary as it grows: after each part, all sections so far."""
        known = held(self.paper, self.store)
        if not known.pdf:
            self.notes.append(DIGEST_ONLY.format(label=self.paper.label))
            yield from from_notes(known, self.catalogue, self.sources, length)
            return
        self.outline = outlined(known.pdf)
        parts = {"line": (APPROACH,), "paragraph": PARAGRAPH, "page": PAGE}[length]
        choice = choose(self.outline, self.paper, parts, self.embedder)
        if not choice.candidates:
            self.notes.append(f"No sentence of the PDF of {self.paper.label} can be quoted.")
            yield from from_notes(known, self.catalogue, self.sources, length)
            return
        if length == "page":
            yield from self._page(choice, known)
        else:
            yield from self._short(choice, known, parts, length)

    def coverage(self, sections: Sequence[SummarySection]) -> Coverage:
        """What the sections rest on."""
        citations = [c for section in sections for claim in section.claims for c in claim.citations]
        used = (self.paper.id,) if citations else ()
        pdfs = used if any(c.source == "pdf" for c in citations) else ()
        unused = () if used else (Unused(self.paper.id, "nothing is held of it"),)
        titles = tuple(section.title for section in self.outline.main)
        return Coverage(
            used, 1, pdfs, unused, titles, tuple(t for t in titles if t in self._touched(sections))
        )

    # --- from the PDF ---

    def _page(self, choice: Choice, known: Held) -> Iterator[tuple[SummarySection, ...]]:
        """Every part under its heading; then what stands for the sections that no part touched."""
        written: dict[str, SummarySection] = {}
        taken: list[Candidate] = []
        for part in PAGE:
            if part is CONTEXT and not any(s.role == "context" for s in self.outline.main):
                continue
            written[part.key] = self._part(part, choice, known, taken, part.quotes)
            yield tuple(written.values())
        for title in [s.title for s in self.outline.main]:
            if title in self._touched(tuple(written.values())):
                continue
            said = [claim for section in written.values() for claim in section.claims]
            part, claims = self._standing_for(title, choice, taken, said)
            if not claims:
                self.notes.append(f"No sentence of the section “{title}” can be quoted alone.")
                continue
            so_far = written.get(part.key) or SummarySection(part.key, part.heading)
            lead = "" if so_far.lead == part.lacking else so_far.lead
            written[part.key] = SummarySection(part.key, part.heading, (*so_far.claims, *claims), lead)
            yield tuple(written.values())
        yield (*written.values(), placed(self.paper, self.catalogue, self.sources, long=True))

    def _short(
        self, choice: Choice, known: Held, parts: Sequence[Part], length: Length
    ) -> Iterator[tuple[SummarySection, ...]]:
        """A line or a paragraph: one section without a heading."""
        claims: list[Claim] = []
        taken: list[Candidate] = []
        for part in parts:
            found = self._part(part, choice, known, taken, 1, short=length == "line").claims
            claims += [c for c in found if not any(repeats(c.text, other.text) for other in claims)]
            yield (SummarySection(length, "", tuple(claims)),)
        if length == "paragraph":
            claims += placed(self.paper, self.catalogue, self.sources, long=False).claims
            yield (SummarySection(length, "", tuple(claims)),)

    def _part(
        self,
        part: Part,
        choice: Choice,
        known: Held,
        taken: list[Candidate],
        quotes: int,
        *,
        short: bool = False,
    ) -> SummarySection:
        """One part: phrased by the model where it can, else quoted, else what the digest says, else said to be absent."""
        absent = part in (GENERATIVE, RL) and self._absent(part, known)
        best = [] if absent else self._best(part, choice, taken, max(self._shown, quotes))
        claims: list[Claim] = []
        if best and self.writer.writes:
            most = 1 if short or part is CONTEXT else 2
            label = called(self.paper.label)
            claims = self.writer.phrased(part.ask.format(label=label), _quotes(best), self.sources, most)
            if not claims and self.writer.writes:
                self.writer.replaced += 1
            taken += [c for c in best if self._cites(claims, c)] or best[:1] if claims else []
        if best and not claims:
            chosen = sorted(best[:quotes], key=lambda c: c.order)
            taken += chosen
            claims = [self._quoted(one) for one in chosen]
        if claims:
            return SummarySection(part.key, part.heading, tuple(claims))
        statement = known.aspect(*part.aspects)
        if statement is not None:
            return SummarySection(
                part.key,
                part.heading,
                (from_digest(statement, self.sources),),
                part.lacking if not absent else "",
            )
        return SummarySection(part.key, part.heading, (), part.lacking)

    def _best(self, part: Part, choice: Choice, taken: Sequence[Candidate], count: int) -> list[Candidate]:
        """The part's best sentences, none of which is another part's very best."""
        if not self._first:
            for one in choice.parts:
                self._first[one.key] = choice.best(
                    one, 1, [c for found in self._first.values() for c in found]
                )
        own = [c for c in self._first[part.key] if c not in taken]
        others = [c for key, found in self._first.items() for c in found if key != part.key]
        return own + choice.best(part, count - len(own), list(dict.fromkeys([*taken, *others, *own])))

    @property
    def _shown(self) -> int:
        if not self.writer.writes:
            return 0
        return SHOWN if self.writer.model.kind == "embedded" else SHOWN_LARGE

    @staticmethod
    def _absent(part: Part, known: Held) -> bool:
        """Whether the digest says that there is no such thing in the paper, as no reinforcement learning in Octo."""
        statement = known.aspect(part.aspects[0])
        return statement is not None and bool(NOTHING.match(statement.text))

    def _cites(self, claims: Sequence[Claim], candidate: Candidate) -> bool:
        number = self.sources.number(candidate.passage)
        return any(
            c.n == number and (c.quote in candidate.text or candidate.text in c.quote)
            for claim in claims
            for c in claim.citations
        )

    def _quoted(self, candidate: Candidate) -> Claim:
        start = led_in(candidate.passage.text, candidate.start, candidate.end)
        return self.sources.quote(candidate.passage, start, candidate.end)

    def _standing_for(
        self, title: str, choice: Choice, taken: list[Candidate], before: Sequence[Claim]
    ) -> tuple[Part, list[Claim]]:
        """A sentence from a section that nothing else was taken from, and the part it goes to."""
        role = next(s.role for s in self.outline.main if s.title == title)
        home = HOME[role]
        rivals = {"experiments": (EVALUATION, RESULTS), "closing": (RESULTS, LIMITS)}.get(role, (home,))
        best = {part: choice.best(part, OF_SECTION, taken, section=title) for part in rivals}
        best = {part: found for part, found in best.items() if found}
        if not best:
            again = choice.best(home, 1, (), section=title)  # one that says what was said, rather than none
            if again:
                return home, [self._quoted(again[0])]
            place = opening(next(s.passages for s in self.outline.main if s.title == title))
            return home, [self.sources.quote(*place)] if place else []
        part = max(best, key=lambda p: choice.score(p, best[p][0]))
        found = best[part]
        ask = part.ask.format(label=called(self.paper.label))
        claims = [
            claim
            for claim in self.writer.phrased(ask, _quotes(found), self.sources, 1)
            if any(self._section_of(c.n) == title for c in claim.citations)
            and not any(repeats(claim.text, other.text) for other in before)
        ]
        taken.append(found[0])
        return part, claims or [self._quoted(found[0])]

    def _section_of(self, n: int) -> str:
        return self.outline.title_of(self.sources.passage_of(n))

    def _touched(self, sections: Sequence[SummarySection]) -> set[str]:
        return {
            self._section_of(c.n)
            for section in sections
            for claim in section.claims
            for c in claim.citations
            if c.source == "pdf"
        }


def _quotes(chosen: Sequence[Candidate]) -> list[Quote]:
    return [(one.passage, one.start, one.end) for one in chosen]
