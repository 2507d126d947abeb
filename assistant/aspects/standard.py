"""The rows of the table: what each aspect asks, and what a sentence looks like that states it.

A cue is a pattern with a weight. A sentence's score for an aspect is its best cue, half of the second best, a
prior for the part of the paper it stands in, something for speaking of this very work, and how much it holds of
the digest's phrase, where there is one (`assistant.aspects.stating`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.aspects import vocabulary
from assistant.aspects.vocabulary import any_of
from corpus.errors import WrongUse
from corpus.spelling import either, key, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.aspects.sentences import Part

Cue = tuple[re.Pattern[str], float]


@dataclass(frozen=True)
class Aspect:
    """One row of the standard table.

    Attributes:
        key: Its name in options and files.
        title: What the row is called.
        digest: The digest's aspect of the same kind; "" where digests have none.
        column: The field of the survey's table; "" where it has none.
        cues: Patterns of sentences that state it.
        parts: What standing in a part of the paper adds or takes.
        needs: The score from which a sentence states the aspect without a digest's word for it.
        names: Whether the digest's phrase turns on names, one of which the sentence must hold.
        like: Share of the digest's phrase below which a sentence is taken to speak of something else.
    """

    key: str
    title: str
    digest: str = ""
    column: str = ""
    cues: tuple[Cue, ...] = ()
    parts: Mapping[Part, float] = field(default_factory=dict, hash=False)
    needs: float = 1.5
    names: bool = False
    like: float = 0.0


def _cues(*weighted: tuple[str, float]) -> tuple[Cue, ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), weight) for pattern, weight in weighted)


_SAYS = r"(?:propose|present|introduce|develop|describe|design|devise|contribute)"
_WORK = r"(?:method|approach|framework|algorithm|system|model|paper|work|agent|policy)"
ALGORITHMS = any_of(vocabulary.ALGORITHMS, but=("behaviour cloning",))
SUITES = any_of(vocabulary.SUITES, but=("a real robot",))
_NOT_SIMULATED = (
    "a real robot", "Open X-Embodiment", "BridgeData", "Language-Table", "Ego4D", "Something-Something", "EPIC-Kitchens",
    "Kuka block stacking",
)  # fmt: skip
REAL = (
    r"(?<!simulated )\b(?:real[- ]world|real|physical|hardware)[- ](?:robots?|robotic|experiments?|evaluations?|tasks?|deployment|"
    r"kitchen|setups?|manipulat\w+|quadruped|hardware|environments?|trials?|domains?|office)\b"
    r"|\bon (?:a|an|the|\d+|\w+) (?:physical|real)\b(?!-time| (?:and|games?|data|images?|videos?|time)\b)|\bin the real world\b|\bsim[- ]?to[- ]?real\b"
)
SIMULATED = (
    r"(?<!without )(?<!without any )(?<!need for )\bsimulat(?:ions?|ed|ors?)\b|\bphysics[- ]based\b|"
    + any_of(vocabulary.SUITES, but=_NOT_SIMULATED)
)
_OWN_CODE = (
    r"\b(?:our|the|all|source|project'?s?) (?:\w+ ){0,3}(?:code(?:base)?|implementation|checkpoints?)\b"
    r"[^.]{0,80}\b(?:available|found|released?|open[- ]?sourced?|at|on|visit|see)\b"
    r"|\b(?:code(?:base)?|implementation)\b[^.]{0,60}(?:https?://|www\.|github\.|\.io\b)"
    r"|\b(?:we|is|are|fully|will be|be) (?:\w+ ){0,3}(?:open[- ]?sourc\w+|releas\w+|publicly available) (?:[\w,-]+ ){0,5}(?:code|"
    r"checkpoints|implementations?|everything|codebase)\b|\bopen[- ]?sourc\w+ [^.]{0,50}\b(?:codebase|our code|code)\b"
)

STANDARD: tuple[Aspect, ...] = (
    Aspect(
        "problem",
        "Problem",
        "problem",
        cues=_cues(
            (r"\bwe (?:consider|address|study|tackle|investigate|focus on|ask|are interested in) (?:\w+ )?(?:the|a|how|whether)\b", 1.1),
            (r"\bremains? (?:an? |largely )?(?:\w+ )?(?:open|unsolved|challeng\w+|difficult|major|elusive)", 1.1),
            (r"\b(?:open|key|major|central|critical|longstanding|long-standing|fundamental|main|core) (?:\w+ )?(?:problem|question|challenge|obstacle|bottleneck)s?\b", 1.0),
            (r"\b(?:however|yet|unfortunately|despite|but|while|although)\b.*\b(?:challeng\w*|difficult|limit\w*|cost\w*|expensive|fail\w*|lack\w*|struggl\w*|unstable|brittle|hard|inaccurate|impractical|infeasible|cumbersome|burdensome|require[sd]?|inconvenient|rel(?:y|ies))\b", 0.9),
        ),
        parts={"abstract": 0.7, "introduction": 0.5, "related": -0.6, "appendix": -0.8, "experiments": -0.8,
               "limitations": -0.8, "caption": -0.8, "conclusion": -0.4, "method": -0.4, "background": -0.5},
        needs=1.4,
    ),
    Aspect(
        "approach",
        "Approach",
        "approach",
        cues=_cues(
            (rf"\bwe (?:\w+ )?{_SAYS}\b", 1.2),
            (rf"\b(?:this|our) {_WORK},? (?:\w+,? )?(?:{_SAYS}s|is (?:an?|the|to|based)|uses|learns|combines|leverages|trains|works|consists)\b", 1.0),
            (r"^(?:In particular, |Specifically, )?[A-Z][\w+-]*(?: [A-Z][\w+-]*){0,2}(?: \([^)]*\))? (?:is|uses|learns|exploits|combines|leverages|generates|trains|builds|connects|enables|works)\b", 1.0),
            (r"^(?:In this (?:paper|work)|To (?:this end|address|overcome|tackle)|Here|Specifically|Our (?:key|main))\b", 0.7),
            (r"\b(?:key (?:idea|insight|contribution)|main (?:idea|contribution))\b", 0.9),
        ),
        parts={"abstract": 0.7, "introduction": 0.5, "conclusion": 0.3, "method": 0.1, "related": -0.6,
               "background": -0.6, "appendix": -0.7, "experiments": -0.4, "caption": -0.3, "limitations": -0.5},
        needs=1.6,
        like=0.28,
    ),
    Aspect(
        "generative_model",
        "Generative model",
        "generative_model",
        "base_model",
        cues=_cues(
            (r"\bwe (?:\w+ )?(?:use|adopt|employ|leverage|train|fine-?tune|parameteri[sz]e|instantiate|learn|build|implement|choose|consider|model|combine)\b.*\b(?:GPT|ChatGPT|InstructGPT|PaLM|LLa?MA|T5|CLIP|diffusion|world model|autoencoder|transformer|language model|LLMs?|VLMs?|VAE|GAN|VideoGPT|InternVideo\w*|generative|discriminator|ResNet|encoder)", 1.2),
            (r"\b(?:GPT-?[234][\w.-]*|ChatGPT|InstructGPT|PaLM|LLa?MA|t5-base|CLIP|VideoGPT|InternVideo\w*|VQ-?GAN)\b", 0.6),
            (r"\b(?:diffusion model|diffusion process|world model|masked autoencoder|language model|vision-language model|video (?:prediction|generation) model|transformer|generative adversarial|generative model)", 0.5),
        ),
        parts={"abstract": 0.4, "introduction": 0.25, "method": 0.3, "experiments": 0.3, "background": -0.6,
               "related": -1.0, "appendix": 0.0, "conclusion": 0.0, "limitations": -0.4, "caption": -0.2},
        needs=1.75,
        like=0.28,
        names=True,
    ),
    Aspect(
        "role_of_rl",
        "Role of RL",
        "role_of_rl",
        cues=_cues(
            (r"\b(?:reinforcement learning|RL)\b.*\b(?:to|agents?|polic\w+|train\w*|learn\w*|optimi[sz]\w*|fine-?tun\w*|rewards?)\b", 0.9),
            (r"\b(?:train|learn|optimi[sz]e|fine-?tune)\w*\b.*\b(?:polic\w+|behaviou?rs?|agents?|skills?)\b.*\b(?:rewards?|returns?|reinforcement|RL)\b", 0.9),
            (r"\b(?:actor[- ]critic|policy optimi[sz]ation|Q-learning|policy gradient|replay buffer|model-based RL|offline RL)\b", 0.5),
        ),
        parts={"abstract": 0.5, "introduction": 0.3, "method": 0.3, "background": -0.5, "related": -1.0,
               "appendix": -0.2, "experiments": 0.1, "limitations": -0.3, "caption": -0.2, "conclusion": 0.2},
        needs=1.7,
        like=0.25,
    ),
    Aspect(
        "rl_algorithm",
        "RL algorithm",
        "rl_algorithm",
        cues=_cues(
            (rf"\b(?:we|our|is|are|was|were|with|using|via|by)\b.*\b(?:train|optimi[sz]|us(?:e|ing)|collect|adopt|employ|run|learn|build|implement|leverage|instantiat|updat|choos|bas)\w*\b.*{ALGORITHMS}", 1.2),
            (ALGORITHMS, 0.4),
        ),
        parts={"abstract": 0.2, "method": 0.3, "experiments": 0.3, "appendix": 0.15, "background": -0.4,
               "related": -1.2, "introduction": 0.1, "caption": -0.3, "limitations": -0.4, "conclusion": -0.1},
        needs=1.8,
        names=True,
    ),
    Aspect(
        "inputs",
        "Inputs",
        "inputs",
        cues=_cues(
            (r"\b(?:takes?|takes in|receives?|given|feeds?|fed|process\w*|accepts?|operat\w+ (?:only )?on)\b.*\b(?:as inputs?|observations?|images?|pixels|instructions?|states?|prompts?|code)\b", 1.0),
            (r"\b(?:inputs? (?:to|of|are|is|consists?|includes?)|as (?:an |the |its |their )?inputs?)\b", 1.0),
            (r"\b(?:raw |RGB |image |visual |camera |depth |pixel |proprioceptive |language )(?:observations?|inputs?|images?|readings|instructions?|pixels)\b", 0.7),
        ),
        parts={"abstract": 0.3, "introduction": 0.2, "method": 0.4, "experiments": 0.3, "background": -0.5,
               "related": -1.0, "appendix": 0.1, "caption": 0.0, "limitations": -0.5, "conclusion": -0.2},
        needs=1.75,
        like=0.4,
    ),
    Aspect(
        "outputs",
        "Outputs",
        "outputs",
        cues=_cues(
            (r"\b(?:outputs?|outputting|emits?|returns?)\b", 0.8),
            (r"\b(?:predicts?|generates?|produces?|decodes?|synthesi[sz]es?|writes?|infers?)\b.*\b(?:actions?|trajector\w+|rewards?|plans?|goals?|code|polic\w+|states?|functions?|tokens?|scores?|paths?|subgoals?)\b", 0.9),
        ),
        parts={"abstract": 0.4, "introduction": 0.3, "method": 0.4, "experiments": 0.1, "background": -0.5,
               "related": -1.0, "appendix": 0.0, "caption": 0.0, "limitations": -0.5, "conclusion": 0.0},
        needs=1.75,
        like=0.4,
    ),
    Aspect(
        "task",
        "Task",
        "",
        "modules",
        cues=_cues(
            (r"\bwe (?:\w+ )?(?:evaluate|test|consider|apply|demonstrate|train|experiment|conduct|study|focus|validate|perform)\b.*\b(?:tasks?|robots?|domains?|locomotion|manipulation|navigation|environments|control|games)\b", 1.1),
            (r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|a (?:range|variety|suite|set) of|various|diverse|several|multiple|challenging)\s+(?:[\w-]+ ){0,4}(?:tasks|robots|domains|environments|games)\b", 0.7),
            (r"\b(?:manipulation|locomotion|navigation|grasping|pick[- ]and[- ]plac\w+|stacking|rearrangement|walking|maze|motion planning|assembly|dexterous)\b", 0.5),
        ),
        parts={"abstract": 0.6, "introduction": 0.4, "experiments": 0.4, "conclusion": 0.2, "related": -1.0,
               "background": -0.5, "appendix": -0.4, "method": -0.1, "caption": -0.2, "limitations": -0.6},
        needs=1.9,
    ),
    Aspect(
        "benchmarks",
        "Benchmarks",
        "benchmarks",
        "dataset",
        cues=_cues(
            (rf"\b(?:evaluat|experiment|benchmark|test|compar|demonstrat|achiev|consider|train|task|domain)\w*\b.*{SUITES}|{SUITES}.*\b(?:evaluat|experiment|benchmark|test|task|domain|environment)\w*", 1.1),
            (r"\bwe (?:\w+ )?(?:evaluate|test|benchmark|experiment|validate|conduct)\b.*\b(?:on|in|across|with|using)\b.*\b(?:tasks?|robots?|data ?sets?|environments?|domains?|benchmarks?|games|simulators?|suites?)\b", 0.9),
            (SUITES, 0.4),
        ),
        parts={"abstract": 0.5, "introduction": 0.3, "experiments": 0.5, "related": -1.2, "background": -0.6,
               "appendix": 0.0, "caption": 0.0, "conclusion": 0.2, "method": 0.0, "limitations": -0.6},
        needs=1.75,
        like=0.2,
        names=True,
    ),
    Aspect(
        "setting",
        "Simulation or real robot",
        "setting",
        "setting",
        needs=1.5,
    ),
    Aspect(
        "main_result",
        "Main result",
        "main_result",
        cues=_cues(
            (r"\b(?:outperform\w*|achiev\w+|surpass\w*|exceed\w*|improv\w+|better than|match(?:es|ed|ing)?|state[- ]of[- ]the[- ]art|success rates?|higher|able to|discover\w*|solves?)\b.*\d", 1.1),
            (r"\b(?:outperform\w*|achiev\w+|surpass\w*|exceed\w*|improv\w+ (?:over|upon|by|the)|better than|state[- ]of[- ]the[- ]art|significantly)\b", 0.8),
            (r"\b(?:we (?:\w+ )?(?:show|find|demonstrate|observe|prove)|results? (?:show|demonstrate|indicate|suggest)|experiments? (?:show|demonstrate)) that\b", 0.8),
        ),
        parts={"abstract": 0.8, "conclusion": 0.4, "introduction": 0.4, "experiments": 0.2, "related": -1.2,
               "background": -0.8, "appendix": -0.5, "caption": -0.2, "method": -0.4, "limitations": -0.4},
        needs=1.6,
        like=0.25,
    ),
    Aspect(
        "limitations",
        "Limitations",
        "limitations",
        cues=_cues(
            (r"\b(?:limitations?|drawbacks?|shortcomings?|downsides?|weakness(?:es)?)\b", 1.0),
            (rf"\b(?:our|the proposed|the current|current) (?:\w+ ){{0,2}}{_WORK}\b.*\b(?:cannot|can not|does not|do not|is limited|requires?|relies|assumes?|struggles?|fails?|suffers?|only)\b", 1.0),
            (r"\b(?:while|although|though|despite|however|but)\b", 0.8),
            (r"\b(?:may|might|can|still) (?:require|need|lead to|cause|fail|suffer)\b", 0.7),
            (r"\b(?:cannot|unable|struggles?|fails? to|suffers?|sensitive to|inherits?|assumes?|is limited (?:to|by)|are limited|not (?:\w+ )?(?:sample )?efficient|(?:may|might) (?:not|be|limit))\b", 0.7),
        ),
        parts={"limitations": 0.9, "conclusion": 0.5, "experiments": 0.0, "method": -0.3, "introduction": -1.0,
               "related": -1.4, "background": -1.2, "abstract": -0.8, "appendix": -0.2, "caption": -0.6},
        needs=1.8,
    ),
    Aspect(
        "code",
        "Code",
        "code",
        "code_available",
        cues=_cues(
            (_OWN_CODE, 1.6),
            (r"\b(?:github\.com|gitlab\.com)/", 1.0),
        ),
        needs=1.5,
    ),
)  # fmt: skip
CONTEXT_OF = Aspect(
    "context",
    "Background and related work",
    cues=_cues(
        (r"\b(?:unlike|in contrast|differ\w*|most (?:similar|related|relevant)|builds? (?:up)?on|closest to|inspired by)\b", 1.0),
        (r"\b(?:our (?:work|method|approach)|we (?:build|consider|use|assume|focus))\b", 0.7),
    ),
    parts={"related": 0.8, "background": 0.4, "abstract": -1.0, "introduction": -1.0, "method": -1.0, "experiments": -1.0,
           "conclusion": -1.0, "appendix": -1.0, "caption": -1.0, "limitations": -1.0},
    needs=1.2,
)  # fmt: skip
"""What sets a work off from earlier ones: part of a summary, no row of the table."""
BY_KEY: Mapping[str, Aspect] = {aspect.key: aspect for aspect in STANDARD}
_SYNONYMS = {
    "method": "approach", "model": "generative_model", "base model": "generative_model", "rl": "role_of_rl",
    "algorithm": "rl_algorithm", "input": "inputs", "output": "outputs", "tasks": "task", "benchmark": "benchmarks",
    "data set": "benchmarks", "datasets": "benchmarks", "real robot": "setting", "simulation": "setting",
    "result": "main_result", "results": "main_result", "limits": "limitations", "limitation": "limitations",
    "code available": "code", "source code": "code", "open source": "code",
}  # fmt: skip
_BY_NAME = {
    **{key(aspect.key): aspect for aspect in STANDARD},
    **{key(aspect.title): aspect for aspect in STANDARD},
    **{key(name): BY_KEY[target] for name, target in _SYNONYMS.items()},
}
LONGEST = 200  # characters of a row in the user's own words


def chosen(names: tuple[str, ...]) -> tuple[Aspect | str, ...]:
    """The rows asked for: the standard ones where none is named, else those named, each once.

    A name that is no standard row is a row in the user's own words and stays text; "+words" adds a row of the
    user's own to the standard table, and "all" stands for that table.

    Raises:
        WrongUse: An empty or far too long row, or a misspelt standard one.
    """
    if all(name.strip().startswith("+") for name in names):
        names = ("all", *names)
    rows: list[Aspect | str] = []
    for name in (name.strip() for name in names):
        added, words = name.startswith("+"), name.lstrip("+ ")
        if not re.search(r"\w", words):
            raise WrongUse("An aspect is empty: name a row of the table, or one in your own words.")
        if len(words) > LONGEST:
            raise WrongUse(f"The aspect “{words[:40]}…” has {len(words)} characters; say it in {LONGEST}.")
        if key(words) == "all" and not added:
            rows += STANDARD
        elif key(words) in _BY_NAME:
            rows.append(_BY_NAME[key(words)])
        elif not added and len(words.split()) == 1 and (alike := _misspelt(words)):
            raise WrongUse(
                f"There is no aspect {words!r}. Did you mean {either(alike)}? For a row in your own words write '+{words}'."
            )
        else:
            rows.append(words)
    return tuple(dict.fromkeys(rows))


def _misspelt(word: str) -> tuple[str, ...]:
    import difflib

    if not difflib.get_close_matches(key(word), _BY_NAME, n=1, cutoff=0.8):
        return ()
    return nearest(word, {name: aspect.key for name, aspect in _BY_NAME.items()})[:1]
