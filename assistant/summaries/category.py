"""A category's summary: its papers, grouped as the taxonomy groups them below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.summaries.several import Several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.sources import Sources
    from assistant.summaries.writing import Writer
    from corpus.catalogue import Catalogue, Paper
    from index.passage_store import PassageStore


def of_category(
    papers: Sequence[Paper],
    slug: str,
    catalogue: Catalogue,
    store: PassageStore,
    sources: Sources,
    writer: Writer,
) -> Several:
    """What writes the summary of the category `slug`, whose papers are given."""
    taxonomy = catalogue.taxonomy
    node = taxonomy[slug]
    lead = f"In this project's words: {node.definition}" if node.definition else ""
    return Several(
        papers,
        taxonomy.path_name(slug),
        store,
        sources,
        writer,
        grouped=_below(papers, slug, catalogue),
        lead=lead,
    )


def _below(papers: Sequence[Paper], slug: str, catalogue: Catalogue) -> dict[str, list[str]]:
    """The papers under the categories directly below, each once; empty where the taxonomy parts them no further."""
    groups: dict[str, list[str]] = {}
    for paper in papers:
        filed = (paper.categories, paper.all_categories)  # the survey's list goes before its table
        for child in (
            c for slugs in filed for c in catalogue.taxonomy.children(slug) if _under(slugs, c.slug)
        ):
            groups.setdefault(child.name, []).append(paper.id)
            break
        else:
            groups.setdefault("other approaches", []).append(paper.id)
    named = sum(len(ids) for name, ids in groups.items() if name != "other approaches")
    return groups if named * 2 >= len(papers) else {}


def _under(slugs: Sequence[str], above: str) -> bool:
    return any(slug == above or slug.startswith(f"{above}/") for slug in slugs)
