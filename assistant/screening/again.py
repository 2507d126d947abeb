"""A screening made again from its JSON: the same criterion, papers and verdicts of the user's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.screening.criterion import MOST_YEAR, ORDER, AllOf, AnyOf, Is, Not, Part, Says, Years
from assistant.screening.where import condition, under
from corpus import vocabulary
from corpus.errors import WrongUse
from corpus.facts import known_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assistant.screening.criterion import Word
    from corpus.catalogue import Catalogue
    from corpus.paper import Paper


@dataclass(frozen=True, slots=True)
class Screened:
    """What a file says of the screening that it holds.

    Attributes:
        criterion: What a paper had to be.
        papers: Those in scope that are here.
        gone: Ids of those that are not here any more.
        overruled: Verdicts of the user's own.
        left: Words that were not understood.
        generation: The index it was made from; "" where there was none.
    """

    criterion: Part
    papers: tuple[Paper, ...]
    gone: tuple[str, ...]
    overruled: Mapping[str, Word]
    left: tuple[str, ...]
    generation: str


def read_screening(path: Path, catalogue: Catalogue) -> Screened:
    """What a file written by `duality screen … --export FILE.json` says; the JSON of an answer that lists papers, too.

    Raises:
        WrongUse: The file is not such a file.
    """
    try:
        read = json.loads(path.read_text("utf-8"))
        read = read.get("screening", read)
        verdicts = {str(one["paper_id"]): one for one in read["verdicts"]}
        own = {name: one["verdict"] for name, one in verdicts.items() if one["by"] == "user"}
        return Screened(
            criterion=_part(read["criterion"], catalogue),
            papers=tuple(catalogue.by_id[name] for name in verdicts if name in catalogue.by_id),
            gone=tuple(name for name in verdicts if name not in catalogue.by_id),
            overruled={name: word for name, word in own.items() if word in ORDER},
            left=tuple(map(str, read["not_understood"])),
            generation=str(read["generation"] or ""),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WrongUse(
            f"{path} is no screening of Duality: `duality screen CRITERION --export FILE.json` writes one."
        ) from error


def _part(told: Mapping[str, Any], catalogue: Catalogue) -> Part:
    """The criterion that `criterion.to_json` told."""
    if "all" in told:
        return AllOf(tuple(_part(one, catalogue) for one in told["all"]))
    if "any" in told:
        return AnyOf(tuple(_part(one, catalogue) for one in told["any"]))
    if "not" in told:
        return Not(_part(told["not"], catalogue))
    prop = told["property"]
    if prop == "year":
        return Years(int(told["from"] or 0), int(told["to"] or MOST_YEAR))
    value = str(told["value"])
    if prop == "words":
        return Says(value)
    if prop == "category":
        return under(value, catalogue)
    if prop in ("author", "venue"):
        return condition(prop, "=", value, catalogue)
    if known_key(f"{prop}/{value}") not in vocabulary.load():
        raise KeyError(value)
    return Is(f"{prop}/{value}")
