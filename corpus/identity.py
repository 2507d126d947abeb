"""Which paper a PDF is: one of the catalogue's, checked against its first page, or the user's own."""

from __future__ import annotations

import difflib
import re
from statistics import median
from typing import TYPE_CHECKING, Literal

from corpus.errors import UnreadableDocument
from corpus.own_names import own_names, own_words
from corpus.paper import Paper
from corpus.titles import in_title_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corpus.catalogue import Catalogue
    from corpus.document import Document

How = Literal["name", "arXiv id", "title", "own"]
HEAD = 1_500  # characters of page one in which a title is looked for, unless the abstract begins before
TITLE_WORDS = 4  # a shorter title says too little to be found in running text
TITLE_LETTERS = 6  # a shorter title ("Notes") does not tell one paper from another
ALIKE = 0.9  # share of letters in which two spellings of one title agree: what broken ligatures leave
READABLE = 20  # letters on page one from which its silence about the title says something
SLIDES = 8  # pages from which little text on each tells slides, not a paper
SLIDE_LETTERS = 600  # a slide seldom holds more; no real paper has a median below 1,500
ABSTRACT = re.compile(r"\babstract\b", re.IGNORECASE)
SUPPLEMENT = re.compile(
    r"\b(?:supplement(?:s|ary|al)?(?:\s+(?:materials?|information|document|text|notes?))?|supporting\s+information"
    r"|(?:online\s+)?appendi(?:x|ces))\b",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"\b(?:comments?\s+on|repl(?:y|ies)\s+to|responses?\s+to|errat(?:um|a)(?:\s+(?:to|for|of))?"
    r"|corrigendum(?:\s+(?:to|for|of))?|corrections?\s+to|reviews?\s+of|rebuttal\s+(?:of|to|for)|summary\s+of"
    r"|(?:slides|poster)\s+(?:of|for|on)|repro\w+\s+of|reproducing|re-?implementation\s+of)\W*$",
    re.IGNORECASE,
)


class NotThatPaper(UnreadableDocument):
    """A PDF named as one paper that is something else."""


def letters(text: str) -> str:
    """`text` reduced to its letters and digits, lower case, for comparing titles."""
    return re.sub(r"[\W_]+", "", text.lower())


def identify(path: Path, document: Document, catalogue: Catalogue) -> tuple[Paper, How]:
    """The paper that the PDF at `path` is, and what told.

    A file named by a catalogue id or an arXiv id is that paper if page one bears it out, by the arXiv id in
    the margin or by the title. Any other file is what the arXiv id says, else the paper whose title stands at
    the top of page one, else the user's own paper, with the file's name in lower case as its id. A page one
    without text bears out whatever the name says.

    Raises:
        NotThatPaper: The file is named as a paper of the catalogue and is another one, a supplement, slides,
            or a version under another title.
    """
    claimed = named_by_file(path, catalogue)
    if claimed is not None:
        why = _contradicted(claimed, document, catalogue)
        if why:
            raise NotThatPaper(f"{path.name} is not {claimed.label}, as its name says: {why}")
        return claimed, "name"
    found = _on_page_one(document, catalogue)
    return found or (own_paper(path.stem.lower(), document), "own")


def named_by_file(path: Path, catalogue: Catalogue) -> Paper | None:
    """The paper of the catalogue whose id or arXiv id the file's name gives; None where it gives none."""
    stem = path.stem.lower()
    if stem in catalogue.by_id and catalogue.by_id[stem].kind != "own":
        return catalogue.by_id[stem]
    named = re.search(r"(?<!\d)\d{4}\.\d{4,5}(?!\d)", stem)
    return _of_arxiv(named.group(), catalogue) if named else None


def _of_arxiv(identifier: str, catalogue: Catalogue) -> Paper | None:
    return next(
        (p for p in catalogue.papers if identifier and p.arxiv == identifier and p.kind != "own"), None
    )


def _on_page_one(document: Document, catalogue: Catalogue) -> tuple[Paper, How] | None:
    if paper := _of_arxiv(document.arxiv, catalogue):
        return paper, "arXiv id"
    if _is_slides(document):
        return None
    head = _head(document)
    folded = letters(head)
    title = letters(document.title)
    for paper in catalogue.papers:
        if paper.kind == "own" or (document.arxiv and paper.arxiv):  # stamped as another one
            continue
        for name in (paper.title, *paper.upstream_titles, *paper.aliases):
            wanted = letters(name)
            said = len(name.split()) >= TITLE_WORDS and wanted in folded
            if wanted and (wanted == title or said) and not _is_about(wanted, document.title, head):
                return paper, "title"
    return None


def _contradicted(claimed: Paper, document: Document, catalogue: Catalogue) -> str:
    """Why the document is not the paper that its file is named by, to the sentence's end; "" where it may be."""
    right = fetches(claimed)
    if document.arxiv and claimed.arxiv:
        if document.arxiv == claimed.arxiv:
            return ""
        other = _of_arxiv(document.arxiv, catalogue)
        it = f"{other.label} (rename it to {other.id}.pdf)" if other else "another paper"
        return f"it is stamped arXiv:{document.arxiv}, which is {it}; {right}."
    head = _head(document)
    if len(letters(head)) < READABLE:
        return ""
    if _is_slides(document):
        return f"it holds slides, not the paper; {right}."
    names = list(_titles(claimed))
    title = letters(document.title)
    for name in names:
        wanted = letters(name)
        if wanted == title or (len(name.split()) >= TITLE_WORDS and wanted in letters(head)):
            if _is_about(wanted, document.title, head):
                return f"it is a supplement to the paper or a comment on it; {right}."
            return ""
    if title and max(difflib.SequenceMatcher(None, letters(n), title).ratio() for n in names) >= ALIKE:
        return ""
    if found := _on_page_one(document, catalogue):
        return f"page one is that of {found[0].label}; rename it to {found[0].id}.pdf, and {right}."
    shown = f"its title is “{document.title}”" if title else "page one does not have the title"
    return f"{shown}, not “{claimed.title}”; {right}. To add this one as a paper of your own, give it another name."


def fetches(paper: Paper) -> str:
    """What to do where a file is not the paper it is named by."""
    return f"`duality corpus fetch --paper {paper.id}` fetches the right one"


def _titles(paper: Paper) -> Iterator[str]:
    yield from dict.fromkeys((paper.title, *paper.upstream_titles, *paper.aliases))
    if paper.short_name:
        yield paper.short_name


def _head(document: Document) -> str:
    """Page one down to its abstract: what stands there names the paper, what is below may name others."""
    top = document.pages[0].text[:HEAD] if document.pages else ""
    abstract = ABSTRACT.search(top, READABLE)
    return top[: abstract.start()] if abstract else top


def _is_slides(document: Document) -> bool:
    sizes = [len(page.text) for page in document.pages]
    return len(sizes) >= SLIDES and median(sizes) < SLIDE_LETTERS


def _is_about(wanted: str, title: str, head: str) -> bool:
    """Whether the words around a title say that the document only belongs to the paper or speaks of it.

    Args:
        wanted: The title's letters.
        title: The document's own title.
        head: The top of page one.
    """
    for text in (title, head):
        places = [at for at, sign in enumerate(text.lower()) if re.match(r"[^\W_]", sign)]
        at = letters(text).find(wanted)
        if at < 0 or len(places) != len(letters(text)):
            continue
        before = text[: places[at]]
        behind = text[places[at + len(wanted) - 1] + 1 :].lstrip(" \n:.,–—-(")
        if ABOUT.search(before) or SUPPLEMENT.search(before) or SUPPLEMENT.match(behind):
            return True
    return False


def same_work(one: Paper, other: Paper, *, same_opening: bool) -> bool:
    """Whether two of the user's PDFs are one paper, by their title and authors.

    Args:
        one: As read from the one.
        other: As read from the other.
        same_opening: Whether their first pages say the same, which decides where neither names an author.
    """
    title = letters(one.title)
    told = len(title) >= TITLE_LETTERS and title not in (letters(one.id), letters(other.id))
    if not told or title != letters(other.title):
        return False
    authors = [{letters(name) for name in paper.authors} for paper in (one, other)]
    return authors[0] == authors[1] if any(authors) else same_opening


def own_paper(identity: str, document: Document) -> Paper:
    """The record of a user's own paper, from what its PDF says of itself."""
    title = in_title_case(document.title, lambda: own_words(document))
    names = own_names(document, title)
    authors = [name.strip() for name in re.split(r";|,| and ", document.authors) if name.strip()]
    return Paper(
        id=identity,
        title=title or identity,
        authors=tuple(authors),
        year=document.year,
        arxiv=document.arxiv or None,
        short_name=names[0] if names else None,
        aliases=names[1:],
        kind="own",
    )
