"""The words that a verdict rests on: on a page of the PDF where it is held, else in our digest or the survey's table."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from assistant.answer import Quote
from assistant.aspects.sentences import read
from corpus import vocabulary
from corpus.facts import known_key, text_of
from corpus.sentences import sentences
from index.notes import aspect_name
from index.words import stems

if TYPE_CHECKING:
    from assistant.aspects.sentences import Material, Said
    from corpus.facts import Fact
    from corpus.paper import Paper
    from index.passage_store import PassageStore, SourceKind

PARTS: Final = ("abstract", "method", "experiments", "introduction", "caption", "conclusion", "limitations")
NOTE: Final = 160  # characters up to which a note is quoted whole
SAID: Final = 0.6  # the same of a fact's own words, where no sentence names its value
COVERED: Final = (
    0.75  # share of a criterion's words, rare ones weighing more, that a sentence has which is shown for it
)


def quoted(fact: Fact, paper: Paper, store: PassageStore | None) -> Quote:
    """The words for a fact, verbatim: of a page where a sentence names the value, else of the note it was read from."""
    if store is not None and (said := located(fact, paper, store)):
        return said
    source: SourceKind = "table" if fact.source.startswith("table.") else "digest"
    return Quote(paper.id, source, None, None, _note(fact, paper))


def located(fact: Fact, paper: Paper, store: PassageStore) -> Quote | None:
    """The sentence of the paper's PDF that names the fact's value or has most of its words; None where none does."""
    wanted = frozenset(stems(fact.words))
    if named := _naming(known_key(fact.value), wanted, paper, store):
        return named
    material = read(paper, store)
    found = [said for said in material.said if said.part in PARTS and material.cover(wanted, said) >= SAID]
    return material.source(max(found, key=lambda said: _fits(said, wanted, material))) if found else None


def _naming(value: str, wanted: frozenset[str], paper: Paper, store: PassageStore) -> Quote | None:
    """Of the sentences that name a value the one that fits the wanted words best."""
    material = read(paper, store)
    names = _names(value)
    found = [said for said in material.said if said.part in PARTS and names.search(said.text)]
    if not found:
        return None
    return material.source(max(found, key=lambda said: _fits(said, wanted, material)))


class WordReader:
    """Finds the sentence of a paper, or of our digest of it, that has the words of a criterion.

    Args:
        store: Where the PDFs' text is; None to read digests alone.
    """

    def __init__(self, store: PassageStore | None) -> None:
        self.store = store

    def naming(self, value: str, paper: Paper) -> Quote | None:
        """The sentence of the PDF that names a value best; None where there is no PDF or none does."""
        if self.store is None:
            return None
        return _naming(value, frozenset(stems(vocabulary.load()[value].definition)), paper, self.store)

    def saying(self, words: str, paper: Paper) -> Quote | None:
        """The best sentence that has nearly all of the words; None where none has."""
        wanted = frozenset(stems(words))
        if not wanted:
            return None
        best: tuple[float, Quote] | None = None
        for text in _digested(paper):
            share = len(wanted & frozenset(stems(text))) / len(wanted)
            if share >= COVERED and (best is None or share > best[0]):
                best = share, Quote(paper.id, "digest", None, None, text)
        if self.store is not None:
            material = read(paper, self.store)
            for said in material.said:
                share = material.cover(wanted, said)
                if share >= COVERED and (best is None or share > best[0]):
                    best = share, material.source(said)
        return best[1] if best else None


def _digested(paper: Paper) -> tuple[str, ...]:
    """The sentences and lines of our digest."""
    if paper.digest is None:
        return ()
    text = paper.digest.text
    lines = [value for value in paper.digest.aspects.values() if value]
    return (*(text[start:end] for start, end in sentences(text)), *lines)


def _fits(said: Said, wanted: frozenset[str], material: Material) -> float:
    """How well a sentence that names the value says the fact: in the fact's words, whole, of this work, early."""
    first = PARTS.index(said.part)
    return material.cover(wanted, said) + 0.3 * said.whole + 0.3 * said.own - 0.4 * said.others - 0.03 * first


def _note(fact: Fact, paper: Paper) -> str:
    """The fact's words in the sentence they stand in, as the note has it."""
    text = text_of(paper, fact.source) or ""
    at = text.lower().find(fact.words.lower())
    if at < 0:
        return fact.words
    if len(text) <= NOTE:
        of_aspect = paper.digest is not None and fact.source in paper.digest.aspects
        return f"{aspect_name(fact.source)}: {text}." if of_aspect else text  # as the digest's line has it
    for start, end in sentences(text):
        if start <= at < end:
            return text[start:end]
    return text[at : at + len(fact.words)]


@cache
def _names(key: str) -> re.Pattern[str]:
    """The names of a value and of all that lies below it, in singular and plural, hyphens as blanks."""
    known = vocabulary.load()
    names = sorted(
        {name for below in known.within(key) for name in known[below].names}, key=len, reverse=True
    )
    spelt = [r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", name))) for name in names]
    return re.compile(rf"\b(?:{'|'.join(spelt)})(?:e?s)?\b", re.IGNORECASE)
