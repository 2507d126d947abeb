"""Comparisons and summaries that the page shows, kept in memory so that they can be taken away as files."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.comparison import export as comparisons
from assistant.comparison.comparison import Comparison
from assistant.summaries.export import markdown as summary_markdown
from corpus.bibtex import bibtex
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.summaries.summary import Summary
    from corpus.catalogue import Catalogue

KEPT = 100
FORMS = {"markdown": ("md", "text/markdown"), "csv": ("csv", "text/csv"), "bibtex": ("bib", "text/x-bibtex"),
         "json": ("json", "application/json")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A file to save: its name, its media type, its text."""

    name: str
    media_type: str
    text: str


class Shelf:
    """Thread-safe; the oldest leave beyond a hundred."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Comparison | Summary, tuple[str, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, made: Comparison | Summary, aspects: Sequence[str] = ()) -> str:
        """The name under which a comparison or summary can be taken away; nobody can guess it.

        Args:
            made: The complete one.
            aspects: The rows that were asked for.
        """
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = (made, tuple(aspects))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return name

    def file(self, name: str, form: str, catalogue: Catalogue) -> File:
        """What is kept, as a file.

        Raises:
            WrongUse: Nothing is kept under the name any more, or there is no such form of it.
        """
        with self._lock:
            found = self._kept.get(name)
        if found is None or form not in FORMS:
            raise WrongUse("This is no longer kept: make the comparison or summary again, then export it.")
        made, aspects = found
        ending, media_type = FORMS[form]
        if isinstance(made, Comparison):
            stem = "-or-".join(approach.name for approach in made.approaches)
            text = {
                "markdown": lambda: comparisons.markdown(made, catalogue),
                "csv": lambda: comparisons.as_csv(made),
                "bibtex": lambda: comparisons.as_bibtex(made, catalogue),
                "json": lambda: comparisons.recipe(made, aspects),
            }[form]()
        else:
            stem = made.subject.name
            papers = [catalogue.by_id[paper] for paper in made.coverage.used if paper in catalogue.by_id]
            if form == "csv":
                raise WrongUse("A summary is no table: export it as Markdown.")
            text = {
                "markdown": lambda: summary_markdown(made),
                "bibtex": lambda: "\n".join(bibtex(paper) for paper in papers),
                "json": lambda: json.dumps(made.to_json(), ensure_ascii=False, indent=2),
            }[form]()
        plain = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:80] or "duality"
        return File(f"{plain}.{ending}", media_type, text)
