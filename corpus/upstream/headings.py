"""The README's headings: which are categories, which hold categories, and which are prose."""

import re
from typing import Final

from corpus.spelling import key

_TOOLS, _POLICIES = "generative-tools-for-rl", "rl-for-generative-policies"

# heading -> the category whose papers stand below it, and the heading above
_CATEGORIES: Final = {
    "Large Language Models": (f"{_TOOLS}/base-model/llm", "Base Model"),
    "Vision Language Models": (f"{_TOOLS}/base-model/vlm", "Base Model"),
    "Diffusion models": (f"{_TOOLS}/base-model/diffusion-model", "Base Model"),
    "World Models and Video Prediction Models": (f"{_TOOLS}/base-model/world-model", "Base Model"),
    "World Models": (f"{_TOOLS}/base-model/world-model", "Base Model"),
    "Video Prediction Models": (f"{_TOOLS}/base-model/video-prediction-model", "Base Model"),
    "Learning reward functions with LLMs": (f"{_TOOLS}/task/reward-signal/llm", "Reward Signal"),
    "VLMs for reward learning": (f"{_TOOLS}/task/reward-signal/vlm", "Reward Signal"),
    "Reward learning with diffusion models": (f"{_TOOLS}/task/reward-signal/diffusion", "Reward Signal"),
    "Learning rewards from video prediction": (
        f"{_TOOLS}/task/reward-signal/video-prediction",
        "Reward Signal",
    ),
    "Learning representations from videos": (
        f"{_TOOLS}/task/state-representation/videos",
        "State Representation",
    ),
    "Foundation world models for model-based RL": (
        f"{_TOOLS}/task/state-representation/foundation-world-models",
        "State Representation",
    ),
    "LLMs for exploration": (f"{_TOOLS}/task/planning-exploration/llm-exploration", "Planning & Exploration"),
    "VLMs for exploration": (f"{_TOOLS}/task/planning-exploration/vlm-exploration", "Planning & Exploration"),
    "LLMs for planning": (f"{_TOOLS}/task/planning-exploration/llm-planning", "Planning & Exploration"),
    "Diffusion models for planning and exploration": (
        f"{_TOOLS}/task/planning-exploration/diffusion",
        "Planning & Exploration",
    ),
    "Transformer Policy": (f"{_POLICIES}/rl-pre-training/transformer-policy", "RL Pre-Training"),
    "Diffusion Policy": (f"{_POLICIES}/rl-pre-training/diffusion-policy", "RL Pre-Training"),
    "Generative Policy RL Fine-Tuning": (f"{_POLICIES}/rl-fine-tuning", "RL for Generative Policies"),
    "Policy Distillation": (f"{_POLICIES}/policy-distillation", "RL for Generative Policies"),
}
# heading that only holds others -> the heading above; None at the top of the list
_HOLDERS: Final = {
    "Generative Tools for RL": None,
    "Base Model": "Generative Tools for RL",
    "Modality": "Generative Tools for RL",
    "Task": "Generative Tools for RL",
    "Reward Signal": "Task",
    "State Representation": "Task",
    "Planning & Exploration": "Task",
    "RL for Generative Policies": None,
    "RL Pre-Training": "RL for Generative Policies",
}
_PROSE: Final = (
    "Abstract",
    "Research Trends",
    "The Duality of Generative AI and Reinforcement Learning",
    "Taxonomy",
    "Content of the paper",
    "Citation",
)
_NUMBER: Final = re.compile(r"^\d+(?:\.\d+)*\s*[.)]?\s*")

_BY_KEY: Final = {key(name): (slug, key(above)) for name, (slug, above) in _CATEGORIES.items()}
_HOLDERS_BY_KEY: Final = {key(name): above and key(above) for name, above in _HOLDERS.items()}
_PROSE_KEYS: Final = frozenset(map(key, _PROSE))
_NAMES: Final = {key(name): name for name in (*_CATEGORIES, *_HOLDERS, *_PROSE)}


def meant(heading: str) -> str:
    """What two spellings of one heading have in common: no number in front, no case."""
    return key(_NUMBER.sub("", heading.strip()))


def is_known(heading: str) -> bool:
    """Whether the list is known to have such a heading, be it a category, a holder or prose."""
    return meant(heading) in _NAMES


def is_prose(heading: str) -> bool:
    """Whether no papers are expected below the heading."""
    return meant(heading) in _PROSE_KEYS


def category(heading: str) -> str | None:
    """The slug of the category that the heading names."""
    found = _BY_KEY.get(meant(heading))
    return found[0] if found else None


def expected_above(heading: str) -> str | None:
    """The name of the heading that a category or holder belongs under; None where it belongs to the top."""
    name = meant(heading)
    above = _BY_KEY[name][1] if name in _BY_KEY else _HOLDERS_BY_KEY.get(name)
    return None if above is None else _NAMES[above]
