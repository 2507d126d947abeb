"""What the survey's list is known to have wrong, and what is right: kept corrected whenever it is read anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.catalogue_files import Fields
from corpus.errors import BadCatalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = "upstream_corrections.json"


@dataclass(frozen=True, slots=True)
class Correction:
    """One known error: what the list has, what is right, and why, in this project's words."""

    upstream: str
    right: str
    why: str


@dataclass(frozen=True)
class Corrections:
    """The known errors by paper id, and the misspellings in the tables.

    Attributes:
        titles: Wrong titles of each paper.
        links: Links that are not the best copy.
        duplicates: Why a paper stands in the list more than once.
        categories: The list's categories of a paper, the right ones, and why.
        spellings: Misspelt headings and labels of the tables.
    """

    titles: Mapping[str, tuple[Correction, ...]]
    links: Mapping[str, Correction]
    duplicates: Mapping[str, str]
    categories: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], str]]
    spellings: tuple[Correction, ...]

    def spelling(self, found: str) -> str:
        """Why a misspelling is read as what it means; "" where it is not a known one."""
        return next((c.why for c in self.spellings if c.upstream.casefold() == found.casefold()), "")


@cache
def load() -> Corrections:
    """The corrections that come with the package.

    Raises:
        BadCatalogue: The file is damaged.
    """
    path = Path(__file__).parent.with_name("data") / _FILE
    try:
        whole = Fields(json.loads(path.read_bytes()), _FILE, "the whole file")
    except (OSError, ValueError) as error:
        raise BadCatalogue(f"{_FILE} cannot be read ({error}); reinstall duality-assistant.") from error
    titles: dict[str, tuple[Correction, ...]] = {}
    for record in whole.each("titles"):
        paper = record.text("paper")
        titles[paper] = (*titles.get(paper, ()), _correction(record))
    return Corrections(
        titles=titles,
        links={record.text("paper"): _correction(record) for record in whole.each("links")},
        duplicates={record.text("paper"): record.text("why") for record in whole.each("duplicates")},
        categories={
            record.text("paper"): (record.texts("upstream"), record.texts("right"), record.text("why"))
            for record in whole.each("categories")
        },
        spellings=tuple(_correction(record) for record in whole.each("spellings")),
    )


def _correction(f: Fields) -> Correction:
    return Correction(f.text("upstream"), f.text("right"), f.text("why"))
