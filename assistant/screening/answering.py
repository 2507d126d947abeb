"""The answer to a question about many papers: a sentence that says the result and what it rests on, then each paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.answer import Answer, Claim
from assistant.asking.subjects import ABBREVIATED
from assistant.screening.criterion import AllOf, AnyOf, Is, Says
from assistant.screening.screening import screened
from assistant.screening.understanding import of_many, scope_of
from assistant.sources import Sources
from assistant.summaries.counting import names
from corpus import facts as papers_facts
from corpus import vocabulary
from corpus.facts import known_key
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.asking.request import Request
    from assistant.screening.criterion import Part
    from assistant.screening.screening import Screening, Verdict
    from assistant.screening.wanted import Wanted
    from corpus.catalogue import Catalogue
    from corpus.paper import Paper
    from index.embedders import Embedder
    from index.passage_store import PassageStore

SHOWN: Final = 40  # papers listed in an answer; all verdicts are in its screening
GROUPS: Final = 12  # groups told one by one
BY: Final = "none (computed from the facts of the papers)"


def by_facts(
    request: Request,
    catalogue: Catalogue,
    embedder: Embedder | None = None,
    store: PassageStore | None = None,
) -> Answer | None:
    """The answer to a question about many papers, by their facts; None where it asks for more than facts tell.

    Args:
        request: As understood.
        catalogue: The papers.
        embedder: The one in use.
        store: Where the PDFs' text is, for the pages that facts stand on.
    """
    read = of_many(request, catalogue, embedder)
    if read is None:
        return None
    meant, asked = read
    scope = scope_of(request, catalogue)
    made = replace(screened(_plain(meant.criterion), scope, store), left=meant.left)
    if meant.left and not made.papers and asked.operation not in ("count", "exists", "gap"):
        return None  # what was not understood may well be what matters
    return answered(made, asked, request, catalogue)


def answered(made: Screening, asked: Wanted, request: Request, catalogue: Catalogue) -> Answer:
    """A screening as an answer."""
    teller = _Teller(made, asked, catalogue, among=bool(request.among))
    lead, claims, groups = teller.told()
    notes = list(request.notes)
    if made.left:
        notes.append(f"Not understood, and so not asked for: {', '.join(made.left)}.")
    return Answer(
        question=request.typed,
        standalone=request.asked,
        refused=False,
        lead=lead,
        claims=tuple(claims),
        sources=tuple(teller.sources.taken),
        model=BY,
        notes=tuple(notes),
        screening=replace(made, groups=groups),
    )


def not_counted(made: Screening, catalogue: Catalogue) -> list[str]:
    """Which papers were not counted though nothing says that they do not fit, as sentences; the page shows them as lists."""
    told = []
    for word, why in (("unclear", "Unclear, so not counted ({}; said by the survey's table alone or with a hedge)"), ("not stated", "Not stated of {}")):  # fmt: skip
        if verdicts := [verdict for verdict in made.verdicts if verdict.word == word]:
            told.append(
                f"{why.format(len(verdicts))}: {names([catalogue.by_id[v.paper] for v in verdicts])}."
            )
    return told


class _Teller:
    def __init__(self, made: Screening, asked: Wanted, catalogue: Catalogue, *, among: bool) -> None:
        self.made, self.asked, self.catalogue = made, asked, catalogue
        self.sources = Sources(catalogue)
        self.scope = len(made.verdicts)
        self.among = among
        self.fitting = made.of("yes")

    def told(self) -> tuple[str, list[Claim], tuple[tuple[str, tuple[str, ...]], ...]]:
        """Lead, claims and groups."""
        if self.asked.operation == "gap":
            return self.gap()
        if not self.fitting:
            return self.none(), [], ()
        if self.asked.operation in ("most", "years"):
            return self.grouped()
        if self.asked.operation in ("first", "latest"):
            return self.dated()
        return self.listed(self.fitting)

    def none(self) -> str:
        """None of them, with what was looked through."""
        pages = sum(any(q.source == "pdf" for q in verdict.quotes) for verdict in self.made.verdicts)
        looked = "by the facts that were read from our digests and the survey's table"
        return f"{self.counted(0)} ({looked}{f', {pages} with pages' if pages else ''})."

    def listed(self, verdicts: Sequence[Verdict]) -> tuple[str, list[Claim], tuple[()]]:
        """How many, and each of them."""
        claims = [self.claim(verdict) for verdict in verdicts[:SHOWN]]
        more = f"; {SHOWN} of them here" if len(verdicts) > SHOWN else ""
        return f"{self.counted(len(verdicts))}{self.rests(verdicts)}{more}:", claims, ()

    def counted(self, number: int) -> str:
        """How many there are of what: "The list holds 8 papers (of 155) under World Model"."""
        of = f"{number} paper{'s' * (number != 1)}"
        about = self.words()
        if self.among:
            return f"Of the {self.scope} papers spoken of before, {number or 'none'} {'are' if number != 1 else 'is'} {about}"
        return (
            f"The list holds {of}"
            if self.made.criterion == AllOf(())
            else f"The list holds {of} (of {self.scope}) {about}"
        )

    def dated(self) -> tuple[str, list[Claim], tuple[tuple[str, tuple[str, ...]], ...]]:
        """The earliest or latest of those that fit, then all by year."""
        groups = self.by_year(self.fitting)
        latest = self.asked.operation == "latest"
        name, ids = groups[-1 if latest else 0]
        labels = self.labels(ids)
        lead = f"The {'latest' if latest else 'earliest'} of {len(self.fitting)} papers{self.about()}: {labels} ({name})."
        ordered = sorted(self.fitting, key=lambda v: self.paper(v).year or 0, reverse=latest)
        claims = [self.claim(verdict) for verdict in ordered[:SHOWN]]
        return f"{lead} By year:", claims, groups

    def grouped(self) -> tuple[str, list[Claim], tuple[tuple[str, tuple[str, ...]], ...]]:
        """The groups with their sizes, the largest or the earliest first."""
        groups = self.by_year(self.fitting) if self.asked.by == "year" else self.by_value(self.asked.by)
        if self.asked.operation == "most":
            groups = tuple(sorted(groups, key=lambda group: -len(group[1])))
        if not groups:
            return self.listed(self.fitting)
        of = {verdict.paper: verdict for verdict in self.fitting}
        claims = []
        for name, ids in groups[:GROUPS]:
            of_all = (
                f" of {self.in_year(name)}"
                if self.asked.by == "year" and len(self.fitting) < self.scope
                else ""
            )
            text = f"{name}: {len(ids)}{of_all} ({self.labels(ids)})."
            citations = tuple(dict.fromkeys(c for i in ids for c in self.claim(of[i]).citations[:1]))
            claims.append(Claim(text, "computed", citations, why="counted by the program"))
        top = groups[0] if self.asked.operation == "most" else max(groups, key=lambda group: len(group[1]))
        what = vocabulary.PROPERTIES.get(self.asked.by, self.asked.by)
        about = self.about()
        lead = f"Of {len(self.fitting)} papers{about} the commonest {what} is {top[0]}, with {len(top[1])}."
        if self.asked.operation == "years":
            lead = f"{len(self.fitting)} of {self.scope} papers{about}; first in {groups[0][0]}, most in {top[0]} ({len(top[1])})."
        return lead, claims, groups

    def gap(self) -> tuple[str, list[Claim], tuple[tuple[str, tuple[str, ...]], ...]]:
        """The categories without papers; with a criterion, those all of whose papers fit it."""
        taxonomy = self.catalogue.taxonomy
        fitting = {verdict.paper for verdict in self.fitting}
        denied = {verdict.paper for verdict in (*self.made.of("no"), *self.made.of("unclear"))}
        scope = {verdict.paper for verdict in self.made.verdicts}
        groups = []
        for node in taxonomy:
            ids = tuple(p.id for p in self.catalogue.papers_of(node, table=False) if p.id in scope)
            if self.made.criterion == AllOf(()):
                if not ids:
                    groups.append((taxonomy.path_name(node.slug), ids))
            elif fitting.intersection(ids) and denied.isdisjoint(ids):
                groups.append((taxonomy.path_name(node.slug), ids))
        if self.made.criterion == AllOf(()):
            names = "; ".join(name for name, _ in groups)
            return (
                f"{len(groups)} of {len(list(taxonomy))} categories hold no paper: {names}.",
                [],
                tuple(groups),
            )
        if not groups:
            return f"In every category some paper is against it ({self.words()}).", [], ()
        claims = []
        of = {verdict.paper: verdict for verdict in self.fitting}
        for name, ids in groups:
            there = [i for i in ids if i in of]
            silent = f", of {len(ids) - len(there)} it is not stated" if len(there) < len(ids) else ""
            citations = tuple(dict.fromkeys(c for i in there for c in self.claim(of[i]).citations[:1]))
            text = f"{name}: {len(there)} of {len(ids)}{silent} ({self.labels(there)})."
            claims.append(Claim(text, "computed", citations, why="counted by the program"))
        return f"Categories in which no paper is against it ({self.words()}):", claims, tuple(groups)

    def claim(self, verdict: Verdict) -> Claim:
        """One paper with the words that decide."""
        paper = self.paper(verdict)
        entry = _entry(paper)
        if not verdict.quotes:
            return Claim(f"{entry}.", "exact", (self.sources.listed(paper, entry),))
        said = "; ".join(f"“{' '.join(quote.quote.split())}”" for quote in verdict.quotes)
        citations = tuple(
            self.sources.noted(quote) if quote.source != "pdf" else self.sources.citation(quote)
            for quote in verdict.quotes
        )
        facts = (
            either(dict.fromkeys(_told(fact.value) for fact in verdict.facts), "and")
            if verdict.facts
            else "its words"
        )
        return Claim(f"{entry}: {said}", "computed", citations, why=f"decided by {facts}")

    def words(self) -> str:
        """The criterion for a reader."""
        criterion = self.made.criterion
        parts = criterion.parts if isinstance(criterion, AllOf) else (criterion,)
        has = any(isinstance(part, Is | AnyOf | Says) for part in parts[:1])
        return f"with {criterion.words}" if has else criterion.words

    def about(self) -> str:
        """The criterion in brackets; "" where there is none."""
        return f" ({self.words()})" if self.made.criterion != AllOf(()) else ""

    def rests(self, verdicts: Sequence[Verdict]) -> str:
        """What the verdicts rest on, where it is not the list."""
        pages = sum(any(q.source == "pdf" for q in verdict.quotes) for verdict in verdicts)
        notes = sum(bool(verdict.quotes) for verdict in verdicts) - pages
        told = [f"{pages} with a page"] * bool(pages) + [f"{notes} by our digests alone"] * bool(notes)
        return f" ({either(told, 'and')})" if told else ""

    def paper(self, verdict: Verdict) -> Paper:
        return self.catalogue.by_id[verdict.paper]

    def labels(self, ids: Iterable[str]) -> str:
        return names([self.catalogue.by_id[i] for i in ids])

    def by_year(self, verdicts: Sequence[Verdict]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        years = sorted({self.paper(v).year for v in verdicts if self.paper(v).year})  # type: ignore[type-var]
        return tuple(
            (str(year), tuple(v.paper for v in verdicts if self.paper(v).year == year)) for year in years
        )

    def in_year(self, year: str) -> int:
        """How many papers in scope are from a year."""
        return sum(str(self.paper(verdict).year) == year for verdict in self.made.verdicts)

    def by_value(self, prop: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The papers that fit by each value of a property, the most special values of each paper."""
        groups: dict[str, list[str]] = {}
        for verdict in self.fitting:
            for name in _values(self.paper(verdict), prop, self.catalogue):
                groups.setdefault(name, []).append(verdict.paper)
        return tuple((name, tuple(ids)) for name, ids in groups.items())


def _values(paper: Paper, prop: str, catalogue: Catalogue) -> list[str]:
    if prop == "venue":
        named = ABBREVIATED.search(paper.venue or "")
        workshop = " (workshop)" if "workshop" in (paper.venue or "").lower() else ""
        return [f"{named[0]}{workshop}"] if named else []
    if prop == "author":
        return list(paper.authors)
    if prop == "category":
        return [catalogue.taxonomy.path_name(slug) for slug in paper.categories]
    known = vocabulary.load()
    own = [
        fact for fact in papers_facts.of(paper.id)
        if fact.property == prop or (prop == "robot" and fact.property == "real_robot")
    ]  # fmt: skip
    keys = dict.fromkeys(known_key(fact.value) for fact in own if fact.certainty != "not")
    if prop == "model":  # of models the one that is named, of anything else its suite, class or kind as well
        return [
            known[key].name
            for key in keys
            if not any(other != key and other in known.within(key) for other in keys)
        ]
    whole = [
        value for value in known if value.property == prop and not known.within(value.key).isdisjoint(keys)
    ]
    return [value.name for value in whole if value.key.partition("/")[2] != "any"]


def _told(value: str) -> str:
    prop = value.partition("/")[0]
    return f"{vocabulary.PROPERTIES[prop]}: {vocabulary.load()[known_key(value)].name}"


def _entry(paper: Paper) -> str:
    named = not paper.short_name or paper.short_name.lower() in paper.title.lower()
    title = f"{paper.title} ({paper.year})" if paper.year else paper.title
    return title if named else f"{paper.short_name}: {title}"


def _plain(criterion: AllOf) -> Part:
    return criterion.parts[0] if len(criterion.parts) == 1 else criterion
