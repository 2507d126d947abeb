"""The criterion that a question about many papers puts, and what it wants to know of those that fit.

understood(subjects("Which papers do not use diffusion on a real robot?", catalogue), catalogue)
# Understood(criterion=AllOf((Not(Is("model/diffusion")), Is("setting/real"))), …)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import TYPE_CHECKING, Final

from assistant.screening.contest import alike
from assistant.screening.criterion import (
    MOST_YEAR,
    AllOf,
    AnyOf,
    Is,
    Known,
    Not,
    Part,
    Under,
    Years,
    judged,
    leaves,
)
from assistant.screening.meaning import DENIES, OF_THE_LIST, meanings
from assistant.screening.wanted import wanted
from corpus import catalogue as catalogues
from corpus.vocabulary import PROPERTIES
from index.words import stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.asking.kinds import Kind
    from assistant.asking.request import Request
    from assistant.asking.subjects import Subjects
    from assistant.screening.meaning import Meant
    from assistant.screening.wanted import Wanted
    from corpus.catalogue import Catalogue
    from corpus.naming import Mention
    from corpus.paper import Paper
    from index.embedders import Embedder

LEFT: Final = 4  # words not understood, for each condition, beyond which a question is not answered by facts
LIKELY: Final = (
    0.25  # probability of asking about many papers from which a request of another kind is looked at
)
MANY: Final[tuple[Kind, ...]] = ("catalogue", "many")
OTHER: Final = frozenset({"greeting", "thanks", "help", "outside", "aside", "comparison", "summary", "part"})
SURE: Final = 0.5  # probability from which a place is taken to mean a value
FAINT: Final = 0.05  # probability below which a value is not looked at
TWIN: Final = (
    0.8  # share of the likeliest value's probability from which another one of the place may be meant as well
)
OR: Final = frozenset({"or", "oder", "ou"})
NAMED: Final = frozenset(
    {"model", "algorithm", "benchmark", "robot"}
)  # properties whose values are called by name
NAMED_INSIDE: Final = 0.1  # probability from which what is called by its name inside a description of something else is asked for too
BELIEVED: Final = 0.9  # probability below which a value is taken back where no paper would fit with it
MOST: Final = 4  # values of one question
COMMON: Final = 0.2  # share of the digests in which a word stands that tells no paper from another
_FILED: Final = re.compile(r"\b(?:filed|categor(?:y|ies)|sections?|headings?|branch(?:es)?)\b", re.IGNORECASE)
_NOT_BEHIND: Final = re.compile(
    r"\s+(?:is|are|was|were|does|do|did|has|have)(?:\s+not|n['’]t)\s*(?:[:;?.,]|$)", re.IGNORECASE
)
_NOT_ONLY: Final = re.compile(r"\bnot (?:only|just|merely|simply|necessarily|limited)\b", re.IGNORECASE)
_BUT: Final = re.compile(r"\b(?:but|yet|though|although|while)\b", re.IGNORECASE)
_OR_IN: Final = re.compile(r"\b(?:or|such as|like|including|e\.g\.|i\.e\.)(?:\W|$)", re.IGNORECASE)
_AND: Final = re.compile(
    r"^\W*(?:and|und|et|y|&|,|nor)\W*(?:(?:a|an|the|at|in|by|from|on|of|with)\W*)*$", re.IGNORECASE
)
_SINCE: Final = re.compile(
    r"\b(?:since|seit|depuis|desde)\b|\bor (?:later|newer)\b|\bfrom\s+(?:on|onwards?|upwards?)\b",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(r"\b(?:after|later than|newer than|nach)\b", re.IGNORECASE)
_UNTIL: Final = re.compile(r"\b(?:until|up to|bis)\b|\bor (?:earlier|before|older)\b", re.IGNORECASE)
_BEFORE: Final = re.compile(r"\b(?:before|earlier than|older than|vor)\b", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\bbetween\b|\bto\b|\buntil\b|\bbis\b|[-–]", re.IGNORECASE)

_PROPERTY_WORDS: Final = frozenset(
    stem(word) for words in PROPERTIES.values() for word in words.lower().split()
)  # "take sketches as input" says no more than the sketches


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question about many papers puts.

    Attributes:
        criterion: What a paper must be; with no parts, any paper.
        left: Words of the question for which no condition stands, as typed.
        guessed: Whether all rests on one value that is described, not named, and not sure.
    """

    criterion: AllOf
    left: tuple[str, ...]
    guessed: bool = False

    @property
    def carries(self) -> bool:
        """Whether the criterion says most of what is asked: few words are left for each condition, none of a mere guess."""
        count = len(leaves(self.criterion))
        return bool(count) and len(self.left) <= (0 if self.guessed else LEFT * count)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    part: Part
    only_one: bool = False  # whether a paper has one at the most: a venue, a year
    named: bool = True  # whether it is called by its name
    odds: float = 1.0  # that it is meant


def of_many(
    request: Request, catalogue: Catalogue, embedder: Embedder | None = None
) -> tuple[Understood, Wanted] | None:
    """What a request asks of many papers, and what it wants to know of them; None where facts do not tell that.

    Args:
        request: As understood.
        catalogue: Knows categories, authors, venues.
        embedder: The one in use.
    """
    if (request.papers and not request.among) or request.kind in OTHER:
        return None
    surely = request.kind in MANY
    if not surely and sum(request.odds.get(kind, 0.0) for kind in MANY) < LIKELY:
        return None
    asked = wanted(request.asked)
    meant = understood(request.subjects, catalogue, embedder, asked.place, scope_of(request, catalogue))
    if not surely and len(meant.left) > len(leaves(meant.criterion)):
        return None  # it may well be asked of one paper
    if meant.criterion.parts:
        return (meant, asked) if meant.carries else None
    spare = 0 if asked.operation == "count" else LEFT
    of_all = asked.operation not in ("list", "exists") and len(meant.left) <= spare
    return (meant, asked) if of_all else None


def scope_of(request: Request, catalogue: Catalogue) -> list[Paper]:
    """The papers that a request about many is put to: those spoken of before, or all of the survey's list."""
    return [p for p in catalogue.papers if (p.id in request.among if request.among else p.kind == "curated")]


def understood(
    asked: Subjects,
    catalogue: Catalogue,
    embedder: Embedder | None = None,
    beside: tuple[int, int] = (0, 0),
    scope: Sequence[Paper] = (),
) -> Understood:
    """The criterion of a question.

    Args:
        asked: The question and what it names.
        catalogue: Knows categories, authors, venues.
        embedder: The one in use; without it words alone tell which values are meant.
        beside: From where up to where the question puts no condition.
        scope: The papers asked about: where none of them fits, what was surely not meant is taken back.
    """
    pieces = [p for p in _pieces(asked, catalogue, embedder) if p.end <= beside[0] or beside[1] <= p.start]
    criterion = _criterion(pieces, asked.text)
    while scope and len(pieces) > 1 and all(judged(criterion, paper).word != "yes" for paper in scope):
        described = [p for p in pieces if p.odds < BELIEVED and _property(p.part) not in NAMED]
        if not described:
            break
        weakest = min(described, key=lambda piece: piece.odds)
        pieces.remove(weakest)
        criterion = _criterion(pieces, asked.text)
    left = tuple(word for word in _left(asked, pieces, beside) if word != str(len(scope)))
    guessed = len(pieces) == 1 and not pieces[0].named and pieces[0].odds < BELIEVED
    return Understood(criterion, left, guessed)


def _criterion(pieces: Sequence[_Piece], text: str) -> AllOf:
    """The pieces joined as the text joins them."""
    parts: list[Part] = []
    before, denied = 0, False
    for group in _groups(pieces, text):
        between = text[before : group[0].start]
        denied = _denied(between, after_denied=denied) or bool(_NOT_BEHIND.match(text[group[-1].end :]))
        inner = tuple(dict.fromkeys(piece.part for piece in group))
        part = inner[0] if len(inner) == 1 else AnyOf(inner)
        if not (denied and _NOT_ONLY.search(between)):
            both = part.parts if isinstance(part, AllOf) and not denied else (part,)
            parts += [Not(part)] if denied else both
        before = group[-1].end
    return AllOf(tuple(dict.fromkeys(_embodied(parts))))


def _embodied(parts: Sequence[Part]) -> Iterator[Part]:
    """A robot that is asked for in the real world is asked for as a physical one."""
    physical = Is("setting/real") in parts
    robots = [part for part in parts if _property(part) == "robot" and part != Is("robot/any")]
    for part in parts:
        if physical and part in robots:
            inner = part.parts if isinstance(part, AnyOf) else (part,)
            made = tuple(
                Is(one.value.replace("robot/", "real_robot/", 1)) for one in inner if isinstance(one, Is)
            )
            yield made[0] if len(made) == 1 else AnyOf(made)
        elif not (physical and (part == Is("robot/any") or (robots and part == Is("setting/real")))):
            yield part


def _denied(between: str, *, after_denied: bool) -> bool:
    """Whether what comes next is denied, by the words before it."""
    last = 0
    for match in _BUT.finditer(between):
        last = match.end()
    return bool(DENIES.search(between[last:])) or (after_denied and bool(_AND.match(between)))


def _groups(pieces: Sequence[_Piece], text: str) -> Iterator[list[_Piece]]:
    """The pieces, those together of which either will do."""
    groups: list[list[_Piece]] = []
    for one in pieces:
        last = groups[-1][-1] if groups else None
        between = text[last.end : one.start] if last else ""
        alike = last is not None and one.only_one and last.only_one and type(one.part) is type(last.part)
        kin = last is not None and _property(one.part) == _property(last.part) != ""
        listed = kin and (_OR_IN.search(between) or between.strip() == ",") and not DENIES.search(between)
        if last is not None and (_or_alone(between) or listed or (alike and _AND.match(between))):
            groups[-1].append(one)
        else:
            groups.append([one])
    yield from groups


def _or_alone(between: str) -> bool:
    """Whether nothing but an "or", and words that put no condition, stands between two pieces."""
    words = re.findall(r"[^\W_]+", between.lower())
    return not OR.isdisjoint(words) and OF_THE_LIST.issuperset({*words} - OR) and not DENIES.search(between)


def _property(part: Part) -> str:
    """The property that a part is about; "" for what is no value."""
    parts = part.parts if isinstance(part, AnyOf) else (part,)
    kinds = {one.value.partition("/")[0] if isinstance(one, Is) else "" for one in parts}
    return kinds.pop() if len(kinds) == 1 else ""


def _left(asked: Subjects, pieces: Sequence[_Piece], beside: tuple[int, int]) -> tuple[str, ...]:
    """The words that no piece covers and that tell papers apart."""
    letters = list(asked.text)
    for start, end in (beside, *((piece.start, piece.end) for piece in pieces)):
        letters[start:end] = " " * (end - start)
    words = re.findall(r"[^\W_]+", "".join(letters))
    return tuple(
        word
        for word in dict.fromkeys(words)
        if len(word) > 1
        and word.lower() not in OF_THE_LIST
        and stem(word.lower()) not in common() | _PROPERTY_WORDS
    )


@cache
def common() -> frozenset[str]:
    """The stems that stand in so many digests that they tell no paper from another."""
    counted: dict[str, int] = {}
    digests = [paper.digest for paper in catalogues.load().curated if paper.digest]
    for digest in digests:
        for word in {stem(word) for word in re.findall(r"[^\W_]+", digest.text.lower())}:
            counted[word] = counted.get(word, 0) + 1
    return frozenset(word for word, count in counted.items() if count >= COMMON * len(digests))


def _pieces(asked: Subjects, catalogue: Catalogue, embedder: Embedder | None) -> list[_Piece]:
    """All that puts a condition, in the text's order; of two that overlap the surer."""
    found = [*_by_place(asked), *_by_year(asked)]
    filed = bool(_FILED.search(asked.text))
    filing = _outermost([m for m in asked.categories if m.strong or filed])
    for mention in filing:
        papers = frozenset(paper.id for paper in catalogue.papers_of(mention.target))
        part = Under(mention.target, catalogue.taxonomy.path_name(mention.target), papers)
        found.append(_Piece(mention.start, mention.end, part))
    rest = asked.without(*filing, *asked.people, *asked.venues, *asked.years)
    found += _by_value(rest, embedder)
    chosen: list[_Piece] = []
    for piece in found:
        if all(piece.end <= other.start or other.end <= piece.start for other in chosen):
            chosen.append(piece)
    return sorted(chosen, key=lambda piece: piece.start)


def _by_value(text: str, embedder: Embedder | None) -> Iterator[_Piece]:
    """The values that are meant: of those that one place may mean the likeliest, if it surely means one of them."""
    left = [one for one in meanings(text, embedder) if one.probability >= FAINT]
    count = 0
    while left and count < MOST:
        best = left[0]
        here = [one for one in left if alike((one.start, one.end), (best.start, best.end))]
        odds = 1 - prod(1 - one.probability for one in here)
        if odds >= SURE:
            count += 1
            parts = tuple(_of_place(here))
            part = parts[0] if len(parts) == 1 else AllOf(parts)
            yield _Piece(best.start, best.end, part, named=any(one.named for one in here), odds=odds)
            left = [one for one in left if one.end <= best.start or best.end <= one.start]
        else:
            left = [one for one in left if one not in here]


def _of_place(here: Sequence[Meant]) -> Iterator[Part]:
    """What one place says: of each property one value or those about as likely, either of which will do.

    Values of two properties that share a place are both asked for: in 130 of the 131 such pairs of the examples.
    """
    kinds: dict[str, list[Meant]] = {}
    for one in here:
        kinds.setdefault(one.value.partition("/")[0], []).append(one)
    for number, alternatives in enumerate(kinds.values()):
        best = alternatives[0]
        called = best.named and best.value.partition("/")[0] in NAMED and best.probability >= NAMED_INSIDE
        if number and best.probability < SURE and not called:
            continue
        parts = tuple(Is(one.value) for one in alternatives if one.probability >= TWIN * best.probability)
        yield parts[0] if len(parts) == 1 else AnyOf(parts)


def _outermost(found: Sequence[Mention]) -> list[Mention]:
    """One mention for each place in the text, the sure ones first."""
    chosen: list[Mention] = []
    for mention in sorted(found, key=lambda m: (not m.strong, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in chosen):
            chosen.append(mention)
    return chosen


def _by_place(asked: Subjects) -> Iterator[_Piece]:
    for place in asked.people:
        yield _Piece(place.start, place.end, Known("author", place.text, place.papers))
    for place in asked.venues:
        yield _Piece(place.start, place.end, Known("venue", place.text, place.papers), only_one=True)


def _by_year(asked: Subjects) -> Iterator[_Piece]:
    """One span of years, or each year by itself."""
    if not asked.years:
        return
    first, last = asked.years[0], asked.years[-1]
    low, high = int(first.text), int(last.text)
    between = len(asked.years) == 2 and _BETWEEN.search(asked.text[max(0, first.start - 12) : last.start])
    before = asked.text[: first.start]
    around = before + asked.text[first.end : first.end + 20]
    span = None
    if between:
        span = Years(min(low, high), max(low, high))
    elif len(asked.years) == 1:
        if _SINCE.search(around):
            span = Years(low, MOST_YEAR)
        elif _AFTER.search(before):
            span = Years(low + 1, MOST_YEAR)
        elif _UNTIL.search(around):
            span = Years(0, low)
        elif _BEFORE.search(before):
            span = Years(0, low - 1)
    if span is not None:
        yield _Piece(first.start, last.end, span)
        return
    for place in asked.years:
        year = int(place.text)
        yield _Piece(place.start, place.end, Years(year, year), only_one=True)
