"""A criterion: what a paper must be, and the verdict on a paper, with the facts that decide it.

wanted = AllOf((Is("setting/real"), Not(Is("model/diffusion"))))
judged(wanted, paper)   # Judged("yes", (Fact("setting/real", …),))

Each part is judged yes, no, "not stated" or "unclear" (said by the survey's table alone, with a hedge, or only in like
words); "and" takes the lowest of its parts, "or" the highest, "not" turns yes and no (Kleene's logic, with two values
between).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from corpus import facts as papers_facts
from corpus import vocabulary as words
from corpus.facts import Fact, known_key
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.answer import Quote
    from corpus.paper import Paper


class Reader(Protocol):
    """Finds what no facts tell in the words of a paper."""

    def saying(self, words: str, paper: Paper) -> Quote | None:
        """The sentence that has the words of a criterion; None where none has."""

    def naming(self, value: str, paper: Paper) -> Quote | None:
        """The sentence that names a value of the vocabulary; None where none does."""


class Unread:
    """Reads nothing: for criteria that facts decide."""

    def saying(self, _words: str, _paper: Paper) -> None:
        """Nothing."""

    def naming(self, _value: str, _paper: Paper) -> None:
        """Nothing."""


Word = Literal["no", "not stated", "unclear", "yes"]
ORDER: Final[tuple[Word, ...]] = ("no", "not stated", "unclear", "yes")
_TURNED: Final[Mapping[Word, Word]] = {
    "no": "yes", "yes": "no", "unclear": "unclear", "not stated": "not stated",
}  # fmt: skip
MOST_YEAR: Final = 9999


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one paper, the facts that decide it, and sentences that were found by words alone."""

    word: Word
    facts: tuple[Fact, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Is:
    """Has a value of the vocabulary, or one that lies below it; "real_robot/…" asks for one that was there physically."""

    value: str

    @property
    def words(self) -> str:
        """For a reader: "benchmark Meta-World"."""
        prop = self.value.partition("/")[0]
        return f"{words.PROPERTIES[prop]}: {words.load()[known_key(self.value)].name}"

    def judged(self, paper: Paper, reader: Reader) -> Judged:
        """The verdict by the paper's facts; of a paper without any, unclear where it names the value."""
        own = papers_facts.of(paper.id)
        if not own:
            quote = reader.naming(known_key(self.value), paper)
            return Judged("unclear", (), (quote,)) if quote else Judged("not stated")
        prop = self.value.partition("/")[0]
        within = words.load().within(known_key(self.value))
        seen = (prop,) if prop != "robot" else ("robot", "real_robot")
        about = [fact for fact in own if fact.property in seen]
        there = [fact for fact in about if fact.certainty != "not" and known_key(fact.value) in within]
        if there:
            stated = [fact for fact in there if fact.certainty == "stated"]
            return Judged("yes", tuple(stated)) if stated else Judged("unclear", tuple(there))
        if denied := [fact for fact in about if fact.certainty == "not" and known_key(self.value) in
                      words.load().within(known_key(fact.value))]:  # fmt: skip
            return Judged("no", tuple(denied))
        if prop == "real_robot" and (untried := _only_simulated(own)):
            return Judged("no", untried)
        closed = prop not in words.OPEN and any(fact.certainty == "stated" for fact in about)
        return Judged("no", tuple(about)) if closed else Judged("not stated")


@dataclass(frozen=True, slots=True)
class Under:
    """Filed under a category of the taxonomy, or below it."""

    slug: str
    name: str
    papers: frozenset[str] = field(repr=False)

    @property
    def words(self) -> str:
        """For a reader."""
        return f"under {self.name}"

    def judged(self, paper: Paper, _reader: Reader) -> Judged:
        """Whether it is filed there."""
        return Judged("yes" if paper.id in self.papers else "no")


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows: an author, a venue."""

    of: Literal["author", "venue"]
    name: str
    papers: frozenset[str] = field(repr=False)

    @property
    def words(self) -> str:
        """For a reader."""
        return f"{'by' if self.of == 'author' else 'at'} {self.name}"

    def judged(self, paper: Paper, _reader: Reader) -> Judged:
        """Whether it is one of them; of a paper without a venue none is stated."""
        if paper.id in self.papers:
            return Judged("yes")
        return Judged("not stated" if self.of == "venue" and not paper.venue else "no")


@dataclass(frozen=True, slots=True)
class Years:
    """First published in a span of years."""

    low: int = 0
    high: int = MOST_YEAR

    @property
    def words(self) -> str:
        """For a reader."""
        if self.low == self.high:
            return f"first published in {self.low}"
        if self.high == MOST_YEAR:
            return f"first published in {self.low} or later"
        return (
            f"first published in {self.high} or earlier"
            if not self.low
            else f"first published in {self.low}–{self.high}"
        )

    def judged(self, paper: Paper, _reader: Reader) -> Judged:
        """Whether the year of the first public version lies there."""
        if paper.year is None:
            return Judged("not stated")
        return Judged("yes" if self.low <= paper.year <= self.high else "no")


@dataclass(frozen=True, slots=True)
class Says:
    """Says something that no fact is about: found by its words, never more than "unclear"."""

    said: str

    @property
    def words(self) -> str:
        """For a reader."""
        return f"“{self.said}”"

    def judged(self, paper: Paper, reader: Reader) -> Judged:
        """Unclear where a sentence has the words."""
        quote = reader.saying(self.said, paper)
        return Judged("unclear", (), (quote,)) if quote else Judged("not stated")


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Part

    @property
    def words(self) -> str:
        """For a reader."""
        if isinstance(self.part, AnyOf | AllOf):
            return f"not ({self.part.words})"
        return f"{'without' if isinstance(self.part, Is) else 'not'} {self.part.words}"

    def judged(self, paper: Paper, reader: Reader) -> Judged:
        """Yes where the part is no, and the other way round."""
        found = self.part.judged(paper, reader)
        return Judged(_TURNED[found.word], found.facts, found.quotes)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the parts; with no parts, any paper."""

    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """For a reader."""
        return " and ".join(
            f"({part.words})" if isinstance(part, AnyOf) and len(self.parts) > 1 else part.words
            for part in self.parts
        )

    def judged(self, paper: Paper, reader: Reader) -> Judged:
        """The lowest verdict of the parts."""
        return _joined([part.judged(paper, reader) for part in self.parts], lowest=True)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the parts."""

    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """For a reader."""
        return either([part.words for part in self.parts])

    def judged(self, paper: Paper, reader: Reader) -> Judged:
        """The highest verdict of the parts."""
        return _joined([part.judged(paper, reader) for part in self.parts], lowest=False)


Part = Is | Under | Known | Years | Says | Not | AllOf | AnyOf


def judged(criterion: Part, paper: Paper, reader: Reader | None = None) -> Judged:
    """The verdict on one paper; microseconds where facts decide."""
    return criterion.judged(paper, reader or Unread())


def leaves(criterion: Part) -> tuple[Part, ...]:
    """The parts that are no combination of others, in order."""
    match criterion:
        case AllOf() | AnyOf():
            return tuple(leaf for part in criterion.parts for leaf in leaves(part))
        case Not():
            return leaves(criterion.part)
    return (criterion,)


def to_json(criterion: Part) -> dict[str, Any]:
    """A criterion as `duality ask --json` tells it."""
    match criterion:
        case Is():
            prop, _, value = criterion.value.partition("/")
            return {"property": prop, "value": value, "words": criterion.words}
        case Under():
            return {"property": "category", "value": criterion.slug, "words": criterion.words}
        case Known():
            return {"property": criterion.of, "value": criterion.name, "words": criterion.words}
        case Years():
            high = None if criterion.high == MOST_YEAR else criterion.high
            return {"property": "year", "from": criterion.low or None, "to": high, "words": criterion.words}
        case Says():
            return {"property": "words", "value": criterion.said, "words": criterion.words}
        case Not():
            return {"not": to_json(criterion.part)}
        case AllOf():
            return {"all": [to_json(part) for part in criterion.parts]}
        case AnyOf():
            return {"any": [to_json(part) for part in criterion.parts]}


def _joined(parts: Sequence[Judged], *, lowest: bool) -> Judged:
    if not parts:
        return Judged("yes")
    decide = min if lowest else max
    word = decide((part.word for part in parts), key=ORDER.index)
    deciding = [part for part in parts if part.word == word]
    facts = [fact for part in deciding for fact in part.facts]
    quotes = [quote for part in deciding for quote in part.quotes]
    return Judged(word, tuple(dict.fromkeys(facts)), tuple(dict.fromkeys(quotes)))


def _only_simulated(own: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts that say that all was tried in simulation; none where they do not."""
    settings = [fact for fact in own if fact.property == "setting" and fact.certainty != "not"]
    within = words.load().within("setting/real")
    if any(fact.value in within for fact in settings):
        return ()
    return tuple(fact for fact in settings if fact.certainty == "stated")
