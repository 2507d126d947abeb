"""A summary of several papers: every one is read first, then counted and grouped, so that none is forgotten.

What is counted and listed is computed; a model only phrases what the papers' own lines say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.aspects.sentences import read
from assistant.aspects.standard import BY_KEY
from assistant.aspects.stating import alone
from assistant.aspects.vocabulary import KINDS_OF_MODEL, SIMULATION, several, tallied
from assistant.shown import called
from assistant.summaries.counting import (
    computed,
    dated,
    kind_of,
    listing,
    names,
    papers_counted,
    shared,
    span,
    years,
)  # fmt: skip
from assistant.summaries.digested import stated, told, written
from assistant.summaries.outlook import open_questions, robots, settings_said
from assistant.summaries.summary import Coverage, SummarySection, Unused
from corpus.sentences import sentences
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.sources import Sources
    from assistant.summaries.summary import Length
    from assistant.summaries.writing import Writer
    from corpus.catalogue import Paper
    from index.passage_store import PassageStore

ENTRIES = 14  # papers of a line that get a sentence of their own
PHRASED_LINES = 4  # lines of which a model writes a sentence
CROWDED = 0.7  # share of the papers above which a line says too little
READ_OF_LINE = 4  # papers a model reads for it


@dataclass
class Several:
    """Writes a summary of several papers.

    Args:
        papers: All of them, in the catalogue's order.
        name: What the set is called in a sentence, behind its verb.
        store: The stored passages.
        sources: Numbers what is cited.
        writer: Phrases, where there is a model.
        grouped: Names of lines with their papers, where the taxonomy gives them; else they are found.
        leading: For each paper the claim that stands for it; where there is none, its approach does.
        lead: Words before everything.
        verbs: "is filed under", for one paper and for several.
    """

    papers: Sequence[Paper]
    name: str
    store: PassageStore
    sources: Sources
    writer: Writer
    grouped: dict[str, list[str]] = field(default_factory=dict)
    leading: dict[str, Claim] = field(default_factory=dict)
    lead: str = ""
    notes: list[str] = field(default_factory=list)
    verbs: tuple[str, str] = ("is filed under", "are filed under")

    def sections(self, length: Length) -> Iterator[tuple[SummarySection, ...]]:
        """The summary as it grows."""
        if length == "line":
            yield (SummarySection("line", "", (self._line(),), ""),)
        elif length == "paragraph":
            yield from self._paragraph()
        else:
            done: tuple[SummarySection, ...] = ()
            for section in self._page():
                done = (*done, section)
                yield done

    def coverage(self, sections: Sequence[SummarySection]) -> Coverage:
        """What the sections rest on."""
        citations = [c for section in sections for claim in section.claims for c in claim.citations]
        cited_papers = {c.paper for c in citations}
        by_pdf = {c.paper for c in citations if c.source == "pdf"}
        ids = [paper.id for paper in self.papers]
        silent = "nothing but its title is held"
        return Coverage(
            tuple(paper for paper in ids if paper in cited_papers),
            len(ids),
            tuple(paper for paper in ids if paper in by_pdf),
            tuple(Unused(paper, silent) for paper in ids if paper not in cited_papers),
        )

    def _page(self) -> Iterator[SummarySection]:
        yield SummarySection(
            "shared", "What they share", (self._count(), *shared(self.papers, self.sources)), self.lead
        )
        phrased = 0
        for name, members in self._lines().items():
            claims: list[Claim] = []
            if len(members) > 2 and phrased < PHRASED_LINES and self.writer.writes:
                claims += self._overview(name, members)
                phrased += 1
            claims += self._entries(members)
            heading = f"{name[:1].upper()}{name[1:]} ({papers_counted(len(members))})"
            yield SummarySection(f"line:{name}", heading, tuple(claims))
        yield years(self.papers, self.sources)
        yield robots(self.papers, self.store, self.sources)
        yield open_questions(self.papers, self.store, self.sources)

    def _paragraph(self) -> Iterator[tuple[SummarySection, ...]]:
        claims = [self._count(), *shared(self.papers, self.sources)[:2]]
        yield (SummarySection("paragraph", "", tuple(claims), self.lead),)
        for members in list(self._lines().values())[:3]:
            entry = next((e for e in map(self._entry, self._telling(members)) if e is not None), None)
            if entry is not None:
                claims.append(self._phrased_entry(entry) or entry)
                yield (SummarySection("paragraph", "", tuple(claims), self.lead),)
        claims += years(self.papers, self.sources).claims[-1:]
        claims += robots(self.papers, self.store, self.sources, 0).claims[:1]
        claims += open_questions(self.papers, self.store, self.sources).claims[:1]
        yield (SummarySection("paragraph", "", tuple(claims), self.lead),)

    # --- what is counted ---

    def _count(self) -> Claim:
        dates = [paper.year for paper in self.papers if paper.year]
        when = "" if not dates else f", first published {span(min(dates), max(dates))}"
        return listing(f"{self._said()}{when}.", self.papers, self.sources)

    def _said(self) -> str:
        """What the set is, as a verb for one or several: "26 papers are filed under …"."""
        count = len(self.papers)
        return f"{papers_counted(count)} {self.verbs[count != 1]} {self.name}"

    def _line(self) -> Claim:
        found = tallied(BY_KEY["generative_model"], self.papers)
        kinds = [f"{several(n)} ({len(members)})" for n, members in found.items() if n in KINDS_OF_MODEL][:2]
        real = [paper for paper in self.papers if settings_said(paper) - {SIMULATION}]
        dates = [paper.year for paper in self.papers if paper.year]
        when = f", {span(min(dates), max(dates))}" if dates else ""
        mostly = f", most often with {either(kinds, 'and')}" if kinds else ""
        tried = f"; {len(real)} report{'s' * (len(real) == 1)} real robots" if real else ""
        return listing(f"{self._said()}{when}{mostly}{tried}.", self.papers, self.sources)

    # --- the lines ---

    def _lines(self) -> dict[str, list[Paper]]:
        """The papers in groups: by the taxonomy where it parts them, else by kind of model, else by the role of RL."""
        if len(self.grouped) > 1:
            by_id = {paper.id: paper for paper in self.papers}
            lines = {name: [by_id[i] for i in ids if i in by_id] for name, ids in self.grouped.items()}
            return self._ordered({name: members for name, members in lines.items() if members})
        by_model = self._parted("generative_model", KINDS_OF_MODEL)
        by_role = self._parted("role_of_rl")
        largest = [max(map(len, lines.values())) for lines in (by_model, by_role)]
        chosen = by_model if largest[0] <= max(CROWDED * len(self.papers), largest[1]) else by_role
        return self._ordered(chosen) if len(chosen) > 1 else {"the papers": list(self.papers)}

    def _parted(self, key: str, kinds: Sequence[str] = ()) -> dict[str, list[Paper]]:
        """Each paper under the first kind that is stated of it."""
        lines: dict[str, list[Paper]] = {}
        for paper in self.papers:
            kind = kind_of(paper, key, kinds)
            lines.setdefault(several(kind) if kind else "other approaches", []).append(paper)
        return lines

    def _ordered(self, lines: dict[str, list[Paper]]) -> dict[str, list[Paper]]:
        """The largest line first; lines of one paper together where there are many lines."""
        single = [name for name, members in lines.items() if len(members) == 1]
        if len(single) > 1 and len(self.papers) > 8:
            rest = [member for name in single for member in lines.pop(name)]
            lines["other approaches"] = [*lines.pop("other approaches", []), *rest]
        return dict(sorted(lines.items(), key=lambda item: (item[0] == "other approaches", -len(item[1]))))

    def _telling(self, members: Sequence[Paper]) -> list[Paper]:
        """The papers of a line, those first whose pages are held."""
        return sorted(
            members, key=lambda paper: (not self.store.of_paper(paper.id), not stated(paper, "approach"))
        )

    def _entries(self, members: Sequence[Paper]) -> list[Claim]:
        """A sentence for each paper of a line, the newest last; where they are many, the rest in one."""
        ordered = members
        if len(members) > ENTRIES:
            ordered = sorted(members, key=lambda p: (not self.store.of_paper(p.id), p.year or 0))
        chosen = sorted(ordered[:ENTRIES], key=lambda paper: paper.year or 0)
        claims = [entry for paper in chosen if (entry := self._entry(paper)) is not None]
        rest = ordered[ENTRIES:]
        quotes = [quote for paper in rest if (quote := stated(paper, "approach", "problem"))]
        if quotes:
            text = f"Also of this line, {len(rest)} more: {names(rest, 40)}."
            claims.append(computed(text, quotes, self.sources))
        return claims

    def _entry(self, paper: Paper) -> Claim | None:
        """What stands for a paper: a sentence of its pages, else its digest's; None where neither is held."""
        if paper.id in self.leading:
            return self.leading[paper.id]
        best = alone([BY_KEY["approach"]], read(paper, self.store))
        if best:
            said = best[0]
            return self.sources.quote(
                said.passage, self.store, said.start, said.end, name=f"{dated(paper)}: "
            )
        quote = stated(paper, "approach", "problem", "main_result")
        if quote is None and paper.digest is not None:
            quote = written(paper, paper.digest.text[slice(*sentences(paper.digest.text)[0])])
        if quote is None and paper.table is not None and paper.table.modules:
            quote = written(paper, paper.table.modules, "table")
        return told(dated(paper), quote, self.sources) if quote is not None else None

    def _phrased_entry(self, claim: Claim) -> Claim | None:
        """A paper's sentence in a model's words, opening with its name; None where it cannot be carried."""
        label = claim.text.split(":", 1)[0]
        name = re.sub(r" \(\d{4}\).*$", "", label)  # "SRDP (2023), our digest"
        quotes = [(c.n, c.quote) for c in claim.citations]
        phrased = self.writer.phrased(f"what {called(name)} does", quotes, self.sources, 1)
        if not phrased:
            return None
        text = phrased[0].text
        opened = text if name.lower() in text.lower() else f"{name}: {text}"
        digest = any(c.source == "digest" for c in phrased[0].citations)
        return Claim(
            f"By our digest, {opened}" if digest else opened, phrased[0].support, phrased[0].citations
        )

    def _overview(self, name: str, members: Sequence[Paper]) -> list[Claim]:
        """A model's sentence or two on a line, from the approaches of a few of its papers."""
        telling = [quote for paper in members if (quote := stated(paper, "approach"))][:READ_OF_LINE]
        if len(telling) < 3:
            return []
        quotes = [(c.n, c.quote) for c in map(self.sources.noted, telling)]
        ask = f"what these works on {called(name)} do, naming each work"
        claims = self.writer.phrased(ask, quotes, self.sources, 2)
        return [Claim(f"By our digests, {c.text}", c.support, c.citations) for c in claims]
