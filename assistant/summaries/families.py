"""What papers have in common, read from their digests and the survey's rows: kinds of model, roles of RL, benchmarks, settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from assistant.summaries.notes import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.summaries.notes import Held, Statement

Setting = Literal["real", "simulation", "both", ""]
Family = tuple[str, re.Pattern[str]]


def _families(pairs: Sequence[tuple[str, str]]) -> tuple[Family, ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in pairs)


# The surest sign first: a paper belongs to the first family that its words name, and counts for every one.
MODELS = _families(
    [
        ("vision-language models", r"\bVLMs?\b|\bCLIP\b|[Vv]ision[- ]language (?!action)|BLIP|video-language|S3D|GPT-4V|Gemini"),
        ("generalist robot policies", r"\bVLA\b|[Vv]ision-language-action|OpenVLA|\bRT-[12]|\bOcto\b|generalist"),
        ("large language models", r"\bM?LLMs?\b|\bGPT|(?<!ision-)(?<!ision )(?<!ideo-)[Ll]anguage models?|PaLM|L[Ll]a[Mm]A|FLAN|\bT5\b|BERT|ChatGPT|Codex"),
        ("diffusion and flow models", r"[Dd]iffus|[Dd]enois|[Ss]core-based|[Ff]low[- ]matching"),
        ("video prediction models", r"[Vv]ideo (?:prediction|generat|model|transformer)|VideoGPT"),
        ("world models", r"[Ww]orld[- ]model|[Dd]ynamics model|[Dd]reamer|RSSM|MDN-RNN"),
        ("transformers", r"[Tt]ransformer|[Aa]utoregressive"),
        ("adversarial networks", r"\bGANs?\b|[Aa]dversarial|[Dd]iscriminator"),
        ("autoencoders and learned representations", r"[Aa]uto-?encoder|\bVAE|[Rr]epresentation|[Ee]mbedding|[Ee]ncoder"),
    ]
)  # fmt: skip
ROLES = _families(
    [
        ("reinforcement learning fine-tunes the generative model itself", r"[Ff]ine-?tun"),
        ("offline reinforcement learning", r"[Oo]ffline"),
        ("reinforcement learning in imagination, inside a learned model", r"[Ii]magin|[Mm]odel-based|dream"),
        ("a policy trained on rewards that the model supplies", r"[Rr]eward"),
        ("exploration or goals guided by the model", r"[Ee]xplor|[Gg]oal|[Ii]ntrinsic"),
        ("planning, with little or no learning of a policy", r"[Pp]lan|[Gg]uid"),
    ]
)
BENCHMARKS = _families(
    [
        ("D4RL", r"D4RL"), ("Meta-World", r"Meta-?[Ww]orld"), ("MuJoCo", r"MuJoCo|Mujoco"), ("RLBench", r"RLBench"),
        ("Isaac Gym", r"Isaac"), ("the DeepMind Control Suite", r"DeepMind Control|DM ?Control|DMC\b"),
        ("Maze2D", r"Maze2[Dd]"), ("AntMaze", r"AntMaze"), ("Atari", r"Atari|\bALE\b"), ("Minecraft", r"Minecraft|MineDojo"),
        ("BabyAI", r"BabyAI"), ("Crafter", r"Crafter"), ("Franka Kitchen", r"Kitchen"), ("Habitat", r"Habitat"),
        ("ALFRED", r"ALFRED|Alfred|ALFWorld"), ("CALVIN", r"CALVIN"), ("Open X-Embodiment", r"Open X|OXE|RT-X"),
        ("ManiSkill", r"ManiSkill"), ("Bridge data", r"Bridge"), ("BAIR robot pushing", r"BAIR"), ("Robomimic", r"[Rr]obomimic"),
    ]
)  # fmt: skip


def named(statements: Sequence[Statement], families: Sequence[Family]) -> list[str]:
    """The families that the statements name, the surest first; none where they say there is nothing."""
    texts = [s.text for s in statements if not NOTHING.match(s.text)]
    return [name for name, pattern in families if any(pattern.search(text) for text in texts)]


def models(held: Held) -> list[Statement]:
    """What is stated of the generative model."""
    return [s for s in (held.aspects.get("generative_model"), held.table.get("Base model")) if s is not None]


def roles(held: Held) -> list[Statement]:
    """What is stated of the role of RL."""
    return [s for s in (held.aspects.get("role_of_rl"),) if s is not None]


def benchmarks(held: Held) -> list[Statement]:
    """What is stated of benchmarks and data."""
    return [s for s in (held.aspects.get("benchmarks"), held.table.get("Data set")) if s is not None]


def setting(statement: Statement | None) -> Setting:
    """Whether a statement speaks of real robots, simulation, or both; "" where of neither."""
    if statement is None:
        return ""
    text = re.sub(r"(?i)potential real.*|\([^)]*\)", "", statement.text).lower()
    real = bool(re.search(r"\breal\b|real[- ](?:world|robot)|hardware|physical|\bboth\b", text))
    simulated = bool(re.search(r"simul|\bboth\b", text))
    return "both" if real and simulated else "real" if real else "simulation" if simulated else ""
