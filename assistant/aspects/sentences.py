"""The sentences of one paper, each knowing its section, its page and whether it speaks of this very work."""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from assistant.answer import Quote
from assistant.aspects.readability import ENUMERATES, MATHS, reaches_back
from assistant.evidence import is_noise
from assistant.quotable import pieces
from assistant.wording import named_in
from corpus.passages import located, main_page
from corpus.quoting import in_one_piece
from corpus.sentences import sentences
from index.words import stems

if TYPE_CHECKING:
    from corpus.catalogue import Paper
    from index.passage_store import PassageStore, StoredPassage

Part = Literal[
    "abstract", "introduction", "related", "background", "method", "experiments", "limitations", "conclusion",
    "appendix", "caption", "other",
]  # fmt: skip
_HEADINGS: tuple[tuple[Part, str], ...] = (
    ("limitations", r"\blimitation|\bfailure (?:cases|modes)|broader impact"),
    ("related", r"\brelated work|\bprior work|\bliterature\b|previous work"),
    ("introduction", r"\bintroduction\b"),
    ("background", r"\bbackground\b|\bpreliminar"),
    ("conclusion", r"\bconclu|\bdiscussion|\bfuture\b|\boutlook|\bsummary\b"),
    ("experiments", r"\bexperiment|\bevaluat|\bresult|\banalys|\bablation|\bbenchmark|\bbaseline|\bsimulat"),
    ("method", r"\bmethod|\bapproach|\bframework|\barchitecture|\bmodel\b|\balgorithm|\btraining|\bproblem"),
)  # fmt: skip
PARTS = tuple((part, re.compile(pattern, re.IGNORECASE)) for part, pattern in _HEADINGS)
NOT_THE_WORK = re.compile(r"\backnowledg|\bauthor contribution|^contributions$|\bfunding\b", re.IGNORECASE)
# A section with a name of its own, "3 Grounded Decoding".
TOP_HEADING = re.compile(r"^(?:\d{1,2}|[IVX]{1,4})\.?\s+\S")
OWN = re.compile(
    r"\b(?:we|our|ours|us)\b|\bthis (?:paper|work|method|approach|study|article|framework)\b", re.IGNORECASE
)
OTHERS = re.compile(
    r"\b(?:previous|prior|existing|recent|other|several|many|past|earlier|concurrent|most) (?:\w+ )?"
    r"(?:works?|methods?|approaches|studies|papers|research|efforts|attempts|algorithms|techniques)\b|\bet al\b"
    r"|\bunlike\b|\bin contrast to\b|\bhave been (?:proposed|used|shown)\b",
    re.IGNORECASE,
)
LIMITS = dict(PARTS)["limitations"]
BEGINS = re.compile(r"[\"“(]?(?:[^\W\d_a-z]|\d|[a-z]+[A-Z]|[a-z]-)")
ENDS = re.compile(r"""[.!?:;]["”’)\]]*(?:\s?\[[\d,\s–-]+\])?$|https?:\S+$|\w\.(?:com|org|io|ai|edu)\S*$""")
WHOLE = 0.6  # share of a sentence that its longest piece must be
SHORTEST, LONGEST = 5, 75  # words of a sentence that can be read in a cell
FORMULA = 4  # mathematical signs from which a sentence reads as a formula
TABLE_ROW = re.compile(r"(?:[A-Z(][\w∗*†%)-]*\s+){5,}")
KEPT = 40  # papers kept in memory once read
LETTERS = 0.66  # share of letters and blanks below which a line is a table's or a formula

_kept: dict[tuple[str, str, str], Material] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a paper.

    Attributes:
        text: The sentence.
        part: What part of the paper it stands in.
        section: The heading it stands under.
        own: Whether it speaks of this work: "we", "our", or the paper's own name.
        others: Whether it speaks of other works.
        leans: Whether it cannot be understood without the sentence before it.
        whole: Whether it begins and ends as a sentence does, not where a page or figure cut it, and is no formula.
        stems: The stems of its search words.
        passage: The passage it is taken from.
        start: Its first character there.
        end: One past the last.
    """

    text: str
    part: Part
    section: str
    own: bool
    others: bool
    leans: bool
    whole: bool
    stems: frozenset[str]
    passage: StoredPassage
    start: int
    end: int


@dataclass(frozen=True)
class Material:
    """What is held of one paper.

    Attributes:
        paper: The paper.
        said: The readable sentences of its PDF, in order; empty where there is no PDF.
        labels: The printed label of each page.
        names: What the paper's approach is called.
    """

    paper: Paper
    said: tuple[Said, ...] = field(default=(), repr=False)
    labels: dict[int, str] = field(default_factory=dict, repr=False)
    names: tuple[str, ...] = ()

    @cached_property
    def rarity(self) -> dict[str, float]:
        """How rare each stem is among the paper's sentences: log (1 + sentences / sentences with it)."""
        spread = Counter(stem for said in self.said for stem in said.stems)
        return {stem: math.log(1 + len(self.said) / count) for stem, count in spread.items()}

    def cover(self, wanted: frozenset[str], said: Said) -> float:
        """Share (0..1) of the wanted stems that a sentence holds, rare ones weighing more."""
        absent = math.log(1 + len(self.said))  # a word the paper never uses weighs as its rarest
        total = sum(self.rarity.get(stem, absent) for stem in wanted)
        return sum(self.rarity[stem] for stem in wanted & said.stems) / total if total else 0.0

    def source(self, said: Said) -> Quote:
        """The sentence as a cell's source, with the page that its words stand on."""
        spans = located(said.passage.spans, said.start, said.end)
        page = main_page(spans) if spans else said.passage.page
        label = self.labels.get(page or 0, str(page))
        return Quote(self.paper.id, "pdf", page, label, said.text, spans, said.section)


def read(paper: Paper, store: PassageStore) -> Material:
    """The paper's sentences, but for references, program text and rows of numbers; those read last are kept in memory."""
    mark = (str(store.path), str(store.revision()), paper.id)
    with _lock:
        if found := _kept.get(mark):
            return found
    made = _read(paper, store)
    with _lock:
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[mark] = made
    return made


def _read(paper: Paper, store: PassageStore) -> Material:
    names = tuple(
        name for name in dict.fromkeys((paper.label, *paper.aliases)) if 2 <= len(name) <= 40 and name[:1].isupper()
    )  # fmt: skip
    said: list[Said] = []
    before: Part = "other"
    for passage in store.of_paper(paper.id):
        if passage.kind == "references" or NOT_THE_WORK.search(passage.section):
            continue
        part = _part(passage, before)
        if part not in ("abstract", "caption", "appendix"):
            before = part
        whole = [piece for place in sentences(passage.text) for piece in pieces(passage.text, *place)]
        for piece in whole:
            start, end = in_one_piece(passage.text, passage.spans, piece.start, piece.end)
            text = passage.text[start:end]
            if LIMITS.search(piece.heading):
                part = "limitations"
            if end - start < WHOLE * (piece.end - piece.start) or not readable(text):
                continue
            own = bool(OWN.search(text)) or any(named_in(name, text) for name in names)
            said.append(
                Said(
                    text=text,
                    part=part,
                    section=passage.section,
                    own=own,
                    others=bool(OTHERS.search(text)),
                    leans=reaches_back(text),
                    whole=bool(BEGINS.match(text) and ENDS.search(text))
                    and not ENUMERATES.search(text)
                    and len(MATHS.findall(text)) <= FORMULA,
                    stems=frozenset(stems(text)),
                    passage=passage,
                    start=start,
                    end=end,
                )
            )
    return Material(paper, tuple(said), store.labels(paper.id) if said else {}, names)


def _part(passage: StoredPassage, before: Part) -> Part:
    """The part a passage belongs to: its heading's, the last that says one first; else that of what stands before."""
    if passage.kind == "abstract":
        return "abstract"
    if passage.kind == "caption":
        return "caption"
    if passage.kind == "appendix":
        return "limitations" if LIMITS.search(passage.section) else "appendix"
    for heading in reversed(passage.section.split(" › ")):
        for part, pattern in PARTS:
            if pattern.search(heading):
                return part
    if passage.ordinal < 2 and not passage.section:
        return "abstract"  # a first page whose abstract has no heading
    return "method" if TOP_HEADING.match(passage.section) and before != "experiments" else before


def readable(text: str) -> bool:
    """Whether a sentence can be read in a cell: not too short or long, no program text, no row of numbers."""
    words = text.split()
    if not SHORTEST <= len(words) <= LONGEST or is_noise(text) or TABLE_ROW.match(text):
        return False
    plain = sum(character.isalpha() or character.isspace() for character in text)
    return plain >= LETTERS * len(text) and bool(re.search(r"[a-z]{3}", text))
