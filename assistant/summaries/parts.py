"""The parts of a paper's summary: what each asks of the paper, and by which signs its sentences are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.summaries.outline import Role


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """One part.

    Attributes:
        key: Its name for programs.
        heading: What the reader sees.
        ask: What a model is asked to write, with {label} for the paper's name.
        probe: A sentence near which, in the vectors, the paper's own sentences on it lie.
        aspects: The digest's aspects that lead to them.
        roles: How likely each kind of section is to hold them, 0 to 1.
        cues: Wording that tells them.
        needs: Wording without which no sentence is of this part; None asks for nothing.
        lacking: What is said where the paper has no such sentence.
        quotes: Sentences at page length, without a model.
        avoids: Wording of a sentence that belongs to another part.
        extra: Wording that makes a sentence of this part worth more, such as a number in a result.
    """

    key: str
    heading: str
    ask: str
    probe: str
    aspects: tuple[str, ...]
    roles: Mapping[Role, float]
    cues: re.Pattern[str]
    needs: re.Pattern[str] | None = None
    lacking: str = ""
    quotes: int = 2
    extra: re.Pattern[str] | None = None
    avoids: re.Pattern[str] | None = None


def _signs(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


PROBLEM = Part(
    "problem",
    "Problem",
    "the problem that {label} addresses, and why it is hard",
    "The problem that this work addresses: what earlier methods cannot do and why it is difficult.",
    ("problem",),
    {"introduction": 1.0, "abstract": 0.9, "context": 0.2, "closing": 0.1},
    _signs(
        r"\b(?:challeng|difficult|problem|however|lack|limited|require|remain|unsolved|costly|expensive|tedious|hard to|"
        r"bottleneck|fail|struggl|open question|aim to|goal of this)"
    ),
    lacking="No sentence that states the problem was found.",
    avoids=_signs(
        r"\b(?:we|this (?:paper|work))\b.{0,40}\b(?:propose|introduce|present|develop|show|demonstrate|evaluate|apply|find)|\boutperform"
        r"|\bour (?:\w+ )?(?:agents?|method|approach|framework|algorithm|system|model|policy)\b|^By [a-z]+ing\b"
    ),
)
APPROACH = Part(
    "approach",
    "Approach",
    "what {label} proposes and how it works",
    "We propose a new method: its main idea and how it works step by step.",
    ("approach",),
    {"abstract": 1.0, "introduction": 0.8, "method": 0.8, "closing": 0.5},
    _signs(
        r"\b(?:we|this (?:paper|work))\b.{0,50}\b(?:propose|introduce|present|develop|describe|design|formulate|study|instead)"
        r"|\bkey (?:idea|insight)|\bconsists? of|\bour (?:method|approach|algorithm|framework|model|system)\b"
    ),
    lacking="No sentence that states the approach was found.",
    quotes=3,
    extra=re.compile(
        r"\b(?:presents?|introduces?|proposes?|presented|introduced|proposed) (?:an? |the )?(?:new |novel )?[A-Z]"
    ),
)
GENERATIVE = Part(
    "generative_model",
    "Role of the generative model",
    "which generative or pretrained model {label} uses and what that model does",
    "The generative or pretrained model that is used: language model, diffusion model, world model, and what it produces.",
    ("generative_model", "outputs"),
    {"method": 1.0, "abstract": 0.6, "introduction": 0.5, "context": 0.3, "experiments": 0.4, "closing": 0.2},
    _signs(
        r"\bwe (?:use|adopt|employ|train|prompt|query|leverage|model|instantiate|implement|parameteri[sz]e)|\bpre-?trained\b"
    ),
    _signs(
        r"\bGPT|\bLLMs?\b|language model|\bVLMs?\b|\bCLIP\b|diffusion|denois|world models?\b|transformer|generative|"
        r"\bVAE|auto-?encoder|\bGANs?\b|adversarial|discriminator|foundation model|video (?:prediction )?model|\bVQ|flow "
        r"matching|dynamics model|pre-?trained (?:model|representation|vision|visual)|autoregressive|latent"
    ),
    "No sentence on a generative model was found.",
)
RL = Part(
    "role_of_rl",
    "Role of reinforcement learning",
    "which reinforcement learning algorithm {label} uses, what it trains, and on which reward",
    "How the policy is trained with reinforcement learning, which algorithm and which reward are used.",
    ("role_of_rl", "rl_algorithm"),
    {
        "method": 1.0,
        "experiments": 0.5,
        "context": 0.15,
        "abstract": 0.5,
        "introduction": 0.4,
        "closing": 0.2,
    },
    _signs(
        r"\b(?:PPO|SAC|TD3|DQN|DDPG|TRPO|A2C|IMPALA|CQL|IQL|DreamerV?\d?|actor[- ]critic|Q-learning|policy gradient|"
        r"offline RL|offline reinforcement|hindsight|REINFORCE)\b|\bwe (?:train|optimi[sz]e|use|learn|fine-?tune)"
    ),
    _signs(
        r"reinforcement|\bRL\b|\bMDP|rewards?\b|\bpolic(?:y|ies)\b|\bPPO\b|\bSAC\b|\bTD3\b|\bDQN\b|Q-(?:learning|function|"
        r"values?)|actor|critic|\breturns?\b|imitation"
    ),
    "No sentence on reinforcement learning was found.",
    avoids=_signs(r"\b(?:others|previous works?|prior works?|existing works?|researchers) have\b"),
    extra=_signs(
        r"\b(?:PPO|SAC|TD3|DQN|DDPG|TRPO|A2C|CQL|IQL|Dreamer\w*|actor[- ]critic|Q-learning|offline RL|reinforcement learning)\b"
    ),
)
EVALUATION = Part(
    "evaluation",
    "Evaluation",
    "the tasks, benchmarks, robots and baselines on which {label} is evaluated",
    "We evaluate on these tasks, benchmarks, simulators or real robots, and compare with these baselines.",
    ("benchmarks", "setting"),
    {"experiments": 1.0, "abstract": 0.3, "introduction": 0.3, "closing": 0.1},
    _signs(
        r"\bwe (?:\w+ )?(?:evaluate|test|compare|benchmark|consider|conduct|run|perform|experiment)|\bbaselines?\b|\bbenchmark|"
        r"\btasks?\b.*\b(?:from|in|on)\b|\benvironments?\b|\bdata ?sets?\b|\breal[- ](?:world|robot)|\bsimulat"
    ),
    lacking="No sentence on the evaluation was found.",
    avoids=_signs(
        r"\b(?:outperform|surpass|suffer|excels?|performs (?:better|best)|approaches the|better than|achiev(?:es|ed)|superior|we (?:find|found|observe))"
    ),
)
RESULTS = Part(
    "results",
    "Results",
    "the main results of {label}, with their numbers",
    "The main result: our method outperforms the baselines by this much and achieves this success rate.",
    ("main_result",),
    {"experiments": 1.0, "abstract": 0.8, "introduction": 0.4, "closing": 0.6},
    _signs(
        r"\b(?:outperform|surpass|exceed|achiev|improv|better than|higher|superior|state[- ]of[- ]the[- ]art|"
        r"results? (?:show|demonstrate|indicate|suggest)|we (?:find|observe|show|demonstrate|see)|match(?:es)?|competitive)"
    ),
    needs=_signs(
        r"\b(?:outperform|surpass|exceed|achiev|improv|better|best|higher|lower|superior|state[- ]of[- ]the[- ]art|match(?:es)?\b|"
        r"competitive|success|succe(?:ed|ss)|able to|effective|discover|learns? to|comparable|solv|\d\s?%|\d+ (?:out )?of)"
    ),
    lacking="No sentence that states a result was found.",
    quotes=3,
    extra=_signs(
        r"\d\s?%|\b\d+(?:\.\d+)?\s?(?:x|×|times)\b|\b\d+ (?:out )?of (?:the )?\d+|\bby \d|\bfrom \d|\b(?:all|both) (?:tasks|baselines|methods)"
    ),
    avoids=_signs(
        r"\b(?:would|could) (?:also )?(?:help|improve|be)\b|^(?:Similar to|If|While we)\b|^(?:To (?:investigate|test|study|evaluate|answer|assess|measure)|We (?:select|report|compare|use|consider|ask|test))\b|\bwe directly report|\bground truth\b|^(?:As expected|Meanwhile|For [\w-]+-based)\b"
    ),
)
LIMITS = Part(
    "limits",
    "Limits",
    "the limits of {label} and what it leaves for future work",
    "A limitation of our method, what it assumes or cannot do, and what is left for future work.",
    ("limitations",),
    {"closing": 1.0, "appendix": 0.9, "experiments": 0.3, "method": 0.2},
    _signs(
        r"\blimit(?:ation|ed|s)|\bfuture (?:work|research|direction)|\bdrawback|\bshortcoming|\bhowever\b|\bassum|\bnot yet\b|"
        r"\bweakness|\bstruggle|\bcan only\b|\bcannot\b|\bonly on\b|\bdependen|\bwear\b|\bsensitive to\b"
    ),
    _signs(
        r"\blimit(?:ation|ed|s)|\bfuture\b|\bdrawback|\bshortcoming|\bweakness|\bfail(?:s|ed|ure)?\b|\bassum(?:e|es|ption)|\bcannot\b|"
        r"\bdoes not\b|\bdo not\b|\bremains?\b|\bopen (?:problem|question)|\brequires?\b|\bexpensive\b|\bstruggle|\bcould be\b|"
        r"\bwould be\b|\bnot (?:able|explore|consider|address)"
    ),
    "The pages that were read state no limits.",
    avoids=_signs(
        r"\b(?:not without|a few|several|some|many|following|certain|its|the) (?:[\w-]+ )?limitations?(?: at this time)?\W*$|^limitations?\b.{0,12}$"
    ),
)
CONTEXT = Part(
    "context",
    "Background and related work",
    "the earlier work that {label} builds on or differs from",
    "In contrast to prior work, our method differs; we build on these earlier methods.",
    (),
    {"context": 1.0},
    _signs(
        r"\b(?:unlike|in contrast|differ|most (?:similar|related|relevant)|builds? (?:on|upon)|closest to|inspired by|"
        r"our (?:work|method|approach)|we (?:build|consider|use|assume|focus))"
    ),
    lacking="No section on earlier work was found.",
    quotes=1,
)
PAGE = (PROBLEM, APPROACH, GENERATIVE, RL, EVALUATION, RESULTS, LIMITS, CONTEXT)
PARAGRAPH = (PROBLEM, APPROACH, GENERATIVE, RL, RESULTS, LIMITS)
HOME: Mapping[Role, Part] = {
    "abstract": APPROACH,
    "introduction": PROBLEM,
    "context": CONTEXT,
    "method": APPROACH,
    "experiments": EVALUATION,
    "closing": RESULTS,
    "appendix": LIMITS,
}
"""Where a sentence goes that stands for its section."""
