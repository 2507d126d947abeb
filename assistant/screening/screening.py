"""A screening: the verdict on every paper in scope, with its evidence; nothing is left out because it ranks low.

made = screened(where("setting=real and model=llm", catalogue), catalogue.curated, passages)
made.of("yes")            # the verdicts "yes", in the list's order
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from assistant.answer import cited_json
from assistant.screening.criterion import ORDER, Judged, judged, to_json
from assistant.screening.evidence import WordReader, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assistant.answer import Quote
    from assistant.screening.criterion import Part, Word
    from corpus.facts import Fact
    from corpus.paper import Paper
    from index.passage_store import PassageStore

SHOWN: Final = (
    "yes",
    "unclear",
)  # verdicts that get their evidence: looking it up on pages takes milliseconds a paper
By = Literal["facts", "words", "user"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one paper.

    Attributes:
        paper: The paper's id.
        word: yes, no, not stated or unclear.
        by: What decided: facts of the paper, words of its text, or the user.
        facts: The facts that decide it.
        quotes: The words it rests on, of pages where the PDF is held.
    """

    paper: str
    word: Word
    by: By
    facts: tuple[Fact, ...] = ()
    quotes: tuple[Quote, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """One verdict of `duality screen --json`."""
        evidence = [
            {name: value for name, value in cited_json(q).items() if name != "paper_id"} for q in self.quotes
        ]
        return {"paper_id": self.paper, "verdict": self.word, "by": self.by, "evidence": evidence}


@dataclass(frozen=True, slots=True)
class Screening:
    """All verdicts.

    Attributes:
        criterion: As understood.
        verdicts: One for each paper in scope, in the list's order.
        left: Words of the question that no part of the criterion stands for.
        groups: The papers that fit by a value of a property or by year, where the question asks for that: name, ids.
        generation: The index that its pages come from; "" where there is none.
    """

    criterion: Part
    verdicts: tuple[Verdict, ...]
    left: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())
    generation: str = ""

    def of(self, word: Word) -> tuple[Verdict, ...]:
        """The verdicts of one kind."""
        return tuple(verdict for verdict in self.verdicts if verdict.word == word)

    @property
    def papers(self) -> tuple[str, ...]:
        """The papers that fit."""
        return tuple(verdict.paper for verdict in self.of("yes"))

    def to_json(self) -> dict[str, Any]:
        """The object `screening` of `duality ask --json`, and what `duality screen --json` prints (docs/json.md)."""
        return {
            "criterion": {"words": self.criterion.words, **to_json(self.criterion)},
            "not_understood": list(self.left),
            "generation": self.generation or None,
            "scope": len(self.verdicts),
            "count": len(self.of("yes")),
            "counts": {word: len(self.of(word)) for word in reversed(ORDER)},
            "groups": [{"name": name, "papers": list(papers)} for name, papers in self.groups],
            "verdicts": [verdict.to_json() for verdict in self.verdicts],
        }


def screened(
    criterion: Part,
    papers: Iterable[Paper],
    store: PassageStore | None = None,
    overruled: Mapping[str, Word] | None = None,
) -> Screening:
    """The verdict on each paper.

    Args:
        criterion: What a paper must be.
        papers: All in scope.
        store: Where the PDFs' text is, for evidence on pages; None for notes alone.
        overruled: Verdicts of the user's own, by paper.
    """
    reader = WordReader(store)
    overruled = overruled or {}
    verdicts = []
    for paper in papers:
        found = judged(criterion, paper, reader)
        by: By = "words" if found.quotes and not found.facts else "facts"
        if (word := overruled.get(paper.id)) is not None:
            found, by = replace(found, word=word), "user"
        quotes = _evidence(found, paper, store) if found.word in SHOWN else ()
        verdicts.append(Verdict(paper.id, found.word, by, found.facts, quotes))
    return Screening(criterion, tuple(verdicts))


def _evidence(found: Judged, paper: Paper, store: PassageStore | None) -> tuple[Quote, ...]:
    """The words for each deciding fact, one for each property, each once."""
    first: dict[str, Fact] = {}
    for fact in found.facts:
        first.setdefault(fact.property, fact)
    quotes = [quoted(fact, paper, store) for fact in first.values()]
    return tuple(dict.fromkeys((*quotes, *found.quotes)))
