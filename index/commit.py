"""Making one document searchable: its vectors first, then, at once, the rows that make them visible."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING

from corpus.parts import parts
from index.embedded import embedded_text, is_embedded
from index.reachable import add_answering
from index.records import tells_gist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.document import Document
    from corpus.paper import Paper
    from corpus.passages import Passage
    from index.embedders import Embedder
    from index.generation import Generation
    from index.records import DocumentRecord
    from index.vector_cache import VectorCache


def commit(
    generation: Generation,
    cache: VectorCache,
    embedder: Embedder,
    paper: Paper,
    shown: Paper,
    record: DocumentRecord,
    passages: Sequence[Passage],
    document: Document | None = None,
) -> None:
    """Store a document; killed at any moment, it leaves the document as it was before, or as it is after.

    Args:
        generation: Where to.
        cache: Knows the vectors, or makes them.
        embedder: Makes them.
        paper: Whose document it is; remembered so, where it is the user's own.
        shown: The paper with the user's edits: the names under which it is found.
        record: The document's record.
        passages: Its passages.
        document: The PDF that was read; None for a digest or table row.
    """
    attempt = uuid.uuid4().hex[:12]  # ids never used before
    ids = [f"{attempt}-{ordinal}" for ordinal in range(len(passages))]
    chosen = [i for i, passage in enumerate(passages) if is_embedded(passage)]
    if chosen:
        vectors = cache.embed([embedded_text(shown, passages[i]) for i in chosen], embedder)
        owners = [(record.paper, record.source, tells_gist(record.source, passages[i], i)) for i in chosen]
        answering = add_answering(generation.vectors, [ids[i] for i in chosen], vectors, owners)
        for i, identity in zip(chosen, answering, strict=True):
            ids[i] = identity
    embedded = set(chosen)
    rows = [(ids[i], passage, i in embedded) for i, passage in enumerate(passages)]
    pages = document.pages if document else ()
    own = asdict(paper) if paper.kind == "own" else None
    numbered = parts(document) if document else ()
    files = generation.vectors.files()
    generation.passages.put(record, " ".join(shown.names), rows, pages, own, files, numbered)
    generation.wrote()
