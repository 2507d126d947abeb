"""The parts of a paper's summary: what each asks of a model, and which aspects it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.aspects.standard import BY_KEY, CONTEXT_OF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.aspects import sentences
    from assistant.aspects.standard import Aspect


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """One part.

    Attributes:
        key: Its name for programs.
        heading: What the reader sees.
        ask: What a model is asked to write, with {label} for the paper's name.
        aspects: What its sentences state.
        lacking: What is said where the paper has no such sentence.
        quotes: Sentences at page length, without a model.
        noted: The digest's aspects that stand for it where the pages say nothing; those of `aspects` by default.
    """

    key: str
    heading: str
    ask: str
    aspects: tuple[Aspect, ...]
    lacking: str
    quotes: int = 2
    noted: tuple[str, ...] = ()

    @property
    def in_digest(self) -> tuple[str, ...]:
        """The digest's aspects that stand for it."""
        return self.noted or tuple(aspect.digest for aspect in self.aspects if aspect.digest)


PROBLEM = Part(
    "problem",
    "Problem",
    "the problem that {label} addresses, and why it is hard",
    (BY_KEY["problem"],),
    "No sentence that states the problem was found.",
)
APPROACH = Part(
    "approach",
    "Approach",
    "what {label} proposes and how it works",
    (BY_KEY["approach"],),
    "No sentence that states the approach was found.",
    quotes=3,
)
GENERATIVE = Part(
    "generative_model",
    "Role of the generative model",
    "which generative or pretrained model {label} uses and what that model does",
    (BY_KEY["generative_model"],),
    "No sentence on a generative model was found.",
    noted=("generative_model", "outputs"),
)
RL = Part(
    "role_of_rl",
    "Role of reinforcement learning",
    "which reinforcement learning algorithm {label} uses, what it trains, and on which reward",
    (BY_KEY["role_of_rl"], BY_KEY["rl_algorithm"]),
    "No sentence on reinforcement learning was found.",
)
EVALUATION = Part(
    "evaluation",
    "Evaluation",
    "the tasks, benchmarks, robots and baselines on which {label} is evaluated",
    (BY_KEY["benchmarks"], BY_KEY["task"]),
    "No sentence on the evaluation was found.",
    noted=("benchmarks", "setting"),
)
RESULTS = Part(
    "results",
    "Results",
    "the main results of {label}, with their numbers",
    (BY_KEY["main_result"],),
    "No sentence that states a result was found.",
    quotes=3,
)
LIMITS = Part(
    "limits",
    "Limits",
    "the limits of {label} and what it leaves for future work",
    (BY_KEY["limitations"],),
    "The pages that were read state no limits.",
)
CONTEXT = Part(
    "context",
    "Background and related work",
    "the earlier work that {label} builds on or differs from",
    (CONTEXT_OF,),
    "No section on earlier work was found.",
    quotes=1,
)
PAGE = (PROBLEM, APPROACH, GENERATIVE, RL, EVALUATION, RESULTS, LIMITS, CONTEXT)
PARAGRAPH = (PROBLEM, APPROACH, GENERATIVE, RL, RESULTS, LIMITS)
HOME: Mapping[sentences.Part, tuple[Part, ...]] = {
    "abstract": (APPROACH,),
    "introduction": (PROBLEM, APPROACH),
    "related": (CONTEXT,),
    "background": (CONTEXT,),
    "experiments": (EVALUATION, RESULTS),
    "conclusion": (RESULTS, LIMITS),
    "limitations": (LIMITS,),
    "appendix": (LIMITS,),
}
"""Where a sentence may go that stands for its section; anywhere else, to the approach."""
