"""Verdicts of the user's own: kept in the home by criterion, and taken in place of the program's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assistant.screening.criterion import ORDER
from corpus.errors import StorageFailed, WrongUse
from corpus.spelling import either
from index.generation import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assistant.screening.criterion import Word

FORGET = "forget"


class Overruled:
    """The user's verdicts in a file of the home.

    Args:
        path: The file; it need not exist.

    Raises:
        StorageFailed: The file is there and is not what this program writes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            read = json.loads(path.read_text("utf-8")) if path.exists() else {}
            self._kept = {str(words): dict(verdicts) for words, verdicts in read.items()}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise StorageFailed(
                f"{path} cannot be read ({error}): mend it, or move it away to begin anew."
            ) from error

    def of(self, criterion: str) -> Mapping[str, Word]:
        """The verdicts for a criterion, by paper; those that are no verdict are passed over."""
        return {paper: word for paper, word in self._kept.get(criterion, {}).items() if word in ORDER}

    def overrule(self, criterion: str, paper: str, word: str) -> None:
        """Keep a verdict, or forget it.

        Raises:
            WrongUse: It is no verdict.
        """
        if word not in (*ORDER, FORGET):
            raise WrongUse(f"There is no verdict {word!r}; write PAPER={either((*ORDER, FORGET))}.")
        own = self._kept.setdefault(criterion, {})
        if word == FORGET:
            own.pop(paper, None)
        else:
            own[paper] = word
        write_atomically(self.path, json.dumps(self._kept, ensure_ascii=False, indent=1))
