"""What a chat model is shown of a paper: the one way for every word of it, in whatever prompt it stands.

A paper's words are data. Before a model reads them they lose what addresses their reader (assistant/addressed.py) and
what could pass for a part of the prompt. That holds for passages and table rows as for names, titles and digests, which
a hostile PDF sets as well, and for earlier answers, which quote them. Messages are made in assistant/prompting.py alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.addressed import unaddressed
from assistant.tables.markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.answer import NumberedSource
    from corpus.tables import Table

CONTROL_TOKEN: Final = re.compile(
    r"<\|[^|>]{0,40}\|>|</?s>|<</?SYS>>"
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_CONTENT|TOOL_RESULTS)\]",
    re.IGNORECASE,
)
POSED_MARKER: Final = re.compile(
    r"\s?(?:[\[(](?:source|passage|evidence)\s*\d+[^\])]{0,12}[\])]|【\s*\w*\s*\d+[^】]{0,20}】)",
    re.IGNORECASE,
)  # [source 3], (source 3), 【3†source】
REFERENCE: Final = re.compile(r"\s?\[[1-9]\d{0,2}(?:\s*[,;–-]\s*[1-9]\d{0,2})*\]")
NAMELESS: Final = "this paper"
"""What a model reads in place of a paper's name that is nothing but an order."""


def fenced(text: str) -> str:
    """A text made harmless: one line, no control tokens of a chat template, no numbers like our markers.

    A paper's own reference numbers, "[12, 40]", go; an interval such as "[0, 1]" is a fact and stays. For the user's
    and the program's own words; those of a paper take `of_paper`.
    """
    text = CONTROL_TOKEN.sub(" ", text)
    text = " ".join(REFERENCE.sub("", POSED_MARKER.sub("", text)).split())
    return text.replace("<", "‹").replace(">", "›").replace("```", "'''")


def of_paper(text: str) -> str:
    """A paper's words as a model reads them: fenced, and without what addresses their reader; may be empty."""
    return fenced(unaddressed(text))


def called(name: str) -> str:
    """A paper's name as a model reads it; never empty."""
    return of_paper(name) or NAMELESS


def stating(quotes: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """The numbered quotes that hold more than orders to their reader."""
    return [(n, text) for n, text in quotes if of_paper(text)]


def tabled(table: Table) -> str:
    """A table as a model reads it: its caption, and its rows under their headers."""
    return f"{of_paper(table.caption)}\n{markdown(table, shown=of_paper)}"


def listed(
    quotes: Iterable[tuple[int, str]], sources: Sequence[NumberedSource], *, pages: bool = True
) -> str:
    """Numbered quotes as lines, each opening with its number and where it stands.

    Args:
        quotes: Number and words of each.
        sources: The sources by their numbers, from 1.
        pages: Whether the page is named too. A small model writes into its sentences what stands before the evidence.
    """
    lines = []
    for n, text in stating(quotes):
        source = sources[n - 1]
        place = {"pdf": f", page {source.page}", "digest": ", digest", "table": ", the survey's table"}
        told = tabled(source.table) if source.table else of_paper(text)
        lines.append(f"[{n}] {called(source.label)}{place[source.source] if pages else ''}: {told}")
    return "Evidence:\n" + "\n".join(lines)
