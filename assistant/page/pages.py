"""What the page viewer shows: a page of a PDF as an image with its marks, or the text of a digest or table row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.page.evidence_panel import HEADINGS, card, emphasised, intervals
from corpus.errors import UnreadableDocument, WrongUse
from corpus.passages import Span

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from index.passage_store import SourceKind


@dataclass(frozen=True, slots=True)
class PageView:
    """One page.

    Attributes:
        png: The image.
        label: The label printed on the page.
        pages: How many pages the PDF has.
        title: Of the paper, where it is not what the paper is called by.
    """

    png: bytes
    label: str
    pages: int
    title: str


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of "5:120:240,6:0:31".

    Raises:
        WrongUse: It is not of that form.
    """
    try:
        return tuple(_span(part) for part in text.split(",") if part)
    except (TypeError, ValueError) as error:
        raise WrongUse(
            f"The passage {text[:40]!r} cannot be marked: it should look like 5:120:240."
        ) from error


def _span(text: str) -> Span:
    page, start, end = map(int, text.split(":"))
    return Span(page, start, end)


def page_view(workspace: Workspace, paper: str, page: int, spans: str = "") -> PageView:
    """The page with the spans marked.

    Raises:
        WrongUse: The spans are not of the form.
        UnreadableDocument: The paper has no PDF here, or the page is not there.
    """
    labels = workspace.search().generation().passages.labels(paper)
    if labels and page not in labels:
        raise UnreadableDocument(f"The PDF has pages 1 to {max(labels)}, but no page {page}.")
    png = workspace.page_image(paper, page, spans_of(spans))
    found = workspace.catalogue.by_id.get(paper)
    title = found.title if found and found.title != found.label else ""
    return PageView(png, labels.get(page, str(page)), len(labels), title)


def page_words_of(workspace: Workspace, paper: str, page: int, spans: str = "") -> str:
    """A page's text as HTML with the spans marked: what the picture shows, for who cannot see it.

    Raises:
        WrongUse: The spans are not of the form.
        UnreadableDocument: The paper has no PDF here, or the page is not there or has no text.
    """
    found = workspace.search().generation().passages.page(paper, page)
    if found is None or not found.text.strip():
        raise UnreadableDocument(f"Page {page} has no text that could be read: look at its picture.")
    marked = sorted((span.start, span.end) for span in spans_of(spans) if span.page == page)
    return f'<div class="card-text">{emphasised(found.text, marked)}</div>'


def text_card_of(workspace: Workspace, paper: str, source: str, quote: str = "") -> str:
    """The digest, table row or place in the list of a paper as HTML, with the quote marked.

    Raises:
        WrongUse: There is no such paper or source.
    """
    found = workspace.catalogue.by_id.get(paper)
    if found is None or source not in HEADINGS:
        raise WrongUse("There is no such text; the paper may have been removed.")
    if source == "list":
        text = f"{found.title} ({found.year})" if found.year else found.title
    else:
        kind: SourceKind = "digest" if source == "digest" else "table"
        stored = workspace.search().generation().passages.of_paper(paper, kind)
        text = "\n\n".join(passage.text for passage in stored)
    if not text:
        raise WrongUse(f"{found.label} has no {HEADINGS[source].removeprefix('Our ').lower()}.")
    by = ", ".join(part for part in (", ".join(found.authors[:3]), str(found.year or "")) if part)
    marked = intervals(text, [quote]) if quote else []
    return card(HEADINGS[source], source, found.title, by, emphasised(text, marked), found)
