"""What the digests and the survey's table say of a paper, each statement with the words it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.support.binding import cited

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.answer import Citation
    from assistant.summaries.sources import Sources
    from corpus.catalogue import Paper
    from index.passage_store import PassageStore
    from index.records import StoredPassage

LINE = re.compile(r"^(?P<name>[^:\n]{2,40}): (?P<value>.+?)\.?$", re.MULTILINE)
NAMES = {
    "problem": "Problem",
    "approach": "Approach",
    "generative_model": "Generative model",
    "role_of_rl": "Role of RL",
    "rl_algorithm": "RL algorithm",
    "inputs": "Inputs",
    "outputs": "Outputs",
    "benchmarks": "Benchmarks",
    "setting": "Setting",
    "main_result": "Main result",
    "limitations": "Limitations",
    "code": "Code",
}
NOTHING = re.compile(r"^(?:none|not |n/?a\b|unknown|no )", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One aspect as a digest or a row states it: `passage.text[start:end]` is the value, `name` the word before it."""

    name: str
    passage: StoredPassage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The value's words."""
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True)
class Held:
    """What the index holds of one paper.

    Attributes:
        paper: The paper.
        pdf: The PDF's passages in reading order; empty where it is not indexed.
        digest: The digest's prose.
        aspects: The digest's aspects, by their names in the catalogue.
        table: The survey's row, by its column's heading.
    """

    paper: Paper
    pdf: tuple[StoredPassage, ...] = field(default=(), repr=False)
    digest: StoredPassage | None = None
    aspects: dict[str, Statement] = field(default_factory=dict)
    table: dict[str, Statement] = field(default_factory=dict)

    def aspect(self, *names: str) -> Statement | None:
        """The first of the named aspects that the digest states."""
        return next((self.aspects[name] for name in names if name in self.aspects), None)


def held(paper: Paper, store: PassageStore, *, pdf: bool = True) -> Held:
    """What is held of a paper; `pdf` false leaves its pages out."""
    digest: StoredPassage | None = None
    aspects: dict[str, Statement] = {}
    by_heading = {heading: name for name, heading in NAMES.items()}
    for passage in store.of_paper(paper.id, "digest"):
        if passage.section == "Digest":
            digest = passage
        else:
            found = _statements(passage)
            aspects = {by_heading[name]: value for name, value in found.items() if name in by_heading}
    table: dict[str, Statement] = {}
    for passage in store.of_paper(paper.id, "table"):
        table |= _statements(passage)
    return Held(paper, tuple(store.of_paper(paper.id)) if pdf else (), digest, aspects, table)


def _statements(passage: StoredPassage) -> dict[str, Statement]:
    return {
        match["name"]: Statement(match["name"], passage, *match.span("value"))
        for match in LINE.finditer(passage.text)
    }


def citation(statement: Statement, sources: Sources) -> Citation:
    """A citation of the statement's very words."""
    source = sources.taken[sources.number(statement.passage) - 1]
    return cited(source, statement.start, statement.end)


def from_digest(statement: Statement, sources: Sources) -> Claim:
    """A digest's statement as a claim that says whose words it is: "Our digest, on the setting: “both”"."""
    about = statement.name if "RL" in statement.name else statement.name.lower()
    about = about.replace("Role of RL", "role of RL")
    text = f"Our digest, on the {about}: “{statement.text}”"
    return Claim(text, "exact", (citation(statement, sources),))


def counted(text: str, statements: Iterable[Statement], sources: Sources) -> Claim:
    """A sentence that the program counted, resting on one statement a paper."""
    citations = tuple(citation(statement, sources) for statement in statements)
    return Claim(text, "computed", citations, why="counted by the program over what each paper's note states")
