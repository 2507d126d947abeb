"""A page of a paper as the page viewer asks for it: the image with its marks, its label, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import UnreadableDocument, WrongUse
from corpus.passages import Span

if TYPE_CHECKING:
    from assistant.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PageView:
    """One page.

    Attributes:
        png: The image.
        label: The label printed on the page.
        pages: How many pages the PDF has.
    """

    png: bytes
    label: str
    pages: int


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of "5:120:240,6:0:31".

    Raises:
        WrongUse: It is not of that form.
    """
    try:
        return tuple(Span(*(int(number) for number in part.split(":"))) for part in text.split(",") if part)
    except (TypeError, ValueError) as error:
        raise WrongUse(
            f"The passage {text[:40]!r} cannot be marked: it should look like 5:120:240."
        ) from error


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
    return PageView(png, labels.get(page, str(page)), len(labels))
