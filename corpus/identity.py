"""Which paper a PDF is: one of the catalogue's, or the user's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from corpus.paper import Paper
from corpus.titles import derive_names

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.catalogue import Catalogue
    from corpus.document import Document

How = Literal["name", "arXiv id", "title", "own"]
FIRST_PAGE = 1_500  # characters of page one in which a title is looked for
TITLE_WORDS = 4  # a shorter title says too little to be found in running text


def letters(text: str) -> str:
    """`text` reduced to its letters and digits, lower case, for comparing titles."""
    return re.sub(r"[\W_]+", "", text.lower())


def identify(path: Path, document: Document, catalogue: Catalogue) -> tuple[Paper, How]:
    """The paper that the PDF at `path` is, and what told.

    A file named by a catalogue id or an arXiv id is taken at its word; then the arXiv id stamped on
    page one decides, then a catalogue title at the top of page one. Any other file is the user's own
    paper, with the file's name in lower case as its id.
    """
    stem = path.stem.lower()
    if stem in catalogue.by_id and catalogue.by_id[stem].kind != "own":
        return catalogue.by_id[stem], "name"
    named = re.search(r"\d{4}\.\d{4,5}", stem)
    for identifier, how in ((named.group() if named else "", "name"), (document.arxiv, "arXiv id")):
        for paper in catalogue.papers:
            if identifier and paper.arxiv == identifier and paper.kind != "own":
                return paper, how  # type: ignore[return-value]
    title = letters(document.title)
    top = letters(document.pages[0].text[:FIRST_PAGE]) if document.pages else ""
    for paper in catalogue.papers:
        if paper.kind == "own":
            continue
        for name in (paper.title, *paper.upstream_titles, *paper.aliases):
            wanted = letters(name)
            if wanted and (wanted == title or (len(name.split()) >= TITLE_WORDS and wanted in top)):
                return paper, "title"
    return own_paper(stem, document), "own"


def own_paper(identity: str, document: Document) -> Paper:
    """The record of a user's own paper, from what its PDF says of itself."""
    names = derive_names(document.title, document.pages[0].text[:4_000] if document.pages else "")
    authors = [name.strip() for name in re.split(r";|,| and ", document.authors) if name.strip()]
    return Paper(
        id=identity,
        title=document.title or identity,
        authors=tuple(authors),
        year=document.year,
        arxiv=document.arxiv or None,
        short_name=names[0] if names else None,
        aliases=names[1:],
        kind="own",
    )
