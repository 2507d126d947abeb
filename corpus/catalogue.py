"""The catalogue: every paper and category there is, found by whatever name a user gives it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.catalogue_files import read_papers, read_taxonomy
from corpus.errors import WrongUse
from corpus.paper import Digest, Paper, Source, TableRow
from corpus.spelling import distinct, either, key, nearest
from corpus.taxonomy import Category, Modality, Taxonomy

if TYPE_CHECKING:
    from corpus.lexicon import Lexicon

__all__ = [
    "Catalogue",
    "Category",
    "Digest",
    "Modality",
    "Paper",
    "Source",
    "TableRow",
    "Taxonomy",
    "load",
    "read",
]

_ARXIV = re.compile(r"(?:^|/|arxiv:?\s*)(\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?$", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S+$")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The curated papers, the survey itself, the user's own papers if any, and the taxonomy."""

    papers: tuple[Paper, ...]
    taxonomy: Taxonomy

    @cached_property
    def curated(self) -> tuple[Paper, ...]:
        """The papers that the survey's list files under categories."""
        return tuple(paper for paper in self.papers if paper.kind == "curated")

    @cached_property
    def own(self) -> tuple[Paper, ...]:
        """The user's own papers."""
        return tuple(paper for paper in self.papers if paper.kind == "own")

    @cached_property
    def survey(self) -> Paper:
        """The survey that the catalogue comes from."""
        return next(paper for paper in self.papers if paper.kind == "survey")

    @cached_property
    def by_id(self) -> Mapping[str, Paper]:
        """Every paper under its id."""
        return {paper.id: paper for paper in self.papers}

    @cached_property
    def lexicon(self) -> "Lexicon":
        """The names of papers and categories, prepared for finding them in a question."""
        from corpus.lexicon import Lexicon

        return Lexicon.of(self)

    def paper(self, name: str) -> Paper:
        """The paper of an id, arXiv id or address, DOI, title, short name, alias or label, however it is spelt.

        Raises:
            WrongUse: No paper is called so (the nearest names are suggested), or several are (each is listed).
        """
        name = name.strip()
        if name in self.by_id:
            return self.by_id[name]
        if (match := _ARXIV.search(name)) or (match := _DOI.search(name)):
            identifier = match[match.lastindex or 0].lower()
            found = [p for p in self.papers if identifier in (p.arxiv, (p.doi or "").lower())]
            if not found and (match.lastindex or name.startswith("10.")):
                raise WrongUse(
                    f"No paper of the catalogue has the identifier {identifier}; `duality papers` lists all."
                )
        else:
            found = self._papers_named.get(key(name)) or [p for p in self.papers if key(p.label) == key(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise WrongUse(f"Several papers are called {name!r}; say {either(p.id for p in found)}.")
        shown = {n: f"{papers[0].label} ({papers[0].id})" for n, papers in self._papers_named.items()}
        raise _unknown("paper", name, nearest(name, shown), "duality papers")

    def category(self, name: str) -> Category:
        """The category of a slug, the end of one, a name, a path of names or an alias, however it is spelt.

        A category's own name goes before its key and aliases, so that "LLM" is the base model and not
        "reward-signal/llm".

        Raises:
            WrongUse: No category is called so (the nearest are suggested), or several are (each is listed).
        """
        name = name.strip().strip("/")
        if name in self.taxonomy:
            return self.taxonomy[name]
        wanted = key(name)
        proper = [node for node in self.taxonomy if wanted in (key(node.name), key(node.slug))]
        found = proper if len(proper) == 1 else self._categories_named.get(wanted, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise WrongUse(
                f"Several categories are called {name!r}; say {either(node.slug for node in found)}."
            )
        shown = {n: nodes[0].slug for n, nodes in self._categories_named.items()}
        raise _unknown("category", name, nearest(name, shown), "duality taxonomy")

    def papers_of(
        self, category: str | Category, *, subcategories: bool = True, table: bool = True
    ) -> tuple[Paper, ...]:
        """The papers of a category, in the catalogue's order.

        Args:
            category: A category or any of its names.
            subcategories: Count papers filed anywhere below it.
            table: Join the survey's list with its table, which files some papers elsewhere too.

        Raises:
            WrongUse: An unknown or ambiguous category.
        """
        top = category if isinstance(category, Category) else self.category(category)
        slugs = {node.slug for node in self.taxonomy.subtree(top.slug)} if subcategories else {top.slug}
        return tuple(
            paper
            for paper in self.papers
            if not slugs.isdisjoint(paper.all_categories if table else paper.categories)
        )

    def with_papers(self, own: Iterable[Paper]) -> "Catalogue":
        """A new catalogue that has the user's own papers too, after those it had.

        Raises:
            WrongUse: An id that a paper already has, or a category that does not exist.
        """
        papers = dict(self.by_id)
        for paper in own:
            if paper.id in papers:
                raise WrongUse(
                    f"The id {paper.id!r} belongs to {papers[paper.id].title!r}; give the paper another."
                )
            for slug in paper.categories:
                self.taxonomy[slug]
            papers[paper.id] = paper
        return Catalogue(tuple(papers.values()), self.taxonomy)

    @cached_property
    def _papers_named(self) -> dict[str, list[Paper]]:
        from corpus.titles import derive_names

        named: dict[str, list[Paper]] = {}
        for paper in self.papers:
            identifiers = (paper.id, *(i for i in (paper.url, paper.openreview) if i))
            for name in distinct(map(key, (*paper.names, *derive_names(paper.title), *identifiers))):
                named.setdefault(name, []).append(paper)
        return named

    @cached_property
    def _categories_named(self) -> dict[str, list[Category]]:
        named: dict[str, list[Category]] = {}
        for node in self.taxonomy:
            path = self.taxonomy.path_name(node.slug).split(" › ")
            slug = node.slug.split("/")
            ends = [" ".join(parts[n:]) for parts in (path, slug) for n in range(len(parts))]
            for name in distinct(map(key, (*ends, node.key, node.name, *node.aliases))):
                named.setdefault(name, []).append(node)
        return named


def read(folder: Path) -> Catalogue:
    """The catalogue of a folder that holds papers.json, taxonomy.json, digests.json and survey.json.

    Raises:
        BadCatalogue: The files contradict themselves; the message names file, record and field.
    """
    taxonomy = read_taxonomy(folder)
    return Catalogue(read_papers(folder, taxonomy), taxonomy)


@cache
def load() -> Catalogue:
    """The catalogue that comes with the package, read once.

    Raises:
        BadCatalogue: The installed data files are damaged.
    """
    return read(Path(__file__).with_name("data"))


def _unknown(what: str, name: str, suggestions: tuple[str, ...], command: str) -> WrongUse:
    hint = f" Did you mean {either(suggestions)}?" if suggestions else ""
    return WrongUse(f"There is no {what} {name!r} in the catalogue.{hint} `{command}` lists all.")
