"""Which values of the vocabulary a question means, by weights fitted on examples (examples.jsonl, bench/meaning.py).

Every value is weighed by how much of one of its names stands in the question, how rare those words are, how many of the words
in which it is described stand there (wordings.jsonl), and how near the vectors of question and value are, whole and in parts.
Then the likeliest are weighed beside each other (contest.py). Where another embedder is in use, weights that do without decide.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from assistant.screening import contest
from corpus import facts as papers_facts
from corpus import vocabulary
from corpus.facts import known_key
from corpus.spelling import fold, singular
from index.words import STOP_WORDS, stem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from corpus.vocabulary import Value, Vocabulary
    from index.embedders import Embedder

WEIGHTS: Final = "meaning.npz"
DENIES: Final = re.compile(
    r"\b(?:not|no|never|without|except|excluding|neither|nor|non|nothing|instead of|rather than|(?:other|apart|aside) (?:than|from)|"
    r"lack(?:s|ing)?|free of|nicht|ohne|sans|sin)\b|n['’]t\b|\bn(?:o|i)\b",
    re.IGNORECASE,
)  # words that turn what follows
# Words between the parts of a name that change nothing: "the reward as a program" names "reward program".
PASSED: Final = frozenset("a an the of as in on for to with its their this that or and by from".split())
WINDOW: Final = 4  # words beyond a name's own within which its words may be scattered
SPAN: Final = 5  # words of the longest part of a question that is compared by its vector
# Words in which a question speaks of the list and of papers as such: they put no condition.
OF_THE_LIST: Final = STOP_WORDS | frozenset(
    """
    paper papers work works article articles study studies publication publications survey review list listed lists
    catalogue catalog curated category categories file filed number count show name use uses using used based cover covers
    covered published appear appeared deal about concern focus year years written wrote author authors total all first
    there taxonomy belong related database collection know come came since after before during have has had author
    authored coauthor coauthored everything entries entry venue conference conferences journal presented accepted
    literature corpus available rely relies employ employs involve involves contain contains exist earlier later
    newer older until upwards coming everyone anything anybody published publish holds hold under heading
    don doesn didn isn aren wasn weren do does did not no none without except excluding neither nor other than
    welche welches wie viele arbeiten paper artikel aus dem jahr sind von gibt es nicht benutzen verwenden
    oldest newest earliest latest commonest often next trend share growing peaked enter entered
    quels articles sont de qui cuántos artículos son
    """.split()
)
BM25_K1: Final = 1.2  # the usual constants of BM25
BM25_B: Final = 0.75
_WORD: Final = re.compile(r"[^\W_]+(?:\.\d+)?")
# Spellings of one word.
_SPELT: Final = (("isation", "ization"), ("ise", "ize"), ("iour", "ior"), ("lled", "led"), ("lling", "ling"), ("our", "or"), ("centre", "center"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meant:
    """A value that a question may mean.

    Attributes:
        value: Its key.
        start: From where in the question.
        end: Up to where.
        probability: That it is meant (0..1).
        named: Whether a whole name of it stands there.
    """

    value: str
    start: int
    end: int
    probability: float
    named: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text that may be part of a name."""

    start: int
    end: int
    folded: str
    stem: str


def tokens(text: str) -> list[Token]:
    """The words of a text but for those that change nothing between others."""
    found = []
    for match in _WORD.finditer(text):
        folded = fold(match[0])
        if folded not in PASSED:
            found.append(Token(match.start(), match.end(), folded, stem(_spelt(folded))))
    return found


def meanings(text: str, embedder: Embedder | None = None) -> list[Meant]:
    """The likeliest values with the probability that the question means each, the likeliest first.

    Args:
        text: The question.
        embedder: The one in use; its vectors count where the weights were fitted on them.
    """
    kept = _weights()
    known = embedder is not None and embedder.name == kept["embedder"]
    keys, features, places = weighed(text, embedder if known else None, kept if known else None)
    way = "with" if known else "without"
    weights = kept[way]
    network = {part: kept[f"{way}_{part}"] for part in contest.NETWORK}
    alone = features @ weights[:-1] + weights[-1]
    first, told = contest.contested(alone, places, features[:, :3], telling(text), network)
    order = np.argsort(-told, kind="stable")
    return [
        Meant(keys[at], places[at][0], places[at][1], float(odds), bool(features[at, 0] > contest.WHOLE))
        for at, odds in zip(first[order], told[order], strict=True)
    ]


def telling(text: str) -> list[tuple[int, int]]:
    """Where the words of a question stand that may tell which value is meant."""
    return [(token.start, token.end) for token in tokens(text) if token.folded not in OF_THE_LIST]


def weighed(
    text: str, embedder: Embedder | None, vectors: Mapping[str, NDArray[np.float32]] | None
) -> tuple[list[str], NDArray[np.float64], list[tuple[int, int]]]:
    """Each value's features for a question, and where in it the value seems to stand.

    Args:
        text: The question.
        embedder: Makes the question's vectors; None to do without.
        vectors: "vectors" of the values, in the vocabulary's order, and "wordings" of `wordings()`.

    Returns:
        The keys, the features (values, features), the places.
    """
    said = tokens(text)
    names = _names()
    keys = [value.key for value in vocabulary.load()]
    lexical = np.zeros((len(keys), 6))
    places = [(0, 0)] * len(keys)
    clauses = [(part, frozenset(token.stem for token in part)) for part in _clauses(said)]
    full: dict[tuple[int, int], int] = {}
    for at, key in enumerate(keys):
        best = max(
            filter(None, (_best_name(names.of[key], part, there, names.rarity) for part, there in clauses)),
            default=None,
        )
        if best is not None:
            cover, mass, tight, count, place = best
            lexical[at, :4] = cover, mass, tight, count
            places[at] = place
            if cover > contest.WHOLE:
                full[place] = full.get(place, 0) + 1
    for at, place in enumerate(places):
        if lexical[at, 0] > contest.WHOLE:
            lexical[at, 4] = math.log(full[place])
            lexical[at, 5] = any(o != place and o[0] <= place[0] and place[1] <= o[1] for o in full)
    parts = [
        lexical,
        lexical[:, :1] > contest.WHOLE,
        (lexical[:, :1] > contest.WHOLE) * lexical[:, 1:3],
        names.shares,
    ]
    parts.append(_described()(text))
    if embedder is not None and vectors is not None:
        near, spans = _near(text, said, embedder, vectors)
        parts += [near, near[:, :1] * (lexical[:, :1] > contest.WHOLE)]
        for at in range(len(keys)):
            if lexical[at, 0] < contest.WHOLE:
                places[at] = spans[at]
    return keys, np.column_stack(parts).astype(np.float64), places


def _clauses(said: Sequence[Token]) -> list[list[Token]]:
    """The words parted where something is denied: a name does not stand on both sides of a "not"."""
    parts: list[list[Token]] = [[]]
    for token in said:
        if DENIES.fullmatch(token.folded) or token.folded == "t":
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def texts() -> list[str]:
    """What each value's vector is made of, in the vocabulary's order."""
    return [f"{value.definition} {', '.join(_said_of(value))}" for value in vocabulary.load()]


def _said_of(value: Value) -> tuple[str, ...]:
    """The names by which a value is looked for: of a limit none that denies, as "not tested on a robot" does."""
    if value.property != "limit":
        return value.names
    return tuple(name for name in value.names if not DENIES.search(name)) or value.names[:1]


def _near(
    text: str, said: Sequence[Token], embedder: Embedder, vectors: Mapping[str, NDArray[np.float32]]
) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
    """How near each value is to the whole question and to its nearest part, and where that part stands."""
    heavy = [token for token in said if token.folded not in STOP_WORDS]
    spans = [
        (heavy[first].start, heavy[last].end)
        for first in range(len(heavy))
        for last in range(first, min(len(heavy), first + SPAN))
        if not DENIES.search(text[heavy[first].start : heavy[last].end])  # what is denied is another part
    ]
    made = embedder.embed([text, *(text[start:end] for start, end in spans)])
    near = made @ vectors["vectors"].T  # (1 + spans, values)
    said_of = np.maximum.reduceat(made @ vectors["wordings"].T, wordings()[1], axis=1)  # the nearest of each
    even, even_said = _even(near), _even(said_of)
    whole = even[0]
    rows = [whole, whole * 0, whole * 0, near[0], _by_rank(whole), even_said[0], whole * 0, said_of[0]]
    places = [(0, len(text))] * len(whole)
    closest, foremost = said_of[0], whole * 0
    if spans:
        rows[1], rows[6] = even[1:].max(axis=0), even_said[1:].max(axis=0)
        rows[2] = (near[1:] == near[1:].max(axis=1, keepdims=True)).any(axis=0)
        places = [spans[at] for at in near[1:].argmax(axis=0)]
        closest = said_of[1:].max(axis=0)
        foremost = (said_of[1:] == said_of[1:].max(axis=1, keepdims=True)).any(axis=0)
    rows += [closest, _by_rank(even_said[0]), _by_rank(closest), foremost]
    return np.column_stack(rows).astype(np.float64), places


def _even(near: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row with mean 0 and spread 1: some words are near to everything."""
    middle, spread = near.mean(axis=1, keepdims=True), near.std(axis=1, keepdims=True)
    made: NDArray[np.float32] = (near - middle) / (spread + 1e-6)
    return made


def _by_rank(scores: NDArray[Any]) -> NDArray[np.float64]:
    """One over each score's rank, the highest's about 1."""
    return np.asarray(1 / (1 + np.argsort(np.argsort(-scores))), np.float64)


@cache
def wordings() -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """All that a value is called and described by, value after value, and where each value begins.

    The descriptions are by writers who saw the vocabulary alone, its names and definitions, and no question. None denies
    anything, and limits have none: "never tried on a robot" is near to "tried on a robot".
    """
    lines = (files("assistant.screening") / "wordings.jsonl").read_text("utf-8").splitlines()
    described = {one["value"]: one["said"] for one in map(json.loads, lines)}
    made: list[str] = []
    starts = []
    for value, text in zip(vocabulary.load(), texts(), strict=True):
        starts.append(len(made))
        made += [text, *_said_of(value), *described.get(value.key, ())]
    return tuple(made), np.array(starts)


class _Described:
    """How well the words of a question fit those in which each value is described: BM25, a value a document."""

    def __init__(self) -> None:
        said, starts = wordings()
        ends = [*starts[1:], len(said)]
        bags = [
            Counter(word for text in said[start:end] for word in _stems(text))
            for start, end in zip(starts, ends, strict=True)
        ]
        frequency = Counter(word for bag in bags for word in bag)
        usual = sum(bag.total() for bag in bags) / len(bags)
        self._count = len(bags)
        self._of: dict[str, list[tuple[int, float]]] = {}
        for at, bag in enumerate(bags):
            length = BM25_K1 * (1 - BM25_B + BM25_B * bag.total() / usual)
            for word, count in bag.items():
                rare = math.log(1 + len(bags) / frequency[word])
                self._of.setdefault(word, []).append((at, rare * count * (BM25_K1 + 1) / (count + length)))

    def __call__(self, text: str) -> NDArray[np.float64]:
        """Sum, highest of one word, and one over the rank, (values, 3)."""
        found = np.zeros((self._count, 2))
        for word in _stems(text):
            for at, weight in self._of.get(word, ()):
                found[at, 0] += weight
                found[at, 1] = max(found[at, 1], weight)
        return np.column_stack([found, _by_rank(found[:, 0])])


_described = cache(_Described)


def _stems(text: str) -> set[str]:
    return {token.stem for token in tokens(text) if token.folded not in OF_THE_LIST}


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of each value as words, how rare each word is among names, and how many papers have each value."""

    of: Mapping[str, tuple[tuple[Token, ...], ...]]
    rarity: Mapping[str, float]
    shares: NDArray[np.float64]


@cache
def _names() -> _Names:
    known = vocabulary.load()
    of = {
        value.key: tuple(filter(_tells, (tuple(tokens(name)) for name in _said_of(value)))) for value in known
    }
    counted = Counter(
        word for names in of.values() for word in {token.stem for name in names for token in name}
    )
    rarity = {word: math.log((1 + len(of)) / count) for word, count in counted.items()}
    return _Names(of, rarity, _shares(known))


def _tells(name: Sequence[Token]) -> bool:
    """Whether a name has a word that is not one of those in which any question speaks of papers."""
    return any(token.folded not in OF_THE_LIST for token in name)


def _shares(known: Vocabulary) -> NDArray[np.float64]:
    """How many papers have each value, as a logarithm, and its property as one of many."""
    having: Counter[str] = Counter()
    for facts in papers_facts.everything().values():
        own = {known_key(fact.value) for fact in facts if fact.certainty != "not"}
        having.update(value.key for value in known if not own.isdisjoint(known.within(value.key)))
    properties = [prop for prop in vocabulary.PROPERTIES if prop != "real_robot"]
    return np.array(
        [
            [math.log(1 + having[value.key]), *(value.property == prop for prop in properties)]
            for value in known
        ],
        dtype=np.float64,
    )


def _best_name(
    names: Sequence[Sequence[Token]],
    said: Sequence[Token],
    there: frozenset[str],
    rarity: Mapping[str, float],
) -> tuple[float, float, float, int, tuple[int, int]] | None:
    """Of the name of which most stands in the text: its share, its weight, whether it stands together, words, place."""
    best = None
    for name in names:
        whole = sum(rarity[token.stem] for token in name)
        held = {token.stem for token in name if token.stem in there}
        place = _together(name, said)
        if place is not None:
            found = (1.0, whole / 10, 1.0, len(name), place)
        elif held:
            mass = sum(rarity[word] for word in held)
            place, tight = _window(held, said)
            found = (mass / whole, mass / 10, tight, len(held), place)
        else:
            continue
        if best is None or found[:2] > best[:2]:
            best = found
    return best


def _together(name: Sequence[Token], said: Sequence[Token]) -> tuple[int, int] | None:
    """Where a name stands whole, whatever its spaces and hyphens; None where it does not."""
    letters = "".join((*(token.folded for token in name[:-1]), singular(name[-1].folded)))
    wanted = [token.stem for token in name]
    for first in range(len(said)):
        part = said[first : first + len(name)]
        if [token.stem for token in part] == wanted:
            return part[0].start, part[-1].end
        joined = ""
        for token in said[first : first + len(name) + 2]:
            if len(letters) > 2 and joined + singular(token.folded) == letters:
                return said[first].start, token.end
            joined += token.folded
            if not letters.startswith(joined):
                break
    return None


def _window(held: set[str], said: Sequence[Token]) -> tuple[tuple[int, int], float]:
    """The shortest stretch with all the words, and how tight it is (0..1)."""
    best: tuple[int, int] | None = None
    for first, token in enumerate(said):
        if token.stem not in held:
            continue
        left = set(held)
        for last in range(first, min(len(said), first + len(held) + WINDOW)):
            left.discard(said[last].stem)
            if not left:
                if best is None or last - first < best[1] - best[0]:
                    best = first, last
                break
    if best is None:
        first = next(at for at, token in enumerate(said) if token.stem in held)
        return (said[first].start, said[first].end), 0.0
    first, last = best
    return (said[first].start, said[last].end), len(held) / (last - first + 1)


def _spelt(word: str) -> str:
    for british, american in _SPELT:
        if word.endswith(british) and len(word) > len(british) + 2:
            return word[: -len(british)] + american
    return word


@cache
def _weights() -> dict[str, NDArray[np.float32]]:
    with (files("assistant.screening") / WEIGHTS).open("rb") as stream, np.load(stream) as kept:
        read = {name: kept[name].astype(np.float32) for name in kept.files if name != "embedder"}
        read["wordings"] *= read.pop("scale")
        return {**read, "embedder": str(kept["embedder"])}
