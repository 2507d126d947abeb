"""Facts of the curated papers, each with the words that it was read from and how sure they make it.

of("chi2023diffusionpolicy")   # Fact("model/diffusion-policy", "generative_model", "stated", "diffusion policy over actions") …

Read once from digests and the survey's table, by hand; `check` holds each against its source.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from corpus import vocabulary
from corpus.errors import BadCatalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.paper import Paper
    from corpus.vocabulary import Vocabulary

FILE: Final = "facts.json"
Certainty = Literal["stated", "likely", "not"]
"""Said plainly; said by the survey's table alone or with a hedge; said not to be so."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a paper.

    Attributes:
        value: Its key in the vocabulary; of a physical robot "real_robot/franka".
        source: Where the words stand: "digest", "title", "notes", "venue", an aspect's name, or "table." and a column's.
        certainty: How sure the words make it.
        words: Verbatim words of the source.
    """

    value: str
    source: str
    certainty: Certainty
    words: str

    @property
    def property(self) -> str:
        """The property that it is of."""
        return self.value.partition("/")[0]


def text_of(paper: Paper, source: str) -> str | None:
    """The text that a fact's source names; None where the paper has none."""
    if source in ("title", "notes", "venue"):
        return getattr(paper, source) or None
    if source.startswith("table."):
        return getattr(paper.table, source.removeprefix("table."), None) if paper.table else None
    if paper.digest is None:
        return None
    return paper.digest.text if source == "digest" else paper.digest.aspects.get(source)


def wrong(paper: Paper, fact: Fact, known: Vocabulary) -> str:
    """What is wrong with a fact; "" where nothing is."""
    if known_key(fact.value) not in known:
        return f"no value {fact.value!r}"
    text = text_of(paper, fact.source)
    if text is None:
        return f"no source {fact.source!r}"
    return "" if _even(fact.words) in _even(text) else f"{fact.source} does not hold {fact.words!r}"


def known_key(value: str) -> str:
    """The vocabulary's key of a fact's value: physical robots have those of robots."""
    return value.replace("real_robot/", "robot/", 1)


def _even(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).casefold()


def read(folder: Path) -> Mapping[str, tuple[Fact, ...]]:
    """The facts of each paper by its id.

    Raises:
        BadCatalogue: The file cannot be read, or a fact has no value of the vocabulary or no known certainty.
    """
    known = vocabulary.read(folder)
    try:
        data = json.loads((folder / FILE).read_bytes())
        found = {paper: tuple(Fact(*each) for each in facts) for paper, facts in data.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadCatalogue(f"{FILE} cannot be read ({error}); reinstall duality-assistant.") from error
    for paper, facts in found.items():
        for fact in facts:
            if known_key(fact.value) not in known or fact.certainty not in get_args(Certainty):
                raise BadCatalogue(f"{FILE}, {paper}: {fact.value!r}, {fact.certainty!r} is no fact.")
    return found


@cache
def everything() -> Mapping[str, tuple[Fact, ...]]:
    """The facts that come with the package, by paper, read once."""
    return read(Path(__file__).with_name("data"))


def of(paper_id: str) -> tuple[Fact, ...]:
    """The facts of a paper; none for a paper that nobody has read for them."""
    return everything().get(paper_id, ())
