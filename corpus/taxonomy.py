"""The survey's two-sided taxonomy: what a category is, and how categories hang together."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from corpus.errors import BadCatalogue, WrongUse


@dataclass(frozen=True)
class Modality:
    """A row of the survey's modality table: what one type of base model takes, gives and is for."""

    model_type: str
    input_modality: str
    output_modality: str
    primary_role: str
    trade_off: str


@dataclass(frozen=True)
class Category:
    """One node of the taxonomy.

    `slug` is the whole path ("generative-tools-for-rl/task/reward-signal/llm") and unique; `key` is its last
    part and is not. `definition` was written for this project; `modality` is the survey's and mostly absent.
    """

    slug: str
    key: str
    name: str
    parent: str | None
    aliases: tuple[str, ...]
    definition: str
    in_figure: bool = True
    modality: Modality | None = None


@dataclass(frozen=True)
class Taxonomy:
    """The categories as a forest with two roots, in the survey's order.

    Every method that takes a slug raises WrongUse for a slug that does not exist; `Catalogue.category`
    finds a category by any of its names.
    """

    nodes: tuple[Category, ...]

    def __post_init__(self) -> None:
        for node in self.nodes:
            if node.parent is not None and node.parent not in self._by_slug:
                raise BadCatalogue(
                    f"taxonomy.json, {node.slug}, field 'parent': no category {node.parent!r}."
                )
        if len(self._by_slug) != len(self.nodes):
            raise BadCatalogue("taxonomy.json, field 'slug': two categories share a slug.")
        if len(self._paths) != len(self.nodes):
            raise BadCatalogue("taxonomy.json, field 'parent': some categories are their own ancestors.")

    @cached_property
    def _by_slug(self) -> dict[str, Category]:
        return {node.slug: node for node in self.nodes}

    @cached_property
    def _children(self) -> dict[str | None, tuple[Category, ...]]:
        below: dict[str | None, list[Category]] = {}
        for node in self.nodes:
            below.setdefault(node.parent, []).append(node)
        return {parent: tuple(children) for parent, children in below.items()}

    @cached_property
    def _paths(self) -> dict[str, tuple[Category, ...]]:
        """Root to node for every node that can be reached from a root, depth first."""
        paths: dict[str, tuple[Category, ...]] = {}

        def descend(parent: str | None, above: tuple[Category, ...]) -> None:
            for node in self._children.get(parent, ()):
                paths[node.slug] = (*above, node)
                descend(node.slug, paths[node.slug])

        descend(None, ())
        return paths

    def __iter__(self) -> Iterator[Category]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, slug: object) -> bool:
        return slug in self._by_slug

    def __getitem__(self, slug: str) -> Category:
        try:
            return self._by_slug[slug]
        except KeyError:
            raise WrongUse(f"There is no category {slug!r}; `duality taxonomy` lists them all.") from None

    @property
    def roots(self) -> tuple[Category, ...]:
        """The two sides: generative tools for RL, and RL for generative policies."""
        return self._children.get(None, ())

    def children(self, slug: str) -> tuple[Category, ...]:
        """The categories directly below one."""
        return self._children.get(self[slug].slug, ())

    def ancestors(self, slug: str) -> tuple[Category, ...]:
        """The categories above one, root first, without itself."""
        return self._paths[self[slug].slug][:-1]

    def subtree(self, slug: str) -> tuple[Category, ...]:
        """A category and everything below it, depth first."""
        top = self[slug]
        return tuple(path[-1] for path in self._paths.values() if top in path)

    def path_name(self, slug: str) -> str:
        """The names from the root down: "Generative Tools for RL › Task › Reward Signal"."""
        return " › ".join(node.name for node in self._paths[self[slug].slug])
