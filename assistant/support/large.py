"""A large chat model as a scorer: it reads all sentences of an answer, with their passages, in one call."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from assistant.chat.listening import ModelSilent, Reply
from assistant.prompting import judge_messages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.chat.models import ChosenModel
    from assistant.support.judge import Heard, Reads

log = logging.getLogger(__name__)
LINE: Final = re.compile(r"^\W*(\d+)\W+(carried|contradicted|no)\b", re.IGNORECASE | re.MULTILINE)
SCORE: Final = {"carried": 2.0, "no": -2.0, "contradicted": -4.0}  # its calibration makes them probabilities
AT_ONCE: Final = 20  # sentences a call: more of them, and models lose count


class LargeScorer:
    """The verdicts of a chat model; where it fails or mumbles there is none, and once it fell silent it is left alone.

    Args:
        model: Who is asked; it must have a chat.
    """

    kind: Final = "large"
    reads: Reads = "meaning"
    contradicts: float | None = SCORE["contradicted"]

    def __init__(self, model: ChosenModel) -> None:
        self.model = model
        self._gone = False

    @property
    def name(self) -> str:
        """The model's."""
        return self.model.name

    def scores(self, heard: Sequence[Heard], stopped: Callable[[], bool]) -> list[float | None]:
        """A score for each claim that the model ruled on."""
        found: list[float | None] = []
        for begin in range(0, len(heard), AT_ONCE):
            found += self._asked(heard[begin : begin + AT_ONCE], stopped)
        return found

    def _asked(self, heard: Sequence[Heard], stopped: Callable[[], bool]) -> list[float | None]:
        if self._gone or stopped():
            return [None] * len(heard)
        numbers: dict[tuple[str, str], int] = {}
        asked = []
        for claim, premises in heard:
            own = [
                numbers.setdefault((p.known[0] if p.known else "", p.text), len(numbers) + 1)
                for p in premises
            ]
            asked.append((claim, premises[0].asked if premises else "", own))
        try:
            reply = Reply(self.model, judge_messages(asked, list(numbers)), stopped=stopped).whole()
        except ModelSilent as error:
            log.warning("The judge fell silent: %s", error)
            self._gone = True
            reply = ""
        except Exception as error:  # noqa: BLE001 - any provider's failure; the words decide then
            log.info("The judge failed: %s", error)
            reply = ""
        said = {int(number): word.lower() for number, word in LINE.findall(reply)}
        return [SCORE[said[n]] if n in said else None for n in range(1, len(heard) + 1)]
