"""What is known of a paper: its bibliography, the survey's row on it, and this project's digest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["curated", "survey", "own"]
Confidence = Literal["high", "medium", "low"]

ASPECTS = (
    "problem",
    "approach",
    "generative_model",
    "role_of_rl",
    "rl_algorithm",
    "inputs",
    "outputs",
    "benchmarks",
    "setting",
    "main_result",
    "limitations",
    "code",
)
_LABEL_LENGTH = 48  # what a table column or a chip can show


@dataclass(frozen=True)
class TableRow:
    """The survey's own row on a paper, verbatim: what the survey states, not a checked fact."""

    framework: str
    taxonomy_label: str
    taxonomy_slugs: tuple[str, ...]
    base_model: str | None
    code_available: str | None
    dataset: str | None
    modules: str
    setting: str
    source_table: str
    table_category: str
    upstream_key: str


@dataclass(frozen=True)
class Source:
    """Where a digest was read from: the kind of page, and its address."""

    kind: str
    where: str


@dataclass(frozen=True)
class Digest:
    """This project's own note on a paper; never the paper's words.

    `aspects` has every name in ASPECTS, each a short phrase or None where the source does not say.
    """

    text: str
    aspects: Mapping[str, str | None] = field(hash=False)
    confidence: Confidence
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Paper:
    """One document of the catalogue: a curated paper, the survey itself, or a paper of the user's own.

    `year` is that of the first public version, None only for own papers. `categories` are slugs as the
    survey's list files the paper; `upstream_titles` are that list's own, sometimes wrong, titles. `proposed`
    are those of an own paper's categories that this program chose and nobody has confirmed yet.
    """

    id: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    arxiv: str | None = None
    doi: str | None = None
    openreview: str | None = None
    url: str | None = None
    pdf_url: str | None = None
    short_name: str | None = None
    aliases: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    table: TableRow | None = None
    digest: Digest | None = None
    kind: Kind = "own"
    notes: str | None = None
    upstream_titles: tuple[str, ...] = ()
    confidence: Confidence | None = None
    proposed: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The short name, else the title's part before a colon, else the title, cut to 48 characters."""
        if self.short_name:
            return self.short_name
        head = self.title.split(":", 1)[0]
        shown = head if len(head) <= _LABEL_LENGTH else self.title
        if len(shown) <= _LABEL_LENGTH:
            return shown
        return re.sub(r"\W*\s\S*$", "", shown[:_LABEL_LENGTH]) + "…"

    @property
    def all_categories(self) -> tuple[str, ...]:
        """The slugs of the survey's list joined with those of its table, each once."""
        of_table = (*self.table.taxonomy_slugs, self.table.table_category) if self.table else ()
        return tuple(dict.fromkeys((*self.categories, *of_table)))

    @property
    def names(self) -> tuple[str, ...]:
        """Everything the paper is called, the short name first."""
        short = (self.short_name,) if self.short_name else ()
        return tuple(dict.fromkeys((*short, *self.aliases, self.title, *self.upstream_titles)))
