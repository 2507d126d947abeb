"""Answers, comparisons and summaries that the page shows, kept in memory so that they can be taken away as files."""

from __future__ import annotations

import pickle
import secrets
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.export import FORMS, exported, file_name
from assistant.summaries.summary import Summary
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.comparison.comparison import Comparison
    from corpus.catalogue import Catalogue

    One = Answer | Summary | Comparison

KEPT = 1000  # of some 10 kB


@dataclass(frozen=True, slots=True)
class File:
    """A file to save: its name, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


class Shelf:
    """Thread-safe; the oldest leave beyond a thousand."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, made: One, aspects: Sequence[str] = ()) -> str:
        """The name under which something can be taken away; nobody can guess it.

        Args:
            made: The complete one.
            aspects: The rows that were asked for.
        """
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = zlib.compress(pickle.dumps((made, tuple(aspects)), pickle.HIGHEST_PROTOCOL))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return name

    def file(self, name: str, form: str, catalogue: Catalogue) -> File:
        """What is kept, as a file.

        Args:
            name: Under which it is kept.
            form: One of `assistant.export.FORMS`.
            catalogue: Names the papers.

        Raises:
            WrongUse: Nothing is kept under the name any more, or there is no such form of it.
        """
        with self._lock:
            found = self._kept.get(name)
        if found is None:
            raise WrongUse("This is no longer kept: ask, compare or summarise again, then export it.")
        made, aspects = pickle.loads(zlib.decompress(found))  # noqa: S301 - packed by this very process
        content = exported(made, form, catalogue, aspects)
        return File(file_name(_title(made), form), FORMS[form].media_type, content)


def _title(made: One) -> str:
    if isinstance(made, Answer):
        return made.question
    return made.subject.name if isinstance(made, Summary) else "-or-".join(a.name for a in made.approaches)
