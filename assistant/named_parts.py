"""Parts of a paper that a question calls by number: "Figure 2", "section 4.2", "page 5"; found, or said to be missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.spelling import distinct
from index.search import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.parts import Part, PartKind
    from index.passage_store import PassageStore, StoredPassage

WHOLE_PAGE: Final = 1_000_000  # characters: no page has as many
STANDING: Final = 4  # passages in which a part stands: a page has a few
SPEAKING: Final = 2  # passages that speak of it

KINDS: Final[dict[str, PartKind]] = {
    "fig": "figure",
    "tab": "table",
    "alg": "algorithm",
    "lis": "listing",
    "equ": "equation",
    "eq": "equation",
    "eqn": "equation",
    "sec": "section",
    "ref": "reference",
}
NAMED: Final = re.compile(
    r"\b(?P<kind>figure|fig\.?|table|tab\.|algorithm|listing|equation|eqn?\.?|section|sec\.?|reference|page|p\.)\s*"
    r"(?:no\.?\s*)?\(?(?P<number>(?:[A-Z]{1,2}[.-]?)?\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[A-Z])\)?(?![\w-])",
    re.IGNORECASE,
)
ROMAN: Final = (
    "",
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A part that a question names: what it is called, its kind ("page" among them) and number."""

    words: str
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking for the parts.

    Attributes:
        places: Where those stand that are there: page, start, end, and of a section its heading.
        missing: A sentence on each that is not.
    """

    places: tuple[tuple[int, int, int, str], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether what is asked for is a stretch of text, a page or section, that says all there is to say."""
        return any(end == WHOLE_PAGE or heading for _, _, end, heading in self.places)


def asked_parts(question: str) -> tuple[Asked, ...]:
    """The parts that a question names, each once."""
    found = {}
    for match in NAMED.finditer(question):
        word, number = match["kind"].lower().rstrip("."), match["number"]
        if number.isalpha() and not number.isupper():
            continue  # "page a", "table x"
        kind = "page" if word in ("page", "p") else KINDS.get(word) or KINDS[word[:3]]
        found[kind, number] = Asked(f"{kind.capitalize()} {number}", kind, number)
    return tuple(found.values())


def looked_up(asked: Sequence[Asked], paper: str, label: str, passages: PassageStore) -> Looked:
    """Where the parts of a paper stand, and what of them it does not have.

    Args:
        asked: What is asked for.
        paper: The paper's id.
        label: What it is called.
        passages: The index; nothing is said of a paper whose PDF is not in it.
    """
    labels = passages.labels(paper)
    if not labels:
        return Looked()
    places: list[tuple[int, int, int, str]] = []
    missing: list[str] = []
    parts = passages.parts_of(paper)
    for one in asked:
        if one.kind == "page":
            numbers = [n for n, printed in labels.items() if printed == one.number]
            numbers = numbers or [n for n in labels if str(n) == one.number]
            places += [(n, 0, WHOLE_PAGE, "") for n in numbers]
            if not numbers:
                missing.append(f"{label} has no page {one.number}: its PDF has pages 1 to {max(labels)}.")
            continue
        of_kind = [part for part in parts if part.kind == one.kind]
        there = [part for part in of_kind if _same(part.number, one.number)]
        heading = one.kind == "section"
        places += [(part.page, part.start, part.end, part.text if heading else "") for part in there]
        if not there and parts:
            missing.append(f"{label} has no {one.words}{_what_there_is(one.kind, of_kind)}.")
    return Looked(tuple(places), tuple(missing))


def _same(printed: str, asked: str) -> bool:
    forms = [number.strip(".").casefold() for number in (printed, asked)]
    arabic = [str(ROMAN.index(form.upper())) if form.upper() in ROMAN[1:] else form for form in forms]
    return forms[0] == forms[1] or arabic[0] == arabic[1]


def _what_there_is(kind: str, parts: Sequence[Part]) -> str:
    numbers = distinct(part.number for part in parts if part.number)
    if not numbers:
        return f": no numbered {kind}s were found in it"
    plain = [int(number) for number in numbers if number.isdigit()]
    if len(plain) == len(numbers):
        return f": its {kind}s go to {max(plain)}" if len(plain) > 1 else f": it has only {kind} {plain[0]}"
    few = numbers if len(numbers) < 8 else [*numbers[:3], "…", *numbers[-3:]]
    return f": its {kind}s are {', '.join(few)}"


def hits_of(asked: Sequence[Asked], looked: Looked, paper: str, passages: PassageStore) -> list[Hit]:
    """The passages in which the parts stand, then those that speak of them; a few, in reading order."""
    labels = passages.labels(paper)
    standing: list[StoredPassage] = []
    speaking: list[StoredPassage] = []
    words = [re.compile(_spoken(one), re.IGNORECASE) for one in asked if one.kind != "page"]
    sections = {text for _, _, _, text in looked.places if text}
    for passage in passages.of_paper(paper):
        if passage.section in sections or any(_overlaps(passage, *place) for place in looked.places):
            standing.append(passage)
        elif passage.kind != "references" and any(word.search(passage.text) for word in words):
            speaking.append(passage)
    pages = {place[0] for place in looked.places}
    wholly = {one.kind for one in asked} & {"table", "algorithm", "listing"}
    inner = [p for p in speaking if wholly and p.kind in ("table", "listing") and p.page in pages]
    spoken = [] if looked.whole else speaking[:SPEAKING]
    chosen = {p.id: p for p in (*standing[:STANDING], *inner[:1], *spoken)}
    return [
        Hit(
            rank,
            passage,
            passage.page,
            labels.get(passage.page or 0),
            1.0,
            0.0,
            tuple(sorted(labels.items())),
        )
        for rank, passage in enumerate(chosen.values(), start=1)
    ]


def _overlaps(passage: StoredPassage, page: int, start: int, end: int, _: str) -> bool:
    return any(span.page == page and span.start < end and start < span.end for span in passage.spans)


def _spoken(one: Asked) -> str:
    """How a text speaks of a part."""
    short = {
        "figure": r"fig(?:ure)?s?\.?",
        "equation": r"eqs?(?:uation)?n?s?\.?",
        "section": r"sec(?:tion)?s?\.?",
    }
    return rf"\b{short.get(one.kind, one.kind + 's?')}\s*\(?{re.escape(one.number)}(?![\w.]*\d)"
