"""The seam between what is written and what is shown as supported: a claim and its premises become a Verdict.

    judge = Judge()                                   # words alone: nothing but quotes is support
    judge = Judge(EmbeddedScorer(chat))               # assistant/support/embedded.py
    judge("One seed costs about USD 240.", [Premise(passage, ("LMA3",))]).support

The program decides first: a quote needs no model, and a number or name that no premise holds is carried by none. What
is left goes to a scorer, all claims at once, and its score becomes a probability by a calibration that was fitted on
labelled claims (bench/judging.py). From the calibration's threshold on the claim is shown as entailed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, Protocol

from assistant.support.calibration import Calibration, calibration_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.answer import Support

CARRIED: Final = ("exact", "normalised", "entailed", "computed")
"""The levels that are support. "same words" is none: its words stand in the source, what they say there is not judged."""

STRENGTH: Final = {
    "exact": 4,
    "computed": 4,
    "normalised": 3,
    "entailed": 2,
    "same words": 1,
    "unsupported": 0,
}


@dataclass(frozen=True, slots=True)
class Premise:
    """What a sentence is held against.

    Attributes:
        text: A passage.
        known: What the reader knows besides (names and title of its paper): names in it need not be in the passage.
        asked: The question that the sentence answers, whose words it may say again.
    """

    text: str
    known: tuple[str, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a claim and its premises taken together.

    Attributes:
        support: The strongest way in which they carry it.
        probability: That they carry it (0..1); None where only words were compared.
        places: (premise, start, end) of each stretch of text that comes nearest to it.
        judge: Who said so: "program", or the scorer's name.
        why: Why it is not carried; "" where it is.
        lacking: What of it no premise holds, "numbers" or "names" (numbers before names); "" where they hold both.
        contradicted: Whether the judge found that they say otherwise.
    """

    support: Support
    probability: float | None = None
    places: tuple[tuple[int, int, int], ...] = ()
    judge: str = "program"
    why: str = ""
    lacking: Lacking = ""
    contradicted: bool = False

    @property
    def carried(self) -> bool:
        """Whether the premises carry the claim."""
        return self.support in CARRIED


EVEN: Final = 0.5
"""Probability below which a claim is likelier not carried: its words are then not worth showing either."""

Lacking = Literal["", "names", "numbers"]
Reads = Literal["same words", "wording", "meaning"]
Heard = tuple[str, "Sequence[Premise]"]
"""A claim with its premises."""


class Scorer(Protocol):
    """What can tell how far premises carry a claim. The higher the score the surer; its scale is the calibration's affair."""

    @property
    def name(self) -> str:
        """What it is called where its verdicts are shown."""

    @property
    def kind(self) -> str:
        """Under which its calibration is kept."""

    @property
    def reads(self) -> Reads:
        """What it may rule on.

        "same words": claims whose words agree; alone it would pass too much. "wording": all whose numbers and names are
        there. "meaning": all whose numbers are, such as one in another language.
        """

    @property
    def contradicts(self) -> float | None:
        """The score down from which it says that a passage says otherwise; None where it cannot tell that."""

    def scores(self, heard: Sequence[Heard], stopped: Callable[[], bool]) -> list[float | None]:
        """A score for each, None where it has none: it failed, said neither, or the reader has had enough."""


class Judge:
    """Judges claims.

    Args:
        scorer: What tells entailment; None for words alone, which show nothing but quotes as support.
        calibration: Of the scorer; the one fitted for its kind by default.
    """

    def __init__(self, scorer: Scorer | None = None, calibration: Calibration | None = None) -> None:
        self.scorer = scorer
        self.calibration = calibration or (calibration_of(scorer.kind) if scorer else None)

    @property
    def name(self) -> str:
        """Who judges: "words" where nobody reads more than words."""
        return self.scorer.name if self.scorer else "words"

    def __call__(self, claim: str, premises: Sequence[Premise]) -> Verdict:
        """What is said of one claim."""
        return self.all_of([(claim, premises)])[0]

    def all_of(self, heard: Sequence[Heard], stopped: Callable[[], bool] = lambda: False) -> list[Verdict]:
        """What is said of each claim with its premises; a large model is called once for all.

        Args:
            heard: The claims, each with what it is held against.
            stopped: Whether the reader has had enough; the words decide what is left then.
        """
        from assistant.support.program import compared

        verdicts = [compared(claim, premises) for claim, premises in heard]
        scorer, calibration = self.scorer, self.calibration
        if scorer is None or calibration is None:
            return verdicts
        left = [at for at, verdict in enumerate(verdicts) if heard[at][1] and _open(verdict, scorer.reads)]
        scores = scorer.scores([heard[at] for at in left], stopped) if left else []
        for at, score in zip(left, scores, strict=True):
            if score is not None:
                verdicts[at] = _settled(verdicts[at], score, calibration, scorer)
        return verdicts


def _open(verdict: Verdict, reads: Reads) -> bool:
    """Whether the program's verdict leaves it to a scorer that reads so much."""
    if verdict.support == "same words":
        return True
    allowed: dict[Reads, tuple[Lacking, ...]] = {
        "same words": (),
        "wording": ("",),
        "meaning": ("", "names"),
    }
    return verdict.support == "unsupported" and verdict.lacking in allowed[reads]


def _settled(by_words: Verdict, score: float, calibration: Calibration, scorer: Scorer) -> Verdict:
    probability, name = calibration.probability(score), scorer.name
    if scorer.contradicts is not None and score <= scorer.contradicts:
        why = f"{name} finds that the passage says otherwise"
        return replace(
            by_words, support="unsupported", probability=probability, judge=name, why=why, contradicted=True
        )
    if probability >= calibration.threshold:
        return Verdict("entailed", probability, by_words.places, name)
    why = f"{name} does not find all of it said by the passage (probability {probability:.2f})"
    support = by_words.support if probability >= EVEN else "unsupported"
    return replace(by_words, support=support, probability=probability, judge=name, why=why)
